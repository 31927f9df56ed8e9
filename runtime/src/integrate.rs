//! The traits of frameworks, for every error that this crate's user has: which ones follows from
//! this crate's features, so that the user's crate needs no condition of its own.

/// A copy of the facts in the innermost scope of their type; `None` outside of any, and where
/// nobody can make scopes.
pub fn scoped_or_none<C: Clone + Send + 'static>() -> Option<C> {
    #[cfg(feature = "scope")]
    return crate::scoped();
    #[cfg(not(feature = "scope"))]
    None
}

/// Implements the traits of the frameworks whose features are on, for an error and the facts of its
/// requests.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate {
    ($error:ty, $context:ty) => {
        $crate::integrate_actix_web! { $error, $context }
        $crate::integrate_axum! { $error, $context }
        $crate::integrate_tonic! { $error }
    };
}

/// Nothing: the feature is off.
#[cfg(not(feature = "actix-web"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_actix_web {
    ($error:ty, $context:ty) => {};
}

/// Nothing: the feature is off.
#[cfg(not(feature = "axum"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_axum {
    ($error:ty, $context:ty) => {};
}

/// Nothing: the feature is off.
#[cfg(not(feature = "tonic"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_tonic {
    ($error:ty) => {};
}

/// Generated items, without the lints that are about style, or about what is exported: the names
/// are the catalog's, nobody edits the code, and the module may be private.
///
/// A module with these attributes would do, were the compiler's messages not full of its name:
/// `errors::generated::Error` where the user wrote `errors::Error`.
#[doc(hidden)]
#[macro_export]
macro_rules! generated {
    (#![$allow:meta] $($item:item)*) => {
        $(
            #[$allow]
            #[allow(
                non_upper_case_globals,
                unreachable_pub,
                unused_imports,
                clippy::all,
                clippy::nursery,
                clippy::pedantic,
                clippy::restriction,
                rustdoc::all
            )]
            $item
        )*
    };
}

/// What generated code has for clients: as it stands where they are asked for, else nothing.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! client {
    ($($item:item)*) => { $crate::generated! { #![allow(dead_code, deprecated)] $($item)* } };
}

/// Nothing: the feature is off.
#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! client {
    ($($items:tt)*) => {};
}

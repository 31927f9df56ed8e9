//! Implements framework traits for the user's errors. This crate's features choose the traits, so
//! the user's crate needs no `cfg`.

/// A copy of the context in the innermost scope of its type. `None` outside such a scope, and
/// without the `scope` feature. A context without fields is the same outside a scope.
pub fn scoped_or_none<C: Clone + Send + 'static>() -> Option<C> {
    #[cfg(feature = "scope")]
    return if size_of::<C>() == 0 { crate::scope::copy() } else { crate::scope::scoped() };
    #[cfg(not(feature = "scope"))]
    None
}

/// Implements the traits of all enabled frameworks for an error type and its context type.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate {
    ($error:ty, $context:ty) => {
        $crate::integrate_actix_web! { $error, $context }
        $crate::integrate_axum! { $error, $context }
        $crate::integrate_tonic! { $error }
    };
}

/// Empty: the feature is off.
#[cfg(not(feature = "actix-web"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_actix_web {
    ($error:ty, $context:ty) => {};
}

/// Empty: the feature is off.
#[cfg(not(feature = "axum"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_axum {
    ($error:ty, $context:ty) => {};
}

/// Empty: the feature is off.
#[cfg(not(feature = "tonic"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_tonic {
    ($error:ty) => {};
}

/// Empty: the features are off. The macro's crate can have them when Cargo builds it for another one.
#[cfg(not(any(feature = "aide", feature = "utoipa")))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_openapi {
    ($($ignored:tt)*) => {};
}

/// Wraps generated items and turns off lints about style and unreachable exports: the names come
/// from the catalog, nobody edits the code, and the module may be private.
///
/// A module with these attributes would also work, but compiler messages would then name
/// `errors::generated::Error` when the user wrote `errors::Error`.
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

/// Generated items for clients. Expands to its input with the `client` feature and to nothing
/// without it.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! client {
    ($($item:item)*) => { $crate::generated! { #![allow(dead_code, deprecated)] $($item)* } };
}

/// Empty: the feature is off.
#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! client {
    ($($items:tt)*) => {};
}

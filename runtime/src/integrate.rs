//! The traits of frameworks, for every error that this crate's user has: which ones follows from this crate's features, so
//! that the user's crate needs no condition of its own.

/// A copy of the facts in the innermost scope of their type; `None` outside of any, and where nobody can make scopes.
pub fn scoped_or_none<C: Clone + Send + 'static>() -> Option<C> {
    #[cfg(feature = "scope")]
    return crate::scoped();
    #[cfg(not(feature = "scope"))]
    None
}

/// Implements the traits of the frameworks whose features are on, for an error and the facts of its requests.
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

/// What generated code has for clients: as it stands where they are asked for, else nothing.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! client {
    ($($items:tt)*) => { $($items)* };
}

/// Nothing: the feature is off.
#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! client {
    ($($items:tt)*) => {};
}

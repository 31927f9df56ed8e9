//! The part of `openapi!` in this crate. Its features choose the traits, because the macro's crate
//! can have other features when Cargo builds both twice.

/// Implements the traits of all enabled crates. The arguments are a type and, as text, its name,
/// its schema, the schema components and its responses.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_openapi {
    ($type:ty, $name:literal, $schema:literal, $schemas:literal, $responses:literal) => {
        $crate::integrate_utoipa! { $type, $name, $schema, $schemas, $responses }
        $crate::integrate_aide! { $type, $schemas, $responses }
    };
}

#[cfg(feature = "utoipa")]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_utoipa {
    ($type:ty, $name:literal, $schema:literal, $schemas:literal, $responses:literal) => {
        #[automatically_derived]
        impl $crate::utoipa::PartialSchema for $type {
            fn schema() -> $crate::utoipa::RefOr<$crate::utoipa::Schema> {
                $crate::utoipa::schema($schema)
            }
        }
        #[automatically_derived]
        impl $crate::utoipa::ToSchema for $type {
            fn name() -> $crate::alloc::borrow::Cow<'static, ::core::primitive::str> {
                $crate::alloc::borrow::Cow::Borrowed($name)
            }
            fn schemas(
                schemas: &mut $crate::alloc::vec::Vec<(
                    $crate::alloc::string::String,
                    $crate::utoipa::RefOr<$crate::utoipa::Schema>,
                )>,
            ) {
                schemas.extend($crate::utoipa::schemas($schemas));
            }
        }
        #[automatically_derived]
        impl $crate::utoipa::IntoResponses for $type {
            fn responses() -> $crate::alloc::collections::BTreeMap<
                $crate::alloc::string::String,
                $crate::utoipa::RefOr<$crate::utoipa::Response>,
            > {
                $crate::utoipa::responses($responses)
            }
        }
    };
}

#[cfg(not(feature = "utoipa"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_utoipa {
    ($($ignored:tt)*) => {};
}

#[cfg(feature = "aide")]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_aide {
    ($type:ty, $schemas:literal, $responses:literal) => {
        #[automatically_derived]
        impl $crate::aide::OperationOutput for $type {
            type Inner = Self;
            fn inferred_responses(
                context: &mut $crate::aide::GenContext,
                _: &mut $crate::aide::Operation,
            ) -> $crate::alloc::vec::Vec<(::core::option::Option<::core::primitive::u16>, $crate::aide::Response)> {
                $crate::aide::responses(context, $schemas, $responses)
            }
        }
    };
}

#[cfg(not(feature = "aide"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_aide {
    ($($ignored:tt)*) => {};
}

//! What `openapi!` leaves to this crate: which traits there are follows from its features, which are not those of the macro's
//! crate where Cargo builds both twice.

/// Implements the traits of the crates whose features are on, for a type with its name, its schema, the schema components that
/// all this refers to, and its responses, all but the type as text.
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

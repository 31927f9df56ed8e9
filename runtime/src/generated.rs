//! What generated code names. Your code names the items of the crate itself.
//!
//! A version keeps what it has for as long as this crate has it, so that a generated file compiles
//! with a newer crate.

/// The contract with generated code before version 1.0 of this crate.
#[doc(hidden)]
pub mod v0 {
    #[cfg(feature = "client")]
    pub use crate::client;
    pub use crate::convert::FromInternal;
    pub use crate::custom::Format;
    pub use crate::details::{Details, Field, Items, Members, Message, Object, Value, debug, display, equal, sent};
    pub use crate::error::{code_of, info_of, status_of};
    pub use crate::info::{Envelope, Slot};
    pub use crate::integrate::scoped_or_none;
    pub use crate::number::{Bounded, in_bounds};
    #[cfg(any(feature = "aide", feature = "utoipa"))]
    pub use crate::openapi::{Described, Description};
    pub use crate::operation::covers;
    pub use crate::table::{Handling, Order, Row, deserialize_id};
    pub use crate::text::{OneLine, OrEmpty, Quoted, Text, header, one_line, retry_after};
    pub use crate::{
        After, Backoff, BoxError, CatalogCode, CatalogError, Code, Current, Custom, Deprecated, ErrorInfo, Fault,
        Finite, FromRejection, Internal, IntoInteger, Json, Operation, Policy, Refund, Retry, Seconds, Sensitive,
        Table, UnknownId, alloc, format, generated_code as code, generated_error as error,
        generated_operation as operation, serde,
    };
    #[cfg(target_has_atomic = "ptr")]
    pub use crate::{ArcError, convert::shared};
}

/// The methods and traits of a generated `ErrorCode`.
#[doc(hidden)]
#[macro_export]
macro_rules! generated_code {
    ($code:ident) => {
        impl $code {
            /// The catalog's data about this error.
            #[must_use]
            pub fn info(self) -> $crate::ErrorInfo {
                $crate::CatalogCode::info(self)
            }

            /// The unique, stable id.
            #[must_use]
            pub fn id(self) -> &'static str {
                self.info().id()
            }

            /// The name of the error's page.
            #[must_use]
            pub fn slug(self) -> &'static str {
                self.info().slug()
            }

            /// The wire code, if any.
            #[must_use]
            pub fn code(self) -> ::core::option::Option<$crate::Code> {
                self.info().code()
            }

            /// The HTTP status, or the first of several; `None` if the error is not an HTTP
            /// response.
            #[must_use]
            pub fn status(self) -> ::core::option::Option<u16> {
                self.info().statuses().first().copied()
            }

            /// All HTTP statuses.
            #[must_use]
            pub fn statuses(self) -> &'static [u16] {
                self.info().statuses()
            }

            /// A short title.
            #[must_use]
            pub fn title(self) -> &'static str {
                self.info().title()
            }

            /// The message, with `{name}` for each detail.
            #[must_use]
            pub fn message(self) -> &'static str {
                self.info().message()
            }

            /// When the error occurs, as markdown.
            #[must_use]
            pub fn description(self) -> ::core::option::Option<&'static str> {
                self.info().description()
            }

            /// The usual cause, as markdown.
            #[must_use]
            pub fn cause(self) -> ::core::option::Option<&'static str> {
                self.info().cause()
            }

            /// How to fix it, as markdown.
            #[must_use]
            pub fn fix(self) -> ::core::option::Option<&'static str> {
                self.info().fix()
            }

            /// Whether and how to retry the request.
            #[must_use]
            pub fn retry(self) -> $crate::Retry {
                self.info().retry()
            }

            /// Whether the catalog says that retrying can help. Also true if only idempotent
            /// requests can be retried.
            #[must_use]
            pub fn is_retryable(self) -> bool {
                self.retry().is_retryable()
            }

            /// What happens to the charge, if the catalog says so.
            #[must_use]
            pub fn refund(self) -> ::core::option::Option<$crate::Refund> {
                self.info().refund()
            }

            /// Whose fault the error is, if the catalog says so.
            #[must_use]
            pub fn fault(self) -> ::core::option::Option<$crate::Fault> {
                self.info().fault()
            }

            /// The URL of the error's page.
            #[must_use]
            pub fn doc_url(self) -> ::core::option::Option<&'static str> {
                self.info().doc_url()
            }

            /// The id of the error's group.
            #[must_use]
            pub fn group(self) -> ::core::option::Option<&'static str> {
                self.info().group()
            }

            /// The media type of the body.
            #[must_use]
            pub fn content_type(self) -> ::core::option::Option<&'static str> {
                self.info().content_type()
            }

            /// The response headers, with templates as values.
            #[must_use]
            pub fn headers(self) -> &'static [(&'static str, &'static str)] {
                self.info().headers()
            }

            /// The API version that introduced the error.
            #[must_use]
            pub fn since(self) -> ::core::option::Option<&'static str> {
                self.info().since()
            }

            /// The deprecation, if the error is deprecated.
            #[must_use]
            pub fn deprecated(self) -> ::core::option::Option<$crate::Deprecated> {
                self.info().deprecated()
            }

            /// Finds the error with this id.
            #[must_use]
            pub fn from_id(id: &str) -> ::core::option::Option<Self> {
                $crate::CatalogCode::from_id(id)
            }

            /// Finds the error with this status and wire code; write an integer code in digits.
            /// Without a status, the code must belong to one error only.
            #[must_use]
            pub fn from_wire(
                status: ::core::option::Option<u16>,
                code: ::core::option::Option<&str>,
            ) -> ::core::option::Option<Self> {
                $crate::CatalogCode::from_wire(status, code)
            }
        }

        /// Displays the id.
        #[automatically_derived]
        impl ::core::fmt::Display for $code {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.id())
            }
        }

        /// Debugs the id.
        #[automatically_derived]
        impl ::core::fmt::Debug for $code {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.id())
            }
        }

        /// Parses an id.
        #[automatically_derived]
        impl ::core::str::FromStr for $code {
            type Err = $crate::UnknownId;

            fn from_str(id: &str) -> ::core::result::Result<Self, $crate::UnknownId> {
                Self::from_id(id).ok_or($crate::UnknownId)
            }
        }

        /// Serializes the id.
        #[automatically_derived]
        impl $crate::serde::Serialize for $code {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.id())
            }
        }

        /// Deserializes an id.
        #[automatically_derived]
        impl<'de> $crate::serde::Deserialize<'de> for $code {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::generated::v0::deserialize_id(deserializer)
            }
        }
    };
}

/// What a generated `Error` does with its code and the list of its details.
#[doc(hidden)]
#[macro_export]
macro_rules! generated_error {
    ($error:ident) => {
        impl $error {
            /// The kind of error that clients receive.
            #[must_use]
            pub fn public_code(&self) -> <Self as $crate::CatalogError>::Code {
                self.code().public_code()
            }
        }

        /// The message, on one line: control characters are escaped.
        #[automatically_derived]
        impl ::core::fmt::Display for $error {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::generated::v0::display(self, f)
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for $error {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::generated::v0::debug(self, f)
            }
        }

        /// Compares the code, the status and the details. Sources cannot be compared.
        #[automatically_derived]
        impl ::core::cmp::PartialEq for $error {
            fn eq(&self, other: &Self) -> bool {
                $crate::generated::v0::equal(self, other)
            }
        }
    };
}

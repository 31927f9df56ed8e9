//! The runtime of the Rust code that errbook generates, and the [`catalog!`] macro that generates
//! it.
//!
//! One YAML catalog declares all errors of an API. errbook generates from it a fieldless
//! `ErrorCode` over one static table, and an `Error` enum with typed details that serializes
//! directly into the API's JSON envelope. This crate has the row type of that table
//! ([`ErrorInfo`]), the value types of details ([`Sensitive`], [`Seconds`], [`Json`]), and the
//! lookup from a status and wire code to an error ([`Table`]).
//!
//! ```ignore
//! pub mod errors {
//!     errbook::catalog!("errors.yaml"); // relative to the crate's Cargo.toml
//! }
//! ```
//!
//! # Features
//!
//! - `std` (default): serialization of types that need an operating system. Without it, the crate
//!   and its generated code are `no_std` with `alloc`.
//! - `macros`: [`catalog!`], `operation!`, and `derive(CatalogError)` for your own enums. A build
//!   script does not need `catalog!`.
//! - `scope`: keeps the context of a request while it is handled, in a task-local of tokio.
//! - `http`: converts an error to a response of the `http` crate.
//! - `axum`: converts an error to an axum response; a layer for axum's own rejections. Enables
//!   `http` and `scope`.
//! - `actix-web`: implements `ResponseError`; a middleware for actix-web's own rejections. Enables
//!   `http` and `scope`.
//! - `tonic`: converts an error to a gRPC status and back.
//! - `tracing`: records an error as an event. The features `axum`, `actix-web` and `tonic` then
//!   record each response and status.
//! - `client`: converts responses back to errors, for clients of an API. Enables `std`.
//! - `reqwest`: a middleware of reqwest-middleware that repeats requests as the catalog says.
//!   Enables `client`.
//! - `tower`: the same as a layer of tower, for any HTTP client. Enables `client`.
//! - `utoipa`, `aide`: `openapi!`, which adds the responses of a catalog's errors to a document of
//!   utoipa or aide. They enable `macros`.
#![no_std]

pub extern crate alloc;

#[cfg(any(feature = "client", feature = "scope", feature = "tonic"))]
extern crate std;

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "aide")]
pub mod aide;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "client")]
pub mod client;
mod convert;
mod custom;
mod details;
mod error;
pub mod generated;
#[cfg(feature = "http")]
pub mod http;
mod info;
mod integrate;
mod number;
#[cfg(any(feature = "aide", feature = "utoipa"))]
mod openapi;
mod operation;
#[cfg(feature = "reqwest")]
pub mod reqwest;
mod retry;
#[cfg(feature = "scope")]
mod scope;
mod table;
mod text;
#[cfg(feature = "tonic")]
pub mod tonic;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tracing")]
pub mod tracing;
#[cfg(feature = "utoipa")]
pub mod utoipa;
mod value;

pub use convert::{Internal, OrError};
pub use custom::{Custom, format};
pub use error::{CatalogCode, CatalogError, Current, FromRejection};
pub use info::{After, Backoff, Code, Deprecated, ErrorInfo, Fault, Policy, Refund, Retry};
pub use number::{Finite, IntoInteger};
pub use operation::Operation;
pub use retry::Answer;
#[cfg(feature = "scope")]
pub use scope::{in_current_scope, in_current_scope_blocking, scope, scoped, update_scope};
pub use table::{Table, UnknownId};
pub use text::{HEADER_BYTES, OneLine, OrEmpty, Text, header, retry_after};
pub use value::{Json, Seconds, Sensitive};

/// Generates `ErrorCode`, `Error` and `Context` from a catalog.
///
/// The path is relative to the folder of the crate's `Cargo.toml`. Cargo rebuilds the crate when
/// the catalog or a file that it includes changes. An invalid catalog is one compile error that
/// shows every problem with its line. Put each catalog in its own module.
///
/// A macro cannot watch a folder. A new file that matches an `include` pattern is found at the next
/// change of a file that is already included. A build script finds it immediately.
#[cfg(feature = "macros")]
pub use errbook_derive::catalog;

/// Makes your own enum a type of a catalog's errors: each variant is one error, and its fields are
/// the details. A struct is one error. The type is also an [`Error`](core::error::Error), mostly by
/// thiserror.
///
/// ```
/// mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// use errbook::CatalogError;
///
/// #[derive(Debug, thiserror::Error, CatalogError)]
/// #[catalog("errors.yaml", module = errors)]
/// enum OrderError {
///     #[error("no tea left for order {order}")]
///     SoldOut {
///         #[catalog(ignore)]
///         order: u64,
///     },
///     #[error("cannot read the order")]
///     #[catalog(id = "INVALID_REQUEST")]
///     Unreadable {
///         reason: String,
///         #[source]
///         cause: std::num::ParseIntError,
///     },
///     #[error(transparent)]
///     #[catalog(transparent)]
///     Other(#[from] errors::Error),
/// }
///
/// let error = OrderError::SoldOut { order: 7 };
/// assert_eq!(error.to_string(), "no tea left for order 7"); // for logs
/// assert_eq!(error.message().to_string(), "The tea is sold out."); // for clients
/// assert_eq!(error.status(), Some(409));
/// let body = serde_json::to_value(error.body(&errors::Context::new())).unwrap();
/// assert_eq!(body, serde_json::json!({"code": "SOLD_OUT", "message": "The tea is sold out."}));
/// ```
///
/// The compiler checks the type against the catalog. An unknown error, a detail without a field, a
/// field that is not a detail, and a wrong type are compile errors at the field or variant, with
/// the line of the catalog.
///
/// # On the enum
///
/// - `#[catalog("errors.yaml")]`: the path of the catalog, relative to the folder of the crate's
///   `Cargo.toml`.
/// - `module = crate::api::errors`: the module with the items that [`catalog!`] or a build script
///   generates from the same catalog. The default is `crate::errors`.
/// - `exhaustive`: requires a variant for each error of the catalog. `exhaustive = "auth"`:
///   requires one for each error of that group. Transparent variants do not count. Without it, an
///   enum can have any of the catalog's errors.
/// - `openapi`: implements the traits of `openapi!` for the errors of the variants. Needs the
///   feature `utoipa` or `aide`.
///
/// # On a variant
///
/// - `id = "not_found"`: the error of this variant. The default is the error with the same name in
///   the generated `Error`.
/// - `status = 503`: the status of this variant, if the error has several. Alternatively, a field
///   `status`, or any field with `#[catalog(status)]`, carries it; its type is the generated one,
///   such as `errors::UpstreamStatus`.
/// - `transparent`: delegates to the only field, which is a derived or generated error of the same
///   catalog.
///
/// # On a struct
///
/// A struct has the keys of an enum, except `exhaustive`, and those of a variant:
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// #[derive(Debug, thiserror::Error, errbook::CatalogError)]
/// #[catalog("errors.yaml", module = errors, id = "SOLD_OUT")]
/// #[error("no tea left for order {order}")]
/// struct NoTea {
///     #[catalog(ignore)]
///     order: u64,
/// }
/// # use errbook::CatalogError as _;
/// assert_eq!(NoTea { order: 7 }.status(), Some(409));
/// ```
///
/// # On a field
///
/// By default, a field is the detail with the same name.
///
/// - `detail = "retry_after"`: the detail of this field.
/// - `ignore`: the field is not sent to clients. Fields that thiserror treats as the source
///   (`#[source]`, `#[from]`, the names `source` and `backtrace`) are ignored automatically.
///
/// A detail has the type that the generated `Error` gives it, or another type that serializes to
/// the same JSON: any integer, any text or list, your own enum. A sensitive detail is a
/// [`Sensitive`]. The type of a detail in a message needs `Display`.
#[cfg(feature = "macros")]
pub use errbook_derive::CatalogError;

/// Makes a type for the errors of one operation: it is made from the listed errors only, so a
/// handler cannot return another one.
///
/// The first argument is the path of the catalog, relative to the folder of the crate's
/// `Cargo.toml`. Then come the name of the new type, the path of the generated `Error`, and the ids
/// of the errors, as identifiers or quoted strings.
///
/// ```
/// mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// use errbook::OrError as _;
///
/// errbook::operation!("errors.yaml", pub BuyError: errors::Error, [SOLD_OUT, CLOSED, INTERNAL]);
///
/// fn buy(cups: &str) -> Result<u32, BuyError> {
///     match cups.parse().or_internal()? {
///         0 => Err(BuyError::closed()),
///         1..10 => Ok(1),
///         _ => Err(BuyError::sold_out()),
///     }
/// }
///
/// assert_eq!(buy("12"), Err(BuyError::sold_out()));
/// assert_eq!(buy("some").unwrap_err().code(), errors::ErrorCode::Internal);
/// assert_eq!(errors::Error::from(BuyError::closed()).status(), Some(409));
/// // An error that is not in the list comes back.
/// let absent = BuyError::try_from(errors::Error::not_found()).unwrap_err();
/// assert_eq!(absent.status(), Some(404));
/// ```
///
/// The type has the constructors of the listed errors, with the parameters of those of `Error`. It
/// converts from their builders, and into `Error`. `?` after `or_internal()` needs the catalog's
/// error for the status 500 in the list. Clients receive an internal error as its mask. The type is
/// a [`CatalogError`], and so a response in each framework. With the features `utoipa` and `aide`, it
/// describes itself with the responses of the listed errors, as after `openapi!`.
///
/// More arguments, in any order:
///
/// - `from(ReserveError, crate::stock::FindError)`: the types of other operations that `?` converts
///   into this one. The compiler reports the errors of such a type that are not in the list. The list
///   does not grow: the macro cannot see that of another type.
/// - `into(operations::BuyError)`: the types of other operations that this one converts into, such as
///   those that a build script made. The compiler checks them in the same way.
/// - `types(uuid = uuid::Uuid)`: the types of details, if [`catalog!`] or the build script has them.
/// - `prefix = "Bank"`: goes before the name of each OpenAPI schema.
#[cfg(feature = "macros")]
pub use errbook_derive::operation;

/// Adds the responses of a catalog's errors to an `OpenAPI` document that another crate generates.
///
/// The first argument is the path of the catalog, relative to the folder of the crate's
/// `Cargo.toml`. The second is an error type of your crate. An optional third argument lists the
/// ids of the errors that the type can have, as identifiers or quoted strings. Internal errors have
/// the responses of their masks.
///
/// With the feature `utoipa`, the macro implements utoipa's `ToSchema` and `IntoResponses`; with
/// `aide`, it implements aide's `OperationOutput`. See the modules with these names.
///
/// ```
/// mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// errbook::openapi!("errors.yaml", errors::Error);
///
/// enum OrderError {
///     SoldOut,
/// }
/// errbook::openapi!("errors.yaml", OrderError, [SOLD_OUT]);
/// ```
#[cfg(any(feature = "aide", feature = "utoipa"))]
pub use errbook_derive::openapi;

/// The serde traits that generated code implements.
pub use serde_core as serde;

/// The underlying error of a variant with `source: true`.
pub type BoxError = alloc::boxed::Box<dyn core::error::Error + Send + Sync + 'static>;

/// The same for errors that are `Clone`, because `catalog!` has the word `clone`.
#[cfg(target_has_atomic = "ptr")]
pub type ArcError = alloc::sync::Arc<dyn core::error::Error + Send + Sync + 'static>;

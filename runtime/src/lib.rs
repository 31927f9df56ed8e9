//! What the Rust code that errbook generates names, and the [`catalog!`] macro that generates it.
//!
//! One YAML catalog holds every error of an API; errbook turns it into a fieldless `ErrorCode` over one static table, and
//! an `Error` enum with typed details that serializes straight into the API's JSON envelope. This crate has the row of
//! that table ([`ErrorInfo`]), the few value types that details need ([`Sensitive`], [`Seconds`], [`Json`]) and the
//! lookup that finds a code by what stood on the wire ([`Table`]).
//!
//! ```ignore
//! pub mod errors {
//!     errbook::catalog!("errors.yaml"); // relative to the crate's Cargo.toml
//! }
//! ```
//!
//! # Features
//!
//! - `std` (on by default): serialization of types that need an operating system. Without it the crate and the code that
//!   is generated for it are `no_std` with `alloc`.
//! - `macros`: [`catalog!`], and `derive(CatalogError)` for enums of your own. A build script does without the first.
//! - `scope`: the facts of a request for as long as it is answered, in a task-local of tokio.
//! - `http`: an error as a response of the `http` crate.
//! - `axum`: an error as a response of axum, and a layer for what axum refuses by itself. It has `http` and `scope`.
//! - `actix-web`: the same for actix-web: `ResponseError`, and a middleware. It has `http` and `scope`.
//! - `tonic`: an error as a status of gRPC, and back.
//! - `tracing`: an error as an event; those features then record each response and each status.
//! - `client`: responses back to errors, for the clients of an API. It has `std`.
//! - `utoipa`, `aide`: `openapi!`, and with it `macros`. The errors of a catalog as responses of a document that utoipa or aide writes.
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
mod error;
#[cfg(feature = "http")]
pub mod http;
mod info;
mod integrate;
mod lookup;
#[cfg(any(feature = "aide", feature = "utoipa"))]
mod openapi;
mod retry;
#[cfg(feature = "scope")]
mod scope;
mod text;
#[cfg(feature = "tonic")]
pub mod tonic;
#[cfg(feature = "tracing")]
pub mod tracing;
#[cfg(feature = "utoipa")]
pub mod utoipa;
mod value;

pub use error::{CatalogCode, CatalogError, Current};
pub use info::{
    After, Backoff, Code, Deprecated, Envelope, ErrorInfo, Handling, Lifecycle, Policy, Refund, Retry, Slot,
};
#[doc(hidden)]
pub use integrate::scoped_or_none;
pub use lookup::{Lookup, Table, UnknownId, deserialize_id, hash_id, hash_wire};
#[cfg(feature = "scope")]
pub use scope::{scope, scoped, update_scope};
pub use text::{OrEmpty, Text, header};
pub use value::{Json, Seconds, Sensitive};

/// Generates `ErrorCode`, `Error` and `Context` from a catalog, where it is invoked.
///
/// The path is relative to the folder of the crate's `Cargo.toml`. The crate is built again whenever the catalog, or a
/// file that it includes, changes. A catalog with mistakes is one compile error that shows all of them, each with its
/// line. Give each catalog a module of its own.
///
/// A macro cannot watch a folder: a new file that an `include` pattern would match is seen at the next change of a file that is
/// included already. A build script sees it at once.
#[cfg(feature = "macros")]
pub use errbook_derive::catalog;

/// Makes an enum of your own the errors of a catalog: each variant is one of them, and its fields give the details.
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
/// The enum is checked against the catalog when it is compiled: an error that the catalog does not have, a detail without a
/// field, a field that is no detail, a type that cannot be the detail's, are compile errors where they stand, which name the line of
/// the catalog.
///
/// # On the enum
///
/// - `#[catalog("errors.yaml")]`: the catalog, relative to the folder of the crate's `Cargo.toml`.
/// - `module = crate::api::errors`: the module that [`catalog!`] or a build script fills from the same catalog; `crate::errors`
///   without it.
/// - `exhaustive`: each error of the catalog has a variant; `exhaustive = "auth"`: each error of that group. Transparent variants do not
///   count.
///
/// - `openapi`: with the feature `utoipa` or `aide`, the enum describes its responses: what `openapi!` does, for the errors that its variants
///   are.
///
/// # On a variant
///
/// - `id = "not_found"`: which error it is. Without it that of the variant's name, in the way that the generated `Error` has names.
/// - `status = 503`: with which of several statuses it comes. A field `status` can say so too, or any field with `#[catalog(status)]`; its type
///   is the generated one, `errors::UpstreamStatus`.
/// - `transparent`: the only field is an error of the same catalog, derived or generated, and answers for everything.
///
/// # On a field
///
/// A field is the detail of its name.
///
/// - `detail = "retry_after"`: it is the detail of this name.
/// - `ignore`: clients are not told. Fields that thiserror takes for what lies beneath (`#[source]`, `#[from]`, the names `source` and `backtrace`)
///   are ignored already.
///
/// Details have the types that the generated `Error` gives them, or others that serialize to the same JSON: any integer, any kind of text or
/// list, an enum of your own. A detail that the catalog calls sensitive is a [`Sensitive`]. A type that shows in a message needs `Display`.
#[cfg(feature = "macros")]
pub use errbook_derive::CatalogError;

/// Describes the responses to a type's values, which are errors of a catalog, in a document that another crate writes.
///
/// The first argument is the path of the catalog, relative to the folder of the crate's `Cargo.toml`; the second is the type,
/// which is of the crate that invokes the macro. A type of some of the errors names them in a third one, each by its id: a
/// word, or a text in quotes. Internal errors are left out.
///
/// With the feature `utoipa` the type is utoipa's `ToSchema` and `IntoResponses`, with `aide` aide's `OperationOutput`. The modules of these
/// names show how.
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

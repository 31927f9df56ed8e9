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
//! - `macros`: [`catalog!`]. A build script does without.
//! - `scope`: the facts of a request for as long as it is answered, in a task-local of tokio.
//! - `http`: an error as a response of the `http` crate.
//! - `axum`: an error as a response of axum, and a layer for what axum refuses by itself. It has `http` and `scope`.
//! - `utoipa`, `aide`: `openapi!`, and with it `macros`. The errors of a catalog as responses of a document that utoipa or aide writes.
#![no_std]

pub extern crate alloc;

#[cfg(feature = "scope")]
extern crate std;

#[cfg(feature = "aide")]
pub mod aide;
#[cfg(feature = "axum")]
pub mod axum;
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
#[cfg(feature = "utoipa")]
pub mod utoipa;
mod value;

pub use error::{CatalogCode, CatalogError, Current};
pub use info::{After, Backoff, Code, Deprecated, ErrorInfo, Handling, Policy, Refund, Retry};
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

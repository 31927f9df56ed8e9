//! The traits that all errors of a catalog implement, generated or hand-written.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt::{Debug, Display};
use core::hash::Hash;
use core::str::FromStr;

use serde_core::Serialize;

use crate::{ErrorInfo, Table, UnknownId};

/// The code of a catalog's error. Every generated `ErrorCode` implements it.
///
/// `ErrorCode` has the same methods itself. Use this trait in code that works with any catalog.
///
/// ```
/// use errbook::CatalogCode;
///
/// /// The share of a catalog's errors that a client may retry.
/// fn retryable<C: CatalogCode>() -> f64 {
///     let is_retryable = |code: &&C| code.info().retry().is_retryable();
///     let retryable = C::ALL.iter().filter(is_retryable).count();
///     retryable as f64 / C::ALL.len() as f64
/// }
/// ```
pub trait CatalogCode:
    Copy + Ord + Hash + Debug + Display + FromStr<Err = UnknownId> + Serialize + Send + Sync + 'static
{
    /// All errors, in catalog order.
    const ALL: &'static [Self];

    /// The catalog's data about each error.
    const CATALOG: &'static Table;

    /// A number for what clients can see of the catalog. `derive(CatalogError)` compares it with
    /// that of the catalog that it reads, so that a module of another copy of the catalog does not
    /// compile. Titles, descriptions and other texts for readers do not change it. `None` in code of
    /// errbook versions without it.
    const FINGERPRINT: Option<u64> = None;

    /// The names under `types` where the module was generated, in order and separated by commas.
    /// `operation!` compares them with its own.
    #[doc(hidden)]
    const TYPES: &'static str = "";

    /// The index in [`CatalogCode::ALL`] and in the rows of [`CatalogCode::CATALOG`].
    fn index(self) -> usize;

    /// The catalog's data about this error.
    fn info(self) -> ErrorInfo {
        Self::CATALOG.info(self.index())
    }

    /// Finds the error with this id.
    fn from_id(id: &str) -> Option<Self> {
        Self::CATALOG.by_id(id).map(|at| Self::ALL[at])
    }

    /// Finds the error with this status and wire code; write an integer code in digits. Without a
    /// status, the code must belong to one error only. `None` if several errors share both: other
    /// members of their bodies tell them apart.
    fn from_wire(status: Option<u16>, code: Option<&str>) -> Option<Self> {
        Self::CATALOG.by_wire(status, code).map(|at| Self::ALL[at])
    }
}

/// One occurrence of a catalog's error. The generated `Error` and every type with
/// `#[derive(CatalogError)]` implement it. The type must be an [`Error`].
///
/// [`Error::source`] is the underlying error. Clients never see it.
///
/// An error of the catalog with `visibility: internal` is sent as its mask, a public error. Its
/// status, message, details, headers and body are those of the mask. Only `code`, `Display` and
/// `Debug` are its own, for logs.
///
/// ```
/// use errbook::CatalogError;
///
/// /// A log line for the error of any catalog.
/// fn line<E: CatalogError>(error: &E) -> String {
///     format!("{} {}: {}", error.status().unwrap_or(0), error.code(), error.message())
/// }
/// ```
// `Error` is not ours, so no attribute can word the compile error of a type that is none. But the
// compiler shows the line of the bound, with its comment.
pub trait CatalogError: Error // add `thiserror::Error` to the `derive`, or implement it yourself
{
    /// The code type of the catalog.
    type Code: CatalogCode;

    /// The context fields: data about the request that any response can carry.
    type Context;

    /// Whether a detail that can fail to serialize is in no body, but only in a message or a header.
    /// Then all details are serialized before an error is sent.
    #[doc(hidden)]
    const CHECKS_DETAILS: bool = false;

    /// The kind of the error. Internal errors have one that clients never receive.
    fn code(&self) -> Self::Code;

    /// The kind of error that clients receive: the mask of an internal error, or else
    /// [`CatalogError::code`].
    fn public_code(&self) -> Self::Code;

    /// The HTTP status, 100 to 599 (RFC 9110 section 15); `None` if the error is not an HTTP
    /// response.
    fn status(&self) -> Option<u16>;

    /// The catalog's message, for clients. `Display` of a hand-written enum may differ.
    fn message(&self) -> impl Display;

    /// The details that are present, as a JSON object.
    fn details(&self) -> impl Serialize;

    /// The response headers, except `Content-Type`.
    fn headers(&self, context: &Self::Context) -> Vec<(&'static str, Cow<'static, str>)>;

    /// The response body in the catalog's envelope. Null if the catalog declares no body.
    fn body<'a>(&'a self, context: &'a Self::Context) -> impl Serialize;

    /// The error that HTTP clients receive instead of one that cannot be sent, because it has no
    /// status or a detail is not valid: the error for 500 under `rejections`, or else the only
    /// public error that has the status 500 and no required detail. `None` if the catalog has
    /// neither. `reason` becomes the source of an error with `source: true`.
    fn unsendable(reason: &str) -> Option<Self>
    where
        Self: Sized,
    {
        let _ = reason;
        None
    }
}

/// The code of an error. Derived code calls functions with a bound, because the compiler also checks
/// the supertrait where it calls a method of the trait, and reports a missing one each time.
pub fn code_of<E: CatalogError>(error: &E) -> E::Code {
    error.code()
}

/// The catalog's data about what clients receive.
pub fn info_of<E: CatalogError>(error: &E) -> ErrorInfo {
    error.public_code().info()
}

/// The status of an error.
pub fn status_of<E: CatalogError>(error: &E) -> Option<u16> {
    error.status()
}

/// A variant can box a large error.
impl<E: CatalogError> CatalogError for Box<E> {
    type Code = E::Code;
    type Context = E::Context;

    const CHECKS_DETAILS: bool = E::CHECKS_DETAILS;

    fn code(&self) -> Self::Code {
        E::code(self)
    }

    fn public_code(&self) -> Self::Code {
        E::public_code(self)
    }

    fn status(&self) -> Option<u16> {
        E::status(self)
    }

    fn message(&self) -> impl Display {
        E::message(self)
    }

    fn details(&self) -> impl Serialize {
        E::details(self)
    }

    fn headers(&self, context: &Self::Context) -> Vec<(&'static str, Cow<'static, str>)> {
        E::headers(self, context)
    }

    fn body<'a>(&'a self, context: &'a Self::Context) -> impl Serialize {
        E::body(self, context)
    }

    fn unsendable(reason: &str) -> Option<Self> {
        E::unsendable(reason).map(Box::new)
    }
}

/// Provides the context of the current request to responses that a web framework builds.
///
/// A generated `Context` without required fields implements this trait and [`Default`]: it reads
/// the surrounding `scope`, or else is empty. If the catalog has a required context field,
/// implement the trait yourself. Until then, the catalog's errors are not responses, and handlers
/// that return them do not compile.
///
/// ```
/// use errbook::Current;
///
/// # #[derive(Clone)]
/// # struct Context { request_id: String }
/// # impl Context {
/// #     fn new(request_id: impl Into<String>) -> Self { Self { request_id: request_id.into() } }
/// # }
/// impl Current for Context {
///     fn current() -> Self {
///         // The scope of the request. Outside a request there is no id.
/// #       #[cfg(feature = "scope")] {
///         errbook::scoped().unwrap_or_else(|| Self::new("none"))
/// #       }
/// #       #[cfg(not(feature = "scope"))] { Self::new("none") }
///     }
/// }
/// assert_eq!(Context::current().request_id, "none");
/// ```
#[diagnostic::on_unimplemented(
    message = "the context of these responses is missing: the catalog requires context fields",
    label = "`{Self}` has required fields and does not implement `errbook::Current`",
    note = "write `impl errbook::Current for {Self}` and return the context of the current request"
)]
pub trait Current: Sized {
    /// Returns the context of the current request.
    fn current() -> Self;
}

/// The errors that are sent for requests that a framework rejects. Generated for a catalog with
/// `rejections`. A derived enum also needs a variant without fields for each of these errors, and the
/// type of an operation needs them in its list.
///
/// [`http::from_rejection`](crate::http::from_rejection) passes it to a layer.
///
/// ```
/// mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// use errbook::FromRejection as _;
/// use errors::Error;
///
/// let answer = |status| Error::from_rejection(status, "the reason of the framework");
/// assert!(matches!(answer(404), Error::NotFound { .. }));
/// assert_eq!(answer(413).status(), Some(413)); // one of the statuses of REJECTED
/// assert_eq!(answer(418).status(), Some(400)); // the first of them
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which errors to send for rejected requests",
    label = "no errors for rejected requests",
    note = "add `rejections` to the catalog, as in `rejections: {{404: not_found, 4XX: invalid_request, 5XX: internal}}`",
    note = "a derived enum needs a variant without fields for each error under `rejections`",
    note = "the type of an operation needs each error under `rejections` in its list"
)]
pub trait FromRejection: CatalogError {
    /// Returns the error for a response of the framework with this status. The reason becomes the
    /// source of an error with `source: true`; clients do not receive it.
    fn from_rejection(status: u16, reason: &str) -> Self;
}

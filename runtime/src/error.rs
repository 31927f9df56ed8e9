//! What all errors of a catalog have in common, generated or written by hand.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt::{Debug, Display};
use core::hash::Hash;
use core::str::FromStr;

use serde_core::Serialize;

use crate::{ErrorInfo, Table, UnknownId};

/// Which error of a catalog it is: what every generated `ErrorCode` can do.
///
/// The methods of `ErrorCode` itself are `const` and need no import; this trait is for code that works with any catalog.
///
/// ```
/// use errbook::CatalogCode;
///
/// /// The share of a catalog's errors that a client may repeat.
/// fn retryable<C: CatalogCode>() -> f64 {
///     let retryable = C::ALL.iter().filter(|code| code.info().handling.retry.is_retryable()).count();
///     retryable as f64 / C::ALL.len() as f64
/// }
/// ```
pub trait CatalogCode:
    Copy + Ord + Hash + Debug + Display + FromStr<Err = UnknownId> + Serialize + Send + Sync + 'static
{
    /// Every code, in the order of the catalog.
    const ALL: &'static [Self];

    /// What the catalog says about each.
    const CATALOG: &'static Table;

    /// Its place in [`CatalogCode::ALL`] and in the rows of [`CatalogCode::CATALOG`].
    fn index(self) -> usize;

    /// Everything the catalog says about it.
    fn info(self) -> &'static ErrorInfo {
        &Self::CATALOG.errors[self.index()]
    }

    /// The error with this id.
    fn from_id(id: &str) -> Option<Self> {
        Self::CATALOG.by_id(id).map(|at| Self::ALL[at])
    }

    /// The error that a client knows by this status and code, an integer code in its digits. Without a status, the error
    /// whose code it is alone.
    fn from_wire(status: Option<u16>, code: Option<&str>) -> Option<Self> {
        Self::CATALOG.by_wire(status, code).map(|at| Self::ALL[at])
    }
}

/// One occurrence of an error from a catalog: what the generated `Error` implements, and every enum with
/// `#[derive(CatalogError)]`.
///
/// What lies beneath it is [`Error::source`], which stays out of everything that clients are sent.
///
/// ```
/// use errbook::CatalogError;
///
/// /// A line for a log that any catalog's errors fit.
/// fn line<E: CatalogError>(error: &E) -> String {
///     format!("{} {}: {}", error.status().unwrap_or(0), error.code(), error.message())
/// }
/// ```
pub trait CatalogError: Error {
    /// The catalog's codes.
    type Code: CatalogCode;

    /// The facts about a request that the catalog's responses carry.
    type Context;

    /// Which error it is.
    fn code(&self) -> Self::Code;

    /// The status of its response, 100 to 599 (RFC 9110 section 15); `None` where it is no HTTP response.
    fn status(&self) -> Option<u16>;

    /// The message that clients are sent, as the catalog words it. The `Display` of an enum written by hand may say something else.
    fn message(&self) -> impl Display;

    /// The details that are present, as a JSON object.
    fn details(&self) -> impl Serialize;

    /// The headers of its response, the content type not among them.
    fn headers(&self, context: &Self::Context) -> Vec<(&'static str, Cow<'static, str>)>;

    /// The body of its response in the catalog's envelope; null where it has none.
    fn body<'a>(&'a self, context: &'a Self::Context) -> impl Serialize;
}

/// The error in the box: a variant may hold a large one so.
impl<E: CatalogError> CatalogError for Box<E> {
    type Code = E::Code;
    type Context = E::Context;

    fn code(&self) -> Self::Code {
        E::code(self)
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
}

/// Where the facts of the request at hand come from, for responses that a web framework asks an error for.
///
/// A generated `Context` without required facts has this already: it takes what a `scope` around the request has, and
/// else nothing. Where a catalog requires a fact, write it yourself: until then, the errors of that catalog are no
/// responses, and a handler that returns one does not compile.
///
/// ```
/// use errbook::Current;
///
/// # #[derive(Clone)]
/// # struct Context { request_id: String }
/// # impl Context { fn new(request_id: impl Into<String>) -> Self { Self { request_id: request_id.into() } } }
/// impl Current for Context {
///     fn current() -> Self {
///         // From the scope that a middleware put around the request; outside of any request there is no id.
/// #       #[cfg(feature = "scope")] {
///         errbook::scoped().unwrap_or_else(|| Self::new("none"))
/// #       }
/// #       #[cfg(not(feature = "scope"))] { Self::new("none") }
///     }
/// }
/// assert_eq!(Context::current().request_id, "none");
/// ```
#[diagnostic::on_unimplemented(
    message = "nobody supplies the facts that the responses of this catalog carry",
    label = "`{Self}` has required facts, and no `errbook::Current`",
    note = "write `impl errbook::Current for {Self}`, with the facts of the request that is being answered"
)]
pub trait Current: Sized {
    /// The facts of the request that is being answered.
    fn current() -> Self;
}

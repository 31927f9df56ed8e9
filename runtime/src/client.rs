//! Errors as the client of an API gets them: from a response back to what the catalog says about
//! it. Behind the feature `client`.
//!
//! Every generated module has a `ReceivedError`, which is [`Received`] of its `Error`. It can be
//! made of anything that a server, or something between, sends: what the catalog knows comes back
//! as the same typed error that the server returned, and what it does not know is kept as it came.
//!
//! ```
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! use errbook::Answer;
//! use errbook::client::{Kind, Request};
//! use errors::{Error, ReceivedError};
//!
//! let headers = [("content-type", b"application/json".as_slice())];
//! let body = br#"{"code": "SOLD_OUT", "message": "The tea is sold out."}"#;
//! let received = ReceivedError::parse(409, headers, body);
//!
//! assert!(matches!(received.kind, Kind::Known(Error::SoldOut)));
//! assert_eq!(received.to_string(), "SOLD_OUT (409): The tea is sold out.");
//! assert_eq!(received.answer(Request::Idempotent, 0), Answer::Stop); // it would fail again
//!
//! // A server that is newer than this catalog.
//! let newer = ReceivedError::parse(409, [], br#"{"code": "MOVED", "message": "We moved."}"#);
//! let Kind::Unknown { code, message, raw } = &newer.kind else { panic!("{newer}") };
//! assert_eq!((code.as_deref(), message.as_deref()), (Some("MOVED"), Some("We moved.")));
//! assert!(raw.starts_with(b"{"));
//! ```
//!
//! # How an error is known
//!
//! By its code, or its id, where the envelope has one; else by the URL or the slug that it carries;
//! else by its status, where the body has all that the envelope of such an error has. URLs are
//! compared as URLs. A title says nothing, for it may be localized. Where two errors fit, neither
//! is meant: it is unknown.
//!
//! Details are read where the envelope has them, else from a header or the message, as far as the
//! template says where each begins and ends.

mod details;
mod json;
mod response;
mod template;
mod wait;

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

pub use details::{Details, Object, Read, ServerSide, one_of};

use self::response::Response;
use crate::{Answer, CatalogCode as _, CatalogError, Json, OneLine, Retry};

/// An error response, parsed with a catalog.
#[derive(Debug)]
pub struct Received<E: CatalogError> {
    /// The status that it came with, which need not be one that the catalog lists.
    pub status: u16,
    /// What the catalog knows of it.
    pub kind: Kind<E>,
    rest: Box<Rest>,
}

/// What is the same for each kind; in a box, so that a `Result` stays small.
struct Rest {
    /// Of an error that the catalog knows.
    message: Option<String>,
    retry: Retry,
    retry_after: Option<Duration>,
    facts: Vec<(&'static str, Json)>,
    /// Of an error that the catalog knows.
    details: Vec<(String, Json)>,
    raw: Raw,
}

/// Facts and messages may be sensitive.
impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rest { message: _, retry, retry_after, facts: _, details: _, raw } = self;
        f.debug_struct("Rest")
            .field("retry", retry)
            .field("retry_after", retry_after)
            .field("raw", raw)
            .finish_non_exhaustive()
    }
}

/// How much of a response the catalog knows.
#[derive(Debug)]
pub enum Kind<E: CatalogError> {
    /// The error that the server returned, with its details.
    Known(E),
    /// An error of the catalog whose details are not as this catalog has them: the server has an
    /// older or a newer one.
    Partial {
        /// Which error.
        code: E::Code,
        /// The first detail that is missing, or not of its type; `status`, where the error has
        /// several and this is none of them.
        detail: &'static str,
    },
    /// No error of the catalog, or more than one that it could be.
    Unknown {
        /// The code, where the body has one in a place that the catalog has codes in.
        code: Option<String>,
        /// The message, likewise.
        message: Option<String>,
        /// The body as it came.
        raw: Raw,
    },
}

/// A body as it came. `Debug` prints its length alone, for what a catalog does not know may be
/// sensitive.
#[derive(Clone, PartialEq, Eq)]
pub struct Raw(Arc<[u8]>);

impl Deref for Raw {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.len())
    }
}

/// Whether a request may be sent again without a second effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// It may: several have the effect of one (RFC 9110 section 9.2.2).
    Idempotent,
    /// It may not, or nobody knows.
    Other,
}

impl Request {
    /// What the method alone says. A request with a key by which the server knows it again is
    /// idempotent whatever its method.
    ///
    /// ```
    /// use errbook::client::Request;
    ///
    /// assert_eq!(Request::with_method("PUT"), Request::Idempotent);
    /// assert_eq!(Request::with_method("POST"), Request::Other);
    /// ```
    pub fn with_method(method: &str) -> Self {
        match method {
            "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" => Request::Idempotent,
            _ => Request::Other,
        }
    }
}

/// An error that can be read from a response; every generated `Error` is one.
pub trait Receive: CatalogError + Sized {
    /// The error with this code and these details. Where they are not as the catalog has them, the
    /// name of the first such detail.
    fn receive(code: Self::Code, details: &Details<'_>) -> Result<Self, &'static str>;
}

impl<E: Receive> Received<E> {
    /// Parses a response. Any input is accepted: a body that is not JSON, or an error that the
    /// catalog does not have, is [`Kind::Unknown`].
    ///
    /// Header names may be in any case.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// use errbook::client::Kind;
    ///
    /// let page = errors::ReceivedError::parse(502, [("Retry-After", b"7".as_slice())], b"<h1>Bad gateway</h1>");
    /// assert!(matches!(page.kind, Kind::Unknown { code: None, message: None, .. }));
    /// assert_eq!(page.retry_after().map(|wait| wait.as_secs()), Some(7));
    /// assert_eq!(page.raw(), b"<h1>Bad gateway</h1>");
    /// ```
    pub fn parse<'h>(status: u16, headers: impl IntoIterator<Item = (&'h str, &'h [u8])>, body: &[u8]) -> Self {
        let raw = Raw(body.into());
        let response = Response::new(E::Code::CATALOG, status, headers, body);
        let Some(at) = response.identify() else {
            let retry = E::Code::CATALOG.unknown(status);
            let retry_after = wait::of_unknown(retry, &response);
            let rest = Rest {
                message: None,
                retry,
                retry_after,
                facts: response.facts(None),
                details: Vec::new(),
                raw: raw.clone(),
            };
            let kind = Kind::Unknown { code: response.code(), message: response.message(), raw };
            return Received { status, kind, rest: Box::new(rest) };
        };
        let code = E::Code::ALL[at];
        let info = code.info();
        let details = Details::new(&response, info);
        let retry = info.handling.retry;
        let mut message = details.message().map(String::from);
        let kind = match E::receive(code, &details) {
            Ok(error) => {
                message.get_or_insert_with(|| error.message().to_string());
                Kind::Known(error)
            }
            Err(detail) => Kind::Partial { code, detail },
        };
        let retry_after = wait::retry_after(retry, &response, &details);
        Received {
            status,
            kind,
            rest: Box::new(Rest {
                message,
                retry,
                retry_after,
                facts: response.facts(Some(info)),
                details: details.all(),
                raw,
            }),
        }
    }
}

impl<E: CatalogError> Received<E> {
    /// Which error of the catalog it is, with all that the catalog says about it; `None` where it
    /// is unknown.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// use errors::{ErrorCode, ReceivedError};
    ///
    /// let received = ReceivedError::parse(404, [], br#"{"code": "NOT_FOUND", "message": "There is nothing here."}"#);
    /// assert_eq!(received.code(), Some(ErrorCode::NotFound));
    /// assert_eq!(received.code().and_then(ErrorCode::fix), Some("Look at the address."));
    /// ```
    pub fn code(&self) -> Option<E::Code> {
        match &self.kind {
            Kind::Known(error) => Some(error.code()),
            Kind::Partial { code, .. } => Some(*code),
            Kind::Unknown { .. } => None,
        }
    }

    /// The message that the server sent; of a known error whose response has none, the catalog's.
    pub fn message(&self) -> Option<&str> {
        match &self.kind {
            Kind::Known(_) | Kind::Partial { .. } => self.rest.message.as_deref(),
            Kind::Unknown { message, .. } => message.as_deref(),
        }
    }

    /// A fact about the request that the response carries, such as the id to quote to support; text
    /// where only a header has it.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// # let received = errors::ReceivedError::parse(404, [], b"");
    /// if let Some(id) = received.fact("request_id") {
    ///     eprintln!("quote {id:?} to support");
    /// }
    /// ```
    pub fn fact(&self, name: &str) -> Option<&Json> {
        self.rest.facts.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// A detail as the body has it, also where another one is not as this catalog has it; `None`
    /// where the body has none of this name, or the catalog does not know the error.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// # let received = errors::ReceivedError::parse(404, [], b"");
    /// if let Some(reason) = received.detail("reason") {
    ///     eprintln!("the server says {reason:?}");
    /// }
    /// ```
    pub fn detail(&self, name: &str) -> Option<&Json> {
        self.rest.details.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The body as it came.
    pub fn raw(&self) -> &[u8] {
        &self.rest.raw
    }

    /// Whether the client can retry the request, as the catalog says. For an error that is not in
    /// the catalog, the advice is under `unknown` in the catalog, by status. Without it,
    /// [`Retry::Unsaid`].
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// use errbook::Answer;
    /// use errbook::client::Request;
    ///
    /// // The page of a proxy. The catalog says: `unknown: {5XX: {retryable: idempotent, ...}}`.
    /// let page = errors::ReceivedError::parse(502, [("retry-after", b"7".as_slice())], b"<h1>Bad gateway</h1>");
    /// assert_eq!(page.answer(Request::Idempotent, 0).wait().map(|wait| wait.as_secs()), Some(7));
    /// assert_eq!(page.answer(Request::Idempotent, 2), Answer::Stop);
    /// assert_eq!(page.answer(Request::Other, 0), Answer::Stop);
    /// ```
    pub fn retry(&self) -> Retry {
        self.rest.retry
    }

    /// How long the server asks to wait, from when the response was parsed: what the error's policy
    /// names, else `Retry-After`.
    ///
    /// A date is held against the response's own `Date`, so that the two clocks need not agree. A
    /// number from a thousand million up is a Unix time rather than a wait of 31 years, and one
    /// from a hundred thousand million up is one in milliseconds. Of several values, the longest.
    pub fn retry_after(&self) -> Option<Duration> {
        self.rest.retry_after
    }

    /// Whether and when to send the request again.
    ///
    /// `repeats` is how often it was repeated already: 0 after the first failure. [`Retry::answer`]
    /// tells the bounds. Where the wait is too long, [`Received::retry_after`] shows it.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// use std::time::Duration;
    /// use errbook::Answer;
    /// use errbook::client::Request;
    ///
    /// let body = br#"{"code": "CROWDED", "message": "Too many are in the shop."}"#;
    /// let received = errors::ReceivedError::parse(503, [("retry-after", b"20".as_slice())], body);
    /// assert_eq!(received.answer(Request::Idempotent, 0), Answer::Wait(Duration::from_secs(20)));
    /// assert_eq!(received.answer(Request::Idempotent, 3), Answer::Stop); // the catalog says: three times
    /// assert_eq!(received.answer(Request::Other, 0), Answer::Stop); // it may have had its effect
    /// ```
    pub fn answer(&self, request: Request, repeats: u32) -> Answer {
        self.retry_of(request).answer(repeats, self.retry_after())
    }

    /// As [`Received::answer`], spread over time so that many clients do not come back at once.
    /// `random` is a number from 0 to 1; see [`Retry::answer_with_jitter`].
    pub fn answer_with_jitter(&self, request: Request, repeats: u32, random: f64) -> Answer {
        self.retry_of(request).answer_with_jitter(repeats, self.retry_after(), random)
    }

    fn retry_of(&self, request: Request) -> Retry {
        match (self.retry(), request) {
            (Retry::Idempotent(_), Request::Other) => Retry::Never,
            (retry, _) => retry,
        }
    }
}

/// The id or the code, the status and the message.
impl<E: CatalogError> fmt::Display for Received<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, self.code()) {
            (_, Some(code)) => write!(f, "{code} ({})", self.status)?,
            (Kind::Unknown { code: Some(code), .. }, None) => {
                write!(f, "unknown error {} ({})", OneLine(code), self.status)?;
            }
            (_, None) => write!(f, "unknown error ({})", self.status)?,
        }
        match self.message() {
            Some(message) => write!(f, ": {}", OneLine(message)),
            None => Ok(()),
        }
    }
}

impl<E: CatalogError> core::error::Error for Received<E> {}

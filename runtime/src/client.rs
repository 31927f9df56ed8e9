//! Parses responses of an API back into the errors of its catalog. Requires the feature `client`.
//!
//! Every generated module has a `ReceivedError`, an alias of [`Received`] with the module's
//! `Error`. It parses any response, from the server or from a proxy. If the catalog has the error,
//! the result is the same typed error that the server returned. Otherwise, the result keeps the
//! response unchanged.
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
//! assert!(matches!(received.kind, Kind::Known(Error::SoldOut { .. })));
//! assert_eq!(received.to_string(), "SOLD_OUT (409): The tea is sold out.");
//! assert_eq!(received.answer(Request::Idempotent, 0), Answer::Stop); // the same request fails again
//!
//! // A server that is newer than this catalog.
//! let newer = ReceivedError::parse(409, [], br#"{"code": "MOVED", "message": "We moved."}"#);
//! let Kind::Unknown { code, message, raw } = &newer.kind else { panic!("{newer}") };
//! assert_eq!((code.as_deref(), message.as_deref()), (Some("MOVED"), Some("We moved.")));
//! assert!(raw.starts_with(b"{"));
//! ```
//!
//! # How an error is identified
//!
//! If the envelope has a code or an id, it identifies the error. Otherwise, the URL or the slug of
//! the error's page does. Otherwise, the status does, if the body is an object with every required
//! member of the error's envelope. An error without an envelope has no body, so only an empty
//! response is one. URLs are compared as URLs. A title does not identify an error, because servers
//! may localize it. If several errors match, the error is unknown.
//!
//! Details are read from the envelope. If it does not have a detail, a header or the message can
//! contain it: its template shows where each value begins and ends, unless two values are adjacent or a
//! value contains the text between them.

#[cfg(any(feature = "reqwest", feature = "tower"))]
mod body;
#[cfg(any(feature = "reqwest", feature = "tower"))]
mod budget;
mod details;
mod json;
mod list;
mod response;
#[cfg(any(feature = "reqwest", feature = "tower"))]
pub(crate) mod retries;
mod template;
mod wait;

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Deref, Range};
use core::time::Duration;
use std::sync::OnceLock;

#[cfg(any(feature = "reqwest", feature = "tower"))]
pub use body::ReadBody;
#[cfg(any(feature = "reqwest", feature = "tower"))]
pub use budget::Budget;
pub use details::{Details, Object, Read, ServerSide, one_of};
#[cfg(any(feature = "reqwest", feature = "tower"))]
pub use retries::{Attempt, Cause, DeadlineExceeded, Next, Reason, Retries};

use self::json::{Document, Tokens};
use self::response::Response;
use crate::{Answer, CatalogCode, CatalogError, Json, OneLine, Retry};

/// An error response, parsed with a catalog.
#[derive(Debug)]
pub struct Received<E: CatalogError> {
    /// The status of the response. The catalog may not list it.
    pub status: u16,
    /// How much of the response the catalog knows.
    pub kind: Kind<E>,
    rest: Box<Rest>,
}

/// The data of every kind. It is boxed, so that a `Result` stays small.
struct Rest {
    message: Message,
    retry: Retry,
    retry_after: Option<Duration>,
    in_headers: Vec<(&'static str, Json)>,
    /// The values of the body, once one of them is asked for.
    in_body: OnceLock<Values>,
    raw: Raw,
}

/// The message of an error of the catalog.
enum Message {
    /// A place in the body, so that most messages are not copied.
    InBody(Range<u32>),
    Text(String),
    /// The message of the catalog, once it is asked for.
    OfCatalog(OnceLock<String>),
}

/// The values that a body has beside the typed error.
#[derive(Default)]
struct Values {
    facts: Vec<(&'static str, Json)>,
    /// For errors of the catalog.
    details: Vec<(String, Json)>,
}

/// Leaves out messages, details and context fields, because they may be sensitive.
impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rest { message: _, retry, retry_after, in_headers: _, in_body: _, raw } = self;
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
    /// An error of the catalog whose details do not match this catalog, because the server has an
    /// older or a newer one.
    Partial {
        /// The error's code.
        code: E::Code,
        /// The first detail that is missing or has the wrong type; `status` if the error has
        /// several statuses and the response has a different one.
        detail: &'static str,
    },
    /// No error of the catalog matches, or more than one does.
    Unknown {
        /// The code, if the body has one in a place where the catalog's envelopes have codes.
        code: Option<String>,
        /// The message, if the body has one in a place where the catalog's envelopes have messages.
        message: Option<String>,
        /// The body, unchanged.
        raw: Raw,
    },
}

/// A body, unchanged. `Debug` prints only its length, because an unknown body may be sensitive.
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

/// Whether repeating a request is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Several identical requests have the effect of one (RFC 9110 section 9.2.2).
    Idempotent,
    /// Repeating the request may have a second effect.
    Other,
}

impl Request {
    /// Whether the method is idempotent. A request with an idempotency key is idempotent with any
    /// method.
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

    /// The advice for a request of this kind: [`Retry::Idempotent`] forbids to repeat another one.
    pub(crate) fn permits(self, retry: Retry) -> Retry {
        match (retry, self) {
            (Retry::Idempotent(_), Request::Other) => Retry::Never,
            (retry, _) => retry,
        }
    }
}

/// An error that can be read from a response. Every generated `Error` implements it.
pub trait Receive: CatalogError + Sized {
    /// The error with this code and these details, or the name of the first detail that does not
    /// match the catalog.
    fn receive(code: Self::Code, details: &Details<'_>) -> Result<Self, &'static str>;
}

impl<E: Receive> Received<E> {
    /// Parses a response. Any input is accepted: if the body is not JSON, or if the catalog does
    /// not have the error, the kind is [`Kind::Unknown`].
    ///
    /// Header names are case-insensitive.
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
        let mut tokens = Tokens::new();
        let document = Document::read(body, &mut tokens);
        let headers = headers.into_iter().collect();
        let response = Response::new(E::Code::CATALOG, status, headers, body, document.as_ref());
        let Some(at) = response.identify() else {
            let retry = E::Code::CATALOG.unknown(status);
            let retry_after = wait::of_unknown(retry, &response);
            let rest = Rest {
                message: Message::OfCatalog(OnceLock::new()),
                retry,
                retry_after,
                in_headers: response.facts(None),
                in_body: OnceLock::new(),
                raw: raw.clone(),
            };
            let kind = Kind::Unknown { code: response.code(), message: response.message(), raw };
            return Received { status, kind, rest: Box::new(rest) };
        };
        let code = E::Code::ALL[at];
        let info = code.info();
        let details = Details::new(&response, info);
        let retry = info.retry();
        let message = match details.message() {
            Some(text) => text.place().map_or_else(|| Message::Text(text.to_text()), Message::InBody),
            None => Message::OfCatalog(OnceLock::new()),
        };
        let kind = match E::receive(code, &details) {
            Ok(error) => Kind::Known(error),
            Err(detail) => Kind::Partial { code, detail },
        };
        let retry_after = wait::retry_after(retry, &response, &details);
        let in_headers = response.facts(Some(info));
        let rest = Rest { message, retry, retry_after, in_headers, in_body: OnceLock::new(), raw };
        Received { status, kind, rest: Box::new(rest) }
    }
}

impl<E: CatalogError> Received<E> {
    /// The code of the error, with everything that the catalog says about it; `None` if the error
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

    /// The message from the server; for a known error without one, the message of the catalog.
    pub fn message(&self) -> Option<&str> {
        match (&self.kind, &self.rest.message) {
            (Kind::Unknown { message, .. }, _) => message.as_deref(),
            (_, Message::InBody(place)) => {
                core::str::from_utf8(&self.rest.raw[place.start as usize..place.end as usize]).ok()
            }
            (_, Message::Text(text)) => Some(text),
            (Kind::Known(error), Message::OfCatalog(text)) => Some(text.get_or_init(|| error.message().to_string())),
            (Kind::Partial { .. }, Message::OfCatalog(_)) => None,
        }
    }

    /// A context field of the response, such as the request id to quote to support. It is text if
    /// only a header has it.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// # let received = errors::ReceivedError::parse(404, [], b"");
    /// if let Some(id) = received.fact("request_id") {
    ///     eprintln!("quote {id:?} to support");
    /// }
    /// ```
    pub fn fact(&self, name: &str) -> Option<&Json> {
        let mut facts = self.in_body().facts.iter().chain(&self.rest.in_headers);
        facts.find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// A detail as in the body, even if another detail does not match this catalog; `None` if the
    /// body does not have it, or if the error is unknown.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// # let received = errors::ReceivedError::parse(404, [], b"");
    /// if let Some(reason) = received.detail("reason") {
    ///     eprintln!("the server says {reason:?}");
    /// }
    /// ```
    pub fn detail(&self, name: &str) -> Option<&Json> {
        self.in_body().details.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    fn in_body(&self) -> &Values {
        self.rest.in_body.get_or_init(|| {
            let info = self.code().map(CatalogCode::info);
            let mut tokens = Tokens::new();
            let document = Document::read(self.raw(), &mut tokens);
            document.map(|body| response::values(&body, E::Code::CATALOG, info)).unwrap_or_default()
        })
    }

    /// The body, unchanged.
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

    /// How long the server asks to wait, counted from when the response was parsed. The value comes
    /// from the header or detail that the error's policy names, or else from `Retry-After`.
    ///
    /// A date is compared with the response's own `Date`, so that the two clocks need not agree. A
    /// number of at least 10^9 is a Unix time in seconds, and one of at least 10^11 a Unix time in
    /// milliseconds. If there are several values, the longest wait counts. A number that is too
    /// large for a duration is [`Duration::MAX`].
    pub fn retry_after(&self) -> Option<Duration> {
        self.rest.retry_after
    }

    /// Whether and when to send the request again.
    ///
    /// `repeats` is the number of repeats so far: 0 after the first failure. [`Retry::answer`]
    /// documents the limits. If the wait is too long, [`Received::retry_after`] still returns it.
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
    /// assert_eq!(received.answer(Request::Idempotent, 3), Answer::Stop); // three repeats at most
    /// assert_eq!(received.answer(Request::Other, 0), Answer::Stop); // the first request may have had an effect
    /// ```
    pub fn answer(&self, request: Request, repeats: u32) -> Answer {
        request.permits(self.retry()).answer(repeats, self.retry_after())
    }

    /// Like [`Received::answer`], with waits spread over time, so that many clients do not retry at
    /// once. `random` is a number from 0 to 1; see [`Retry::answer_with_jitter`].
    pub fn answer_with_jitter(&self, request: Request, repeats: u32, random: f64) -> Answer {
        request.permits(self.retry()).answer_with_jitter(repeats, self.retry_after(), random)
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

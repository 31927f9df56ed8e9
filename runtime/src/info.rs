//! A catalog's data about an error, as constants.

use core::fmt;
use core::time::Duration;

use serde_core::ser::{Serialize, Serializer};

use crate::table::{Handling, Place, Table, Text};

/// The data about one error that is the same in each occurrence.
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// use errbook::Code;
///
/// let sold_out = errors::ErrorCode::SoldOut.info();
/// assert_eq!(sold_out.code(), Some(Code::Text("SOLD_OUT")));
/// assert_eq!(sold_out.statuses(), [409]);
/// assert_eq!(sold_out.message(), "The tea is sold out.");
/// ```
#[derive(Clone, Copy)]
pub struct ErrorInfo {
    pub(crate) table: &'static Table,
    pub(crate) row: usize,
}

impl ErrorInfo {
    fn text(self, text: Text) -> &'static str {
        self.table.text(self.row, text)
    }

    fn present(self, text: Text) -> Option<&'static str> {
        Some(self.text(text)).filter(|text| !text.is_empty())
    }

    pub(crate) fn places(self) -> impl Iterator<Item = Place> {
        self.table.places(self.row)
    }

    pub(crate) fn handling(self) -> &'static Handling {
        self.table.handling(self.row)
    }

    #[cfg(feature = "client")]
    pub(crate) fn envelope(self) -> Option<&'static Envelope> {
        self.handling().envelope.map(|at| &self.table.envelopes[at])
    }

    /// The id, unique in the catalog and stable.
    pub fn id(self) -> &'static str {
        self.table.id(self.row)
    }

    /// The name of the error's page.
    pub fn slug(self) -> &'static str {
        self.text(Text::Slug)
    }

    /// The wire code; `None` if the API sends none.
    pub fn code(self) -> Option<Code> {
        self.table.code(self.row)
    }

    /// The HTTP statuses; empty if the error is not an HTTP response.
    pub fn statuses(self) -> &'static [u16] {
        self.table.statuses(self.row)
    }

    /// A short title in plain text.
    pub fn title(self) -> &'static str {
        self.text(Text::Title)
    }

    /// The message, with `{name}` for each detail.
    pub fn message(self) -> &'static str {
        self.text(Text::Message)
    }

    /// When the error occurs, as markdown.
    pub fn description(self) -> Option<&'static str> {
        self.present(Text::Description)
    }

    /// The usual cause, as markdown.
    pub fn cause(self) -> Option<&'static str> {
        self.present(Text::Cause)
    }

    /// How to fix it, as markdown.
    pub fn fix(self) -> Option<&'static str> {
        self.present(Text::Fix)
    }

    /// Whether and how to retry the request.
    pub fn retry(self) -> Retry {
        self.handling().retry
    }

    /// What happens to the charge, if the catalog says so.
    pub fn refund(self) -> Option<Refund> {
        self.handling().refund
    }

    /// Whose fault the error is, if the catalog says so.
    pub fn fault(self) -> Option<Fault> {
        self.handling().fault
    }

    /// The URL of the error's page.
    pub fn doc_url(self) -> Option<&'static str> {
        self.present(Text::DocUrl)
    }

    /// The id of the error's group.
    pub fn group(self) -> Option<&'static str> {
        self.handling().group
    }

    /// The media type of the body, if there is a body.
    pub fn content_type(self) -> Option<&'static str> {
        self.handling().content_type
    }

    /// The response headers, with templates as values.
    pub fn headers(self) -> &'static [(&'static str, &'static str)] {
        self.handling().headers
    }

    /// The API version that introduced the error.
    pub fn since(self) -> Option<&'static str> {
        self.handling().since
    }

    /// The deprecation, if the error is deprecated.
    pub fn deprecated(self) -> Option<Deprecated> {
        self.handling().deprecated
    }
}

/// Shows the id.
impl fmt::Debug for ErrorInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ErrorInfo").field(&self.id()).finish()
    }
}

/// The places of an occurrence's values in a response, for clients.
///
/// Placeholders inside text are not slots, because the text does not show where a value ends.
/// Places are JSON pointers (RFC 6901).
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    /// The slots of the body and their places.
    pub slots: &'static [(&'static str, Slot)],
    /// The places that every error fills.
    pub required: &'static [&'static str],
    /// The headers of every response with this envelope, with templates as values.
    pub headers: &'static [(&'static str, &'static str)],
}

/// A value of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The id.
    Id,
    /// The wire code.
    Code,
    /// The name of the error's page.
    Slug,
    /// The title.
    Title,
    /// The message.
    Message,
    /// The URL of the error's page.
    DocUrl,
    /// An object with the details, possibly among other members.
    Details,
    /// The detail of this name.
    Detail(&'static str),
    /// The context field of this name.
    Fact(&'static str),
}

/// A code on the wire.
///
/// ```
/// use errbook::Code;
///
/// assert_eq!(Code::Integer(1001).to_string(), "1001");
/// assert!(Code::Integer(1001).is("1001"));
/// assert!(!Code::Integer(1001).is("01001"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A JSON string.
    Text(&'static str),
    /// A JSON number.
    Integer(i64),
}

impl Code {
    /// Whether `text` is this code; an integer is compared with its decimal digits.
    pub fn is(self, text: &str) -> bool {
        match self {
            Code::Text(code) => code == text,
            Code::Integer(code) => {
                let mut rest = Rest(text);
                fmt::write(&mut rest, format_args!("{code}")).is_ok() && rest.0.is_empty()
            }
        }
    }
}

/// The rest of a text, after everything written so far matched its start.
struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Code::Text(code) => f.pad(code),
            Code::Integer(code) => fmt::Display::fmt(code, f),
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Code::Text(code) => serializer.serialize_str(code),
            Code::Integer(code) => serializer.serialize_i64(*code),
        }
    }
}

/// Whether retrying a request can help. Serializes as `false`, `true` or `"idempotent"`, and as
/// null if the catalog does not say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Retry {
    /// The catalog does not say.
    Unsaid,
    /// The same request will fail again.
    Never,
    /// The same request may succeed. Has the retry policy, if the catalog declares one.
    Always(Option<Policy>),
    /// The same request may succeed, but retry it only if repeating it is safe (RFC 9110 section
    /// 9.2.2).
    Idempotent(Option<Policy>),
}

impl Retry {
    /// `None` if the catalog does not say.
    ///
    /// ```
    /// use errbook::Retry;
    ///
    /// assert_eq!(Retry::Never.said(), Some(Retry::Never));
    /// assert_eq!(Retry::Unsaid.said(), None);
    /// ```
    pub const fn said(self) -> Option<Self> {
        match self {
            Retry::Unsaid => None,
            said => Some(said),
        }
    }

    /// Whether the catalog says that retrying can help. Also true if only idempotent requests can
    /// be retried.
    pub const fn is_retryable(self) -> bool {
        matches!(self, Retry::Always(_) | Retry::Idempotent(_))
    }

    /// The retry policy, if retrying can help and the catalog declares one.
    pub const fn policy(self) -> Option<Policy> {
        match self {
            Retry::Unsaid | Retry::Never => None,
            Retry::Always(policy) | Retry::Idempotent(policy) => policy,
        }
    }
}

impl fmt::Display for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Retry::Unsaid => "unsaid",
            Retry::Never => "false",
            Retry::Always(_) => "true",
            Retry::Idempotent(_) => "idempotent",
        })
    }
}

impl Serialize for Retry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Retry::Unsaid => serializer.serialize_none(),
            Retry::Never => serializer.serialize_bool(false),
            Retry::Always(_) => serializer.serialize_bool(true),
            Retry::Idempotent(_) => serializer.serialize_str("idempotent"),
        }
    }
}

/// How to retry a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// The policy's name in the catalog.
    pub name: Option<&'static str>,
    /// The part of the response that says how long to wait. It overrides the backoff.
    pub after: Option<After>,
    /// How long to wait if the response does not say.
    pub backoff: Option<Backoff>,
    /// The maximum number of retries, without the first request; [`Retry::DEFAULT_REPEATS`] if it
    /// is `None`.
    pub attempts: Option<u32>,
}

impl Policy {
    /// A policy without data, for generated code to fill.
    pub const EMPTY: Self = Self { name: None, after: None, backoff: None, attempts: None };
}

/// The part of a response that says when to retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// A header, such as `Retry-After`.
    Header(&'static str),
    /// A detail.
    Detail(&'static str),
}

/// The wait between attempts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Backoff {
    /// The same wait each time. With `max`, a wait between `initial` and `max`.
    Fixed {
        /// The wait, or the shortest wait.
        initial: Duration,
        /// The longest wait, if the wait is a range.
        max: Option<Duration>,
    },
    /// Each wait is `factor` times the previous one.
    Exponential {
        /// The first wait.
        initial: Duration,
        /// The growth factor, more than 1.
        factor: f64,
        /// The longest wait.
        max: Option<Duration>,
    },
}

/// Whose fault an error is. Displays and serializes as `caller`, `api` or `upstream`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The caller.
    Caller,
    /// The API.
    Api,
    /// A service that the API depends on.
    Upstream,
}

impl Fault {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Caller => "caller",
            Fault::Api => "api",
            Fault::Upstream => "upstream",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What happens to the charge for a request. Displays and serializes as `refunded`, `kept`,
/// `not_charged` or `conditional`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refund {
    /// Charged, then refunded.
    Refunded,
    /// Charged and not refunded.
    Kept,
    /// Never charged.
    NotCharged,
    /// Refunded under a condition.
    Conditional {
        /// The condition, as markdown.
        when: &'static str,
    },
}

impl Refund {
    /// The name of the variant in snake case.
    pub const fn kind(self) -> &'static str {
        match self {
            Refund::Refunded => "refunded",
            Refund::Kept => "kept",
            Refund::NotCharged => "not_charged",
            Refund::Conditional { .. } => "conditional",
        }
    }
}

impl fmt::Display for Refund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.kind())
    }
}

impl Serialize for Refund {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.kind())
    }
}

/// Why an error is deprecated, and its replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deprecated {
    /// The API version that deprecated the error.
    pub since: Option<&'static str>,
    /// The id of the error to expect instead.
    pub replacement: Option<&'static str>,
    /// A note, as markdown.
    pub note: Option<&'static str>,
}

//! What a catalog says about an error, as constants.

use core::fmt;
use core::time::Duration;

use serde_core::ser::{Serialize, Serializer};

/// Everything a catalog says about one error that is the same in each occurrence: a row of the generated table.
///
/// Text that is absent is empty here, and what many errors share stands beside the table: a row of plain strings is what
/// compiles fastest. The methods say `None` for what is absent.
///
/// ```
/// use errbook::{Code, ErrorInfo};
///
/// static SOLD_OUT: ErrorInfo =
///     ErrorInfo { id: "SOLD_OUT", code: Some(Code::Text("SOLD_OUT")), statuses: &[409], ..ErrorInfo::EMPTY };
/// assert!(!SOLD_OUT.handling.retry.is_retryable());
/// assert_eq!(SOLD_OUT.fix(), None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ErrorInfo {
    /// The id: unique in its catalog, and stable.
    pub id: &'static str,
    /// The name of its page.
    pub slug: &'static str,
    /// What stands on the wire; `None` where the API sends no code.
    pub code: Option<Code>,
    /// The statuses that it comes with, none for an error that is not an HTTP response.
    pub statuses: &'static [u16],
    /// A few words of plain text.
    pub title: &'static str,
    /// The message, with `{name}` where a detail stands.
    pub message: &'static str,
    /// Markdown: what it means, when it fires.
    pub description: &'static str,
    /// Markdown: the usual cause.
    pub cause: &'static str,
    /// Markdown: what to do about it.
    pub fix: &'static str,
    /// The URL of its page.
    pub doc_url: &'static str,
    /// What it shares with the errors that are handled alike.
    pub handling: &'static Handling,
}

impl ErrorInfo {
    /// A row that says nothing.
    pub const EMPTY: Self = Self {
        id: "",
        slug: "",
        code: None,
        statuses: &[],
        title: "",
        message: "",
        description: "",
        cause: "",
        fix: "",
        doc_url: "",
        handling: &Handling::EMPTY,
    };

    /// Markdown: what it means, when it fires.
    pub const fn description(&self) -> Option<&'static str> {
        present(self.description)
    }

    /// Markdown: the usual cause.
    pub const fn cause(&self) -> Option<&'static str> {
        present(self.cause)
    }

    /// Markdown: what to do about it.
    pub const fn fix(&self) -> Option<&'static str> {
        present(self.fix)
    }

    /// The URL of its page.
    pub const fn doc_url(&self) -> Option<&'static str> {
        present(self.doc_url)
    }
}

const fn present(text: &'static str) -> Option<&'static str> {
    if text.is_empty() { None } else { Some(text) }
}

/// How a kind of error is dealt with; errors that are dealt with alike share one.
#[derive(Debug, Clone, Copy)]
pub struct Handling {
    /// Whether repeating the request can help.
    pub retry: Retry,
    /// What happens to the charge; `None` where the catalog does not say.
    pub refund: Option<Refund>,
    /// The id of the group that it stands in.
    pub group: Option<&'static str>,
    /// The media type of its body, where it has one.
    pub content_type: Option<&'static str>,
    /// The place of its envelope in [`Table::envelopes`](crate::Table::envelopes), where it comes in one.
    pub envelope: Option<usize>,
    /// The headers of its response, values as templates.
    pub headers: &'static [(&'static str, &'static str)],
    /// When it came, and whether it is on its way out.
    pub lifecycle: Lifecycle,
}

impl Handling {
    /// What says nothing. Generated code names only the members that a catalog fills, so that it still compiles when a
    /// later version of this crate has more.
    pub const EMPTY: Self = Self {
        retry: Retry::Never,
        refund: None,
        group: None,
        content_type: None,
        envelope: None,
        headers: &[],
        lifecycle: Lifecycle { since: None, deprecated: None },
    };
}

/// Where the values of an occurrence are in a response: what a client reads an error by.
///
/// Text around placeholders is not among the slots, for it does not say where a value ends. Places are JSON pointers (RFC 6901).
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    /// What stands in the body, and where.
    pub slots: &'static [(&'static str, Slot)],
    /// The places that are filled whatever the error.
    pub required: &'static [&'static str],
    /// The headers of every response in it, values as templates.
    pub headers: &'static [(&'static str, &'static str)],
}

/// A value of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The id.
    Id,
    /// The code.
    Code,
    /// The name of its page.
    Slug,
    /// The title.
    Title,
    /// The message.
    Message,
    /// The URL of its page.
    DocUrl,
    /// An object of the details, or one that has them among its members.
    Details,
    /// The detail of this name.
    Detail(&'static str),
    /// The fact of the request that has this name.
    Fact(&'static str),
}

/// A code as it stands on the wire.
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
    /// Whether `text` is this code, an integer in its decimal digits.
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

/// What is left of a text after everything written was found at its start.
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

/// Whether repeating a request can help. Serializes as `false`, `true` or `"idempotent"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Retry {
    /// It will fail again.
    Never,
    /// It may succeed; with how to go about it, where the catalog says.
    Always(Option<Policy>),
    /// It may succeed, and only a request that is safe to repeat (RFC 9110 section 9.2.2) should be.
    Idempotent(Option<Policy>),
}

impl Retry {
    /// Whether repeating can help, be it only for requests that are safe to repeat.
    pub const fn is_retryable(self) -> bool {
        !matches!(self, Retry::Never)
    }

    /// How to go about it, where repeating helps and the catalog says how.
    pub const fn policy(self) -> Option<Policy> {
        match self {
            Retry::Never => None,
            Retry::Always(policy) | Retry::Idempotent(policy) => policy,
        }
    }
}

impl fmt::Display for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Retry::Never => "false",
            Retry::Always(_) => "true",
            Retry::Idempotent(_) => "idempotent",
        })
    }
}

impl Serialize for Retry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Retry::Never => serializer.serialize_bool(false),
            Retry::Always(_) => serializer.serialize_bool(true),
            Retry::Idempotent(_) => serializer.serialize_str("idempotent"),
        }
    }
}

/// How to repeat a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// The policy's name in the catalog.
    pub name: Option<&'static str>,
    /// What in the response says how long to wait; it wins over the backoff.
    pub after: Option<After>,
    /// How long to wait where the response does not say.
    pub backoff: Option<Backoff>,
    /// How many times to repeat, not counting the first try; `None`: no limit.
    pub attempts: Option<u32>,
}

impl Policy {
    /// A policy that says nothing, for generated code to fill.
    pub const EMPTY: Self = Self { name: None, after: None, backoff: None, attempts: None };
}

/// Where a response says when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// A header's name, as `Retry-After`.
    Header(&'static str),
    /// A detail's name.
    Detail(&'static str),
}

/// The wait between tries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Backoff {
    /// The same wait each time; with `max`, anywhere between the two.
    Fixed {
        /// The wait, or the shortest wait.
        initial: Duration,
        /// The longest wait, where it is a range.
        max: Option<Duration>,
    },
    /// Each wait is `factor` times the one before.
    Exponential {
        /// The first wait.
        initial: Duration,
        /// More than 1.
        factor: f64,
        /// No wait is longer.
        max: Option<Duration>,
    },
}

/// What happens to what a request cost. Displays and serializes as `refunded`, `kept`, `not_charged` or `conditional`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refund {
    /// Charged, then given back.
    Refunded,
    /// Charged, and kept.
    Kept,
    /// Never charged.
    NotCharged,
    /// Given back under a condition.
    Conditional {
        /// Markdown: the condition.
        when: &'static str,
    },
}

impl Refund {
    /// The word for its kind.
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

/// When an error came, and whether it is on its way out.
///
/// ```
/// use errbook::ErrorInfo;
///
/// fn may_be_relied_on(info: &ErrorInfo) -> bool {
///     info.handling.lifecycle.deprecated.is_none()
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifecycle {
    /// The version that brought it.
    pub since: Option<&'static str>,
    /// Set where it should no longer be relied on.
    pub deprecated: Option<Deprecated>,
}

/// Why an error was given up, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deprecated {
    /// The version that deprecated it.
    pub since: Option<&'static str>,
    /// The id of what to expect in its place.
    pub replacement: Option<&'static str>,
    /// Markdown.
    pub note: Option<&'static str>,
}

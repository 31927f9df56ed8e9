//! The wording of each property of an error, shared by the reference, rustdoc, `OpenAPI`,
//! `llms.txt` and the terminal.
//!
//! A sentence is a list of [`Span`]s, which each output prints in its own markup. [`Advice`] alone
//! decides what a reader should do about an error.
//!
//! ```
//! use errbook_codegen::words;
//!
//! let text = b"
//! errbook: 1
//! api: {name: Shop}
//! retry:
//!   patiently:
//!     {after: Retry-After, backoff: exponential, initial: 2500ms, max: 3m, attempts: 3}
//! errors:
//!   BUSY: {status: 503, retry: patiently, refund: false, headers: {Retry-After: '30'}}
//! ";
//! let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
//! let busy = &catalog.errors[0];
//! assert_eq!(
//!     words::retry(busy).expect("a response").markdown(),
//!     "Retry up to 3 times. Wait for the time in the `Retry-After` header or, without it, 2.5 s, \
//!      doubling up to 3 min.",
//! );
//! let refund = words::refund(busy.refund.as_ref().expect("declared"));
//! assert_eq!(refund.plain(), "The charge is not refunded.");
//! ```

use errbook_catalog::model::{
    After, Backoff, Catalog, Deprecated, DetailType, ErrorDef, Fault, Kind, Policy, Refund, Retry, TypeDef, TypeShape,
};

use crate::commonmark::{code_span, escaped, one_line};

/// A sentence about an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Vec<Span>);

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain text.
    Text(String),
    /// Important plain text.
    Strong(String),
    /// A name on the wire or in code.
    Code(String),
    /// Markdown from the catalog, or a link that the output built.
    Markdown(String),
}

impl Words {
    fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Text(text.into()));
        self
    }

    fn and(mut self, more: Words) -> Self {
        self.0.extend(more.0);
        self
    }

    fn code(mut self, name: &str) -> Self {
        self.0.push(Span::Code(name.to_owned()));
        self
    }

    fn markdown_of(mut self, markdown: &str) -> Self {
        self.0.push(Span::Markdown(markdown.to_owned()));
        self
    }

    fn instead(mut self, replacement: Option<Span>) -> Self {
        let Some(replacement) = replacement else { return self };
        self.0.push(Span::Text(" Expect ".to_owned()));
        self.0.push(replacement);
        self.text(" instead.")
    }

    /// The parts, for outputs with their own markup.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// As `CommonMark`, for rustdoc and `OpenAPI`. Markdown of several lines becomes its own
    /// paragraphs.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for span in &self.0 {
            match span {
                Span::Text(plain) => text.push_str(&escaped(plain, false)),
                Span::Strong(plain) => text.extend(["**", &escaped(plain, false), "**"]),
                Span::Code(name) => text.push_str(&code_span(name)),
                Span::Markdown(markdown) if markdown.trim().contains('\n') => {
                    text.truncate(text.trim_end().len());
                    text.extend(["\n\n", markdown.trim()]);
                }
                Span::Markdown(markdown) => text.push_str(markdown.trim()),
            }
        }
        text
    }

    /// As plain text, for the terminal.
    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|span| match span {
                Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Markdown(text) => text.as_str(),
            })
            .collect()
    }
}

/// A property of an error in one or two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    /// A stable key for filters, classes and anchors.
    pub key: &'static str,
    /// The words.
    pub text: &'static str,
    /// What the badge means to a reader: `good`, `caution` or `bad`.
    pub tone: &'static str,
}

/// What a reader should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Send the same request again.
    Retry,
    /// Send it again if repeating it is safe.
    RetryIfSafe,
    /// Do not retry.
    Stop,
}

impl Advice {
    /// `None` if the catalog does not say, and for a symptom: it is not a response, and its own fix
    /// says what to do.
    pub fn of(error: &ErrorDef) -> Option<Self> {
        match &error.retry {
            _ if error.kind() == Kind::Symptom => None,
            Retry::Unsaid => None,
            Retry::Always(_) => Some(Advice::Retry),
            Retry::Idempotent(_) => Some(Advice::RetryIfSafe),
            Retry::Never => Some(Advice::Stop),
        }
    }

    /// Whether to send the same request again, if need be under a condition.
    pub fn is_retry(self) -> bool {
        match self {
            Advice::Retry | Advice::RetryIfSafe => true,
            Advice::Stop => false,
        }
    }

    /// Whether to repeat the request, as a badge.
    pub fn badge(self) -> Badge {
        match self {
            Advice::Retry => Badge { key: "always", text: "Retry", tone: "good" },
            Advice::RetryIfSafe => Badge { key: "idempotent", text: "Retry if it is safe", tone: "caution" },
            Advice::Stop => Badge { key: "never", text: "Do not retry", tone: "bad" },
        }
    }
}

/// The answer to "is it my fault?".
pub fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::Caller => "Yes. The cause is on your side.",
        Fault::Api => "No. The API failed.",
        Fault::Upstream => "No. A service that the API depends on failed.",
    }
}

/// Whether and how to repeat the request, in sentences; `None` if [`Advice::of`] has none.
pub fn retry(error: &ErrorDef) -> Option<Words> {
    Advice::of(error)?;
    Some(match &error.retry {
        Retry::Unsaid => return None,
        Retry::Never => Words::default().text("Do not retry: the same request will fail again."),
        Retry::Always(policy) => repeat(policy.as_ref(), false),
        Retry::Idempotent(policy) => repeat(policy.as_ref(), true),
    })
}

/// Whether to repeat the request, in a few words for a table; `None` if [`Advice::of`] has none.
///
/// ```
/// let text = b"
/// errbook: 1
/// api: {name: Shop}
/// errors: {BUSY: {status: 503, retry: {after: Retry-After, attempts: 3}, headers: {Retry-After: '30'}}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let words = errbook_codegen::words::retry_in_short(&catalog.errors[0]).expect("a policy");
/// assert_eq!(words.markdown(), "Up to 3 times, after `Retry-After`");
/// ```
pub fn retry_in_short(error: &ErrorDef) -> Option<Words> {
    Advice::of(error)?;
    let (policy, if_safe) = match &error.retry {
        Retry::Unsaid => return None,
        Retry::Never => return Some(Words::default().text("No")),
        Retry::Always(policy) => (policy.as_ref(), false),
        Retry::Idempotent(policy) => (policy.as_ref(), true),
    };
    let times = match policy.and_then(|policy| policy.attempts) {
        None => "Yes".to_owned(),
        Some(1) => "Once".to_owned(),
        Some(attempts) => format!("Up to {attempts} times"),
    };
    let words = Words::default().text(if if_safe { format!("{times}, if it is safe") } else { times });
    Some(match policy.and_then(|policy| policy.after.as_ref()) {
        None => words,
        Some(After::Header(name) | After::Detail(name)) => words.text(", after ").code(name),
    })
}

/// How to repeat the request, for an error that allows it.
pub fn repeat(policy: Option<&Policy>, if_safe: bool) -> Words {
    let times = match policy.and_then(|policy| policy.attempts) {
        None => "Retry".to_owned(),
        Some(1) => "Retry once".to_owned(),
        Some(attempts) => format!("Retry up to {attempts} times"),
    };
    let condition = match (if_safe, policy) {
        (false, None) => ": the same request may succeed",
        (false, Some(_)) => "",
        (true, Some(Policy { attempts: Some(_), .. })) => ", but only if it is safe to repeat the request",
        (true, _) => " only if it is safe to repeat the request",
    };
    let words = Words::default().text(format!("{times}{condition}."));
    let Some(Policy { name: _, after, backoff, attempts }) = policy else { return words };
    let wait = backoff.as_ref().map(|backoff| wait(backoff, *attempts == Some(1)));
    let (words, or) = match after {
        None => (words, " Wait "),
        Some(After::Header(name)) => {
            (words.text(" Wait for the time in the ").code(name).text(" header"), " or, without it, ")
        }
        Some(After::Detail(name)) => (words.text(" Wait for the time in the detail ").code(name), " or, without it, "),
    };
    match (after, wait) {
        (None, None) => words,
        (None, Some(wait)) if *attempts == Some(1) => words.text(format!("{or}{wait} first.")),
        (_, Some(wait)) => words.text(format!("{or}{wait}.")),
        (Some(_), None) => words.text("."),
    }
}

/// The waits of a backoff, or only the first one.
fn wait(backoff: &Backoff, once: bool) -> String {
    match *backoff {
        Backoff::Fixed { initial_ms, max_ms } => {
            let range = max_ms.map(|max_ms| format!(" to {}", duration(max_ms))).unwrap_or_default();
            format!("{}{range}{}", duration(initial_ms), if once { "" } else { " each time" })
        }
        Backoff::Exponential { initial_ms, .. } if once => duration(initial_ms),
        Backoff::Exponential { initial_ms, factor, max_ms } => {
            let most = max_ms.map(|max_ms| format!(" up to {}", duration(max_ms))).unwrap_or_default();
            let is = |number: f64| (factor - number).abs() < f64::EPSILON;
            let growth = match factor {
                _ if is(2.0) => format!("doubling{most}"),
                _ if is(3.0) => format!("tripling{most}"),
                _ => format!("then {factor} times as long each time{}{most}", if most.is_empty() { "" } else { "," }),
            };
            format!("{}, {growth}", duration(initial_ms))
        }
    }
}

/// Formats milliseconds in the unit that reads best: seconds up to two minutes, then whole minutes
/// and hours.
pub fn duration(ms: u64) -> String {
    const SECOND: u64 = 1000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    match ms {
        0 => "0 s".to_owned(),
        ms if ms < SECOND => format!("{ms} ms"),
        ms if ms.is_multiple_of(HOUR) => format!("{} h", ms / HOUR),
        ms if ms > 2 * MINUTE && ms.is_multiple_of(MINUTE) => format!("{} min", ms / MINUTE),
        ms if ms.is_multiple_of(SECOND) => format!("{} s", ms / SECOND),
        ms => format!("{}.{} s", ms / SECOND, format!("{:03}", ms % SECOND).trim_end_matches('0')),
    }
}

/// Whether and how to repeat the request, then what happens to the charge. `None` if the catalog
/// says nothing about either.
pub fn retry_and_refund(error: &ErrorDef) -> Option<Words> {
    match (retry(error), error.refund.as_ref().map(refund)) {
        (Some(retry), Some(refund)) => Some(retry.text(" ").and(refund)),
        (retry, refund) => retry.or(refund),
    }
}

/// What happens to the charge, in a sentence.
pub fn refund(refund: &Refund) -> Words {
    let sentence = Words::default().text(refund_kind(refund));
    match refund {
        Refund::Refunded | Refund::Kept | Refund::NotCharged => sentence.text("."),
        Refund::Conditional { when } => sentence.text(": ").markdown_of(when),
    }
}

/// What happens to the charge, without the condition and the full stop.
pub fn refund_kind(refund: &Refund) -> &'static str {
    match refund {
        Refund::Refunded => "The charge is refunded",
        Refund::Kept => "The charge is not refunded",
        Refund::NotCharged => "You are not charged",
        Refund::Conditional { .. } => "The charge is refunded under a condition",
    }
}

/// What happens to the charge, as a badge.
pub fn refund_badge(refund: &Refund) -> Badge {
    match refund {
        Refund::Refunded => Badge { key: "refunded", text: "Refunded", tone: "good" },
        Refund::Kept => Badge { key: "kept", text: "Not refunded", tone: "bad" },
        Refund::NotCharged => Badge { key: "not-charged", text: "Not charged", tone: "good" },
        Refund::Conditional { .. } => Badge { key: "conditional", text: "Refunded under a condition", tone: "caution" },
    }
}

/// What distinguishes an error from most others: a request that may be repeated, and a charge that is
/// given back.
pub fn unusual(error: &ErrorDef) -> impl Iterator<Item = Badge> {
    let retry = Advice::of(error).filter(|advice| advice.is_retry()).map(Advice::badge);
    let is_given_back = |refund: &&Refund| matches!(refund, Refund::Refunded | Refund::Conditional { .. });
    retry.into_iter().chain(error.refund.as_ref().filter(is_given_back).map(refund_badge))
}

/// Says that an error is deprecated. `replacement` is the output's name or link for the error to
/// expect instead.
pub fn deprecated(deprecated: &Deprecated, replacement: Option<Span>) -> Words {
    let Deprecated { since, replacement: _, note } = deprecated;
    let words = Words(vec![Span::Strong(format!("Deprecated{}.", self::since(since.as_deref())))]);
    let words = words.instead(replacement);
    match note {
        Some(note) => words.text(" ").markdown_of(note),
        None => words,
    }
}

/// Says that an id is retired. `replacement` is the output's name or link for the error to expect
/// instead.
pub fn retired(since: Option<&str>, replacement: Option<Span>) -> Words {
    let words = Words(vec![Span::Strong(format!("Retired{}.", self::since(since)))]);
    words.text(" It is no longer sent, and its id will not be used again.").instead(replacement)
}

fn since(version: Option<&str>) -> String {
    version.map(|version| format!(" since {}", one_line(version))).unwrap_or_default()
}

/// The type of a detail.
pub fn type_of(catalog: &Catalog, ty: &DetailType) -> Words {
    let plain = match ty {
        DetailType::String => "string",
        DetailType::Integer => "integer",
        DetailType::Number => "number",
        DetailType::Boolean => "boolean",
        DetailType::DateTime => "date and time (RFC 3339)",
        DetailType::Duration => "seconds",
        DetailType::Uuid => "UUID",
        DetailType::Uri => "URI",
        DetailType::Json => "any JSON",
        DetailType::Array(item) => return Words::default().text("list of ").and(type_of(catalog, item)),
        DetailType::Map(value) => {
            return Words::default().text("object, each member ").and(type_of(catalog, value));
        }
        DetailType::Named(index) => return named(&catalog.types[*index]),
    };
    Words::default().text(plain)
}

fn named(ty: &TypeDef) -> Words {
    match &ty.shape {
        TypeShape::Object(_) => Words::default().code(&ty.name),
        TypeShape::Enum { values, open } => {
            let start = if values.len() == 1 { "" } else { "one of " };
            let words = values.iter().enumerate().fold(Words::default().text(start), |words, (at, value)| {
                words.text(if at == 0 { "" } else { ", " }).code(&value.value)
            });
            if *open { words.text(", or another value") } else { words }
        }
    }
}

/// The statuses of an error: `502 Bad Gateway or 504 Gateway Timeout`. Empty for an error without a
/// status.
pub fn statuses(error: &ErrorDef) -> String {
    error.statuses.iter().map(|&status| self::status(status)).collect::<Vec<_>>().join(" or ")
}

/// A status with its reason phrase, if it has one: `402 Payment Required`.
pub fn status(status: u16) -> String {
    reason(status).map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

/// Reason phrases of the IANA HTTP status code registry (RFC 9110 section 16.2.1).
fn reason(status: u16) -> Option<&'static str> {
    Some(match status {
        100 => "Continue",
        101 => "Switching Protocols",
        102 => "Processing",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi-Status",
        208 => "Already Reported",
        226 => "IM Used",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        305 => "Use Proxy",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        506 => "Variant Also Negotiates",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        511 => "Network Authentication Required",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(error: &str) -> Catalog {
        let text = format!("errbook: 1\napi: {{name: A}}\nerrors: {{X: {error}}}\n");
        let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
        loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
    }

    #[test]
    fn policies_in_words() {
        let cases = [
            (
                "{attempts: 5, backoff: exponential, initial: 2s, max: 30s}",
                "Retry up to 5 times. Wait 2 s, doubling up to 30 s.",
            ),
            ("{backoff: exponential, initial: 1s, factor: 2}", "Retry. Wait 1 s, doubling."),
            ("{attempts: 2, backoff: exponential, initial: 1s, factor: 3}", "Retry up to 2 times. Wait 1 s, tripling."),
            (
                "{backoff: exponential, initial: 500ms, factor: 1.5, max: 60s}",
                "Retry. Wait 500 ms, then 1.5 times as long each time, up to 60 s.",
            ),
            (
                "{backoff: exponential, initial: 500ms, factor: 1.5}",
                "Retry. Wait 500 ms, then 1.5 times as long each time.",
            ),
            ("{attempts: 1, backoff: exponential, initial: 2s}", "Retry once. Wait 2 s first."),
            ("{attempts: 1, backoff: fixed, initial: 3s}", "Retry once. Wait 3 s first."),
            ("{attempts: 2, backoff: fixed, initial: 3s}", "Retry up to 2 times. Wait 3 s each time."),
            ("{backoff: fixed, initial: 30s, max: 60s}", "Retry. Wait 30 s to 60 s each time."),
            ("{attempts: 1, backoff: fixed, initial: 30s, max: 60s}", "Retry once. Wait 30 s to 60 s first."),
            ("{attempts: 3}", "Retry up to 3 times."),
            ("{after: Retry-After}", "Retry. Wait for the time in the `Retry-After` header."),
            (
                "{after: wait_s, attempts: 1, backoff: fixed, initial: 1s}",
                "Retry once. Wait for the time in the detail `wait_s` or, without it, 1 s.",
            ),
            ("true", "Retry: the same request may succeed."),
            ("false", "Do not retry: the same request will fail again."),
            ("idempotent", "Retry only if it is safe to repeat the request."),
        ];
        for (retry, expected) in cases {
            let key = if retry.starts_with('{') { "retry" } else { "retryable" };
            let details = "headers: {Retry-After: '30'}, message: '{wait_s}', details: {wait_s: {type: duration}}";
            let catalog = catalog(&format!("{{status: 503, {key}: {retry}, {details}}}"));
            let words = super::retry(&catalog.errors[0]).expect("a response");
            assert_eq!(words.markdown(), expected, "{retry}");
        }
        let safe = "{status: 500, retryable: idempotent, retry: {attempts: 1, backoff: fixed, initial: 3s}}";
        assert_eq!(
            super::retry(&catalog(safe).errors[0]).expect("a response").plain(),
            "Retry once, but only if it is safe to repeat the request. Wait 3 s first.",
        );
        assert_eq!(super::retry(&catalog("{code: null, title: Posts fail, cause: A token.}").errors[0]), None);
    }

    #[test]
    fn advice_is_what_the_catalog_says_and_no_more() {
        let cases = [
            ("{status: 402}", None),
            ("{status: 500}", None),
            ("{status: 429, fault: caller}", None),
            ("{message: Wrong key.}", None),
            ("{status: 409, retryable: true}", Some(Advice::Retry)),
            ("{status: 409, retry: {attempts: 1}}", Some(Advice::Retry)),
            ("{status: [502, 503], retryable: idempotent, fault: upstream}", Some(Advice::RetryIfSafe)),
            ("{status: 500, retryable: false}", Some(Advice::Stop)),
            ("{status: 404, retryable: false, fault: upstream}", Some(Advice::Stop)),
            ("{status: 500, retryable: false, fault: caller}", Some(Advice::Stop)),
            ("{status: 404, retryable: false, fault: api}", Some(Advice::Stop)),
            ("{message: Try later., retryable: true}", Some(Advice::Retry)),
            ("{code: null, title: Posts fail, cause: A token.}", None),
        ];
        for (error, advice) in cases {
            let catalog = catalog(error);
            assert_eq!(Advice::of(&catalog.errors[0]), advice, "{error}");
            assert_eq!(retry(&catalog.errors[0]).is_some(), advice.is_some(), "{error}");
        }
    }

    #[test]
    fn durations_in_the_unit_that_reads_best() {
        let cases = [
            (0, "0 s"),
            (1, "1 ms"),
            (999, "999 ms"),
            (1000, "1 s"),
            (1001, "1.001 s"),
            (1050, "1.05 s"),
            (2500, "2.5 s"),
            (60_000, "60 s"),
            (120_000, "120 s"),
            (150_000, "150 s"),
            (180_000, "3 min"),
            (3_600_000, "1 h"),
            (5_400_000, "90 min"),
        ];
        for (ms, expected) in cases {
            assert_eq!(duration(ms), expected, "{ms}");
        }
    }

    #[test]
    fn statuses_have_their_phrase() {
        assert_eq!(status(402), "402 Payment Required");
        assert_eq!(status(599), "599");
        assert_eq!(statuses(&catalog("{status: [502, 504]}").errors[0]), "502 Bad Gateway or 504 Gateway Timeout");
    }

    /// The `http` crate has older phrases for two statuses, a phrase without its hyphen, a joke and
    /// an obsolete status.
    #[test]
    fn phrases_are_those_of_the_registry() {
        for status in 100..600 {
            let expected = match status {
                203 => Some("Non-Authoritative Information"),
                413 => Some("Content Too Large"),
                422 => Some("Unprocessable Content"),
                418 | 510 => None,
                _ => http::StatusCode::from_u16(status).expect("a status").canonical_reason(),
            };
            assert_eq!(reason(status), expected, "{status}");
        }
    }

    #[test]
    fn plain_text_is_escaped_in_markdown_alone() {
        let old = Deprecated { since: Some("2_0_".into()), replacement: None, note: Some("It was *wrong*.".into()) };
        let words = deprecated(&old, Some(Span::Code("NEW".into())));
        assert_eq!(words.markdown(), r"**Deprecated since 2\_0\_.** Expect `NEW` instead. It was *wrong*.");
        assert_eq!(words.plain(), "Deprecated since 2_0_. Expect NEW instead. It was *wrong*.");
    }
}

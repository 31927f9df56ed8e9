//! The wording of facts.

use errbook_catalog::model::template::{Part, Placeholder, Slot, Template};
use errbook_catalog::model::{After, Backoff, Catalog, DetailType, ErrorDef, Kind, Policy, Refund, Retry, TypeShape};

use super::error::Badge;
use super::escape::{Inline, code};

/// A status with its reason phrase, where it has one: `402 Payment Required`.
pub(crate) fn status(status: u16) -> String {
    reason(status).map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

/// The phrases of IANA's HTTP status code registry (RFC 9110 section 16.2.1).
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

/// Whose side has to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The caller's: the request, the account, what they ask for.
    Caller,
    /// The caller's, in nothing but when and how often they ask.
    Pace,
    /// The API's.
    Api,
    /// Either's.
    Either,
}

impl Fault {
    /// From the class of the status, and from whether the same request can succeed: a 409 that may be repeated does not say that the
    /// request is wrong. Nothing can be said of a symptom, nor of a status below 400.
    pub(super) fn of(error: &ErrorDef) -> Option<Self> {
        let fails_again = error.retry == Retry::Never;
        let class = |wanted: u16| error.statuses.iter().all(|status| status / 100 == wanted);
        match error.kind() {
            Kind::Symptom => None,
            Kind::Message if fails_again => Some(Fault::Caller),
            Kind::Response if error.statuses.iter().any(|&status| status < 400) => None,
            Kind::Response if error.statuses == [429] => Some(Fault::Pace),
            Kind::Response if class(4) && fails_again => Some(Fault::Caller),
            Kind::Response if class(5) => Some(Fault::Api),
            Kind::Message | Kind::Response => Some(Fault::Either),
        }
    }

    /// The answer to "is it my fault?".
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Fault::Caller => "Yes: something on your side has to change first.",
            Fault::Pace => "In part: the request may be good, but there are too many of them.",
            Fault::Api => "No: the API's side failed.",
            Fault::Either => "Perhaps: it can be either side.",
        }
    }
}

/// Whether to repeat, as a badge.
pub(super) fn retry_badge(retry: &Retry) -> Badge {
    match retry {
        Retry::Never => Badge::new("do not retry", "bad"),
        Retry::Always(_) => Badge::new("retry", "good"),
        Retry::Idempotent(_) => Badge::new("retry where that is safe", "caution"),
    }
}

/// What happens to the charge, as a badge.
pub(super) fn refund_badge(refund: &Refund) -> Badge {
    match refund {
        Refund::Refunded => Badge::new("refunded", "good"),
        Refund::Kept => Badge::new("charged", "bad"),
        Refund::NotCharged => Badge::new("not charged", "good"),
        Refund::Conditional { .. } => Badge::new("refunded under a condition", "caution"),
    }
}

/// A language of client code as people write it. It stands in attributes too, so it has no quotes or brackets.
pub(super) fn language(lang: &str) -> String {
    match lang.to_ascii_lowercase().as_str() {
        "" => "Code",
        "bash" | "sh" | "shell" | "zsh" => "Shell",
        "c#" | "cs" | "csharp" => "C#",
        "cpp" => "C++",
        "curl" => "cURL",
        "go" | "golang" => "Go",
        "http" => "HTTP",
        "java" => "Java",
        "javascript" | "js" => "JavaScript",
        "json" => "JSON",
        "kotlin" => "Kotlin",
        "php" => "PHP",
        "py" | "python" => "Python",
        "rb" | "ruby" => "Ruby",
        "rs" | "rust" => "Rust",
        "swift" => "Swift",
        "ts" | "typescript" => "TypeScript",
        _ => return lang.chars().filter(|letter| letter.is_alphanumeric() || "+-#_. ".contains(*letter)).collect(),
    }
    .to_owned()
}

/// What a client does about repeating, in a sentence.
pub(super) fn retry(retry: &Retry) -> Inline {
    let safe = "Only if repeating the request is safe";
    Inline::words(match retry {
        Retry::Never => "Do not retry: the same request fails again until something else changes.".to_owned(),
        Retry::Always(None) => "Retry: the same request may succeed.".to_owned(),
        Retry::Always(Some(policy)) => format!("{}.", self::policy(policy)),
        Retry::Idempotent(None) => format!("{safe}: retry."),
        Retry::Idempotent(Some(policy)) => {
            let words = self::policy(policy);
            format!("{safe}: r{}.", &words[1..])
        }
    })
}

/// How to repeat, as plain text.
pub(super) fn again(policy: Option<&Policy>) -> String {
    policy.map_or("Retry".to_owned(), self::policy).replace('`', "")
}

/// The policy as a clause that opens with "Retry".
fn policy(policy: &Policy) -> String {
    let Policy { name: _, after, backoff, attempts } = policy;
    let times = match attempts {
        None => "Retry".to_owned(),
        Some(1) => "Retry once".to_owned(),
        Some(attempts) => format!("Retry up to {attempts} times"),
    };
    let wait = backoff.as_ref().map(|backoff| self::backoff(backoff, *attempts == Some(1)));
    let after = after.as_ref().map(|after| match after {
        After::Header(name) => format!("when the {} header says", code(name)),
        After::Detail(name) => format!("when the detail {} says", code(name)),
    });
    // Without a number before it, "Retry when" needs no comma.
    let comma = if attempts.is_some() { "," } else { "" };
    match (after, wait) {
        (Some(after), Some(wait)) => format!("{times}{comma} {after} or, without it, {wait}"),
        (Some(after), None) => format!("{times}{comma} {after}"),
        (None, Some(wait)) => format!("{times}, {wait}"),
        (None, None) => times,
    }
}

/// The waits, as a clause that can follow "Retry".
fn backoff(backoff: &Backoff, once: bool) -> String {
    match *backoff {
        Backoff::Fixed { initial_ms, max_ms: None } | Backoff::Exponential { initial_ms, .. } if once => {
            format!("after {}", duration(initial_ms))
        }
        Backoff::Fixed { initial_ms, max_ms: None } => format!("waiting {} each time", duration(initial_ms)),
        Backoff::Fixed { initial_ms, max_ms: Some(max_ms) } => {
            let range = format!("{} to {}", duration(initial_ms), duration(max_ms));
            if once { format!("after {range}") } else { format!("waiting {range} each time") }
        }
        Backoff::Exponential { initial_ms, factor, max_ms } => {
            let most = max_ms.map(|max_ms| format!(" up to {}", duration(max_ms))).unwrap_or_default();
            format!("waiting {}, then {}{most}", duration(initial_ms), growth(factor, max_ms.is_some()))
        }
    }
}

fn growth(factor: f64, limited: bool) -> String {
    if (factor - 2.0).abs() < f64::EPSILON {
        "doubling".to_owned()
    } else if (factor - 3.0).abs() < f64::EPSILON {
        "tripling".to_owned()
    } else {
        let comma = if limited { "," } else { "" };
        format!("{factor} times as long each time{comma}")
    }
}

/// Milliseconds in the unit that reads best: seconds up to two minutes, then minutes and hours where they come out even.
pub(super) fn duration(ms: u64) -> String {
    const SECOND: u64 = 1000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    match ms {
        0 => "no time".to_owned(),
        ms if ms < SECOND => format!("{ms} ms"),
        ms if ms.is_multiple_of(HOUR) => format!("{} h", ms / HOUR),
        ms if ms > 2 * MINUTE && ms.is_multiple_of(MINUTE) => format!("{} min", ms / MINUTE),
        ms if ms.is_multiple_of(SECOND) => format!("{} s", ms / SECOND),
        ms => format!("{}.{} s", ms / SECOND, format!("{:03}", ms % SECOND).trim_end_matches('0')),
    }
}

/// What happens to the charge, in a word or two.
pub(crate) fn refund_kind(refund: &Refund) -> &'static str {
    match refund {
        Refund::Refunded => "Refunded",
        Refund::Kept => "Not refunded",
        Refund::NotCharged => "Not charged",
        Refund::Conditional { .. } => "Refunded under a condition",
    }
}

/// What happens to the charge, in a sentence. The condition is the catalog's own.
pub(super) fn refund(refund: &Refund) -> &'static str {
    match refund {
        Refund::Refunded => "The cost is given back.",
        Refund::Kept => "The cost is kept.",
        Refund::NotCharged => "Nothing is charged.",
        Refund::Conditional { .. } => "The cost is given back where the condition holds.",
    }
}

/// A type as a reader thinks of it.
pub(super) fn type_of(catalog: &Catalog, ty: &DetailType) -> String {
    match ty {
        DetailType::String => "string".into(),
        DetailType::Integer => "integer".into(),
        DetailType::Number => "number".into(),
        DetailType::Boolean => "boolean".into(),
        DetailType::DateTime => "date and time (RFC 3339)".into(),
        DetailType::Duration => "seconds".into(),
        DetailType::Uuid => "UUID".into(),
        DetailType::Uri => "URI".into(),
        DetailType::Json => "any JSON".into(),
        DetailType::Array(item) => format!("list of {}", type_of(catalog, item)),
        DetailType::Map(value) => format!("object, each member {}", type_of(catalog, value)),
        DetailType::Named(index) => {
            let named = &catalog.types[*index];
            match &named.shape {
                TypeShape::Enum(values) => {
                    let values: Vec<_> = values.iter().map(|value| code(&value.value).to_string()).collect();
                    if values.len() == 1 { values.concat() } else { format!("one of {}", values.join(", ")) }
                }
                TypeShape::Object(_) => code(&named.name).to_string(),
            }
        }
    }
}

/// A template as a reader sees it: a value's name in braces where it will stand.
pub(crate) fn template(template: &Template) -> String {
    template
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Slot(slot) => self::slot(slot),
        })
        .collect()
}

fn slot(slot: &Slot) -> String {
    let name = match &slot.placeholder {
        Placeholder::Id => "id",
        Placeholder::Code => "code",
        Placeholder::Slug => "slug",
        Placeholder::Status => "status",
        Placeholder::Title => "title",
        Placeholder::Message => "message",
        Placeholder::DocUrl => "doc_url",
        Placeholder::Retryable => "retryable",
        Placeholder::Refund => "refund",
        Placeholder::Group => "group",
        Placeholder::Details => "details",
        Placeholder::Detail(name) | Placeholder::Context(name) => name,
    };
    format!("{{{name}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy_words(after: Option<After>, backoff: Option<Backoff>, attempts: Option<u32>) -> String {
        retry(&Retry::Always(Some(Policy { name: None, after, backoff, attempts }))).to_string()
    }

    fn exponential(initial_ms: u64, factor: f64, max_ms: Option<u64>) -> Backoff {
        Backoff::Exponential { initial_ms, factor, max_ms }
    }

    fn fixed(initial_ms: u64, max_ms: Option<u64>) -> Backoff {
        Backoff::Fixed { initial_ms, max_ms }
    }

    #[test]
    fn backoffs_in_words() {
        let cases = [
            (
                Some(exponential(2000, 2.0, Some(30_000))),
                Some(5),
                "Retry up to 5 times, waiting 2 s, then doubling up to 30 s.",
            ),
            (Some(exponential(1000, 2.0, None)), None, "Retry, waiting 1 s, then doubling."),
            (Some(exponential(1000, 3.0, None)), Some(2), "Retry up to 2 times, waiting 1 s, then tripling."),
            (
                Some(exponential(500, 1.5, Some(60_000))),
                Some(6),
                "Retry up to 6 times, waiting 500 ms, then 1.5 times as long each time, up to 60 s.",
            ),
            (Some(exponential(500, 1.5, None)), None, "Retry, waiting 500 ms, then 1.5 times as long each time."),
            (Some(exponential(2000, 2.0, Some(30_000))), Some(1), "Retry once, after 2 s."),
            (Some(fixed(3000, None)), Some(1), "Retry once, after 3 s."),
            (Some(fixed(3000, None)), Some(2), "Retry up to 2 times, waiting 3 s each time."),
            (Some(fixed(30_000, Some(60_000))), None, "Retry, waiting 30 s to 60 s each time."),
            (Some(fixed(30_000, Some(60_000))), Some(1), "Retry once, after 30 s to 60 s."),
            (None, Some(3), "Retry up to 3 times."),
            (None, None, "Retry."),
        ];
        for (backoff, attempts, expected) in cases {
            assert_eq!(policy_words(None, backoff, attempts), expected);
        }
    }

    #[test]
    fn what_the_response_says_comes_first() {
        let header = || Some(After::Header("Retry-After".into()));
        assert_eq!(policy_words(header(), None, None), "Retry when the `Retry-After` header says.");
        assert_eq!(
            policy_words(header(), Some(exponential(1000, 2.0, Some(60_000))), Some(3)),
            "Retry up to 3 times, when the `Retry-After` header says or, without it, waiting 1 s, then doubling up to 60 s.",
        );
        assert_eq!(
            policy_words(Some(After::Detail("wait".into())), Some(fixed(1000, None)), Some(1)),
            "Retry once, when the detail `wait` says or, without it, after 1 s.",
        );
    }

    #[test]
    fn who_may_retry_is_said() {
        assert_eq!(
            retry(&Retry::Never).as_str(),
            "Do not retry: the same request fails again until something else changes."
        );
        assert_eq!(retry(&Retry::Always(None)).as_str(), "Retry: the same request may succeed.");
        assert_eq!(retry(&Retry::Idempotent(None)).as_str(), "Only if repeating the request is safe: retry.");
        let once = Policy { name: None, after: None, backoff: Some(fixed(3000, None)), attempts: Some(1) };
        assert_eq!(
            retry(&Retry::Idempotent(Some(once))).as_str(),
            "Only if repeating the request is safe: retry once, after 3 s."
        );
    }

    #[test]
    fn whose_fault_it_is_follows_from_status_and_retry() {
        let cases = [
            ("{status: 402}", Some(Fault::Caller)),
            ("{status: [400, 404]}", Some(Fault::Caller)),
            ("{status: 409, retryable: true}", Some(Fault::Either)),
            ("{status: 429, retryable: true}", Some(Fault::Pace)),
            ("{status: 429}", Some(Fault::Pace)),
            ("{status: [429, 503], retryable: true}", Some(Fault::Either)),
            ("{status: 500}", Some(Fault::Api)),
            ("{status: [502, 503], retryable: true}", Some(Fault::Api)),
            ("{status: 304}", None),
            ("{message: Wrong key.}", Some(Fault::Caller)),
            ("{message: Try later., retryable: true}", Some(Fault::Either)),
            ("{code: null, title: Posts fail, cause: A token.}", None),
        ];
        for (error, expected) in cases {
            let text = format!("errbook: 1\napi: {{name: A}}\nerrors: {{X: {error}}}\n");
            let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
            let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
            assert_eq!(Fault::of(&catalog.errors[0]), expected, "{error}");
        }
    }

    #[test]
    fn durations_in_the_unit_that_reads_best() {
        let cases = [
            (0, "no time"),
            (1, "1 ms"),
            (999, "999 ms"),
            (1000, "1 s"),
            (1500, "1.5 s"),
            (1050, "1.05 s"),
            (60_000, "60 s"),
            (90_000, "90 s"),
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
        assert_eq!(status(422), "422 Unprocessable Content");
        assert_eq!(status(599), "599");
    }

    #[test]
    fn every_kind_of_refund_reads_differently() {
        let kinds =
            [Refund::Refunded, Refund::Kept, Refund::NotCharged, Refund::Conditional { when: "It was late.".into() }];
        for (at, kind) in kinds.iter().enumerate() {
            assert!(
                kinds[..at]
                    .iter()
                    .all(|other| refund(other) != refund(kind) && refund_kind(other) != refund_kind(kind))
            );
        }
    }
}

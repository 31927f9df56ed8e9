//! Reads a response that somebody pasted: a body, or a whole response as `curl -i` prints it.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use serde_json::Value as Json;

/// A response, as far as the text has it.
#[derive(Debug, Default)]
pub(super) struct Response {
    /// Of the last status line: an interim response, a redirect or a proxy has one before it.
    pub(super) status: Option<u16>,
    headers: Vec<(String, String)>,
    pub(super) body: Body,
    /// The texts and numbers in the body, which may be cut off or no JSON at all.
    pub(super) values: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) enum Body {
    #[default]
    Empty,
    Json(Json),
    Html,
    /// Anything else, with what is wrong with it.
    Other(&'static str),
}

impl Response {
    /// The response in a text; `None` if the text is neither a response nor JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = without_marks(text);
        let trace = traced(text);
        let mut rest = trace.as_deref().unwrap_or(text);
        let mut response = Response::default();
        while let Some(after) = response.head(rest) {
            rest = after;
        }
        let body = without_marks(rest);
        response.body = Body::of(body);
        // A search can have braces: those of a template.
        let has_object = || body.split('{').skip(1).any(|after| after.trim_start().starts_with('"'));
        if response.status.is_none() && matches!(response.body, Body::Empty | Body::Other(_)) && !has_object() {
            return None;
        }
        // A text may be before the body and after it: a line of a log.
        if matches!(response.body, Body::Other(_))
            && let (Some(first), Some(last)) = (body.find('{'), body.rfind('}'))
            && let Some(json) = body.get(first..=last).and_then(|json| json_of(json).ok())
        {
            response.body = Body::Json(json);
        }
        response.values = match response.body {
            Body::Empty | Body::Html => Vec::new(),
            Body::Json(_) => values(body),
            Body::Other(_) => values(body).into_iter().chain([body.trim_end().to_owned()]).collect(),
        };
        Some(response)
    }

    /// Reads a status line and the headers after it. Returns what is left.
    fn head<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let (line, mut rest) = line_of(text);
        let status = line.strip_prefix("HTTP/")?.split_ascii_whitespace().nth(1)?.parse().ok()?;
        self.status = Some(status);
        self.headers.clear();
        while !rest.is_empty() {
            let (line, after) = line_of(rest);
            let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_name(name)) else {
                // The blank line, which a copy may have lost.
                return Some(if line.trim().is_empty() { after.trim_start() } else { rest });
            };
            self.headers.push((name.to_owned(), value.trim().to_owned()));
            rest = after;
        }
        Some(rest)
    }

    pub(super) fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        own.map(|(_, value)| value.as_str())
    }

    /// The value at a JSON pointer in the body; `None` for null.
    pub(super) fn at(&self, pointer: &str) -> Option<&Json> {
        self.sent(pointer).filter(|value| !value.is_null())
    }

    /// The same with null.
    pub(super) fn sent(&self, pointer: &str) -> Option<&Json> {
        let Body::Json(body) = &self.body else { return None };
        body.pointer(pointer)
    }

    /// The wait that a header asks for: the longest of several.
    pub(super) fn wait_in(&self, header: &str) -> Option<Duration> {
        self.header(header).filter_map(|text| self.wait(text)).max()
    }

    /// Seconds or a date (RFC 9110 section 10.2.3), also a Unix time, as clients read them.
    pub(super) fn wait(&self, text: &str) -> Option<Duration> {
        const FIRST_UNIX_TIME: f64 = 1e9;
        const FIRST_IN_MILLISECONDS: f64 = 1e11;
        let Ok(number) = text.trim().parse::<f64>() else {
            let date = httpdate::parse_http_date(text.trim()).ok().or_else(|| date_time(text.trim()));
            return date.map(|date| self.until(date));
        };
        if number.is_nan() || number < 0.0 {
            return None;
        }
        let seconds = if number < FIRST_IN_MILLISECONDS { number } else { number / 1000.0 };
        let duration = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        if number < FIRST_UNIX_TIME {
            return Some(duration);
        }
        Some(SystemTime::UNIX_EPOCH.checked_add(duration).map_or(Duration::MAX, |date| self.until(date)))
    }

    /// The time from the date of the response, or from now; zero for a past date.
    fn until(&self, date: SystemTime) -> Duration {
        let sent = self.header("Date").find_map(|text| httpdate::parse_http_date(text).ok());
        date.duration_since(sent.unwrap_or_else(SystemTime::now)).unwrap_or(Duration::ZERO)
    }
}

impl Body {
    fn of(text: &str) -> Self {
        if text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() {
            return Body::Empty;
        }
        if is_html(text) {
            return Body::Html;
        }
        match json_of(text) {
            Ok(Json::Null) => Body::Empty,
            Ok(json @ (Json::Object(_) | Json::Array(_))) => Body::Json(json),
            Ok(_) => Body::Other("the body is no object"),
            Err(error) if error.is_eof() => Body::Other("the body is cut off"),
            Err(error) if error.to_string().contains("recursion limit") => Body::Other("the body is nested too deeply"),
            Err(_) if text.contains(char::REPLACEMENT_CHARACTER) => {
                Body::Other("the body is not text; curl decompresses it with --compressed")
            }
            Err(_) => Body::Other("the body is not JSON"),
        }
    }
}

/// A date and time of RFC 3339, from 1970 on.
fn date_time(text: &str) -> Option<SystemTime> {
    if !errbook_catalog::is_date_time(text) {
        return None;
    }
    let number = |range: Range<usize>| text.get(range)?.parse::<u64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    // Years that begin in March end with the leap day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    let days = days.checked_sub(DAYS_TO_1970 + 1)?;
    let seconds = ((days * 24 + number(11..13)?) * 60 + number(14..16)?) * 60 + number(17..19)?;
    let local = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > 18) else { return Some(local) };
    let offset = Duration::from_secs((number(at + 1..at + 3)? * 60 + number(at + 4..at + 6)?) * 60);
    if text[at..].starts_with('-') { local.checked_add(offset) } else { local.checked_sub(offset) }
}

/// The days from March of the year 0 to 1970.
const DAYS_TO_1970: u64 = 719_468;

/// The text of bytes. A shell of Windows may have written UTF-16.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let units = |of: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn without_marks(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// The response in the output of `curl -v`, which marks each line of it.
fn traced(text: &str) -> Option<String> {
    if !text.lines().any(|line| line.starts_with("< HTTP/")) {
        return None;
    }
    let is_note = |line: &str| ["* ", "> ", "{ [", "} ["].iter().any(|mark| line.starts_with(mark)) || line == ">";
    let lines = text.lines().filter(|line| !is_note(line.trim_end()));
    let lines = lines.map(|line| if line.trim_end() == "<" { "" } else { line.strip_prefix("< ").unwrap_or(line) });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

fn line_of(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.strip_suffix('\r').unwrap_or(line), rest)
}

/// The name of a header (RFC 9110 section 5.1).
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_html(text: &str) -> bool {
    let start: String = text.chars().take(200).collect::<String>().to_lowercase();
    start.starts_with('<') && ["<!doctype html", "<html", "<head", "<body", "<h1"].iter().any(|it| start.contains(it))
}

/// How many values are compared with each error.
const VALUES: usize = 200;

/// The first strings and integers of JSON that may be cut off, without the names of members. Reads no
/// structure, so that depth costs nothing.
fn values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = text;
    while values.len() < VALUES
        && let Some(at) = rest.find(|c: char| c == '"' || c.is_ascii_digit())
    {
        let from = &rest[at..];
        if let Some(inside) = from.strip_prefix('"') {
            let Some(end) = closing(inside) else { break };
            rest = &inside[end + 1..];
            let literal = &from[..end + 2];
            if !rest.trim_start().starts_with(':')
                && let Ok(value) = serde_json::from_str(literal)
            {
                values.push(value);
            }
        } else {
            let end = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(from.len());
            values.push(from[..end].to_owned());
            rest = &from[end..];
        }
    }
    values
}

/// The JSON in a text, with the mistakes that clients tolerate.
fn json_of(text: &str) -> serde_json::Result<Json> {
    serde_json::from_str(text).or_else(|error| serde_json::from_str(&strict(text)).map_err(|_| error))
}

/// The text without halves of surrogate pairs, control characters in texts, numbers that JSON does not
/// have, and values that are too deep for the parser. The last two are null.
fn strict(text: &str) -> String {
    const DEEPEST: usize = 100;
    let (mut strict, mut depth, mut rest) = (String::with_capacity(text.len()), 0_usize, text);
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => closing(&rest[1..]).map_or(rest.len(), |end| end + 2),
            first if is_of_word(first) => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        let is_deep = depth > DEEPEST;
        match first {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_too_large = || token.contains(|c: char| c.is_ascii_digit()) && token.parse().is_ok_and(f64::is_infinite);
        match first {
            _ if is_deep => {}
            '[' | '{' if depth > DEEPEST => strict.push_str("null"),
            '"' => push_literal(&mut strict, token),
            _ if matches!(token, "NaN" | "Infinity" | "-Infinity") || is_too_large() => strict.push_str("null"),
            _ => strict.push_str(token),
        }
    }
    strict
}

/// Adds a string literal without control characters and halves of surrogate pairs.
fn push_literal(strict: &mut String, literal: &str) {
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let mut rest = literal;
    while let Some(at) = rest.find(|c| c == '\\' || c < ' ') {
        strict.push_str(&rest[..at]);
        rest = &rest[at..];
        let (text, length) = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (rest[..12].to_owned(), 12),
            (Some(0xd800..=0xdfff), _) => ("\\ufffd".to_owned(), 6),
            _ if rest.starts_with('\\') => {
                let length = rest.chars().take(2).map(char::len_utf8).sum();
                (rest[..length].to_owned(), length)
            }
            _ => (format!("\\u{:04x}", u32::from(rest.chars().next().unwrap_or_default())), 1),
        };
        strict.push_str(&text);
        rest = &rest[length..];
    }
    strict.push_str(rest);
}

/// The end of a string literal.
fn closing(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Body, Response, decoded, json_of};

    fn wait(text: &str) -> Option<u64> {
        let response = Response::parse("HTTP/2 503\nDate: Sat, 31 Jan 2026 12:00:00 GMT\n\n").expect("a response");
        response.wait(text).map(|wait| wait.as_secs())
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        for (text, seconds) in [
            ("0", Some(0)),
            (" 30 ", Some(30)),
            ("1.9", Some(1)),
            ("Sat, 31 Jan 2026 12:01:00 GMT", Some(60)),
            ("Sat, 31 Jan 2026 11:00:00 GMT", Some(0)),
            ("2026-01-31T12:00:30Z", Some(30)),
            ("2026-01-31T12:00:30.25Z", Some(30)),
            ("2026-01-31T14:00:30+02:00", Some(30)),
            ("2026-01-31T08:00:30-04:00", Some(30)),
            ("2026-03-01T12:00:00Z", Some(29 * 86_400)),
            ("1769860860", Some(60)),
            ("1769860860000", Some(60)),
            ("1e300", Some(u64::MAX)),
            ("-1", None),
            ("nan", None),
            ("", None),
            ("soon", None),
            ("2026-02-31T12:00:00Z", None),
            ("1969-01-01T00:00:00Z", None),
            ("0000-01-01T00:00:00Z", None),
        ] {
            let found = wait(text);
            // The largest differ by system.
            assert!(found == seconds || seconds == Some(u64::MAX) && found > Some(1 << 40), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_pasted_response_is_read_in_every_form() {
        let body = "{\"code\": \"A\"}";
        let lines = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n\r\n";
        let traced = "*   Trying 127.0.0.1...\n> GET / HTTP/1.1\n>\n< HTTP/1.1 429 Slow\n< retry-after: 7\n<\n{ [14 bytes data]\n* Done\n";
        for text in [
            format!("{lines}{body}"),
            format!("\u{feff}{lines}\u{feff}{body}\n"),
            format!("HTTP/2 429 \nretry-after: 7\n\n{body}"),
            format!("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n{lines}{body}"),
            format!("HTTP/1.1 302 Found\r\nLocation: /b\r\nRetry-After: 99\r\n\r\n{lines}{body}"),
            format!("HTTP/1.1 429\nRetry-After: 7\n{body}"),
            format!("{traced}{body}"),
        ] {
            let response = Response::parse(&text).expect("a response");
            assert_eq!(response.status, Some(429), "{text}");
            assert_eq!(response.wait_in("Retry-After"), Some(Duration::from_secs(7)), "{text}");
            assert_eq!(response.at("/code").and_then(|code| code.as_str()), Some("A"), "{text}");
        }
        for text in [body.to_owned(), format!("12:00 ERROR got {body} from upstream"), format!("[{body}]")] {
            assert_eq!(Response::parse(&text).expect("a body").values.last().map(String::as_str), Some("A"), "{text}");
        }
        for text in ["", "SOLD_OUT", "429", "Only {left} are left", "HTTP/", "HTTP/1.1 none", "true", "\"A\"", "<b>"] {
            assert!(Response::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn odd_bodies_are_read_as_far_as_they_go() {
        let deep = format!("{{\"code\": \"A\", \"a\": {}", "[".repeat(100_000));
        for (body, expected) in [
            ("", "Empty"),
            ("null", "Empty"),
            ("<!DOCTYPE html><title>502</title>", "Html"),
            ("{\"code\": \"A\", \"mess", "Other(\"the body is cut off\")"),
            (&deep, "Other(\"the body is nested too deeply\")"),
            ("plain", "Other(\"the body is not JSON\")"),
        ] {
            let response = Response::parse(&format!("HTTP/1.1 400 Bad\n\n{body}")).expect("a response");
            assert_eq!(format!("{:?}", response.body), expected);
            assert_eq!(response.values.first().is_some_and(|value| value == "A"), body.contains('A'), "{expected}");
        }
        let response = Response::parse(&decoded(b"HTTP/1.1 400 Bad\r\n\r\n\x1f\x8b\x08\0")).expect("a response");
        assert!(matches!(response.body, Body::Other(problem) if problem.contains("--compressed")));
        let text = "{\"code\": \"\u{e4}\"}";
        let little: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!((decoded(&little), decoded(&big)), (text.to_owned(), text.to_owned()));
        assert_eq!(decoded(&[0xff, 0xfe, 0]), "");
    }

    #[test]
    fn mistakes_that_clients_tolerate_affect_only_their_value() {
        for (text, expected) in [
            (r#"{"a": "\ud800x", "b": 1}"#, r#"{"a": "\ufffdx", "b": 1}"#),
            (r#"["\ud83d\ude00", "\\ud800", "\udc00\ud800"]"#, r#"["\ud83d\ude00", "\\ud800", "\ufffd\ufffd"]"#),
            ("{\"a\": \"two\nlines\t\", \"b\":\n1}", r#"{"a": "two\nlines\t", "b": 1}"#),
            (r#"[NaN, -Infinity, Infinity, 1e999, "NaN"]"#, r#"[null, null, null, null, "NaN"]"#),
        ] {
            let expected: serde_json::Value = serde_json::from_str(expected).expect("JSON");
            assert_eq!(json_of(text).ok(), Some(expected), "{text}");
        }
        let deep = format!("{{\"a\": {}1{}, \"b\": 2}}", "[".repeat(400), "]".repeat(400));
        assert_eq!(json_of(&deep).expect("JSON")["b"], 2);
        for text in ["{", "[", "\"\\", "\"\\u12", "[1,]", "nan", "[.5]", "[1]]", "]", "\"\\\u{e4}"] {
            assert!(json_of(text).is_err(), "{text}");
        }
    }
}

//! What HTTP allows as the value of a header.

use super::is_token;
use crate::model::placeholder::{Piece, pieces};
use crate::read::scope::Resolved;
use crate::read::syntax::BuiltIn;

/// What a header can contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// Only the server can set it.
    Framing,
    /// Only a request has it.
    Request,
    /// Whole seconds, or a date (RFC 9110 section 10.2.3).
    RetryAfter,
    /// A date (RFC 9110 section 5.6.7).
    Date,
    /// A date, or `0` for the past (RFC 9111 section 5.3).
    Expires,
    /// A whole number.
    Whole,
    /// Methods, with commas between them (RFC 9110 section 10.2.1).
    Methods,
    /// Names, with commas between them.
    Names,
    /// A challenge: a scheme, and parameters (RFC 9110 section 11.6.1).
    Challenge,
    /// An entity tag (RFC 9110 section 8.8.3).
    EntityTag,
    /// A URI, or a part of one (RFC 3986 section 4.1).
    Uri,
    /// Protocols, with commas between them (RFC 9110 section 7.8).
    Protocols,
    /// Language tags, with commas between them (RFC 9110 section 8.5).
    Languages,
    /// Media types with parameters (RFC 9110 section 12.5.1).
    MediaTypes,
    /// URIs in angle brackets, with parameters (RFC 8288 section 3).
    Links,
    /// Names that can have a value (RFC 9111 section 5.2).
    Directives,
    /// Names with parameters.
    Metrics,
    /// A whole number, and quotas after it.
    Limit,
    /// Names or numbers, with values and parameters.
    Quotas,
    /// A cookie with attributes (RFC 6265 section 4.1.1).
    Cookie,
    /// A type with parameters (RFC 6266 section 4.1).
    Disposition,
    /// An origin, `*` or `null` (the Fetch standard).
    Origin,
    /// Directives with semicolons between them (RFC 6797 section 6.1).
    Transport,
}

/// RFC 9110, RFC 9111, RFC 9112 section 6, RFC 8288, RFC 8594, RFC 9530, Server Timing, and the
/// draft of the `RateLimit` fields. `Content-Type` is the envelope's.
const KNOWN: &[(Grammar, &[&str])] = &[
    (
        Grammar::Framing,
        &[
            "Connection",
            "Content-Digest",
            "Content-Encoding",
            "Content-Length",
            "Content-MD5",
            "Content-Range",
            "Date",
            "Digest",
            "Keep-Alive",
            "Proxy-Connection",
            "Repr-Digest",
            "TE",
            "Trailer",
            "Transfer-Encoding",
        ],
    ),
    (
        Grammar::Request,
        &[
            "Accept-Charset",
            "Accept-Language",
            "Access-Control-Request-Headers",
            "Access-Control-Request-Method",
            "Authorization",
            "Cookie",
            "Expect",
            "From",
            "HTTP2-Settings",
            "Host",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "If-Range",
            "If-Unmodified-Since",
            "Max-Forwards",
            "Origin",
            "Proxy-Authorization",
            "Range",
            "Referer",
            "Upgrade-Insecure-Requests",
            "User-Agent",
        ],
    ),
    (Grammar::RetryAfter, &["Retry-After"]),
    (Grammar::Date, &["Last-Modified", "Sunset"]),
    (Grammar::Expires, &["Expires"]),
    (Grammar::Whole, &["Age", "RateLimit-Remaining", "RateLimit-Reset"]),
    (Grammar::Methods, &["Access-Control-Allow-Methods", "Allow"]),
    (Grammar::Names, &["Accept-Ranges", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Vary"]),
    (Grammar::Challenge, &["Proxy-Authenticate", "WWW-Authenticate"]),
    (Grammar::EntityTag, &["ETag"]),
    (Grammar::Uri, &["Content-Location", "Location"]),
    (Grammar::Protocols, &["Upgrade"]),
    (Grammar::Languages, &["Content-Language"]),
    (Grammar::MediaTypes, &["Accept", "Accept-Patch", "Accept-Post"]),
    (Grammar::Links, &["Link"]),
    (Grammar::Directives, &["Cache-Control"]),
    (Grammar::Metrics, &["Accept-Encoding", "Server-Timing"]),
    (Grammar::Limit, &["RateLimit-Limit"]),
    (Grammar::Quotas, &["RateLimit", "RateLimit-Policy"]),
    (Grammar::Cookie, &["Set-Cookie"]),
    (Grammar::Disposition, &["Content-Disposition"]),
    (Grammar::Origin, &["Access-Control-Allow-Origin"]),
    (Grammar::Transport, &["Strict-Transport-Security"]),
];

/// Values of many forms. One of them is right for a placeholder between texts, if any value is.
const SAMPLES: [&str; 7] = ["1", "GET", "\"a\"", "a=1", "<a>", "a/b", "https://a"];

impl Grammar {
    /// The grammar of a header, if it has one here.
    pub(super) fn of(header: &str) -> Option<Self> {
        let is_named = |names: &&[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(header));
        KNOWN.iter().find(|(_, names)| is_named(names)).map(|(grammar, _)| *grammar)
    }

    /// Whether an error can set the header.
    pub(super) fn is_settable(self) -> bool {
        !matches!(self, Grammar::Framing | Grammar::Request)
    }

    /// Whether a constant is well-formed.
    pub(super) fn fits(self, text: &str) -> bool {
        match self {
            Grammar::Framing | Grammar::Request => false,
            Grammar::RetryAfter => is_whole(text) || is_date(text),
            Grammar::Date => is_date(text),
            Grammar::Expires => text == "0" || is_date(text),
            Grammar::Whole => is_whole(text),
            // A resource can allow no method.
            Grammar::Methods => text.is_empty() || is_list(text, token),
            Grammar::Names => is_list(text, token),
            Grammar::Challenge => is_challenge(text),
            Grammar::EntityTag => text
                .strip_prefix("W/")
                .unwrap_or(text)
                .strip_prefix('"')
                .and_then(|tag| tag.strip_suffix('"'))
                .is_some_and(|tag| tag.bytes().all(|byte| byte > b' ' && byte != b'"')),
            Grammar::Uri => is_uri(text),
            Grammar::Protocols => is_list(text, |rest| {
                let rest = token(rest)?;
                rest.strip_prefix('/').map_or(Some(rest), token)
            }),
            Grammar::Languages => text.split(',').all(|tag| is_language(tag.trim_matches(BLANK))),
            Grammar::MediaTypes => is_list(text, media_type),
            Grammar::Links => is_list(text, |rest| {
                let (uri, rest) = rest.strip_prefix('<')?.split_once('>')?;
                parameters(rest).filter(|_| is_uri(uri))
            }),
            Grammar::Directives => is_list(text, |rest| {
                let rest = token(rest)?;
                rest.strip_prefix('=').map_or(Some(rest), value)
            }),
            Grammar::Metrics => is_list(text, |rest| parameters(token(rest)?)),
            Grammar::Limit => {
                let limit = text.split([',', ';']).next().unwrap_or_default();
                is_whole(limit.trim_matches(BLANK)) && Grammar::Quotas.fits(text)
            }
            Grammar::Quotas => is_list(text, |rest| {
                let rest = value(rest)?;
                parameters_of(rest.strip_prefix('=').map_or(Some(rest), value)?, bare_item)
            }),
            Grammar::Cookie => is_cookie(text),
            Grammar::Disposition => token(text).and_then(pairs).is_some_and(str::is_empty),
            Grammar::Origin => {
                let host = text.split_once("://").map(|(scheme, host)| (token(scheme), host));
                let is_host = |host: &str| !host.is_empty() && is_uri(host) && !host.contains(['/', '?', '#', '@']);
                matches!(text, "*" | "null") || host.is_some_and(|(rest, host)| rest == Some("") && is_host(host))
            }
            Grammar::Transport => {
                let directives = || text.split(';').map(|directive| directive.trim_matches(BLANK));
                let is_right =
                    |directive| token(directive).map(|rest| rest.strip_prefix('=').map_or(Some(rest), value));
                directives().all(|directive| directive.is_empty() || is_right(directive) == Some(Some("")))
                    && directives().any(|directive| directive.strip_prefix("max-age=").is_some_and(is_whole))
            }
        }
    }

    /// Whether the value is one number or one date, with no text around it.
    pub(super) fn has_one_part(self) -> bool {
        matches!(self, Grammar::RetryAfter | Grammar::Whole | Grammar::Date | Grammar::Expires)
    }

    /// Whether a template with text around its placeholders can give a well-formed value.
    pub(super) fn fits_template(self, template: &[Piece<'_>]) -> bool {
        !self.has_one_part() && SAMPLES.iter().any(|sample| self.fits(&filled(template, sample)))
    }

    /// Whether a placeholder of this type can give a well-formed value.
    pub(super) fn fits_type(self, ty: &Resolved<'_>) -> bool {
        let built_in = match ty {
            Resolved::BuiltIn(built_in) => *built_in,
            Resolved::Enum(values) => return values.values.iter().all(|value| self.fits(&value.value.value)),
            // `templates` reports it.
            Resolved::Object(_) | Resolved::Array(_) | Resolved::Map(_) => return true,
        };
        let samples: &[&str] = match built_in {
            // The generated code rounds up.
            BuiltIn::Duration | BuiltIn::Number if self == Grammar::RetryAfter => return true,
            BuiltIn::String | BuiltIn::Json => return true,
            BuiltIn::Integer => &["1"],
            BuiltIn::Duration | BuiltIn::Number => &["1.5"],
            BuiltIn::Boolean => &["true"],
            BuiltIn::DateTime => &["2026-01-31T12:00:00Z"],
            BuiltIn::Uuid => &["01890a5d-ac96-774b-bcce-b302099a8057"],
            BuiltIn::Uri => &["https://a.example/b", "a", "urn:a:b"],
        };
        samples.iter().any(|sample| self.fits(sample))
    }

    /// What to write.
    pub(super) fn help(self) -> &'static str {
        match self {
            Grammar::Framing => "remove it: the server sets it for each response (RFC 9110 sections 6 and 8)",
            Grammar::Request => "remove it: only a request has it (RFC 9110)",
            Grammar::RetryAfter => "use whole seconds or an HTTP date (RFC 9110 section 10.2.3)",
            Grammar::Date | Grammar::Expires => "use an HTTP date, such as `Sun, 06 Nov 1994 08:49:37 GMT`",
            Grammar::Methods => "use methods with commas between them, such as `GET, HEAD`",
            Grammar::Names => "use names with commas between them, such as `Accept, Origin`",
            Grammar::Challenge => "start with the scheme, as in `Bearer realm=\"shop\"`",
            Grammar::Whole => "use a whole number",
            Grammar::Limit => "use a whole number, such as `100` or `100, 100;w=60`",
            Grammar::Quotas => "use quotas with commas between them, such as `\"default\";r=50;t=30`",
            Grammar::EntityTag => "put the tag in double quotes: `\"v1\"` or `W/\"v1\"` (RFC 9110 section 8.8.3)",
            Grammar::Uri => "use a URI, and encode other characters: `%20` for a space (RFC 3986)",
            Grammar::Protocols => "use protocols with commas between them, such as `TLS/1.2, HTTP/2.0`",
            Grammar::Languages => "use language tags with commas between them, such as `en, de-CH`",
            Grammar::MediaTypes => "use media types with commas between them, such as `application/json`",
            Grammar::Links => "use `<uri>; rel=\"name\"` (RFC 8288)",
            Grammar::Directives => "use directives with commas between them, such as `no-store, max-age=60`",
            Grammar::Metrics => "use names with commas between them, such as `db;dur=53`",
            Grammar::Cookie => "use one cookie, such as `id=a; Path=/; HttpOnly` (RFC 6265 section 4.1.1)",
            Grammar::Disposition => "start with the type, as in `attachment; filename=\"a.json\"` (RFC 6266)",
            Grammar::Origin => "use `*` or one origin, such as `https://shop.example`",
            Grammar::Transport => "use directives with semicolons between them, such as `max-age=31536000`",
        }
    }
}

/// Whether an error can set a header to a value, which can be a template. `false` also for headers
/// that only the server can set, and for those of requests.
///
/// ```
/// use errbook_catalog::is_valid_header;
///
/// assert!(is_valid_header("Retry-After", "30"));
/// assert!(is_valid_header("Retry-After", "{details.wait}"));
/// assert!(!is_valid_header("Retry-After", "soon"));
/// assert!(!is_valid_header("Content-Length", "5"));
/// assert!(!is_valid_header("Host", "shop.example"));
/// ```
pub fn is_valid_header(name: &str, value: &str) -> bool {
    let Some(grammar) = Grammar::of(name) else { return true };
    match pieces(value).as_deref() {
        _ if !grammar.is_settable() => false,
        Ok([Piece::Text(text)]) => grammar.fits(text),
        Ok([] | [Piece::Slot { .. }]) | Err(_) => true,
        Ok(pieces) => grammar.fits_template(pieces),
    }
}

/// Whether a text is a media type with parameters.
pub(super) fn is_media_type(text: &str) -> bool {
    media_type(text).is_some_and(str::is_empty)
}

fn filled(template: &[Piece<'_>], value: &str) -> String {
    let part = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Slot { .. } => value.to_owned(),
    };
    template.iter().map(part).collect()
}

/// White space between the parts of a value.
const BLANK: [char; 2] = [' ', '\t'];

/// Whether a text is a list: items with commas between them. `item` returns what follows an item.
fn is_list(text: &str, mut item: impl FnMut(&str) -> Option<&str>) -> bool {
    let mut rest = text;
    loop {
        let Some(after) = item(rest.trim_start_matches(BLANK)) else { return false };
        match after.trim_start_matches(BLANK).strip_prefix(',') {
            Some(next) => rest = next,
            None => return after.trim_matches(BLANK).is_empty(),
        }
    }
}

/// Returns what follows a token.
fn token(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii() || !is_token(c.encode_utf8(&mut [0; 4]))).unwrap_or(text.len());
    (end > 0).then(|| &text[end..])
}

/// Returns what follows a token or a text in quotes.
fn value(text: &str) -> Option<&str> {
    let Some(quoted) = text.strip_prefix('"') else { return token(text) };
    let mut is_escaped = false;
    let end = quoted.find(|c: char| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    })?;
    Some(&quoted[end + 1..])
}

/// Returns what follows `; name=value; name`.
fn parameters(text: &str) -> Option<&str> {
    parameters_of(text, value)
}

/// Returns what follows a token, a text in quotes, or bytes as in `:Zg==:` (RFC 9651 section
/// 3.3.5).
fn bare_item(text: &str) -> Option<&str> {
    match text.strip_prefix(':') {
        Some(bytes) => bytes.split_once(':').map(|(_, rest)| rest),
        None => value(text),
    }
}

fn parameters_of(text: &str, value: fn(&str) -> Option<&str>) -> Option<&str> {
    let mut rest = text;
    while let Some(after) = rest.trim_start_matches(BLANK).strip_prefix(';') {
        let after = token(after.trim_start_matches(BLANK))?;
        rest = after.strip_prefix('=').map_or(Some(after), value)?;
    }
    Some(rest)
}

/// Returns what follows `type/subtype; name=value`.
fn media_type(text: &str) -> Option<&str> {
    pairs(token(token(text)?.strip_prefix('/')?)?)
}

/// Returns what follows `; name=value; name=value`.
fn pairs(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(after) = rest.trim_start_matches(BLANK).strip_prefix(';') {
        rest = value(token(after.trim_start_matches(BLANK))?.strip_prefix('=')?)?;
    }
    Some(rest)
}

/// `Bearer realm="a", error="b", Basic`: an item without `=` after its first word begins a
/// challenge.
fn is_challenge(text: &str) -> bool {
    let mut is_first = true;
    is_list(text, |item| {
        let after = token(item)?;
        let parameter = |text| -> Option<&str> {
            let after = token(text)?.trim_start_matches(BLANK).strip_prefix('=')?;
            value(after.trim_start_matches(BLANK))
        };
        if !is_first && let Some(rest) = parameter(item) {
            return Some(rest);
        }
        is_first = false;
        let Some(rest) = after.strip_prefix(' ') else { return Some(after) };
        let rest = rest.trim_start_matches(' ');
        parameter(rest).or_else(|| {
            let end = rest.find([',', ' ']).unwrap_or(rest.len());
            let word = rest[..end].trim_end_matches('=');
            let is_token68 = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
            (!word.is_empty() && word.chars().all(is_token68)).then(|| &rest[end..])
        })
    })
}

/// `id=a; Path=/; Max-Age=60`.
fn is_cookie(text: &str) -> bool {
    let is_octet = |c: char| c.is_ascii_graphic() && !"\",;\\".contains(c);
    let is_value = |text: &str| {
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        quoted.unwrap_or(text).chars().all(is_octet)
    };
    let mut parts = text.split(';');
    let is_pair = |pair: &str| token(pair).and_then(|rest| rest.strip_prefix('=')).is_some_and(is_value);
    parts.next().is_some_and(is_pair)
        && parts.map(|part| part.trim_matches(BLANK)).all(|attribute| {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            match name.to_ascii_lowercase().as_str() {
                // A sample stands for a date.
                "expires" => is_date(value) || SAMPLES.contains(&value),
                "max-age" => is_whole(value.strip_prefix('-').unwrap_or(value)),
                "domain" | "path" | "samesite" => !value.is_empty(),
                "httponly" | "secure" | "partitioned" => value.is_empty(),
                other => token(other) == Some(""),
            }
        })
}

/// Whether a text has only the characters of a URI or of a part of one, and `%` with two hexadecimal
/// digits (RFC 3986 section 2).
///
/// ```
/// use errbook_catalog::is_uri;
///
/// assert!(is_uri("https://shop.example/%C3%BC"));
/// assert!(!is_uri("https://shop.example/{id}"));
/// ```
pub fn is_uri(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_right = match byte {
            b'%' => [bytes.next(), bytes.next()].iter().all(|digit| digit.is_some_and(|byte| byte.is_ascii_hexdigit())),
            byte => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte),
        };
        if !is_right {
            return false;
        }
    }
    true
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let first = parts.next().unwrap_or_default();
    is_part(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()) && parts.all(is_part)
}

fn is_whole(text: &str) -> bool {
    !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number of days of each month.
pub(super) fn days_of_months(year: usize) -> [usize; 12] {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the form that senders generate (RFC 9110 section 5.6.7). Clients
/// do not read a date that does not exist, or of another day of the week.
fn is_date(text: &str) -> bool {
    const FORM: &[u8] = b"Aaa, 00 Aaa 0000 00:00:00 GMT";
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let has_form = text.len() == FORM.len()
        && text.bytes().zip(FORM).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'A' | b'a' => byte.is_ascii_alphabetic(),
            form => byte == *form,
        });
    let at_most = |from: usize, most: &str| text[from..from + 2] <= *most;
    if !(has_form && at_most(17, "23") && at_most(20, "59") && at_most(23, "60")) {
        return false;
    }
    let number = |digits: &str| digits.parse::<usize>().unwrap_or_default();
    let (day, year) = (number(&text[5..7]), number(&text[12..16]));
    let Some(month) = MONTHS.iter().position(|month| *month == &text[8..11]) else { return false };
    let days = days_of_months(year);
    // The days since the Sunday before the year 0, in years of 365 and 366 days.
    let years = year * 365 + year.div_ceil(4) - year.div_ceil(100) + year.div_ceil(400);
    let weekday = (years + days[..month].iter().sum::<usize>() + day + 5) % 7;
    (1..=days[month]).contains(&day) && text[..3] == *DAYS[weekday]
}

#[cfg(test)]
mod tests {
    use super::{Grammar, KNOWN, is_media_type, is_valid_header};

    #[test]
    fn a_template_is_valid_if_the_server_may_set_the_header() {
        for (name, value, is_valid) in [
            ("X-Shop", "anything", true),
            ("Retry-After", "30", true),
            ("Retry-After", "soon", false),
            ("Retry-After", "{details.wait}", true),
            ("Allow", "", true),
            ("WWW-Authenticate", "Bearer realm=\"{details.realm}\"", true),
            ("Content-Length", "{details.size}", false),
            ("Host", "shop.example", false),
        ] {
            assert_eq!(is_valid_header(name, value), is_valid, "{name}: {value}");
        }
    }

    #[test]
    fn headers_have_the_grammar_of_their_rfc() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let cases: [(&str, &[&str], &[&str]); 20] = [
            (
                "Retry-After",
                &["0", "30", date],
                &["-5", "1.5", "soon", "", "Sun, 06 Nov 1994", "2026-01-31T12:00:00Z", "Sun, 06 Nov 1994 24:49:37 GMT"],
            ),
            (
                "Sunset",
                &["Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 29 Feb 2024 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"],
                &[
                    "Mon, 06 Nov 1994 08:49:37 GMT",
                    "Sun, 00 Nov 1994 08:49:37 GMT",
                    "Sun, 31 Nov 1994 08:49:37 GMT",
                    "Thu, 29 Feb 2023 12:00:00 GMT",
                    "2026-01-31",
                ],
            ),
            ("Last-Modified", &[date], &["0", "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Okt 1994 08:49:37 GMT"]),
            ("Expires", &[date, "0"], &["-1", "now"]),
            ("Age", &["0", "42"], &["-1", "4.2", "many", ""]),
            ("Allow", &["GET", "GET, HEAD", "GET,HEAD", ""], &["GET HEAD", "GET,,HEAD", "GET,", ", GET"]),
            ("Vary", &["*", "Accept, Origin"], &["", "Accept Origin", "Accept;Origin"]),
            (
                "WWW-Authenticate",
                &[
                    "Bearer",
                    "Basic realm=\"shop\"",
                    "Bearer realm=\"a, b\", error=\"x\\\"y\", Basic realm=shop, Negotiate",
                    "Negotiate YII=",
                    "Digest a = b",
                ],
                &["", "\"Bearer\"", ", Bearer", "Bearer realm=\"a", "Bearer realm=\"a\" error=\"b\"", "realm: a"],
            ),
            ("ETag", &["\"a\"", "W/\"a\"", "\"\""], &["a", "W/a", "w/\"a\"", "\"a b\"", "\"", "\"a\"b\""]),
            (
                "Location",
                &["/a", "https://a.example/?b=c#d", "", "%7E"],
                &["/a b", "<a>", "%7", "%zz", "\"a\"", "a\\b"],
            ),
            ("Upgrade", &["h2c", "TLS/1.2, HTTP/2.0"], &["", "TLS/", "TLS 1.2", "TLS/1.2/3"]),
            ("Content-Language", &["en", "en, de-CH-1996"], &["", "en_US", "1", "en,", "muchtoolong"]),
            ("Accept-Post", &["application/json", "a/*;q=0.5, b/c"], &["", "json", "a/b;", "a/b;c"]),
            (
                "Link",
                &["<a>", "<a> ; rel=e", "<https://a.example/b,c>; rel=\"next\"; title=\"a, b\", <d>;rel=e"],
                &["", "a", "<a b>", "<a", "<a> rel=next", "<a>; rel=\"x"],
            ),
            ("Cache-Control", &["no-store", "no-cache=\"a, b\", max-age=60"], &["", "max-age=", "no store", "a;b"]),
            (
                "Set-Cookie",
                &[
                    "id=a",
                    "id=; Path=/; Max-Age=0; Secure",
                    "id=\"a=b\"; HttpOnly;SameSite=None; Partitioned; Priority=High",
                    "id=a; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                ],
                &[
                    "",
                    "id",
                    "=a",
                    "id=a b",
                    "id=a, b=c",
                    "id=\"a",
                    "i d=a",
                    "id=a;",
                    "id=a; Path",
                    "id=a; Max-Age=soon",
                    "id=a; Expires=2026-01-31",
                    "id=a; Secure=1",
                ],
            ),
            (
                "Content-Disposition",
                &["inline", "attachment; filename=\"a; b\"", "attachment ;filename=a; filename*=UTF-8''a%20b"],
                &["", "filename=a", "attachment;", "attachment; filename", "attachment; filename=a b", "a, b"],
            ),
            (
                "Access-Control-Allow-Origin",
                &["*", "null", "https://shop.example:8443"],
                &["", "https://a.example, https://b.example", "https://a.example/", "a.example", "https://"],
            ),
            (
                "Strict-Transport-Security",
                &["max-age=0", "max-age=31536000; includeSubDomains;preload;"],
                &["", "max-age", "max-age=x", "includeSubDomains", "max-age=1, preload"],
            ),
            ("Server-Timing", &["db", "db ; dur=53", "db;dur=53.2;desc=\"a b\", miss"], &["", "db dur=53", "=1"]),
        ];
        for (header, valid, invalid) in cases {
            let grammar = Grammar::of(header).expect("known");
            for text in valid {
                assert!(grammar.fits(text), "{header}: {text}");
            }
            for text in invalid {
                assert!(!grammar.fits(text), "{header}: {text}");
            }
        }
    }

    #[test]
    fn each_header_has_one_grammar_in_alphabetical_order() {
        let mut all: Vec<&str> = Vec::new();
        for (_, names) in KNOWN {
            assert!(names.is_sorted(), "{names:?}");
            all.extend(*names);
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_media_type_is_well_formed() {
        for text in ["application/json", "a/b+json ; charset=utf-8", "a/b;c=\"d;e\""] {
            assert!(is_media_type(text), "{text}");
        }
        for text in ["json", "a/", "a/b;", "a/b; c", "a/b; c=", "a/b, c/d", "a/b c", ""] {
            assert!(!is_media_type(text), "{text}");
        }
    }
}

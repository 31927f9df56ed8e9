//! Text forms of values in templates.

use alloc::borrow::Cow;
use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString as _};
use core::fmt::{self, Write as _};

use serde_core::ser::{Serialize, Serializer};

/// The maximum length of a header value with placeholders, in bytes. Proxies and servers reject a
/// response whose head is longer than 8 to 16 KiB.
pub const HEADER_BYTES: usize = 4096;

/// Converts a value to the text of a header. Control characters become spaces, because a line break
/// would begin another header, and spaces at the start and the end are removed (RFC 9110 section
/// 5.5). A text longer than [`HEADER_BYTES`] is cut.
///
/// ```
/// use errbook::{HEADER_BYTES, header};
///
/// assert_eq!(header(&"tea\r\nSet-Cookie: a=b"), "tea  Set-Cookie: a=b");
/// assert_eq!(header(&" tea, \n"), "tea,");
/// assert_eq!(header(&"é".repeat(HEADER_BYTES)).len(), HEADER_BYTES);
/// ```
pub fn header(value: &dyn fmt::Display) -> Cow<'static, str> {
    let mut header = HeaderValue(String::new());
    // An error means that the value is too long, and is cut.
    let _ = write!(header, "{value}");
    let text = header.0.trim_matches(SPACES);
    Cow::Owned(if text.len() == header.0.len() { header.0 } else { text.to_owned() })
}

/// A recipient removes them from the start and the end of a header.
const SPACES: [char; 2] = [' ', '\t'];

/// A value that never grows beyond the limit, however long the text is.
struct HeaderValue(String);

impl fmt::Write for HeaderValue {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
        if text.len() <= HEADER_BYTES - self.0.len() && text.bytes().all(is_plain) {
            self.0.push_str(text);
            return Ok(());
        }
        for letter in text.chars() {
            if self.0.len() + letter.len_utf8() > HEADER_BYTES {
                return Err(fmt::Error);
            }
            self.0.push(if letter.is_control() && letter != '\t' { ' ' } else { letter });
        }
        Ok(())
    }
}

/// The value of `Retry-After`: whole seconds, rounded up (RFC 9110 section 10.2.3). Other text than
/// numbers is unchanged.
///
/// ```
/// use std::time::Duration;
/// use errbook::{Seconds, retry_after};
///
/// assert_eq!(retry_after(&Seconds(Duration::from_millis(1500))), "2");
/// assert_eq!(retry_after(&30), "30");
/// assert_eq!(retry_after(&-5), "0");
/// ```
pub fn retry_after(value: &dyn fmt::Display) -> Cow<'static, str> {
    let text = header(value);
    let (sign, digits) = text.strip_prefix('-').map_or((false, &*text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match whole.parse::<u64>() {
        Ok(_) if sign && is_digits(fraction) => Cow::Borrowed("0"),
        Ok(whole) if is_digits(fraction) && fraction.bytes().any(|digit| digit != b'0') => {
            Cow::Owned(whole.saturating_add(1).to_string())
        }
        Ok(whole) if is_digits(fraction) => Cow::Owned(whole.to_string()),
        _ => text,
    }
}

/// Displays a value on one line, for a log or a terminal. Control characters, line separators and
/// characters that hide or reorder text are escaped.
///
/// ```
/// use errbook::OneLine;
///
/// assert_eq!(OneLine("tea\n\u{1b}[31mERROR all is lost").to_string(), r"tea\n\u{1b}[31mERROR all is lost");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OneLine<T>(pub T);

impl<T: fmt::Display> fmt::Display for OneLine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        one_line(f, |f| write!(f, "{}", self.0))
    }
}

/// Calls `write` with a writer that escapes as [`OneLine`] does.
pub fn one_line(f: &mut fmt::Formatter<'_>, write: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result) -> fmt::Result {
    write(&mut Escaping(f))
}

struct Escaping<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(steers) {
            let (before, after) = rest.split_at(at);
            self.0.write_str(before)?;
            let mut letters = after.chars();
            letters.next().into_iter().try_for_each(|letter| write!(self.0, "{}", letter.escape_debug()))?;
            rest = letters.as_str();
        }
        self.0.write_str(rest)
    }
}

/// Whether a character ends a line, moves a cursor, or hides or reorders text.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

/// Displays a value inside the quotes of a header: a backslash is before each quote and backslash
/// (RFC 9110 section 5.6.4), so that the value cannot add a parameter.
///
/// ```
/// use errbook::generated::v0::Quoted;
///
/// let realm = r#"tea", scope="all"#;
/// assert_eq!(format!("Bearer realm=\"{}\"", Quoted(realm)), r#"Bearer realm="tea\", scope=\"all""#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Quoted<T>(pub T);

impl<T: fmt::Display> fmt::Display for Quoted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Pairs(f), "{}", self.0)
    }
}

struct Pairs<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for Pairs<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.split_inclusive(['"', '\\']).try_for_each(|part| match part.strip_suffix(['"', '\\']) {
            Some(before) => write!(self.0, "{before}\\{}", &part[before.len()..]),
            None => self.0.write_str(part),
        })
    }
}

/// Displays an optional value; `None` displays as nothing.
///
/// ```
/// use errbook::OrEmpty;
///
/// assert_eq!(format!("{}{}", OrEmpty(Some(1)), OrEmpty(None::<u8>)), "1");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OrEmpty<T>(pub Option<T>);

impl<T: fmt::Display> fmt::Display for OrEmpty<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => Ok(()),
        }
    }
}

/// Serializes a value as its displayed text, without an intermediate `String`.
///
/// ```
/// use errbook::Text;
///
/// assert_eq!(serde_json::to_string(&Text(404)).unwrap(), r#""404""#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Text<T>(pub T);

impl<T: fmt::Display> fmt::Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

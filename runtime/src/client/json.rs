//! Reads JSON, and tolerates common mistakes of servers.
//!
//! A byte order mark, a byte that is not UTF-8, half of a surrogate pair, trailing NUL bytes or a
//! `NaN` affect only their own value, and not the rest of the error. The standard library parses
//! numbers, so that the result does not depend on features that other crates enable.
//!
//! A client reads a few values of a body. So a body becomes a list of tokens, which borrows its
//! text, and only what is asked for becomes a [`Json`].

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::Json;

/// Deeper values are null. The limit keeps a hostile body from exhausting the stack.
const DEEPEST: usize = 512;

/// More than most bodies have.
const TOKENS: usize = 64;

/// A body that is JSON: its values in the order of the text. A member is its name and its value.
pub(super) struct Document<'a>(Vec<Token<'a>>);

#[derive(Clone, Copy)]
enum Token<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    /// What is between the quotes, if it has no backslash.
    Plain(&'a [u8]),
    /// What is between the quotes.
    Escaped(&'a [u8]),
    /// The index after the last item.
    Array(usize),
    /// The index after the last member.
    Object(usize),
}

/// A value of a document.
#[derive(Clone, Copy)]
pub(super) struct Node<'d, 'a> {
    document: &'d Document<'a>,
    at: usize,
}

impl<'a> Document<'a> {
    /// The values, if the text is JSON.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut bytes = bytes.trim_ascii_start();
        while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
            bytes = rest.trim_ascii_start();
        }
        let end = bytes.iter().rposition(|byte| *byte != 0 && !byte.is_ascii_whitespace())?;
        let tokens = Vec::with_capacity(TOKENS.min(end / 4));
        let mut reader = Reader { bytes: &bytes[..=end], at: 0, tokens };
        reader.value(0)?;
        (reader.at == reader.bytes.len()).then_some(Document(reader.tokens))
    }

    pub(super) fn root(&self) -> Node<'_, 'a> {
        Node { document: self, at: 0 }
    }
}

impl<'a> Node<'_, 'a> {
    fn token(self) -> Token<'a> {
        self.document.0[self.at]
    }

    /// The index after the value.
    fn end(self) -> usize {
        match self.token() {
            Token::Array(end) | Token::Object(end) => end,
            _ => self.at + 1,
        }
    }

    pub(super) fn is_null(self) -> bool {
        matches!(self.token(), Token::Null)
    }

    pub(super) fn is_object(self) -> bool {
        matches!(self.token(), Token::Object(_))
    }

    /// The text of a string.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self.token() {
            Token::Plain(raw) => Some(String::from_utf8_lossy(raw)),
            Token::Escaped(raw) => Some(unescaped(raw)),
            _ => None,
        }
    }

    fn is_text(self, text: &str) -> bool {
        match self.token() {
            Token::Plain(raw) => raw == text.as_bytes(),
            _ => self.text().is_some_and(|own| own == text),
        }
    }

    /// A whole number, also one that was sent with a fraction of zero.
    pub(super) fn integer(self) -> Option<i64> {
        match self.token() {
            Token::Integer(number) => Some(number),
            Token::Number(number) => whole(number),
            _ => None,
        }
    }

    /// The values between this one and an index.
    fn until(self, end: usize) -> impl Iterator<Item = Self> {
        let mut at = self.at + 1;
        core::iter::from_fn(move || {
            let node = (at < end).then_some(Node { at, ..self })?;
            at = node.end();
            Some(node)
        })
    }

    /// The items of an array.
    fn items(self) -> impl Iterator<Item = Self> {
        let end = if let Token::Array(end) = self.token() { end } else { self.at };
        self.until(end)
    }

    /// The members of an object: name and value.
    pub(super) fn members(self) -> impl Iterator<Item = (Self, Self)> {
        let end = if let Token::Object(end) = self.token() { end } else { self.at };
        let mut values = self.until(end);
        core::iter::from_fn(move || Some((values.next()?, values.next()?)))
    }

    /// The member with this name. If two have it, many parsers return the last (RFC 8259 section 4).
    pub(super) fn member(self, name: &str) -> Option<Self> {
        self.members().filter(|(own, _)| own.is_text(name)).last().map(|(_, value)| value)
    }

    /// The value at a JSON pointer (RFC 6901).
    pub(super) fn at(self, pointer: &str) -> Option<Self> {
        pointer.split('/').skip(1).try_fold(self, |node, token| match node.token() {
            Token::Array(_) => node.items().nth(token.parse().ok()?),
            _ if token.contains('~') => node.member(&token.replace("~1", "/").replace("~0", "~")),
            _ => node.member(token),
        })
    }

    pub(super) fn to_json(self) -> Json {
        match self.token() {
            Token::Null => Json::Null,
            Token::Bool(value) => Json::Bool(value),
            Token::Integer(value) => Json::Integer(value),
            Token::Number(value) => Json::Number(value),
            Token::Plain(_) | Token::Escaped(_) => Json::String(self.to_text()),
            Token::Array(_) => Json::Array(self.items().map(Self::to_json).collect()),
            Token::Object(_) => {
                Json::Object(self.members().map(|(name, value)| (name.to_text(), value.to_json())).collect())
            }
        }
    }

    /// The text of a string.
    pub(super) fn to_text(self) -> String {
        self.text().unwrap_or_default().into_owned()
    }
}

/// 2.0 is an integer too, because RFC 8259 has only one kind of number. Larger ones have lost digits.
#[allow(clippy::cast_possible_truncation)] // whole, and of no more digits than an `f64` has
pub(super) fn whole(number: f64) -> Option<i64> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= MOST).then_some(number as i64)
}

/// Whether bytes are a number of JSON (RFC 8259 section 6). Rust parses more.
fn is_number(bytes: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let integer = digits(rest);
    if integer == 0 || (integer > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[integer..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    let Some((b'e' | b'E', exponent)) = rest.split_first() else { return rest.is_empty() };
    let exponent = exponent.strip_prefix(b"-").or_else(|| exponent.strip_prefix(b"+")).unwrap_or(exponent);
    !exponent.is_empty() && digits(exponent) == exponent.len()
}

/// The text of a string with backslashes; U+FFFD for what is not UTF-8.
fn unescaped(raw: &[u8]) -> Cow<'static, str> {
    let mut text = String::new();
    let mut reader = Reader { bytes: raw, at: 0, tokens: Vec::new() };
    while reader.at < raw.len() {
        let start = reader.at;
        reader.plain();
        text.push_str(&String::from_utf8_lossy(&raw[start..reader.at]));
        // The reader of the body has read the same.
        text.extend(reader.escape());
    }
    Cow::Owned(text)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        // Of the spaces of ASCII, JSON has no form feed.
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, text: &str) -> Option<()> {
        let is_there = self.bytes[self.at..].starts_with(text.as_bytes());
        is_there.then(|| self.at += text.len())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.space();
        let token = match self.peek()? {
            b'{' | b'[' if depth == DEEPEST => self.skip()?,
            b'{' => return self.object(depth),
            b'[' => return self.array(depth),
            b'"' => self.string()?,
            b'n' => self.word("null", Token::Null)?,
            b't' => self.word("true", Token::Bool(true))?,
            b'f' => self.word("false", Token::Bool(false))?,
            // Some writers write these for numbers that JSON does not have.
            b'N' => self.word("NaN", Token::Null)?,
            b'I' => self.word("Infinity", Token::Null)?,
            b'-' if self.bytes[self.at..].starts_with(b"-I") => self.word("-Infinity", Token::Null)?,
            _ => self.number()?,
        };
        self.tokens.push(token);
        Some(())
    }

    fn word(&mut self, text: &str, token: Token<'a>) -> Option<Token<'a>> {
        self.take(text).map(|()| token)
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        let token = self.tokens.len();
        self.tokens.push(Token::Object(token));
        self.items(b'}', |reader| {
            let name = reader.string()?;
            reader.tokens.push(name);
            reader.space();
            reader.take(":")?;
            reader.value(depth + 1)
        })?;
        self.tokens[token] = Token::Object(self.tokens.len());
        Some(())
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        let token = self.tokens.len();
        self.tokens.push(Token::Array(token));
        self.items(b']', |reader| reader.value(depth + 1))?;
        self.tokens[token] = Token::Array(self.tokens.len());
        Some(())
    }

    /// Items separated by commas, from the opening bracket to the closing one.
    fn items(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.space();
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            self.space();
            item(self)?;
            self.space();
            let next = self.peek()?;
            self.at += 1;
            match next {
                b',' => {}
                next if next == close => return Some(()),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<Token<'a>> {
        self.take("\"")?;
        let start = self.at;
        let mut token: fn(&'a [u8]) -> Token<'a> = Token::Plain;
        loop {
            self.plain();
            if self.peek()? == b'"' {
                self.at += 1;
                return Some(token(&self.bytes[start..self.at - 1]));
            }
            self.escape()?;
            token = Token::Escaped;
        }
    }

    /// Reads the part of a string before a quote or a backslash.
    fn plain(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(rest.len());
    }

    /// Reads a backslash and what follows it.
    fn escape(&mut self) -> Option<char> {
        self.take("\\")?;
        let escape = self.peek()?;
        self.at += 1;
        Some(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return None,
        })
    }

    /// The character of `\uXXXX`, or of two of them; U+FFFD for half of a pair.
    fn unicode(&mut self) -> Option<char> {
        let unit = self.unit()?;
        let after = self.at;
        let low = self.take("\\u").and_then(|()| self.unit()).filter(|low| (0xdc00..0xe000).contains(low));
        let code = match low {
            Some(low) if (0xd800..0xdc00).contains(&unit) => 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00),
            _ => {
                self.at = after;
                unit
            }
        };
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
    }

    fn number(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) {
            self.at += 1;
        }
        let bytes = &self.bytes[start..self.at];
        let text = core::str::from_utf8(bytes).ok().filter(|_| is_number(bytes))?;
        if let Ok(integer) = text.parse() {
            return Some(Token::Integer(integer));
        }
        let number: f64 = text.parse().ok()?;
        Some(if number.is_finite() { Token::Number(number) } else { Token::Null })
    }

    /// Skips an array or an object.
    fn skip(&mut self) -> Option<Token<'a>> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(Token::Null);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec;

    use proptest::prelude::*;

    use super::Document;
    use crate::Json;

    fn parse(bytes: &[u8]) -> Option<Json> {
        Document::read(bytes).map(|document| document.root().to_json())
    }

    fn text(bytes: &[u8]) -> Option<String> {
        match parse(bytes)? {
            Json::String(text) => Some(text),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_odd_costs_no_more_than_itself() {
        let code = Json::Object(vec![("code".into(), "A".into())]);
        for bytes in [
            &b"\xef\xbb\xbf{\"code\": \"A\"}"[..],
            b"{\"code\": \"A\"}\0\0\0",
            b"{\"code\": \"A\"}\0\n\0\r\n",
            b"\n\xef\xbb\xbf\xef\xbb\xbf {\"code\": \"A\"}",
            b" \r\n{ \"code\" :\t\"A\" } \n",
            b"{\"code\":\"\\u0041\"}",
        ] {
            assert_eq!(parse(bytes), Some(code.clone()), "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(text(br#""a\ud800b""#).as_deref(), Some("a\u{fffd}b"));
        assert_eq!(text(br#""\ud83d\ude00""#).as_deref(), Some("\u{1f600}"));
        assert_eq!(text(br#""\ud83d\u0041""#).as_deref(), Some("\u{fffd}A"));
        assert_eq!(text(b"\"caf\xe9\"").as_deref(), Some("caf\u{fffd}"));
        assert_eq!(parse(b"[NaN, -Infinity, Infinity, 1e999]"), Some(Json::Array(vec![Json::Null; 4])));
    }

    #[test]
    fn numbers_are_what_was_sent() {
        let number = 31.245_270_191_439_438;
        assert_eq!(parse(b"31.245270191439438"), Some(Json::Number(number)));
        assert_eq!(parse(b"-9223372036854775808"), Some(Json::Integer(i64::MIN)));
        assert_eq!(parse(b"18446744073709551615"), Some(Json::Number(18_446_744_073_709_551_615.0)));
        for bytes in [&b"1e3"[..], b"1E+3", b"1000.0", b"10000e-1"] {
            assert_eq!(parse(bytes), Some(Json::Number(1000.0)));
        }
        assert_eq!(parse(b"-0"), Some(Json::Integer(0)));
    }

    #[test]
    fn what_is_no_json_is_none() {
        for bytes in [
            "",
            "\0",
            "<h1>",
            "{",
            "{\"a\"}",
            "[1 2]",
            "[1,]",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "nul",
            "1-",
            "+1",
            "01",
            ".5",
            "1.",
            "1e",
            "1.e5",
            "1e+",
            "{\u{c}}",
            "{} {}",
            "-",
        ] {
            assert_eq!(parse(bytes.as_bytes()), None, "{bytes}");
        }
    }

    #[test]
    fn depth_costs_the_depths_alone() {
        let deep = format!("{{\"deep\": {}\"]\"{}, \"code\": \"A\"}}", "[".repeat(100_000), "]".repeat(100_000));
        let Some(Json::Object(members)) = parse(deep.as_bytes()) else { panic!("no object") };
        assert_eq!(members[1], ("code".into(), "A".into()));
        assert_eq!(parse("[".repeat(100_000).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn floats_come_back_bit_for_bit(number in any::<f64>().prop_filter("finite", |number| number.is_finite())) {
            let sent = serde_json::to_string(&number).expect("a number");
            let Some(Json::Number(back)) = parse(sent.as_bytes()) else { panic!("{sent}") };
            prop_assert_eq!(back.to_bits(), number.to_bits());
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = parse(&bytes);
        }
    }
}

//! Reads JSON, and tolerates common mistakes of servers.
//!
//! A byte order mark, a byte that is not UTF-8, half of a surrogate pair, trailing NUL bytes or a
//! `NaN` affect only their own value, and not the rest of the error. The standard library parses
//! numbers, so that the result does not depend on features that other crates enable.
//!
//! A client reads a few values of a body. So a body becomes a list of tokens, which are ranges of its
//! text, and only what is asked for becomes a [`Json`].

use alloc::borrow::Cow;
use alloc::string::String;
use core::ops::Range;

use super::list::List;
use crate::Json;

/// Deeper values are null. The limit keeps a hostile body from exhausting the stack.
const DEEPEST: usize = 512;

/// A number of so many digits is an `i64`.
const MOST_DIGITS: usize = 18;

/// As many as most bodies have.
pub(super) type Tokens = List<Token, 32>;

/// A body that is JSON: its values in the order of the text. A member is its name and its value.
pub(super) struct Document<'a> {
    bytes: &'a [u8],
    /// The same as text, if all of it is UTF-8.
    text: Option<&'a str>,
    tokens: &'a Tokens,
}

/// A value. Places and indexes are of 32 bits, to keep the list short.
#[derive(Clone, Copy)]
pub(super) enum Token {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    /// The start and the end of the text between the quotes, if it has no backslash.
    Plain(u32, u32),
    /// The start and the end of the text between the quotes.
    Escaped(u32, u32),
    /// The index after the last item.
    Array(u32),
    /// The index after the last member.
    Object(u32),
}

/// A value of a document.
#[derive(Clone, Copy)]
pub(super) struct Node<'d, 'a> {
    document: &'d Document<'a>,
    at: usize,
}

impl<'a> Document<'a> {
    /// The values, if the text is JSON. The caller keeps the list, which is empty, because it is too
    /// long to be returned.
    pub(super) fn read(bytes: &'a [u8], tokens: &'a mut Tokens) -> Option<Self> {
        let mut rest = bytes.trim_ascii_start();
        while let Some(after) = rest.strip_prefix(b"\xef\xbb\xbf") {
            rest = after.trim_ascii_start();
        }
        let end = bytes.iter().rposition(|byte| *byte != 0 && !byte.is_ascii_whitespace())?;
        // Every place and every index fits.
        u32::try_from(bytes.len()).ok()?;
        let mut reader = Reader { bytes: &bytes[..=end], at: bytes.len() - rest.len() };
        reader.value(tokens, 0)?;
        let is_over = reader.at == reader.bytes.len();
        is_over.then(|| Document { bytes, text: core::str::from_utf8(bytes).ok(), tokens })
    }

    pub(super) fn root(&self) -> Node<'_, 'a> {
        Node { document: self, at: 0 }
    }
}

impl<'a> Node<'_, 'a> {
    fn token(self) -> Token {
        self.document.tokens.get(self.at).copied().unwrap_or(Token::Null)
    }

    fn bytes(self, start: u32, end: u32) -> &'a [u8] {
        &self.document.bytes[start as usize..end as usize]
    }

    /// The index after the value.
    fn end(self) -> usize {
        match self.token() {
            Token::Array(end) | Token::Object(end) => end as usize,
            _ => self.at + 1,
        }
    }

    pub(super) fn is_null(self) -> bool {
        matches!(self.token(), Token::Null)
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self.token(), Token::Plain(..) | Token::Escaped(..))
    }

    pub(super) fn is_object(self) -> bool {
        matches!(self.token(), Token::Object(_))
    }

    /// The text of a string.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self.token() {
            Token::Plain(start, end) => Some(match self.document.text {
                Some(text) => Cow::Borrowed(&text[start as usize..end as usize]),
                None => String::from_utf8_lossy(self.bytes(start, end)),
            }),
            Token::Escaped(start, end) => Some(unescaped(self.bytes(start, end))),
            _ => None,
        }
    }

    /// The place of a string in the body, if the body is UTF-8 and has the text as it is.
    pub(super) fn place(self) -> Option<Range<u32>> {
        match self.token() {
            Token::Plain(start, end) if self.document.text.is_some() => Some(start..end),
            _ => None,
        }
    }

    fn equals(self, text: &str) -> bool {
        match self.token() {
            // Most names differ in length.
            Token::Plain(start, end) => {
                (end - start) as usize == text.len() && self.bytes(start, end) == text.as_bytes()
            }
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
        let end = if let Token::Array(_) = self.token() { self.end() } else { self.at };
        self.until(end)
    }

    /// The members of an object: name and value.
    pub(super) fn members(self) -> impl Iterator<Item = (Self, Self)> {
        let end = if let Token::Object(_) = self.token() { self.end() } else { self.at };
        let mut values = self.until(end);
        core::iter::from_fn(move || Some((values.next()?, values.next()?)))
    }

    /// The member with this name. If two have it, many parsers return the last (RFC 8259 section 4).
    pub(super) fn member(self, name: &str) -> Option<Self> {
        let Token::Object(_) = self.token() else { return None };
        let (mut at, end, mut last) = (self.at + 1, self.end(), None);
        while at < end {
            let value = Node { at: at + 1, ..self };
            if (Node { at, ..self }).equals(name) {
                last = Some(value);
            }
            at = value.end();
        }
        last
    }

    /// The value at a JSON pointer (RFC 6901).
    pub(super) fn at(self, pointer: &str) -> Option<Self> {
        let (mut node, mut rest) = (self, pointer);
        while let Some(after) = rest.strip_prefix('/') {
            let mut is_escaped = false;
            let end = after.bytes().position(|byte| {
                is_escaped |= byte == b'~';
                byte == b'/'
            });
            let (token, next) = after.split_at(end.unwrap_or(after.len()));
            rest = next;
            node = match node.token() {
                Token::Array(_) => node.items().nth(token.parse().ok()?)?,
                _ if is_escaped => node.member(&token.replace("~1", "/").replace("~0", "~"))?,
                _ => node.member(token)?,
            };
        }
        Some(node)
    }

    pub(super) fn to_json(self) -> Json {
        match self.token() {
            Token::Null => Json::Null,
            Token::Bool(value) => Json::Bool(value),
            Token::Integer(value) => Json::Integer(value),
            Token::Number(value) => Json::Number(value),
            Token::Plain(..) | Token::Escaped(..) => Json::String(self.to_text()),
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
    let mut reader = Reader { bytes: raw, at: 0 };
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
}

impl Reader<'_> {
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

    fn value(&mut self, tokens: &mut Tokens, depth: usize) -> Option<()> {
        self.space();
        // Each pushes its token, because a copy of a token would wait until it is written.
        match self.peek()? {
            b'{' | b'[' if depth == DEEPEST => {
                self.skip()?;
                tokens.push(Token::Null);
                Some(())
            }
            b'{' => self.object(tokens, depth),
            b'[' => self.array(tokens, depth),
            b'"' => self.string(tokens),
            b'n' => self.word("null", Token::Null, tokens),
            b't' => self.word("true", Token::Bool(true), tokens),
            b'f' => self.word("false", Token::Bool(false), tokens),
            // Some writers write these for numbers that JSON does not have.
            b'N' => self.word("NaN", Token::Null, tokens),
            b'I' => self.word("Infinity", Token::Null, tokens),
            b'-' if self.bytes[self.at..].starts_with(b"-I") => self.word("-Infinity", Token::Null, tokens),
            _ => self.number(tokens),
        }
    }

    fn word(&mut self, text: &str, token: Token, tokens: &mut Tokens) -> Option<()> {
        self.take(text).map(|()| tokens.push(token))
    }

    fn object(&mut self, tokens: &mut Tokens, depth: usize) -> Option<()> {
        let at = tokens.len();
        tokens.push(Token::Null);
        self.items(b'}', |reader| {
            reader.string(tokens)?;
            reader.space();
            if reader.peek()? != b':' {
                return None;
            }
            reader.at += 1;
            reader.value(tokens, depth + 1)
        })?;
        let end = Token::Object(number(tokens.len()));
        tokens.get_mut(at).map(|token| *token = end)
    }

    fn array(&mut self, tokens: &mut Tokens, depth: usize) -> Option<()> {
        let at = tokens.len();
        tokens.push(Token::Null);
        self.items(b']', |reader| reader.value(tokens, depth + 1))?;
        let end = Token::Array(number(tokens.len()));
        tokens.get_mut(at).map(|token| *token = end)
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

    fn string(&mut self, tokens: &mut Tokens) -> Option<()> {
        let start = number(self.at + 1);
        let is_plain = self.quoted()?;
        let end = number(self.at - 1);
        tokens.push(if is_plain { Token::Plain(start, end) } else { Token::Escaped(start, end) });
        Some(())
    }

    /// Reads a text in quotes. Returns whether it has no backslash.
    fn quoted(&mut self) -> Option<bool> {
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        let mut is_plain = true;
        loop {
            self.plain();
            if self.peek()? == b'"' {
                self.at += 1;
                return Some(is_plain);
            }
            self.escape()?;
            is_plain = false;
        }
    }

    /// Reads the part of a string before a quote or a backslash.
    fn plain(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += position(rest, [b'"', b'\\']).unwrap_or(rest.len());
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

    fn number(&mut self, tokens: &mut Tokens) -> Option<()> {
        let start = self.at;
        let mut integer = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek()
            && self.at - start < MOST_DIGITS
        {
            integer = integer * 10 + i64::from(digit - b'0');
            self.at += 1;
        }
        let digits = &self.bytes[start..self.at];
        let is_over = !matches!(self.peek(), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        if is_over && matches!(digits, [b'0'] | [b'1'..=b'9', ..]) {
            tokens.push(Token::Integer(integer));
            return Some(());
        }
        tokens.push(self.other_number(start)?);
        Some(())
    }

    /// A number with a sign, a fraction, an exponent or many digits.
    fn other_number(&mut self, start: usize) -> Option<Token> {
        while self.peek().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let bytes = &self.bytes[start..self.at];
        if !is_number(bytes) {
            return None;
        }
        let text = core::str::from_utf8(bytes).ok()?;
        if let Ok(integer) = text.parse() {
            return Some(Token::Integer(integer));
        }
        let number: f64 = text.parse().ok()?;
        Some(if number.is_finite() { Token::Number(number) } else { Token::Null })
    }

    /// Skips an array or an object.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.quoted()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// A place in a body, or an index of a token, of which a body has no more than bytes.
#[expect(clippy::cast_possible_truncation, reason = "`read` checks the length of the body")]
fn number(at: usize) -> u32 {
    at as u32
}

/// The index of the first of two bytes.
pub(super) fn position(bytes: &[u8], wanted: [u8; 2]) -> Option<usize> {
    let each = |byte: u8| u64::from_le_bytes([byte; 8]);
    let mut rest = bytes;
    // Eight at once.
    while let Some((eight, after)) = rest.split_first_chunk() {
        let found = wanted.map(|byte| {
            // A byte that is equal becomes zero. Below the first zero, nothing sets the highest bit.
            let zeros = u64::from_le_bytes(*eight) ^ each(byte);
            zeros.wrapping_sub(each(0x01)) & !zeros & each(0x80)
        });
        match found[0] | found[1] {
            0 => rest = after,
            found => return Some(bytes.len() - rest.len() + found.trailing_zeros() as usize / 8),
        }
    }
    Some(bytes.len() - rest.len() + rest.iter().position(|byte| wanted.contains(byte))?)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec;

    use proptest::prelude::*;

    use super::{Document, Tokens, position};
    use crate::Json;

    fn parse(bytes: &[u8]) -> Option<Json> {
        Document::read(bytes, &mut Tokens::new()).map(|document| document.root().to_json())
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
        assert_eq!(text(br#""0123456\"89abcde\\""#).as_deref(), Some("0123456\"89abcde\\"));
        assert_eq!(text(b"\"caf\xe9\"").as_deref(), Some("caf\u{fffd}"));
        assert_eq!(parse(b"[NaN, -Infinity, Infinity, 1e999]"), Some(Json::Array(vec![Json::Null; 4])));
    }

    #[test]
    fn numbers_are_what_was_sent() {
        let number = 31.245_270_191_439_438;
        assert_eq!(parse(b"31.245270191439438"), Some(Json::Number(number)));
        assert_eq!(parse(b"-9223372036854775808"), Some(Json::Integer(i64::MIN)));
        assert_eq!(parse(b"18446744073709551615"), Some(Json::Number(18_446_744_073_709_551_615.0)));
        for digits in ["999999999999999999", "1000000000000000000", "0", "70"] {
            assert_eq!(parse(digits.as_bytes()), digits.parse().ok().map(Json::Integer));
        }
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
        fn a_position_is_that_of_the_first_byte(bytes in prop::collection::vec(0x20..0x24_u8, 0..40)) {
            let first = bytes.iter().position(|byte| matches!(byte, b'"' | b'#'));
            prop_assert_eq!(position(&bytes, *b"\"#"), first);
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = parse(&bytes);
        }
    }
}

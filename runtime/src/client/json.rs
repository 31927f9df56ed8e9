//! Parses JSON, and tolerates common mistakes of servers.
//!
//! A byte order mark, a byte that is not UTF-8, half of a surrogate pair, trailing NUL bytes or a
//! `NaN` affect only their own value, and not the rest of the error. The standard library parses
//! numbers, so that the result does not depend on features that other crates enable.

use alloc::string::String;
use alloc::vec::Vec;

use crate::Json;

/// Deeper values are null. The limit keeps a hostile body from exhausting the stack.
const DEEPEST: usize = 512;

/// The value, if the text is JSON.
pub(super) fn parse(bytes: &[u8]) -> Option<Json> {
    let mut bytes = bytes.trim_ascii_start();
    while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest.trim_ascii_start();
    }
    let end = bytes.iter().rposition(|byte| *byte != 0 && !byte.is_ascii_whitespace())?;
    let mut reader = Reader { bytes: &bytes[..=end], at: 0 };
    let value = reader.value(0)?;
    (reader.at == reader.bytes.len()).then_some(value)
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
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn take(&mut self, text: &str) -> Option<()> {
        let is_there = self.bytes[self.at..].starts_with(text.as_bytes());
        is_there.then(|| self.at += text.len())
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        match self.peek()? {
            b'{' | b'[' if depth == DEEPEST => self.skip(),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Json::String),
            b'n' => self.take("null").map(|()| Json::Null),
            b't' => self.take("true").map(|()| Json::Bool(true)),
            b'f' => self.take("false").map(|()| Json::Bool(false)),
            // Some writers write these for numbers that JSON does not have.
            b'N' => self.take("NaN").map(|()| Json::Null),
            b'I' => self.take("Infinity").map(|()| Json::Null),
            b'-' if self.bytes[self.at..].starts_with(b"-I") => self.take("-Infinity").map(|()| Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        let mut members = Vec::new();
        self.items(b'}', |reader| {
            let name = reader.string()?;
            reader.space();
            reader.take(":")?;
            members.push((name, reader.value(depth + 1)?));
            Some(())
        })?;
        Some(Json::Object(members))
    }

    fn array(&mut self, depth: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.items(b']', |reader| {
            items.push(reader.value(depth + 1)?);
            Some(())
        })?;
        Some(Json::Array(items))
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

    fn string(&mut self) -> Option<String> {
        self.take("\"")?;
        let mut text = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek()?, b'"' | b'\\') {
                self.at += 1;
            }
            text.push_str(&String::from_utf8_lossy(&self.bytes[start..self.at]));
            self.at += 1;
            if self.bytes[self.at - 1] == b'"' {
                return Some(text);
            }
            let escape = self.peek()?;
            self.at += 1;
            text.push(match escape {
                b'"' | b'\\' | b'/' => char::from(escape),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                _ => return None,
            });
        }
    }

    /// The character of `\uXXXX`, or of two of them; U+FFFD for half of a pair.
    fn unicode(&mut self) -> Option<char> {
        let unit = self.unit()?;
        let mut ahead = Reader { bytes: self.bytes, at: self.at };
        let low = ahead.take("\\u").and_then(|()| ahead.unit()).filter(|low| (0xdc00..0xe000).contains(low));
        let code = match low {
            Some(low) if (0xd800..0xdc00).contains(&unit) => {
                self.at = ahead.at;
                0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
            }
            _ => unit,
        };
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) {
            self.at += 1;
        }
        let text = core::str::from_utf8(&self.bytes[start..self.at]).ok()?;
        if let Ok(integer) = text.parse() {
            return Some(Json::Integer(integer));
        }
        let number: f64 = text.parse().ok()?;
        Some(if number.is_finite() { Json::Number(number) } else { Json::Null })
    }

    /// Skips an array or an object.
    fn skip(&mut self) -> Option<Json> {
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
                return Some(Json::Null);
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

    use super::parse;
    use crate::Json;

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
        assert_eq!(parse(b"1e3"), Some(Json::Number(1000.0)));
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

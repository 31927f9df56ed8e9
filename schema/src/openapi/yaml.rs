//! Writes JSON as YAML that every YAML version reads as the same values.
//!
//! `serde_yaml` writes `no`, `1:30` and `2026-02-01` without quotes, but YAML 1.1 reads them as a
//! boolean, a number and a date. This writer omits quotes only if all versions of YAML agree on the
//! text.

use std::borrow::Cow;

use serde_json::{Map, Number, Value as Json};

/// Writes the document as YAML in block style, with a final newline.
///
/// ```
/// let document = serde_json::json!({ "codes": ["no", "1:30", 402] });
/// let yaml = errbook_schema::openapi::yaml(&document);
/// assert_eq!(yaml, "codes:\n  - \"no\"\n  - \"1:30\"\n  - 402\n");
/// ```
pub fn yaml(document: &Json) -> String {
    let mut out = String::new();
    match document {
        Json::Object(members) if !members.is_empty() => write_members(&mut out, members, 0),
        Json::Array(items) if !items.is_empty() => write_items(&mut out, items, 0),
        scalar => {
            write_inline(&mut out, scalar, 0);
            out.push('\n');
        }
    }
    out
}

/// Writes members on separate lines. The output is already at the column of the first key.
fn write_members(out: &mut String, members: &Map<String, Json>, indent: usize) {
    for (index, (key, value)) in members.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        let key = if is_plain(key) { Cow::Borrowed(key.as_str()) } else { Cow::Owned(quoted(key)) };
        // YAML readers look for the colon in the first 1024 characters only.
        if key.len() > 1000 && key.chars().count() > 1000 {
            out.push_str("? ");
            out.push_str(&key);
            out.push('\n');
            pad(out, indent);
        } else {
            out.push_str(&key);
        }
        out.push(':');
        write_value(out, value, indent);
    }
}

fn write_items(out: &mut String, items: &[Json], indent: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push('-');
        match item {
            Json::Object(members) if !members.is_empty() => {
                out.push(' ');
                write_members(out, members, indent + 2);
            }
            Json::Array(items) if !items.is_empty() => {
                out.push(' ');
                write_items(out, items, indent + 2);
            }
            _ => write_value(out, item, indent),
        }
    }
}

/// Writes the value after a colon or dash, and the end of the line.
fn write_value(out: &mut String, value: &Json, indent: usize) {
    match value {
        Json::Object(members) if !members.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            write_members(out, members, indent + 2);
        }
        Json::Array(items) if !items.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            write_items(out, items, indent + 2);
        }
        scalar => {
            out.push(' ');
            write_inline(out, scalar, indent + 2);
            out.push('\n');
        }
    }
}

fn write_inline(out: &mut String, value: &Json, indent: usize) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Number(number) => out.push_str(&number_text(number)),
        Json::String(text) if is_plain(text) => out.push_str(text),
        Json::String(text) if indent > 0 && is_block(text) => write_block(out, text, indent),
        Json::String(text) => out.push_str(&quoted(text)),
        Json::Array(_) => out.push_str("[]"),
        Json::Object(_) => out.push_str("{}"),
    }
}

/// Writes a literal block, without its last line break.
fn write_block(out: &mut String, text: &str, indent: usize) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
    }
}

fn pad(out: &mut String, indent: usize) {
    const SPACES: &str = "                                                                ";
    let mut left = indent;
    while left > 0 {
        let most = left.min(SPACES.len());
        out.push_str(&SPACES[..most]);
        left -= most;
    }
}

/// YAML 1.1 needs a decimal point and a sign of the exponent in a float.
fn number_text(number: &Number) -> String {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// Whether text needs no quotes. Text that begins with a letter (or `$`, as in `$ref`) is not a
/// number, a date or an indicator, so only the words for booleans and null remain.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    const LONGEST_WORD: usize = 5;
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$')
        && (text.len() > LONGEST_WORD || !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)))
        && (text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || text.chars().all(is_printable))
        && !text.ends_with([' ', ':'])
        && !text.as_bytes().windows(2).any(|pair| matches!(pair, b": " | b" #"))
}

/// Whether a literal block preserves the text.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n'])
        && !text.ends_with("\n\n")
        && text.lines().all(|line| !line.ends_with(' '))
        && text.chars().all(|character| character == '\n' || is_printable(character))
}

/// Whether a character is visible and every reader preserves it. Line ends, joiners and changes of
/// the text direction are not.
fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{200a}' | '\u{2010}'..='\u{2027}'
        | '\u{202f}'..='\u{205f}' | '\u{2070}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}'
        | '\u{10000}'..='\u{10ffff}')
}

/// Text in double quotes, in which YAML reads JSON's escapes.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            printable if is_printable(printable) => out.push(printable),
            // All characters that are not printable are below U+10000.
            other => out.extend(['\\', 'u'].into_iter().chain(hex(other))),
        }
    }
    out.push('"');
    out
}

/// Four hexadecimal digits.
fn hex(character: char) -> impl Iterator<Item = char> {
    [12, 8, 4, 0].into_iter().filter_map(move |shift| char::from_digit(u32::from(character) >> shift & 0xf, 16))
}

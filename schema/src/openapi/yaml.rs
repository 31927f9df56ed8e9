//! Writes JSON as YAML that every YAML version reads as the same values.
//!
//! `serde_yaml` writes `no`, `1:30` and `2026-02-01` without quotes, but YAML 1.1 reads them as a
//! boolean, a number and a date. This writer omits quotes only if all versions of YAML agree on the
//! text.

use serde_json::{Map, Number, Value as Json};

use super::merge::MARK;

/// The maximum width of a line in flow style, in bytes and without its indentation, which is another
/// one in a user's document. A longer line would hide what is in it.
const WIDTH: usize = 120;

/// The levels of an OpenAPI document that are always in block style: its members, the kinds of
/// components, and the members of each component.
const BLOCKS: usize = 3;

/// Writes an OpenAPI document as YAML, with a final newline. What is inside a member of a component
/// is in flow style if it fits on a line, and in block style otherwise.
///
/// ```
/// let code = serde_json::json!({ "type": "string", "enum": ["no", "1:30"] });
/// let schema = serde_json::json!({ "description": "A code.\nIt is stable.", "properties": { "code": code } });
/// let document = serde_json::json!({ "components": { "schemas": { "Error": schema } } });
/// let yaml = errbook_schema::openapi::yaml(&document);
/// let expected = "
/// components:
///   schemas:
///     Error:
///       description: |-
///         A code.
///         It is stable.
///       properties: {code: {type: string, enum: [\"no\", \"1:30\"]}}
/// ";
/// assert_eq!(yaml, expected.trim_start());
/// ```
pub fn yaml(document: &Json) -> String {
    written(document, Some(BLOCKS))
}

/// Writes a value as YAML in block style, with a final newline.
///
/// ```
/// let document = serde_json::json!({ "codes": ["no", "1:30", 402] });
/// let yaml = errbook_schema::openapi::yaml_in_blocks(&document);
/// assert_eq!(yaml, "codes:\n  - \"no\"\n  - \"1:30\"\n  - 402\n");
/// ```
pub fn yaml_in_blocks(value: &Json) -> String {
    written(value, None)
}

/// Writes a part of a user's document: in block style, except inside the members of marked components.
pub(super) fn yaml_of_part(part: &Json) -> String {
    written(part, Some(usize::MAX))
}

/// Writes a value with a number of levels in block style, or with `None` all of them.
fn written(value: &Json, blocks: Option<usize>) -> String {
    let mut out = String::new();
    match value {
        Json::Object(members) if !members.is_empty() => write_members(&mut out, members, blocks, 0),
        Json::Array(items) if !items.is_empty() => write_items(&mut out, items, blocks, 0),
        scalar => {
            write_inline(&mut out, scalar, 0);
            out.push('\n');
        }
    }
    out
}

/// The levels in block style that are left one level below.
fn inner(blocks: Option<usize>) -> Option<usize> {
    blocks.map(|blocks| blocks.saturating_sub(1))
}

/// Writes members on separate lines. The output is already at the column of the first key. A mark ends
/// the levels in block style, so that a component looks the same wherever it is written from.
fn write_members(out: &mut String, members: &Map<String, Json>, blocks: Option<usize>, indent: usize) {
    let blocks = blocks.map(|blocks| if members.contains_key(MARK) { 0 } else { blocks });
    for (index, (key, value)) in members.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        let start = out.len();
        if is_plain(key) {
            out.push_str(key);
        } else {
            write_quoted(out, key);
        }
        // YAML readers look for the colon in the first 1024 characters only.
        if out.len() - start > 1000 && out[start..].chars().count() > 1000 {
            out.insert_str(start, "? ");
            out.push('\n');
            pad(out, indent);
        }
        out.push(':');
        write_value(out, value, blocks, indent);
    }
}

fn write_items(out: &mut String, items: &[Json], blocks: Option<usize>, indent: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push('-');
        match item {
            Json::Object(members) if is_pair(members) => {
                out.push(' ');
                write_members(out, members, blocks, indent + 2);
            }
            _ if write_in_flow(out, item, blocks) => out.push('\n'),
            Json::Object(members) if !members.is_empty() => {
                out.push(' ');
                write_members(out, members, inner(blocks), indent + 2);
            }
            Json::Array(items) if !items.is_empty() => {
                out.push(' ');
                write_items(out, items, inner(blocks), indent + 2);
            }
            _ => write_value(out, item, blocks, indent),
        }
    }
}

/// Writes the value after a colon or dash, and the end of the line.
fn write_value(out: &mut String, value: &Json, blocks: Option<usize>, indent: usize) {
    match value {
        _ if write_in_flow(out, value, blocks) => out.push('\n'),
        Json::Object(members) if !members.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            write_members(out, members, inner(blocks), indent + 2);
        }
        Json::Array(items) if !items.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            write_items(out, items, inner(blocks), indent + 2);
        }
        scalar => {
            out.push(' ');
            write_inline(out, scalar, indent + 2);
            out.push('\n');
        }
    }
}

/// Writes a list or an object behind a colon or dash if it can be in flow style, and fits on the line.
/// Otherwise writes nothing, and returns false.
fn write_in_flow(out: &mut String, value: &Json, blocks: Option<usize>) -> bool {
    if blocks != Some(0) || !(value.is_array() || value.is_object()) {
        return false;
    }
    let start = out.len();
    let line = out.rfind('\n').map_or(0, |end| end + 1);
    let end = out.len() - out[line..].trim_start_matches(' ').len() + WIDTH;
    out.push(' ');
    let fits = write_flow(out, value, end);
    if !fits {
        out.truncate(start);
    }
    fits
}

/// Whether an item of a list is a key and a scalar, which fit behind the dash as they are.
fn is_pair(members: &Map<String, Json>) -> bool {
    members.len() == 1 && members.values().all(|value| !value.is_object() && !value.is_array())
}

/// Writes a value in flow style, and returns false as soon as the output is longer than `end`.
fn write_flow(out: &mut String, value: &Json, end: usize) -> bool {
    let fits = match value {
        Json::Object(members) => {
            out.push('{');
            let fits = members.iter().enumerate().all(|(index, (key, value))| {
                out.push_str(if index > 0 { ", " } else { "" });
                write_flow_text(out, key);
                out.push_str(": ");
                write_flow(out, value, end)
            });
            out.push('}');
            fits
        }
        Json::Array(items) => {
            out.push('[');
            let fits = items.iter().enumerate().all(|(index, item)| {
                out.push_str(if index > 0 { ", " } else { "" });
                write_flow(out, item, end)
            });
            out.push(']');
            fits
        }
        // Line breaks would be escapes.
        Json::String(text) if text.len() > WIDTH || text.contains('\n') => false,
        Json::String(text) => {
            write_flow_text(out, text);
            true
        }
        scalar => {
            write_inline(out, scalar, 0);
            true
        }
    };
    fits && out.len() <= end
}

/// A colon inside of a text in flow style divides old readers of YAML.
fn write_flow_text(out: &mut String, text: &str) {
    if is_plain(text) && !text.contains([',', '[', ']', '{', '}', ':', '?']) {
        out.push_str(text);
    } else {
        write_quoted(out, text);
    }
}

fn write_inline(out: &mut String, value: &Json, indent: usize) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Number(number) => out.push_str(&number_text(number)),
        Json::String(text) if is_plain(text) => out.push_str(text),
        Json::String(text) if indent > 0 && is_block(text) => write_block(out, text, indent),
        Json::String(text) => write_quoted(out, text),
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

/// Writes text in double quotes, in which YAML reads JSON's escapes.
fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
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
}

/// Four hexadecimal digits.
fn hex(character: char) -> impl Iterator<Item = char> {
    [12, 8, 4, 0].into_iter().filter_map(move |shift| char::from_digit(u32::from(character) >> shift & 0xf, 16))
}

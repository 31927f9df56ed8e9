//! Writes JSON as YAML that every YAML version reads as the same values.
//!
//! `serde_yaml` writes `no`, `1:30` and `2026-02-01` without quotes, but YAML 1.1 reads them as a
//! boolean, a number and a date. This writer omits quotes only if all versions of YAML agree on the
//! text.

use std::borrow::Cow;

use serde_json::{Map, Number, Value as Json};

use super::merge::MARK;
use crate::tree::{Sink, Tree};

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
    written(&document.into(), Some(BLOCKS))
}

/// Writes a value as YAML in block style, with a final newline.
///
/// ```
/// let document = serde_json::json!({ "codes": ["no", "1:30", 402] });
/// let yaml = errbook_schema::openapi::yaml_in_blocks(&document);
/// assert_eq!(yaml, "codes:\n  - \"no\"\n  - \"1:30\"\n  - 402\n");
/// ```
pub fn yaml_in_blocks(value: &Json) -> String {
    written(&value.into(), None)
}

/// Writes a part of a user's document: in block style, except inside the members of marked components.
pub(super) fn yaml_of_part(part: &Map<String, Json>) -> String {
    written(&Tree::from(part), Some(usize::MAX))
}

/// A sink that writes an OpenAPI document.
pub(super) struct Yaml {
    out: String,
    /// The number of objects that are open.
    level: usize,
}

impl Yaml {
    /// Begins a document of about as many bytes as `capacity`.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Yaml { out: String::with_capacity(capacity), level: 0 }
    }

    /// The text, with a final newline.
    pub(super) fn finish(self) -> String {
        self.out
    }
}

impl Sink for Yaml {
    fn open(&mut self, name: &str) {
        pad(&mut self.out, 2 * self.level);
        write_key(&mut self.out, name, 2 * self.level);
        self.out.push('\n');
        self.level += 1;
    }

    fn member(&mut self, name: &str, value: Tree) {
        let indent = 2 * self.level;
        pad(&mut self.out, indent);
        write_key(&mut self.out, name, indent);
        write_value(&mut self.out, &value, Some(BLOCKS.saturating_sub(self.level)), indent);
    }

    fn close(&mut self) {
        self.level -= 1;
    }
}

/// Writes a value with a number of levels in block style, or with `None` all of them.
fn written(value: &Tree, blocks: Option<usize>) -> String {
    let mut out = String::new();
    match value {
        Tree::Object(members) if !members.is_empty() => write_members(&mut out, members, blocks, 0),
        Tree::List(items) if !items.is_empty() => write_items(&mut out, items, blocks, 0),
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
fn write_members(out: &mut String, members: &[(Cow<str>, Tree)], blocks: Option<usize>, indent: usize) {
    let is_marked = || members.iter().any(|(key, _)| key == MARK);
    let blocks = blocks.map(|blocks| if blocks > 0 && is_marked() { 0 } else { blocks });
    for (index, (key, value)) in members.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        write_key(out, key, indent);
        write_value(out, value, blocks, indent);
    }
}

/// Writes a key and its colon.
fn write_key(out: &mut String, key: &str, indent: usize) {
    let start = out.len();
    if plain(key) == Plain::Never {
        write_quoted(out, key);
    } else {
        out.push_str(key);
    }
    // YAML readers look for the colon in the first 1024 characters only.
    if out.len() - start > 1000 && out[start..].chars().count() > 1000 {
        out.insert_str(start, "? ");
        out.push('\n');
        pad(out, indent);
    }
    out.push(':');
}

fn write_items(out: &mut String, items: &[Tree], blocks: Option<usize>, indent: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push('-');
        match item {
            Tree::Object(members) if is_pair(members) => {
                out.push(' ');
                write_members(out, members, blocks, indent + 2);
            }
            _ if write_in_flow(out, item, blocks) => out.push('\n'),
            Tree::Object(members) if !members.is_empty() => {
                out.push(' ');
                write_members(out, members, inner(blocks), indent + 2);
            }
            Tree::List(items) if !items.is_empty() => {
                out.push(' ');
                write_items(out, items, inner(blocks), indent + 2);
            }
            _ => write_value(out, item, blocks, indent),
        }
    }
}

/// Writes the value after a colon or dash, and the end of the line.
fn write_value(out: &mut String, value: &Tree, blocks: Option<usize>, indent: usize) {
    match value {
        _ if write_in_flow(out, value, blocks) => out.push('\n'),
        Tree::Object(members) if !members.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            write_members(out, members, inner(blocks), indent + 2);
        }
        Tree::List(items) if !items.is_empty() => {
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
fn write_in_flow(out: &mut String, value: &Tree, blocks: Option<usize>) -> bool {
    if blocks != Some(0) || !is_nested(value) {
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
fn is_pair(members: &[(Cow<str>, Tree)]) -> bool {
    matches!(members, [(_, value)] if !is_nested(value))
}

fn is_nested(value: &Tree) -> bool {
    matches!(value, Tree::List(_) | Tree::Object(_))
}

/// Writes a value in flow style, and returns false as soon as the output is longer than `end`.
fn write_flow(out: &mut String, value: &Tree, end: usize) -> bool {
    let fits = match value {
        Tree::Object(members) => {
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
        Tree::List(items) => {
            out.push('[');
            let fits = items.iter().enumerate().all(|(index, item)| {
                out.push_str(if index > 0 { ", " } else { "" });
                write_flow(out, item, end)
            });
            out.push(']');
            fits
        }
        // Line breaks would be escapes.
        Tree::Text(text) if text.len() > WIDTH || text.contains('\n') => false,
        Tree::Text(text) => {
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

fn write_flow_text(out: &mut String, text: &str) {
    if plain(text) == Plain::Anywhere {
        out.push_str(text);
    } else {
        write_quoted(out, text);
    }
}

fn write_inline(out: &mut String, value: &Tree, indent: usize) {
    match value {
        Tree::Null => out.push_str("null"),
        Tree::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Tree::Number(number) => out.push_str(&number_text(number)),
        Tree::Text(text) if plain(text) != Plain::Never => out.push_str(text),
        Tree::Text(text) if indent > 0 && is_block(text) => write_block(out, text, indent),
        Tree::Text(text) => write_quoted(out, text),
        Tree::List(_) => out.push_str("[]"),
        Tree::Object(_) => out.push_str("{}"),
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

/// Where a text needs no quotes.
#[derive(PartialEq, Eq)]
enum Plain {
    Never,
    InBlocks,
    Anywhere,
}

/// Where a text needs no quotes. Text that begins with a letter (or `$`, as in `$ref`) is not a
/// number, a date or an indicator, so only the words for booleans and null remain. A colon inside of a
/// text in flow style divides old readers of YAML.
fn plain(text: &str) -> Plain {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    const LONGEST_WORD: usize = 5;
    let begins_well = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$');
    let is_word = || text.len() <= LONGEST_WORD && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    if !begins_well || text.ends_with([' ', ':']) || is_word() {
        return Plain::Never;
    }
    let seen = text.bytes().fold(0, |seen, byte| seen | kind(byte));
    let is = |kind: u8| seen & kind != 0;
    let never = is(CONTROL)
        || is(COLON) && text.contains(": ")
        || is(HASH) && text.contains(" #")
        || is(BEYOND_ASCII) && !text.chars().all(is_printable);
    match never {
        true => Plain::Never,
        false if is(COLON | FLOW) => Plain::InBlocks,
        false => Plain::Anywhere,
    }
}

/// What [`plain`] looks for.
fn kind(byte: u8) -> u8 {
    match byte {
        b':' => COLON,
        b'#' => HASH,
        b',' | b'[' | b']' | b'{' | b'}' | b'?' => FLOW,
        b' '..=b'~' => 0,
        0x80.. => BEYOND_ASCII,
        _ => CONTROL,
    }
}

const COLON: u8 = 1;
const HASH: u8 = 2;
const FLOW: u8 = 4;
const CONTROL: u8 = 8;
const BEYOND_ASCII: u8 = 16;

/// Whether a literal block preserves the text.
fn is_block(text: &str) -> bool {
    if text.starts_with([' ', '\n']) || text.ends_with("\n\n") || text.ends_with(' ') {
        return false;
    }
    let (mut is_ascii, mut has_lines, mut before) = (true, false, 0);
    for byte in text.bytes() {
        match byte {
            b'\n' if before == b' ' => return false,
            b'\n' => has_lines = true,
            b' '..=b'~' => {}
            0x80.. => is_ascii = false,
            _ => return false,
        }
        before = byte;
    }
    has_lines && (is_ascii || text.chars().all(|character| character == '\n' || is_printable(character)))
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
    let is_plain = |byte: &u8| matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~');
    out.push('"');
    let mut rest = text;
    while !rest.is_empty() {
        let plain = rest.bytes().take_while(is_plain).count();
        out.push_str(&rest[..plain]);
        let mut characters = rest[plain..].chars();
        match characters.next() {
            None => {}
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(seen) if is_printable(seen) => out.push(seen),
            // All characters that are not printable are below U+10000.
            Some(hidden) => out.extend(['\\', 'u'].into_iter().chain(hex(hidden))),
        }
        rest = characters.as_str();
    }
    out.push('"');
}

/// Four hexadecimal digits.
fn hex(character: char) -> impl Iterator<Item = char> {
    [12, 8, 4, 0].into_iter().filter_map(move |shift| char::from_digit(u32::from(character) >> shift & 0xf, 16))
}

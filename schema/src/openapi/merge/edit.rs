//! Edits a text. New entries have the style of the entries around them.

use std::cmp::Reverse;
use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use serde_json::{Map, Value as Json, json};

use super::inside::CHOICE;
use super::scan::{Entry, Mapping, Style, Value};
use crate::openapi::yaml::yaml_of_part;

/// The line breaks of YAML 1.2, besides `\r\n`.
const BREAKS: [char; 2] = ['\n', '\r'];

/// Replacements that do not overlap.
pub(super) struct Edits<'t> {
    text: &'t str,
    /// The start, the end and the new text.
    replacements: Vec<(usize, usize, String)>,
    newline: &'static str,
    /// The indentation of a level.
    step: String,
    /// Colons and commas are followed by a space.
    is_spaced: bool,
}

impl<'t> Edits<'t> {
    /// No changes yet, with the style of the document.
    pub(super) fn new(text: &'t str, root: &Mapping) -> Self {
        let newline = match text.find(BREAKS).map(|at| &text[at..]) {
            Some(rest) if rest.starts_with("\r\n") => "\r\n",
            Some(rest) if rest.starts_with('\r') => "\r",
            _ => "\n",
        };
        // A merge does not change `openapi`, so that the next run sees the same style.
        let is_before_space = |entry: &Entry| text[..entry.value.span().0].ends_with(' ');
        let is_spaced =
            root.style == Style::Block || root.entry("openapi").or(root.entries.first()).is_some_and(is_before_space);
        let mut edits = Edits { text, replacements: Vec::new(), newline, step: String::new(), is_spaced };
        edits.step = edits.step_of(root).unwrap_or_else(|| "  ".to_owned());
        edits
    }

    /// The indentation of the first indented entry, relative to its parent.
    fn step_of(&self, root: &Mapping) -> Option<String> {
        if root.style == Style::Flow {
            return root.entries.first().and_then(|first| self.indent_before(first.key_start)).map(str::to_owned);
        }
        let children = root.entries.iter().filter_map(Entry::mapping).filter(|child| child.style == Style::Block);
        let mut firsts = children.filter_map(|child| child.entries.first());
        firsts
            .find_map(|first| self.indent_before(first.key_start))
            .filter(|indent| !indent.is_empty())
            .map(str::to_owned)
    }

    /// The document with all changes.
    pub(super) fn apply(mut self) -> String {
        // Mappings in block style can end at one place. The entries of the deepest come first.
        let depth = |new: &str| {
            let line = new.trim_start_matches(BREAKS);
            line.len() - line.trim_start_matches(' ').len()
        };
        self.replacements.sort_by_key(|(start, end, new)| (*start, *end, Reverse(depth(new))));
        let mut out = String::with_capacity(self.text.len());
        let mut at = 0;
        for (start, end, replacement) in &self.joined() {
            out.push_str(&self.text[at..*start]);
            // Each addition below a last line without a line break has one at its start.
            let is_below_another = at == *start && *start == self.text.len() && out.ends_with(BREAKS);
            let line_break = if is_below_another { self.newline } else { "" };
            out.push_str(replacement.strip_prefix(line_break).unwrap_or(replacement));
            at = *end;
        }
        out.push_str(&self.text[at..]);
        out
    }

    /// The sorted replacements, with neighboring removals as one. The last entry of a flow mapping
    /// goes with the comma before it. If the entry above goes as well, that comma is further up.
    fn joined(&self) -> Vec<(usize, usize, String)> {
        let mut joined: Vec<(usize, usize, String)> = Vec::new();
        for (start, end, with) in &self.replacements {
            match joined.last_mut() {
                Some((first, last, before)) if *start <= *last && before.is_empty() && with.is_empty() => {
                    if *start < *last {
                        let above = self.text[..*first].trim_end();
                        *first = if above.ends_with(',') { above.len() - 1 } else { *first };
                    }
                    *last = (*last).max(*end);
                }
                _ => joined.push((*start, *end, with.clone())),
            }
        }
        joined
    }

    /// Replaces the entries that `is_ours` selects in the mapping under a key. Adds the key if it
    /// is missing, and removes it if it becomes empty. The error is the place of the value if it is
    /// not a mapping.
    pub(super) fn section(
        &mut self,
        parent: &Mapping,
        key: &str,
        is_ours: &dyn Fn(&Entry) -> bool,
        new: &Map<String, Json>,
    ) -> Result<(), usize> {
        let Some(index) = parent.entries.iter().position(|entry| entry.key == key) else {
            if !new.is_empty() {
                let entry = (key.to_owned(), Json::Object(new.clone()));
                self.append(parent, &[entry].into_iter().collect());
            }
            return Ok(());
        };
        let entry = &parent.entries[index];
        match entry.mapping() {
            _ if is_empty(&entry.value) => {
                if !new.is_empty() {
                    self.fill(parent, entry, new);
                }
            }
            Some(mapping) if new.is_empty() && mapping.entries.iter().all(is_ours) => self.remove(parent, index, index),
            Some(mapping) => self.replace(mapping, is_ours, new),
            None if new.is_empty() => {}
            None => return Err(entry.value.span().0),
        }
        Ok(())
    }

    /// Replaces the entries of `mapping` that `is_ours` selects. Without any, adds the new ones at
    /// the end.
    pub(super) fn replace(&mut self, mapping: &Mapping, is_ours: &dyn Fn(&Entry) -> bool, new: &Map<String, Json>) {
        let runs = runs(&mapping.entries, is_ours);
        let Some((first, others)) = runs.split_first() else {
            return self.append(mapping, new);
        };
        for &(from, to) in others {
            self.remove(mapping, from, to);
        }
        let (from, to) = *first;
        if new.is_empty() {
            return self.remove(mapping, from, to);
        }
        let entries = &mapping.entries;
        match mapping.style {
            Style::Block => {
                let text = self.block(new, self.indent_of(&entries[from]));
                let (start, end) = (self.line_start(entries[from].key_start), self.line_end(entries[to].end()));
                self.replacements.push((start, end, text));
            }
            Style::Flow => {
                let text = self.flow(mapping, new);
                self.replacements.push((entries[from].key_start, entries[to].end(), text));
            }
        }
    }

    /// Adds entries to a mapping that has some.
    pub(super) fn append(&mut self, mapping: &Mapping, new: &Map<String, Json>) {
        let Some(last) = mapping.entries.last() else { return };
        if new.is_empty() {
            return;
        }
        match mapping.style {
            Style::Block => {
                let end = self.line_end(last.end());
                let mut text = self.block(new, self.indent_of(last));
                if end > 0 && !self.text[..end].ends_with(BREAKS) {
                    text.insert_str(0, self.newline);
                }
                self.replacements.push((end, end, text));
            }
            Style::Flow => {
                // A comma after the last entry is still there when errbook's entries go again.
                let text = format!(",{}{}", self.gap(mapping), self.flow(mapping, new));
                self.replacements.push((last.end(), last.end(), text));
            }
        }
    }

    /// The end of the comma after the last entry, which YAML allows in braces.
    fn comma_end(&self, mapping: &Mapping) -> Option<usize> {
        let rest = &self.text[mapping.entries.last()?.end()..mapping.end];
        let rest = rest.trim_start().strip_prefix(',')?;
        Some(mapping.end - rest.len())
    }

    /// Writes entries for a key without a value, or with an empty one.
    fn fill(&mut self, parent: &Mapping, entry: &Entry, new: &Map<String, Json>) {
        let (start, end) = entry.value.span();
        if parent.style == Style::Flow {
            let indent = self.indent_before(entry.key_start);
            let text = self.json(&Json::Object(new.clone()), indent);
            let text = match &self.text[..start] {
                _ if end > start => text,
                before if before.ends_with(':') => format!(" {text}"),
                _ => format!(": {text}"),
            };
            self.replacements.push((start, end, text));
            return;
        }
        let indent = format!("{}{}", self.indent_of(entry), self.step);
        let mut text = self.block(new, &indent);
        // The rest of the line, such as a comment, stays after the key.
        if end > start {
            let before = self.text[..start].trim_end_matches(' ').len();
            self.replacements.push((before, end, String::new()));
        }
        let line_end = self.line_end(end);
        if !self.text[..line_end].ends_with(BREAKS) {
            text.insert_str(0, self.newline);
        }
        self.replacements.push((line_end, line_end, text));
    }

    /// Makes the value of a key the first schema of a marked choice. The error is the place of a value
    /// that is not on lines of its own, or that has an anchor or a tag.
    pub(super) fn wrap(
        &mut self,
        parent: &Mapping,
        entry: &Entry,
        (mark, slug): (&str, &str),
        others: &[String],
    ) -> Result<(), usize> {
        let (start, end) = entry.value.span();
        // The choice would get an anchor or a tag that is before the value.
        let before = self.text[entry.key_start..start].lines();
        let mut before = before.map(|line| line.split('#').next().unwrap_or_default());
        if before.any(|line| line.contains(['&', '!'])) {
            return Err(start);
        }
        let others: Vec<Json> = others.iter().map(|target| json!({ "$ref": target })).collect();
        if parent.style == Style::Flow {
            let value = &self.text[start..end];
            let mark = format!("{}:{}{}", json!(mark), if self.is_spaced { " " } else { "" }, json!(slug));
            let key = format!("{}:{}", json!(CHOICE), if self.is_spaced { " " } else { "" });
            let text = if let Some(outer) = self.indent_before(entry.key_start) {
                let indent = format!("{outer}{}", self.step);
                let line = format!("{}{indent}", self.newline);
                let item = format!("{line}{}", self.step);
                let value = indented(value, &self.step.repeat(2));
                let inner = format!("{indent}{}", self.step);
                let others = others.iter().map(|other| format!(",{item}{}", self.json(other, Some(&inner))));
                let others: String = others.collect();
                format!("{{{line}{mark},{line}{key}[{item}{value}{others}{line}]{}{outer}}}", self.newline)
            } else {
                let comma = if self.is_spaced { ", " } else { "," };
                let others: Vec<String> = others.iter().map(|other| self.json(other, None)).collect();
                format!("{{{mark}{comma}{key}[{value}{comma}{}]}}", others.join(comma))
            };
            self.replacements.push((start, end, text));
            return Ok(());
        }
        let outer = self.indent_of(entry);
        let indent = format!("{outer}{}", self.step);
        let ours = self.block(&[(mark.to_owned(), json!(slug))].into_iter().collect(), &indent);
        let choice = self.block(&[(CHOICE.to_owned(), Json::Array(others))].into_iter().collect(), &indent);
        let (key, others) = choice.split_at(choice.find(BREAKS).map_or(0, |at| at + self.newline.len()));
        let item = format!("{indent}  - ");
        if let Some(Mapping { style: Style::Block, .. }) = entry.mapping() {
            let column = self.indent_before(start).filter(|indent| !indent.contains('\t')).ok_or(start)?.len();
            let line_end = self.line_end(end);
            let value = &self.text[start..line_end];
            let value = match item.len().checked_sub(column) {
                Some(wider) => indented(value, &" ".repeat(wider)),
                None => outdented(value, column - item.len()),
            };
            let line_break = if value.ends_with(BREAKS) { "" } else { self.newline };
            let text = format!("{ours}{key}{item}{value}{line_break}{others}");
            self.replacements.push((self.line_start(start), line_end, text));
            return Ok(());
        }
        let before = self.text[..start].trim_end();
        let before = if before.ends_with(':') { before } else { self.text[..start].trim_end_matches(' ') };
        let value = indented(&self.text[start..end], &" ".repeat(item.len() - outer.len()));
        let text = format!("{}{ours}{key}{item}{value}{}{others}", self.newline, self.newline);
        let text = text.trim_end_matches(BREAKS).to_owned();
        self.replacements.push((before.len(), end, text));
        Ok(())
    }

    /// Undoes [`Edits::wrap`]: replaces a choice with its first schema.
    pub(super) fn unwrap(&mut self, choice: &Mapping, first: &Value) {
        let (start, end) = first.span();
        let column = |at: usize| at - self.line_start(at);
        let replacement = match (choice.style, first) {
            (Style::Block, Value::Mapping(Mapping { style: Style::Block, .. })) => {
                let value = &self.text[start..self.line_end(end)];
                let value = outdented(value, column(start).saturating_sub(column(choice.start)));
                (choice.start, self.line_end(choice.end), value)
            }
            (Style::Block, _) => {
                let before = self.text[..choice.start].trim_end();
                let is_behind = before.ends_with([':', '-']);
                let (from, space) = if is_behind { (before.len(), " ") } else { (choice.start, "") };
                let line = &self.text[self.line_start(from)..];
                let outer = line.len() - line.trim_start_matches(' ').len();
                let value = outdented(&self.text[start..end], column(start).saturating_sub(outer));
                (from, choice.end, format!("{space}{value}"))
            }
            (Style::Flow, _) => {
                let line = &self.text[self.line_start(choice.start)..];
                let outer = line.len() - line.trim_start_matches([' ', '\t']).len();
                let width = self.indent_before(start).map_or(0, |indent| indent.len().saturating_sub(outer));
                (choice.start, choice.end, outdented(&self.text[start..end], width))
            }
        };
        self.replacements.push(replacement);
    }

    /// Removes a range of entries, and the separators around them. A block mapping without entries
    /// would be null, and becomes `{}`.
    fn remove(&mut self, mapping: &Mapping, from: usize, to: usize) {
        let entries = &mapping.entries;
        if mapping.style == Style::Block && to + 1 - from == entries.len() {
            let start = self.line_start(entries[from].key_start);
            let above = self.text[..start].trim_end();
            let is_key = above.ends_with(':') && !above[self.line_start(above.len())..].contains('#');
            let line = || format!("{}{{}}{}", self.indent_of(&entries[from]), self.newline);
            let (place, empty) = if is_key { (above.len(), " {}".to_owned()) } else { (start, line()) };
            self.replacements.push((place, place, empty));
        }
        let (start, end) = match (mapping.style, entries.get(to + 1)) {
            (Style::Block, _) => (self.line_start(entries[from].key_start), self.line_end(entries[to].end())),
            (Style::Flow, Some(next)) => (entries[from].key_start, next.key_start),
            (Style::Flow, None) if from > 0 => (entries[from - 1].end(), entries[to].end()),
            (Style::Flow, None) => (entries[from].key_start, self.comma_end(mapping).unwrap_or(entries[to].end())),
        };
        self.replacements.push((start, end, String::new()));
    }

    /// Entries in block style.
    fn block(&self, entries: &Map<String, Json>, indent: &str) -> String {
        let mut out = String::new();
        for line in yaml_of_part(entries).lines() {
            if !line.is_empty() {
                out.push_str(indent);
                out.push_str(line);
            }
            out.push_str(self.newline);
        }
        out
    }

    /// Entries separated by commas.
    fn flow(&self, mapping: &Mapping, entries: &Map<String, Json>) -> String {
        let indent = mapping.entries.first().and_then(|first| self.indent_before(first.key_start));
        // JSON on several lines has a space after each colon.
        let colon = if self.is_spaced || indent.is_some() { ": " } else { ":" };
        let entries = entries
            .iter()
            .map(|(key, value)| format!("{}{colon}{}", Json::String(key.clone()), self.json(value, indent)));
        entries.collect::<Vec<_>>().join(&format!(",{}", self.gap(mapping)))
    }

    /// JSON on one line or, with an `indent`, on several.
    fn json(&self, value: &Json, indent: Option<&str>) -> String {
        match indent {
            Some(indent) => written(value, PrettyFormatter::with_indent(self.step.as_bytes()))
                .replace('\n', &format!("{}{indent}", self.newline)),
            None if self.is_spaced => written(value, Spaced),
            None => value.to_string(),
        }
    }

    /// The text between an entry's comma and the next entry.
    fn gap(&self, mapping: &Mapping) -> String {
        match mapping.entries.first().and_then(|first| self.indent_before(first.key_start)) {
            Some(indent) => format!("{}{indent}", self.newline),
            None if self.is_spaced => " ".to_owned(),
            None => String::new(),
        }
    }

    fn indent_of(&self, entry: &Entry) -> &'t str {
        let start = self.line_start(entry.key_start);
        let line = &self.text[start..entry.key_start];
        &line[..line.len() - line.trim_start_matches(' ').len()]
    }

    /// The spaces before a place; `None` if other text precedes it on its line.
    fn indent_before(&self, at: usize) -> Option<&'t str> {
        let line = &self.text[self.line_start(at)..at];
        line.chars().all(|c| c == ' ' || c == '\t').then_some(line)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind(BREAKS).map_or(0, |newline| newline + 1)
    }

    /// The start of the next line; a block of text ends there already.
    fn line_end(&self, at: usize) -> usize {
        if self.text[..at].ends_with(BREAKS) {
            return at;
        }
        let rest = &self.text[at..];
        rest.find(BREAKS).map_or(self.text.len(), |end| at + end + if rest[end..].starts_with("\r\n") { 2 } else { 1 })
    }
}

/// A text with each line after the first further right.
fn indented(text: &str, pad: &str) -> String {
    moved(text, |line| format!("{pad}{line}"))
}

/// A text with each line after the first further left, as far as it has white space.
fn outdented(text: &str, width: usize) -> String {
    moved(text, |line| {
        let space = line.len() - line.trim_start_matches([' ', '\t']).len();
        line[space.min(width)..].to_owned()
    })
}

/// Changes each line after the first that is not empty.
fn moved(text: &str, change: impl Fn(&str) -> String) -> String {
    let lines = text.split_inclusive(BREAKS).enumerate();
    let moved = lines.map(|(index, line)| {
        let is_kept = index == 0 || line.trim_end_matches(BREAKS).is_empty();
        if is_kept { line.to_owned() } else { change(line) }
    });
    moved.collect()
}

/// The runs of adjacent selected entries, as the first and the last of each.
fn runs(entries: &[Entry], is_ours: &dyn Fn(&Entry) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (index, _) in entries.iter().enumerate().filter(|(_, entry)| is_ours(entry)) {
        match runs.last_mut() {
            Some((_, to)) if *to + 1 == index => *to = index,
            _ => runs.push((index, index)),
        }
    }
    runs
}

/// Whether a key has no value, or an empty one.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Mapping(mapping) => mapping.entries.is_empty(),
        Value::Scalar { is_null, .. } => *is_null,
        Value::List { .. } | Value::Alias { .. } | Value::Other { .. } => false,
    }
}

fn written(value: &Json, formatter: impl Formatter) -> String {
    let mut out = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut out, formatter);
    value.serialize(&mut serializer).expect("values have text for keys, and memory takes any bytes");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// JSON on one line as people write it, with a space after each colon and comma.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

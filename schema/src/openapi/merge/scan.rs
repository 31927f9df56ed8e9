//! Finds the byte offsets of the top-level mappings in a user's document. Deeper values are
//! skipped.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, StrInput, StructureStyle};

use super::MergeError;

/// The number of nested mappings that are read: `paths`, a path, an operation, `callbacks`, a
/// callback, an expression, an operation, `responses`, a response.
const DEPTH: usize = 10;

/// The number of nested mappings of a document that is read as a whole.
pub(super) const WHOLE: usize = 64;

/// A mapping with its entries.
#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) style: Style,
    pub(super) entries: Vec<Entry>,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Block style: entries on lines of their own, with the same indentation.
    Block,
    /// Flow style, in braces, as in JSON.
    Flow,
}

#[derive(Debug)]
pub(super) struct Entry {
    /// The key as text; empty if it is not text.
    pub(super) key: String,
    pub(super) key_start: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Mapping(Mapping),
    /// A list.
    List {
        items: Vec<Value>,
        start: usize,
        end: usize,
    },
    Scalar {
        text: String,
        /// Whether it is null or absent.
        is_null: bool,
        start: usize,
        end: usize,
    },
    /// An alias.
    Alias {
        start: usize,
        end: usize,
    },
    /// A value that is not read.
    Other {
        start: usize,
        end: usize,
    },
}

impl Mapping {
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The text of a key's value.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match &self.entry(key)?.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

impl Entry {
    pub(super) fn mapping(&self) -> Option<&Mapping> {
        self.value.mapping()
    }

    pub(super) fn end(&self) -> usize {
        self.value.span().1
    }
}

impl Value {
    pub(super) fn mapping(&self) -> Option<&Mapping> {
        match self {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// Whether it is null or absent.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Value::Scalar { is_null: true, .. })
    }

    pub(super) fn span(&self) -> (usize, usize) {
        match self {
            Value::Mapping(Mapping { start, end, .. })
            | Value::List { start, end, .. }
            | Value::Scalar { start, end, .. }
            | Value::Alias { start, end }
            | Value::Other { start, end } => (*start, *end),
        }
    }
}

/// Reads a document, which must be a single mapping.
pub(super) fn scan(text: &str) -> Result<Mapping, MergeError> {
    scan_to(text, DEPTH)
}

/// The same, with another number of nested mappings.
pub(super) fn scan_to(text: &str, depth: usize) -> Result<Mapping, MergeError> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut scanner = Scanner { text, parser: Parser::new_from_str_with_options(text, options), last: 0 };
    let mut root = None;
    loop {
        match scanner.next()? {
            (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, ..) => {}
            (Event::StreamEnd, ..) => break,
            (_, start, _) if root.is_some() => {
                return Err(MergeError::at(text, start, "a file can have only one document"));
            }
            (event, start, end) => root = Some(scanner.value(event, start, end, depth)?),
        }
    }
    match root {
        Some(Value::Mapping(mapping)) => Ok(mapping),
        Some(value) => Err(MergeError::at(text, value.span().0, "an OpenAPI document must be a mapping")),
        None => Err(MergeError::at(text, 0, "the OpenAPI document is empty")),
    }
}

struct Scanner<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    /// The end of the last scalar or collection. A block collection ends there, not at its end
    /// event.
    last: usize,
}

impl<'a> Scanner<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize, usize), MergeError> {
        let len = self.text.len();
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let start = span.start.byte_offset().unwrap_or(len).min(len);
                let end = span.end.byte_offset().unwrap_or(start).clamp(start, len);
                Ok((event, start, end))
            }
            Some(Err(error)) => {
                let place = error.marker().byte_offset().unwrap_or(len).min(len);
                Err(MergeError::at(self.text, place, &error.info()))
            }
            None => Ok((Event::StreamEnd, len, len)),
        }
    }

    fn value(&mut self, event: Event<'a>, start: usize, end: usize, depth: usize) -> Result<Value, MergeError> {
        match event {
            Event::Scalar(text, style, ..) => {
                // The parser writes an absent value as `~`; its span is empty, and may be anywhere
                // before the next token.
                let is_absent = style == ScalarStyle::Plain && start == end;
                let text = if is_absent { String::new() } else { text.into_owned() };
                let is_null =
                    style == ScalarStyle::Plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL");
                let (start, end) = match style {
                    _ if is_absent => (self.last, self.last),
                    // A block scalar ends with its last line, not at the next token, even if it is
                    // empty.
                    ScalarStyle::Literal | ScalarStyle::Folded => {
                        let end = self.text[..end].trim_end_matches(' ').len();
                        (start.min(end), end)
                    }
                    _ => (start, end),
                };
                self.last = end;
                Ok(Value::Scalar { text, is_null, start, end })
            }
            Event::Alias(_) => {
                self.last = end;
                Ok(Value::Alias { start, end })
            }
            Event::MappingStart(style, ..) if depth > 0 => self.mapping(style, start, depth),
            Event::SequenceStart(..) if depth > 0 => self.list(start, depth),
            Event::MappingStart(..) | Event::SequenceStart(..) => self.pass_over(start),
            _ => Err(MergeError::at(self.text, start, "a value was expected here")),
        }
    }

    fn mapping(&mut self, style: StructureStyle, start: usize, depth: usize) -> Result<Value, MergeError> {
        let style = if matches!(style, StructureStyle::Flow) { Style::Flow } else { Style::Block };
        let mut entries = Vec::new();
        loop {
            let (event, key_start, key_end) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                self.reject_duplicates(&entries)?;
                let end = self.leave(start, key_start, key_end);
                return Ok(Value::Mapping(Mapping { style, entries, start, end }));
            }
            let key = match self.value(event, key_start, key_end, 0)? {
                Value::Scalar { text, .. } => text,
                _ => String::new(),
            };
            let (event, value_start, value_end) = self.next()?;
            let value = self.value(event, value_start, value_end, depth - 1)?;
            entries.push(Entry { key, key_start, value: self.after_colon(value) });
        }
    }

    fn reject_duplicates(&self, entries: &[Entry]) -> Result<(), MergeError> {
        let mut known = HashMap::with_capacity(entries.len());
        for Entry { key, key_start, value: _ } in entries.iter().filter(|entry| !entry.key.is_empty()) {
            if let Some(earlier) = known.insert(key, *key_start) {
                let message = format!("duplicate key `{key}`, first in line {}", MergeError::line(self.text, earlier));
                return Err(MergeError::at(self.text, *key_start, &message));
            }
        }
        Ok(())
    }

    /// The value of an entry. An absent one is after the colon; in braces, the colon can be absent too.
    fn after_colon(&mut self, value: Value) -> Value {
        match value {
            Value::Scalar { text, is_null, start, end } if start == end => {
                let rest = self.text[start..].trim_start().strip_prefix(':');
                let place = rest.map_or(start, |rest| self.text.len() - rest.len());
                self.last = place;
                Value::Scalar { text, is_null, start: place, end: place }
            }
            value => value,
        }
    }

    fn list(&mut self, start: usize, depth: usize) -> Result<Value, MergeError> {
        let mut items = Vec::new();
        loop {
            let (event, item_start, item_end) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                let end = self.leave(start, item_start, item_end);
                return Ok(Value::List { items, start, end });
            }
            items.push(self.value(event, item_start, item_end, depth - 1)?);
        }
    }

    /// The current collection, without its content. Skipping does not recurse, so any depth is
    /// possible.
    fn pass_over(&mut self, start: usize) -> Result<Value, MergeError> {
        let mut open = 1;
        loop {
            let (event, event_start, event_end) = self.next()?;
            match event {
                Event::MappingStart(..) | Event::SequenceStart(..) => open += 1,
                Event::MappingEnd | Event::SequenceEnd => {
                    open -= 1;
                    let end = self.leave(start, event_start, event_end);
                    if open == 0 {
                        return Ok(Value::Other { start, end });
                    }
                }
                Event::StreamEnd => return Err(MergeError::at(self.text, event_start, "the document ends too early")),
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => {
                    self.value(event, event_start, event_end, 0)?;
                }
            }
        }
    }

    /// The end of a collection: its closing bracket, or its last value.
    fn leave(&mut self, start: usize, end_start: usize, end_end: usize) -> usize {
        if end_end > end_start {
            self.last = end_end;
        }
        self.last.max(start)
    }
}

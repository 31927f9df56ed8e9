//! Source texts, and places in them.
//!
//! ```
//! use errbook_catalog::source::{Sources, Span};
//!
//! let mut sources = Sources::default();
//! let source = sources.add("shop/errors.yaml".into(), "errors.yaml".into(), "errbook: 1\napi: {naem: Shop}\n".into());
//! let (source, position) = sources.locate(Span { source, start: 17, end: 21 });
//! assert_eq!(format!("{}:{position}", source.name), "shop/errors.yaml:2:7");
//! ```

use std::sync::OnceLock;
use std::{fmt, mem};

/// The id of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

impl SourceId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of bytes in one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The source.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The place.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }

    /// Replaces the value, and keeps the place.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: make(self.value), span: self.span }
    }
}

/// One source text.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name in diagnostics: the path as given by the user.
    pub name: String,
    /// The name in generated files: the path relative to the root catalog's folder, with `/`.
    pub relative: String,
    /// The text.
    pub text: String,
    /// The first byte of each line.
    line_starts: Vec<u32>,
    /// The number of characters before each [`STEP`] of bytes, once a column in a long line was asked
    /// for: a catalog can be a single line of JSON, with all of its errors in it.
    steps: OnceLock<Vec<u32>>,
    /// The text without secret values, if it has any. It has the same length and lines.
    masked: Option<String>,
}

/// The number of bytes whose characters are counted for each position.
const STEP: usize = 4_096;

/// The line breaks of YAML and markdown, besides `\r\n`.
pub const LINE_BREAKS: [char; 2] = ['\n', '\r'];

/// The first line break of a text, or `\n`.
///
/// ```
/// use errbook_catalog::source::line_break;
/// assert_eq!([line_break("a\r\nb\n"), line_break("a\rb"), line_break("a")], ["\r\n", "\r", "\n"]);
/// ```
pub fn line_break(text: &str) -> &'static str {
    match text.find(LINE_BREAKS).map(|at| &text[at..]) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// The lines of a text with their line breaks, as YAML and markdown read them.
///
/// ```
/// use errbook_catalog::source::lines;
/// assert!(lines("a\r\nb\rc\n\nd").eq(["a\r\n", "b\r", "c\n", "\n", "d"]));
/// ```
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = match rest.find(LINE_BREAKS) {
            Some(at) => at + if rest[at..].starts_with("\r\n") { 2 } else { 1 },
            None => rest.len(),
        };
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line).filter(|line| !line.is_empty())
    })
}

/// A line and a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Source {
    fn new(name: String, relative: String, text: String) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| offset(at + 1))).collect();
        Source { name, relative, text, line_starts, steps: OnceLock::new(), masked: None }
    }

    /// The text for reports.
    pub(crate) fn shown(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.text)
    }

    /// The line and column of a byte. A byte inside a character has the position of the character.
    pub fn position(&self, byte: u32) -> Position {
        let line = self.line_starts.partition_point(|&start| start <= byte) - 1;
        let (start, byte) = (self.line_starts[line] as usize, self.text.len().min(byte as usize));
        let column = if byte - start <= STEP {
            characters(&self.text.as_bytes()[start..byte])
        } else {
            self.characters_before(byte) - self.characters_before(start)
        };
        Position { line: offset(line + 1), column: offset(column + 1) }
    }

    fn characters_before(&self, byte: usize) -> usize {
        let text = self.text.as_bytes();
        let steps = self.steps.get_or_init(|| {
            let before = |sum: &mut u32, step: &[u8]| Some(mem::replace(sum, *sum + offset(characters(step))));
            text.chunks(STEP).scan(0, before).collect()
        });
        let step = (byte / STEP).min(steps.len() - 1);
        steps[step] as usize + characters(&text[step * STEP..byte])
    }
}

/// The number of characters that begin in a part of a text.
fn characters(part: &[u8]) -> usize {
    part.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

/// The limit of a source is far below 4 GiB, so offsets do not overflow.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Every source of one catalog.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a source; see [`Source::name`] and [`Source::relative`].
    pub fn add(&mut self, name: String, relative: String, text: String) -> SourceId {
        let id = SourceId(offset(self.0.len()));
        self.0.push(Source::new(name, relative, text));
        id
    }

    /// The source with an id.
    ///
    /// # Panics
    /// Panics if the id belongs to another `Sources`.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// Every source with its id, in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(at, source)| (SourceId(offset(at)), source))
    }

    /// Sets the texts for reports.
    pub(crate) fn mask(&mut self, mask: impl Fn(SourceId, &str) -> Option<String>) {
        for (at, source) in self.0.iter_mut().enumerate() {
            source.masked = mask(SourceId(offset(at)), &source.text);
        }
    }

    /// The root catalog, if it is readable.
    pub fn root(&self) -> Option<&Source> {
        self.0.first()
    }

    /// The place of a text in a line of a source. If the text occurs several times, the first
    /// place.
    pub fn find(&self, relative: &str, line: u32, text: &str) -> Option<Span> {
        let (source, of) = self.iter().find(|(_, source)| source.relative == relative)?;
        let start = *of.line_starts.get((line as usize).checked_sub(1)?)?;
        let line = of.text[start as usize..].lines().next()?;
        let start = start + offset(line.find(text)?);
        Some(Span { source, start, end: start + offset(text.len()) })
    }

    /// The source of a span, and the position of its start.
    pub fn locate(&self, span: Span) -> (&Source, Position) {
        let source = self.get(span.source);
        (source, source.position(span.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_long_lines_are_those_of_short_ones() {
        let line = "é a 😀,".repeat(STEP);
        let mut sources = Sources::default();
        let id = sources.add("a".into(), "a".into(), format!("x\n{line}\n{line}"));
        let source = sources.get(id);
        for line in [2, 3_u32] {
            let start = source.line_starts[line as usize - 1];
            let text = &source.text[start as usize..];
            for (column, (at, _)) in text.char_indices().take_while(|(_, c)| *c != '\n').enumerate().step_by(1_000) {
                assert_eq!(source.position(start + offset(at)), Position { line, column: offset(column + 1) });
            }
        }
        assert_eq!(source.position(offset(source.text.len())).column, offset(6 * STEP + 1));
    }
}

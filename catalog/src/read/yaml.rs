//! Parses YAML into a tree with places. Only this file and `edit/tree.rs` use the YAML parser.
//!
//! Anchors, aliases, tags and merge keys are rejected. The format has its own ways to share
//! definitions, and aliases cannot expand. Depth and size are limited here, so that later stages
//! can recurse.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle};

use super::advice::advice;
use crate::limits;
use crate::problem::{Problem, Problems, Rule};
use crate::source::{SourceId, Span, Spanned};

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// The place.
    pub span: Span,
    /// The value.
    pub kind: NodeKind,
    /// Whether it is a block scalar, `|` or `>`.
    pub is_block: bool,
}

/// The kind of a node.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// Text in quotes or in a block scalar.
    Text(String),
    /// A plain scalar. Its type depends on the expected type. Empty for a missing value.
    Plain(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping. It can have duplicate keys, which `parse.rs` reports.
    Map(Vec<Entry>),
}

impl Node {
    /// The entries of a mapping, or none for another node.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Text(_) | NodeKind::Plain(_) | NodeKind::List(_) => &[],
        }
    }

    /// The value of a key in a mapping. For duplicate keys, the value of the first.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// Whether the key is a plain scalar, without quotes.
    pub is_plain: bool,
    /// The value; an empty plain scalar for a missing value.
    pub value: Node,
    /// The place of an earlier duplicate of the key.
    pub earlier: Option<Span>,
}

/// Parses a file of at most [`limits::BYTES`]. `None` after a problem that leaves no tree.
/// Subtracts the nodes of the file from `nodes`, the rest of the catalog's limit.
pub(crate) fn read(source: SourceId, text: &str, nodes: &mut usize, problems: &mut Problems) -> Option<Node> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut reader = Reader {
        source,
        text,
        parser: Parser::new_from_str_with_options(text, options),
        depth: 0,
        last: 0,
        open: Vec::new(),
        nodes,
        problems,
    };
    let document = reader.document();
    if let Some((at, letter)) = text.match_indices(LINE_ENDS_OF_YAML_1_1).next() {
        let narrow = |offset: usize| u32::try_from(offset).expect("a catalog has less than 4 GiB");
        let span = Span { source, start: narrow(at), end: narrow(at + letter.len()) };
        let code = u32::from(letter.chars().next().unwrap_or_default());
        problems.push(
            Problem::new(
                Rule::UnsupportedYaml,
                span,
                format!("U+{code:04X} ends a line in YAML 1.1 and not in YAML 1.2"),
            )
            .help(format!("Remove it, or write it as `\\u{code:04X}` in double quotes.")),
        );
    }
    document
}

/// For a parser of YAML 1.1, a comment ends here and the rest of the line is data.
const LINE_ENDS_OF_YAML_1_1: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

/// The number of entries from which a table finds a key sooner than a search.
const SMALL: usize = 24;

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    depth: usize,
    /// The end of the last scalar or collection. A block collection ends there, before its end
    /// event.
    last: u32,
    /// The entries of the mappings that are not closed. A closed one has as much memory as it needs.
    open: Vec<Entry>,
    /// The number of nodes left.
    nodes: &'a mut usize,
    problems: &'a mut Problems,
}

/// Reading stopped after a problem.
struct Stop;

impl<'a> Reader<'a> {
    fn document(&mut self) -> Option<Node> {
        let mut root = None;
        loop {
            let Ok((event, span)) = self.next() else { return None };
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                _ if root.is_some() => {
                    self.problems.push(Problem::new(
                        Rule::Syntax,
                        span,
                        "a catalog is one YAML document; a second one starts here",
                    ));
                    return None;
                }
                event => root = Some(self.node(event, span).ok()?),
            }
        }
        Some(root.unwrap_or(Node {
            span: Span { source: self.source, start: 0, end: 0 },
            kind: NodeKind::Plain(String::new()),
            is_block: false,
        }))
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Stop> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let span = self.span(span.start.byte_offset(), span.end.byte_offset());
                Ok((event, span))
            }
            Some(Err(error)) => {
                let at = self.span(error.marker().byte_offset(), error.marker().byte_offset());
                self.problems.push(self.syntax(at, &error.info()));
                Err(Stop)
            }
            None => Ok((Event::StreamEnd, self.span(None, None))),
        }
    }

    fn syntax(&self, at: Span, info: &str) -> Problem {
        if info.contains("nesting") || info.contains("recursion") {
            return Problem::new(Rule::TooLarge, at, info.to_owned());
        }
        let Some(advice) = advice(self.text, at.start as usize, info) else {
            return Problem::new(Rule::Syntax, at, info.to_owned());
        };
        let span = |place: Range<usize>| self.span(Some(place.start), Some(place.end));
        let mut problem = Problem::new(Rule::Syntax, span(advice.place), advice.message).help(advice.help);
        problem.suggestion = advice.quoted.map(|(place, text)| (span(place), text));
        problem
    }

    fn span(&self, start: Option<usize>, end: Option<usize>) -> Span {
        let len = self.text.len();
        let mut start = start.unwrap_or(len).min(len);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = end.unwrap_or(start).clamp(start, len);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let narrow = |offset: usize| u32::try_from(offset).expect("a catalog has less than 4 GiB");
        Span { source: self.source, start: narrow(start), end: narrow(end) }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Stop> {
        let Some(left) = self.nodes.checked_sub(1) else {
            let message = format!("the catalog has more than {} keys, values and items", limits::YAML_NODES);
            self.problems.push(Problem::new(Rule::TooLarge, span, message));
            return Err(Stop);
        };
        *self.nodes = left;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.reject(anchor != 0, tag.is_some(), span);
                let kind = match style {
                    // The parser reports a missing value as `~` with an empty span.
                    ScalarStyle::Plain if span.start == span.end => {
                        self.last = span.end;
                        return Ok(Node {
                            span: self.comment(span),
                            kind: NodeKind::Plain(String::new()),
                            is_block: false,
                        });
                    }
                    ScalarStyle::Plain => NodeKind::Plain(text.into_owned()),
                    _ => NodeKind::Text(text.into_owned()),
                };
                self.last = span.end;
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                Ok(Node { span: self.trimmed(span), kind, is_block })
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.reject(anchor != 0, tag.is_some(), span);
                self.enter(span)?;
                let mut items = Vec::new();
                let end = loop {
                    match self.next()? {
                        (Event::SequenceEnd, end) => break end,
                        (event, at) => {
                            self.has_room(items.len(), at)?;
                            items.push(self.node(event, at)?);
                        }
                    }
                };
                Ok(Node { span: self.leave(span, end), kind: NodeKind::List(items), is_block: false })
            }
            Event::MappingStart(_, anchor, tag) => {
                self.reject(anchor != 0, tag.is_some(), span);
                self.enter(span)?;
                let (entries, end) = self.entries()?;
                Ok(Node { span: self.leave(span, end), kind: NodeKind::Map(entries), is_block: false })
            }
            Event::Alias(_) => {
                self.problems.push(
                    Problem::new(Rule::UnsupportedYaml, span, "YAML aliases are not supported")
                        .label("write the value out"),
                );
                Err(Stop)
            }
            _ => {
                self.problems.push(Problem::new(Rule::Syntax, span, "expected a value"));
                Err(Stop)
            }
        }
    }

    /// The entries of a mapping up to its end event.
    fn entries(&mut self) -> Result<(Vec<Entry>, Span), Stop> {
        let first = self.open.len();
        // Most mappings are small, and need no table of their keys.
        let mut seen: HashMap<String, Span> = HashMap::new();
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok((self.open.drain(first..).collect(), at));
            }
            self.has_room(self.open.len() - first, at)?;
            let (key, is_plain) = match self.node(event, at)? {
                Node { span, kind: NodeKind::Text(text), .. } => (Spanned::new(text, span), false),
                Node { span, kind: NodeKind::Plain(text), .. } => (Spanned::new(text, span), true),
                Node { span, .. } => {
                    self.problems.push(Problem::new(Rule::WrongType, span, "a key must be text"));
                    return Err(Stop);
                }
            };
            let (event, at) = self.next()?;
            let value = self.node(event, at)?;
            if key.value == "<<" {
                self.problems.push(Problem::new(Rule::UnsupportedYaml, key.span, "YAML merge keys are not supported"));
                continue;
            }
            let entries = &self.open[first..];
            if entries.len() == SMALL {
                seen = entries.iter().map(|entry| (entry.key.value.clone(), entry.key.span)).collect();
            }
            let earlier = if entries.len() < SMALL {
                entries.iter().rev().find(|entry| entry.key.value == key.value).map(|entry| entry.key.span)
            } else {
                seen.insert(key.value.clone(), key.span)
            };
            self.open.push(Entry { key, is_plain, value, earlier });
        }
    }

    fn reject(&mut self, anchor: bool, tag: bool, node: Span) {
        if anchor {
            let at = self.property('&', node);
            self.problems.push(unsupported(at, "anchors", '&'));
        }
        if tag {
            let at = self.property('!', node);
            self.problems.push(unsupported(at, "tags", '!'));
        }
    }

    /// The comment in the place of a missing value, or else the place itself.
    fn comment(&self, at: Span) -> Span {
        let start = at.start as usize;
        let line = self.text[start..].split(['\n', '\r']).next().unwrap_or_default();
        match line.trim_start_matches(':').trim_start_matches([' ', '\t']) {
            comment if comment.starts_with('#') && comment.len() < line.len() => {
                self.span(Some(start + line.len() - comment.len()), Some(start + line.trim_end().len()))
            }
            _ => at,
        }
    }

    /// The place of the anchor or tag before a node. The parser reports only the place of the node.
    fn property(&self, mark: char, node: Span) -> Span {
        let before = &self.text[..node.start as usize];
        let Some(found) = before.rfind(mark) else { return node };
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
        let start = before[..found].trim_end_matches(|c| !ends(c)).len();
        let length = before[start..].find(ends).unwrap_or(before.len() - start);
        self.span(Some(start), Some(start + length))
    }

    fn enter(&mut self, span: Span) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > limits::YAML_DEPTH {
            self.problems.push(Problem::new(
                Rule::TooLarge,
                span,
                format!("collections are nested deeper than {} levels here", limits::YAML_DEPTH),
            ));
            return Err(Stop);
        }
        Ok(())
    }

    /// Reports a collection that exceeds the limit of entries.
    fn has_room(&mut self, count: usize, next: Span) -> Result<(), Stop> {
        if count < limits::ERRORS {
            return Ok(());
        }
        let message = format!("this entry exceeds the limit of {} entries in a mapping or a list", limits::ERRORS);
        self.problems.push(Problem::new(Rule::TooLarge, next, message));
        Err(Stop)
    }

    fn leave(&mut self, start: Span, end: Span) -> Span {
        self.depth -= 1;
        let closed = end.end > end.start;
        let end = if closed { end.end } else { self.last.max(start.start) };
        self.last = end;
        Span { end, ..start }
    }

    /// A span without the line breaks at its end, which a block scalar includes.
    fn trimmed(&self, span: Span) -> Span {
        let text = &self.text[span.start as usize..span.end as usize];
        let dropped = text.len() - text.trim_end().len();
        Span { end: span.end - u32::try_from(dropped).unwrap_or(0), ..span }
    }
}

/// The meaning of a plain scalar in the core schema of YAML 1.2.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// `null`, or a missing value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A 64-bit integer.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Text.
    Text,
    /// A scalar that parsers read as different values: `no` is text here and `false` in YAML 1.1,
    /// `0404` is 404 here and 260 there, and `2026-02-01` is text here and a date there.
    Ambiguous,
}

fn unsupported(at: Span, what: &str, mark: char) -> Problem {
    Problem::new(Rule::UnsupportedYaml, at, format!("YAML {what} are not supported"))
        .help(format!("Write the value out. A text that begins with `{mark}` needs quotes."))
}

/// Interprets a plain scalar.
pub(crate) fn meaning(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Null,
        "true" | "True" | "TRUE" => return Meaning::Bool(true),
        "false" | "False" | "FALSE" => return Meaning::Bool(false),
        // YAML 1.1 has types for the keys `=` and `<<`.
        "=" | "<<" => return Meaning::Ambiguous,
        _ => {}
    }
    if ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Meaning::Ambiguous;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if [".inf", ".nan"].iter().any(|word| unsigned.eq_ignore_ascii_case(word)) {
        return Meaning::Ambiguous;
    }
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Meaning::Text;
    }
    if is_number_everywhere(text) {
        // A number beyond 64 bits is rounded, or infinite.
        return if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            text.parse().map_or(Meaning::Ambiguous, Meaning::Integer)
        } else {
            text.parse().ok().filter(|number: &f64| number.is_finite()).map_or(Meaning::Ambiguous, Meaning::Number)
        };
    }
    if is_number_somewhere(unsigned) || is_date(text) { Meaning::Ambiguous } else { Meaning::Text }
}

/// Whether a scalar is a number in YAML 1.1 and 1.2, and the same number: digits without a leading
/// zero, with a fraction and an exponent that has a sign. `-0` is not: as an integer, it is 0. Nor is
/// `-.5`: it is text for `PyYAML`.
fn is_number_everywhere(text: &str) -> bool {
    let (is_negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let has_signed_exponent = |exponent: &str| {
        exponent.strip_prefix(['+', '-']).is_some_and(|digits| !digits.is_empty() && are_digits(digits))
    };
    let is_zero = !number.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    are_digits(whole)
        && fraction.is_none_or(are_digits)
        && !(whole.is_empty() && fraction.is_none_or(str::is_empty))
        && (whole.len() < 2 || !whole.starts_with('0'))
        && exponent.is_none_or(|exponent| fraction.is_some() && has_signed_exponent(exponent))
        && !(is_negative && (is_zero || whole.is_empty()))
}

/// Whether a scalar without its sign is a number in one of the versions of YAML: `0b11`, `0o17`,
/// `0x1F`, `1_000`, `1:30` (base 60) and `1e3`.
fn is_number_somewhere(unsigned: &str) -> bool {
    for (prefix, base) in [("0b", 2), ("0o", 8), ("0x", 16)] {
        if let Some(digits) = unsigned.strip_prefix(prefix) {
            return !digits.is_empty() && digits.chars().all(|digit| digit == '_' || digit.is_digit(base));
        }
    }
    let digits = unsigned.replace('_', "");
    let mut parts = digits.split(':');
    let first = parts.next().unwrap_or_default();
    let mut sixties = parts.peekable();
    if sixties.peek().is_none() {
        // `f64` reads what both versions do, and words such as `infinity`, which have no digit.
        return first.bytes().any(|byte| byte.is_ascii_digit()) && first.parse::<f64>().is_ok();
    }
    let is_sixty = |part: &str| {
        let whole =
            part.split_once('.').map_or(part, |(whole, fraction)| if are_digits(fraction) { whole } else { "" });
        matches!(whole.len(), 1 | 2) && are_digits(whole)
    };
    !first.is_empty() && are_digits(first) && sixties.all(is_sixty)
}

/// Whether YAML 1.1 reads a scalar as a date: `2026-02-01`, or with a time after it.
pub(crate) fn is_date(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let is_day = |date: &str| matches!(date, "0000-00-00" | "0000-00-0" | "0000-0-00" | "0000-0-0");
    let Some((date, time)) = shape.split_once(['T', 't', ' ', '\t']) else { return is_day(&shape) };
    is_day(date) && ["00:00:00", "0:00:00"].iter().any(|form| time.trim_start().starts_with(form))
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Meaning, meaning};

    #[test]
    fn plain_scalars_mean_what_yaml_1_2_says() {
        for (text, expected) in [
            ("", Meaning::Null),
            ("~", Meaning::Null),
            ("404", Meaning::Integer(404)),
            ("0", Meaning::Integer(0)),
            ("-1", Meaning::Integer(-1)),
            ("1.5", Meaning::Number(1.5)),
            ("0.5", Meaning::Number(0.5)),
            (".5", Meaning::Number(0.5)),
            ("-2.", Meaning::Number(-2.0)),
            ("1.0e+3", Meaning::Number(1000.0)),
            ("true", Meaning::Bool(true)),
            ("1.2.0", Meaning::Text),
            ("2026-02", Meaning::Text),
            ("2026-02-01-a", Meaning::Text),
            ("1:2:x", Meaning::Text),
            ("1:300", Meaning::Text),
            ("0b12", Meaning::Text),
            ("0xyz", Meaning::Text),
            ("_1", Meaning::Text),
            ("1.e", Meaning::Text),
            (".", Meaning::Text),
            ("-", Meaning::Text),
            ("2s", Meaning::Text),
            ("infinity", Meaning::Text),
            ("nope", Meaning::Text),
        ] {
            assert_eq!(meaning(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_parsers_read_differently_is_ambiguous() {
        for text in [
            "y",
            "N",
            "no",
            "Off",
            "on",
            "YES",
            "0404",
            "017",
            "08",
            "0o17",
            "0x1F",
            "0b11",
            "1_000",
            "0x_F",
            "1_000.5",
            "1:30",
            "-1:30",
            "12:30:45",
            "1:30.5",
            "+5",
            "+1.5",
            "-0",
            "-0.0",
            "00.5",
            "1e3",
            "1.5e3",
            "1e+3",
            ".inf",
            "-.Inf",
            "+.INF",
            ".nan",
            ".NaN",
            "99999999999999999999",
            "1.0e+400",
            "2026-02-01",
            "2026-02-01T12:00:00Z",
            "2026-2-1 1:00:00",
            "2026-2-1",
            "-.5",
            "=",
            "<<",
        ] {
            assert_eq!(meaning(text), Meaning::Ambiguous, "{text:?}");
        }
    }
}

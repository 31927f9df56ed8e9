//! Parser events to a tree in which everything keeps its place: the one file that knows the YAML parser.
//!
//! Anchors, aliases, tags and merge keys are refused: a catalog has its own ways to share, and without them there is
//! nothing to expand. Depth and size are limited here, so that every later stage may recurse.

use granit_parser::{Event, Options, Parser, ScalarStyle};

use crate::limits;
use crate::problem::{Problem, Problems, Rule};
use crate::source::{SourceId, Span, Spanned};

/// A value and where it is written.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is written.
    pub span: Span,
    /// Its value.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// Text in quotes or a block: always text.
    Text(String),
    /// Text without quotes: what it means depends on what is asked for. Empty where no value is written.
    Plain(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping; a key may repeat, which `parse.rs` reports.
    Map(Vec<Entry>),
}

impl Node {
    /// The entries of a mapping; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Text(_) | NodeKind::Plain(_) | NodeKind::List(_) => &[],
        }
    }

    /// What a mapping has under a key; of two equal keys under the first.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value; an empty plain scalar where none is written.
    pub value: Node,
    /// Where the same key stands before, in the same mapping.
    pub earlier: Option<Span>,
}

/// Reads one file of at most [`limits::BYTES`]. `None` where a problem was found that leaves no tree. Its nodes are taken
/// from those that a catalog may have.
pub(crate) fn read(source: SourceId, text: &str, nodes: &mut usize, problems: &mut Problems) -> Option<Node> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut reader = Reader {
        source,
        text,
        parser: Parser::new_from_str_with_options(text, options),
        depth: 0,
        last: 0,
        nodes,
        problems,
    };
    reader.document()
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    depth: usize,
    /// Where the last scalar or collection ended: a block collection ends there, not at its end event.
    last: u32,
    /// How many nodes may still come.
    nodes: &'a mut usize,
    problems: &'a mut Problems,
}

/// A problem was pushed that leaves no tree.
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
        let problem = Problem::new(Rule::Syntax, at, info.to_owned());
        let line_start = self.text[..at.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        if info.contains("nesting") || info.contains("recursion") {
            Problem { rule: Rule::TooLarge, ..problem }
        } else if line.chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t') {
            problem.help("use spaces: YAML does not allow tabs in the indentation")
        } else {
            problem
        }
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
            let message = format!("a catalog has {} keys, values and items at the most", limits::YAML_NODES);
            self.problems.push(Problem::new(Rule::TooLarge, span, message));
            return Err(Stop);
        };
        *self.nodes = left;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse(anchor != 0, tag.is_some(), span);
                let kind = match style {
                    // The parser writes an absent value as `~`; its span is empty.
                    ScalarStyle::Plain if span.start == span.end => NodeKind::Plain(String::new()),
                    ScalarStyle::Plain => NodeKind::Plain(text.into_owned()),
                    _ => NodeKind::Text(text.into_owned()),
                };
                self.last = span.end;
                Ok(Node { span: self.trimmed(span), kind })
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse(anchor != 0, tag.is_some(), span);
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
                Ok(Node { span: self.leave(span, end), kind: NodeKind::List(items) })
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse(anchor != 0, tag.is_some(), span);
                self.enter(span)?;
                let (entries, end) = self.entries()?;
                Ok(Node { span: self.leave(span, end), kind: NodeKind::Map(entries) })
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
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = std::collections::HashMap::new();
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok((entries, at));
            }
            self.has_room(entries.len(), at)?;
            let key = match self.node(event, at)? {
                Node { span, kind: NodeKind::Text(text) | NodeKind::Plain(text) } => Spanned::new(text, span),
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
            let earlier = seen.insert(key.value.clone(), key.span);
            entries.push(Entry { key, value, earlier });
        }
    }

    fn refuse(&mut self, anchor: bool, tag: bool, node: Span) {
        if anchor {
            let at = self.property('&', node);
            self.problems.push(Problem::new(Rule::UnsupportedYaml, at, "YAML anchors are not supported"));
        }
        if tag {
            let at = self.property('!', node);
            self.problems.push(Problem::new(Rule::UnsupportedYaml, at, "YAML tags are not supported"));
        }
    }

    /// The anchor or tag before a node: the parser tells only where the node itself begins.
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
                format!("collections nest deeper than {} levels here", limits::YAML_DEPTH),
            ));
            return Err(Stop);
        }
        Ok(())
    }

    /// Whether a collection of so many may have one more.
    fn has_room(&mut self, count: usize, next: Span) -> Result<(), Stop> {
        if count < limits::ERRORS {
            return Ok(());
        }
        let message = format!("a mapping or a list has {} entries at the most, and this is one more", limits::ERRORS);
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

    /// A block scalar's span runs over the line breaks after it; a mark should not.
    fn trimmed(&self, span: Span) -> Span {
        let text = &self.text[span.start as usize..span.end as usize];
        let dropped = text.len() - text.trim_end().len();
        Span { end: span.end - u32::try_from(dropped).unwrap_or(0), ..span }
    }
}

/// What a plain scalar means in YAML 1.2's core schema, and where older readers disagree.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// `null`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number of 64 bits.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Text.
    Text,
    /// Readers disagree: `no` is text here and `false` in YAML 1.1; `0404` is 404 here and 260 there.
    Ambiguous,
}

/// Reads a plain scalar.
pub fn meaning(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Null,
        "true" | "True" | "TRUE" => return Meaning::Bool(true),
        "false" | "False" | "FALSE" => return Meaning::Bool(false),
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "-.inf" | "-.Inf" | "-.INF" | "+.inf" => {
            return Meaning::Ambiguous;
        }
        _ => {}
    }
    if ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word)) && text.len() > 1 {
        return Meaning::Ambiguous;
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Meaning::Text;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return if digits.len() > 1 && digits.starts_with('0') {
            Meaning::Ambiguous
        } else {
            text.parse().map_or(Meaning::Ambiguous, Meaning::Integer)
        };
    }
    let radix = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0o"));
    if radix.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Meaning::Ambiguous;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite())
    {
        return Meaning::Number(number);
    }
    Meaning::Text
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
            ("-1", Meaning::Integer(-1)),
            ("0404", Meaning::Ambiguous),
            ("0x1F", Meaning::Ambiguous),
            ("1.5", Meaning::Number(1.5)),
            ("1e3", Meaning::Number(1000.0)),
            ("1.2.0", Meaning::Text),
            ("2026-02", Meaning::Text),
            ("2026-02-01T12:00:00Z", Meaning::Text),
            ("no", Meaning::Ambiguous),
            ("Off", Meaning::Ambiguous),
            ("n", Meaning::Text),
            ("true", Meaning::Bool(true)),
            ("99999999999999999999", Meaning::Ambiguous),
            (".inf", Meaning::Ambiguous),
            ("2s", Meaning::Text),
        ] {
            assert_eq!(meaning(text), expected, "{text:?}");
        }
    }
}

//! YAML documents as trees, to prove edits: a caller reads the text before and after an edit,
//! removes its own part from both trees, and compares the rest.
//!
//! ```
//! use errbook_catalog::edit::tree::{Order, Tree};
//!
//! let before = Tree::read("a: 1 # one\n").unwrap();
//! let mut after = Tree::read("a: 1 # one\nb: [x]\n").unwrap();
//! assert_eq!(before.difference(&after, Order::Same), Some(vec![]));
//! after.root.remove(&["b"]).unwrap();
//! assert_eq!(before.difference(&after, Order::Same), None);
//! ```

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, StrInput};

/// The maximum depth of a document. Deeper documents are rejected.
const DEPTH: usize = 128;

/// A document, without styles of collections and scalars.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The value of the document.
    pub root: Node,
    /// The places of the comments, each from its `#` to the end of its line.
    pub comments: Vec<Range<usize>>,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The place. A block collection ends with its last value. A missing value is at the end of the
    /// value or key before it.
    pub span: Range<usize>,
    /// The number of the anchor, from 1; 0 without an anchor.
    pub anchor: usize,
    /// The tag.
    pub tag: Option<String>,
}

/// The value of a node.
#[derive(Debug, Clone)]
pub enum Value {
    /// A mapping.
    Mapping(Vec<(Node, Node)>),
    /// A list.
    List {
        /// The items.
        items: Vec<Node>,
        /// Whether it is in brackets.
        is_flow: bool,
    },
    /// A scalar. A missing value is an empty plain one.
    Scalar {
        /// The text.
        text: String,
        /// Whether it has no quotes and is not a block scalar, so that it can be a number or null.
        is_plain: bool,
    },
    /// An alias of the anchor with this number.
    Alias(usize),
}

/// Whether the order of the entries of a mapping counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Two mappings are the same if their entries have the same order.
    Same,
    /// The order does not count.
    Any,
}

impl Tree {
    /// Reads a text with one document, without its comments. `None` if the text is invalid, has
    /// several documents, or nests too deeply. An empty text is a missing value.
    pub fn read(text: &str) -> Option<Tree> {
        Tree::parse(text, false)
    }

    /// Reads a text with one document, and its comments.
    pub fn with_comments(text: &str) -> Option<Tree> {
        Tree::parse(text, true)
    }

    fn parse(text: &str, has_comments: bool) -> Option<Tree> {
        let mut options = Options::default();
        options.set_emit_comments(has_comments);
        // A text is in memory as a whole, so its comments can be too.
        options.max_buffered_comment_events = usize::MAX;
        let parser = Parser::new_from_str_with_options(text, options);
        let mut reader = Reader { text, parser, comments: Vec::new(), last: 0 };
        let mut root = None;
        loop {
            match reader.next()? {
                (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => break,
                (event, span) if root.is_none() => root = Some(reader.node(event, span, DEPTH)?),
                _ => return None,
            }
        }
        let nothing = Value::Scalar { text: String::new(), is_plain: true };
        let root = root.unwrap_or(Node { value: nothing, span: 0..0, anchor: 0, tag: None });
        Some(Tree { root, comments: reader.comments })
    }

    /// The keys that lead to the first difference from another document; `None` if both have the
    /// same values.
    pub fn difference(&self, other: &Tree, order: Order) -> Option<Vec<String>> {
        let mut path = Vec::new();
        let is_same = self.root.is_same(&other.root, order, &mut HashMap::new(), &mut path);
        (!is_same).then(|| path.into_iter().rev().collect())
    }
}

impl Node {
    /// The entries of a mapping, or none for another value.
    pub fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            Value::List { .. } | Value::Scalar { .. } | Value::Alias(_) => &[],
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::Mapping(_) | Value::List { .. } | Value::Alias(_) => None,
        }
    }

    /// The value of a key in a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// The value under a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The value under a path of keys, to be changed.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, key| {
            let Value::Mapping(entries) = &mut node.value else { return None };
            entries.iter_mut().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
        })
    }

    /// Removes the entry under a path of keys, and returns its value.
    pub fn remove(&mut self, path: &[&str]) -> Option<Node> {
        let (key, above) = path.split_last()?;
        let Value::Mapping(entries) = &mut self.at_mut(above)?.value else { return None };
        let at = entries.iter().position(|(name, _)| name.text() == Some(key))?;
        Some(entries.remove(at).1)
    }

    /// Whether it is null or an empty collection, without an anchor and a tag.
    pub fn is_empty(&self) -> bool {
        let is_empty = match &self.value {
            Value::Mapping(entries) => entries.is_empty(),
            Value::List { items, .. } => items.is_empty(),
            Value::Scalar { text, is_plain } => {
                *is_plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            Value::Alias(_) => false,
        };
        is_empty && self.anchor == 0 && self.tag.is_none()
    }

    /// Anchors are numbered in the order of the text, so a removed part before them changes their
    /// number. The path to a difference is written from its end.
    fn is_same(&self, other: &Node, order: Order, anchors: &mut HashMap<usize, usize>, path: &mut Vec<String>) -> bool {
        if (self.anchor == 0) != (other.anchor == 0) || self.tag != other.tag {
            return false;
        }
        if self.anchor != 0 {
            anchors.insert(self.anchor, other.anchor);
        }
        match (&self.value, &other.value) {
            (Value::Mapping(one), Value::Mapping(two)) => {
                let (one, two) = (ordered(one, order), ordered(two, order));
                let is_same = one.iter().zip(&two).all(|(one, two)| {
                    let is_same =
                        one.0.is_same(&two.0, order, anchors, path) && one.1.is_same(&two.1, order, anchors, path);
                    if !is_same {
                        path.extend(one.0.text().map(str::to_owned));
                    }
                    is_same
                });
                is_same && one.len() == two.len()
            }
            (Value::List { items: one, .. }, Value::List { items: two, .. }) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.is_same(two, order, anchors, path))
            }
            (Value::Scalar { text: one, is_plain }, Value::Scalar { text: two, is_plain: is_plain_too }) => {
                one == two && is_plain == is_plain_too
            }
            (Value::Alias(one), Value::Alias(two)) => anchors.get(one) == Some(two),
            _ => false,
        }
    }
}

fn ordered(entries: &[(Node, Node)], order: Order) -> Vec<&(Node, Node)> {
    let mut ordered: Vec<&(Node, Node)> = entries.iter().collect();
    if order == Order::Any {
        ordered.sort_by_key(|(key, _)| key.text());
    }
    ordered
}

struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    comments: Vec<Range<usize>>,
    /// The end of the last scalar or collection. A block collection ends there, before its end
    /// event.
    last: usize,
}

impl<'a> Reader<'a> {
    /// The next event that is not a comment.
    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        loop {
            let (event, span) = self.parser.next_event()?.ok()?;
            let len = self.text.len();
            let start = span.start.byte_offset().unwrap_or(len).min(len);
            let end = span.end.byte_offset().unwrap_or(start).clamp(start, len);
            match event {
                Event::Comment(..) => self.comments.push(start..end),
                event => return Some((event, start..end)),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Range<usize>, depth: usize) -> Option<Node> {
        let below = depth.checked_sub(1)?;
        let anchor = event.anchor_id().unwrap_or(0);
        let tag = event.tag().map(ToString::to_string);
        let (value, end) = match event {
            Event::Scalar(text, style, ..) => {
                let is_plain = style == ScalarStyle::Plain;
                // The parser writes a missing value as `~`; its span is empty, and can be anywhere
                // before the next token.
                if is_plain && span.is_empty() {
                    let value = Value::Scalar { text: String::new(), is_plain };
                    return Some(Node { value, span: self.last..self.last, anchor, tag });
                }
                (Value::Scalar { text: text.into_owned(), is_plain }, span.end)
            }
            Event::Alias(of) => (Value::Alias(of), span.end),
            Event::SequenceStart(style, ..) => {
                let mut items = Vec::new();
                let end = loop {
                    match self.next()? {
                        (Event::SequenceEnd, end) => break end,
                        (event, span) => items.push(self.node(event, span, below)?),
                    }
                };
                let is_flow = matches!(style, granit_parser::StructureStyle::Flow);
                (Value::List { items, is_flow }, self.end(end))
            }
            Event::MappingStart(..) => {
                let mut entries = Vec::new();
                let end = loop {
                    match self.next()? {
                        (Event::MappingEnd, end) => break end,
                        (event, span) => {
                            let key = self.node(event, span, below)?;
                            let (event, span) = self.next()?;
                            entries.push((key, self.node(event, span, below)?));
                        }
                    }
                };
                (Value::Mapping(entries), self.end(end))
            }
            _ => return None,
        };
        self.last = end.max(span.start);
        Some(Node { value, span: span.start..self.last, anchor, tag })
    }

    /// The end of a collection: its closing bracket, or its last value.
    fn end(&self, closing: Range<usize>) -> usize {
        if closing.is_empty() { self.last } else { closing.end }
    }
}

//! Proves that a merge changed only errbook's parts. Both texts are parsed again and compared as
//! trees.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, StrInput};

/// The maximum depth of a document. Deeper documents are rejected.
const DEPTH: usize = 128;

/// A document as a tree, without comments and styles of collections.
#[derive(Debug)]
struct Node {
    value: Value,
    anchor: usize,
    tag: Option<String>,
}

#[derive(Debug)]
enum Value {
    Mapping(Vec<(Node, Node)>),
    List(Vec<Node>),
    Scalar(String, ScalarStyle),
    Alias(usize),
}

/// The keys that lead to an entry.
pub(super) type Path<'a> = Vec<&'a str>;

/// The parts of a document that errbook owns.
#[derive(Debug, Default)]
pub(super) struct Owned<'a> {
    /// The entries that a merge has written.
    pub(super) entries: Vec<Path<'a>>,
    /// The mappings around them, the inner ones first. A merge adds and removes them with their
    /// entries.
    pub(super) around: Vec<Path<'a>>,
    /// The operations. Their only members may be errbook's.
    pub(super) operations: Vec<Path<'a>>,
}

/// A document without errbook's parts.
#[derive(Debug)]
pub(super) struct Foreign(Node);

impl Foreign {
    /// `None` if the text cannot be parsed, or nests too deeply.
    pub(super) fn read(text: &str, owned: &Owned<'_>) -> Option<Self> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        let mut reader = Reader { parser: Parser::new_from_str_with_options(text, options) };
        let mut event = reader.next()?;
        while matches!(event, Event::StreamStart | Event::DocumentStart(..)) {
            event = reader.next()?;
        }
        let mut root = reader.node(event, DEPTH)?;
        for path in &owned.entries {
            root.remove_if(path, |_| true);
        }
        for path in &owned.around {
            root.remove_if(path, Node::is_empty);
        }
        for path in &owned.operations {
            if let Some(operation) = root.at(path).filter(|operation| operation.is_empty()) {
                operation.value = Value::Mapping(Vec::new());
            }
        }
        Some(Foreign(root))
    }
}

impl PartialEq for Foreign {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(&other.0, &mut HashMap::new())
    }
}

impl Node {
    /// Whether it is null or empty, and no alias refers to it.
    fn is_empty(&self) -> bool {
        let is_empty = match &self.value {
            Value::Mapping(entries) => entries.is_empty(),
            Value::Scalar(text, ScalarStyle::Plain) => matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"),
            _ => false,
        };
        is_empty && self.anchor == 0 && self.tag.is_none()
    }

    /// Anchors are numbered in the order of the text, so a removed part before them changes their
    /// number.
    fn is_same(&self, other: &Self, anchors: &mut HashMap<usize, usize>) -> bool {
        let of_anchor = (self.anchor == 0) == (other.anchor == 0);
        if self.anchor != 0 {
            anchors.insert(self.anchor, other.anchor);
        }
        let of_value = match (&self.value, &other.value) {
            (Value::Mapping(one), Value::Mapping(other)) => {
                let mut pairs = one.iter().zip(other);
                one.len() == other.len()
                    && pairs.all(|(one, other)| one.0.is_same(&other.0, anchors) && one.1.is_same(&other.1, anchors))
            }
            (Value::List(one), Value::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.is_same(other, anchors))
            }
            (Value::Scalar(one, style), Value::Scalar(other, other_style)) => one == other && style == other_style,
            (Value::Alias(one), Value::Alias(other)) => anchors.get(one) == Some(other),
            _ => false,
        };
        of_anchor && self.tag == other.tag && of_value
    }

    fn entry(&mut self, key: &str) -> Option<(usize, &mut Vec<(Node, Node)>)> {
        let Value::Mapping(entries) = &mut self.value else { return None };
        let at = entries.iter().position(|(name, _)| matches!(&name.value, Value::Scalar(text, _) if text == key))?;
        Some((at, entries))
    }

    fn at(&mut self, path: &[&str]) -> Option<&mut Node> {
        let mut node = self;
        for key in path {
            let (at, entries) = node.entry(key)?;
            node = &mut entries[at].1;
        }
        Some(node)
    }

    fn remove_if(&mut self, path: &[&str], may_go: impl Fn(&Node) -> bool) {
        let Some((key, above)) = path.split_last() else { return };
        if let Some((at, entries)) = self.at(above).and_then(|node| node.entry(key))
            && may_go(&entries[at].1)
        {
            entries.remove(at);
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<Event<'a>> {
        self.parser.next_event()?.ok().map(|(event, _)| event)
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Option<Node> {
        let below = depth.checked_sub(1)?;
        let anchor = event.anchor_id().unwrap_or(0);
        let tag = event.tag().map(ToString::to_string);
        let value = match event {
            Event::Scalar(text, style, ..) => Value::Scalar(text.into_owned(), style),
            Event::Alias(of) => Value::Alias(of),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break Value::List(items),
                        event => items.push(self.node(event, below)?),
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut entries = Vec::new();
                loop {
                    match self.next()? {
                        Event::MappingEnd => break Value::Mapping(entries),
                        event => {
                            let key = self.node(event, below)?;
                            let event = self.next()?;
                            entries.push((key, self.node(event, below)?));
                        }
                    }
                }
            }
            _ => return None,
        };
        Some(Node { value, anchor, tag })
    }
}

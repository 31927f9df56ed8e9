//! errbook's part of a file that others write: the lines between two marks.

use std::fmt;
use std::ops::Range;

use errbook_catalog::edit::tree::{Node, Order, Tree, Value};
use errbook_catalog::source::{line_break, lines};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::outline::{is_same_around, with_line_feeds};

/// The start of a mark's text, before the API.
const NAME: &str = "errbook: ";

/// The two lines around errbook's part.
#[derive(Debug)]
pub(crate) struct Marks {
    pub(crate) opens: String,
    pub(crate) closes: String,
}

/// errbook's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The place between the two marks: whole lines.
    pub(crate) inside: Range<usize>,
    /// The place with the two marks.
    pub(crate) outside: Range<usize>,
    /// The indentation of the first mark.
    pub(crate) indent: &'a str,
    /// The line break of the first mark.
    pub(crate) line_break: &'static str,
    /// The places of the items of markdown lists around it.
    containers: Vec<usize>,
}

/// The reason why there is not one part. Lines are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The line of a mark without its other mark, or of a second one.
    Unpaired { line: usize, is_first: bool },
    /// The line of a mark that is part of a text, of code or of a larger comment.
    NoComment { line: usize },
    /// The line of a mark of another API, between the two marks.
    OfOther { line: usize },
}

/// A mark that its format reads as a comment of its own.
struct Mark<'a> {
    is_first: bool,
    line: Range<usize>,
    indent: &'a str,
    containers: Vec<usize>,
}

impl Marks {
    /// The part in a file of lines. `None` if it has no marks.
    pub(crate) fn in_lines<'a>(&self, text: &'a str) -> Result<Option<Part<'a>>, Fault> {
        self.part(text, |_| Some(Vec::new()))
    }

    /// The part in a YAML document. `None` if it has no marks.
    pub(crate) fn in_yaml<'a>(&self, text: &'a str, tree: &Tree) -> Result<Option<Part<'a>>, Fault> {
        self.part(text, |start| tree.comments.iter().any(|comment| comment.start == start).then(Vec::new))
    }

    /// The part in a markdown text, where a mark is a comment of its own: not in code, in a quote or
    /// in other HTML. `None` if it has no marks.
    pub(crate) fn in_markdown<'a>(&self, text: &'a str) -> Result<Option<Part<'a>>, Fault> {
        let comments = self.comments(&with_line_feeds(text));
        self.part(text, |start| comments.iter().find(|(at, _)| *at == start).map(|(_, items)| items.clone()))
    }

    /// The marks that are an HTML block of their own, at the top or in items of lists, with the
    /// places of these items.
    fn comments(&self, text: &str) -> Vec<(usize, Vec<usize>)> {
        let mut comments = Vec::new();
        let (mut items, mut others) = (Vec::new(), 0_usize);
        for (event, place) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
            match event {
                Event::Start(Tag::HtmlBlock) => {
                    let block = text[place.clone()].trim();
                    if others == 0 && (block == self.opens || block == self.closes) {
                        comments.push((place.start, items.clone()));
                    }
                }
                Event::Start(Tag::Item) => items.push(place.start),
                Event::End(TagEnd::Item) => drop(items.pop()),
                Event::Start(Tag::BlockQuote(_)) => others += 1,
                Event::End(TagEnd::BlockQuote(_)) => others -= 1,
                _ => {}
            }
        }
        comments
    }

    /// The part between the lines that are marks. `containers` returns the containers of a mark by
    /// its place, or `None` if it is not a comment.
    fn part<'a>(
        &self,
        text: &'a str,
        containers: impl Fn(usize) -> Option<Vec<usize>>,
    ) -> Result<Option<Part<'a>>, Fault> {
        let line_of = |at: usize| lines(&text[..at]).count() + 1;
        let (mut marks, mut other) = (Vec::new(), None);
        let mut at = 0;
        for line in lines(text) {
            let (start, content) = (at, line.trim());
            at += line.len();
            if content != self.opens && content != self.closes {
                continue;
            }
            let indent = &line[..line.len() - line.trim_start().len()];
            match containers(start + indent.len()) {
                Some(containers) => {
                    marks.push(Mark { is_first: content == self.opens, line: start..at, indent, containers });
                }
                None => drop(other.get_or_insert(start)),
            }
        }
        let unpaired =
            |mark: &Mark<'_>| Err(Fault::Unpaired { line: line_of(mark.line.start), is_first: mark.is_first });
        match marks.as_slice() {
            [] => match other {
                Some(start) => Err(Fault::NoComment { line: line_of(start) }),
                None => Ok(None),
            },
            [first, last] if first.is_first && !last.is_first && first.containers == last.containers => {
                let inside = first.line.end..last.line.start;
                let of_any = self.opens.find(NAME).map_or("", |at| &self.opens[..at + NAME.len()]);
                let other = lines(&text[inside.clone()]).position(|line| line.trim_start().starts_with(of_any));
                if let Some(index) = other {
                    return Err(Fault::OfOther { line: line_of(inside.start) + index });
                }
                Ok(Some(Part {
                    inside,
                    outside: first.line.start..last.line.end,
                    indent: first.indent,
                    line_break: line_break(&text[first.line.clone()]),
                    containers: first.containers.clone(),
                }))
            }
            [first, last, third, ..] if first.is_first && !last.is_first => unpaired(third),
            [first, second, ..] if first.is_first && second.is_first => unpaired(second),
            [first, ..] => unpaired(first),
        }
    }

    /// Whether `after` has the part in the changed place, and markdown reads the rest as it did.
    pub(crate) fn is_proved_in_markdown(&self, before: (&str, Range<usize>), after: (&str, Range<usize>)) -> bool {
        let (text, changed) = &after;
        let found = self.in_markdown(text);
        let is_found = found.is_ok_and(|part| {
            part.is_some_and(|part| changed.start <= part.inside.start && part.inside.end <= changed.end)
        });
        is_found && is_same_around(before, after)
    }

    /// Whether the items under `key` in `after` have the new items at the marks, and nothing else
    /// changed.
    pub(crate) fn is_proved_in_yaml(&self, key: &str, before: &str, after: &str, new: &str) -> bool {
        let read = |text: &str| {
            let mut tree = Tree::with_comments(text)?;
            let Part { inside, outside, indent, .. } = self.in_yaml(text, &tree).ok()??;
            let closes = &text[inside.end..outside.end];
            // At another level, the marks would be around items of two lists.
            if closes.len() - closes.trim_start().len() != indent.len() {
                return None;
            }
            let is_single = tree.root.entries().iter().filter(|(name, _)| name.text() == Some(key)).count() == 1;
            let items =
                tree.root.at_mut(&[key]).filter(|_| is_single).map_or_else(Vec::new, |list| take(list, &inside));
            Some((tree, items))
        };
        let (Some((before, _)), Some((after, items)), Some(new)) = (read(before), read(after), Tree::read(new)) else {
            return false;
        };
        let list = Node { value: Value::List { items, is_flow: false }, ..new.root.clone() };
        let found = Tree { root: list, comments: Vec::new() };
        before.difference(&after, Order::Same).is_none() && new.difference(&found, Order::Same).is_none()
    }
}

/// Removes the items of a list that are in a place. A list that becomes empty becomes a missing
/// value. An anchor repeats its value elsewhere, so nothing is removed below one.
fn take(node: &mut Node, place: &Range<usize>) -> Vec<Node> {
    if node.anchor != 0 {
        return Vec::new();
    }
    match &mut node.value {
        Value::List { items, is_flow: false } => {
            let is_in = |item: &Node| place.start <= item.span.start && item.span.end <= place.end;
            let (taken, kept): (Vec<Node>, Vec<Node>) = std::mem::take(items).into_iter().partition(is_in);
            *items = kept;
            if taken.is_empty() {
                return items.iter_mut().flat_map(|item| take(item, place)).collect();
            }
            if items.is_empty() {
                node.value = Value::Scalar { text: String::new(), is_plain: true };
            }
            taken
        }
        Value::Mapping(entries) => entries.iter_mut().flat_map(|(_, value)| take(value, place)).collect(),
        Value::List { .. } | Value::Scalar { .. } | Value::Alias(_) => Vec::new(),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unpaired { line, is_first: _ } => write!(f, "the mark in line {line} has no other mark"),
            Fault::NoComment { line } => write!(f, "the mark in line {line} is not a comment of its own"),
            Fault::OfOther { line } => write!(f, "the mark in line {line} is of another API"),
        }
    }
}

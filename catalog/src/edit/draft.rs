//! Edits of a catalog's text that keep all other bytes, including comments and line breaks.
//!
//! [`Draft::finish`] proves the values of the result. Callers also read it as a catalog, and compare
//! that with the original.

use crate::edit::tree::{self, Order, Tree, Value};
use crate::limits;
use crate::model;
use crate::problem::Problems;
use crate::read::shape::{Catalog, Ty};
use crate::read::yaml::{self, Entry, Meaning, Node, NodeKind, meaning};
use crate::source::{LINE_BREAKS, SourceId, Sources, Span, line_break, lines};

/// A file of a catalog, and its edits.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The path, relative to the root catalog's folder, with `/`.
    pub path: &'a str,
    text: &'a str,
    /// The original file as a tree.
    pub root: Node,
    edits: Vec<Edit>,
    /// What the edits intend.
    intended: Vec<Intended>,
}

/// A replacement of a range of bytes, which can be empty.
#[derive(Debug)]
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// The intention of an edit.
#[derive(Debug)]
enum Intended {
    /// A scalar has another text. The place is in the original.
    Replaced { start: usize, with: String },
    /// A mapping has another entry.
    Added { path: Vec<String>, value: String },
    /// A mapping no longer has an entry.
    Removed { path: Vec<String> },
}

impl<'a> Draft<'a> {
    /// A draft of a file; `None` if the file is not valid YAML.
    pub fn new(sources: &'a Sources, source: SourceId) -> Option<Self> {
        let of = sources.get(source);
        // Reading the catalog has reported the problems of the file.
        let root = yaml::read(source, &of.text, &mut { limits::YAML_NODES }, &mut Problems::default())?;
        Some(Draft { path: &of.relative, text: &of.text, root, edits: Vec::new(), intended: Vec::new() })
    }

    /// The value under a path of keys.
    pub fn find(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(&self.root, |node, key| node.get(key))
    }

    /// Replaces a scalar by an id. Keeps its quotes, and adds quotes if the id needs them.
    pub fn replace(&mut self, span: Span, with: &str) {
        let (start, end) = (span.start as usize, span.end as usize);
        let quote = self.text[start..end].chars().next().filter(|first| is_quote(*first));
        let text = quote.map_or_else(|| scalar_of(with), |quote| format!("{quote}{with}{quote}"));
        self.edits.push(Edit { start, end, text });
        self.intended.push(Intended::Replaced { start, with: with.to_owned() });
    }

    /// Adds `key:` and a value to the mapping under a path of keys, in the order of the format. Each
    /// `\n` in the value becomes the line break of the file, with the indent of the key. `None` if
    /// the style of the mapping does not allow it.
    pub fn add(&mut self, path: &[&str], key: &str, value: &str) -> Option<()> {
        let ty = path.iter().try_fold(&Catalog::TY, |ty, key| ty.value(key));
        let keys = ty.and_then(Ty::shape).map_or(&[][..], |shape| shape.keys);
        let later: Vec<&str> = keys.iter().map(|key| key.name).skip_while(|name| *name != key).skip(1).collect();
        self.insert(path, key, value, &later)
    }

    /// Adds an entry before the first of the keys `later`, or at the end of the mapping.
    fn insert(&mut self, path: &[&str], key: &str, value: &str, later: &[&str]) -> Option<()> {
        let map = self.find(path)?;
        let NodeKind::Map(entries) = &map.kind else { return None };
        let json;
        let (key, value) = if self.is_json() {
            json = (in_json(key)?, format!(" {}", in_json(value)?));
            (&*json.0, &*json.1)
        } else {
            (key, value)
        };
        let place = entries.iter().position(|entry| later.contains(&entry.key.value.as_str()));
        let (before, after) = entries.split_at(place.unwrap_or(entries.len()));
        let edit = if self.is_flow_at(map) {
            match (before.last(), after.first()) {
                (Some(entry), _) => inserted(end(entry), format!(", {key}:{value}")),
                (None, Some(entry)) => inserted(start(entry), format!("{key}:{value}, ")),
                (None, None) => inserted(map.span.start as usize + 1, format!("{key}:{value}")),
            }
        } else {
            // The style of a block scalar decides which line breaks belong to it, so nothing is
            // added below one.
            let above = before.iter().rfind(|entry| !Self::ends_in_block(&entry.value));
            if let Some(entry) = above {
                self.line_below(entry, &format!("{key}:{value}"))?
            } else {
                let first = entries.first()?;
                inserted(start(first), self.indented(&format!("{key}:{value}\n"), self.indent(first)?))
            }
        };
        let key = Tree::read(key)?.root.text()?.to_owned();
        let path = path.iter().map(|key| (*key).to_owned()).chain([key]).collect();
        self.intended.push(Intended::Added { path, value: value.to_owned() });
        self.edits.push(edit);
        Some(())
    }

    /// Removes the entry under a path of keys, and each mapping that would be empty. `None` if the
    /// style of the mapping does not allow it. No other edit can be inside the entry.
    pub fn remove(&mut self, path: &[&str]) -> Option<()> {
        let (key, parents) = path.split_last()?;
        let map = self.find(parents)?;
        let NodeKind::Map(entries) = &map.kind else { return None };
        if entries.len() == 1 && !parents.is_empty() {
            return self.remove(parents);
        }
        let at = entries.iter().position(|entry| entry.key.value == *key)?;
        let entry = &entries[at];
        let (from, to) = if self.is_flow_at(map) {
            match (at.checked_sub(1).map(|before| &entries[before]), entries.get(at + 1)) {
                (_, Some(next)) => (start(entry), start(next)),
                (Some(before), None) => (end(before), end(entry)),
                (None, None) => (start(entry), end(entry)),
            }
        } else {
            let rest = lines(&self.text[end(entry)..]).next().unwrap_or_default();
            let indent = self.indent(entry)?;
            let is_alone = rest.trim().is_empty() && !Self::ends_in_block(&entry.value);
            if !is_alone {
                return None;
            }
            (start(entry) - indent.len(), end(entry) + rest.len())
        };
        self.edits.push(Edit { start: from, end: to, text: String::new() });
        self.intended.push(Intended::Removed { path: path.iter().map(|key| (*key).to_owned()).collect() });
        Some(())
    }

    /// A text with the line break of the file, and an indent after each.
    fn indented(&self, text: &str, indent: &str) -> String {
        text.replace('\n', &format!("{}{indent}", line_break(self.text)))
    }

    /// Whether the file must stay JSON.
    fn is_json(&self) -> bool {
        std::path::Path::new(self.path).extension().is_some_and(|extension| extension == "json")
    }

    /// Whether the file is a flow mapping, `{...}`.
    pub fn is_flow(&self) -> bool {
        self.is_flow_at(&self.root)
    }

    fn is_flow_at(&self, map: &Node) -> bool {
        self.text[map.span.start as usize..].starts_with('{')
    }

    /// A new line below an entry, with the same indent.
    fn line_below(&self, entry: &Entry, text: &str) -> Option<Edit> {
        let indent = self.indent(entry)?;
        let text = self.indented(text, indent);
        let rest = &self.text[end(entry)..];
        let line = lines(rest).next().unwrap_or_default();
        // The span of a key without a value ends before the colon.
        let rest_of_line = line.trim_start().trim_start_matches(':').trim();
        if !rest_of_line.is_empty() && !rest_of_line.starts_with('#') {
            return None;
        }
        let line_break = line_break(self.text);
        let at = end(entry) + line.len();
        Some(if line.ends_with(LINE_BREAKS) {
            inserted(at, format!("{indent}{text}{line_break}"))
        } else {
            inserted(at, format!("{line_break}{indent}{text}"))
        })
    }

    /// The indent of a key at the start of its line.
    fn indent(&self, entry: &Entry) -> Option<&'a str> {
        let before = &self.text[..start(entry)];
        let line = before.rfind(LINE_BREAKS).map_or(0, |at| at + 1);
        let indent = before[line..].trim_start_matches('\u{feff}');
        indent.bytes().all(|byte| byte == b' ').then_some(indent)
    }

    fn ends_in_block(node: &Node) -> bool {
        match &node.kind {
            NodeKind::Map(entries) => entries.last().is_some_and(|entry| Self::ends_in_block(&entry.value)),
            NodeKind::List(items) => items.last().is_some_and(Self::ends_in_block),
            NodeKind::Text(_) | NodeKind::Plain(_) => node.is_block,
        }
    }

    /// Whether there are edits.
    pub fn is_edited(&self) -> bool {
        !self.edits.is_empty()
    }

    /// The text with all edits. It is read again: `None` if anything else would change.
    pub fn finish(mut self) -> Option<String> {
        self.edits.sort_by_key(|edit| edit.start);
        let mut text = String::new();
        let mut at = 0;
        for edit in &self.edits {
            text.push_str(self.text.get(at..edit.start)?);
            text.push_str(&edit.text);
            at = edit.end;
        }
        text.push_str(&self.text[at..]);
        self.is_proved(&text).then_some(text)
    }

    /// Whether a text has the values of the original with the intended changes.
    fn is_proved(&self, text: &str) -> bool {
        let (Some(mut before), Some(mut after)) = (Tree::read(self.text), Tree::read(text)) else { return false };
        let is_added = |after: &mut Tree, path: &[String], value: &str| {
            let path = self.path_after(path);
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let (Some(found), Some(expected)) = (after.root.remove(&path), Tree::read(value)) else { return false };
            expected.difference(&Tree { root: found, comments: Vec::new() }, Order::Same).is_none()
        };
        let is_removed = |before: &mut Tree, path: &[String]| {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            before.root.remove(&path).is_some()
        };
        // A place is one in the original, so entries are removed last.
        let (removed, others): (Vec<_>, Vec<_>) =
            self.intended.iter().partition(|intended| matches!(intended, Intended::Removed { .. }));
        others.into_iter().chain(removed).all(|intended| match intended {
            Intended::Replaced { start, with } => replace_scalar(&mut before.root, *start, with),
            Intended::Added { path, value } => is_added(&mut after, path, value),
            Intended::Removed { path } => is_removed(&mut before, path),
        }) && before.difference(&after, Order::Same).is_none()
    }

    /// A path in the original, with the keys that are replaced.
    fn path_after(&self, path: &[String]) -> Vec<String> {
        let mut map = Some(&self.root);
        let mut after = Vec::new();
        for key in path {
            let entry = map.and_then(|map| map.entries().iter().find(|entry| entry.key.value == *key));
            let replaced = self.intended.iter().find_map(|intended| match intended {
                Intended::Replaced { start, with }
                    if entry.is_some_and(|entry| entry.key.span.start as usize == *start) =>
                {
                    Some(with)
                }
                _ => None,
            });
            after.push(replaced.unwrap_or(key).clone());
            map = entry.map(|entry| &entry.value);
        }
        after
    }
}

/// An entry of a catalog as JSON. Its scalars are texts.
fn in_json(yaml: &str) -> Option<String> {
    fn write(node: &Node) -> String {
        let quoted = |text: &str| model::value::Value::String(text.to_owned()).to_string();
        match &node.kind {
            NodeKind::Plain(text) | NodeKind::Text(text) => quoted(text),
            NodeKind::List(items) => format!("[{}]", items.iter().map(write).collect::<Vec<_>>().join(", ")),
            NodeKind::Map(entries) => {
                let entries =
                    entries.iter().map(|entry| format!("{}: {}", quoted(&entry.key.value), write(&entry.value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
    let node = yaml::read(SourceId::default(), yaml, &mut { limits::YAML_NODES }, &mut Problems::default())?;
    Some(write(&node))
}

/// Replaces the text of the scalar at a place.
fn replace_scalar(node: &mut tree::Node, start: usize, with: &str) -> bool {
    match &mut node.value {
        Value::Scalar { text, is_plain } => {
            let is_found = node.span.start == start;
            if is_found {
                with.clone_into(text);
                // An id that would not be text is put in quotes.
                *is_plain = *is_plain && meaning(with) == Meaning::Text;
            }
            is_found
        }
        Value::Mapping(entries) => entries
            .iter_mut()
            .any(|(key, value)| replace_scalar(key, start, with) || replace_scalar(value, start, with)),
        Value::List { items, .. } => items.iter_mut().any(|item| replace_scalar(item, start, with)),
        Value::Alias(_) => false,
    }
}

/// An id as a YAML scalar: in quotes if it would not be text without them, as `no` and `null`.
///
/// ```
/// use errbook_catalog::edit::scalar_of;
/// assert_eq!((scalar_of("SOLD_OUT"), scalar_of("no")), ("SOLD_OUT".into(), "\"no\"".into()));
/// ```
pub fn scalar_of(id: &str) -> String {
    if meaning(id) == Meaning::Text { id.to_owned() } else { format!("\"{id}\"") }
}

fn inserted(at: usize, text: String) -> Edit {
    Edit { start: at, end: at, text }
}

fn start(entry: &Entry) -> usize {
    entry.key.span.start as usize
}

fn end(entry: &Entry) -> usize {
    entry.key.span.end.max(entry.value.span.end) as usize
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\'')
}

#[cfg(test)]
mod tests {
    use super::Draft;
    use crate::source::Sources;

    /// What an insertion of `k: v` at `m`, before `z`, makes of a text.
    fn inserted(text: &str) -> Option<String> {
        let mut sources = Sources::default();
        let source = sources.add("m.yaml".into(), "m.yaml".into(), text.into());
        let mut draft = Draft::new(&sources, source).expect("YAML");
        draft.insert(&["m"], "k", " v", &["z"])?;
        draft.finish()
    }

    #[test]
    fn a_key_is_added_and_nothing_else_changes() {
        for (text, expected) in [
            ("m: {}\n", "m: {k: v}\n"),
            ("m: { a: 1 } # c\n", "m: { a: 1, k: v } # c\n"),
            ("m: {a: 1, z: 2}", "m: {a: 1, k: v, z: 2}"),
            ("m: {z: 2}", "m: {k: v, z: 2}"),
            ("m: {a: 'x', # c\n  b: [1]}", "m: {a: 'x', # c\n  b: [1], k: v}"),
            ("m:\n  a: 1\n", "m:\n  a: 1\n  k: v\n"),
            ("m:\n  a: 1", "m:\n  a: 1\n  k: v"),
            ("m:\n  a: 1 # c\n\n# d\nn: 2\n", "m:\n  a: 1 # c\n  k: v\n\n# d\nn: 2\n"),
            ("m:\n  a: 1\n  # of z\n  z: 2\n", "m:\n  a: 1\n  k: v\n  # of z\n  z: 2\n"),
            ("m:\n  a:\n    b: 1\nn: 2\n", "m:\n  a:\n    b: 1\n  k: v\nn: 2\n"),
            ("m:\n  a:\n", "m:\n  a:\n  k: v\n"),
            ("m:\r\n  a: 1\r\nn: 2\r\n", "m:\r\n  a: 1\r\n  k: v\r\nn: 2\r\n"),
            ("m:\r  a: 1 # c\r\rn: 2\r", "m:\r  a: 1 # c\r  k: v\r\rn: 2\r"),
            // Nothing is added below a block scalar.
            ("m:\n  a: 1\n  b: |+\n    x\n\n", "m:\n  a: 1\n  k: v\n  b: |+\n    x\n\n"),
            ("m:\n  b: >-\n    x\nn: 2\n", "m:\n  k: v\n  b: >-\n    x\nn: 2\n"),
            ("m:\n  b: {c: 1}\n  d:\n    - |\n      x\n", "m:\n  b: {c: 1}\n  k: v\n  d:\n    - |\n      x\n"),
        ] {
            assert_eq!(inserted(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_key_of_the_format_has_its_place_there() {
        for (path, key, text, expected) in [
            (&["retired", "A"][..], "since", "retired: {A: {rust: alias}}", "retired: {A: {since: v, rust: alias}}"),
            (
                &["errors", "A"],
                "since",
                "errors: {A: {fix: x, source: true}}",
                "errors: {A: {fix: x, since: v, source: true}}",
            ),
            (&["retired"], "B", "retired: {A: {}}", "retired: {A: {}, B: v}"),
            (&[], "retired", "{errors: {}, generate: {}}", "{errors: {}, retired: v, generate: {}}"),
        ] {
            let mut sources = Sources::default();
            let source = sources.add("m.yaml".into(), "m.yaml".into(), text.into());
            let mut draft = Draft::new(&sources, source).expect("YAML");
            draft.add(path, key, " v").expect("a place");
            assert_eq!(draft.finish().as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_mapping_takes_no_key() {
        for text in ["m: 1\n", "m:\n", "n: {}\n"] {
            assert_eq!(inserted(text), None, "{text:?}");
        }
    }
}

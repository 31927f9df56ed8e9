//! Formats a catalog: sorts the keys of each entry in the order of the format, and normalizes
//! spaces. The meaning stays the same, and comments move with their entries.
//!
//! ```
//! let text = b"errbook: 1
//! api: { name: Shop }
//! errors:
//!   SOLD_OUT:
//!     fix:   Wait. # or not
//!     ## for now
//!     status: 409
//! ";
//! let loaded = errbook_catalog::load_text("errors.yaml", text);
//! let [file] = errbook_catalog::edit::tidy::tidy(&loaded).unwrap().try_into().expect("one file changes");
//! assert_eq!(file.text, "errbook: 1
//! api: {name: Shop}
//! errors:
//!   SOLD_OUT:
//!     ## for now
//!     status: 409
//!     fix: Wait. # or not
//! ");
//! ```
//!
//! The sections of a file, and mappings with free names, keep their order, which has a meaning.
//! Texts do not change. In a `{...}` with a comment, and in a mapping with a text that ends with its
//! blank lines (`|+`, `>+`), only spaces change.

use std::collections::HashMap;
use std::path::Path;

use crate::edit::tree::{self, Tree};
use crate::edit::{File, files, load_release, with_line_feeds};
use crate::limits;
use crate::load::{Loaded, load_with_trees};
use crate::model::{self, Origin, ProseFile};
use crate::problem::Problems;
use crate::read::keys::Shape;
use crate::read::shape::{COLUMNS, Catalog, Included, Ty};
use crate::read::yaml::{self, Entry, Node, NodeKind};
use crate::source::{Source, SourceId, line_break};

/// The reason why a catalog is not formatted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The catalog has errors.
    Mistakes,
    /// Formatting would change the meaning.
    WouldChange {
        /// The file, relative to the root catalog's folder, with `/`.
        file: String,
        /// The path of the value that would change: `errors.SOLD_OUT.fix`. Empty if it is unknown.
        path: String,
    },
}

/// The formatted files of a catalog that differ from the original files.
///
/// # Errors
///
/// See [`Refusal`].
pub fn tidy(loaded: &Loaded) -> Result<Vec<File>, Refusal> {
    tidied(loaded, HashMap::new())
}

/// Reads and checks a catalog as [`load_unlinted`](crate::load_unlinted) does, and formats it as
/// [`tidy`] does. Parses a file only once.
///
/// ```
/// use errbook_catalog::edit::tidy::load_tidied;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("errors.yaml");
/// std::fs::write(&path, "errbook: 1\napi: {name: Shop}\nerrors: {A: {fix:  F., status: 409}}\n").unwrap();
/// let (loaded, files) = load_tidied(&path);
/// assert!(loaded.catalog.is_some());
/// assert!(files.unwrap()[0].text.ends_with("errors: {A: {status: 409, fix: F.}}\n"));
/// ```
///
/// # Errors
///
/// See [`Refusal`].
pub fn load_tidied(path: &Path) -> (Loaded, Result<Vec<File>, Refusal>) {
    let (loaded, trees) = load_with_trees(path);
    let files = tidied(&loaded, trees.into_iter().collect());
    (loaded, files)
}

/// Formats the files. `trees` are those of the files that are already parsed.
fn tidied(loaded: &Loaded, mut trees: HashMap<SourceId, Node>) -> Result<Vec<File>, Refusal> {
    let catalog = loaded.catalog.as_ref().ok_or(Refusal::Mistakes)?;
    let sources = &loaded.report.sources;
    let root = sources.root().map(|root| root.relative.as_str());
    let mut tidied: Vec<File> = Vec::new();
    for (id, source) in sources.iter().filter(|(_, source)| !is_prose(catalog, source)) {
        let ty = if Some(source.relative.as_str()) == root { Catalog::TY } else { Included::TY };
        let rejected = |path: String| Refusal::WouldChange { file: source.relative.clone(), path };
        let text = text(id, &source.text, trees.remove(&id), &ty).ok_or_else(|| rejected(String::new()))?;
        if text != source.text {
            prove(&source.text, &text).map_err(rejected)?;
            tidied.push(File { path: source.relative.clone(), text });
        }
    }
    if tidied.is_empty() {
        return Ok(tidied);
    }
    let text = |path: &str| tidied.iter().find(|file| file.path == path).map(|file| file.text.clone());
    let files = files(sources, |of| text(&of.relative).unwrap_or_else(|| of.text.clone()));
    match load_release("tidy", &files).catalog {
        Some(read) if meaning(&read) == meaning(catalog) => Ok(tidied),
        _ => Err(Refusal::WouldChange { file: root.unwrap_or_default().to_owned(), path: String::new() }),
    }
}

/// Compares every value of a file with those of the formatted file. The error is the path of the
/// first that differs. The order of entries is compared as part of the catalog's meaning.
fn prove(before: &str, after: &str) -> Result<(), String> {
    let (Some(before), Some(after)) = (Tree::read(before), Tree::read(after)) else { return Err(String::new()) };
    before.difference(&after, tree::Order::Any).map_or(Ok(()), |path| Err(path.join(".")))
}

fn is_prose(catalog: &model::Catalog, source: &Source) -> bool {
    let mut prose = catalog.prose.before.iter().chain(&catalog.prose.after);
    prose.any(|ProseFile { path, text: _ }| *path == source.relative)
}

/// The content of a catalog, without places.
fn meaning(catalog: &model::Catalog) -> String {
    let mut catalog = catalog.clone();
    let nowhere = || Origin { file: String::new(), line: 0 };
    catalog.errors.iter_mut().for_each(|error| error.origin = nowhere());
    catalog.retired.iter_mut().for_each(|entry| entry.origin = nowhere());
    format!("{catalog:?}")
}

/// A formatted file; `None` if the YAML becomes invalid.
fn text(id: SourceId, text: &str, tree: Option<Node>, ty: &Ty) -> Option<String> {
    let plain = with_line_feeds(text);
    let read = |text: &str| yaml::read(id, text, &mut { limits::YAML_NODES }, &mut Problems::default());
    // The places of the tree are those of the text as it was read.
    let tree = tree.filter(|_| plain == text);
    let mut root = tree.or_else(|| read(&plain))?;
    let ordered = {
        let Piece { start, end, text } = Order { text: &plain }.node(&root, Some(ty), 0);
        format!("{}{text}{}", &plain[..start], without_blanks(&plain[end..]))
    };
    if ordered != plain {
        root = read(&ordered)?;
    }
    let spaced = spaced(&ordered, &root);
    Some(spaced.replace('\n', line_break(text)))
}

// ---- the order of keys ----

struct Order<'a> {
    text: &'a str,
}

/// A replacement of a range of bytes.
struct Piece {
    start: usize,
    end: usize,
    text: String,
}

impl Order<'_> {
    /// The formatted node. Its comments start after `floor`.
    fn node(&self, node: &Node, ty: Option<&Ty>, floor: usize) -> Piece {
        let (start, end) = (node.span.start as usize, node.span.end as usize);
        let is_flow = self.text[start..].starts_with(['{', '[']);
        let pieces = match &node.kind {
            NodeKind::Map(entries) if !entries.is_empty() => self.entries(entries, ty, is_flow, floor),
            NodeKind::List(items) if !items.is_empty() => self.items(items, ty),
            _ => {
                let end = end_of_scalar(self.text, node);
                return Piece { start, end, text: self.text[start..end].to_owned() };
            }
        };
        let piece = self.joined(pieces);
        if !is_flow {
            return piece;
        }
        let text = format!("{}{}{}", &self.text[start..piece.start], piece.text, &self.text[piece.end..end]);
        Piece { start, end, text }
    }

    fn items(&self, items: &[Node], ty: Option<&Ty>) -> Slots {
        let ty = ty.and_then(Ty::item);
        let pieces: Vec<Piece> = items.iter().map(|item| self.node(item, ty, item.span.start as usize)).collect();
        let order = (0..pieces.len()).collect();
        Slots { pieces, order }
    }

    fn entries(&self, entries: &[Entry], ty: Option<&Ty>, is_flow: bool, mut floor: usize) -> Slots {
        let mut pieces = Vec::new();
        for entry in entries {
            let piece = self.entry(entry, ty.and_then(|ty| ty.value(&entry.key.value)), is_flow, floor);
            floor = piece.end;
            pieces.push(piece);
        }
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        let gaps = pieces.windows(2).map(|pair| &self.text[pair[0].end..pair[1].start]);
        // In a `{...}`, the entry of a comment is unknown.
        let has_comments = is_flow && gaps.into_iter().any(|gap| gap.contains('#'));
        // Blank lines below another place would become a part of a text with `+`.
        let has_kept = entries.iter().any(|entry| ends_in_kept(self.text, &entry.value));
        if let Some(shape) = ty.and_then(of_entry)
            && !has_comments
            && !has_kept
        {
            let place = |key: &str| shape.keys.iter().position(|known| known.name == key);
            order.sort_by_key(|at| place(&entries[*at].key.value));
        }
        Slots { pieces, order }
    }

    /// An entry, with its comments: directly above it, on its line, and below it at a deeper
    /// indent.
    fn entry(&self, entry: &Entry, ty: Option<&Ty>, is_flow: bool, floor: usize) -> Piece {
        let (key_start, key_end) = (entry.key.span.start as usize, entry.key.span.end as usize);
        let value = self.node(&entry.value, ty, key_end);
        let (value_start, value_end) = (value.start.max(key_end), value.end.max(key_end));
        let (start, end) = if is_flow {
            (key_start, value_end)
        } else {
            (self.comments_above(key_start, floor), self.comments_below(key_start, self.line_end(value_end)))
        };
        let text = format!("{}{}{}", &self.text[start..value_start], value.text, &self.text[value_end..end]);
        Piece { start, end, text }
    }

    /// The start of the comments directly above a key, with the same indent.
    fn comments_above(&self, key: usize, floor: usize) -> usize {
        let mut line = self.text[..key].rfind('\n').map_or(0, |at| at + 1);
        let indent = key - line;
        let mut start = key;
        while line > floor {
            let above = self.text[..line - 1].rfind('\n').map_or(0, |at| at + 1);
            let text = &self.text[above..line - 1];
            if above < floor || text.find(|c| c != ' ') != Some(indent) || !text[indent..].starts_with('#') {
                break;
            }
            start = above + indent;
            line = above;
        }
        start
    }

    /// The end of the last comment below an entry that is indented deeper than the entry's key.
    ///
    /// Such a comment moves with the entry. Below a block of text it would become a part of the
    /// text.
    fn comments_below(&self, key: usize, end: usize) -> usize {
        let indent = key - self.text[..key].rfind('\n').map_or(0, |at| at + 1);
        let (mut at, mut below) = (end, end);
        for line in self.text[end..].split_inclusive('\n') {
            let text = line.trim();
            if !text.is_empty() && !text.starts_with('#') {
                break;
            }
            // The first line is the rest of the entry's own line.
            if at > end && text.starts_with('#') && line.find('#') > Some(indent) {
                below = at + line.trim_end().len();
            }
            at += line.len();
        }
        below
    }

    /// The end of a line with its spaces, if the rest of it is a comment, or the colon of a key
    /// without a value.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.text[at..].lines().next().unwrap_or_default();
        let after_colon = rest.trim_start().trim_start_matches(':').trim_start();
        if after_colon.is_empty() || after_colon.starts_with('#') { at + rest.len() } else { at }
    }

    /// The pieces in their new order, with the original text between the slots.
    fn joined(&self, Slots { pieces, order }: Slots) -> Piece {
        let mut text = String::new();
        let (start, mut at) = (pieces[0].start, pieces[0].start);
        for (slot, piece) in pieces.iter().zip(order) {
            text.push_str(&without_blanks(&self.text[at..slot.start]));
            text.push_str(&pieces[piece].text);
            at = slot.end;
        }
        Piece { start, end: at, text }
    }
}

/// The text between two pieces, with no spaces in its blank lines: below a block scalar, they would
/// become a part of it.
fn without_blanks(gap: &str) -> String {
    let (above, last) = gap.rsplit_once('\n').map_or(("", gap), |(above, _)| gap.split_at(above.len() + 1));
    let lines = above.split_inclusive('\n').map(|line| if line.trim().is_empty() { "\n" } else { line });
    lines.chain([last]).collect()
}

/// The pieces of a collection, and the index of the piece for each slot.
struct Slots {
    pieces: Vec<Piece>,
    order: Vec<usize>,
}

/// The shape of a mapping with sorted keys. The author decides the order of sections, and the order
/// of columns has a meaning.
fn of_entry(ty: &Ty) -> Option<&'static Shape> {
    ty.shape().filter(|shape| ![Catalog::SHAPE, Included::SHAPE, COLUMNS].contains(shape))
}

// ---- spaces ----

/// The text with normalized spaces between its scalars.
fn spaced(text: &str, root: &Node) -> String {
    let mut scalars = Vec::new();
    collect(text, root, &mut scalars);
    let mut spaced = String::new();
    let mut at = 0;
    for (start, end) in scalars {
        // The empty scalar of a key without a value is at the end of the key, or further on.
        let start = start.max(at);
        spaced.push_str(&gap(&text[at..start], at == 0, true));
        spaced.push_str(&text[start..end.max(start)]);
        at = end.max(start);
    }
    let below = gap(&text[at..], at == 0, false);
    spaced.push_str(below.trim_end_matches('\n'));
    // Only an empty block scalar ends with its line break.
    if at < text.len() || !spaced.ends_with('\n') {
        spaced.push('\n');
    }
    spaced
}

/// Whether a value ends with a block scalar with `+`, which includes the blank lines below it, or
/// with an empty one, whose place is unknown.
fn ends_in_kept(text: &str, node: &Node) -> bool {
    match &node.kind {
        NodeKind::Map(entries) => entries.last().is_some_and(|entry| ends_in_kept(text, &entry.value)),
        NodeKind::List(items) => items.last().is_some_and(|item| ends_in_kept(text, item)),
        NodeKind::Text(value) if node.is_block => {
            if value.trim_end().is_empty() {
                return true;
            }
            let header = text[..node.span.start as usize].trim_end().lines().last().unwrap_or_default();
            let header = header.split(" #").next().unwrap_or_default();
            header.split_whitespace().last().is_some_and(|mark| mark.starts_with(['|', '>']) && mark.contains('+'))
        }
        NodeKind::Text(_) | NodeKind::Plain(_) => false,
    }
}

/// The end of a scalar. The span of a block scalar lacks the spaces and the blank lines at its end,
/// which can be part of its text.
fn end_of_scalar(text: &str, node: &Node) -> usize {
    let end = node.span.end as usize;
    let NodeKind::Text(value) = &node.kind else { return end };
    // The span of an empty block scalar is below it.
    if !node.is_block || value.trim_end().is_empty() {
        return end;
    }
    let tail = &value[value.trim_end().len()..];
    let lines = tail.matches('\n').count() + usize::from(!tail.ends_with('\n'));
    let places = text[end..].match_indices('\n').map(|(at, _)| end + at);
    places.take(lines).last().unwrap_or(text.len())
}

/// The places of all written keys and values, in order. A block scalar starts at the end of its
/// key.
fn collect(text: &str, node: &Node, scalars: &mut Vec<(usize, usize)>) {
    let (start, end) = (node.span.start as usize, node.span.end as usize);
    match &node.kind {
        NodeKind::Map(entries) => {
            for Entry { key, value, is_plain: _, earlier: _ } in entries {
                scalars.push((key.span.start as usize, key.span.end as usize));
                collect(text, value, scalars);
            }
        }
        NodeKind::List(items) => items.iter().for_each(|item| collect(text, item, scalars)),
        NodeKind::Text(_) if node.is_block => {
            let after = scalars.last().map_or(0, |(_, end)| *end);
            scalars.push((after, end_of_scalar(text, node)));
        }
        NodeKind::Text(_) | NodeKind::Plain(_) if start < end => scalars.push((start, end)),
        NodeKind::Text(_) | NodeKind::Plain(_) => {}
    }
}

/// The text between two scalars: punctuation, comments and line breaks.
fn gap(text: &str, is_first: bool, scalar_follows: bool) -> String {
    let fragments: Vec<&str> = text.split('\n').collect();
    let mut lines: Vec<String> = Vec::new();
    for (at, fragment) in fragments.iter().enumerate() {
        let is_last = at + 1 == fragments.len();
        let begins_line = at > 0 || is_first;
        let line = marks(fragment, begins_line, is_last && scalar_follows);
        // The first fragment is the rest of a line, except at the start of the file.
        let is_blank = line.is_empty() && !is_last && (at > 0 || is_first);
        let after_blank = match lines.as_slice() {
            [] => is_first,
            [above] => is_first && above.is_empty(),
            [.., above] => above.is_empty(),
        };
        // No two blank lines in a row, and none at the top.
        if !(is_blank && after_blank) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// The punctuation of a line: a space after a colon and a comma, and none inside brackets.
fn marks(fragment: &str, begins_line: bool, scalar_follows: bool) -> String {
    let (marks, comment) = fragment.split_at(fragment.find('#').unwrap_or(fragment.len()));
    let body = if begins_line { marks.trim_start_matches(' ') } else { marks };
    // The dashes of a list keep their columns.
    let dashed = body.len() - body.trim_start_matches(['-', ' ']).len();
    let kept = marks.len() - body.len() + if body.starts_with('-') { dashed } else { 0 };
    let (before, rest) = marks.split_at(kept);
    let is_known = rest.chars().all(|mark| "{}[],: ".contains(mark));
    let mut line = before.to_owned();
    if is_known {
        for mark in rest.chars().filter(|mark| *mark != ' ') {
            // After the last comma of a list.
            if matches!(mark, '}' | ']') && line.len() > kept && line.ends_with(' ') {
                line.pop();
            }
            line.push(mark);
            if matches!(mark, ',' | ':') {
                line.push(' ');
            }
        }
    } else {
        line.push_str(rest);
    }
    if !comment.is_empty() {
        let space = &marks[marks.trim_end().len()..];
        let line = if marks.trim().is_empty() { "" } else { line.trim_end() };
        return format!("{line}{space}{}", comment.trim_end());
    }
    if scalar_follows { line } else { line.trim_end().to_owned() }
}

//! The files of a catalog in memory, and edits that keep all other bytes.
//!
//! Callers check the result of an edit: they read it as a catalog, and compare it with the
//! original.

mod draft;
pub mod tidy;
pub mod tree;

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;

use crate::load::{Files, Loaded, load_from, load_unlinted, load_with_trees};
use crate::read::shape::{self, Ty};
use crate::source::{Source, SourceId, Sources, Span};

pub use crate::read::yaml::{Entry, Node, NodeKind};
pub use draft::{Draft, scalar_of};

/// A file of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path, relative to the catalog's folder, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
}

/// The files of a catalog, with a text for each. Line breaks are `\n`, because a checkout can
/// change them, and YAML and markdown treat them alike.
pub fn files(sources: &Sources, text: impl Fn(&Source) -> String) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for (_, source) in sources.iter() {
        // The same prose can be before and after the reference.
        if files.iter().all(|file| file.path != source.relative) {
            files.push(File { path: source.relative.clone(), text: with_line_feeds(&text(source)) });
        }
    }
    files
}

fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Reads a catalog from files in memory, the root catalog first. Reports show `name` before the
/// paths.
pub fn load_files(name: &str, files: &[File]) -> Loaded {
    load_from(Path::new(root(files)), &InMemory { name, files })
}

/// Reads the files of a release, to compare it with another one: as [`load_files`], without lints.
pub fn load_release(name: &str, files: &[File]) -> Loaded {
    load_unlinted(Path::new(root(files)), &InMemory { name, files })
}

/// The lines of keys in the files of a catalog.
///
/// ```
/// use errbook_catalog::edit::Lines;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("errors.yaml");
/// let text = "errbook: 1\napi: {name: Shop}\nerrors:\n  a.b:\n    status: 409\n    fix: Wait.\n";
/// std::fs::write(&path, text).unwrap();
/// let (loaded, lines) = Lines::load(&path);
/// let line = |path| lines.line(&loaded.report.sources, "errors.yaml", path);
/// assert_eq!(line("errors.a.b.fix"), Some(6));
/// // The error has no such key.
/// assert_eq!(line("errors.a.b.refund"), Some(4));
/// assert_eq!(line("types.Size"), None);
/// ```
#[derive(Debug)]
pub struct Lines {
    /// The keys of each file, by its relative path.
    files: HashMap<String, Vec<Key>>,
}

/// A key, and the keys of its value, by name. The values themselves would be half of a catalog's
/// memory.
#[derive(Debug)]
struct Key {
    name: String,
    span: Span,
    keys: Vec<Key>,
}

impl Key {
    /// The keys of a mapping, or none for another node.
    fn all(node: Node) -> Vec<Key> {
        let NodeKind::Map(entries) = node.kind else { return Vec::new() };
        let key = |entry: Entry| Key { name: entry.key.value, span: entry.key.span, keys: Key::all(entry.value) };
        let mut keys: Vec<Key> = entries.into_iter().map(key).collect();
        // A catalog can have thousands of errors.
        keys.sort_by(|one, other| one.name.cmp(&other.name));
        keys
    }

    /// The longest key at the start of a path, and the rest of the path. A key can contain dots.
    fn first<'k, 'p>(keys: &'k [Key], path: &'p str) -> Option<(&'k Key, &'p str)> {
        let dots = path.rmatch_indices('.').map(|(at, _)| at);
        let found = |end: usize| {
            let at = keys.binary_search_by(|key| key.name.as_str().cmp(&path[..end])).ok()?;
            Some((&keys[at], &path[end..]))
        };
        [path.len()].into_iter().chain(dots).find_map(found)
    }
}

impl Lines {
    /// Reads and checks a catalog as [`load_unlinted`] does, and keeps the lines of its keys.
    pub fn load(path: &Path) -> (Loaded, Self) {
        let (loaded, trees) = load_with_trees(path);
        let keys = |(id, tree): (SourceId, Node)| (loaded.report.sources.get(id).relative.clone(), Key::all(tree));
        let files = trees.into_iter().map(keys).collect();
        (loaded, Lines { files })
    }

    /// The line of the key at a path: `errors.SOLD_OUT.status`. If the file has only the start of
    /// the path, the line of that; `None` if it has nothing of it. `sources` are those of the
    /// catalog's report.
    pub fn line(&self, sources: &Sources, file: &str, path: &str) -> Option<u32> {
        let (mut keys, mut rest, mut found) = (self.files.get(file)?, path, None);
        while let Some((key, after)) = Key::first(keys, rest) {
            (keys, rest, found) = (&key.keys, after.trim_start_matches('.'), Some(key.span));
        }
        found.map(|span| sources.locate(span).1.line)
    }
}

/// The places in a file that name an error: its own key, and every value that refers to it.
pub fn references(root: &Node, id: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let errors = root.get("errors").map_or(&[][..], Node::entries);
    found.extend(errors.iter().filter(|entry| entry.key.value == id).map(|entry| entry.key.span));
    // An included file has a part of the root catalog's keys.
    collect(root, &Ty::Shape(shape::Catalog::SHAPE), id, &mut found);
    found
}

fn collect(node: &Node, ty: &'static Ty, id: &str, found: &mut Vec<Span>) {
    match &node.kind {
        NodeKind::Text(text) | NodeKind::Plain(text) => {
            if matches!(ty, Ty::Id) && text == id {
                found.push(node.span);
            }
        }
        NodeKind::List(items) => {
            for item in items {
                collect(item, ty.item().unwrap_or(ty), id, found);
            }
        }
        NodeKind::Map(entries) => {
            for entry in entries {
                if let Some(ty) = ty.value(&entry.key.value) {
                    collect(&entry.value, ty, id, found);
                }
            }
        }
    }
}

/// The path of the root catalog, the first file.
pub fn root(files: &[File]) -> &str {
    files.first().map_or("", |file| file.path.as_str())
}

struct InMemory<'a> {
    name: &'a str,
    files: &'a [File],
}

impl Files for InMemory<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = self.files.iter().find(|file| Path::new(&file.path) == path);
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no such file was released");
        file.map(|file| file.text.as_bytes().to_vec()).ok_or_else(missing)
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let inside = self.files.iter().filter_map(|file| Path::new(&file.path).strip_prefix(folder).ok());
        let names: BTreeSet<&str> = inside.filter_map(|path| path.iter().next()?.to_str()).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    fn name(&self, path: &Path) -> String {
        format!("{}:{}", self.name, path.to_string_lossy().replace('\\', "/"))
    }
}

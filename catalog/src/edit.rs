//! The files of a catalog in memory, and edits that keep all other bytes.
//!
//! Callers check the result of an edit: they read it as a catalog, and compare it with the
//! original.

mod draft;
pub mod tidy;
pub mod tree;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::load::{Files, Loaded, load_from};
use crate::read::shape::{self, Ty};
use crate::source::{Source, Sources, Span};

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

/// The lines of keys in the files of a catalog.
///
/// ```
/// use errbook_catalog::edit::Lines;
///
/// let text = "errbook: 1\napi: {name: Shop}\nerrors:\n  a.b:\n    status: 409\n    fix: Wait.\n";
/// let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
/// let lines = Lines::of(&loaded.report.sources);
/// assert_eq!(lines.line("errors.yaml", "errors.a.b.fix"), Some(6));
/// // The error has no such key.
/// assert_eq!(lines.line("errors.yaml", "errors.a.b.refund"), Some(4));
/// assert_eq!(lines.line("errors.yaml", "types.Size"), None);
/// ```
#[derive(Debug)]
pub struct Lines<'a> {
    sources: &'a Sources,
    files: Vec<Draft<'a>>,
}

impl<'a> Lines<'a> {
    /// The lines of these files.
    pub fn of(sources: &'a Sources) -> Self {
        Lines { sources, files: sources.iter().filter_map(|(id, _)| Draft::new(sources, id)).collect() }
    }

    /// The line of the key at a path: `errors.SOLD_OUT.status`. If the file has only the start of
    /// the path, the line of that; `None` if it has nothing of it.
    pub fn line(&self, file: &str, path: &str) -> Option<u32> {
        let draft = self.files.iter().find(|draft| draft.path == file)?;
        let (mut node, mut rest, mut found) = (&draft.root, path, None);
        // A key can contain dots, so the longest one that fits counts.
        while let Some((entry, after)) = node
            .entries()
            .iter()
            .filter_map(|entry| Some((entry, rest.strip_prefix(entry.key.value.as_str())?)))
            .filter(|(_, after)| after.is_empty() || after.starts_with('.'))
            .max_by_key(|(entry, _)| entry.key.value.len())
        {
            (node, rest, found) = (&entry.value, after.trim_start_matches('.'), Some(entry.key.span));
        }
        found.map(|span| self.sources.locate(span).1.line)
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

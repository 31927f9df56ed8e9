//! A document and the files of its path items.

use std::collections::{BTreeSet, VecDeque};
use std::io;

use serde_json::Value as Json;

use errbook_catalog::model::{self, Catalog};

use super::operations::{LIST, is_extension};
use super::scan::{self, Entry, Mapping};
use super::{MergeError, MergeProblem};
use crate::openapi::Note;

/// The maximum number of files that a document refers to.
const FILES: usize = 10_000;

/// An OpenAPI document, and the files that its path items are in.
///
/// ```
/// use errbook_schema::openapi::Document;
/// # let text = "
/// # errbook: 1
/// # api: {name: Shop}
/// # errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// # ";
/// # let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let text = "openapi: 3.1.0\npaths:\n  /orders: {$ref: paths/orders.yaml}\n";
/// let read = |path: &str| match path {
///     "paths/orders.yaml" => Ok("post:\n  x-errors: [SOLD_OUT]\n".to_owned()),
///     _ => Err(std::io::ErrorKind::NotFound.into()),
/// };
/// let document = Document::read("api/openapi.yaml", text, read).unwrap();
/// let merged = document.merge(&catalog).unwrap();
/// let file = merged.files().next().unwrap();
/// assert_eq!(file.path, "paths/orders.yaml");
/// let reference = "$ref: \"../openapi.yaml#/components/responses/PostOrdersErrors409\"";
/// assert!(file.text.contains(reference), "{}", file.text);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub(super) text: String,
    pub(super) files: Vec<Edited>,
    pub(super) items: Vec<Item>,
}

/// A file that a document refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    /// The path, relative to the folder of the document, with `/`.
    pub path: &'a str,
    /// The text.
    pub text: &'a str,
}

/// A file with path items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edited {
    path: String,
    pub(super) text: String,
    /// The document, as a reference in this file names it.
    base: String,
}

/// A path item in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// The index of the file.
    pub(super) file: usize,
    /// The keys that lead to it.
    pub(super) keys: Vec<String>,
    /// Its paths in the document. The first names its components.
    pub(super) paths: Vec<String>,
    /// Whether it is under `paths`, and not a webhook.
    pub(super) is_of_path: bool,
}

/// The text of a document or of a file, with its mappings.
pub(super) struct Part<'d> {
    pub(super) text: &'d str,
    /// The path of a file; `None` for the document.
    file: Option<&'d str>,
    /// The document, as a reference names it; empty for the document.
    pub(super) base: &'d str,
    pub(super) root: Mapping,
}

impl Part<'_> {
    /// A problem at a place of this text.
    pub(super) fn at(&self, offset: usize, message: impl Into<String>) -> MergeProblem {
        MergeProblem::at(self.text, offset, message).of_file(self.file)
    }
}

impl Document {
    /// A document without the files of its path items.
    pub fn alone(text: &str) -> Self {
        Document { text: text.to_owned(), files: Vec::new(), items: Vec::new() }
    }

    /// Reads the files of the path items that a document refers to, and those that they refer to.
    /// `place` is the path of the document, and `read` gets paths relative to its folder. Files that
    /// do not exist are left out, as are addresses of the web and other OpenAPI documents.
    ///
    /// # Errors
    ///
    /// If a text cannot be parsed, if a file cannot be read, or if a file that is not one of path
    /// items has the key `x-errors`, because errbook does not edit it.
    pub fn read(place: &str, text: &str, read: impl Fn(&str) -> io::Result<String>) -> Result<Self, MergeError> {
        let root = scan::scan(text)?;
        let mut walk = Walk {
            place: Place::new(place),
            read,
            text,
            files: Vec::new(),
            rejected: BTreeSet::new(),
            problems: Vec::new(),
        };
        let items = walk.items(&root);
        walk.other_files();
        let Walk { files, problems, .. } = walk;
        MergeError::unless_empty(problems)?;
        let files = files.into_iter().map(|(file, _)| file).collect();
        Ok(Document { text: text.to_owned(), files, items })
    }

    /// The text of the document.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The files of its path items.
    pub fn files(&self) -> impl Iterator<Item = File<'_>> {
        self.files.iter().map(|Edited { path, text, base: _ }| File { path, text })
    }

    /// Adds the components to the document, and the responses to the operations of all files, as
    /// [`merge`](super::merge()).
    ///
    /// # Errors
    ///
    /// The errors of [`merge`](super::merge()).
    pub fn merge(&self, catalog: &Catalog) -> Result<Document, MergeError> {
        super::merge_all(catalog, self)
    }

    /// The operations that return errors, as [`operations`](super::operations()).
    ///
    /// # Errors
    ///
    /// The errors of [`operations`](super::operations()).
    pub fn operations(&self, catalog: &Catalog) -> Result<Vec<model::Operation>, MergeError> {
        super::operations_of(catalog, self)
    }

    /// The operations of paths that list errors, for a type of the errors of each. Lists are read as
    /// a merge reads them.
    ///
    /// ```
    /// use errbook_schema::openapi::Document;
    ///
    /// # let text = "{errbook: 1, api: {name: Shop}, errors: {SOLD_OUT: {status: 409, fix: Choose another.}}}";
    /// # let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
    /// let text = "openapi: 3.1.0\npaths: {/orders: {post: {operationId: create-order, x-errors: [SOLD_OUT]}}}\n";
    /// let operations = Document::alone(text).named_operations(&catalog).unwrap();
    /// assert_eq!((operations[0].name.as_str(), operations[0].place.as_str()), ("CreateOrder", "POST /orders"));
    /// assert_eq!(operations[0].errors, [0]);
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is not an OpenAPI document, if a list of errors is invalid or comes from an
    /// alias, if an operation has no `operationId`, or if two have the same.
    pub fn named_operations(&self, catalog: &Catalog) -> Result<Vec<super::NamedOperation>, MergeError> {
        super::named::of(catalog, self)
    }

    /// What a merge cannot say with the extensions of `generate.openapi.retries`: the errors that
    /// an operation's extension leaves out, and the extensions that are the document's own.
    ///
    /// # Errors
    ///
    /// If the text is not an OpenAPI document.
    pub fn notes(&self, catalog: &Catalog) -> Result<Vec<Note>, MergeError> {
        super::notes_of(catalog, self)
    }

    /// The changes as an overlay, as [`overlay`](super::overlay()).
    ///
    /// # Errors
    ///
    /// The errors of [`overlay`](super::overlay()), and an error if a file has an operation with
    /// errors, because an overlay changes only the document.
    pub fn overlay(&self, catalog: &Catalog, extends: &str) -> Result<Json, MergeError> {
        super::overlay_of(catalog, self, extends)
    }

    /// The parts, each with its mappings. The document is the first, and is read as deep as
    /// `scan_document` does.
    pub(super) fn parts(
        &self,
        scan_document: impl FnOnce(&str) -> Result<Mapping, MergeError>,
    ) -> Result<Vec<Part<'_>>, MergeError> {
        let mut parts = vec![Part { text: &self.text, file: None, base: "", root: scan_document(&self.text)? }];
        for Edited { path, text, base } in &self.files {
            let root = scan::scan_to(text, scan::WHOLE).map_err(|error| error.of_file(path))?;
            parts.push(Part { text, file: Some(path), base, root });
        }
        Ok(parts)
    }
}

/// Follows references.
struct Walk<'d, R> {
    place: Place,
    read: R,
    text: &'d str,
    files: Vec<(Edited, Mapping)>,
    /// Files with lists that cannot be edited, and were reported.
    rejected: BTreeSet<String>,
    problems: Vec<MergeProblem>,
}

/// A reference to a path item.
struct Link {
    /// The index of the file that has it; `None` for the document.
    from: Option<usize>,
    /// The place of the reference.
    offset: usize,
    target: String,
    path: String,
    is_of_path: bool,
}

impl<R: Fn(&str) -> io::Result<String>> Walk<'_, R> {
    /// Reads the files of all path items.
    fn items(&mut self, root: &Mapping) -> Vec<Item> {
        let components = root.entry("components").and_then(Entry::mapping);
        let items = components.and_then(|components| components.entry("pathItems"));
        let sections = ["paths", "webhooks"].into_iter().filter_map(|name| root.entry(name)).chain(items);
        let mut links = VecDeque::new();
        for section in sections {
            let entries = section.mapping().into_iter().flat_map(|section| &section.entries);
            for path in entries.filter(|path| section.key != "paths" || !is_extension(&path.key)) {
                if let Some(target) = path.mapping().and_then(|item| item.text("$ref")) {
                    links.push_back(Link {
                        from: None,
                        offset: path.key_start,
                        target: target.to_owned(),
                        path: path.key.clone(),
                        is_of_path: section.key == "paths",
                    });
                }
            }
        }
        let mut items: Vec<Item> = Vec::new();
        while let Some(link) = links.pop_front() {
            let Some((place, keys)) = self.target(link.from, &link.target) else { continue };
            let Some(file) = self.open(&link, &place) else { continue };
            if let Some(known) = items.iter_mut().find(|item| item.file == file && item.keys == keys) {
                if known.is_of_path != link.is_of_path && root.entry(LIST).is_some() {
                    let message =
                        format!("`{}` is a path and a webhook, and `{LIST}` at the top is for paths", place.text());
                    let help = format!("write `{LIST}` in each operation");
                    self.complain(&link, message, Some(help));
                }
                if !known.paths.contains(&link.path) {
                    known.paths.push(link.path);
                }
                continue;
            }
            let (_, mapping) = &self.files[file];
            let item = at(mapping, &keys);
            if let Some((target, entry)) = item.and_then(|item| Some((item.text("$ref")?, item.entry("$ref")?))) {
                let (target, offset) = (target.to_owned(), entry.key_start);
                links.push_back(Link { from: Some(file), offset, target, path: link.path.clone(), ..link });
            }
            items.push(Item { file, keys, paths: vec![link.path], is_of_path: link.is_of_path });
        }
        items
    }

    /// The file and the keys that a reference leads to; `None` for another part of the document, and
    /// for an address of the web.
    fn target(&self, from: Option<usize>, target: &str) -> Option<(Relative, Vec<String>)> {
        let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
        let from = from.map(|from| self.files[from].0.path.as_str());
        let place = if file.is_empty() { self.place.file(None, from?)? } else { self.place.file(from, file)? };
        if place == self.place.own() {
            return None;
        }
        let keys = match fragment.strip_prefix('/') {
            Some(keys) => keys.split('/').map(|key| decoded(key).replace("~1", "/").replace("~0", "~")).collect(),
            None if fragment.is_empty() => Vec::new(),
            None => return None,
        };
        Some((place, keys))
    }

    /// Reads a file once. `None` if it does not exist, or cannot be edited and has no lists.
    fn open(&mut self, link: &Link, place: &Relative) -> Option<usize> {
        let path = place.text();
        if let Some(known) = self.files.iter().position(|(file, _)| file.path == path) {
            return Some(known);
        }
        let text = match (self.read)(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                self.complain(link, format!("`{path}` cannot be read: {error}"), None);
                return None;
            }
        };
        let has_list = text.contains(LIST);
        let Some(base) = self.place.base(place) else {
            if has_list {
                let message = format!("errbook does not know the path from `{path}` to this document");
                self.complain(link, message, Some("move the file into a folder beside the document".to_owned()));
                self.rejected.insert(path);
            }
            return None;
        };
        match scan::scan_to(&text, scan::WHOLE) {
            // A run of its own edits it.
            Ok(mapping) if mapping.entry("openapi").is_some() => None,
            Ok(mapping) => {
                self.files.push((Edited { path, text, base }, mapping));
                Some(self.files.len() - 1)
            }
            Err(error) => {
                if has_list {
                    self.problems.extend(error.of_file(&path).problems);
                    self.rejected.insert(path);
                }
                None
            }
        }
    }

    /// Reports the lists of files that have no path items of the document.
    fn other_files(&mut self) {
        let known = self.files.iter().map(|(file, _)| file.path.clone());
        let mut seen: BTreeSet<String> = known.chain([self.place.own().text()]).chain(self.rejected.clone()).collect();
        let mut unread: Vec<(Option<String>, String)> =
            self.files.iter().map(|(file, _)| (Some(file.path.clone()), file.text.clone())).collect();
        unread.push((None, self.text.to_owned()));
        while let Some((from, text)) = unread.pop() {
            for (target, offset) in file_references(&text) {
                let place = self.place.file(from.as_deref(), target).map(|place| place.text());
                let Some(path) = place.filter(|path| seen.insert(path.clone())) else { continue };
                let problem = |message: String| MergeProblem::at(&text, offset, message).of_file(from.as_deref());
                if seen.len() > FILES {
                    self.problems.push(problem(format!("the document refers to more than {FILES} files")));
                    return;
                }
                let Ok(other) = (self.read)(&path) else { continue };
                if scan::scan(&other).is_ok_and(|root| root.entry("openapi").is_some()) {
                    continue;
                }
                if other.contains(LIST) {
                    let message = format!("`{LIST}` in `{path}` has no effect: it is not a file of a path item");
                    let help = "write the operations in this document, or refer to each path item on its own, as in \
                                `paths: {/orders: {$ref: paths/orders.yaml}}`";
                    self.problems.push(problem(message).help(help));
                }
                unread.push((Some(path), other));
            }
        }
    }

    fn complain(&mut self, link: &Link, message: String, help: Option<String>) {
        let file = link.from.map(|from| &self.files[from].0);
        let text = file.map_or(self.text, |file| &file.text);
        let problem = MergeProblem::at(text, link.offset, message).of_file(file.map(|file| file.path.as_str()));
        self.problems.push(MergeProblem { help, ..problem });
    }
}

/// The mapping under some keys.
pub(super) fn at<'d>(mapping: &'d Mapping, keys: &[String]) -> Option<&'d Mapping> {
    keys.iter().try_fold(mapping, |mapping, key| mapping.entry(key)?.mapping())
}

/// The references of a text to files, with their places.
fn file_references(text: &str) -> Vec<(&str, usize)> {
    let found = text.match_indices("$ref").filter_map(|(offset, key)| {
        let rest = text[offset + key.len()..].trim_start_matches(['"', '\'']).trim_start();
        let value = rest.strip_prefix(':')?.trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(['#', '"', '\'', '\n', '\r', ',', '}']).unwrap_or(value.len());
        let file = value[..end].trim_end();
        (!file.is_empty()).then_some((file, offset))
    });
    found.collect()
}

/// The place of the document.
struct Place {
    /// The folders that lead to it, as far as they are known.
    folders: Vec<String>,
    name: String,
}

/// A path relative to the folder of the document.
#[derive(PartialEq, Eq)]
struct Relative {
    /// The number of `..` at the start.
    up: usize,
    names: Vec<String>,
}

impl Place {
    fn new(path: &str) -> Self {
        let mut folders: Vec<String> = Vec::new();
        for name in path.split('/').filter(|name| !name.is_empty() && *name != ".") {
            if name == ".." {
                folders.pop();
            } else {
                folders.push(name.to_owned());
            }
        }
        let name = folders.pop().unwrap_or_default();
        Place { folders, name }
    }

    fn own(&self) -> Relative {
        Relative { up: 0, names: vec![self.name.clone()] }
    }

    /// The file that a reference in the document, or in the file `from`, names.
    fn file(&self, from: Option<&str>, target: &str) -> Option<Relative> {
        if target.contains("://") || target.starts_with('/') || target.contains('\\') {
            return None;
        }
        let folder = from.and_then(|from| from.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let target = decoded(target);
        let (mut up, mut names) = (0, Vec::new());
        for name in folder.split('/').chain(target.split('/')).filter(|name| !name.is_empty() && *name != ".") {
            if name != ".." {
                names.push(name.to_owned());
            } else if names.pop().is_none() {
                up += 1;
            }
        }
        // `../api/a.yaml` in the folder `api` is `a.yaml`.
        while up > 0 && self.folders.len() >= up && names.first() == self.folders.get(self.folders.len() - up) {
            names.remove(0);
            up -= 1;
        }
        (!names.is_empty()).then_some(Relative { up, names })
    }

    /// The document, as a reference in a file names it.
    fn base(&self, file: &Relative) -> Option<String> {
        let first = self.folders.len().checked_sub(file.up)?;
        let up = std::iter::repeat_n("..", file.names.len() - 1).map(str::to_owned);
        let down = self.folders[first..].iter().chain([&self.name]).map(|name| encoded(name));
        Some(up.chain(down).collect::<Vec<_>>().join("/"))
    }
}

impl Relative {
    fn text(&self) -> String {
        let up = std::iter::repeat_n("..", self.up);
        up.chain(self.names.iter().map(String::as_str)).collect::<Vec<_>>().join("/")
    }
}

/// A part of a reference without percent-encoding (RFC 3986 section 2.1).
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        let hex = hex.filter(|_| first == b'%');
        bytes.push(hex.unwrap_or(first));
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A name in a reference.
fn encoded(name: &str) -> String {
    let encode = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(encode).collect()
}

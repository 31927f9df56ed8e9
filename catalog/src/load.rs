//! Loads catalogs from files.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::disk::{self, Root};
use crate::model::{Catalog, Prose, ProseFile};
use crate::problem::{Problem, Problems, Refused, Report, Rule};
use crate::read::parse;
use crate::read::path::normalized;
use crate::read::syntax::{Document, Text};
use crate::read::yaml::{self, Node};
use crate::source::{SourceId, Sources};
use crate::{check, limits, lint, lower};

/// The result of loading a catalog.
#[derive(Debug)]
pub struct Loaded {
    /// The valid catalog; `None` exactly if the report has an error.
    pub catalog: Option<Catalog>,
    /// The problems of the catalog.
    pub report: Report,
    /// The paths that a build script or macro must watch: every file that was read or is missing,
    /// the catalog first, and every subfolder in which a new file can match a pattern.
    pub inputs: Vec<PathBuf>,
}

/// Reads and checks the catalog at `path` and everything it includes.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("errors.yaml");
/// std::fs::write(&path, "
/// errbook: 1
/// api: {name: Shop}
/// errors:
///   SOLD_OUT: {status: 409, description: It is gone., fix: Choose another.}
/// ").unwrap();
/// let loaded = errbook_catalog::load(&path);
/// assert_eq!(loaded.catalog.unwrap().errors[0].title, "Sold out");
/// assert!(loaded.report.is_empty());
/// ```
pub fn load(path: &Path) -> Loaded {
    read_with(path, &Disk::around(path), Purpose::Use)
}

/// Reads and checks a catalog in memory. Diagnostics show `name`. The catalog cannot include files.
///
/// ```
/// let loaded = errbook_catalog::load_text("errors.yaml", b"errbook: 1\napi: {nam: Shop}\n");
/// assert!(loaded.catalog.is_none());
/// assert_eq!(loaded.report.error_count(), 1);
/// ```
pub fn load_text(name: &str, text: &[u8]) -> Loaded {
    read_with(Path::new(name), &Memory(text), Purpose::Use)
}

/// Reads and checks the catalog at `path` and everything it includes, from `files`.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::io::{Error, ErrorKind};
/// use std::path::Path;
///
/// struct Release(BTreeMap<&'static str, &'static str>);
///
/// impl errbook_catalog::Files for Release {
///     fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
///         let text = path.to_str().and_then(|path| self.0.get(path));
///         text.map(|text| text.as_bytes().to_vec()).ok_or(Error::new(ErrorKind::NotFound, "no such file"))
///     }
///
///     fn list(&self, _folder: &Path) -> Vec<String> {
///         self.0.keys().map(|path| path.to_string()).collect()
///     }
/// }
///
/// let files = Release(BTreeMap::from([
///     ("errors.yaml", "errbook: 1\napi: {name: Shop}\ninclude: ['more-*.yaml']\n"),
///     ("more-stock.yaml", "errors: {SOLD_OUT: {status: 409, fix: Wait.}}\n"),
/// ]));
/// let loaded = errbook_catalog::load_from(Path::new("errors.yaml"), &files);
/// assert_eq!(loaded.catalog.unwrap().errors[0].origin.file, "more-stock.yaml");
/// ```
pub fn load_from(path: &Path, files: &dyn Files) -> Loaded {
    read_with(path, files, Purpose::Use)
}

/// Reads and checks a catalog without its lints, to compare it with another one. A lint at the
/// level `error` says what to improve, and nothing about a change.
///
/// ```
/// use errbook_catalog::{Disk, load, load_unlinted};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("errors.yaml");
/// std::fs::write(&path, "
/// errbook: 1
/// api: {name: Shop}
/// lints: {missing-fix: error}
/// errors: {SOLD_OUT: {status: 409}}
/// ").unwrap();
/// assert!(load(&path).catalog.is_none());
/// assert!(load_unlinted(&path, &Disk::around(&path)).catalog.is_some());
/// ```
pub fn load_unlinted(path: &Path, files: &dyn Files) -> Loaded {
    read_with(path, files, Purpose::Compare(None))
}

/// Reads and checks a catalog without its lints, and keeps the trees of its files.
pub(crate) fn load_with_trees(path: &Path) -> (Loaded, Vec<(SourceId, Node)>) {
    let mut trees = Vec::new();
    let loaded = read_with(path, &Disk::around(path), Purpose::Compare(Some(&mut trees)));
    (loaded, trees)
}

/// A source of files: the disk, memory, or a git revision.
pub trait Files {
    /// The bytes of a file. Paths start with the folder of the catalog's path.
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>>;
    /// The bytes of a file, or an error of the kind
    /// [`FileTooLarge`](std::io::ErrorKind::FileTooLarge) if there are more than `limit`.
    /// Implementations should stop reading at the limit.
    fn read_within(&self, path: &Path, limit: usize) -> std::io::Result<Vec<u8>> {
        let bytes = self.read(path)?;
        if bytes.len() > limit { Err(disk::too_large(limit)) } else { Ok(bytes) }
    }
    /// The sorted names in a folder, or none if it does not exist.
    fn list(&self, folder: &Path) -> Vec<String>;
    /// The name of a file in diagnostics.
    fn name(&self, path: &Path) -> String {
        path.to_string_lossy().replace('\\', "/")
    }
}

/// The files around a catalog on the disk.
#[derive(Debug)]
pub struct Disk(Root);

impl Disk {
    /// The files that the catalog at `path` can include: those in its folder.
    pub fn around(path: &Path) -> Self {
        Disk(Root::of(path.parent().unwrap_or(Path::new(""))))
    }
}

impl Files for Disk {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.read_within(path, limits::BYTES)
    }

    fn read_within(&self, path: &Path, limit: usize) -> std::io::Result<Vec<u8>> {
        self.0.read(path, limit)
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

/// A single file with any path.
struct Memory<'a>(&'a [u8]);

impl Files for Memory<'_> {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path.components().count() == 1 {
            Ok(self.0.to_vec())
        } else {
            Err(std::io::Error::new(std::io::ErrorKind::NotFound, "a catalog in memory includes no file"))
        }
    }

    fn list(&self, _folder: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// Loads a catalog whose checked document `plant` changes. Reports errors, and no lints.
pub(crate) fn load_planted(path: &Path, plant: &mut dyn FnMut(&mut Document)) -> Loaded {
    read_with(path, &Disk::around(path), Purpose::Plant(plant))
}

/// What a catalog is read for.
enum Purpose<'a> {
    /// To generate from it: with lints.
    Use,
    /// To compare it: without lints, and with a place for the trees of its files if they are asked for.
    Compare(Option<&'a mut Vec<(SourceId, Node)>>),
    /// To plant values: without lints.
    Plant(&'a mut dyn FnMut(&mut Document)),
}

fn read_with(path: &Path, files: &dyn Files, purpose: Purpose<'_>) -> Loaded {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut reading = Reading {
        files,
        folder,
        sources: Sources::default(),
        problems: Problems::default(),
        inputs: Vec::new(),
        bytes: limits::BYTES,
        nodes: limits::YAML_NODES,
    };
    let catalog = reading.catalog(path, purpose).ok();
    Loaded { catalog, report: reading.problems.into_report(reading.sources), inputs: reading.inputs }
}

impl Purpose<'_> {
    /// Keeps the tree of a file, or drops it: it is larger than the document.
    fn done(&mut self, source: SourceId, tree: Node) {
        if let Purpose::Compare(Some(trees)) = self {
            trees.push((source, tree));
        }
    }
}

struct Reading<'a> {
    files: &'a dyn Files,
    /// The folder of the root catalog.
    folder: PathBuf,
    sources: Sources,
    problems: Problems,
    inputs: Vec<PathBuf>,
    /// The number of bytes left.
    bytes: usize,
    /// The number of YAML nodes left.
    nodes: usize,
}

impl Reading<'_> {
    fn catalog(&mut self, path: &Path, mut purpose: Purpose<'_>) -> Result<Catalog, Refused> {
        let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        let root = self.source(path, &name, None)?;
        let mut tree = self.tree(root)?;
        let mut document = parse::root(&mut tree, &mut self.problems);
        purpose.done(root, tree);
        check::lint_levels(&document, &mut self.problems);
        let all_read = self.includes(&name, &mut document, &mut purpose);
        let prose = self.prose(&document);
        // Names from an unreadable file would be reported as unknown.
        all_read?;
        document.predefine();
        check::check(&document, &self.sources, &mut self.problems);
        self.problems.gate()?;
        if let Purpose::Plant(plant) = &mut purpose {
            plant(&mut document);
        }
        let catalog = lower::lower(&document, &self.sources, prose);
        if let Purpose::Use = purpose {
            lint::lint(&document, &catalog, &mut self.problems);
            self.problems.gate()?;
        }
        Ok(catalog)
    }

    fn tree(&mut self, source: SourceId) -> Result<Node, Refused> {
        yaml::read(source, &self.sources.get(source).text, &mut self.nodes, &mut self.problems).ok_or(Refused)
    }

    /// Reads a file into the sources. `named` is its place in the catalog.
    fn source(&mut self, path: &Path, relative: &str, named: Option<&Text>) -> Result<SourceId, Refused> {
        if relative.contains(char::is_control) {
            let message = format!("the file name `{}` has a control character", relative.escape_debug());
            let problem = match named {
                Some(named) => Problem::new(Rule::InvalidPath, named.span, message),
                None => Problem::without_place(Rule::InvalidPath, message),
            };
            self.problems.push(problem.help("Rename the file."));
            return Err(Refused);
        }
        self.inputs.push(path.to_owned());
        let display = self.files.name(path);
        match self.files.read_within(path, self.bytes) {
            Err(error) => {
                let (rule, message) = if error.kind() == ErrorKind::FileTooLarge {
                    let limit = limits::BYTES;
                    (Rule::TooLarge, format!("with `{display}`, the catalog exceeds the limit of {limit} bytes"))
                } else {
                    (Rule::UnreadableFile, format!("`{display}` cannot be read: {error}"))
                };
                self.problems.push(match named {
                    Some(named) => Problem::new(rule, named.span, message),
                    None => Problem::without_place(rule, message).help("Check the path and the permissions."),
                });
                Err(Refused)
            }
            Ok(bytes) => match self.counted(bytes) {
                Ok(text) => Ok(self.sources.add(display, relative.to_owned(), text)),
                Err(error) => {
                    let valid = error.utf8_error().valid_up_to();
                    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    let source = self.sources.add(display, relative.to_owned(), text);
                    let at = u32::try_from(valid).unwrap_or(u32::MAX);
                    let span = crate::source::Span { source, start: at, end: at };
                    self.problems.push(Problem::new(Rule::NotUtf8, span, "this byte is not UTF-8"));
                    Err(Refused)
                }
            },
        }
    }

    /// Subtracts the bytes from the limit.
    fn counted(&mut self, bytes: Vec<u8>) -> Result<String, std::string::FromUtf8Error> {
        self.bytes -= bytes.len();
        String::from_utf8(bytes)
    }

    fn includes(&mut self, root: &str, document: &mut Document, purpose: &mut Purpose<'_>) -> Result<(), Refused> {
        let mut all = Ok(());
        let mut seen: HashSet<String> = HashSet::from([root.to_owned()]);
        for pattern in std::mem::take(&mut document.include) {
            let matches = if let Some(normal) = normalized(&pattern.value) {
                self.matching(&normal)
            } else {
                self.leaves_folder(&pattern);
                all = Err(Refused);
                continue;
            };
            if matches.is_empty() {
                let message = format!("`{}` matches no file", pattern.value);
                self.problems.push(Problem::new(Rule::InvalidPath, pattern.span, message));
                all = Err(Refused);
            }
            for relative in matches {
                if !seen.insert(relative.clone()) {
                    let message = if relative == root {
                        format!("`{}` includes the catalog itself", pattern.value)
                    } else {
                        format!("`{relative}` is included twice")
                    };
                    self.problems.push(Problem::new(Rule::IncludeCycle, pattern.span, message));
                    continue;
                }
                // The catalog itself does not count.
                if seen.len() > limits::FILES + 1 {
                    let message = format!("the catalog includes more than {} files", limits::FILES);
                    self.problems.push(Problem::new(Rule::TooLarge, pattern.span, message));
                    return Err(Refused);
                }
                all = self.include(&relative, &pattern, document, purpose).and(all);
                if document.errors.len() > limits::ERRORS {
                    // The checks report it. Do not read further files.
                    return all;
                }
            }
        }
        all
    }

    fn include(
        &mut self,
        relative: &str,
        pattern: &Text,
        document: &mut Document,
        purpose: &mut Purpose<'_>,
    ) -> Result<(), Refused> {
        let path = self.folder.join(relative);
        let source = self.source(&path, relative, Some(pattern))?;
        let mut tree = self.tree(source)?;
        parse::included(&mut tree, document, &mut self.problems);
        purpose.done(source, tree);
        Ok(())
    }

    /// The files that match a pattern, sorted within each folder. `*` and `?` do not match `/`.
    fn matching(&mut self, pattern: &str) -> Vec<String> {
        let mut found = vec![String::new()];
        for segment in pattern.split('/') {
            if segment.contains(['*', '?']) {
                // The catalog's own folder is often that of a crate, which changes with each build.
                let folders = found.iter().filter(|folder| !folder.is_empty());
                self.inputs.extend(folders.map(|folder| self.folder.join(folder)));
            }
            found = found
                .into_iter()
                .flat_map(|parent| {
                    let join =
                        |name: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") };
                    if segment.contains(['*', '?']) {
                        let names = self.files.list(&self.folder.join(&parent));
                        names.iter().filter(|name| matches(segment, name)).map(|name| join(name)).collect()
                    } else {
                        vec![join(segment)]
                    }
                })
                // One more than the limit is enough for the report.
                .take(limits::FILES + 1)
                .collect();
        }
        found
    }

    fn prose(&mut self, document: &Document) -> Prose {
        let mut read = |paths: &[Text]| {
            let mut files = Vec::new();
            for path in paths {
                let Some(relative) = normalized(&path.value) else {
                    self.leaves_folder(path);
                    continue;
                };
                if let Ok(source) = self.source(&self.folder.join(&relative), &relative, Some(path)) {
                    // The outputs must not depend on the line breaks of a checkout.
                    let text = self.sources.get(source).text.replace("\r\n", "\n");
                    files.push(ProseFile { path: relative, text });
                }
            }
            files
        };
        Prose { before: read(&document.prose_before), after: read(&document.prose_after) }
    }

    fn leaves_folder(&mut self, path: &Text) {
        let message = format!("`{}` is not a path below the catalog's folder", path.value);
        self.problems.push(Problem::new(Rule::InvalidPath, path.span, message));
    }
}

/// Whether a name matches a pattern with `*` and `?`. Hidden files match only a pattern that starts
/// with a dot.
fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // The position after the last star, and the end of its match in the name.
    let (mut at, mut in_name, mut star) = (0, 0, None);
    while in_name < name.len() {
        if at < pattern.len() && pattern[at] == '*' {
            star = Some((at, in_name));
            at += 1;
        } else if at < pattern.len() && (pattern[at] == '?' || pattern[at] == name[in_name]) {
            at += 1;
            in_name += 1;
        } else if let Some((star_at, taken)) = star {
            star = Some((star_at, taken + 1));
            at = star_at + 1;
            in_name = taken + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|&rest| rest == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_names() {
        for (pattern, name, expected) in [
            ("*.yaml", "auth.yaml", true),
            ("*.yaml", "auth.yml", false),
            ("*.yaml", ".hidden.yaml", false),
            ("a?c*", "abcd", true),
            ("*a*b", "xaxxb", true),
            ("*a*b", "xaxxc", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}

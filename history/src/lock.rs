//! The released catalog: `errbook release` writes it to `errbook.lock`, and the next release is
//! compared with it.
//!
//! A lock contains the files of the catalog verbatim. It has everything that a comparison needs,
//! the same code reads it as any catalog, and its diff in a review looks like the diff of the
//! catalog.
//!
//! ```
//! use errbook_history::lock::Lock;
//! use errbook_history::version::Version;
//!
//! let loaded = errbook_catalog::load_text("errors.yaml", b"
//! errbook: 1
//! api: {name: Shop}
//! errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
//! ");
//! let lock = Lock::of(Version { major: 1, minor: 0, patch: 0 }, &loaded.report.sources);
//! assert!(lock.to_text().ends_with("\
//! lock 1
//! version 1.0.0
//! file errors.yaml
//!
//!   errbook: 1
//!   api: {name: Shop}
//!   errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
//! "));
//!
//! let read = Lock::parse(&lock.to_text()).expect("a lock");
//! let released = read.load().catalog.expect("accepted");
//! let diff = read.diff(&released, &loaded.catalog.expect("accepted"));
//! assert!(diff.changes.is_empty());
//! ```

use std::fmt::Write as _;

use crate::diff::{Diff, Rating, diff};
use crate::version::Version;
use errbook_catalog::Loaded;
use errbook_catalog::edit::{self, File, files, load_files};
use errbook_catalog::model::{Catalog, Origin};
use errbook_catalog::problem::{Problem, Rule};
use errbook_catalog::source::Sources;

/// The file name of a lock, in the folder of its catalog.
pub const NAME: &str = "errbook.lock";

const HEADER: &str = "\
# The released catalog, verbatim. `errbook release` writes this file. Commit it, and do not edit it.
";
const FORMAT: &str = "lock 1";
/// Precedes each line of a file.
const INDENT: &str = "  ";
/// Follows a file that does not end with a line break.
const NO_LINE_BREAK: &str = "\\";

/// A released catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The version of the release.
    pub version: Version,
    /// Every file of the catalog, the root first.
    pub files: Vec<File>,
}

/// A syntax error in a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockError {
    /// The line, counted from 1.
    pub line: usize,
    /// The expected content of the line.
    pub expected: &'static str,
}

impl std::fmt::Display for LockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} should be {}", self.line, self.expected)
    }
}

impl std::error::Error for LockError {}

impl Lock {
    /// The lock of a catalog, from the files that were read for it.
    pub fn of(version: Version, sources: &Sources) -> Self {
        Lock { version, files: copy(sources) }
    }

    /// Parses the text that [`Lock::to_text`] wrote.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let mut lines = numbered(text).filter(|(_, line)| !line.starts_with('#'));
        let mut head = |prefix: &str, expected| {
            let (line, text) = lines.next().unwrap_or((text.lines().count() + 1, ""));
            text.strip_prefix(prefix).map(|rest| (line, rest)).ok_or(LockError { line, expected })
        };
        head(FORMAT, "`lock 1`, the version of the format that this errbook reads")?;
        let (line, version) = head("version ", "`version 1.2.3`")?;
        let version = Version::parse(version).ok_or(LockError { line, expected: "`version 1.2.3`" })?;
        let (_, root) = head("file ", "`file` and the path of the catalog")?;
        Ok(Lock { version, files: parse_files(root, lines)? })
    }

    /// The text of `errbook.lock`. It keeps the catalog's lines, so that version control shows the
    /// changes between two releases.
    pub fn to_text(&self) -> String {
        format!("{HEADER}{FORMAT}\nversion {}\n{}", self.version, to_text(&self.files))
    }

    /// The path of the root catalog, relative to its folder.
    pub fn root(&self) -> &str {
        edit::root(&self.files)
    }

    /// Loads the released catalog, and checks it by the current rules.
    pub fn load(&self) -> Loaded {
        load_files(NAME, &self.files)
    }

    /// Compares a catalog with the release; `released` is the result of [`Lock::load`].
    pub fn diff(&self, released: &Catalog, catalog: &Catalog) -> Diff {
        // `api.version` is optional, and can be any text.
        Diff { old_version: Some(self.version.to_string()), ..diff(released, catalog) }
    }

    /// Reports the breaking changes since the release, unless the catalog's version allows them.
    pub fn check(&self, released: &Catalog, loaded: &mut Loaded) {
        let Some(catalog) = &loaded.catalog else { return };
        let diff = self.diff(released, catalog);
        if diff.is_version_too_low() == Some(false) {
            return;
        }
        let allowed = diff.next_version().map_or("a higher version".to_owned(), |version| format!("`{version}`"));
        for change in diff.changes.iter().filter(|change| change.rating == Rating::Breaking) {
            let message = format!("since {}, {}: {}", self.version, change.rule, change.fact());
            let place = change.new_origin.as_ref().zip(change.errors.first());
            let find = |(origin, id): (&Origin, &String)| loaded.report.sources.find(&origin.file, origin.line, id);
            let mut problem = Problem::without_place(Rule::BrokenPromise, message)
                .help(format!("{} Revert the change, or set `api.version` to {allowed}.", change.rule.why()));
            problem.span = place.and_then(find);
            loaded.report.push(problem);
        }
        if loaded.report.has_errors() {
            loaded.catalog = None;
        }
    }
}

/// Writes files in the format of a lock.
///
/// ```
/// use errbook_catalog::edit::File;
/// use errbook_history::lock;
///
/// let files = [File { path: "errors.yaml".to_owned(), text: "errbook: 1\n".to_owned() }];
/// assert_eq!(lock::to_text(&files), "file errors.yaml\n  errbook: 1\n");
/// assert_eq!(lock::parse(&lock::to_text(&files)).expect("files"), files);
/// ```
pub fn to_text(files: &[File]) -> String {
    let mut lines = String::new();
    for File { path, text } in files {
        let _ = writeln!(lines, "file {path}");
        for line in text.split_inclusive('\n') {
            lines.push_str(if line == "\n" { "" } else { INDENT });
            lines.push_str(line);
        }
        if !text.is_empty() && !text.ends_with('\n') {
            let _ = writeln!(lines, "\n{NO_LINE_BREAK}");
        }
    }
    lines
}

/// Parses the text that [`to_text`] wrote.
pub fn parse(text: &str) -> Result<Vec<File>, LockError> {
    let mut lines = numbered(text);
    let root = lines.next().and_then(|(_, line)| line.strip_prefix("file "));
    parse_files(root.ok_or(LockError { line: 1, expected: "`file` and the path of the catalog" })?, lines)
}

/// The lines with their numbers. Line ends are not part of the text: a checkout can change them.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines().map(|line| line.trim_end_matches('\r')))
}

/// Parses the lines of the file at that path, and the files after it.
fn parse_files<'a>(path: &str, lines: impl Iterator<Item = (usize, &'a str)>) -> Result<Vec<File>, LockError> {
    let mut file = File { path: path.to_owned(), text: String::new() };
    let mut files = Vec::new();
    for (line, text) in lines {
        if let Some(path) = text.strip_prefix("file ") {
            files.push(std::mem::replace(&mut file, File { path: path.to_owned(), text: String::new() }));
        } else if text == NO_LINE_BREAK {
            file.text.pop();
        } else if text.is_empty() || text.starts_with(INDENT) {
            file.text.push_str(text.get(INDENT.len()..).unwrap_or_default());
            file.text.push('\n');
        } else {
            return Err(LockError { line, expected: "indented, as a line of a file" });
        }
    }
    files.push(file);
    Ok(files)
}

/// The files that were read for a catalog, the root catalog first. All lines end with a line feed:
/// a checkout can change line ends.
pub fn copy(sources: &Sources) -> Vec<File> {
    files(sources, |source| source.text.clone())
}

//! The released catalog: `errbook release` writes it to `errbook.lock`, and the next release is
//! compared with it.
//!
//! A lock contains the files of the catalog verbatim. It has everything that a comparison needs,
//! the same code reads it as any catalog, and its diff in a review looks like the diff of the
//! catalog.
//!
//! After the last release comes the first compatible one, the base. A change can be compatible with
//! the last release and break the base: a wait that one release no longer states, and the next one
//! doubles. A pre-release promises nothing, so its lock also has the release before it.
//!
//! The checksum is of all lines below it. Git merges the texts of two branches into a release that
//! never was; the line with the checksum is then a conflict, or wrong.
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
//! let lock = Lock::of(Version::parse("1.0.0").expect("a version"), &loaded.report.sources);
//! assert!(lock.to_text().ends_with("\
//! lock 2
//! checksum f3e81aa732976a28
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

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::iter::Peekable;
use std::path::Path;

use crate::diff::{Change, Diff, Last, Rating, Rule as ChangeRule, Stale, diff, diff_through, renames};
use crate::version::Version;
use errbook_catalog::Loaded;
use errbook_catalog::edit::{self, File, files, load_release};
use errbook_catalog::model::{Catalog, Origin};
use errbook_catalog::problem::{Problem, Rule};
use errbook_catalog::source::Sources;

/// The file name of the lock of `errors.yaml`.
pub const NAME: &str = "errbook.lock";

const HEADER: &str = "\
# The released catalog, verbatim. `errbook release` writes this file. Commit it, and do not edit it.
";
/// `lock 1` has no checksum and no base. It is read, and not written.
const FORMAT: &str = "lock 2";
/// Precedes the version of the release before a pre-release.
const LAST: &str = "last ";
/// Precedes the version of the first compatible release.
const BASE: &str = "base ";
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
    /// The release before a pre-release, which the next version must be compatible with.
    pub last: Option<Base>,
    /// The first release that this one is compatible with; `None` if that is this one, or `last`.
    pub base: Option<Base>,
}

/// An earlier release in a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The version of the release.
    pub version: Version,
    /// Every file of the catalog, the root first.
    pub files: Vec<File>,
}

/// The reason why a text is not a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockError {
    /// A syntax error.
    Syntax {
        /// The line, counted from 1.
        line: usize,
        /// The expected content of the line.
        expected: &'static str,
    },
    /// The line, counted from 1, of an unresolved conflict of git.
    Conflict(usize),
    /// The text is not the one that errbook wrote.
    Changed,
}

impl std::fmt::Display for LockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LockError::Syntax { line, expected } => write!(f, "line {line} should be {expected}"),
            LockError::Conflict(line) => write!(f, "line {line} is a conflict of a merge"),
            LockError::Changed => f.write_str("it was edited, or merged from two releases"),
        }
    }
}

impl std::error::Error for LockError {}

/// The reason why two locks cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeError {
    /// One of the texts is not a lock.
    Lock(LockError),
    /// Both branches released this version, with different catalogs.
    SameVersion(Version),
}

impl std::fmt::Display for MergeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MergeError::Lock(error) => write!(f, "one of the locks is not valid: {error}"),
            MergeError::SameVersion(version) => write!(f, "both branches released {version}, with different catalogs"),
        }
    }
}

impl std::error::Error for MergeError {}

impl Lock {
    /// The lock of a first release, from the files that were read for it.
    pub fn of(version: Version, sources: &Sources) -> Self {
        Lock { version, files: copy(sources), last: None, base: None }
    }

    /// The lock of the release after this one. It keeps the base that the release is compatible
    /// with. A pre-release is no base, because it promises nothing, and keeps the release before it.
    #[must_use]
    pub fn next(&self, version: Version, files: Vec<File>) -> Self {
        let release = self.release();
        let base = self.base.clone().or_else(|| release.clone());
        let base = base.filter(|base| base.version.is_compatible_with(&version));
        let last = release.filter(|_| version.is_pre_release());
        let base = base.filter(|base| last.as_ref() != Some(base));
        Lock { version, files, last, base }
    }

    /// The catalog of the release before a pre-release.
    pub(crate) fn last_release(&self) -> Option<Catalog> {
        load_release(NAME, &self.last.as_ref()?.files).catalog
    }

    /// The last release that is no pre-release.
    fn release(&self) -> Option<Base> {
        if self.version.is_pre_release() {
            return self.last.clone();
        }
        Some(Base { version: self.version.clone(), files: self.files.clone() })
    }

    /// Parses the text that [`Lock::to_text`] wrote.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        // An editor can add a byte order mark, as it can change line ends.
        let text = text.trim_start_matches('\u{feff}');
        if let Some((line, _)) = numbered(text).find(|(_, line)| line.starts_with("<<<<<<< ")) {
            return Err(LockError::Conflict(line));
        }
        let mut lines = numbered(text).filter(|(_, line)| !line.starts_with('#')).peekable();
        let end = text.lines().count() + 1;
        let mut next = |prefix: &str, expected| {
            let (line, text) = lines.next().unwrap_or((end, ""));
            text.strip_prefix(prefix).map(|rest| (line, rest)).ok_or(LockError::Syntax { line, expected })
        };
        let (line, format) = next("lock ", "`lock 2`, the version of the format")?;
        match format {
            "1" => {}
            "2" => {
                let (line, sum) = next("checksum ", "`checksum` and 16 digits")?;
                if sum != checksum(numbered(text).skip(line).map(|(_, line)| line)) {
                    return Err(LockError::Changed);
                }
            }
            _ => return Err(LockError::Syntax { line, expected: "`lock 2` or `lock 1`; a newer errbook wrote it" }),
        }
        let version = |line, text| {
            Version::parse(text).ok_or(LockError::Syntax { line, expected: "`version`, such as `version 1.2.3`" })
        };
        let (line, released) = next("version ", "`version`, such as `version 1.2.3`")?;
        let released = version(line, released)?;
        let (_, root) = next("file ", "`file` and the path of the catalog")?;
        let files = parse_files(root, &mut lines)?;
        let mut earlier = |word: &str| {
            let Some((line, text)) = lines.next_if(|(_, text)| text.starts_with(word)) else { return Ok(None) };
            let version = version(line, &text[word.len()..])?;
            let root = lines.next().and_then(|(_, text)| text.strip_prefix("file "));
            let root =
                root.ok_or(LockError::Syntax { line: line + 1, expected: "`file` and the path of the catalog" })?;
            Ok(Some(Base { version, files: parse_files(root, &mut lines)? }))
        };
        let (last, base) = (earlier(LAST)?, earlier(BASE)?);
        if let Some((line, _)) = lines.next() {
            return Err(LockError::Syntax { line, expected: "the end" });
        }
        Ok(Lock { version: released, files, last, base })
    }

    /// The text of `errbook.lock`. It keeps the catalog's lines, so that version control shows the
    /// changes between two releases.
    pub fn to_text(&self) -> String {
        let mut body = format!("version {}\n{}", self.version, to_text(&self.files));
        for (word, earlier) in [(LAST, &self.last), (BASE, &self.base)] {
            if let Some(Base { version, files }) = earlier {
                let _ = write!(body, "{word}{version}\n{}", to_text(files));
            }
        }
        let checksum = checksum(body.lines().map(|line| line.trim_end_matches('\r')));
        format!("{HEADER}{FORMAT}\nchecksum {checksum}\n{body}")
    }

    /// Merges the locks of two branches, which both come from `ancestor`: the higher release, or
    /// the only one that is new.
    ///
    /// ```
    /// use errbook_history::lock::{Lock, MergeError};
    /// use errbook_history::version::Version;
    ///
    /// let lock = |version: &str, fix: &str| {
    ///     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{SOLD_OUT: {{status: 409, fix: {fix}}}}}\n");
    ///     let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
    ///     Lock::of(Version::parse(version).expect("a version"), &loaded.report.sources).to_text()
    /// };
    /// let (old, patch, minor) = (lock("1.0.0", "Wait."), lock("1.0.1", "Leave."), lock("1.1.0", "Call us."));
    /// assert_eq!(Lock::merge(&old, &patch, &minor).map(|lock| lock.to_text()), Ok(minor));
    /// let other = lock("1.0.1", "Stay.");
    /// assert!(matches!(Lock::merge(&old, &patch, &other), Err(MergeError::SameVersion(_))));
    /// ```
    pub fn merge(ancestor: &str, ours: &str, theirs: &str) -> Result<Self, MergeError> {
        let read = |text| Lock::parse(text).map_err(MergeError::Lock);
        let (ours, theirs) = (read(ours)?, read(theirs)?);
        // Two branches can add the lock.
        let ancestor = Lock::parse(ancestor).ok();
        if ours == theirs || ancestor.as_ref() == Some(&theirs) {
            return Ok(ours);
        }
        if ancestor.as_ref() == Some(&ours) {
            return Ok(theirs);
        }
        match ours.version.cmp(&theirs.version) {
            Ordering::Greater => Ok(ours),
            Ordering::Less => Ok(theirs),
            // An older errbook wrote one of them, or the branches come from two releases.
            Ordering::Equal if ours.files == theirs.files => Ok(ours.along_with(theirs)),
            Ordering::Equal => Err(MergeError::SameVersion(ours.version)),
        }
    }

    /// One release of two branches: with what it has to be compatible with on both.
    fn along_with(self, other: Lock) -> Self {
        let (lasts, bases) =
            ([self.last, other.last].into_iter().flatten(), [self.base, other.base].into_iter().flatten());
        let last = lasts.max_by(|a, b| a.version.cmp(&b.version));
        let base = bases.min_by(|a, b| a.version.cmp(&b.version));
        Lock { version: self.version, files: self.files, last, base }
    }

    /// The path of the root catalog, relative to its folder.
    pub fn root(&self) -> &str {
        edit::root(&self.files)
    }

    /// Loads the released catalog, and checks it by the current rules.
    pub fn load(&self) -> Loaded {
        load_release(NAME, &self.files)
    }

    /// Compares a catalog with the release; `released` is the result of [`Lock::load`]. Changes
    /// that are compatible with the release and break an earlier one are changes since that one.
    pub fn diff(&self, released: &Catalog, catalog: &Catalog) -> Diff {
        // `api.version` is optional, and can be any text.
        let mut found = Diff { old_version: Some(self.version.to_string()), ..diff(released, catalog) };
        let is_pre_release = self.version.is_pre_release();
        // A lock of an older errbook has no release before a pre-release.
        let last = self.last.as_ref().or(self.base.as_ref()).filter(|_| is_pre_release);
        let base = self.base.as_ref();
        let earlier = [last, base.filter(|base| last != Some(*base))];
        for Base { version, files } in earlier.into_iter().flatten() {
            let Some(before) = load_release(NAME, files).catalog else { continue };
            let Since { stale, rating, breaks } = since(&before, released, catalog);
            found.stale.retain(|entry| stale.contains(entry));
            if last.is_some_and(|last| last.version == *version) {
                found.last = Some(Last { version: version.clone(), rating });
            }
            if !version.is_compatible_with(&self.version) {
                continue;
            }
            for change in breaks {
                match found.changes.iter_mut().find(|found| is_same(found, &change)) {
                    // A pre-release promises nothing itself.
                    Some(found) if is_pre_release => found.since = Some(version.clone()),
                    Some(_) => {}
                    None => found.changes.push(Change { since: Some(version.clone()), ..change }),
                }
            }
        }
        if let Some(last) = &mut found.last
            && found.changes.iter().any(|change| change.since.is_some())
        {
            last.rating = Some(Rating::Breaking);
        }
        found.sort();
        found
    }

    /// Reports the breaking changes since the release, unless the catalog's version allows them.
    pub fn check(&self, released: &Catalog, loaded: &mut Loaded) {
        let Some(catalog) = &loaded.catalog else { return };
        let diff = self.diff(released, catalog);
        let version = catalog.api.version.as_deref().and_then(Version::parse);
        if version.is_some_and(|version| diff.allows(&version)) {
            return;
        }
        let allowed = diff.next_version().map_or("a higher version".to_owned(), |version| format!("`{version}`"));
        for change in diff.changes.iter().filter(|change| change.rating == Rating::Breaking) {
            let since = change.since.as_ref().unwrap_or(&self.version);
            let message = format!("since {since}, {}: {}", change.rule, change.fact());
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

/// What changed since a release before `released`.
struct Since {
    /// The entries of `diff.accept` that accept nothing.
    stale: Vec<Stale>,
    /// The worst rating of the changes that `released` does not have.
    rating: Option<Rating>,
    /// The changes that break the release, and that `released` does not have.
    breaks: Vec<Change>,
}

fn since(before: &Catalog, released: &Catalog, catalog: &Catalog) -> Since {
    let new_ids = renames(released, catalog);
    // The first step has the ids of `released`.
    let known: Vec<Change> =
        diff(before, released).changes.into_iter().map(|change| with_new_id(change, &new_ids)).collect();
    let Diff { changes, stale, old_version: _, new_version: _, last: _ } = diff_through(before, released, catalog);
    let has = |change: &Change, is_it: &dyn Fn(&Change) -> bool| {
        known.iter().any(|known| known.rule == change.rule && known.path == change.path && is_it(known))
    };
    let is_released = |change: &Change| has(change, &|known| known.after == change.after);
    let rating = changes.iter().filter(|change| !is_released(change)).map(|change| change.rating).max();
    // What a release accepted stays accepted, without the entry.
    let is_known = |change: &Change| {
        has(change, &|known| known.rating == change.rating || (known.accepted.is_some() && known.after == change.after))
    };
    let followed: HashSet<&str> =
        renames(before, released).values().filter_map(|id| new_ids.get(id).copied()).collect();
    let is_followed = |change: &Change| {
        // An error that is removed in one of the steps is removed in that step. An id that comes
        // back belongs to an error of the last step alone.
        change.rule == ChangeRule::RetiredIdReturned
            || change.errors.is_empty()
            || change.errors.iter().any(|id| followed.contains(id.as_str()))
    };
    let breaks = changes.into_iter().filter(|change| change.rating == Rating::Breaking);
    let breaks = breaks.filter(|change| is_followed(change) && !is_known(change)).collect();
    Since { stale, rating, breaks }
}

fn is_same(a: &Change, b: &Change) -> bool {
    a.rule == b.rule && a.path == b.path && a.rating == b.rating
}

/// A change of an error, at the id that the error has now.
fn with_new_id(change: Change, new_ids: &HashMap<&str, &str>) -> Change {
    let id = change.errors.first().map(String::as_str);
    let moved = id.and_then(|id| {
        let rest = change.path.strip_prefix("errors.")?.strip_prefix(id)?;
        Some(format!("errors.{}{rest}", new_ids.get(id)?))
    });
    Change { path: moved.unwrap_or(change.path), ..change }
}

/// The file name of the lock of a catalog: `errbook.lock` for `errors.yaml`, else the name of the
/// catalog with the ending `lock`.
///
/// ```
/// use std::path::Path;
/// assert_eq!(errbook_history::lock::name(Path::new("api/errors.yaml")), "errbook.lock");
/// assert_eq!(errbook_history::lock::name(Path::new("api/billing.yaml")), "billing.lock");
/// ```
pub fn name(catalog: &Path) -> String {
    match catalog.file_stem().map(|stem| stem.to_string_lossy()) {
        Some(stem) if stem != "errors" => format!("{stem}.lock"),
        _ => NAME.to_owned(),
    }
}

/// FNV-1a of lines: it finds an edit, and is no protection against a forged lock.
fn checksum<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let bytes = lines.flat_map(|line| line.bytes().chain([b'\n']));
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
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
    let root = root.ok_or(LockError::Syntax { line: 1, expected: "`file` and the path of the catalog" })?;
    let mut lines = lines.peekable();
    let files = parse_files(root, &mut lines)?;
    match lines.next() {
        Some((line, _)) => Err(LockError::Syntax { line, expected: "indented, as a line of a file" }),
        None => Ok(files),
    }
}

/// The lines with their numbers. Line ends are not part of the text: a checkout can change them.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines().map(|line| line.trim_end_matches('\r')))
}

/// Parses the lines of the file at that path, and the files after it, up to an earlier release.
fn parse_files<'a>(
    path: &str,
    lines: &mut Peekable<impl Iterator<Item = (usize, &'a str)>>,
) -> Result<Vec<File>, LockError> {
    let mut file = File { path: path.to_owned(), text: String::new() };
    let mut files = Vec::new();
    while let Some((line, text)) = lines.next_if(|(_, text)| !text.starts_with(LAST) && !text.starts_with(BASE)) {
        if let Some(path) = text.strip_prefix("file ") {
            files.push(std::mem::replace(&mut file, File { path: path.to_owned(), text: String::new() }));
        } else if text == NO_LINE_BREAK {
            file.text.pop();
        } else if text.is_empty() || text.starts_with(INDENT) {
            file.text.push_str(text.get(INDENT.len()..).unwrap_or_default());
            file.text.push('\n');
        } else {
            return Err(LockError::Syntax { line, expected: "indented, as a line of a file" });
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

//! Writes generated files atomically, and only if their bytes change. It depends only on the
//! standard library.
//!
//! An entry point collects its files in an [`Output`], gets the [`Changes`] and then either shows
//! them (`--check`) or writes them. Every error that can be detected is reported before the first
//! byte is written: a path that leaves the folder, two files with one path, a symbolic link in a
//! path, or an input file that would be overwritten.
//!
//! # Leftover files
//!
//! In a folder that errbook owns ([`Output::own`]), the file [`LIST`] lists the files that errbook
//! wrote. A listed file that the run does not generate is a leftover, and is removed. A file that
//! is not listed is never removed. The list is a generated file with sorted paths; commit it with
//! the others. Lines that are not a path below the folder are ignored. An edited leftover is still
//! removed, just as an edited generated file is still replaced.
//!
//! # After a crash
//!
//! Each file is written under a temporary name in its folder and then renamed, so that it is always
//! complete, old or new. The list names a new file before it exists, and an old one until it is
//! removed, so that the next run knows every file of an interrupted run.
//!
//! Edits of the user's files ([`replace`], [`replace_together`], [`Output::edit`]) are also synced
//! to the disk before the rename, so that a power failure leaves the old or the new text. Generated
//! files are not synced: another run generates them again.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

mod disk;
mod edit;
mod journal;
mod lock;
mod output;
mod temporary;

pub use edit::{Edit, replace, replace_together};
pub use journal::{JOURNAL, recover};
pub use output::{Changes, LIST, Output};

use temporary::{Temporary, sweep};

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// The path relative to the output's root, with `/`.
    pub path: String,
    /// The content.
    pub text: String,
}

/// The reason why no file was written, or why writing stopped.
#[derive(Debug)]
pub enum OutputError {
    /// A path that does not stay below the root on every system.
    InvalidPath {
        /// The path.
        path: String,
        /// The fault.
        fault: &'static str,
    },
    /// Two files have the same path, ignoring case, or one path is within the other.
    Clash {
        /// The first path.
        first: String,
        /// The second path.
        second: String,
    },
    /// A symbolic link in the path of a file. It could lead anywhere.
    Symlink(PathBuf),
    /// The path of a needed folder is not a folder.
    NotAFolder(PathBuf),
    /// The path of a file is not a file.
    NotAFile(PathBuf),
    /// The file is an input of the run, and would be overwritten.
    Input(PathBuf),
    /// The file changed after it was read, so an edit would undo that change.
    Changed(PathBuf),
    /// The journal of an interrupted run cannot be written, or its edits cannot be finished.
    Journal {
        /// The journal, or the file that it cannot name.
        path: PathBuf,
        /// The fault.
        fault: &'static str,
    },
    /// An error of the system.
    Io {
        /// The failed operation: `read`, `written` or `removed`.
        tried: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::InvalidPath { path, fault } => {
                write!(f, "`{}` cannot be written: {fault}", path.escape_debug())
            }
            OutputError::Clash { first, second } if first == second => {
                write!(f, "two generated files have the path `{first}`")
            }
            OutputError::Clash { first, second } => {
                write!(f, "the generated files `{first}` and `{second}` cannot both exist on every system")
            }
            OutputError::Symlink(path) => {
                write!(f, "`{}` is a symbolic link: errbook writes only to real files and folders", path.display())
            }
            OutputError::NotAFolder(path) => write!(f, "`{}` is not a folder", path.display()),
            OutputError::NotAFile(path) => write!(f, "`{}` is not a file", path.display()),
            OutputError::Input(path) => write!(f, "`{}` is an input, and would be overwritten", path.display()),
            OutputError::Changed(path) => {
                write!(f, "`{}` changed while errbook was running: nothing was written", path.display())
            }
            OutputError::Journal { path, fault } => write!(f, "`{}`: {fault}", path.display()),
            OutputError::Io { tried, path, error } => write!(f, "`{}` cannot be {tried}: {error}", path.display()),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OutputError::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Creates a file that must not exist yet, atomically, with its parent folders.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("errors.yaml");
/// errbook_files::create(&path, "errbook: 1\n").unwrap();
/// let again = errbook_files::create(&path, "");
/// assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
/// ```
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder_of(path);
    disk::create_folders(folder)?;
    sweep(folder);
    Temporary::new(folder, text)?.persist_new(path)
}

/// The folder that a file is in; of a bare name, the working directory.
///
/// ```
/// use std::path::Path;
/// assert_eq!(errbook_files::folder_of(Path::new("api/errors.yaml")), Path::new("api"));
/// assert_eq!(errbook_files::folder_of(Path::new("errors.yaml")), Path::new("."));
/// ```
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

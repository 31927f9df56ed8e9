//! Reads files that others may have written, such as those of a pull request: regular files only, no more bytes than a
//! limit, and no symbolic link that leads out of the repository.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::limits;

/// The folder that no file is read outside of: the repository, or where there is none the folder that it was asked for.
#[derive(Debug, Clone)]
pub struct Root {
    /// Without links; `None` where the folder is not there, and so no file is.
    folder: Option<PathBuf>,
    is_repository: bool,
}

impl Root {
    /// The root of the files in a folder: the nearest folder above it, or itself, that has a `.git`.
    pub fn of(folder: &Path) -> Self {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Ok(real) = fs::canonicalize(folder) else { return Root { folder: None, is_repository: false } };
        match real.ancestors().find(|above| above.join(".git").exists()) {
            Some(repository) => Root { folder: Some(repository.to_owned()), is_repository: true },
            None => Root { folder: Some(real), is_repository: false },
        }
    }

    /// Where a path leads, links followed.
    ///
    /// # Errors
    ///
    /// Beside what the system says: [`ErrorKind::InvalidInput`] where it leads out of the root, or into `.git`.
    pub fn place(&self, path: &Path) -> io::Result<PathBuf> {
        let real = fs::canonicalize(path)?;
        let rejected = |why: &str| Err(io::Error::new(ErrorKind::InvalidInput, why));
        match self.folder.as_ref().and_then(|folder| real.strip_prefix(folder).ok()) {
            // A workflow's checkout may keep a token in `.git/config`.
            Some(inside) if inside.iter().any(|part| part.eq_ignore_ascii_case(".git")) => {
                rejected("it leads into `.git`")
            }
            Some(_) => Ok(real),
            None if self.is_repository => rejected("it leads out of the repository"),
            None => rejected("it leads out of its folder"),
        }
    }

    /// The bytes of a regular file inside the root.
    ///
    /// # Errors
    ///
    /// As those of [`Root::place`]; [`ErrorKind::InvalidInput`] where the path leads to something else than a regular
    /// file; [`ErrorKind::FileTooLarge`] where the file has more than `limit` bytes.
    pub fn read(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        regular(&self.place(path)?, limit)
    }

    /// The text of a regular file inside the root.
    ///
    /// # Errors
    ///
    /// As those of [`Root::read`], with [`limits::BYTES`]; and [`ErrorKind::InvalidData`] where the file is not UTF-8.
    pub fn text(&self, path: &Path) -> io::Result<String> {
        let bytes = self.read(path, limits::BYTES)?;
        String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
    }
}

/// The text of a file that belongs to the folder that it is in; see [`Root`].
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("errbook.baseline");
/// std::fs::write(&path, "one\n").unwrap();
/// assert_eq!(errbook_catalog::disk::text(&path).unwrap(), "one\n");
/// let of_folder = errbook_catalog::disk::text(folder.path()).unwrap_err();
/// assert!(of_folder.to_string().ends_with("not a regular file"));
/// ```
///
/// # Errors
///
/// As those of [`Root::text`].
pub fn text(path: &Path) -> io::Result<String> {
    Root::of(path.parent().unwrap_or(Path::new(""))).text(path)
}

/// The bytes of a regular file, wherever it is.
///
/// # Errors
///
/// As those of [`Root::read`].
pub fn regular(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    // To open a pipe would wait for somebody who writes into it, and to open a device may do anything.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut bytes = Vec::new();
    // Files of `/proc` say that they are empty, and files grow: only what was read counts.
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

pub(crate) fn too_large(limit: usize) -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {limit} bytes"))
}

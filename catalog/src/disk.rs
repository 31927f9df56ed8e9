//! Reads untrusted files, such as those of a pull request. It reads only regular files, up to a
//! limit, and rejects symbolic links that leave the repository.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::limits;

/// The maximum number of links that follow each other, as on Linux.
const LINKS: usize = 40;

/// The folder that contains all files: the repository, or the given folder if there is no
/// repository.
#[derive(Debug, Clone)]
pub struct Root {
    /// The real path; `None` if the folder does not exist.
    folder: Option<PathBuf>,
    is_repository: bool,
}

impl Root {
    /// The root of a folder: the nearest folder with a `.git`, starting with itself.
    pub fn of(folder: &Path) -> Self {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Ok(real) = fs::canonicalize(folder) else { return Root { folder: None, is_repository: false } };
        match real.ancestors().find(|above| above.join(".git").exists()) {
            Some(repository) => Root { folder: Some(repository.to_owned()), is_repository: true },
            None => Root { folder: Some(real), is_repository: false },
        }
    }

    /// The real path of a path, without symbolic links.
    ///
    /// # Errors
    ///
    /// The errors of the system, and [`ErrorKind::InvalidInput`] if the path leaves the root or
    /// enters `.git`.
    pub fn place(&self, path: &Path) -> io::Result<PathBuf> {
        match fs::canonicalize(path) {
            Ok(real) => self.inside(real),
            // The report must not show whether a file outside exists.
            Err(error) if self.folder.is_some() => {
                nearest(path, LINKS).map_or(Ok(()), |near| self.inside(near).map(drop)).and(Err(error))
            }
            Err(error) => Err(error),
        }
    }

    /// Rejects a real path that is not inside the root.
    fn inside(&self, real: PathBuf) -> io::Result<PathBuf> {
        let rejected = |why: &str| Err(io::Error::new(ErrorKind::InvalidInput, why));
        match self.folder.as_ref().and_then(|folder| real.strip_prefix(folder).ok()) {
            // The checkout of a workflow can have a token in `.git/config`.
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
    /// The errors of [`Root::place`], [`ErrorKind::InvalidInput`] if it is not a regular file, and
    /// [`ErrorKind::FileTooLarge`] if it has more than `limit` bytes.
    pub fn read(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        regular(&self.place(path)?, limit)
    }

    /// The text of a regular file inside the root.
    ///
    /// # Errors
    ///
    /// The errors of [`Root::read`] with [`limits::BYTES`], and [`ErrorKind::InvalidData`] if the
    /// file is not UTF-8.
    pub fn text(&self, path: &Path) -> io::Result<String> {
        let bytes = self.read(path, limits::BYTES)?;
        String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
    }
}

/// The real path of the nearest existing folder of a path that does not exist. A broken link leads
/// to the folder of its target.
fn nearest(path: &Path, links: usize) -> Option<PathBuf> {
    let here = |path: &Path| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() };
    path.ancestors().find_map(|above| match fs::read_link(above) {
        Ok(target) if links > 0 && fs::metadata(above).is_err() => {
            nearest(&above.parent().unwrap_or(Path::new("")).join(target), links - 1)
        }
        _ => fs::canonicalize(here(above)).ok(),
    })
}

/// The text of a file, with the root of its own folder; see [`Root`].
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
/// The errors of [`Root::text`].
pub fn text(path: &Path) -> io::Result<String> {
    Root::of(path.parent().unwrap_or(Path::new(""))).text(path)
}

/// The path of a file in the real path of its folder, without symbolic links: relative paths in other
/// files lead there. If the folder does not exist, the absolute path.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let real = std::fs::canonicalize(folder.path()).unwrap();
/// # std::fs::create_dir(real.join("api")).unwrap();
/// let path = real.join("api/../openapi.yaml");
/// assert_eq!(errbook_catalog::disk::in_real_folder(&path), real.join("openapi.yaml"));
/// ```
pub fn in_real_folder(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (fs::canonicalize(folder), path.file_name()) {
        (Ok(real), Some(name)) => real.join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

/// The bytes of a regular file in any folder.
///
/// # Errors
///
/// The errors of [`Root::read`].
pub fn regular(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    // Opening a pipe waits for a writer, and opening a device can have any effect.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
    }
    // The size in the metadata is unreliable: files in `/proc` have the size 0, and files grow.
    let size = usize::try_from(metadata.len()).unwrap_or(limit).min(limit);
    let mut bytes = Vec::with_capacity(size + 1);
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

pub(crate) fn too_large(limit: usize) -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {limit} bytes"))
}

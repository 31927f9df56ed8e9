//! Edits of the user's files.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::journal::Journal;
use crate::lock::Lock;
use crate::temporary::{Temporary, sweep};
use crate::{OutputError, disk, folder_of};

/// A change of a file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub path: PathBuf,
    /// The text that was read; empty if the file did not exist.
    pub before: String,
    /// The new text.
    pub after: String,
}

/// Replaces or creates files that do not depend on each other: all of them, or none if one cannot
/// be written. Each text is first written to a temporary file in the same folder, which detects a
/// full disk or a read-only folder. Then the temporary files are renamed in their order. If a
/// rename fails, the files before it get their old text back. A symbolic link stays one, and a file
/// keeps its mode and its owner.
///
/// A killed process leaves each file either old or new. See [`replace_together`] for files that
/// belong together.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = |name: &str| folder.path().join(name);
/// use errbook_files::{Edit, OutputError, replace};
///
/// std::fs::write(path("errors.yaml"), "errbook: 1\n").unwrap();
/// let edit = |path, before: &str, after: &str| Edit { path, before: before.to_owned(), after: after.to_owned() };
/// let files = |lock| [edit(path("errors.yaml"), "errbook: 1\n", "errbook: 1 # released\n"), edit(lock, "", "lock 1\n")];
/// assert!(replace(&files(path("nowhere/errbook.lock"))).is_err());
/// assert_eq!(std::fs::read_to_string(path("errors.yaml")).unwrap(), "errbook: 1\n");
///
/// replace(&files(path("errbook.lock"))).unwrap();
/// assert_eq!(std::fs::read_to_string(path("errors.yaml")).unwrap(), "errbook: 1 # released\n");
/// assert!(matches!(replace(&files(path("errbook.lock"))), Err(OutputError::Changed(_))));
/// ```
///
/// # Errors
///
/// [`OutputError::Changed`] if a file no longer has the text that was read,
/// [`OutputError::Same`] if two different edits lead to one file, and [`OutputError::Io`]. No file has changed then, unless an old text cannot be written back.
pub fn replace(edits: &[Edit]) -> Result<(), OutputError> {
    swap(stage(edits)?).map_err(|stopped| stopped.error)
}

/// Replaces or creates files that belong together: all of them, or none, even if the process is
/// killed or the power fails. A journal with the old and new texts is in `folder` until every file
/// is written; [`recover`](crate::recover) finishes the edits of a killed process.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// use errbook_files::{Edit, replace_together};
///
/// let edit = |name: &str| Edit { path: folder.path().join(name), before: String::new(), after: name.to_owned() };
/// replace_together(folder.path(), &[edit("a.yaml"), edit("b.yaml")]).unwrap();
/// assert_eq!(std::fs::read_to_string(folder.path().join("b.yaml")).unwrap(), "b.yaml");
/// ```
///
/// # Errors
///
/// Those of [`replace`], and [`OutputError::Journal`] if the journal of an earlier run is still
/// there. If an old text cannot be written back, the journal stays, and [`recover`](crate::recover)
/// finishes the edits.
pub fn replace_together(folder: &Path, edits: &[Edit]) -> Result<(), OutputError> {
    let _lock = Lock::of(folder).map_err(|error| unwritable(folder, error))?;
    sweep(folder);
    let staged = stage(edits)?;
    let journal = Journal::write(folder, &staged)?;
    match swap(staged) {
        Ok(()) => journal.remove(),
        Err(Stopped { error, is_undone }) => {
            if is_undone {
                // A failure here is ignored: the first error is reported.
                let _ = journal.remove();
            }
            Err(error)
        }
    }
}

/// A text in a temporary file next to its target.
pub(crate) struct Staged<'a> {
    file: Temporary,
    /// The path of the edit.
    path: &'a Path,
    /// The target, without symbolic links.
    pub(crate) place: PathBuf,
    /// The old text; `None` if the file does not exist.
    pub(crate) before: Option<&'a str>,
    /// The new text.
    pub(crate) after: &'a str,
}

/// Writes the texts to temporary files. Fails if a file no longer has the text that was read.
pub(crate) fn stage(edits: &[Edit]) -> Result<Vec<Staged<'_>>, OutputError> {
    distinct(edits)?;
    let mut staged = Vec::new();
    for Edit { path, before, after } in edits {
        sweep(folder_of(path));
        let (place, present) = present(path).map_err(|error| unwritable(path, error))?;
        if present.as_deref().unwrap_or_default() != before.as_bytes() {
            return Err(OutputError::Changed(path.clone()));
        }
        let before = present.is_some().then_some(before.as_str());
        let file = write(&place, after).map_err(|error| unwritable(path, error))?;
        staged.push(Staged { file, path, place, before, after });
    }
    Ok(staged)
}

/// Rejects an edit of an input, and different edits of one file, also through links.
///
/// ```
/// use errbook_files::{Edit, OutputError, check};
/// let edit = Edit { path: "errors.yaml".into(), before: String::new(), after: String::new() };
/// assert!(check(std::slice::from_ref(&edit), &["errbook.lock".into()]).is_ok());
/// assert!(matches!(check(&[edit], &["./errors.yaml".into()]), Err(OutputError::Input(_))));
/// ```
///
/// # Errors
///
/// [`OutputError::Input`] and [`OutputError::Same`].
pub fn check(edits: &[Edit], inputs: &[PathBuf]) -> Result<(), OutputError> {
    let inputs: HashSet<PathBuf> = inputs.iter().map(|input| real(input)).collect();
    if let Some(edit) = edits.iter().find(|edit| inputs.contains(&real(&edit.path))) {
        return Err(OutputError::Input(edit.path.clone()));
    }
    distinct(edits)
}

/// Rejects different edits of one file.
fn distinct(edits: &[Edit]) -> Result<(), OutputError> {
    let mut known: BTreeMap<PathBuf, &Edit> = BTreeMap::new();
    for edit in edits {
        if let Some(first) = known.insert(real(&edit.path), edit)
            && (&first.before, &first.after) != (&edit.before, &edit.after)
        {
            return Err(OutputError::Same { first: first.path.clone(), second: edit.path.clone() });
        }
    }
    Ok(())
}

/// The maximum number of links that follow each other, as on Linux.
const LINKS: usize = 40;

/// The path without symbolic links. The file, or its folder, need not exist.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// use errbook_files::real;
/// let path = |name: &str| folder.path().join(name);
/// assert_eq!(real(&path("a.md")), real(&path("./a.md")));
/// # #[cfg(unix)] {
/// std::os::unix::fs::symlink("a.md", path("b.md")).unwrap();
/// assert_eq!(real(&path("a.md")), real(&path("b.md")));
/// # }
/// ```
pub fn real(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        if let Ok(real) = fs::canonicalize(&path) {
            return real;
        }
        let Ok(target) = fs::read_link(&path) else { break };
        path = folder_of(&path).join(target);
    }
    let in_folder = fs::canonicalize(folder_of(&path)).ok().and_then(|folder| Some(folder.join(path.file_name()?)));
    in_folder.unwrap_or(path)
}

/// The path without symbolic links, and the content; `None` if the file does not exist. Fails for a
/// pipe or a device, whose end may never come.
pub(crate) fn present(path: &Path) -> io::Result<(PathBuf, Option<Vec<u8>>)> {
    match fs::canonicalize(path) {
        Ok(place) => {
            let kind = fs::metadata(&place)?.file_type();
            if !kind.is_file() && !kind.is_dir() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
            }
            fs::read(&place).map(|text| (place, Some(text)))
        }
        // A link to a file that does not exist yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => Ok((real(path), None)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((path.to_owned(), None)),
        Err(error) => Err(error),
    }
}

/// A temporary file with the mode and the owner of its target.
pub(crate) fn write(place: &Path, text: &str) -> io::Result<Temporary> {
    let file = Temporary::new(folder_of(place), text)?;
    match fs::metadata(place) {
        Ok(old) => file.belong_as(&old)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    file.sync()?;
    Ok(file)
}

/// Edits that stopped after some of the renames.
struct Stopped {
    error: OutputError,
    /// Whether every file has its old text back.
    is_undone: bool,
}

/// Renames the temporary files to their targets. If a rename fails, or another program has changed a
/// file since, the files before it get their old text back.
fn swap(staged: Vec<Staged<'_>>) -> Result<(), Stopped> {
    let mut done: Vec<(PathBuf, Option<&str>, &str)> = Vec::new();
    for Staged { file, path, place, before, after } in staged {
        if let Err(error) = persist(file, path, &place, before.map(str::as_bytes)) {
            let failures = done.iter().filter(|(place, before, after)| restore(place, *before, after).is_err()).count();
            return Err(Stopped { error, is_undone: failures == 0 });
        }
        done.push((place, before, after));
    }
    Ok(())
}

/// Replaces a file if it still has the text that was read.
pub(crate) fn persist(file: Temporary, path: &Path, place: &Path, before: Option<&[u8]>) -> Result<(), OutputError> {
    let (_, now) = present(place).map_err(|error| unwritable(path, error))?;
    if now.as_deref() != before {
        return Err(OutputError::Changed(path.to_owned()));
    }
    file.persist(place).map_err(|error| unwritable(path, error))
}

/// Gives a file its old text back; removes it if it did not exist. Fails if it no longer has the new
/// text.
fn restore(place: &Path, before: Option<&str>, after: &str) -> Result<(), OutputError> {
    let after = Some(after.as_bytes());
    match before {
        Some(before) => {
            let file = write(place, before).map_err(|error| unwritable(place, error))?;
            persist(file, place, place, after)
        }
        None if present(place).is_ok_and(|(_, now)| now.as_deref() == after) => {
            disk::remove_file(place).map_err(|error| unwritable(place, error))
        }
        None => Err(OutputError::Changed(place.to_owned())),
    }
}

pub(crate) fn unwritable(path: &Path, error: io::Error) -> OutputError {
    OutputError::Io { tried: "written", path: path.to_owned(), error }
}

//! The journal of edits that belong together.
//!
//! It is the file [`JOURNAL`], written before the first edit and removed after the last one. For
//! each file it has the path, the old text and the new text, so that it needs no other file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::edit::{Edit, Staged, persist, present, unwritable, write};
use crate::lock::Lock;
use crate::temporary::{Temporary, sweep};
use crate::{OutputError, disk, folder_of};

/// The name of the journal. It is in a folder only while errbook edits several files, or after it
/// was killed.
pub const JOURNAL: &str = ".errbook-journal";

/// The first line of a journal. Each field follows as its name and length, and its bytes.
const HEADER: &str = "errbook journal 1\n";

/// The maximum number of bytes of a journal: the old and new texts of the largest catalog.
const MAX_BYTES: u64 = 4 * 67_108_864;

/// A journal on the disk.
pub(crate) struct Journal {
    path: PathBuf,
    /// The folders of the files in it.
    folders: BTreeSet<PathBuf>,
}

impl Journal {
    /// Writes the journal. The edits are final as soon as it exists.
    pub(crate) fn write(folder: &Path, staged: &[Staged<'_>]) -> Result<Self, OutputError> {
        let path = folder.join(JOURNAL);
        if fs::symlink_metadata(&path).is_ok() {
            return Err(OutputError::Journal { path, fault: "an earlier run was interrupted; run the command again" });
        }
        let mut text = HEADER.to_owned();
        let mut field = |name: &str, value: &str| {
            let _ = write!(text, "{name} {}\n{value}\n", value.len());
        };
        for Staged { place, before, after, .. } in staged {
            // The next run can have another working directory.
            let place = std::path::absolute(place).map_err(|error| unwritable(place, error))?;
            let Some(name) = place.to_str() else {
                return Err(OutputError::Journal { path: place, fault: "a path in a journal must be UTF-8" });
            };
            field("path", name);
            if let Some(before) = before {
                field("before", before);
            }
            field("after", after);
        }
        let written = |error| unwritable(&path, error);
        let file = Temporary::new(folder_of(&path), &text).map_err(written)?;
        file.sync().map_err(written)?;
        file.persist(&path).map_err(written)?;
        let folders = staged.iter().map(|staged| folder_of(&staged.place).to_owned()).collect();
        let journal = Journal { path, folders };
        if let Err(error) = disk::sync_folder(folder_of(&journal.path)) {
            let error = unwritable(&journal.path, error);
            return journal.remove().and(Err(error));
        }
        Ok(journal)
    }

    /// Removes the journal, after the renames of its files are on the disk.
    pub(crate) fn remove(self) -> Result<(), OutputError> {
        for folder in &self.folders {
            disk::sync_folder(folder).map_err(|error| unwritable(folder, error))?;
        }
        match disk::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(OutputError::Io { tried: "removed", path: self.path, error })
            }
            _ => Ok(()),
        }
    }
}

/// Finishes the edits of a killed [`replace_together`](crate::replace_together), and returns the
/// files that it wrote. `None` if there is no journal.
///
/// A journal can come from a stranger, in a pull request or an archive. `is_allowed` gets the path
/// of each file, and decides whether errbook may write there.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// assert_eq!(errbook_files::recover(folder.path(), |_| true).unwrap(), None);
/// ```
///
/// # Errors
///
/// [`OutputError::Journal`] if the journal is not readable, or names a link or a file that is not
/// allowed, [`OutputError::Changed`] if a file has neither the old nor the new text, and [`OutputError::Io`].
/// The journal stays then.
pub fn recover(folder: &Path, is_allowed: impl Fn(&Path) -> bool) -> Result<Option<Vec<PathBuf>>, OutputError> {
    let path = folder.join(JOURNAL);
    if fs::symlink_metadata(&path).is_err() {
        return Ok(None);
    }
    let _lock = Lock::of(folder).map_err(|error| unwritable(folder, error))?;
    let Some(text) = read(&path)? else { return Ok(None) };
    let fault = |fault| OutputError::Journal { path: path.clone(), fault };
    let edits = parse(&text).ok_or_else(|| fault("it is damaged; restore the files, and remove it"))?;
    sweep(folder);
    let (mut staged, mut folders) = (Vec::new(), BTreeSet::new());
    for Edit { path: file, before, after } in &edits {
        if !is_allowed(file) {
            return Err(fault("it names a file outside the repository; restore the files, and remove it"));
        }
        // A journal has the targets of links. A link in it could lead out of the repository.
        if file.is_symlink() {
            return Err(fault("it names a link; restore the files, and remove it"));
        }
        let (place, present) = present(file).map_err(|error| unwritable(file, error))?;
        let text = present.as_deref().unwrap_or_default();
        if folders.insert(folder_of(&place).to_owned()) {
            sweep(folder_of(&place));
        }
        if text == after.as_bytes() {
            continue;
        }
        if text != before.as_bytes() {
            return Err(OutputError::Changed(file.clone()));
        }
        let temporary = write(&place, after).map_err(|error| unwritable(file, error))?;
        staged.push((temporary, file, place, present));
    }
    let mut written = Vec::new();
    for (temporary, file, place, present) in staged {
        persist(temporary, file, &place, present.as_deref())?;
        written.push(place);
    }
    Journal { path, folders }.remove()?;
    Ok(Some(written))
}

/// The text of a journal; `None` if another process has finished its edits.
fn read(path: &Path) -> Result<Option<String>, OutputError> {
    let fault = |fault| OutputError::Journal { path: path.to_owned(), fault };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // Opening a pipe waits for a writer, and a link can lead anywhere.
        Ok(metadata) if metadata.is_file() => {}
        _ => return Err(fault("it is not a regular file; remove it")),
    }
    let unreadable = |error| OutputError::Io { tried: "read", path: path.to_owned(), error };
    let mut text = String::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MAX_BYTES { Err(fault("it is too large; remove it")) } else { Ok(Some(text)) }
}

fn parse(text: &str) -> Option<Vec<Edit>> {
    let mut rest = text.strip_prefix(HEADER)?;
    let mut edits = Vec::new();
    while !rest.is_empty() {
        let path = field(&mut rest, "path")?;
        let before = field(&mut rest, "before").unwrap_or_default();
        let after = field(&mut rest, "after")?;
        edits.push(Edit { path: path.into(), before: before.to_owned(), after: after.to_owned() });
    }
    Some(edits)
}

/// Takes a field off the front. Nothing is taken if the next field has another name.
fn field<'a>(rest: &mut &'a str, name: &str) -> Option<&'a str> {
    let (length, after) = rest.strip_prefix(name)?.strip_prefix(' ')?.split_once('\n')?;
    let length: usize = length.parse().ok()?;
    let value = after.get(..length)?;
    *rest = after[length..].strip_prefix('\n')?;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::{HEADER, parse};

    #[test]
    fn a_damaged_journal_is_not_read() {
        let whole = format!("{HEADER}path 3\na\nb\nbefore 2\n1\n\nafter 1\n2\npath 1\nc\nafter 0\n\n");
        let edits = parse(&whole).expect("whole");
        assert_eq!(edits.len(), 2);
        assert_eq!((edits[0].path.to_str(), &*edits[0].before, &*edits[0].after), (Some("a\nb"), "1\n", "2"));
        for end in HEADER.len() + 1..whole.len() {
            let cut = parse(&whole[..end]);
            assert!(cut.is_none_or(|edits| edits.len() == 1), "{end}");
        }
        for damaged in ["", "path 1\na\n", "path 99\na\nafter 0\n\n", "path -1\n\n", "path 1\né\n", "x"] {
            assert_eq!(parse(&format!("{HEADER}{damaged}")).map(|edits| edits.len()).filter(|len| *len > 0), None);
        }
        assert_eq!(parse("errbook journal 2\n"), None);
    }
}

//! The lock of a folder.

use std::fs::File;
use std::io;
use std::path::Path;

/// The lock of a folder, until it is dropped. It is a lock of the operating system: a killed process
/// has none, and no file is left behind.
#[derive(Debug)]
pub(crate) struct Lock {
    /// `None` on systems and file systems where a folder has no lock.
    _folder: Option<File>,
}

impl Lock {
    /// Waits for the lock of a folder. If the folder does not exist yet, it is the lock of the nearest
    /// folder above it.
    pub(crate) fn of(folder: &Path) -> io::Result<Self> {
        if !cfg!(unix) {
            return Ok(Lock { _folder: None });
        }
        loop {
            let place = existing(folder);
            let file = File::open(place)?;
            match file.lock() {
                Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(Lock { _folder: None }),
                locked => locked?,
            }
            // Another run may have created the folder in the meantime.
            if existing(folder) == place {
                return Ok(Lock { _folder: Some(file) });
            }
        }
    }
}

fn existing(folder: &Path) -> &Path {
    let mut folders = folder.ancestors().map(|folder| if folder == Path::new("") { Path::new(".") } else { folder });
    folders.find(|folder| folder.is_dir()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::existing;

    #[test]
    fn a_folder_that_does_not_exist_is_locked_above() {
        assert_eq!(existing(Path::new("src")), Path::new("src"));
        assert_eq!(existing(Path::new("src/nothing/here")), Path::new("src"));
        assert_eq!(existing(Path::new("nothing/here")), Path::new("."));
        assert_eq!(existing(Path::new("/nothing/here")), Path::new("/"));
    }
}

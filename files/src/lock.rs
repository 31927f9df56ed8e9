//! The lock of a folder.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::disk;

/// The lock of a folder, until it is dropped. It is a lock of the operating system: a killed
/// process has none, and no file is left behind.
#[derive(Debug)]
pub(crate) struct Lock {
    /// `None` on systems and file systems where a folder has no lock.
    _folder: Option<File>,
}

impl Lock {
    /// Waits for the lock of a folder, and creates the folder if it does not exist: a run that
    /// finds it and one that does not must wait for the same lock.
    pub(crate) fn of(folder: &Path) -> io::Result<Self> {
        if !cfg!(unix) {
            return Ok(Lock { _folder: None });
        }
        let folder = if folder == Path::new("") { Path::new(".") } else { folder };
        disk::create_folders(folder)?;
        let file = File::open(folder)?;
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(Lock { _folder: None }),
            locked => locked.map(|()| Lock { _folder: Some(file) }),
        }
    }
}

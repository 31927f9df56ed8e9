//! The operations that change the disk. A test makes each of them fail.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

#[cfg(test)]
mod faults;

fn step<T>(run: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    #[cfg(test)]
    faults::next()?;
    run()
}

pub(crate) fn create_folders(path: &Path) -> io::Result<()> {
    step(|| fs::create_dir_all(path))
}

pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    step(|| File::create_new(path))
}

pub(crate) fn write(mut file: &File, text: &str) -> io::Result<()> {
    step(|| file.write_all(text.as_bytes()))
}

pub(crate) fn set_permissions(path: &Path, permissions: fs::Permissions) -> io::Result<()> {
    step(|| fs::set_permissions(path, permissions))
}

/// Waits until a file's text is on the disk.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    step(|| File::open(path)?.sync_all())
}

/// Waits until the names in a folder are on the disk, on systems where a folder can be opened.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match sync(path) {
        // Some file systems sync names with the files.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step(|| fs::rename(from, to))
}

pub(crate) fn link(from: &Path, to: &Path) -> io::Result<()> {
    step(|| fs::hard_link(from, to))
}

pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    step(|| fs::remove_file(path))
}

/// Removes a folder if it is empty.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    step(|| fs::remove_dir(path))
}

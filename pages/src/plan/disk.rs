//! The files that a catalog names, on the disk.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Reader;

/// The disk.
#[derive(Debug, Clone, Copy)]
pub struct Disk;

impl Reader for Disk {
    fn read(&self, path: &Path) -> io::Result<String> {
        fs::read_to_string(path)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn place(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(folder)
    }
}

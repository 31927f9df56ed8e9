//! Reads files from disk.

use std::path::{Path, PathBuf};
use std::{fs, io};

use errbook_catalog::disk::Root;

use super::Reader;

/// Reads regular files from disk, inside the repository of the catalog only; see [`Root`].
#[derive(Debug, Clone, Copy)]
pub struct Disk;

impl Reader for Disk {
    fn read(&self, folder: &Path, path: &str) -> io::Result<String> {
        Root::of(folder).text(&folder.join(path))
    }

    fn names(&self, folder: &Path, path: &str) -> io::Result<Vec<String>> {
        let names = fs::read_dir(Root::of(folder).place(&folder.join(path))?)?;
        names.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn place(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }
}

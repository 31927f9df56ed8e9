//! Files under a temporary name, until they are complete.

use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::disk;

/// A temporary file in the folder of its target, not yet renamed. It is removed on drop unless it
/// is renamed.
pub(crate) struct Temporary {
    path: PathBuf,
}

impl Temporary {
    pub(crate) fn new(folder: &Path, text: &str) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let name = format!("{TEMPORARY}{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = folder.join(name);
            match disk::create_new(&path) {
                // A killed process with the same id left its file.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    let temporary = Temporary { path };
                    disk::write(&file, text)?;
                    return Ok(temporary);
                }
            }
        }
    }

    /// Waits until the text is on the disk, so that a power failure after the rename does not leave
    /// an empty file.
    pub(crate) fn sync(&self) -> io::Result<()> {
        disk::sync(&self.path)
    }

    /// Gives it the mode of an old file, and the owner and group as far as the system allows it.
    pub(crate) fn belong_as(&self, old: &fs::Metadata) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt as _, chown};
            let new = fs::metadata(&self.path)?;
            if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
                // Only root gives a file away, and a user may change the group to one of their own.
                let _ = chown(&self.path, Some(old.uid()), Some(old.gid()))
                    .or_else(|_| chown(&self.path, None, Some(old.gid())));
            }
        }
        disk::set_permissions(&self.path, old.permissions())
    }

    /// Renames it to `place`, and replaces an existing file.
    pub(crate) fn persist(self, place: &Path) -> io::Result<()> {
        disk::rename(&self.path, place)?;
        mem::forget(self);
        Ok(())
    }

    /// Renames it to `place`, and fails if a file exists there.
    pub(crate) fn persist_new(self, place: &Path) -> io::Result<()> {
        // A hard link fails if the file exists, and a rename would replace it. Some file systems
        // have no hard links.
        match disk::link(&self.path, place) {
            Err(error) if is_unsupported(&error) && !place.try_exists()? => self.persist(place),
            linked => linked,
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // A failure here is ignored: the first error is reported.
        let _ = disk::remove_file(&self.path);
    }
}

/// What the names of temporary files start with. The process and a number follow.
const TEMPORARY: &str = ".errbook-";

/// How long a run can be at one file. A temporary file that is older was left by a killed one.
const LONGEST_WRITE: Duration = Duration::from_secs(300);

/// Removes the temporary files that killed runs left in a folder. A failure here is ignored: they
/// do not disturb other runs.
pub(crate) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(numbers) = name.to_str().and_then(|name| name.strip_prefix(TEMPORARY)) else { continue };
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let process = numbers.split_once('-').filter(|(process, count)| is_number(process) && is_number(count));
        let Some((process, _)) = process else { continue };
        let processes = Path::new("/proc");
        let is_dead = processes.join("self").exists() && !processes.join(process).exists();
        let age =
            entry.metadata().ok().filter(fs::Metadata::is_file).and_then(|file| file.modified().ok()?.elapsed().ok());
        if age.is_some_and(|age| is_dead || age > LONGEST_WRITE) {
            let _ = disk::remove_file(&entry.path());
        }
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

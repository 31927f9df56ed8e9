//! A catalog as it was at a revision: git is asked for each file, and nothing is checked out.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use errbook_catalog::{Files, Loaded, load_from};

use crate::load::folder_of;
use crate::outcome::Stop;

/// Reads and checks the catalog at `path`, and all that it includes, as they were.
pub(super) fn load(revision: &str, path: &Path) -> Result<Loaded, Stop> {
    let folder = folder_of(path).to_owned();
    let commit = commit(revision, &folder)?;
    let files = AtRevision { revision: revision.to_owned(), commit, folder };
    Ok(load_from(path, &files))
}

/// The commit that a revision names.
fn commit(revision: &str, folder: &Path) -> Result<String, Stop> {
    let unknown = || {
        Stop::failed(format_args!("git knows no revision `{revision}` in `{}`", folder.display()))
            .help("name a commit, a tag or a branch of the repository that the catalog is in, and fetch it first")
    };
    // What begins with a hyphen would be an option.
    if revision.starts_with('-') {
        return Err(unknown());
    }
    let output = git(folder)
        .args(["rev-parse", "--verify", "--quiet"])
        .arg(format!("{revision}^{{commit}}"))
        .output()
        .map_err(|error| Stop::failed(format_args!("git cannot be run: {error}")).help("--against asks git"))?;
    if !output.status.success() {
        return Err(unknown());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).stdin(Stdio::null());
    command
}

/// The files of a commit.
struct AtRevision {
    /// As the user gave it.
    revision: String,
    commit: String,
    /// Of the catalog, in which git is run: what begins with `./` is relative to it.
    folder: PathBuf,
}

impl AtRevision {
    /// How git names a file or a folder of the commit.
    fn object(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.folder).unwrap_or(path);
        format!("{}:./{}", self.commit, relative.to_string_lossy().replace('\\', "/"))
    }

    fn ask(&self, arguments: &[&str], path: &Path) -> io::Result<Vec<u8>> {
        let output = git(&self.folder).args(arguments).arg(self.object(path)).output()?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(io::Error::new(io::ErrorKind::NotFound, format!("{} has no such file", self.revision)))
        }
    }
}

impl Files for AtRevision {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.ask(&["cat-file", "blob"], path)
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        // In a folder of the repository, git would look for that folder in the one asked for.
        let Ok(names) = self.ask(&["ls-tree", "-z", "--name-only", "--full-tree"], folder) else { return Vec::new() };
        let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        let mut names: Vec<String> = names.filter_map(|name| String::from_utf8(name.to_vec()).ok()).collect();
        names.sort();
        names
    }

    fn name(&self, path: &Path) -> String {
        format!("{}:{}", self.revision, path.to_string_lossy().replace('\\', "/"))
    }
}

//! Reads a catalog at a git revision, file by file and without a checkout.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use errbook_catalog::{Files, Loaded, load_unlinted};

use crate::load::folder_of;
use crate::outcome::Stop;

/// Reads and checks the catalog at `path` and its includes, at a revision.
pub(super) fn load(revision: &str, path: &Path) -> Result<Loaded, Stop> {
    let folder = folder_of(path).to_owned();
    let commit = commit(revision, &folder)?;
    let files = AtRevision { revision: revision.to_owned(), commit, folder };
    Ok(load_unlinted(path, &files))
}

/// The commit that a revision names.
fn commit(revision: &str, folder: &Path) -> Result<String, Stop> {
    let unknown = || {
        Stop::failed(format_args!("no git revision `{revision}` in `{}`", folder.display()))
            .help("name a commit, tag or branch of the catalog's repository, and fetch it first")
    };
    // git would take an argument with a hyphen for an option.
    if revision.starts_with('-') {
        return Err(unknown());
    }
    let output = git(folder)
        .args(["rev-parse", "--verify", "--quiet"])
        .arg(format!("{revision}^{{commit}}"))
        .output()
        .map_err(|error| Stop::failed(format_args!("git cannot be run: {error}")).help("`--against` needs git"))?;
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
    /// The revision as the user wrote it.
    revision: String,
    commit: String,
    /// The folder of the catalog. git runs here, so that `./` paths are relative to it.
    folder: PathBuf,
}

impl AtRevision {
    /// The git name of a file or folder in the commit.
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

    fn read_within(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        let size = String::from_utf8_lossy(&self.ask(&["cat-file", "-s"], path)?).trim().parse().unwrap_or(0);
        if size > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { self.read(path) }
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        // Without `--full-tree`, git looks for the current folder within the named one.
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

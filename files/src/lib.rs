//! Writes generated files: whole files, and only where their bytes change. It needs nothing but the standard library.
//!
//! An entry point collects everything that it wants to write in an [`Output`], asks for its [`Changes`] and then either shows them
//! (`--check`) or has them written. Everything that can be refused is refused before the first byte is written: a path that
//! leaves the folder, two files in one place, a symbolic link on the way, a file that the run itself reads.
//!
//! # Whose file is it?
//!
//! In a folder that errbook owns ([`Output::own`]) it keeps a list of what it wrote there, in a file named [`LIST`]. A file
//! that is on the list and no longer generated is a leftover, and is removed; a file that is not on the list is never
//! removed. The list is generated like any other file, holds nothing but sorted paths, and belongs into version control with
//! them. It cannot reach out of its folder: a line that is not a path below it means nothing. A leftover that somebody has
//! edited is still a leftover, as a generated file that somebody has edited is still replaced.
//!
//! # What a crash leaves
//!
//! Each file is written under another name beside its place and then renamed, so it is whole, old or new, at any time. The
//! list names a new file before it is there and an old one until it is gone: whatever an interrupted run wrote, the next one
//! knows.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::mem;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// The name of the list of files that errbook wrote, one in each folder that it owns.
pub const LIST: &str = ".errbook";

/// The first line of a [`LIST`]; every other one is a path.
const LIST_HEADER: &str = "# The files that errbook wrote here, and may remove. Commit this file with them.";

/// A file that an emitter made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Where it goes: relative to the output's root, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// Everything that one run writes below one folder.
///
/// ```
/// use errbook_files::{GeneratedFile, Output};
/// # let folder = tempfile::tempdir().unwrap();
/// # let root = folder.path();
/// let mut output = Output::new(root);
/// output.add(GeneratedFile { path: "docs/index.md".into(), text: "# Errors\n".into() });
/// output.own("docs");
/// let changes = output.changes().unwrap();
/// changes.write().unwrap();
/// assert_eq!(std::fs::read_to_string(root.join("docs/index.md")).unwrap(), "# Errors\n");
/// ```
#[derive(Debug)]
pub struct Output {
    root: PathBuf,
    files: Vec<GeneratedFile>,
    owned: Vec<String>,
    inputs: Vec<PathBuf>,
}

/// What stands between the disk and an [`Output`].
#[derive(Debug)]
pub struct Changes {
    /// The folder that every path here is relative to.
    pub root: PathBuf,
    /// Files that are not there yet.
    pub missing: Vec<GeneratedFile>,
    /// Files that say something else.
    pub changed: Vec<GeneratedFile>,
    /// Paths of files that an earlier run wrote and this one does not.
    pub leftover: Vec<String>,
    /// How many files are as they should be.
    pub unchanged: usize,
    lists: Vec<List>,
}

/// A [`LIST`] that gains or loses a path.
#[derive(Debug)]
struct List {
    path: String,
    /// With what an earlier run wrote and what this one writes.
    meanwhile: String,
    /// With what this run writes.
    finally: String,
}

/// Why nothing was written, or why writing stopped.
#[derive(Debug)]
pub enum OutputError {
    /// A path that does not stay below the root on every system.
    InvalidPath {
        /// As it was asked for.
        path: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Two files would stand in one place, letter case aside, or one in the other.
    Clash {
        /// The one asked for first.
        first: String,
        /// The other one.
        second: String,
    },
    /// A symbolic link on the way to a file. It could lead anywhere.
    Symlink(PathBuf),
    /// Something that is no folder stands where one is needed.
    NotAFolder(PathBuf),
    /// Something that is no file stands where one is needed.
    NotAFile(PathBuf),
    /// A file that the run read would be overwritten.
    Input(PathBuf),
    /// The system refused.
    Io {
        /// What was tried: `read`, `written`.
        tried: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::InvalidPath { path, fault } => {
                write!(f, "`{}` cannot be written: {fault}", path.escape_debug())
            }
            OutputError::Clash { first, second } if first == second => {
                write!(f, "two generated files have the path `{first}`")
            }
            OutputError::Clash { first, second } => {
                write!(f, "the generated files `{first}` and `{second}` cannot both exist on every system")
            }
            OutputError::Symlink(path) => {
                write!(f, "`{}` is a symbolic link: errbook writes to real files and folders only", path.display())
            }
            OutputError::NotAFolder(path) => write!(f, "`{}` is in the way: it is not a folder", path.display()),
            OutputError::NotAFile(path) => write!(f, "`{}` is in the way: it is not a file", path.display()),
            OutputError::Input(path) => write!(f, "`{}` would be overwritten, and it was read", path.display()),
            OutputError::Io { tried, path, error } => write!(f, "`{}` cannot be {tried}: {error}", path.display()),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OutputError::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl Output {
    /// Nothing yet, to go below `root`. The root may be a symbolic link, and need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Output { root: root.into(), files: Vec::new(), owned: Vec::new(), inputs: Vec::new() }
    }

    /// Adds a file.
    pub fn add(&mut self, file: GeneratedFile) {
        self.files.push(file);
    }

    /// Adds files.
    pub fn extend(&mut self, files: impl IntoIterator<Item = GeneratedFile>) {
        self.files.extend(files);
    }

    /// Makes leftovers in a folder below the root errbook's business, or with an empty name in the root itself; see the
    /// module's documentation.
    pub fn own(&mut self, folder: impl Into<String>) {
        self.owned.push(folder.into());
    }

    /// Files that the run reads, and must therefore neither replace nor remove.
    pub fn protect(&mut self, inputs: impl IntoIterator<Item = PathBuf>) {
        self.inputs.extend(inputs);
    }

    /// Compares the files with the disk. What is refused is refused here, so that nothing is written then.
    pub fn changes(self) -> Result<Changes, OutputError> {
        let Output { root, mut files, owned, inputs } = self;
        let lists: Vec<GeneratedFile> = owned.iter().map(|folder| list_of(folder, &owned, &files)).collect();
        files.extend(lists.iter().cloned());
        let planned = refuse_paths(&files)?;

        let mut disk = Disk::new(&root, &inputs)?;
        let (mut missing, mut changed, mut unchanged) = (Vec::new(), Vec::new(), 0);
        for file in files {
            match disk.file(&file.path)? {
                None => missing.push(file),
                Some(_) if disk.is_input(&file.path) => return Err(OutputError::Input(root.join(&file.path))),
                Some(length) if disk.says(&file, length)? => unchanged += 1,
                Some(_) => changed.push(file),
            }
        }

        let mut leftover = BTreeSet::new();
        let mut changing_lists = Vec::new();
        for (folder, list) in owned.iter().zip(lists) {
            let written = disk.listed(folder, &list.path)?;
            for path in &written {
                let path = join(folder, path);
                let stays = planned.contains(&path.to_lowercase()) || disk.is_input(&path);
                if !stays && disk.is_plain_file(&path)? {
                    leftover.insert(path);
                }
            }
            let generated = list.text.lines().skip(1).map(str::to_owned);
            let meanwhile = list_text(written.into_iter().chain(generated).collect());
            changing_lists.push(List { path: list.path, meanwhile, finally: list.text });
        }
        Ok(Changes {
            missing,
            changed,
            leftover: leftover.into_iter().collect(),
            unchanged,
            lists: changing_lists,
            root,
        })
    }
}

impl Changes {
    /// Whether the disk is as it should be.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.leftover.is_empty()
    }

    /// Makes the disk as it should be. Where this fails, every file is as it was or as it should be, and a further run
    /// does the rest.
    pub fn write(&self) -> Result<(), OutputError> {
        if self.is_empty() {
            return Ok(());
        }
        for list in &self.lists {
            self.put(&list.path, &list.meanwhile)?;
        }
        let lists: HashSet<&str> = self.lists.iter().map(|list| list.path.as_str()).collect();
        for file in self.missing.iter().chain(&self.changed).filter(|file| !lists.contains(file.path.as_str())) {
            self.put(&file.path, &file.text)?;
        }
        for path in &self.leftover {
            self.remove(path)?;
        }
        for list in &self.lists {
            self.put(&list.path, &list.finally)?;
        }
        Ok(())
    }

    /// Writes a file whole, where it says something else.
    fn put(&self, path: &str, text: &str) -> Result<(), OutputError> {
        let path = self.root.join(path);
        let written = |error| OutputError::Io { tried: "written", path: path.clone(), error };
        if fs::read(&path).is_ok_and(|present| present == text.as_bytes()) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(written)?;
        Temporary::new(folder, text).and_then(|file| file.persist(&path)).map_err(written)
    }

    /// Removes a file, and the folders that it leaves empty.
    fn remove(&self, path: &str) -> Result<(), OutputError> {
        let path = self.root.join(path);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(OutputError::Io { tried: "removed", path, error });
            }
            _ => {}
        }
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != self.root);
        for folder in folders {
            // Removes an empty folder only: the first one with something in it ends the walk.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// Writes a file that must not exist yet, whole or not at all, with the folders on the way.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("errors.yaml");
/// errbook_files::create(&path, "errbook: 1\n").unwrap();
/// let again = errbook_files::create(&path, "");
/// assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
/// ```
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    Temporary::new(folder, text)?.persist_new(path)
}

/// Gives files other texts, or makes them: all of them, or none. Each text is first written whole beside its place, where a disk may
/// be full and a folder closed; only then are they renamed, in their order, and where that fails, those before get their old
/// text back. A symbolic link stays one.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = |name: &str| folder.path().join(name);
/// use errbook_files::replace;
///
/// std::fs::write(path("errors.yaml"), "errbook: 1\n").unwrap();
/// let files = |root| [(path("errors.yaml"), "errbook: 1 # released\n".to_owned()), (root, "lock 1\n".to_owned())];
/// assert!(replace(&files(path("nowhere/errbook.lock"))).is_err());
/// assert_eq!(std::fs::read_to_string(path("errors.yaml")).unwrap(), "errbook: 1\n");
///
/// replace(&files(path("errbook.lock"))).unwrap();
/// assert_eq!(std::fs::read_to_string(path("errors.yaml")).unwrap(), "errbook: 1 # released\n");
/// ```
pub fn replace(files: &[(PathBuf, String)]) -> Result<(), OutputError> {
    let mut staged = Vec::new();
    for (path, text) in files {
        let staging = stage(path, text).map_err(|error| unwritable(path, error))?;
        staged.push(staging);
    }
    let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
    for Staged { file, place, before } in staged {
        if let Err(error) = file.persist(&place) {
            for (place, before) in done {
                // What fails here has no better remedy than the error that is reported.
                let _ = before.map_or_else(|| fs::remove_file(&place), |before| fs::write(&place, before));
            }
            return Err(unwritable(&place, error));
        }
        done.push((place, before));
    }
    Ok(())
}

/// A text beside its place.
struct Staged {
    file: Temporary,
    place: PathBuf,
    /// What the file said; `None` where there was none.
    before: Option<Vec<u8>>,
}

fn stage(path: &Path, text: &str) -> io::Result<Staged> {
    let (place, before) = match fs::canonicalize(path) {
        Ok(place) => (place.clone(), Some(fs::read(&place)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_owned(), None),
        Err(error) => return Err(error),
    };
    let file = Temporary::new(folder_of(&place), text)?;
    if before.is_some() {
        fs::set_permissions(&file.path, fs::metadata(&place)?.permissions())?;
    }
    Ok(Staged { file, place, before })
}

fn unwritable(path: &Path, error: io::Error) -> OutputError {
    OutputError::Io { tried: "written", path: path.to_owned(), error }
}

/// The folder that a file is in; of a bare name, the working directory.
///
/// ```
/// use std::path::Path;
/// assert_eq!(errbook_files::folder_of(Path::new("api/errors.yaml")), Path::new("api"));
/// assert_eq!(errbook_files::folder_of(Path::new("errors.yaml")), Path::new("."));
/// ```
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file beside its place, written whole and not yet renamed to it. It is removed if it never is.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn new(folder: &Path, text: &str) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let name = format!(".errbook-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = folder.join(name);
            match fs::File::create_new(&path) {
                // A process of the same number was killed before it could remove its own.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(mut file) => {
                    let temporary = Temporary { path };
                    file.write_all(text.as_bytes())?;
                    return Ok(temporary);
                }
            }
        }
    }

    /// Renames it to `place`, over the file that is there.
    fn persist(self, place: &Path) -> io::Result<()> {
        fs::rename(&self.path, place)?;
        mem::forget(self);
        Ok(())
    }

    /// Renames it to `place`, where no file may be.
    fn persist_new(self, place: &Path) -> io::Result<()> {
        // A link fails where a file is; a rename would replace it. Some file systems have no links.
        match fs::hard_link(&self.path, place) {
            Err(error) if is_unsupported(&error) && !place.try_exists()? => self.persist(place),
            linked => linked,
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What fails here has no better remedy than the error that is reported.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

/// The paths in lower case, where every file can exist beside the others.
fn refuse_paths(files: &[GeneratedFile]) -> Result<HashSet<String>, OutputError> {
    let mut planned: BTreeMap<String, &str> = BTreeMap::new();
    for file in files {
        let path = file.path.as_str();
        if let Some(fault) = path_fault(path) {
            return Err(OutputError::InvalidPath { path: path.to_owned(), fault });
        }
        if let Some(first) = planned.insert(path.to_lowercase(), path) {
            return Err(OutputError::Clash { first: first.to_owned(), second: path.to_owned() });
        }
    }
    for (folded, path) in &planned {
        let mut folders = folded.match_indices('/').map(|(at, _)| &folded[..at]);
        if let Some(first) = folders.find_map(|folder| planned.get(folder)) {
            return Err(OutputError::Clash { first: (*first).to_owned(), second: (*path).to_owned() });
        }
    }
    Ok(planned.into_keys().collect())
}

/// Why a path cannot be written below a folder, on one system or another.
fn path_fault(path: &str) -> Option<&'static str> {
    if path.contains(|character: char| matches!(character, '\\' | ':') || character.is_control()) {
        return Some("a path has no backslash, colon or control character");
    }
    path.split('/').find_map(|name| match name {
        "" => Some("it is not a relative path with a name in each part"),
        "." | ".." => Some("it does not stay below its folder"),
        name if name.len() > 255 => Some("a name in it is longer than 255 bytes"),
        _ => None,
    })
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The list for a folder, as a file. Where a folder within it is owned too, that one's list has what is there.
fn list_of(folder: &str, owned: &[String], files: &[GeneratedFile]) -> GeneratedFile {
    let inside = join(folder, "");
    let is_deeper = |other: &&String| *other != folder && other.starts_with(&inside);
    let deeper: Vec<String> = owned.iter().filter(is_deeper).map(|other| format!("{other}/")).collect();
    let own = files.iter().filter(|file| !deeper.iter().any(|deeper| file.path.starts_with(deeper)));
    let paths = own.filter_map(|file| file.path.strip_prefix(&inside)).map(str::to_owned);
    GeneratedFile { path: join(folder, LIST), text: list_text(paths.collect()) }
}

fn list_text(paths: BTreeSet<String>) -> String {
    let mut text = format!("{LIST_HEADER}\n");
    for path in paths {
        text.push_str(&path);
        text.push('\n');
    }
    text
}

/// The disk below a root, seen without following a symbolic link.
struct Disk<'a> {
    root: &'a Path,
    /// Folders known to be real ones.
    folders: HashSet<PathBuf>,
    /// The inputs below the root, relative to it, in lower case: some systems make no difference.
    inputs: HashSet<String>,
}

impl<'a> Disk<'a> {
    fn new(root: &'a Path, inputs: &[PathBuf]) -> Result<Self, OutputError> {
        let mut disk = Disk { root, folders: HashSet::new(), inputs: HashSet::new() };
        match fs::metadata(root) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(OutputError::NotAFolder(root.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(root.to_owned(), error)),
        }
        if let Ok(root) = fs::canonicalize(root) {
            let inputs = inputs.iter().filter_map(|input| fs::canonicalize(input).ok());
            let below = inputs.filter_map(|input| Some(input.strip_prefix(&root).ok()?.to_str()?.to_lowercase()));
            disk.inputs = below.map(|input| input.replace('\\', "/")).collect();
        }
        Ok(disk)
    }

    /// The length of the file at a path; `None` where there is nothing.
    fn file(&mut self, path: &str) -> Result<Option<u64>, OutputError> {
        let mut place = self.root.to_owned();
        let (folders, name) = path.rsplit_once('/').map_or((None, path), |(folders, name)| (Some(folders), name));
        for folder in folders.into_iter().flat_map(|folders| folders.split('/')) {
            place.push(folder);
            if self.folders.contains(&place) {
                continue;
            }
            match present(&place)? {
                None => return Ok(None),
                Some(metadata) if metadata.is_symlink() => return Err(OutputError::Symlink(place)),
                Some(metadata) if !metadata.is_dir() => return Err(OutputError::NotAFolder(place)),
                Some(_) => self.folders.insert(place.clone()),
            };
        }
        place.push(name);
        match present(&place)? {
            None => Ok(None),
            Some(metadata) if metadata.is_symlink() => Err(OutputError::Symlink(place)),
            Some(metadata) if !metadata.is_file() => Err(OutputError::NotAFile(place)),
            Some(metadata) => Ok(Some(metadata.len())),
        }
    }

    /// Whether a file is there that could be errbook's: reached through real folders, and no link itself.
    fn is_plain_file(&mut self, path: &str) -> Result<bool, OutputError> {
        match self.file(path) {
            Ok(found) => Ok(found.is_some()),
            Err(error @ OutputError::Io { .. }) => Err(error),
            Err(_) => Ok(false),
        }
    }

    fn is_input(&self, path: &str) -> bool {
        self.inputs.contains(&path.to_lowercase())
    }

    /// Whether the file of that length is as it should be.
    fn says(&self, file: &GeneratedFile, length: u64) -> Result<bool, OutputError> {
        if usize::try_from(length) != Ok(file.text.len()) {
            return Ok(false);
        }
        let place = self.root.join(&file.path);
        let text = fs::read(&place).map_err(|error| unreadable(place, error))?;
        Ok(text == file.text.as_bytes())
    }

    /// What an earlier run wrote in a folder, relative to it; lines that are no such path are left out.
    fn listed(&mut self, folder: &str, list: &str) -> Result<BTreeSet<String>, OutputError> {
        if self.file(list)?.is_none() {
            return Ok(BTreeSet::new());
        }
        let place = self.root.join(list);
        let text = fs::read(&place).map_err(|error| unreadable(place, error))?;
        let text = String::from_utf8_lossy(&text);
        let paths = text.lines().skip(1).filter(|path| path_fault(path).is_none() && join(folder, path) != list);
        Ok(paths.map(str::to_owned).collect())
    }
}

/// What stands at a place, links not followed.
fn present(place: &Path) -> Result<Option<fs::Metadata>, OutputError> {
    match fs::symlink_metadata(place) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(place.to_owned(), error)),
    }
}

fn unreadable(path: PathBuf, error: io::Error) -> OutputError {
    OutputError::Io { tried: "read", path, error }
}

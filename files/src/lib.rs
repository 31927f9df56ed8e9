//! Writes generated files atomically, and only if their bytes change. It depends only on the
//! standard library.
//!
//! An entry point collects its files in an [`Output`], gets the [`Changes`] and then either shows
//! them (`--check`) or writes them. Every error that can be detected is reported before the first
//! byte is written: a path that leaves the folder, two files with one path, a symbolic link in a
//! path, or an input file that would be overwritten.
//!
//! # Leftover files
//!
//! In a folder that errbook owns ([`Output::own`]), the file [`LIST`] lists the files that errbook
//! wrote. A listed file that the run does not generate is a leftover, and is removed. A file that
//! is not listed is never removed. The list is a generated file with sorted paths; commit it with
//! the others. Lines that are not a path below the folder are ignored. An edited leftover is still
//! removed, just as an edited generated file is still replaced.
//!
//! # After a crash
//!
//! Each file is written under a temporary name in its folder and then renamed, so that it is always
//! complete, old or new. The list names a new file before it exists, and an old one until it is
//! removed, so that the next run knows every file of an interrupted run.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::mem;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The name of the list of generated files, one in each folder that errbook owns.
pub const LIST: &str = ".errbook";

/// The first line of a [`LIST`]; every other line is a path.
const LIST_HEADER: &str = "# The files that errbook wrote here, and may remove. Commit this file with them.";

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// The path relative to the output's root, with `/`.
    pub path: String,
    /// The content.
    pub text: String,
}

/// All files that one run writes below one folder.
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

/// The differences between the disk and an [`Output`].
#[derive(Debug)]
pub struct Changes {
    /// The folder that the paths are relative to.
    pub root: PathBuf,
    /// Files that do not exist yet.
    pub missing: Vec<GeneratedFile>,
    /// Files with another content.
    pub changed: Vec<GeneratedFile>,
    /// Paths of leftovers: files that an earlier run wrote and this one does not.
    pub leftover: Vec<String>,
    /// The number of files that are up to date.
    pub unchanged: usize,
    lists: Vec<List>,
    /// Every folder with a generated file.
    folders: BTreeSet<PathBuf>,
}

/// A [`LIST`] that gains or loses a path.
#[derive(Debug)]
struct List {
    path: String,
    /// The list with the files of an earlier run and of this one.
    meanwhile: String,
    /// The list with the files of this run.
    finally: String,
}

/// The reason why no file was written, or why writing stopped.
#[derive(Debug)]
pub enum OutputError {
    /// A path that does not stay below the root on every system.
    InvalidPath {
        /// The path.
        path: String,
        /// The fault.
        fault: &'static str,
    },
    /// Two files have the same path, ignoring case, or one path is within the other.
    Clash {
        /// The first path.
        first: String,
        /// The second path.
        second: String,
    },
    /// A symbolic link in the path of a file. It could lead anywhere.
    Symlink(PathBuf),
    /// The path of a needed folder is not a folder.
    NotAFolder(PathBuf),
    /// The path of a file is not a file.
    NotAFile(PathBuf),
    /// The file is an input of the run, and would be overwritten.
    Input(PathBuf),
    /// The file changed after it was read, so an edit would undo that change.
    Changed(PathBuf),
    /// An error of the system.
    Io {
        /// The failed operation: `read`, `written` or `removed`.
        tried: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
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
                write!(f, "`{}` is a symbolic link: errbook writes only to real files and folders", path.display())
            }
            OutputError::NotAFolder(path) => write!(f, "`{}` is not a folder", path.display()),
            OutputError::NotAFile(path) => write!(f, "`{}` is not a file", path.display()),
            OutputError::Input(path) => write!(f, "`{}` is an input, and would be overwritten", path.display()),
            OutputError::Changed(path) => {
                write!(f, "`{}` changed while errbook was running: nothing was written", path.display())
            }
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
    /// An empty output below `root`. The root may be a symbolic link, and need not exist.
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

    /// Owns a folder below the root, or the root itself if the name is empty: errbook removes
    /// leftovers there. See the crate's documentation.
    pub fn own(&mut self, folder: impl Into<String>) {
        self.owned.push(folder.into());
    }

    /// Adds input files, which the run must not replace or remove.
    pub fn protect(&mut self, inputs: impl IntoIterator<Item = PathBuf>) {
        self.inputs.extend(inputs);
    }

    /// Compares the files with the disk. Invalid paths are rejected here, before any file is
    /// written.
    pub fn changes(self) -> Result<Changes, OutputError> {
        let Output { root, mut files, owned, inputs } = self;
        let lists: Vec<GeneratedFile> = owned.iter().map(|folder| list_of(folder, &owned, &files)).collect();
        files.extend(lists.iter().cloned());
        let folders = files.iter().map(|file| folder_of(&root.join(&file.path)).to_owned()).collect();
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
            folders,
            root,
        })
    }
}

impl Changes {
    /// Whether the disk is up to date.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.leftover.is_empty()
    }

    /// Writes the changes to the disk. On failure every file is either unchanged or up to date, and
    /// another run completes the work.
    pub fn write(&self) -> Result<(), OutputError> {
        self.folders.iter().for_each(|folder| sweep(folder));
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

    /// Writes a file atomically if its content differs.
    fn put(&self, path: &str, text: &str) -> Result<(), OutputError> {
        let path = self.root.join(path);
        let written = |error| OutputError::Io { tried: "written", path: path.clone(), error };
        if fs::read(&path).is_ok_and(|present| present == text.as_bytes()) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(written)?;
        let file = Temporary::new(folder, text).map_err(written)?;
        if let Ok(old) = fs::symlink_metadata(&path) {
            file.belong_as(&old).map_err(written)?;
        }
        file.persist(&path).map_err(written)
    }

    /// Removes a file, and the folders that become empty.
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
            // `remove_dir` removes only empty folders: the first other one ends the walk.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// Creates a file that must not exist yet, atomically, with its parent folders.
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

/// Replaces or creates files: all of them, or none. Each text is first written to a temporary file
/// in the same folder, which detects a full disk or a read-only folder. Then the temporary files
/// are renamed in their order. If a rename fails, the files before it get their old text back. A
/// symbolic link stays one, and a file keeps its mode and its owner. A file that does not say any
/// more what it said when it was read is not replaced, and neither are the others.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = |name: &str| folder.path().join(name);
/// use errbook_files::{Edit, OutputError, replace};
///
/// std::fs::write(path("errors.yaml"), "errbook: 1\n").unwrap();
/// let edit = |path, before: &str, after: &str| Edit { path, before: before.to_owned(), after: after.to_owned() };
/// let files = |lock| [edit(path("errors.yaml"), "errbook: 1\n", "errbook: 1 # released\n"), edit(lock, "", "lock 1\n")];
/// assert!(replace(&files(path("nowhere/errbook.lock"))).is_err());
/// assert_eq!(std::fs::read_to_string(path("errors.yaml")).unwrap(), "errbook: 1\n");
///
/// replace(&files(path("errbook.lock"))).unwrap();
/// assert_eq!(std::fs::read_to_string(path("errors.yaml")).unwrap(), "errbook: 1 # released\n");
/// assert!(matches!(replace(&files(path("errbook.lock"))), Err(OutputError::Changed(_))));
/// ```
pub fn replace(edits: &[Edit]) -> Result<(), OutputError> {
    let mut staged = Vec::new();
    for Edit { path, before, after } in edits {
        sweep(folder_of(path));
        let staging = stage(path, after).map_err(|error| unwritable(path, error))?;
        if staging.before.as_deref().unwrap_or_default() != before.as_bytes() {
            return Err(OutputError::Changed(path.clone()));
        }
        staged.push(staging);
    }
    let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
    for Staged { file, place, before } in staged {
        if let Err(error) = file.persist(&place) {
            for (place, before) in done {
                // A failure here is ignored: the first error is reported.
                let _ = before.map_or_else(|| fs::remove_file(&place), |before| fs::write(&place, before));
            }
            return Err(unwritable(&place, error));
        }
        done.push((place, before));
    }
    Ok(())
}

/// A change of a file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub path: PathBuf,
    /// What it said when it was read; nothing if it did not exist.
    pub before: String,
    /// What it should say.
    pub after: String,
}

/// A text in a temporary file next to its target.
struct Staged {
    file: Temporary,
    place: PathBuf,
    /// The old content; `None` if the file did not exist.
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
        file.belong_as(&fs::metadata(&place)?)?;
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

/// A temporary file in the folder of its target, not yet renamed. It is removed on drop unless it
/// is renamed.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn new(folder: &Path, text: &str) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let name = format!("{TEMPORARY}{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = folder.join(name);
            match fs::File::create_new(&path) {
                // A killed process with the same id left its file.
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

    /// Gives it the mode of an old file, and the owner and group as far as the system allows it.
    fn belong_as(&self, old: &fs::Metadata) -> io::Result<()> {
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
        fs::set_permissions(&self.path, old.permissions())
    }

    /// Renames it to `place`, and replaces an existing file.
    fn persist(self, place: &Path) -> io::Result<()> {
        fs::rename(&self.path, place)?;
        mem::forget(self);
        Ok(())
    }

    /// Renames it to `place`, and fails if a file exists there.
    fn persist_new(self, place: &Path) -> io::Result<()> {
        // A hard link fails if the file exists, and a rename would replace it. Some file systems
        // have no hard links.
        match fs::hard_link(&self.path, place) {
            Err(error) if is_unsupported(&error) && !place.try_exists()? => self.persist(place),
            linked => linked,
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // A failure here is ignored: the first error is reported.
        let _ = fs::remove_file(&self.path);
    }
}

/// What the names of temporary files start with. The process and a number follow.
const TEMPORARY: &str = ".errbook-";

/// How long a run can be at one file. A temporary file that is older was left by a killed one.
const LONGEST_WRITE: Duration = Duration::from_secs(300);

/// Removes the temporary files that killed runs left in a folder. A failure here is ignored: they
/// are in nobody's way.
fn sweep(folder: &Path) {
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
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

/// The paths in lower case, or an error if two files cannot both exist.
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

/// The reason why a path is invalid on some system.
fn path_fault(path: &str) -> Option<&'static str> {
    if path.contains(|character: char| matches!(character, '\\' | ':') || character.is_control()) {
        return Some("a path must not contain a backslash, colon or control character");
    }
    path.split('/').find_map(|name| match name {
        "" => Some("it must be a relative path without empty parts"),
        "." | ".." => Some("it must not contain `.` or `..`"),
        name if name.len() > 255 => Some("it contains a name of more than 255 bytes"),
        _ => None,
    })
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The list of a folder, as a file. Files in a nested owned folder are in that folder's list.
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

/// The disk below a root, read without following symbolic links.
struct Disk<'a> {
    root: &'a Path,
    /// Folders that are known not to be links.
    folders: HashSet<PathBuf>,
    /// The inputs below the root, relative to it, in lower case: some systems ignore case.
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

    /// The length of the file at a path; `None` if it does not exist.
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

    /// Whether a file exists that errbook could have written: neither it nor a parent folder is a
    /// link.
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

    /// Whether the file of that length is up to date.
    fn says(&self, file: &GeneratedFile, length: u64) -> Result<bool, OutputError> {
        if usize::try_from(length) != Ok(file.text.len()) {
            return Ok(false);
        }
        let place = self.root.join(&file.path);
        let text = fs::read(&place).map_err(|error| unreadable(place, error))?;
        Ok(text == file.text.as_bytes())
    }

    /// The files of an earlier run in a folder, relative to it. Lines that are not such a path are
    /// ignored.
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

/// The metadata of a path, without following links.
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

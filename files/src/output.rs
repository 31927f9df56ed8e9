//! The files of one run below one folder, compared with the disk.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::edit::{Edit, check, real, replace};
use crate::lock::Lock;
use crate::marks;
use crate::temporary::{Temporary, sweep};
use crate::{GeneratedFile, OutputError, disk, folder_of};

/// The name of the list of generated files, one in each folder that errbook owns.
pub const LIST: &str = ".errbook";

/// The first line of a [`LIST`]; every other line is a path.
const LIST_HEADER: &str = "# The files that errbook wrote here, and may remove. Commit this file with them.";

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
    edits: Vec<(GeneratedFile, String)>,
    owned: Vec<String>,
    inputs: Vec<PathBuf>,
    lock: Option<Lock>,
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
    /// The edits in `missing` and `changed`.
    edits: Vec<Edit>,
    lists: Vec<List>,
    /// Every folder with a generated file.
    folders: BTreeSet<PathBuf>,
    _lock: Option<Lock>,
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

impl Output {
    /// An empty output below `root`. The root may be a symbolic link, and need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let (files, edits, owned, inputs) = Default::default();
        Output { root: root.into(), files, edits, owned, inputs, lock: None }
    }

    /// Adds a file.
    pub fn add(&mut self, file: GeneratedFile) {
        self.files.push(file);
    }

    /// Adds files.
    pub fn extend(&mut self, files: impl IntoIterator<Item = GeneratedFile>) {
        self.files.extend(files);
    }

    /// Adds a file of the user, with the text that was read, or an empty text if the file did not
    /// exist. It may be a symbolic link. It is not written if it has changed in the meantime.
    pub fn edit(&mut self, file: GeneratedFile, before: String) {
        self.edits.push((file, before));
    }

    /// Waits for other runs that have locked the folder, and locks it until the changes are
    /// dropped. Creates the folder if it does not exist. Two runs that both lock the folder leave
    /// the files of one of them, never a mixture. There is no lock on Windows.
    ///
    /// Lock several outputs in the order of their roots, so that two runs do not wait for each
    /// other.
    ///
    /// # Errors
    ///
    /// [`OutputError::NotAFolder`], and [`OutputError::Io`] if the folder cannot be created or opened.
    pub fn lock(&mut self) -> Result<(), OutputError> {
        if self.root.exists() && !self.root.is_dir() {
            return Err(OutputError::NotAFolder(self.root.clone()));
        }
        let locked = Lock::of(&self.root);
        self.lock =
            Some(locked.map_err(|error| OutputError::Io { tried: "written", path: self.root.clone(), error })?);
        Ok(())
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
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
        let Output { root, mut files, edits, owned, inputs, lock } = self;
        let lists: Vec<GeneratedFile> = owned.iter().map(|folder| list_of(folder, &owned, &files)).collect();
        files.extend(lists.iter().cloned());
        let folders = files.iter().map(|file| folder_of(&root.join(&file.path)).to_owned()).collect();
        let planned = refuse_paths(files.iter().chain(edits.iter().map(|(file, _)| file)))?;

        let mut disk = Disk::new(&root, &inputs)?;
        let mut earlier = Vec::new();
        for (folder, list) in owned.iter().zip(&lists) {
            earlier.push(disk.listed(folder, &list.path)?);
        }
        let listed: HashSet<String> = owned
            .iter()
            .zip(&earlier)
            .flat_map(|(folder, paths)| paths.iter().map(|path| join(folder, path)))
            .collect();
        let (mut missing, mut changed, mut unchanged) = (Vec::new(), Vec::new(), 0);
        for file in files {
            match disk.file(&file.path)? {
                None => missing.push(file),
                Some(_) if disk.is_input(&file.path) => return Err(OutputError::Input(root.join(&file.path))),
                Some(length) if disk.says(&file, length)? => unchanged += 1,
                Some(_) if !listed.contains(&file.path) && !disk.is_generated(&file.path)? => {
                    return Err(OutputError::NotGenerated(root.join(&file.path)));
                }
                Some(_) => changed.push(file),
            }
        }

        let mut all_edits = Vec::new();
        let base = real(&root);
        for (file, before) in edits {
            let path = root.join(&file.path);
            let place = real(&path);
            let inside = place.strip_prefix(&base).unwrap_or(&place).to_string_lossy().replace('\\', "/");
            if planned.contains(&inside.to_lowercase()) && !inside.eq_ignore_ascii_case(&file.path) {
                return Err(OutputError::Same { first: root.join(inside), second: path });
            }
            match fs::metadata(&path) {
                Ok(metadata) if !metadata.is_file() => return Err(OutputError::NotAFile(path)),
                _ if file.text == before => unchanged += 1,
                Ok(_) => changed.push(file.clone()),
                Err(_) => missing.push(file.clone()),
            }
            all_edits.push(Edit { path, before, after: file.text });
        }
        check(&all_edits, &inputs)?;
        let changing_edits = all_edits.into_iter().filter(|edit| edit.before != edit.after).collect();

        let mut leftover = BTreeSet::new();
        let mut changing_lists = Vec::new();
        for ((folder, list), written) in owned.iter().zip(lists).zip(earlier) {
            for path in &written {
                let path = join(folder, path);
                let stays = planned.contains(&path.to_lowercase()) || disk.is_input(&path);
                if !stays && disk.is_plain_file(&path)? && (marks::is_unmarked(&path) || disk.is_generated(&path)?) {
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
            edits: changing_edits,
            lists: changing_lists,
            folders,
            root,
            _lock: lock,
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
        // First, because nothing is written if a file of the user has changed.
        for Edit { path, .. } in &self.edits {
            disk::create_folders(folder_of(path)).map_err(|error| OutputError::Io {
                tried: "written",
                path: path.clone(),
                error,
            })?;
        }
        replace(&self.edits)?;
        for list in &self.lists {
            self.put(&list.path, &list.meanwhile)?;
        }
        let lists: HashSet<&str> = self.lists.iter().map(|list| list.path.as_str()).collect();
        let edits: HashSet<&Path> = self.edits.iter().map(|edit| edit.path.as_path()).collect();
        for file in self.missing.iter().chain(&self.changed) {
            if !lists.contains(file.path.as_str()) && !edits.contains(&*self.root.join(&file.path)) {
                self.put(&file.path, &file.text)?;
            }
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
        let old = fs::symlink_metadata(&path).ok();
        if old.is_some() && fs::read(&path).is_ok_and(|present| present == text.as_bytes()) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = match Temporary::new(folder, text) {
            // Most files are in a folder that exists.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                disk::create_folders(folder).and_then(|()| Temporary::new(folder, text))
            }
            written => written,
        };
        let file = file.map_err(written)?;
        if let Some(old) = old {
            file.belong_as(&old).map_err(written)?;
        }
        file.persist(&path).map_err(written)
    }

    /// Removes a file, and the folders that become empty.
    fn remove(&self, path: &str) -> Result<(), OutputError> {
        let path = self.root.join(path);
        match disk::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(OutputError::Io { tried: "removed", path, error });
            }
            _ => {}
        }
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != self.root);
        for folder in folders {
            // `remove_dir` removes only empty folders: the first other one ends the walk.
            if disk::remove_folder(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// The paths in lower case, or an error if two files cannot both exist.
fn refuse_paths<'a>(files: impl Iterator<Item = &'a GeneratedFile>) -> Result<HashSet<String>, OutputError> {
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
        name if name.eq_ignore_ascii_case(".git") => Some("errbook writes nothing into `.git`"),
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

    /// Whether errbook generated the file.
    fn is_generated(&self, path: &str) -> Result<bool, OutputError> {
        let place = self.root.join(path);
        let text = fs::read(&place).map_err(|error| unreadable(place, error))?;
        Ok(marks::is_generated(&text))
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

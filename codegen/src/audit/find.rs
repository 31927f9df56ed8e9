//! The files that are read: below the paths given, without what cargo writes and without following links.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::AuditError;

/// A folder with more levels below it than any project has.
const MAX_DEPTH: usize = 64;

/// What lies below the paths, each list sorted.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) rust: BTreeSet<PathBuf>,
    /// YAML files that begin as a catalog does.
    pub(super) catalogs: BTreeSet<PathBuf>,
    /// Folders in which errbook has left a list of its files.
    pub(super) owned: BTreeSet<PathBuf>,
}

pub(super) fn below(paths: &[PathBuf]) -> Result<Found, AuditError> {
    let mut found = Found::default();
    for path in paths {
        let path = tidy(path);
        let metadata = fs::metadata(&path).map_err(|error| AuditError::unreadable(&path, &error))?;
        if metadata.is_dir() {
            let entries = fs::read_dir(&path).map_err(|error| AuditError::unreadable(&path, &error))?;
            for entry in entries.flatten() {
                found.enter(&entry, 0, false);
            }
        } else {
            // What is named is read, whatever its name.
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("yaml" | "yml") => drop(found.catalogs.insert(path)),
                _ => drop(found.rust.insert(path)),
            }
        }
    }
    Ok(found)
}

impl Found {
    /// A folder that cannot be read has nothing to say; a link is somebody else's, or leads in a circle.
    fn enter(&mut self, entry: &fs::DirEntry, depth: usize, in_tests: bool) {
        let (path, name) = (tidy(&entry.path()), entry.file_name());
        let Ok(kind) = entry.file_type() else { return };
        if kind.is_file() {
            self.take(path);
        } else if kind.is_dir() && depth < MAX_DEPTH {
            let hidden = name.to_string_lossy().starts_with('.');
            // Cargo marks the folders that it writes to, whatever they are called.
            let is_data = in_tests && path.join("Cargo.toml").exists();
            if hidden || is_data || name == "node_modules" || path.join("CACHEDIR.TAG").exists() || is_target(&path) {
                return;
            }
            let Ok(entries) = fs::read_dir(&path) else { return };
            for entry in entries.flatten() {
                self.enter(&entry, depth + 1, in_tests || name == "tests");
            }
        }
    }

    fn take(&mut self, path: PathBuf) {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("rs") => drop(self.rust.insert(path)),
            Some("yaml" | "yml") if begins_as_catalog(&path) => drop(self.catalogs.insert(path)),
            _ if path.file_name().is_some_and(|name| name == crate::output::LIST) => {
                self.owned.extend(path.parent().map(Path::to_owned));
            }
            _ => {}
        }
    }
}

fn is_target(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == "target") && folder.with_file_name("Cargo.toml").exists()
}

/// Whether a YAML file says the version of the catalog format near its beginning.
fn begins_as_catalog(path: &Path) -> bool {
    use std::io::Read as _;
    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut start));
    read.is_ok() && String::from_utf8_lossy(&start).lines().any(|line| line.starts_with("errbook:"))
}

/// The same path without `.` and, where it leads to the same place, without `..`: reports name files as people do.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(short.components().next_back(), Some(Component::Normal(_))) => {
                short.pop();
            }
            other => short.push(other),
        }
    }
    if short.as_os_str().is_empty() {
        short.push(".");
    }
    let is_same = !path.components().any(|part| part == Component::ParentDir)
        || matches!((fs::canonicalize(&short), fs::canonicalize(path)), (Ok(short), Ok(path)) if short == path);
    if is_same { short } else { path.to_owned() }
}

/// A crate: a folder with a `Cargo.toml`.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) folder: PathBuf,
    /// The name by which code names it: `shop_errors`.
    pub(super) name: String,
    /// What its manifest calls other packages, by the name in code.
    pub(super) renamed: BTreeMap<String, String>,
    /// The text of the manifest, in which dependencies are looked for.
    manifest: String,
}

impl Package {
    /// What a manifest says, as far as lines do: a reader of TOML is not worth its weight here.
    fn read(folder: &Path) -> Self {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        let mut package = None;
        let mut library = None;
        let mut renamed = BTreeMap::new();
        let mut section = "";
        for line in manifest.lines().map(str::trim) {
            if line.starts_with('[') {
                section = line.trim_matches(['[', ']']);
                continue;
            }
            match (section, value(line, "name")) {
                ("package", Some(name)) => package = Some(name),
                ("lib", Some(name)) => library = Some(name),
                _ => {}
            }
            let of_table = section.rsplit_once("dependencies.").map(|(_, key)| key);
            let key = of_table.or_else(|| line.split_once('=').map(|(key, _)| key.trim()));
            if let (Some(key), Some(name)) = (key, value(line, "package")) {
                renamed.insert(in_code(key), in_code(name));
            }
        }
        let name = library.or(package).map(in_code).unwrap_or_default();
        Package { folder: folder.to_owned(), name, renamed, manifest }
    }

    /// Whether the manifest speaks of another package.
    pub(super) fn depends_on(&self, other: &Package) -> bool {
        let is_name = |line: &str| {
            let words = line.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
            words.into_iter().any(|word| !word.is_empty() && in_code(word) == other.name)
        };
        self.name != other.name && self.manifest.lines().any(is_name)
    }
}

/// The text that a key has in a line: `name = "shop"`, or inside of braces.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = line[from..].find(key).map(|at| at + from) {
        from = at + key.len();
        let is_word = line[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '{' | ','));
        if let Some(rest) = line[from..].trim_start().strip_prefix('=').filter(|_| is_word) {
            return rest.trim_start().strip_prefix('"')?.split('"').next();
        }
    }
    None
}

fn in_code(name: &str) -> String {
    name.replace('-', "_")
}

/// The packages that files belong to: the nearest `Cargo.toml` above each.
#[derive(Debug, Default)]
pub(super) struct Packages {
    pub(super) all: Vec<Package>,
    by_folder: BTreeMap<PathBuf, Option<usize>>,
}

impl Packages {
    /// The package that a file is part of.
    pub(super) fn of(&mut self, file: &Path) -> Option<usize> {
        let folder = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        self.of_folder(&folder)
    }

    /// A package for a file that has none.
    pub(super) fn alone(&mut self, file: &Path) -> usize {
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        self.by_folder.insert(folder.clone(), Some(self.all.len()));
        self.all.push(Package { folder, name: String::new(), renamed: BTreeMap::new(), manifest: String::new() });
        self.all.len() - 1
    }

    fn of_folder(&mut self, folder: &Path) -> Option<usize> {
        if let Some(known) = self.by_folder.get(folder) {
            return *known;
        }
        let package = if folder.join("Cargo.toml").is_file() {
            self.all.push(Package::read(folder));
            Some(self.all.len() - 1)
        } else {
            above(folder).and_then(|above| self.of_folder(&above))
        };
        self.by_folder.insert(folder.to_owned(), package);
        package
    }
}

/// The folder above another one, also where a relative path ends.
fn above(folder: &Path) -> Option<PathBuf> {
    match folder.components().next_back() {
        Some(Component::Normal(_)) => {
            let parent = folder.parent()?;
            Some(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() })
        }
        Some(Component::CurDir | Component::ParentDir) | None => {
            let absolute = fs::canonicalize(folder).ok()?;
            absolute.parent().map(Path::to_owned)
        }
        Some(Component::RootDir | Component::Prefix(_)) => None,
    }
}

//! What a path in the code stands for: the modules of every crate, and what they define, import and generate.
//!
//! It is as much of Rust's name resolution as syntax allows. What a function imports for itself counts for its whole module;
//! a library and a program of one package are one crate; what macros define is unknown. Where a name could be two things, it is
//! both: an error that may be constructed is none to complain of.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Component, Path as FilePath, PathBuf};

use super::find::Package;
use super::read::{Derived, File, Named, Path};

/// How many names may lead to names.
const MAX_STEPS: usize = 24;

/// What a path stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Module(usize),
    /// The generated `Error` or `ErrorCode` of a catalog.
    Generated(usize),
    /// An enum that derives `CatalogError`.
    Derived(usize),
    /// A variant of one of these.
    Variant(Box<Target>, String),
    /// Something that is none of ours.
    Elsewhere,
    /// It cannot be told.
    Unknown,
}

/// Where a file stands in its crate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) package: usize,
    /// `src`, or the program, test or example that it is a part of.
    pub(super) root: String,
    pub(super) path: Path,
}

impl Place {
    /// By the conventions of cargo and of modules.
    pub(super) fn of(package: usize, folder: &FilePath, file: &FilePath) -> Self {
        let relative = file.strip_prefix(folder).unwrap_or(file);
        let mut parts: Path = relative
            .with_extension("")
            .components()
            .filter(|part| matches!(part, Component::Normal(_)))
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let mut root = "src".to_owned();
        match parts.first().map(String::as_str) {
            Some("src") => {
                parts.remove(0);
                if parts.first().is_some_and(|part| part == "bin") && parts.len() > 1 {
                    root = format!("src/bin/{}", parts[1]);
                    parts.drain(..2);
                }
            }
            Some(kind @ ("tests" | "benches" | "examples")) if parts.len() > 1 => {
                root = format!("{kind}/{}", parts[1]);
                parts.drain(..2);
            }
            Some("build") if parts.len() == 1 => {
                "build".clone_into(&mut root);
                parts.clear();
            }
            _ => {}
        }
        if parts.last().is_some_and(|part| part == "mod" || (parts.len() == 1 && (part == "lib" || part == "main"))) {
            parts.pop();
        }
        Place { package, root, path: parts }
    }

    /// Neither what a crate's users nor what its clients get.
    pub(super) fn is_test(&self) -> bool {
        ["tests/", "benches/", "examples/", "build"].iter().any(|root| self.root.starts_with(root))
    }
}

#[derive(Debug, Default)]
struct Module {
    items: HashMap<String, Vec<Item>>,
    uses: HashMap<String, Vec<Path>>,
    globs: Vec<Path>,
    /// The catalogs whose code stands here.
    catalogs: Vec<usize>,
    /// Code stands here that cannot be seen.
    has_unknown: bool,
}

#[derive(Debug, Clone)]
enum Item {
    Module,
    Alias(Path),
    Derived(usize),
    Other,
}

/// Every module of every crate.
#[derive(Debug)]
pub(super) struct Names<'a> {
    packages: &'a [Package],
    places: Vec<Place>,
    modules: Vec<Module>,
    by_place: HashMap<Place, usize>,
    /// Each enum that derives `CatalogError`, with the file that it is in.
    pub(super) derived: Vec<(usize, Derived)>,
    /// What names stand for, once somebody asked; nothing while it is being found out, for globs lead in circles.
    known: RefCell<HashMap<(usize, String), Vec<Target>>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(packages: &'a [Package]) -> Self {
        Names {
            packages,
            places: Vec::new(),
            modules: Vec::new(),
            by_place: HashMap::new(),
            derived: Vec::new(),
            known: RefCell::default(),
        }
    }

    /// The module at a place, which there may be more than one file for.
    pub(super) fn module(&mut self, place: Place) -> usize {
        if let Some(known) = self.by_place.get(&place) {
            return *known;
        }
        let index = self.modules.len();
        self.modules.push(Module::default());
        self.places.push(place.clone());
        self.by_place.insert(place, index);
        index
    }

    /// Takes what a file defines; gives the index of each of its modules.
    pub(super) fn add(&mut self, index: usize, place: &Place, file: &File) -> Vec<usize> {
        let mut indexes = Vec::new();
        for module in &file.modules {
            let mut at = place.clone();
            at.path.extend(module.path.iter().cloned());
            let at = self.module(at);
            indexes.push(at);
            for (name, what) in &module.items {
                let item = match what {
                    Named::Module => Item::Module,
                    Named::Alias(path) => Item::Alias(path.clone()),
                    Named::Derived(derived) => {
                        self.derived.push((index, derived.clone()));
                        Item::Derived(self.derived.len() - 1)
                    }
                    Named::Other => Item::Other,
                };
                self.modules[at].items.entry(name.clone()).or_default().push(item);
            }
            for (name, path) in &module.uses {
                self.modules[at].uses.entry(name.clone()).or_default().push(path.clone());
            }
            self.modules[at].globs.extend(module.globs.iter().cloned());
        }
        indexes
    }

    /// The code of a catalog stands in a module; `None`: code that cannot be seen.
    pub(super) fn generate(&mut self, module: usize, catalog: Option<usize>) {
        match catalog {
            Some(catalog) => self.modules[module].catalogs.push(catalog),
            None => self.modules[module].has_unknown = true,
        }
    }

    /// What a path that stands in a module may be.
    pub(super) fn resolve(&self, module: usize, path: &[String]) -> Vec<Target> {
        self.path(module, path, MAX_STEPS)
    }

    fn path(&self, module: usize, path: &[String], steps: usize) -> Vec<Target> {
        let Some(steps) = steps.checked_sub(1) else { return vec![Target::Unknown] };
        let place = &self.places[module];
        let (mut targets, rest) = match path {
            [] => return vec![Target::Module(module)],
            [first, rest @ ..] => match first.as_str() {
                "crate" => (vec![self.at(place, Vec::new())], rest),
                "self" => (vec![Target::Module(module)], rest),
                "super" => {
                    let up = path.iter().take_while(|name| *name == "super").count();
                    let kept = place.path.len().saturating_sub(up);
                    (vec![self.at(place, place.path[..kept].to_vec())], &path[up..])
                }
                // A path that begins with `::`.
                "" => {
                    let [name, rest @ ..] = rest else { return vec![Target::Unknown] };
                    (vec![self.package(place, name).unwrap_or(Target::Elsewhere)], rest)
                }
                name => {
                    let mut found = self.name(module, name, steps);
                    if found.is_empty() {
                        found.extend(self.package(place, name));
                    }
                    (found, rest)
                }
            },
        };
        if targets.is_empty() {
            targets.push(Target::Unknown);
        }
        for name in rest {
            let mut next = Vec::new();
            for target in targets {
                match target {
                    Target::Module(inner) => {
                        let found = self.name(inner, name, steps);
                        next.extend(if found.is_empty() { vec![Target::Unknown] } else { found });
                    }
                    Target::Generated(_) | Target::Derived(_) => {
                        next.push(Target::Variant(Box::new(target), name.clone()));
                    }
                    Target::Variant(..) | Target::Elsewhere => next.push(Target::Elsewhere),
                    Target::Unknown => next.push(Target::Unknown),
                }
            }
            next.dedup();
            targets = next;
        }
        targets
    }

    fn at(&self, place: &Place, path: Path) -> Target {
        let place = Place { path, ..place.clone() };
        self.by_place.get(&place).map_or(Target::Unknown, |module| Target::Module(*module))
    }

    /// The library of another package, as code in `place` names it.
    fn package(&self, place: &Place, name: &str) -> Option<Target> {
        let name = self.packages[place.package].renamed.get(name).map_or(name, String::as_str);
        let package = self.packages.iter().position(|package| package.name == name)?;
        Some(self.at(&Place { package, root: "src".to_owned(), path: Vec::new() }, Vec::new()))
    }

    /// What a name in a module stands for; nothing where nothing there has it.
    fn name(&self, module: usize, name: &str, steps: usize) -> Vec<Target> {
        let Some(steps) = steps.checked_sub(1) else { return vec![Target::Unknown] };
        let key = (module, name.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        self.known.borrow_mut().insert(key.clone(), Vec::new());
        let found = self.find(module, name, steps);
        self.known.borrow_mut().insert(key, found.clone());
        found
    }

    fn find(&self, module: usize, name: &str, steps: usize) -> Vec<Target> {
        let data = &self.modules[module];
        let mut found = Vec::new();
        for item in data.items.get(name).into_iter().flatten() {
            match item {
                Item::Module => {
                    let place = &self.places[module];
                    let mut path = place.path.clone();
                    path.push(name.to_owned());
                    found.push(self.at(place, path));
                }
                Item::Alias(path) => found.extend(self.path(module, path, steps)),
                Item::Derived(index) => found.push(Target::Derived(*index)),
                Item::Other => found.push(Target::Elsewhere),
            }
        }
        if matches!(name, "Error" | "ErrorCode") {
            found.extend(data.catalogs.iter().map(|catalog| Target::Generated(*catalog)));
            found.extend(data.has_unknown.then_some(Target::Unknown));
        } else if !data.catalogs.is_empty() && found.is_empty() && !data.uses.contains_key(name) {
            // `Context`, the types of details: nothing that is an error.
            found.push(Target::Elsewhere);
        }
        for path in data.uses.get(name).into_iter().flatten() {
            // `use errors;` in the module that has `mod errors;` names itself.
            if path.len() == 1 && path[0] == name {
                continue;
            }
            found.extend(self.import(module, path, steps));
        }
        if found.is_empty() {
            for glob in &data.globs {
                for target in self.import(module, glob, steps) {
                    match target {
                        Target::Module(inner) if inner != module => found.extend(self.name(inner, name, steps)),
                        Target::Generated(_) | Target::Derived(_) => {
                            found.push(Target::Variant(Box::new(target), name.to_owned()));
                        }
                        Target::Module(_) | Target::Variant(..) | Target::Elsewhere | Target::Unknown => {}
                    }
                }
            }
        }
        found
    }

    /// What a `use` brings. A first segment that nothing here has is a crate that was not read.
    fn import(&self, module: usize, path: &[String], steps: usize) -> Vec<Target> {
        let Some(first) = path.first() else { return Vec::new() };
        let is_local = matches!(first.as_str(), "crate" | "self" | "super" | "")
            || !self.name(module, first, steps).is_empty()
            || self.package(&self.places[module], first).is_some();
        if is_local { self.path(module, path, steps) } else { vec![Target::Elsewhere] }
    }
}

/// The file that `#[path]` names, from the file that it stands in.
pub(super) fn path_of(file: &FilePath, path: &str) -> PathBuf {
    super::find::tidy(&file.with_file_name(path))
}

//! Resolves paths in the code: the modules of every crate, with their definitions, imports and
//! generated code.
//!
//! It follows Rust's name resolution as far as the syntax allows. Imports within a function apply
//! to its whole module. The library and the program of a package are one crate. Definitions in
//! macros are unknown. An ambiguous name resolves to every candidate, since an error that may be
//! constructed must not be reported.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Component, Path as FilePath, PathBuf};

use super::find::Package;
use super::read::{Derived, File, Named, Path};

/// The maximum length of a chain of names.
const MAX_STEPS: usize = 24;

/// The target of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Module(usize),
    /// The generated `Error` or `ErrorCode` of a catalog.
    Generated(usize),
    /// An enum that derives `CatalogError`.
    Derived(usize),
    /// A variant of one of these.
    Variant(Box<Target>, String),
    /// Any other name.
    Elsewhere,
    /// An unresolved name.
    Unknown,
}

/// The place of a file in its crate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) package: usize,
    /// `src`, or the program, test or example that contains the file.
    pub(super) root: String,
    pub(super) path: Path,
}

impl Place {
    /// The place by the conventions of cargo and of modules.
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

    /// Whether the file is a test, benchmark, example or build script.
    pub(super) fn is_test(&self) -> bool {
        ["tests/", "benches/", "examples/", "build"].iter().any(|root| self.root.starts_with(root))
    }
}

#[derive(Debug, Default)]
struct Module {
    items: HashMap<String, Vec<Item>>,
    uses: HashMap<String, Vec<Path>>,
    globs: Vec<Path>,
    /// The catalogs whose generated code is in this module.
    catalogs: Vec<usize>,
    /// Whether the module includes unknown code.
    has_unknown: bool,
}

#[derive(Debug, Clone)]
enum Item {
    Module,
    Alias(Path),
    Derived(usize),
    Other,
}

/// The modules of every crate.
#[derive(Debug)]
pub(super) struct Names<'a> {
    packages: &'a [Package],
    places: Vec<Place>,
    modules: Vec<Module>,
    by_place: HashMap<Place, usize>,
    /// Each enum that derives `CatalogError`, with its file.
    pub(super) derived: Vec<(usize, Derived)>,
    /// The cache of resolved names. An entry is empty while its name is being resolved, since globs
    /// can form a cycle.
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

    /// The module at a place. Several files may define it.
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

    /// Adds the definitions of a file, and returns the indexes of its modules.
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

    /// Adds the generated code of a catalog to a module; `None` adds unknown code.
    pub(super) fn generate(&mut self, module: usize, catalog: Option<usize>) {
        match catalog {
            Some(catalog) => self.modules[module].catalogs.push(catalog),
            None => self.modules[module].has_unknown = true,
        }
    }

    /// The possible targets of a path in a module.
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
                    // A crate that was not read.
                    if found.is_empty() && path.len() > 1 && self.packages[place.package].is_crate(name) {
                        found.push(Target::Elsewhere);
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

    /// The library of another package, by its name in the code at `place`.
    fn package(&self, place: &Place, name: &str) -> Option<Target> {
        let name = self.packages[place.package].renamed.get(name).map_or(name, String::as_str);
        let package = self.packages.iter().position(|package| package.name == name)?;
        Some(self.at(&Place { package, root: "src".to_owned(), path: Vec::new() }, Vec::new()))
    }

    /// The possible targets of a name in a module; empty if the module does not have the name.
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
            // `Context` and the types of details are not errors.
            let target = |catalog: &usize| match name.strip_suffix("Builder") {
                Some(error) => Target::Variant(Box::new(Target::Generated(*catalog)), error.to_owned()),
                None => Target::Elsewhere,
            };
            found.extend(data.catalogs.iter().map(target));
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

    /// The targets of a `use`. An unresolved first segment is a crate that was not read.
    fn import(&self, module: usize, path: &[String], steps: usize) -> Vec<Target> {
        let Some(first) = path.first() else { return Vec::new() };
        let is_local = matches!(first.as_str(), "crate" | "self" | "super" | "")
            || !self.name(module, first, steps).is_empty()
            || self.package(&self.places[module], first).is_some();
        if is_local { self.path(module, path, steps) } else { vec![Target::Elsewhere] }
    }
}

/// The file that `#[path]` names, in inline modules of the file with the attribute.
pub(super) fn path_of(file: &FilePath, modules: &[String], path: &str) -> PathBuf {
    let mut folder = file.parent().unwrap_or(FilePath::new("")).to_owned();
    // The modules of other files are in a folder of their name.
    if let Some(stem) =
        file.file_stem().filter(|stem| !modules.is_empty() && !["lib", "main", "mod"].iter().any(|own| stem == own))
    {
        folder.push(stem);
    }
    folder.extend(modules);
    super::find::tidy(&folder.join(path))
}

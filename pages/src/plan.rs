//! Lists all output files of a catalog. Every entry point uses this list and adds nothing to it.
//!
//! [`beside`] returns the outputs under `generate`, [`below`] returns all outputs in one folder,
//! and [`site()`] returns the static site. A [`Plan`] contains the text of each file. This module
//! writes no files. It reads the other files that a catalog names through a [`Reader`].
//!
//! ```
//! use errbook_pages::plan::{self, Disk, Source};
//!
//! let text = b"errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
//! let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
//! let source = Source { path: "errors.yaml".into(), catalog, inputs: Vec::new() };
//! let plan = plan::below("docs-out", [source], &Disk)?;
//! let paths: Vec<&str> = plan.files().map(|planned| planned.file.path.as_str()).collect();
//! assert_eq!(
//!     paths,
//!     [
//!         "shop/errors.rs",
//!         "shop/openapi.yaml",
//!         "shop/errors.json",
//!         "shop/llms.txt",
//!         "shop/reference/index.md",
//!         "shop/reference/sold-out.md",
//!     ],
//! );
//! # Ok::<(), plan::PlanError>(())
//! ```

mod disk;
mod error;
mod target;

use std::collections::BTreeMap;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use errbook_catalog::disk::in_real_folder;
use errbook_catalog::model::{Catalog, GenerateDocs};
use errbook_files::{GeneratedFile, Output, folder_of};
use errbook_schema::openapi::{self, Document, Note};

pub use self::disk::Disk;
pub use self::error::{Foreign, PlanError};
pub use self::target::Target;

use self::target::tidy;
use crate::markdown::{self, TemplateError, Templates};
use crate::{redirects, site};

/// A catalog and its origin.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path that the user gave. Paths under `generate` are relative to its folder.
    pub path: PathBuf,
    /// The catalog.
    pub catalog: Catalog,
    /// All files that were read for the catalog.
    pub inputs: Vec<PathBuf>,
}

/// Reads the documents, templates and site files that catalogs name.
pub trait Reader {
    /// Reads a file that the catalog in `folder` names, by its path relative to that folder.
    fn read(&self, folder: &Path, path: &str) -> io::Result<String>;

    /// Lists the names in a folder that the catalog in `folder` names.
    fn names(&self, folder: &Path, path: &str) -> io::Result<Vec<String>>;

    /// Returns the canonical path of a folder or a file.
    fn place(&self, path: &Path) -> io::Result<PathBuf>;

    /// Is told of each output of a catalog as soon as its files are planned, to measure it.
    fn planned(&self, target: Target, files: &[GeneratedFile]) {
        let _ = (target, files);
    }
}

/// The files of one run.
#[derive(Debug, Default)]
pub struct Plan {
    /// The output folders.
    pub folders: Vec<Folder>,
    /// Files that were read and must not be overwritten.
    pub inputs: Vec<PathBuf>,
    /// What OpenAPI documents cannot say, each with the path of its document.
    pub notes: Vec<(PathBuf, Note)>,
}

/// The files in one folder.
#[derive(Debug)]
pub struct Folder {
    /// The folder.
    pub root: PathBuf,
    /// The files; their paths are relative to `root`.
    pub files: Vec<Planned>,
    /// Folders in `root` in which errbook owns the files that it writes. The empty name is `root`
    /// itself.
    pub owned: Vec<String>,
}

/// A planned file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The file with its full text, for any kind.
    pub file: GeneratedFile,
    /// The owner of the file.
    pub kind: Kind,
}

/// The owner of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// errbook writes the whole file.
    Whole,
    /// The user owns the file, and errbook edits a part of it.
    Edit {
        /// The text that was read; empty if the file does not exist.
        before: String,
    },
}

impl Plan {
    /// All planned files.
    pub fn files(&self) -> impl Iterator<Item = &Planned> {
        self.folders.iter().flat_map(|folder| &folder.files)
    }

    /// Converts the plan for the writer.
    pub fn outputs(self) -> Vec<Output> {
        let Plan { folders, inputs, notes: _ } = self;
        let output = |Folder { root, files, owned }| {
            let mut output = Output::new(root);
            for Planned { file, kind } in files {
                match kind {
                    Kind::Whole => output.add(file),
                    Kind::Edit { before } => output.edit(file, before),
                }
            }
            for folder in owned {
                output.own(folder);
            }
            output.protect(inputs.iter().cloned());
            output
        };
        folders.into_iter().map(output).collect()
    }

    /// A plan with one folder.
    fn single(root: impl Into<PathBuf>, files: Vec<GeneratedFile>, owned: Vec<String>, inputs: Vec<PathBuf>) -> Self {
        let files = files.into_iter().map(|file| Planned { file, kind: Kind::Whole }).collect();
        Plan { folders: vec![Folder { root: root.into(), files, owned }], inputs, notes: Vec::new() }
    }
}

/// Plans the outputs under `generate`, relative to the folder of each catalog: whole files, errors
/// merged into an OpenAPI document, pages in the site's navigation, and redirects. Catalogs in the
/// same folder share it, and catalogs may share a navigation or redirects file.
///
/// # Errors
/// If a catalog has no outputs, two outputs have the same path, a file that a catalog names cannot
/// be read or edited, or a template or prose file cannot be rendered.
pub fn beside(sources: impl IntoIterator<Item = Source>, files: &impl Reader) -> Result<Plan, PlanError> {
    let mut places = Places::default();
    let (mut inputs, mut notes) = (Vec::new(), Vec::new());
    for mut source in sources {
        read_operations(&mut source, files)?;
        let templates = templates(&source.path, &source.catalog, files, &mut inputs)?;
        let Source { path, catalog, inputs: read } = &source;
        inputs.extend(read.iter().cloned().chain(beside_catalog(path)));
        let generate = &catalog.generate;
        let whole = wanted(catalog, &templates, files).map_err(|error| unrendered(path, error))?;
        if whole.is_empty() && generate.openapi_into.is_none() {
            return Err(PlanError::Nothing { catalog: path.clone() });
        }
        let mut folder = places.folder(folder_of(path), files)?;
        for file in whole {
            folder.add(file, Kind::Whole)?;
        }
        if let Some(openapi) = &generate.openapi {
            notes.extend(noted(&folder_of(path).join(&openapi.file), openapi::notes(catalog)));
        }
        if let Some(name) = &generate.openapi_into {
            let path = folder_of(path).join(name);
            let document = read_document(folder_of(&source.path), name, files)?;
            let refused = |error| PlanError::Merge { path: path.clone(), error };
            let merged = document.merge(catalog).map_err(refused)?;
            notes.extend(noted(&path, document.notes(catalog).map_err(refused)?));
            folder.put(name, document.text(), merged.text())?;
            let beside = Path::new(name).parent().unwrap_or(Path::new(""));
            for (before, after) in document.files().zip(merged.files()).filter(|(before, after)| before != after) {
                folder.put(&beside.join(before.path).to_string_lossy(), before.text, after.text)?;
            }
        }
        if let Some(GenerateDocs { dir: _, flavor: _, nav: Some(nav), templates: _ }) = &generate.docs {
            folder.edit(nav, Foreign::Nav, |text, _| markdown::listed(catalog, text).map_err(PlanError::Nav))?;
        }
        folder.own(Target::Markdown.wanted(generate));
        if let Some(path) = &generate.docs_redirects {
            let redirects = |text: &str| {
                let refused = |error| PlanError::Redirects { path: path.clone(), error };
                redirects::file(catalog, &tidy(path), text).map_err(refused)
            };
            if redirects::is_shared(path) {
                folder.edit(path, Foreign::Redirects, |text, _| redirects(text))?;
            } else {
                folder.add(GeneratedFile { path: tidy(path), text: redirects("")? }, Kind::Whole)?;
            }
        }
    }
    Ok(Plan { folders: places.folders.into_iter().map(|(_, folder)| folder).collect(), inputs, notes })
}

fn noted(path: &Path, notes: Vec<Note>) -> impl Iterator<Item = (PathBuf, Note)> {
    notes.into_iter().map(move |note| (path.to_owned(), note))
}

/// Plans all outputs of each catalog, in a folder below `root` named after the API's slug.
///
/// # Errors
/// If two catalogs have the same slug, a document or template that a catalog names cannot be read,
/// or a template or prose file cannot be rendered.
pub fn below(
    root: impl Into<PathBuf>,
    sources: impl IntoIterator<Item = Source>,
    files: &impl Reader,
) -> Result<Plan, PlanError> {
    let mut slugs = BTreeMap::new();
    let root = root.into();
    let (mut outputs, mut owned, mut inputs, mut notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for mut source in sources {
        take_slug(&mut slugs, &source)?;
        inputs.extend(read_operations(&mut source, files)?);
        let templates = templates(&source.path, &source.catalog, files, &mut inputs)?;
        let Source { path, catalog, inputs: read } = source;
        inputs.extend(read.into_iter().chain(beside_catalog(&path)));
        outputs.extend(everything_of(&catalog, &templates, files).map_err(|error| unrendered(&path, error))?);
        let document = root.join(&catalog.api.slug).join(Target::Openapi.path());
        notes.extend(noted(&document, openapi::notes(&catalog)));
        owned.push(catalog.api.slug);
    }
    Ok(Plan { notes, ..Plan::single(root, outputs, owned, inputs) })
}

/// The static site of all catalogs, below `root`.
///
/// # Errors
/// Where two catalogs have one slug, a document that a catalog names cannot be read, or a prose
/// file cannot be rendered.
pub fn site(
    root: impl Into<PathBuf>,
    sources: impl IntoIterator<Item = Source>,
    files: &impl Reader,
) -> Result<Plan, PlanError> {
    let mut slugs = BTreeMap::new();
    let (mut catalogs, mut inputs) = (Vec::new(), Vec::new());
    let mut first = None;
    for mut source in sources {
        take_slug(&mut slugs, &source)?;
        inputs.extend(read_operations(&mut source, files)?);
        let Source { path, catalog, inputs: read } = source;
        inputs.extend(read.into_iter().chain(beside_catalog(&path)));
        catalogs.push(catalog);
        first.get_or_insert(path);
    }
    let emitted = site::emit(&catalogs.iter().collect::<Vec<_>>());
    let pages = emitted.map_err(|error| unrendered(&first.unwrap_or_default(), error))?;
    Ok(Plan::single(root, pages, vec![String::new()], inputs))
}

/// Whether every page of a catalog can be rendered.
///
/// # Errors
/// If a template cannot be read, or a template or prose file cannot be rendered.
pub fn check(path: &Path, catalog: &Catalog, files: &impl Reader) -> Result<(), PlanError> {
    let mut inputs = Vec::new();
    let templates = templates(path, catalog, files, &mut inputs)?;
    // errbook's own templates render every catalog. Only the user's templates and prose can fail.
    if inputs.is_empty() && catalog.prose.before.is_empty() && catalog.prose.after.is_empty() {
        return Ok(());
    }
    markdown::emit(catalog, &templates).map(drop).map_err(|error| unrendered(path, error))
}

/// All outputs of a catalog, in a folder named after the API's slug.
///
/// # Errors
/// If a template or prose file cannot be rendered.
pub fn everything(catalog: &Catalog, templates: &Templates) -> Result<Vec<GeneratedFile>, TemplateError> {
    everything_of(catalog, templates, &Disk)
}

fn everything_of(
    catalog: &Catalog,
    templates: &Templates,
    reader: &impl Reader,
) -> Result<Vec<GeneratedFile>, TemplateError> {
    let catalog = &*redirects::none(catalog);
    let below = |target: Target| format!("{}/{}", catalog.api.slug, target.path());
    let targets = Target::ALL.into_iter().filter(|target| target.is_among_all(&catalog.generate));
    rendered(catalog, templates, reader, &targets.map(|target| (target, below(target))).collect::<Vec<_>>())
}

/// The whole files under `generate`.
fn wanted(catalog: &Catalog, templates: &Templates, reader: &impl Reader) -> Result<Vec<GeneratedFile>, TemplateError> {
    let path = |target: Target| Some((target, target.wanted(&catalog.generate)?));
    rendered(catalog, templates, reader, &Target::ALL.into_iter().filter_map(path).collect::<Vec<_>>())
}

/// The files of the outputs with these paths, in their order. The pages take about as long as all
/// others, and are rendered beside them if the system has a thread.
fn rendered(
    catalog: &Catalog,
    templates: &Templates,
    reader: &impl Reader,
    targets: &[(Target, String)],
) -> Result<Vec<GeneratedFile>, TemplateError> {
    let is_pages = |(target, _): &&(Target, String)| *target == Target::Markdown;
    let reference = targets.iter().find(is_pages).map(|(_, path)| path.as_str());
    let files = |(target, path): &(Target, String)| target.files(catalog, templates, path, reference);
    let mut outputs = thread::scope(|scope| {
        let start = |pages| (pages, thread::Builder::new().spawn_scoped(scope, move || files(pages)));
        let pages = targets.iter().find(is_pages).map(start);
        let mut outputs = Vec::new();
        for output in targets.iter().filter(|output| !is_pages(output)) {
            let planned = files(output)?;
            reader.planned(output.0, &planned);
            outputs.push((output.0, planned));
        }
        if let Some((pages, beside)) = pages {
            let planned = match beside {
                Ok(beside) => beside.join().unwrap_or_else(|panic| resume_unwind(panic))?,
                Err(_) => files(pages)?,
            };
            reader.planned(Target::Markdown, &planned);
            outputs.push((Target::Markdown, planned));
        }
        Ok(outputs)
    })?;
    outputs.sort_by_key(|(target, _)| targets.iter().position(|(other, _)| other == target));
    Ok(outputs.into_iter().flat_map(|(_, files)| files).collect())
}

/// Adds the operations of the API's OpenAPI document to the catalog, and returns the paths of the
/// document and of the files of its path items.
fn read_operations(source: &mut Source, files: &impl Reader) -> Result<Vec<PathBuf>, PlanError> {
    let Some(name) = &source.catalog.generate.openapi_into else { return Ok(Vec::new()) };
    let folder = folder_of(&source.path);
    let path = folder.join(name);
    let document = read_document(folder, name, files)?;
    let operations = document.operations(&source.catalog);
    let beside = path.parent().unwrap_or(Path::new("")).to_owned();
    let others: Vec<PathBuf> = document.files().map(|file| beside.join(file.path)).collect();
    source.catalog.operations = operations.map_err(|error| PlanError::Merge { path: path.clone(), error })?;
    Ok([path].into_iter().chain(others).collect())
}

/// Reads an OpenAPI document, and the files of its path items.
fn read_document(folder: &Path, name: &str, files: &impl Reader) -> Result<Document, PlanError> {
    let path = folder.join(name);
    let text = files.read(folder, name).map_err(|error| unreadable(Foreign::Document, &path, error))?;
    let beside = Path::new(name).parent().unwrap_or(Path::new(""));
    let place = in_real_folder(&path).to_string_lossy().replace('\\', "/");
    let read = |file: &str| files.read(folder, &beside.join(file).to_string_lossy());
    Document::read(&place, &text, read).map_err(|error| PlanError::Merge { path, error })
}

/// errbook's templates, replaced by those in the catalog's template folder.
fn templates(
    path: &Path,
    catalog: &Catalog,
    files: &impl Reader,
    inputs: &mut Vec<PathBuf>,
) -> Result<Templates, PlanError> {
    let mut texts = Vec::new();
    if let Some(GenerateDocs { dir: _, flavor: _, nav: _, templates: Some(folder) }) = &catalog.generate.docs {
        let root = folder_of(path);
        let refused = |error| unreadable(Foreign::Templates, &root.join(folder), error);
        let mut names = files.names(root, folder).map_err(refused)?;
        names.retain(|name| Path::new(name).extension().is_some_and(|ending| ending == "md"));
        // Folders have no defined order.
        names.sort();
        for name in names {
            let file = format!("{folder}/{name}");
            texts.push((name, files.read(root, &file).map_err(refused)?));
            inputs.push(root.join(file));
        }
    }
    Templates::new(&texts).map_err(|error| unrendered(path, error))
}

/// The files of errbook that are next to a catalog. They need not exist.
fn beside_catalog(path: &Path) -> [PathBuf; 3] {
    let named = |name| path.with_file_name(name);
    [named(errbook_catalog::baseline::NAME), named("errbook.lock"), path.with_extension("lock")]
}

/// Gives each catalog its own folder, also on case-insensitive file systems.
fn take_slug(slugs: &mut BTreeMap<String, PathBuf>, source: &Source) -> Result<(), PlanError> {
    let slug = &source.catalog.api.slug;
    match slugs.insert(slug.to_lowercase(), source.path.clone()) {
        None => Ok(()),
        Some(first) => Err(PlanError::Slug { first, second: source.path.clone(), slug: slug.clone() }),
    }
}

fn unrendered(catalog: &Path, error: TemplateError) -> PlanError {
    PlanError::Template { catalog: catalog.to_owned(), error }
}

fn unreadable(what: Foreign, path: &Path, error: io::Error) -> PlanError {
    PlanError::Unreadable { what, path: path.to_owned(), error }
}

/// Output folders, possibly nested, with one file at each path.
#[derive(Default)]
struct Places {
    /// The folders by canonical path.
    folders: Vec<(PathBuf, Folder)>,
    /// The file at each canonical path, ignoring case.
    taken: BTreeMap<String, Taken>,
}

/// A planned file.
#[derive(Clone, Copy)]
struct Taken {
    folder: usize,
    file: usize,
    /// What catalogs edit in it together.
    shared: Option<Foreign>,
}

/// An output folder.
struct Place<'a, F> {
    places: &'a mut Places,
    index: usize,
    files: &'a F,
}

impl Places {
    fn folder<'a, F: Reader>(&'a mut self, root: &Path, files: &'a F) -> Result<Place<'a, F>, PlanError> {
        let real = files.place(root).map_err(|error| unreadable(Foreign::Folder, root, error))?;
        let index = self.folders.iter().position(|(known, _)| *known == real).unwrap_or_else(|| {
            self.folders.push((real, Folder { root: root.to_owned(), files: Vec::new(), owned: Vec::new() }));
            self.folders.len() - 1
        });
        Ok(Place { places: self, index, files })
    }
}

impl<F: Reader> Place<'_, F> {
    fn add(&mut self, file: GeneratedFile, kind: Kind) -> Result<(), PlanError> {
        self.share(file, kind, None)
    }

    fn share(&mut self, file: GeneratedFile, kind: Kind, shared: Option<Foreign>) -> Result<(), PlanError> {
        let key = self.key(&file.path);
        if let Some(&taken) = self.places.taken.get(&key) {
            let Folder { root, files, owned: _ } = &self.places.folders[taken.folder].1;
            return Err(PlanError::Twice(root.join(&files[taken.file].file.path)));
        }
        let files = &mut self.places.folders[self.index].1.files;
        self.places.taken.insert(key, Taken { folder: self.index, file: files.len(), shared });
        files.push(Planned { file, kind });
        Ok(())
    }

    /// Replaces a text that was read. Another catalog cannot replace it too.
    fn put(&mut self, path: &str, before: &str, after: &str) -> Result<(), PlanError> {
        let file = GeneratedFile { path: tidy(path), text: after.to_owned() };
        self.add(file, Kind::Edit { before: before.to_owned() })
    }

    /// Edits an existing file, or one that another catalog has edited.
    fn edit(
        &mut self,
        path: &str,
        what: Foreign,
        edit: impl FnOnce(&str, PathBuf) -> Result<String, PlanError>,
    ) -> Result<(), PlanError> {
        let path = tidy(path);
        let root = self.places.folders[self.index].1.root.clone();
        let shown = root.join(&path);
        if let Some(&taken) = self.places.taken.get(&self.key(&path))
            && taken.shared == Some(what)
        {
            let Planned { file, kind: _ } = &mut self.places.folders[taken.folder].1.files[taken.file];
            file.text = edit(&file.text, shown)?;
            return Ok(());
        }
        let before = match self.files.read(&root, &path) {
            // The redirects file may be missing; the navigation file must exist.
            Err(error) if what == Foreign::Redirects && error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| unreadable(what, &shown, error))?,
        };
        let text = edit(&before, shown)?;
        // An empty file is not created.
        if text.is_empty() && before.is_empty() {
            return Ok(());
        }
        self.share(GeneratedFile { path, text }, Kind::Edit { before }, Some(what))
    }

    fn own(&mut self, folder: Option<String>) {
        self.places.folders[self.index].1.owned.extend(folder);
    }

    fn key(&self, path: &str) -> String {
        let path = self.places.folders[self.index].0.join(path);
        self.files.place(&path).unwrap_or(path).to_string_lossy().to_lowercase()
    }
}

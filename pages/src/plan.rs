//! Every file that a catalog gives: the only list of them, which each entry point asks for and none adds to.
//!
//! [`beside`] is what catalogs ask for under `generate`, [`below`] is every output in one folder, and [`site()`] is the
//! static site. A [`Plan`] has the text of each file. Nothing is written here, and what a catalog names beside its own
//! files is read through a [`Reader`].
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
use std::path::{Path, PathBuf};

use errbook_catalog::model::{Catalog, GenerateDocs};
use errbook_files::{GeneratedFile, Output, folder_of};
use errbook_schema::openapi;

pub use self::disk::Disk;
pub use self::error::{Foreign, PlanError};
pub use self::target::Target;

use self::target::tidy;
use crate::markdown::{self, TemplateError, Templates};
use crate::{redirects, site};

/// A catalog, and where it came from.
#[derive(Debug, Clone)]
pub struct Source {
    /// As the user gave it; the paths under `generate` are relative to its folder.
    pub path: PathBuf,
    /// The catalog.
    pub catalog: Catalog,
    /// Every file that was read for it.
    pub inputs: Vec<PathBuf>,
}

/// What a plan reads: the documents, templates and files of sites that catalogs name.
pub trait Reader {
    /// The text of a file that the catalog in a folder names, by its path in that folder.
    fn read(&self, folder: &Path, path: &str) -> io::Result<String>;

    /// The names of what is in a folder that the catalog in another folder names.
    fn names(&self, folder: &Path, path: &str) -> io::Result<Vec<String>>;

    /// The folder by its only name: two paths to one folder give the same.
    fn place(&self, folder: &Path) -> io::Result<PathBuf>;
}

/// The files of one run.
#[derive(Debug, Default)]
pub struct Plan {
    /// The folders that files are written below.
    pub folders: Vec<Folder>,
    /// What was read and must not be overwritten.
    pub inputs: Vec<PathBuf>,
}

/// The files below one folder.
#[derive(Debug)]
pub struct Folder {
    /// The folder.
    pub root: PathBuf,
    /// Relative to it.
    pub files: Vec<Planned>,
    /// The folders in it of which errbook owns every file that it wrote; the empty name is the root itself.
    pub owned: Vec<String>,
}

/// A file as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// With its whole text, whatever the kind.
    pub file: GeneratedFile,
    /// Whose it is.
    pub kind: Kind,
}

/// Whose a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// errbook writes all of it.
    Whole,
    /// Somebody else's, with errbook's part in it.
    Edit,
}

impl Plan {
    /// The files of every folder.
    pub fn files(&self) -> impl Iterator<Item = &Planned> {
        self.folders.iter().flat_map(|folder| &folder.files)
    }

    /// For the writer.
    pub fn outputs(self) -> Vec<Output> {
        let Plan { folders, inputs } = self;
        let output = |Folder { root, files, owned }| {
            let mut output = Output::new(root);
            output.extend(files.into_iter().map(|planned: Planned| planned.file));
            for folder in owned {
                output.own(folder);
            }
            output.protect(inputs.iter().cloned());
            output
        };
        folders.into_iter().map(output).collect()
    }

    /// One folder.
    fn single(root: impl Into<PathBuf>, files: Vec<GeneratedFile>, owned: Vec<String>, inputs: Vec<PathBuf>) -> Self {
        let files = files.into_iter().map(|file| Planned { file, kind: Kind::Whole }).collect();
        Plan { folders: vec![Folder { root: root.into(), files, owned }], inputs }
    }
}

/// What catalogs ask for under `generate`, each relative to its folder: whole files, the errors in the OpenAPI
/// document that it names, the list of its pages in the site's navigation, and redirects. Catalogs in one folder share it,
/// and catalogs may share a file of navigation or redirects.
///
/// # Errors
/// Where a catalog asks for nothing, two outputs have one path, a file that a catalog names cannot be read or edited, or
/// a template or prose file cannot be rendered.
pub fn beside(sources: impl IntoIterator<Item = Source>, files: &impl Reader) -> Result<Plan, PlanError> {
    let mut places = Places::default();
    let mut inputs = Vec::new();
    for mut source in sources {
        read_operations(&mut source, files)?;
        let templates = templates(&source.path, &source.catalog, files, &mut inputs)?;
        let Source { path, catalog, inputs: read } = &source;
        inputs.extend(read.iter().cloned());
        let generate = &catalog.generate;
        let whole = wanted(catalog, &templates).map_err(|error| unrendered(path, error))?;
        if whole.is_empty() && generate.openapi_into.is_none() {
            return Err(PlanError::Nothing { catalog: path.clone() });
        }
        let mut folder = places.folder(folder_of(path), files)?;
        for file in whole {
            folder.add(file, Kind::Whole)?;
        }
        if let Some(document) = &generate.openapi_into {
            folder.edit(document, Foreign::Document, |text, path| {
                openapi::merge(catalog, text).map_err(|error| PlanError::Merge { path, error })
            })?;
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
    Ok(Plan { folders: places.folders.into_iter().map(|(_, folder)| folder).collect(), inputs })
}

/// Every output of each catalog, in a folder below `root` that has the slug of its API as its name.
///
/// # Errors
/// Where two catalogs have one slug, a document or template that a catalog names cannot be read, or a template or prose
/// file cannot be rendered.
pub fn below(
    root: impl Into<PathBuf>,
    sources: impl IntoIterator<Item = Source>,
    files: &impl Reader,
) -> Result<Plan, PlanError> {
    let mut slugs = BTreeMap::new();
    let (mut outputs, mut owned, mut inputs) = (Vec::new(), Vec::new(), Vec::new());
    for mut source in sources {
        take_slug(&mut slugs, &source)?;
        inputs.extend(read_operations(&mut source, files)?);
        let templates = templates(&source.path, &source.catalog, files, &mut inputs)?;
        let Source { path, catalog, inputs: read } = source;
        inputs.extend(read);
        outputs.extend(everything(&catalog, &templates).map_err(|error| unrendered(&path, error))?);
        owned.push(catalog.api.slug);
    }
    Ok(Plan::single(root, outputs, owned, inputs))
}

/// The static site of all catalogs, below `root`.
///
/// # Errors
/// Where two catalogs have one slug, a document that a catalog names cannot be read, or a prose file cannot be rendered.
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
        inputs.extend(read);
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
/// Where a template cannot be read, or a template or prose file cannot be rendered.
pub fn check(path: &Path, catalog: &Catalog, files: &impl Reader) -> Result<(), PlanError> {
    let mut inputs = Vec::new();
    let templates = templates(path, catalog, files, &mut inputs)?;
    // errbook's own templates render every catalog: only what somebody else wrote can fail.
    if inputs.is_empty() && catalog.prose.before.is_empty() && catalog.prose.after.is_empty() {
        return Ok(());
    }
    markdown::emit(catalog, &templates).map(drop).map_err(|error| unrendered(path, error))
}

/// Every output of a catalog, below a folder with the API's slug.
///
/// # Errors
/// Where a template or prose file cannot be rendered.
pub fn everything(catalog: &Catalog, templates: &Templates) -> Result<Vec<GeneratedFile>, TemplateError> {
    let catalog = &redirects::none(catalog);
    let below = |target: Target| format!("{}/{}", catalog.api.slug, target.path());
    let reference = below(Target::Markdown);
    let mut files = Vec::new();
    for target in Target::ALL {
        files.extend(target.files(catalog, templates, &below(target), Some(&reference))?);
    }
    Ok(files)
}

/// The whole files that a catalog asks for.
fn wanted(catalog: &Catalog, templates: &Templates) -> Result<Vec<GeneratedFile>, TemplateError> {
    let reference = Target::Markdown.wanted(&catalog.generate);
    let mut files = Vec::new();
    for target in Target::ALL {
        if let Some(path) = target.wanted(&catalog.generate) {
            files.extend(target.files(catalog, templates, &path, reference.as_deref())?);
        }
    }
    Ok(files)
}

/// Gives the catalog the operations of the API's own document, and returns where that is.
fn read_operations(source: &mut Source, files: &impl Reader) -> Result<Option<PathBuf>, PlanError> {
    let Some(document) = &source.catalog.generate.openapi_into else { return Ok(None) };
    let folder = folder_of(&source.path);
    let path = folder.join(document);
    let text = files.read(folder, document).map_err(|error| unreadable(Foreign::Document, &path, error))?;
    let operations = openapi::operations(&source.catalog, &text);
    source.catalog.operations = operations.map_err(|error| PlanError::Merge { path: path.clone(), error })?;
    Ok(Some(path))
}

/// errbook's templates, with those in the folder that the catalog names in place of some.
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
        // The order of a folder is nobody's choice.
        names.sort();
        for name in names {
            let file = format!("{folder}/{name}");
            texts.push((name, files.read(root, &file).map_err(refused)?));
            inputs.push(root.join(file));
        }
    }
    Templates::new(&texts).map_err(|error| unrendered(path, error))
}

/// Every catalog has a folder of its own, on systems too that ignore case.
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

/// Folders that may lie within each other, and the one file at each place.
#[derive(Default)]
struct Places {
    /// By their only names.
    folders: Vec<(PathBuf, Folder)>,
    /// The folder and the file at each place, letter case aside.
    taken: BTreeMap<String, (usize, usize)>,
}

/// One of them.
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
        let key = self.key(&file.path);
        if let Some(&(folder, taken)) = self.places.taken.get(&key) {
            let Folder { root, files, owned: _ } = &self.places.folders[folder].1;
            return Err(PlanError::Twice(root.join(&files[taken].file.path)));
        }
        let files = &mut self.places.folders[self.index].1.files;
        self.places.taken.insert(key, (self.index, files.len()));
        files.push(Planned { file, kind });
        Ok(())
    }

    /// Edits a file that is there, or that another catalog has edited already; a document takes the errors of one catalog.
    fn edit(
        &mut self,
        path: &str,
        what: Foreign,
        edit: impl FnOnce(&str, PathBuf) -> Result<String, PlanError>,
    ) -> Result<(), PlanError> {
        let path = tidy(path);
        let root = self.places.folders[self.index].1.root.clone();
        let shown = root.join(&path);
        if let Some(&(folder, taken)) = self.places.taken.get(&self.key(&path)) {
            let Planned { file, kind } = &mut self.places.folders[folder].1.files[taken];
            if *kind == Kind::Edit && what != Foreign::Document {
                file.text = edit(&file.text, shown)?;
                return Ok(());
            }
        }
        let before = match self.files.read(&root, &path) {
            // A server needs no redirects, and a site has its navigation.
            Err(error) if what == Foreign::Redirects && error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| unreadable(what, &shown, error))?,
        };
        let text = edit(&before, shown)?;
        // Nobody asked for an empty file.
        if text.is_empty() && before.is_empty() { Ok(()) } else { self.add(GeneratedFile { path, text }, Kind::Edit) }
    }

    fn own(&mut self, folder: Option<String>) {
        self.places.folders[self.index].1.owned.extend(folder);
    }

    fn key(&self, path: &str) -> String {
        self.places.folders[self.index].0.join(path).to_string_lossy().to_lowercase()
    }
}

//! What a catalog is turned into, and where it goes.
//!
//! ```
//! use errbook_codegen::markdown::Templates;
//!
//! let text = b"errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
//! let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
//! let files = errbook_codegen::target::everything(&catalog, &Templates::new(&[])?)?;
//! let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
//! assert_eq!(
//!     paths,
//!     [
//!         "shop/errors.rs",
//!         "shop/openapi.yaml",
//!         "shop/errors.json",
//!         "shop/reference/index.md",
//!         "shop/reference/sold-out.md",
//!     ],
//! );
//! # Ok::<(), errbook_codegen::markdown::TemplateError>(())
//! ```

use errbook_catalog::model::{Catalog, Generate, GenerateDocs, GenerateOpenapi};

use crate::markdown::{TemplateError, Templates};
use crate::output::GeneratedFile;
use crate::{json, markdown, openapi, rust};

/// One kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The Rust file.
    Rust,
    /// The OpenAPI document.
    Openapi,
    /// The JSON export.
    Json,
    /// The markdown reference, a folder.
    Markdown,
}

impl Target {
    /// Every kind of output.
    pub const ALL: [Target; 4] = [Target::Rust, Target::Openapi, Target::Json, Target::Markdown];

    /// Where it goes in a folder of the API's own: a file, or a folder for [`Target::Markdown`].
    pub fn path(self) -> &'static str {
        match self {
            Target::Rust => "errors.rs",
            Target::Openapi => "openapi.yaml",
            Target::Json => "errors.json",
            Target::Markdown => "reference",
        }
    }

    /// Where the catalog asks for it, relative to the catalog's folder; `None` where it does not.
    pub fn wanted(self, generate: &Generate) -> Option<String> {
        let Generate { docs, openapi, openapi_into: _, json, rust } = generate;
        let path = match self {
            Target::Rust => rust.as_deref(),
            Target::Openapi => openapi.as_ref().map(|GenerateOpenapi { file, version: _ }| file.as_str()),
            Target::Json => json.as_deref(),
            Target::Markdown => docs.as_ref().map(|GenerateDocs { dir, flavor: _, templates: _ }| dir.as_str()),
        };
        // `./docs/` and `docs` are one folder, and an output has one name for each place.
        let names = path?.split('/').filter(|name| !matches!(*name, "" | "."));
        Some(names.collect::<Vec<_>>().join("/"))
    }

    /// The files, at the path that they should have.
    pub fn files(
        self,
        catalog: &Catalog,
        templates: &Templates,
        path: &str,
    ) -> Result<Vec<GeneratedFile>, TemplateError> {
        let one = |text| Ok(vec![GeneratedFile { path: path.to_owned(), text }]);
        match self {
            Target::Rust => one(rust::file(catalog)),
            Target::Openapi => {
                let version = catalog.generate.openapi.as_ref().map(|openapi| openapi.version).unwrap_or_default();
                let document = openapi::emit(catalog, version);
                let is_json = std::path::Path::new(path).extension().is_some_and(|ending| ending == "json");
                one(if is_json { openapi::json(&document) } else { openapi::yaml(&document) })
            }
            Target::Json => one(json::text(&json::emit(catalog))),
            Target::Markdown => {
                let pages = markdown::emit(catalog, templates)?;
                let below =
                    |page: markdown::Page| GeneratedFile { path: format!("{path}/{}", page.path), text: page.text };
                Ok(pages.into_iter().map(below).collect())
            }
        }
    }
}

/// Every output of a catalog, below a folder with the API's slug.
pub fn everything(catalog: &Catalog, templates: &Templates) -> Result<Vec<GeneratedFile>, TemplateError> {
    let slug = &catalog.api.slug;
    let mut files = Vec::new();
    for target in Target::ALL {
        files.extend(target.files(catalog, templates, &format!("{slug}/{}", target.path()))?);
    }
    Ok(files)
}

/// The outputs that a catalog asks for under `generate`, relative to its folder; none where it asks for none. What goes into a document of
/// somebody else's is not among them: see [`openapi::merge`].
pub fn wanted(catalog: &Catalog, templates: &Templates) -> Result<Vec<GeneratedFile>, TemplateError> {
    let mut files = Vec::new();
    for target in Target::ALL {
        if let Some(path) = target.wanted(&catalog.generate) {
            files.extend(target.files(catalog, templates, &path)?);
        }
    }
    Ok(files)
}

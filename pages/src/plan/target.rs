//! The kinds of output.

use errbook_catalog::model::{Catalog, Generate, GenerateDocs, GenerateOpenapi};
use errbook_clients::{python, typescript, vectors};
use errbook_codegen::rust;
use errbook_files::GeneratedFile;
use errbook_schema::{json, openapi};

use crate::markdown::{self, TemplateError, Templates};

/// A kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The Rust file.
    Rust,
    /// The OpenAPI document.
    Openapi,
    /// The JSON export.
    Json,
    /// `llms.txt`, a short list of errors for language models.
    Llms,
    /// The folder of the markdown reference.
    Markdown,
    /// The client in TypeScript.
    Typescript,
    /// The client in Python.
    Python,
    /// Responses, and what a client reads from them, to test clients with.
    Vectors,
}

impl Target {
    /// Every kind of output.
    pub const ALL: [Target; 8] = [
        Target::Rust,
        Target::Openapi,
        Target::Json,
        Target::Llms,
        Target::Markdown,
        Target::Typescript,
        Target::Python,
        Target::Vectors,
    ];

    /// The path in the API's own folder: a file, or a folder for [`Target::Markdown`].
    pub fn path(self) -> &'static str {
        match self {
            Target::Rust => "errors.rs",
            Target::Openapi => "openapi.yaml",
            Target::Json => "errors.json",
            Target::Llms => "llms.txt",
            Target::Markdown => "reference",
            Target::Typescript => typescript::FILE,
            Target::Python => python::FILE,
            Target::Vectors => vectors::FILE,
        }
    }

    /// Whether it is among all outputs of a catalog. Clients are only if the catalog asks for them,
    /// and test vectors with them.
    pub(super) fn is_among_all(self, generate: &Generate) -> bool {
        match self {
            Target::Rust | Target::Openapi | Target::Json | Target::Llms | Target::Markdown => true,
            Target::Typescript => generate.typescript.is_some(),
            Target::Python => generate.python.is_some(),
            Target::Vectors => generate.typescript.is_some() || generate.python.is_some(),
        }
    }

    /// The path in the catalog's `generate`, relative to the catalog's folder; `None` if it is not
    /// there.
    pub fn wanted(self, generate: &Generate) -> Option<String> {
        let Generate {
            docs,
            docs_redirects: _,
            openapi,
            openapi_into: _,
            openapi_open: _,
            openapi_prefix: _,
            openapi_retries: _,
            json,
            llms,
            rust,
            typescript,
            python,
            snippets: _,
        } = generate;
        let path = match self {
            Target::Rust => rust.as_deref(),
            Target::Openapi => openapi.as_ref().map(|GenerateOpenapi { file, version: _ }| file.as_str()),
            Target::Json => json.as_deref(),
            Target::Llms => llms.as_deref(),
            Target::Markdown => docs.as_ref().map(|GenerateDocs { dir, flavor: _, nav: _, templates: _ }| dir.as_str()),
            Target::Typescript => typescript.as_deref(),
            Target::Python => python.as_deref(),
            // Only among all outputs.
            Target::Vectors => None,
        };
        path.map(tidy)
    }

    /// Generates the files with their output paths. `reference` is the folder of the pages, if any;
    /// [`Target::Llms`] links to it.
    pub fn files(
        self,
        catalog: &Catalog,
        templates: &Templates,
        path: &str,
        reference: Option<&str>,
    ) -> Result<Vec<GeneratedFile>, TemplateError> {
        let one = |text| Ok(vec![GeneratedFile { path: path.to_owned(), text }]);
        match self {
            Target::Rust => one(rust::file(catalog)),
            Target::Openapi => {
                let version = catalog.generate.openapi.as_ref().map(|openapi| openapi.version).unwrap_or_default();
                let is_json = std::path::Path::new(path).extension().is_some_and(|ending| ending == "json");
                one(if is_json { openapi::emit_json(catalog, version) } else { openapi::emit_yaml(catalog, version) })
            }
            Target::Json => one(json::text(catalog)),
            Target::Llms => one(markdown::llms(catalog, reference.map(|folder| relative(path, folder)).as_deref())),
            Target::Markdown => {
                let pages = markdown::emit(catalog, templates)?;
                let below =
                    |page: markdown::Page| GeneratedFile { path: format!("{path}/{}", page.path), text: page.text };
                Ok(pages.into_iter().map(below).collect())
            }
            Target::Typescript => one(typescript::emit(catalog)),
            Target::Python => one(python::emit(catalog)),
            Target::Vectors => one(vectors::text(&vectors::emit(catalog))),
        }
    }
}

/// Normalizes a path, so that `./docs/` and `docs` are the same folder.
pub(super) fn tidy(path: &str) -> String {
    path.split('/').filter(|name| !matches!(*name, "" | ".")).collect::<Vec<_>>().join("/")
}

/// The relative path from a file to a folder, both below one folder.
fn relative(file: &str, folder: &str) -> String {
    let (mut from, mut to): (Vec<&str>, Vec<&str>) = (file.split('/').collect(), folder.split('/').collect());
    from.pop();
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    to.drain(..shared);
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn a_folder_is_reached_from_a_file() {
        for (file, folder, way) in [
            ("shop/llms.txt", "shop/reference", "reference"),
            ("llms.txt", "docs/errors", "docs/errors"),
            ("public/llms.txt", "docs", "../docs"),
            ("a/b/llms.txt", "a/c/d", "../c/d"),
            ("docs/llms.txt", "docs", ""),
        ] {
            assert_eq!(relative(file, folder), way, "{file} {folder}");
        }
    }
}

//! The paths of all outputs, for every catalog.

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use errbook_catalog::model::{Flavor, Generate, GenerateDocs, GenerateOpenapi, OpenapiVersion};
use errbook_files::{GeneratedFile, Output};
use errbook_pages::markdown::Templates;
use errbook_pages::plan::{self, Reader, Source, Target, everything};

/// For catalogs that name no files.
struct NoFiles;

impl Reader for NoFiles {
    fn read(&self, _folder: &Path, path: &str) -> io::Result<String> {
        panic!("{path} was read")
    }

    fn names(&self, _folder: &Path, path: &str) -> io::Result<Vec<String>> {
        panic!("{path} was read")
    }

    fn place(&self, folder: &Path) -> io::Result<PathBuf> {
        Ok(folder.to_owned())
    }
}

fn templates() -> Templates {
    Templates::new(&[]).expect("errbook's own templates")
}

#[test]
fn every_catalog_has_every_output_in_places_of_their_own() {
    for (name, mut catalog) in catalogs::all() {
        // Clients are among them only if the catalog asks for them.
        let has_clients = |files: &[GeneratedFile]| files.iter().any(|file| file.path.ends_with("vectors.json"));
        let is_asked = catalog.generate.typescript.is_some();
        assert_eq!(has_clients(&everything(&catalog, &templates()).expect(&name)), is_asked, "{name}");
        catalog.generate.typescript = Some("errors.ts".to_owned());
        catalog.generate.python = Some("errors.py".to_owned());
        let files = everything(&catalog, &templates()).expect(&name);
        for target in Target::ALL {
            let path = format!("{}/{}", catalog.api.slug, target.path());
            let is_there = files.iter().any(|file| file.path == path || file.path.starts_with(&format!("{path}/")));
            assert!(is_there, "{name}: {target:?}");
        }
        for file in &files {
            assert!(file.text.ends_with('\n') && !file.text.ends_with("\n\n"), "{name}: {}", file.path);
            assert!(!file.text.contains('\r'), "{name}: {}", file.path);
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let output = || {
            let mut output = Output::new(folder.path());
            output.extend(everything(&catalog, &templates()).expect(&name));
            output.own(catalog.api.slug.as_str());
            output.changes().unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        output().write().expect("a folder that can be written");
        assert!(output().is_empty(), "{name}: a second run gives other bytes");
    }
}

#[test]
fn the_outputs_of_generate_have_their_paths() {
    let mut catalog = catalogs::everything();
    catalog.generate = Generate {
        docs: Some(GenerateDocs { dir: "./docs//errors/".into(), flavor: Flavor::Plain, nav: None, templates: None }),
        openapi: Some(GenerateOpenapi { file: "api/openapi.json".into(), version: OpenapiVersion::V3_0 }),
        docs_redirects: None,
        openapi_into: None,
        openapi_open: false,
        openapi_prefix: None,
        openapi_retries: BTreeSet::new(),
        json: None,
        llms: Some("public/llms.txt".into()),
        rust: None,
        typescript: None,
        python: None,
        snippets: Vec::new(),
    };
    let source = Source { path: "errors.yaml".into(), catalog, inputs: Vec::new() };
    let plan = plan::beside([source], &NoFiles).expect("errbook's own templates");
    let files: Vec<&GeneratedFile> = plan.files().map(|planned| &planned.file).collect();
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths[..3], ["api/openapi.json", "public/llms.txt", "docs/errors/index.md"]);
    assert!(paths[3..].iter().all(|path| path.starts_with("docs/errors/")), "{paths:?}");
    assert!(files[0].text.starts_with("{\n  \"openapi\": \"3.0."), "{}", files[0].text);
    for target in Target::ALL {
        assert_eq!(target.wanted(&Generate::default()), None);
    }
}

/// Texts too deep for a recursive writer.
#[test]
fn every_output_of_a_deep_text_is_written() {
    let lists: String = (0..500).flat_map(|level| ["  ".repeat(level), "- a\n".to_owned()]).collect();
    let open = ["> ", "- ", "1. ", "> - ", "*a **b ", "[a ![", "~~a *b ", "(<", "`a ``b "];
    let texts = open.map(|unit| format!("{}a{}", unit.repeat(4_000), "]]**".repeat(4_000)));
    for text in texts.iter().chain([&lists]) {
        for flavor in ["plain", "mkdocs"] {
            let text = serde_json::to_string(text).expect("a text");
            let yaml = format!(
                "errbook: 1\napi: {{name: Shop, summary: {text}}}\ngenerate: {{docs: {{dir: docs, flavor: {flavor}}}}}\n\
                 errors: {{A: {{status: 400, description: {text}, fix: {text}}}}}\n"
            );
            let loaded = errbook_catalog::load_text("errors.yaml", yaml.as_bytes());
            let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
            everything(&catalog, &templates()).expect("every output");
            errbook_pages::site::emit(&[&catalog]).expect("a site");
        }
    }
}

//! Snapshots of the outputs of every golden case, next to its catalog. `rust.rs` compiles and runs
//! the Rust ones.
//!
//! Snapshots are short: each leaves out what another one shows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use errbook_catalog::model::{Flavor, GenerateDocs, OpenapiVersion};
use errbook_pages::markdown::{Page, Templates};
use errbook_pages::{markdown, plan};
use errbook_schema::openapi;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    cases
}

/// The outputs of a case, with the names of their snapshots.
fn outputs(case: &Path) -> Vec<(String, String)> {
    let loaded = errbook_catalog::load(&case.join("catalog.yaml"));
    let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
    let templates = Templates::new(&[]).expect("errbook's own templates parse");
    let files = plan::everything(&catalog, &templates).expect("errbook's own templates render");
    let prefix = format!("{}/", catalog.api.slug);
    let mut outputs: Vec<(String, String)> = files
        .into_iter()
        .map(|file| {
            let path = file.path.strip_prefix(&prefix).expect("everything lies below the slug").to_owned();
            (path.replace('/', "-"), file.text)
        })
        .collect();
    let older = openapi::yaml(&openapi::emit(&catalog, OpenapiVersion::V3_0));
    outputs.push(("openapi-3.0.yaml".to_owned(), older));
    outputs
}

/// The part of an output in a snapshot. The smallest case has the whole Rust file.
fn excerpts(case: &Path, outputs: &[(String, String)]) -> Vec<(String, String)> {
    let text =
        |name: &str| outputs.iter().find(|(other, _)| other == name).map(|(_, text)| text.as_str()).expect("an output");
    let is_whole = case.ends_with("minimal");
    let mut excerpts = Vec::new();
    for (name, whole) in outputs {
        match name.as_str() {
            "errors.rs" if !is_whole => {
                let shown = self::outputs(&case.with_file_name("minimal"));
                let (_, shown) = shown.iter().find(|(other, _)| other == name).expect("a Rust file");
                let items = without_items_of(whole, shown);
                let (code, tables) = items.split_once("\n\n        static ").unwrap_or((&items, ""));
                excerpts.push((name.clone(), code.to_owned()));
                excerpts.push(("errors-tables.rs".to_owned(), format!("        static {tables}")));
            }
            "openapi-3.0.yaml" => {
                let diff = similar::TextDiff::from_lines(text("openapi.yaml"), whole);
                excerpts.push(("openapi-3.0.diff".to_owned(), diff.unified_diff().context_radius(2).to_string()));
            }
            "openapi.yaml" => {
                let (schemas, rest) = whole.split_once("\n  responses:").unwrap_or((whole, ""));
                excerpts.push(("openapi.yaml".to_owned(), schemas.to_owned()));
                excerpts.push(("openapi-responses.yaml".to_owned(), format!("  responses:{rest}")));
            }
            "errors.json" => {
                let mut export: serde_json::Value = serde_json::from_str(whole).expect("JSON");
                export["errors"].as_array_mut().expect("a list").truncate(4);
                excerpts.push((name.clone(), serde_json::to_string_pretty(&export).expect("JSON")));
            }
            _ => excerpts.push((name.clone(), whole.clone())),
        }
    }
    excerpts
}

/// A Rust file without the items that another file has too.
fn without_items_of(file: &str, other: &str) -> String {
    let items = |text: &str| text.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let known: BTreeSet<String> = items(other).into_iter().collect();
    let mut kept: Vec<String> = Vec::new();
    for item in items(file) {
        if !known.contains(&item) {
            kept.push(item);
        } else if kept.last().is_none_or(|last| last != "// ...") {
            kept.push("// ...".to_owned());
        }
    }
    kept.join("\n\n")
}

#[test]
fn outputs_are_as_they_were_read() {
    for case in cases() {
        let mut expected = BTreeSet::new();
        for (name, text) in excerpts(&case, &outputs(&case)) {
            expected.insert(format!("{name}.snap"));
            insta::with_settings!({
                snapshot_path => case.join("out"),
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, {
                insta::assert_snapshot!(name, text);
            });
        }
        let found: BTreeSet<String> = std::fs::read_dir(case.join("out"))
            .expect("snapshots")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "snap"))
            .collect();
        assert_eq!(found, expected, "{}: snapshots of outputs that are no more", case.display());
    }
}

/// In each flavor: a page that uses everything, a page of strings that a generator could evaluate,
/// and a list of errors with deprecated and retired ones.
#[test]
fn pages_of_each_flavor_are_as_they_were_read() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let cases_of = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests");
    let cases = [
        ("rate-limited", cases_of.join("catalogs/everything.yaml")),
        ("index", cases_of.join("golden/lifecycle/catalog.yaml")),
        ("type", cases_of.join("golden/hostile/catalog.yaml")),
    ];
    for (page, path) in cases {
        let mut catalog = errbook_catalog::load(&path).catalog.expect("accepted");
        for flavor in Flavor::ALL.into_iter().filter(|flavor| *flavor != Flavor::Plain) {
            catalog.generate.docs = Some(GenerateDocs { dir: "docs".to_owned(), flavor, nav: None, templates: None });
            let templates = Templates::new(&[]).expect("errbook's own templates parse");
            let pages = markdown::emit(&catalog, &templates).expect("errbook's own templates render");
            let is_page = |file: &&Page| Path::new(&file.path).file_stem().is_some_and(|stem| stem == page);
            let text = &pages.iter().find(is_page).expect("the page").text;
            insta::with_settings!({
                snapshot_path => tests.join("flavors"),
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, {
                insta::assert_snapshot!(format!("{page}-{}", flavor.name()), text);
            });
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    for case in cases() {
        assert_eq!(outputs(&case), outputs(&case), "{}", case.display());
    }
}

#[test]
fn every_text_ends_in_one_line_break_and_has_no_other_kind() {
    for case in cases() {
        for (name, text) in outputs(&case) {
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{}: {name}", case.display());
            assert!(!text.contains('\r'), "{}: {name}", case.display());
        }
    }
}

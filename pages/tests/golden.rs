//! Every output of every golden case, as snapshots beside its catalog. The Rust ones are compiled and run by `rust.rs`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use errbook_catalog::model::{Flavor, GenerateDocs, OpenapiVersion};
use errbook_pages::markdown::Templates;
use errbook_pages::{markdown, plan};
use errbook_schema::openapi;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    cases
}

/// The outputs of a case by the names of their snapshots.
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

#[test]
fn outputs_are_as_they_were_read() {
    for case in cases() {
        let mut expected = BTreeSet::new();
        for (name, text) in outputs(&case) {
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

/// Three catalogs in each flavor: one with a bit of everything, one whose errors come and go, and one of strings that a generator could
/// run. All pages of a flavor are one snapshot.
#[test]
fn pages_of_each_flavor_are_as_they_were_read() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let cases_of = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests");
    let cases = [
        ("everything", cases_of.join("catalogs/everything.yaml")),
        ("lifecycle", cases_of.join("golden/lifecycle/catalog.yaml")),
        ("hostile", cases_of.join("golden/hostile/catalog.yaml")),
    ];
    for (name, path) in cases {
        let mut catalog = errbook_catalog::load(&path).catalog.expect("accepted");
        for flavor in Flavor::ALL.into_iter().filter(|flavor| *flavor != Flavor::Plain) {
            catalog.generate.docs = Some(GenerateDocs { dir: "docs".to_owned(), flavor, nav: None, templates: None });
            let templates = Templates::new(&[]).expect("errbook's own templates parse");
            let pages = markdown::emit(&catalog, &templates).expect("errbook's own templates render");
            let parts: Vec<String> = pages.iter().map(|page| format!("==> {}\n{}", page.path, page.text)).collect();
            let text = parts.join("\n");
            insta::with_settings!({
                snapshot_path => tests.join("flavors"),
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, {
                insta::assert_snapshot!(format!("{name}-{}", flavor.name()), text);
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

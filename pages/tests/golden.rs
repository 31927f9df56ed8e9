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
use serde_json::Value;

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
                excerpts.extend(parts_of_rust(whole, shown));
            }
            "openapi-3.0.yaml" => {
                let diff = similar::TextDiff::from_lines(text("openapi.yaml"), whole);
                excerpts.push(("openapi-3.0.diff".to_owned(), diff.unified_diff().context_radius(2).to_string()));
            }
            "openapi.yaml" => {
                let (schemas, rest) = whole.split_once("\n  responses:").unwrap_or((whole, ""));
                excerpts.extend(halves("openapi", schemas));
                excerpts.extend(halves("openapi-responses", &format!("  responses:{rest}")));
            }
            "errors.json" => {
                let mut export: Value = serde_json::from_str(whole).expect("JSON");
                export["errors"].as_array_mut().expect("a list").truncate(4);
                excerpts.push((name.clone(), compact(&export, 0)));
            }
            _ => excerpts.push((name.clone(), whole.clone())),
        }
    }
    excerpts
}

/// A part of an OpenAPI document, in two parts if it is long.
fn halves(name: &str, text: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_component = |line: &str| line.starts_with("    ") && !line.starts_with("     ");
    let middle = (lines.len() / 2..lines.len()).find(|&at| lines.len() > 380 && is_component(lines[at]));
    let (first, second) = lines.split_at(middle.unwrap_or(lines.len()));
    let parts = [(format!("{name}.yaml"), first), (format!("{name}-2.yaml"), second)];
    let parts = parts.into_iter().filter(|(_, lines)| !lines.is_empty());
    parts.map(|(name, lines)| (name, lines.join("\n"))).collect()
}

/// The items of a Rust file that another file lacks, in a part for each concept.
fn parts_of_rust(file: &str, other: &str) -> Vec<(String, String)> {
    const STARTS: [(&str, &str); 4] = [
        ("    pub const fn code(", "errors-methods.rs"),
        ("/// The context fields", "errors-types.rs"),
        ("    impl Serialize for Body<", "errors-body.rs"),
        ("static CATALOG: ", "errors-tables.rs"),
    ];
    let items = |text: &str| text.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let known: BTreeSet<String> = items(other).into_iter().collect();
    let mut parts: Vec<(&str, Vec<String>)> = vec![("errors.rs", Vec::new())];
    for item in items(file) {
        let start = STARTS.iter().find(|(start, _)| item.lines().any(|line| line.starts_with(start)));
        let part = start.map_or("errors.rs", |(_, part)| *part);
        if start.is_some() && parts.iter().all(|(other, _)| *other != part) {
            parts.push((part, Vec::new()));
        }
        let (_, kept) = parts.last_mut().expect("a part");
        if !known.contains(&item) {
            kept.push(item);
        } else if kept.last().is_none_or(|last| last != "// ...") {
            kept.push("// ...".to_owned());
        }
    }
    parts.retain(|(_, kept)| kept.iter().any(|item| item != "// ..."));
    parts.into_iter().map(|(part, kept)| (part.to_owned(), kept.join("\n\n"))).collect()
}

/// JSON in which each value that fits has one line.
fn compact(value: &Value, indent: usize) -> String {
    let line = one_line(value);
    let inner = indent + 2;
    let (items, [open, close]): (Vec<String>, _) = match value {
        _ if indent + line.len() <= 100 => return line,
        Value::Array(items) => (items.iter().map(|item| compact(item, inner)).collect(), ['[', ']']),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{name:?}: {}", compact(value, inner));
            (members.iter().map(member).collect(), ['{', '}'])
        }
        _ => return line,
    };
    let (pad, end) = (" ".repeat(inner), " ".repeat(indent));
    format!("{open}\n{pad}{}\n{end}{close}", items.join(&format!(",\n{pad}")))
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{name:?}: {}", one_line(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

#[test]
fn outputs_match_their_snapshots() {
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
        assert_eq!(found, expected, "{}: snapshots of removed outputs", case.display());
    }
}

/// In each flavor: a page that uses everything, a page of strings that a generator could evaluate,
/// and a list of errors with deprecated and retired ones.
#[test]
fn pages_of_each_flavor_match_their_snapshots() {
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

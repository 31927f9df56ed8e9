//! A change that takes a name from the generated TypeScript or Python breaks their callers, and the
//! comparison says so. The changes are those of `diff/changes.txt`, in both directions.

#[path = "diff/cases.rs"]
mod cases;

use std::collections::BTreeSet;

use cases::{CHANGES, base, case};
use errbook_catalog::load_text;
use errbook_catalog::model::Catalog;
use errbook_clients::{python, typescript};
use errbook_history::diff::{Audience, Rating, diff};

fn catalog(name: &str, text: &str) -> Catalog {
    let loaded = load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{name}: {}", loaded.report.render_text(false)))
}

/// Attributes of classes in Python that the base class has too.
const INHERITED: [&str; 6] = ["code", "title", "retryable", "fix", "doc_url", "details"];

/// The names that callers of both modules can use, with those that they are below.
fn names(catalog: &Catalog) -> BTreeSet<String> {
    let typescript = typescript::emit(catalog);
    let (typescript, _) = typescript.split_once("/** The parts of a response").expect("a runtime");
    let python = python::emit(catalog);
    let mut names = BTreeSet::new();
    for (language, text) in [("typescript", typescript), ("python", python.as_str())] {
        // The indentation of each name, and the name.
        let mut above: Vec<(usize, &str)> = Vec::new();
        let mut in_doc = false;
        for line in text.lines() {
            let rest = line.trim_start();
            if rest.starts_with("\"\"\"") || in_doc {
                in_doc ^= rest.matches("\"\"\"").count() == 1;
                continue;
            }
            let indent = line.len() - rest.len();
            let Some(name) = declared(rest).filter(|name| !INHERITED.contains(name)) else { continue };
            above.retain(|(outer, _)| *outer < indent);
            if name.starts_with('_') || above.iter().any(|(_, outer)| outer.starts_with('_')) {
                above.push((indent, "_"));
                continue;
            }
            above.push((indent, name));
            let path: Vec<&str> = above.iter().map(|(_, name)| *name).collect();
            names.insert(format!("{language}: {}", path.join(".")));
        }
    }
    names
}

/// The name that a line declares.
fn declared(line: &str) -> Option<&str> {
    let words = ["export ", "declare ", "async ", "override ", "readonly ", "static "];
    let mut line = line;
    while let Some(rest) = words.iter().find_map(|word| line.strip_prefix(word)) {
        line = rest;
    }
    if let Some(value) = line.strip_prefix("| ") {
        return Some(value.trim_end_matches(';'));
    }
    let kinds = ["type ", "interface ", "class ", "function ", "const ", "get ", "def "];
    let named = kinds.iter().find_map(|kind| line.strip_prefix(kind));
    let (rest, is_member) = named.map_or((line, true), |rest| (rest, false));
    let end = rest.find(|c: char| !c.is_alphanumeric() && !"_\"@-".contains(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let is_declared = !is_member || [":", "?:", " = "].iter().any(|mark| after.starts_with(mark));
    (is_declared && !name.is_empty()).then_some(name)
}

#[test]
fn a_name_that_goes_breaks_callers_of_generated_clients() {
    let text = std::fs::read_to_string(CHANGES).expect("readable");
    let old = catalog("base.yaml", &base());
    let before = names(&old);
    for name in [
        "typescript: ErrorCode.\"SOLD_OUT\"",
        "typescript: DetailsOf.SOLD_OUT.item",
        "typescript: ShopError.isGone",
        "typescript: isGone",
        "typescript: Shelf",
        "python: Code.SOLD_OUT",
        "python: SoldOutError",
        "python: SoldOutDetails.item",
        "python: Shelf.HIGH",
        "python: GoneError",
    ] {
        assert!(before.contains(name), "{name} is missing: {before:#?}");
    }
    let mut unsaid = Vec::new();
    let mut count = 0;
    for block in text.split("\n## ").skip(1) {
        let case = case(block);
        let new = catalog(&case.name, &case.apply(&base()));
        let after = names(&new);
        for (old, new, gone) in [
            (&old, &new, before.difference(&after).collect::<Vec<_>>()),
            (&new, &old, after.difference(&before).collect::<Vec<_>>()),
        ] {
            let changes = diff(old, new).changes;
            let is_said = changes.iter().any(|change| change.rating_for(Audience::Sdk) == Some(Rating::Breaking));
            count += usize::from(!gone.is_empty());
            if !gone.is_empty() && !is_said {
                unsaid.push(format!("{}: {gone:?}", case.name));
            }
        }
    }
    assert!(count > 40, "{count}");
    assert!(unsaid.is_empty(), "{} of {count}:\n{}", unsaid.len(), unsaid.join("\n"));
}

/// The slug is that of the name, unless the catalog has its own.
#[test]
fn a_new_name_of_the_api_renames_the_class_of_errors() {
    let shop = |name: &str, more: &str| {
        let text = format!("errbook: 1\napi: {{name: {name}}}\nerrors: {{GONE: {{status: 410, fix: Look.}}}}\n{more}");
        catalog(name, &text)
    };
    for (more, expected) in [
        ("generate: {typescript: true}", Some(Rating::Breaking)),
        ("generate: {python: true}", Some(Rating::Breaking)),
        ("", None),
    ] {
        let changes = diff(&shop("Shop", more), &shop("Store", more)).changes;
        let rating = changes.iter().filter_map(|change| change.rating_for(Audience::Sdk)).max();
        assert_eq!(rating, expected, "{more}");
        // Responses are the same.
        assert!(changes.iter().all(|change| change.rating < Rating::Breaking), "{more}");
    }
}

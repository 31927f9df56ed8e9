//! The outputs in `docs-out/` contain each fact of the APIs' own pages.

#[path = "facts/reading.rs"]
mod reading;

use std::collections::BTreeMap;
use std::path::Path;

use reading::{files, one_line, read, without_markdown_escapes};
use serde_json::Value;

#[test]
fn social_crawl() {
    check("social-crawl");
}

#[test]
fn publishing_api() {
    check("publishing-api");
}

#[test]
fn socia_hive() {
    check("socia-hive");
}

#[test]
fn social_api() {
    check("social-api");
}

#[test]
fn social_neuron() {
    check("social-neuron");
}

/// Looks for each line of `facts/<slug>.txt` in the outputs that it names.
fn check(slug: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let outputs = outputs(&root.join("../docs-out").join(slug));
    let facts = read(&root.join(format!("tests/facts/{slug}.txt")));
    let mut missing = Vec::new();
    for line in facts.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (names, fact) = line.split_once(" | ").unwrap_or_else(|| panic!("no ` | ` in `{line}`"));
        for name in names.split(' ') {
            let text = outputs.get(name).unwrap_or_else(|| panic!("there is no output `{name}`: `{line}`"));
            if !text.contains(fact) {
                missing.push(format!("{name} | {fact}"));
            }
        }
    }
    assert!(missing.is_empty(), "docs-out/{slug} lacks:\n{}", missing.join("\n"));
}

/// The outputs, by the names that facts use: their visible text, on one line.
fn outputs(folder: &Path) -> BTreeMap<&'static str, String> {
    let openapi: Value = serde_yaml::from_str(&read(&folder.join("openapi.yaml"))).expect("YAML");
    let json: Value = serde_json::from_str(&read(&folder.join("errors.json"))).expect("JSON");
    let pages: Vec<String> = files(&folder.join("reference")).iter().map(|page| read(page)).collect();
    BTreeMap::from([
        ("reference", one_line(&without_markdown_escapes(&pages.join("\n")))),
        ("rust", one_line(&read(&folder.join("errors.rs")).replace("///", "").replace("\\\"", "\""))),
        ("json", one_line(&flat(&json))),
        ("openapi", one_line(&flat(&openapi))),
    ])
}

/// Every value as `/path/to/it: value`. The path uses the `id` of a list's member, or else its
/// index.
fn flat(value: &Value) -> String {
    let mut lines = Vec::new();
    flatten(value, "", &mut lines);
    lines.join("\n")
}

fn flatten(value: &Value, path: &str, lines: &mut Vec<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                flatten(value, &format!("{path}/{name}"), lines);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                let name = item["id"].as_str().map_or_else(|| at.to_string(), str::to_owned);
                flatten(item, &format!("{path}/{name}"), lines);
            }
        }
        Value::String(text) => lines.push(format!("{path}: {text}")),
        value => lines.push(format!("{path}: {value}")),
    }
}

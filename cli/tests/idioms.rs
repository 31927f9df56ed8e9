//! A service with 40 errors and the idioms of open services: variants in expressions, conversions
//! with `?`, helpers with a code, macros, functions as values, and tables and aliases. A line that
//! uses an error ends with its id as a comment. `idioms/api/src/metrics.rs` and the tests of the
//! service name every error and construct none.

mod folder;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use folder::copy;

/// The removals that the audit has to find.
const FOUND: usize = 40;

/// The findings, with their messages.
fn audit(folder: &Path) -> Vec<(String, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_errbook"));
    let output = command.args(["audit", "--format", "json"]).current_dir(folder).output().expect("the command runs");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let text = |problem: &Value, name: &str| problem[name].as_str().expect("a text").to_owned();
    let problems = report["problems"].as_array().expect("problems");
    problems.iter().map(|problem| (text(problem, "rule"), text(problem, "message"))).collect()
}

/// The service, and the lines that use each error: the file, and the number of the line.
fn service(folder: &Path) -> BTreeMap<String, Vec<(PathBuf, usize)>> {
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/idioms"), folder);
    let catalog = errbook_catalog::load(&folder.join("errors.yaml")).catalog.expect("a valid catalog");
    let mut uses: BTreeMap<String, Vec<(PathBuf, usize)>> =
        catalog.errors.iter().map(|error| (error.name.id.clone(), Vec::new())).collect();
    for entry in fs::read_dir(folder.join("api/src")).expect("the service") {
        let path = entry.expect("a file").path();
        let text = fs::read_to_string(&path).expect("Rust");
        for (number, line) in text.lines().enumerate() {
            let id = line.rsplit_once(" // ").map(|(_, id)| id);
            if let Some(lines) = id.and_then(|id| uses.get_mut(id)) {
                lines.push((path.clone(), number));
            }
        }
    }
    uses
}

#[test]
fn the_removal_of_each_use_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let uses = service(folder.path());
    assert_eq!(audit(folder.path()), []);
    assert_eq!(uses.len(), 40);

    let mut missed = Vec::new();
    for (id, lines) in &uses {
        assert!(!lines.is_empty(), "no line uses {id}");
        let texts: BTreeMap<&PathBuf, String> =
            lines.iter().map(|(path, _)| (path, fs::read_to_string(path).expect("Rust"))).collect();
        for (path, text) in &texts {
            let is_kept = |number: usize| !lines.contains(&((*path).clone(), number));
            let kept = text.lines().enumerate().map(|(number, line)| if is_kept(number) { line } else { "" });
            fs::write(path, kept.collect::<Vec<_>>().join("\n")).expect("writable");
        }
        let found = audit(folder.path());
        let is_of_id = |message: &str| message.contains(&format!("`{id}`"));
        match found.as_slice() {
            [(rule, message)] if is_of_id(message) && ["never-constructed", "not-covered"].contains(&rule.as_str()) => {
            }
            other => missed.push(format!("{id}: {other:?}")),
        }
        for (path, text) in texts {
            fs::write(path, text).expect("writable");
        }
    }
    let found = uses.len() - missed.len();
    println!("{found} of {} removals are found\n{}", uses.len(), missed.join("\n"));
    assert_eq!(found, FOUND, "{}", missed.join("\n"));
}

//! The JSON Schema of the format accepts what the parser accepts, and rejects mistakes that an
//! editor should underline.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&errbook_catalog::schema::json()).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is valid");
    jsonschema::validator_for(&schema).expect("the schema compiles")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("readable");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every YAML file below the folder.
fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(yaml_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn the_bundled_catalogs_and_the_golden_cases_are_valid() {
    let validator = validator();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = yaml_files(&root.join("apis"));
    assert_eq!(files.len(), 5, "the bundled catalogs");
    files.extend(yaml_files(&root.join("../codegen/tests/golden")));
    for file in files {
        let catalog = read(&file);
        let errors: Vec<String> =
            validator.iter_errors(&catalog).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}:\n{}", file.display(), errors.join("\n"));
    }
}

#[test]
fn mistakes_are_rejected() {
    let validator = validator();
    for (mistake, text) in [
        ("an unknown key", "errbook: 1\napi: {name: X, nam: Y}"),
        ("no name", "errbook: 1\napi: {}"),
        ("another version", "errbook: 2\napi: {name: X}"),
        ("a status out of range", "errbook: 1\napi: {name: X}\nerrors: {A: {status: 1000}}"),
        ("a bad id", "errbook: 1\napi: {name: X}\nerrors: {1A: {status: 400}}"),
        ("an unknown level", "errbook: 1\napi: {name: X}\nlints: {missing-fix: deny}"),
        ("an unknown lint", "errbook: 1\napi: {name: X}\nlints: {missing-fox: warn}"),
        ("a wait without a unit", "errbook: 1\napi: {name: X}\nretry: {a: {initial: 2}}"),
        ("errors in an included file that are none", "errors: {A: {statsu: 400}}"),
        ("a section that only the root has", "errors: {}\nlints: {}"),
    ] {
        let catalog: Value = serde_yaml::from_str(text).expect("YAML");
        assert!(!validator.is_valid(&catalog), "{mistake}: {text}");
    }
}

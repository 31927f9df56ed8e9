//! Golden files of both clients. `ERRBOOK_BLESS=1 cargo test -p errbook-clients --test golden` writes
//! them. `clients/conformance/clients.sh` compiles and runs the clients of the same catalogs.

use std::path::{Path, PathBuf};

use errbook_catalog::model::Catalog;
use errbook_clients::{python, typescript, vectors};

/// The catalogs with a golden file, and whether it has the code that all catalogs share.
const CASES: [(&str, bool); 6] = [
    ("clients/tests/catalogs/names.yaml", true),
    ("clients/tests/catalogs/kiosk.yaml", false),
    ("schema/conformance/generators/difficult.yaml", false),
    ("codegen/tests/catalogs/everything.yaml", false),
    ("codegen/tests/golden/hostile/catalog.yaml", false),
    ("codegen/tests/golden/recursive/catalog.yaml", false),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn load(path: &str) -> Catalog {
    let loaded = errbook_catalog::load(&root().join(path));
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

/// The module without the code that all catalogs share.
fn excerpt(module: &str, shared: &[(&str, &str)]) -> String {
    let mut module = module.to_owned();
    for (from, to) in shared {
        let start = module.find(from).unwrap_or_else(|| panic!("no {from:?}"));
        let end = start + module[start..].find(to).unwrap_or_else(|| panic!("no {to:?}"));
        module.replace_range(start..end, "...\n\n");
    }
    module
}

const TYPESCRIPT: &[(&str, &str)] = &[
    ("  override readonly name", "  /** @internal Use {@link retryAdvice}. */"),
    ("/** Text on one line, without", "/** What the catalog says"),
    ("/** The parts of a response,", "const _retries"),
];

const PYTHON: &[(&str, &str)] = &[
    ("from __future__ ", "\n\nclass Code(str"),
    ("_Type = Any", "    @property\n    def headers(self)"),
    ("class UnlistedError(", "_RETRIES: "),
];

fn compare(path: &Path, text: &str) {
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(path, text).expect("a writable folder");
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    assert!(golden == text, "{} differs; read the diff of ERRBOOK_BLESS=1", path.display());
}

#[test]
fn clients_are_as_before() {
    let folder = root().join("clients/tests/golden");
    for (path, is_whole) in CASES {
        let catalog = load(path);
        let (typescript, python) = (typescript::emit(&catalog), python::emit(&catalog));
        let name = &catalog.api.slug;
        let (typescript, python) =
            if is_whole { (typescript, python) } else { (excerpt(&typescript, TYPESCRIPT), excerpt(&python, PYTHON)) };
        compare(&folder.join(format!("{name}.ts.txt")), &typescript);
        compare(&folder.join(format!("{name}.py.txt")), &python);
    }
}

#[test]
fn no_client_gets_what_is_internal_or_sensitive() {
    for path in ["clients/tests/catalogs/names.yaml", "codegen/tests/catalogs/everything.yaml"] {
        let catalog = load(path);
        let vectors = vectors::text(&vectors::emit(&catalog));
        for text in [typescript::emit(&catalog), python::emit(&catalog), vectors] {
            for secret in
                ["hunter2", "hidden_internal_error", "Nobody sees this text", "/etc/internal", "SECRET", "hush"]
            {
                assert!(!text.contains(secret), "{path}: {secret}");
            }
        }
    }
}

#[test]
fn the_same_catalog_gives_the_same_bytes() {
    for (path, _) in CASES {
        let (one, two) = (load(path), load(path));
        assert_eq!(typescript::emit(&one), typescript::emit(&two));
        assert_eq!(python::emit(&one), python::emit(&two));
        assert_eq!(vectors::text(&vectors::emit(&one)), vectors::text(&vectors::emit(&two)));
    }
}

#[test]
fn every_vector_file_is_what_its_schema_says() {
    let validator = jsonschema::draft202012::new(&vectors::schema()).expect("a schema");
    for (path, _) in CASES {
        let text = vectors::text(&vectors::emit(&load(path)));
        let vectors = serde_json::from_str(&text).expect("JSON");
        let problems: Vec<String> = validator.iter_errors(&vectors).map(|problem| problem.to_string()).collect();
        assert_eq!(problems, [""; 0], "{path}");
    }
    let own = std::fs::read_to_string(root().join("clients/tests/catalogs/kiosk.json")).expect("a file");
    let own: serde_json::Value = serde_json::from_str(&own).expect("JSON");
    assert!(validator.is_valid(&own), "{:?}", validator.iter_errors(&own).next());
    assert!(own["vectors"].as_array().expect("a list").len() >= 40);
}

#[test]
fn no_name_of_a_module_is_declared_twice() {
    let names = load("clients/tests/catalogs/names.yaml");
    let (typescript, python) = (typescript::emit(&names), python::emit(&names));
    let mut declared = Vec::new();
    for line in typescript.lines() {
        let words: Vec<&str> =
            line.split_whitespace().skip_while(|word| ["export", "declare", "async"].contains(word)).collect();
        if let [kind, name, ..] = words.as_slice()
            && ["function", "const", "class", "type", "interface", "let"].contains(kind)
            && !line.starts_with(' ')
        {
            let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
            declared.push(name[..end].to_owned());
        }
    }
    let mut once = declared.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), declared.len(), "a name is declared twice");
    let mut classes: Vec<&str> = python
        .lines()
        .filter_map(|line| line.strip_prefix("class ").or_else(|| line.strip_prefix("def ")))
        .filter_map(|rest| rest.split(['(', ':']).next())
        .collect();
    let count = classes.len();
    classes.sort_unstable();
    classes.dedup();
    assert_eq!(classes.len(), count, "a class is declared twice");
}

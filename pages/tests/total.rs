//! Emitters are total: every accepted catalog has complete outputs. Replaces words of valid
//! catalogs at random and generates all catalogs that are still accepted.

use std::path::Path;

use errbook_catalog::load_text;
use errbook_pages::markdown::Templates;
use errbook_pages::plan;
use proptest::prelude::*;
use proptest::sample::Index;

/// Catalogs without includes.
fn catalogs() -> Vec<String> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden");
    ["kinds", "types", "envelopes", "lifecycle", "hostile", "minimal"]
        .iter()
        .map(|case| std::fs::read_to_string(golden.join(case).join("catalog.yaml")).expect("readable"))
        .collect()
}

/// Words with a meaning in YAML, Rust, OpenAPI, markdown or the format.
const WORDS: &[&str] = &[
    "self",
    "Self",
    "type",
    "fn",
    "String",
    "Option",
    "Some",
    "Ok",
    "Result",
    "Error",
    "ErrorCode",
    "Context",
    "Body",
    "status",
    "source",
    "code",
    "message",
    "details",
    "f",
    "map",
    "value",
    "info",
    "default",
    "index",
    "string",
    "integer",
    "number",
    "boolean",
    "date-time",
    "duration",
    "uuid",
    "uri",
    "json",
    "array<string>",
    "map<integer>",
    "true",
    "false",
    "null",
    "0",
    "1",
    "-1",
    "2.5",
    "404",
    "503",
    "599",
    "{code}",
    "{details?}",
    "{{",
    "\"\\u202e\"",
    "a-b",
    "a_b",
    "a.b",
    "Ab",
    "AB",
    "é",
    "r1",
    "_",
    "idempotent",
    "not_charged",
    "internal",
    "[400, 401]",
    "{}",
    "[]",
];

/// The words of a text, each as a range.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn an_accepted_catalog_gives_every_output(
        catalog in any::<Index>(),
        edits in prop::collection::vec((any::<Index>(), any::<Index>()), 1..4),
    ) {
        let mut text = catalog.get(&catalogs()).clone();
        for (place, word) in edits {
            text.replace_range(place.get(&words(&text)).clone(), WORDS[word.index(WORDS.len())]);
        }
        if let Some(catalog) = load_text("errors.yaml", text.as_bytes()).catalog {
            let templates = Templates::new(&[]).expect("errbook's own templates parse");
            let files = plan::everything(&catalog, &templates).expect("errbook's own templates render");
            let mut paths: Vec<String> = files.iter().map(|file| file.path.to_lowercase()).collect();
            paths.sort();
            paths.dedup();
            prop_assert_eq!(paths.len(), files.len(), "two files in one place");
            prop_assert!(files.iter().all(|file| file.text.ends_with('\n')));
        }
    }
}

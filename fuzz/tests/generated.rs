//! Catalogs made from bytes are accepted, and other tools accept their outputs. The bytes are the same
//! in every run. `ERRBOOK_FUZZ=1000` makes 1,000 catalogs.

use errbook_catalog::load_text;
use errbook_catalog::model::OpenapiVersion;
use errbook_fuzz::{Numbers, TARGETS, catalog};
use errbook_schema::{json, openapi};
use jsonschema::Validator;
use serde_json::{Value, json};

/// The catalogs, unless `ERRBOOK_FUZZ` says how many.
const CATALOGS: u64 = 40;

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).expect("a schema")
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Each example of a response is valid against the schema of its media type. Returns their number.
fn valid_examples(document: &Value) -> usize {
    let components = &document["components"];
    let mut checked = 0;
    for (status, response) in members(&components["responses"]) {
        for (media_type, media) in members(&response["content"]) {
            let schemas = json!({ "allOf": [media["schema"]], "components": { "schemas": components["schemas"] } });
            let validator = validator(&schemas);
            for (name, example) in members(&media["examples"]) {
                let target =
                    example["$ref"].as_str().map_or(example, |at| document.pointer(&at[1..]).expect("a target"));
                if let Err(problem) = validator.validate(&target["value"]) {
                    panic!("{status}, {media_type}, {name}: {problem}: {target:#}");
                }
                checked += 1;
            }
        }
    }
    checked
}

#[test]
fn generated_catalogs_have_valid_outputs() {
    let count = std::env::var("ERRBOOK_FUZZ").map_or(CATALOGS, |count| count.parse().expect("a number"));
    let target = TARGETS.iter().find(|target| target.name == "generated").expect("the target");
    let export = validator(&json::schema());
    let (mut accepted, mut examples) = (0, 0);
    for seed in 0..count {
        let bytes = Numbers::new(seed).bytes();
        let text = catalog(&bytes);
        let loaded = load_text("errors.yaml", text.as_bytes());
        let Some(catalog) = loaded.catalog else {
            println!("{seed}: {}", loaded.report.render_text(false).lines().next().unwrap_or_default());
            continue;
        };
        accepted += 1;
        println!("{seed}: {text}");
        (target.run)(&bytes);
        let document = openapi::emit(&catalog, OpenapiVersion::V3_1);
        let read: Value = serde_yaml::from_str(&openapi::yaml(&document)).expect("YAML");
        assert_eq!(read, document);
        examples += valid_examples(&document);
        let exported: Value = serde_json::from_str(&json::text(&catalog)).expect("JSON");
        if let Err(problem) = export.validate(&exported) {
            panic!("errors.json: {problem}");
        }
    }
    println!("{accepted} of {count} accepted, {examples} examples");
    assert!(accepted * 10 > count * 8, "{accepted} of {count} are accepted");
}

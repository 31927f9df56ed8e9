//! What editors show and insert, from the JSON Schema of the format: descriptions, examples,
//! defaults and snippets.

use std::path::Path;

use errbook_catalog::model::Catalog;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

fn schema() -> Value {
    serde_json::from_str(&errbook_catalog::schema::json()).expect("the schema is JSON")
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn items<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

/// Every key of every mapping: the name of the mapping, the key, and its schema.
fn keys(schema: &Value) -> Vec<(&str, &str, &Value)> {
    let shapes = members(&schema["$defs"]);
    shapes.flat_map(|(shape, of)| members(&of["properties"]).map(move |(key, of)| (shape, key, of))).collect()
}

/// The validator of a part of the schema.
fn validator(schema: &Value, path: &str) -> Validator {
    let part = json!({ "$schema": schema["$schema"], "$ref": format!("#{path}"), "$defs": schema["$defs"] });
    jsonschema::validator_for(&part).expect("the schema compiles")
}

#[test]
fn each_key_has_a_description_and_an_example() {
    let schema = schema();
    for (shape, key, of) in keys(&schema) {
        assert!(of["markdownDescription"].is_string(), "{shape}.{key} has no description in markdown");
        let plain = of["description"].as_str().expect("a description");
        assert!(!plain.contains(['`', '[']), "{shape}.{key} has markdown in its description: {plain}");
        assert!(!items(of, "examples").is_empty(), "{shape}.{key} has no example");
    }
}

#[test]
fn each_example_is_valid_and_loads() {
    let schema = schema();
    for (shape, key, of) in keys(&schema) {
        let validator = validator(&schema, &format!("/$defs/{shape}/properties/{key}"));
        for example in items(of, "examples") {
            assert!(validator.is_valid(example), "{shape}.{key}: {example}");
            load(shape, with(shape, key, example));
        }
    }
}

#[test]
fn a_default_means_the_same_as_an_absent_key() {
    let schema = schema();
    for (shape, key, of) in keys(&schema) {
        let Some(default) = of.get("default") else { continue };
        let validator = validator(&schema, &format!("/$defs/{shape}/properties/{key}"));
        assert!(validator.is_valid(default), "{shape}.{key}: {default}");
        let written = load(shape, with(shape, key, default));
        assert_eq!(format!("{written:?}"), format!("{:?}", load(shape, neighbours(shape, key))), "{shape}.{key}");
    }
}

#[test]
fn each_snippet_is_valid_and_loads() {
    let schema = schema();
    for snippet in items(&schema, "defaultSnippets") {
        load("Catalog", inserted(snippet, 0));
    }
    for (shape, of) in members(&schema["$defs"]).filter(|(shape, _)| *shape != "Catalog") {
        assert!(!items(of, "defaultSnippets").is_empty(), "{shape} has no snippet");
        let validator = validator(&schema, &format!("/$defs/{shape}"));
        for snippet in items(of, "defaultSnippets") {
            valid_in_every_choice(&validator, snippet);
            load(shape, inserted(snippet, 0));
        }
    }
    for (shape, key, of) in keys(&schema) {
        let validator = validator(&schema, &format!("/$defs/{shape}/properties/{key}"));
        for snippet in items(of, "defaultSnippets") {
            valid_in_every_choice(&validator, snippet);
            load(shape, with(shape, key, &inserted(snippet, 0)));
        }
    }
}

fn valid_in_every_choice(validator: &Validator, snippet: &Value) {
    for nth in 0..12 {
        let value = inserted(snippet, nth);
        assert!(validator.is_valid(&value), "{value}");
    }
}

#[test]
fn snippets_are_expanded_as_in_an_editor() {
    let body = json!({ "${1:a}": ["^${2:409}", "${3|x,y|}", r#"^"${4:{code\}\\n}""#], "b": 1 });
    let snippet = json!({ "body": body });
    assert_eq!(inserted(&snippet, 0), json!({ "a": [409, "x", "{code}\n"], "b": 1 }));
    assert_eq!(inserted(&snippet, 1), json!({ "a": [409, "y", "{code}\n"], "b": 1 }));
}

/// The value that the YAML language server inserts: its texts have no quotes.
fn inserted(snippet: &Value, nth: usize) -> Value {
    yaml(&block(&snippet["body"], nth, "\n"))
}

/// Block YAML. Each entry begins with a new line and its indentation.
fn block(body: &Value, nth: usize, line: &str) -> String {
    let value = |value: &Value| block(value, nth, &format!("{line}  "));
    let entry = |(name, of): (&String, &Value)| format!("{line}{}: {}", expanded(name, nth), value(of));
    match body {
        Value::Object(members) => members.iter().map(entry).collect::<Vec<_>>().concat(),
        Value::Array(items) => items.iter().map(|item| format!("{line}- {}", value(item))).collect::<Vec<_>>().concat(),
        Value::String(text) => expanded(text.strip_prefix('^').unwrap_or(text), nth),
        Value::Number(_) | Value::Bool(_) | Value::Null => body.to_string(),
    }
}

/// The text with the value of each placeholder, and with one of the choices.
fn expanded(text: &str, nth: usize) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let mut value = String::new();
    let mut chars = rest[1..].chars();
    loop {
        match chars.next().expect("a closed placeholder") {
            '}' => break,
            '\\' => value.extend(chars.next()),
            other => value.push(other),
        }
    }
    if rest.starts_with('|') {
        let choices: Vec<&str> = value.trim_end_matches('|').split(',').collect();
        value = choices[nth % choices.len()].to_owned();
    }
    format!("{before}{value}{}", expanded(chars.as_str(), nth))
}

/// A catalog that has what the examples name.
const SHOP: &str = "
errbook: 1
api: {name: Shop, doc_url: 'https://shop.example/errors/{slug}'}
context: {request_id: {type: string, example: req-1}}
envelopes:
  default: {body: {code: '{code?}', message: '{message}', details: '{details?}'}}
  legacy: {body: {code: '{code?}', text: '{message}'}}
retry: {overload: {attempts: 3}}
groups: {payments: {title: Payments}}
types: {Size: {values: [small, large]}}
errors:
  out_of_stock: {status: 409, description: D., fix: F., group: payments, details: {sku: string}}
  sold_out: {status: 409, description: D., fix: F.}
  not_found: {status: 404, description: D., fix: F.}
  invalid_request: {status: 400, description: D., fix: F.}
  internal: {status: 500, description: D., fix: F.}
";

/// A catalog with a file of a team.
const TEAMS: &str = "
errbook: 1
api: {name: Shop}
include: teams/payments.yaml
errors: {sold_out: {status: 409, description: D., fix: F.}}
";

/// Where the mapping is in the catalog, or in the file of the team.
fn place(shape: &str) -> &'static str {
    match shape {
        "Catalog" | "Included" => "HERE",
        "Owner" => "owner: HERE",
        "Api" => "api: HERE",
        "Defaults" => "groups: {payments: {defaults: HERE}}",
        "ConditionalRefund" => "errors: {out_of_stock: {refund: HERE}}",
        "UnknownError" => "unknown: {5XX: HERE}",
        "RetryPolicy" => "retry: {new: HERE}",
        "Group" => "groups: {payments: HERE}",
        "Columns" => "groups: {payments: {columns: HERE}}",
        "Envelope" => "envelopes: {new: HERE}",
        "Field" => "errors: {out_of_stock: {details: {new: HERE}}}",
        "EnumValue" => "types: {Zone: {values: [HERE]}}",
        "Type" => "types: {New: HERE}",
        "Error" => "errors: {new: HERE}",
        "Example" => "errors: {out_of_stock: {examples: [HERE]}}",
        "Snippet" => "errors: {out_of_stock: {snippets: [HERE]}}",
        "Deprecated" => "errors: {out_of_stock: {deprecated: HERE}}",
        "Retired" => "retired: {old: HERE}",
        "Prose" => "prose: HERE",
        "Audit" => "audit: HERE",
        "Allowance" => "audit: {allow: [HERE]}",
        "Diff" => "diff: HERE",
        "Acceptance" => "diff: {accept: [HERE]}",
        "Generate" => "generate: HERE",
        "GenerateDocs" => "generate: {docs: HERE}",
        "GenerateOpenapi" => "generate: {openapi: HERE}",
        "GenerateTypescript" => "generate: {typescript: HERE}",
        "GeneratePython" => "generate: {python: HERE}",
        _ => panic!("say where {shape} is in a catalog"),
    }
}

/// The other keys of the mapping that a key needs.
fn neighbours(shape: &str, key: &str) -> Value {
    yaml(match (shape, key) {
        ("Owner", _) => "team: '@shop/payments'",
        ("Api", _) => "name: Shop",
        ("RetryPolicy", "backoff" | "max") => "initial: 1s",
        ("RetryPolicy", "factor") => "{initial: 1s, backoff: exponential}",
        ("Envelope", "content_type" | "headers") => "body: {code: '{code}'}",
        ("Field", "values" | "open") => "{type: enum, values: [small, large]}",
        ("Field", "example") => "type: json",
        ("Field", _) => "type: string",
        ("EnumValue", _) => "{value: a, rust: A}",
        ("Type", "open" | "doc") => "values: [a, b]",
        ("Error", "message" | "examples") => "{status: 409, description: D., fix: F., details: {sku: string}}",
        ("Error", "headers") => "{status: 409, description: D., fix: F., details: {wait: integer}}",
        ("Error", "mask") => "{status: 409, description: D., fix: F., visibility: internal}",
        ("Error", _) => "{status: 409, description: D., fix: F.}",
        ("Example", _) => "details: {sku: B-17}",
        ("Snippet", _) => "{lang: sh, code: ls}",
        ("Retired", "rust") => "use: sold_out",
        ("Allowance", _) => "{rule: never-constructed, reason: R.}",
        ("Acceptance", _) => "{rule: detail-removed, reason: R., until: 2.0.0}",
        ("GenerateDocs", "nav") => "{dir: docs/errors, flavor: mdbook}",
        ("GenerateDocs", _) => "dir: docs/errors",
        ("GenerateOpenapi", "version" | "open" | "prefix") => "file: openapi.yaml",
        _ => "{}",
    })
}

/// The mapping with the key, and with the keys that it needs.
fn with(shape: &str, key: &str, value: &Value) -> Value {
    let mut mapping = neighbours(shape, key);
    mapping[key] = value.clone();
    mapping
}

/// Loads a catalog with the mapping.
fn load(shape: &str, mapping: Value) -> Catalog {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("writable");
    };
    for file in ["intro.md", "codes.md", "support.md"] {
        write(file, "Text.\n");
    }
    for id in ["orders", "payments"] {
        write(&format!("{id}.yaml"), &format!("errors: {{{id}: {{status: 409, description: D., fix: F.}}}}"));
    }
    let is_of_team = ["Included", "Owner"].contains(&shape);
    let mut team = yaml(
        "{groups: {payments: {}}, \
         errors: {card_declined: {status: 402, description: D., fix: F., group: payments}}}",
    );
    let mut catalog = yaml(if is_of_team { TEAMS } else { SHOP });
    let shown = mapping.to_string();
    // The sections of the file keep their other entries.
    let depth = if ["Catalog", "Included"].contains(&shape) { 2 } else { usize::MAX };
    merge(if is_of_team { &mut team } else { &mut catalog }, put(yaml(place(shape)), mapping), depth);
    write("teams/payments.yaml", &team.to_string());
    write("errors.yaml", &catalog.to_string());
    let loaded = errbook_catalog::load(Path::new(&folder.path().join("errors.yaml")));
    loaded.catalog.unwrap_or_else(|| panic!("{shape}: {shown}\n{}", loaded.report.render_text(false)))
}

/// Puts the mapping in its place.
fn put(place: Value, mapping: Value) -> Value {
    match place {
        Value::String(text) if text == "HERE" => mapping,
        Value::Array(mut items) => Value::Array(vec![put(items.remove(0), mapping)]),
        Value::Object(members) => {
            let (name, value) = members.into_iter().next().expect("a path");
            Value::Object(Map::from_iter([(name, put(value, mapping))]))
        }
        other => panic!("{other}"),
    }
}

/// Adds the members of one mapping to another. Replaces the values at the depth.
fn merge(into: &mut Value, from: Value, depth: usize) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) if depth > 0 => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value, depth - 1);
            }
        }
        (into, from) => *into = from,
    }
}

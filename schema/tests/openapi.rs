//! Checks the OpenAPI documents of every catalog.

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

use std::collections::BTreeSet;

use errbook_catalog::model::OpenapiVersion;
use errbook_schema::openapi;
use serde_json::{Map, Value, json};

const VERSIONS: [OpenapiVersion; 2] = [OpenapiVersion::V3_0, OpenapiVersion::V3_1];

/// Checks every catalog's document in both versions.
fn each_document(check: impl Fn(&str, OpenapiVersion, &Value)) {
    for (name, catalog) in catalogs::all() {
        for version in VERSIONS {
            check(&format!("{name} as {version:?}"), version, &openapi::emit(&catalog, version));
        }
    }
}

fn section<'a>(document: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    document["components"][name].as_object().into_iter().flatten()
}

/// Every object in a JSON value, including the value itself.
fn objects<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(members);
            members.values().for_each(|member| objects(member, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, visit)),
        _ => {}
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"].as_str().map_or(value, |target| document.pointer(&target[1..]).expect("a reference that resolves"))
}

/// The schema with everything that it may refer to, as a validator.
fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema],
        "components": { "schemas": document["components"]["schemas"] },
    });
    jsonschema::options().should_validate_formats(true).build(&whole).expect("a schema")
}

#[test]
fn every_reference_resolves() {
    let count = std::cell::Cell::new(0);
    each_document(|name, _, document| {
        objects(document, &mut |object| {
            if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                count.set(count.get() + 1);
                let pointer = target.strip_prefix('#').expect("a reference inside the document");
                assert!(document.pointer(pointer).is_some(), "{name}: {target}");
            }
        });
    });
    assert!(count.get() > 100, "{count:?}");
}

#[test]
fn every_schema_is_valid() {
    for (name, catalog) in catalogs::all() {
        let document = openapi::emit(&catalog, OpenapiVersion::V3_1);
        for (key, schema) in section(&document, "schemas") {
            assert!(jsonschema::draft202012::meta::is_valid(schema), "{name}: {key}");
        }
    }
}

#[test]
fn component_names_are_valid() {
    each_document(|name, _, document| {
        for kind in ["schemas", "responses", "headers", "examples"] {
            for (key, _) in section(document, kind) {
                let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
                assert!(!key.is_empty() && key.chars().all(valid), "{name}: {key}");
            }
        }
    });
}

#[test]
fn three_zero_has_nothing_that_came_with_three_one() {
    for (name, catalog) in catalogs::all() {
        let document = openapi::emit(&catalog, OpenapiVersion::V3_0);
        for (key, schema) in section(&document, "schemas").chain(section(&document, "headers")) {
            schema_objects(schema, &mut |object| {
                for keyword in ["const", "examples", "prefixItems", "$defs", "if"] {
                    assert!(!object.contains_key(keyword), "{name}: {key} has {keyword}");
                }
                assert!(object.get("type").is_none_or(Value::is_string), "{name}: {key}: {object:?}");
                assert!(object.get("type").is_none_or(|kind| kind != "null"), "{name}: {key}: {object:?}");
                assert!(!object.contains_key("$ref") || object.len() == 1, "{name}: {key}: {object:?}");
            });
        }
        assert!(document["info"].get("summary").is_none() && document.get("webhooks").is_none());
    }
}

/// Every object that is a schema, and not a map of properties or a value.
fn schema_objects(schema: &Value, visit: &mut impl FnMut(&Map<String, Value>)) {
    let object = schema.as_object().expect("a schema");
    visit(object);
    for (keyword, value) in object {
        match keyword.as_str() {
            "properties" => {
                value.as_object().expect("properties").values().for_each(|member| schema_objects(member, visit));
            }
            "items" | "additionalProperties" | "schema" => schema_objects(value, visit),
            "allOf" | "anyOf" | "oneOf" => {
                value.as_array().expect("a list").iter().for_each(|item| schema_objects(item, visit));
            }
            _ => {}
        }
    }
}

#[test]
fn every_example_meets_exactly_one_schema() {
    let (mut chosen, mut checked) = (0, 0);
    for (name, catalog) in catalogs::all() {
        // Schemas of 3.1 are JSON Schema. So are ours of 3.0, except for `nullable`, which null
        // constants use.
        let document = openapi::emit(&catalog, OpenapiVersion::V3_1);
        for (key, response) in section(&document, "responses") {
            for (content_type, media) in response["content"].as_object().into_iter().flatten() {
                let schema = resolve(&document, &media["schema"]);
                let choice = ["oneOf", "anyOf"].into_iter().find_map(|kind| schema[kind].as_array());
                let members = choice.map_or_else(|| vec![schema], |members| members.iter().collect());
                let validators: Vec<_> = members.iter().map(|member| validator(&document, member)).collect();
                let examples = media["examples"].as_object().expect("examples");
                assert!(!examples.is_empty(), "{name}: {key}: {content_type}");
                for (title, example) in examples {
                    let example = resolve(&document, example);
                    assert!(example["summary"].is_string(), "{name}: {title}");
                    let met = validators.iter().filter(|validator| validator.is_valid(&example["value"])).count();
                    let right = if schema.get("anyOf").is_some() { met >= 1 } else { met == 1 };
                    assert!(right, "{name}: {key}: {title} meets {met} of {members:?}: {}", example["value"]);
                    checked += 1;
                    chosen += usize::from(members.len() > 1);
                }
            }
        }
    }
    assert!(checked > 20 && chosen > 4, "{checked} examples, {chosen} of them under a shared status");
}

#[test]
fn examples_meet_their_envelope() {
    for (name, catalog) in catalogs::all() {
        let document = openapi::emit(&catalog, OpenapiVersion::V3_1);
        for error in catalog.errors.iter().filter(|error| error.is_public()) {
            let Some(envelope) = catalog.envelope_of(error) else { continue };
            let key = format!("{}Envelope", envelope.type_name);
            let validator = validator(&document, &json!({ "$ref": format!("#/components/schemas/{key}") }));
            for example in error.examples.iter().filter_map(|example| example.body.as_ref()) {
                let body: Value = serde_json::from_str(&example.to_string()).expect("JSON");
                if let Err(problem) = validator.validate(&body) {
                    panic!("{name}: {}: {problem}: {body}", error.name.id);
                }
            }
        }
    }
}

#[test]
fn each_status_has_the_errors_and_examples_that_share_it() {
    let document = openapi::emit(&catalogs::everything(), OpenapiVersion::V3_1);
    let response = &document["components"]["responses"]["Status429"]["content"];
    let refs = |names: &[&str]| {
        let refs: Vec<Value> =
            names.iter().map(|name| json!({ "$ref": format!("#/components/schemas/{name}") })).collect();
        Value::Array(refs)
    };
    let keys = |content_type: &str| -> Vec<&String> {
        response[content_type]["examples"].as_object().expect("examples").keys().collect()
    };
    assert_eq!(
        union_of(&document, &response["application/json"])["oneOf"],
        refs(&["RateLimitedError", "SlowDownError", "NumberedError"])
    );
    assert_eq!(keys("application/json"), ["rate-limited", "rate-limited-2", "slow-down-3", "numbered"]);
    let problems = &response["application/problem+json"];
    assert_eq!(problems["schema"]["$ref"], "#/components/schemas/Errors429Problem");
    assert_eq!(union_of(&document, problems)["oneOf"], refs(&["AsProblemError", "OtherProblemError"]));
    let list = &document["components"]["responses"]["Status418"]["content"]["application/vnd.api+json"];
    assert_eq!(union_of(&document, list)["oneOf"], refs(&["AsListError", "AsListTooError"]));
    let single = &document["components"]["responses"]["Status503"]["content"]["application/json"];
    assert_eq!(single["schema"]["$ref"], "#/components/schemas/Errors503");
    assert_eq!(union_of(&document, single)["allOf"], refs(&["SlowDownError"]));
}

fn union_of<'a>(document: &'a Value, media: &'a Value) -> &'a Value {
    resolve(document, &media["schema"])
}

/// Generators name classes after titles, and a client must survive a new title.
#[test]
fn no_schema_has_a_title() {
    each_document(|name, _, document| {
        for (key, schema) in section(document, "schemas") {
            schema_objects(schema, &mut |object| {
                let title = object.get("title");
                assert_eq!(title, None, "{name}: {key}");
            });
        }
    });
}

/// A mock takes the status from the response and the body from its example.
#[test]
fn every_example_has_the_status_of_its_response() {
    let text = "
errbook: 1
api: {name: A}
envelopes: {default: {body: {code: '{code}', status: '{status}', message: '{message}'}}}
errors: {BUSY: {status: [502, 503], fix: Wait., message: Busy.}}
";
    let catalog = errbook_catalog::load_text("a.yaml", text.as_bytes()).catalog.expect("a catalog");
    let document = openapi::emit(&catalog, OpenapiVersion::V3_1);
    for (name, status) in [("Busy502", 502), ("Busy503", 503), ("Status502", 502), ("Status503", 503)] {
        let response = &document["components"]["responses"][name];
        let examples = response["content"]["application/json"]["examples"].as_object().expect("examples");
        assert_eq!(examples.len(), 1, "{name}");
        let example = resolve(&document, &examples[&examples.keys().next().expect("one").clone()]);
        assert_eq!(example["value"]["status"], status, "{name}");
    }
    assert_eq!(document["components"]["responses"]["Busy"], Value::Null);
}

/// Titles, URLs and statuses change without a new error.
#[test]
fn only_constants_that_identify_an_error_stay() {
    let constants = |body: &str, errors: &str| -> Vec<String> {
        let document = document(body, errors);
        let properties =
            document["components"]["schemas"]["AError"]["properties"].as_object().expect("members").clone();
        properties.into_iter().filter(|(_, schema)| schema.get("const").is_some()).map(|(name, _)| name).collect()
    };
    let members = "{ok: false, code: '{code?}', slug: '{slug}', status: '{status}', title: '{title}'}";
    assert_eq!(constants(members, "{A: {status: 400}}"), ["code"]);
    assert_eq!(constants(members, "{A: {status: 400, code: null}}"), ["slug"]);
    let members = "{type: 'urn:{id}', code: '{code?}', status: '{status}', title: '{title}'}";
    assert_eq!(constants(members, "{A: {status: 400}, B: {status: 400}}"), ["code"]);
    assert_eq!(constants(members, "{A: {status: 400, code: null}, B: {status: 404, code: null}}"), ["type"]);
    let members = "{ok: false, title: '{title}', text: '{message}'}";
    assert_eq!(constants(members, "{A: {status: 400}, B: {status: 404}}"), Vec::<String>::new());
    // Nothing else tells them apart.
    let members = "{code: '{code?}', title: '{title}'}";
    let errors = "{A: {status: 400}, B: {status: 400, code: null}}";
    assert_eq!(constants(members, errors), ["code", "title"]);
}

/// The document of a catalog with these envelope members and errors.
fn document(body: &str, errors: &str) -> Value {
    let text = format!("errbook: 1\napi: {{name: A}}\nenvelopes: {{default: {{body: {body}}}}}\nerrors: {errors}\n");
    let loaded = errbook_catalog::load_text("a.yaml", text.as_bytes());
    openapi::emit(
        &loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false))),
        OpenapiVersion::V3_1,
    )
}

fn schema_of_400(document: &Value) -> &Value {
    union_of(document, &document["components"]["responses"]["Status400"]["content"]["application/json"])
}

/// The key is a text, so that YAML does not make a number of it.
#[test]
fn a_catalog_names_the_version_of_its_document() {
    for (version, written) in
        [("", "3.1.0"), ("version: '3.0'", "3.0.3"), ("version: '3.1'", "3.1.0"), ("version: '3.2'", "3.2.0")]
    {
        let text = format!("errbook: 1\napi: {{name: A}}\ngenerate: {{openapi: {{file: openapi.yaml, {version}}}}}\n");
        let loaded = errbook_catalog::load_text("a.yaml", text.as_bytes());
        let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
        let asked = catalog.generate.openapi.as_ref().expect("asked for").version;
        assert_eq!(openapi::emit(&catalog, asked)["openapi"], written, "{version}");
    }
}

#[test]
fn a_code_sets_errors_apart_without_a_discriminator() {
    let document = document("{code: '{code}', text: '{message}'}", "{A: {status: 400, code: a.b}, B: {status: 400}}");
    let schema = schema_of_400(&document);
    assert_eq!(schema["discriminator"], Value::Null);
    assert_eq!(schema["oneOf"].as_array().map(Vec::len), Some(2));
}

/// A client that knows the code of an error gets its schema, and any other the envelope.
#[test]
fn an_open_union_accepts_errors_of_a_later_version() {
    let of = |open: &str, version| {
        let text = format!(
            "errbook: 1\napi: {{name: A}}\nenvelopes: {{default: {{body: {{code: '{{code}}', more: '{{details?}}'}}}}}}\n\
             errors: {{A: {{status: 400, details: {{size: {{type: integer}}}}}}}}\ngenerate: {{openapi: {{file: a.yaml, open: {open}}}}}\n"
        );
        let loaded = errbook_catalog::load_text("a.yaml", text.as_bytes());
        openapi::emit(&loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false))), version)
    };
    let later = json!({ "code": "LATER", "other": 1 });
    let known = json!({ "code": "A", "more": { "size": 1 } });
    for version in VERSIONS {
        let (open, closed) = (of("true", version), of("false", version));
        for union in ["Errors400", "AnyError"] {
            let schema = json!({ "$ref": format!("#/components/schemas/{union}") });
            assert!(validator(&open, &schema).is_valid(&later) && validator(&open, &schema).is_valid(&known));
            assert!(!validator(&closed, &schema).is_valid(&later) && validator(&closed, &schema).is_valid(&known));
            assert!(!validator(&open, &schema).is_valid(&json!({ "code": 1 })));
        }
        let union = &open["components"]["schemas"]["Errors400"];
        assert_eq!(union["anyOf"][1]["$ref"], "#/components/schemas/DefaultEnvelope");
        assert!(union["description"].as_str().is_some_and(|text| text.contains("later version")), "{union}");
    }
}

#[test]
fn a_nested_code_or_a_number_sets_errors_apart_without_a_discriminator() {
    for (body, errors) in [
        ("{error: {code: '{code}'}}", "{A: {status: 400}, B: {status: 400}}"),
        ("{code: '{code}'}", "{A: {status: 400, code: 1}, B: {status: 400, code: 2}}"),
        ("{errors: [{code: '{code}'}]}", "{A: {status: 400}, B: {status: 400}}"),
    ] {
        let document = document(body, errors);
        assert!(schema_of_400(&document)["oneOf"].is_array(), "{body}");
        assert_eq!(schema_of_400(&document)["discriminator"], Value::Null, "{body}");
    }
}

#[test]
fn indistinguishable_bodies_are_any_of_their_schemas() {
    for (body, errors) in [
        ("{code: '{code?}', text: '{message}'}", "{A: {status: 400, code: null}, B: {status: 400}}"),
        ("{text: '{message}', list: ['{code?}']}", "{A: {status: 400, code: null}, B: {status: 400}}"),
    ] {
        let document = document(body, errors);
        assert!(schema_of_400(&document)["anyOf"].is_array(), "{body}");
    }
}

#[test]
fn a_variant_named_as_a_status_keeps_its_name() {
    let document = openapi::emit(&catalogs::everything(), OpenapiVersion::V3_1);
    let responses = &document["components"]["responses"];
    let is_about = |name: &str, label: &str| {
        assert!(responses[name]["description"].as_str().is_some_and(|text| text.starts_with(label)), "{name}");
    };
    is_about("Status403", "Status 403 (`STATUS_403`)");
    is_about("Status403_", "Same code (`RATE_LIMITED`)");
}

#[test]
fn the_suffix_of_a_schema_is_repeated_if_another_error_has_the_name() {
    let errors = ["INTERNAL: {status: 400}", "INTERNAL_ERROR: {status: 400}", "internal-error-error: {status: 400}"];
    for [a, b, c] in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let document = document("{code: '{code}'}", &format!("{{{}}}", [errors[a], errors[b], errors[c]].join(", ")));
        for (schema, code) in [
            ("InternalError", "INTERNAL"),
            ("InternalErrorError", "INTERNAL_ERROR"),
            ("InternalErrorErrorError", "internal-error-error"),
        ] {
            let code_of = &document["components"]["schemas"][schema]["properties"]["code"]["const"];
            assert_eq!(code_of, code, "{schema}");
        }
    }
    // Errors without a schema rename nothing.
    let others = "A: {message: '{detail}', details: {detail: string}}, INTERNAL: {status: 400, visibility: internal}";
    let document = document("{code: '{code}'}", &format!("{{INTERNAL_ERROR: {{status: 500}}, {others}}}"));
    assert_eq!(document["components"]["schemas"]["InternalError"]["properties"]["code"]["const"], "INTERNAL_ERROR");
}

#[test]
fn a_document_without_responses_says_why_it_is_empty() {
    let description = |errors| document("{code: '{code}'}", errors)["info"]["description"].clone();
    assert_eq!(description("{A: {status: 400}}"), "The errors of A.");
    assert_eq!(description("{}"), "The errors of A.");
    let why = "The errors of A.\n\nNo public error has an HTTP status, so this document has no components.";
    assert_eq!(description("{A: {message: No tea.}}"), why);
}

#[test]
fn a_type_keeps_clear_of_the_schemas_of_errors() {
    let error = "{A: {status: 400, details: {error: {type: enum, values: [x]}}}}";
    let document = document("{code: '{code}', details: '{details}'}", error);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["AError"]["properties"]["code"]["const"], "A");
    assert_eq!(schemas["AError_"]["enum"], json!(["x"]));
}

#[test]
fn each_code_is_listed_once() {
    let document = openapi::emit(&catalogs::everything(), OpenapiVersion::V3_0);
    let codes = document["components"]["schemas"]["ErrorCode"]["enum"].as_array().expect("codes");
    assert_eq!(codes.len(), codes.iter().map(Value::to_string).collect::<BTreeSet<_>>().len());
    assert!(codes.contains(&json!(1042)) && codes.contains(&json!("no")), "{codes:?}");
}

#[test]
fn internal_errors_messages_and_symptoms_are_absent() {
    for version in VERSIONS {
        let text = openapi::json(&openapi::emit(&catalogs::everything(), version));
        for absent in ["Secret", "SECRET_CODE", "Hidden", "hush", "hunter2", "Posts fail", "RequestError"] {
            assert!(!text.contains(absent), "{absent}");
        }
    }
}

#[test]
fn headers_are_shared_where_they_are_the_same() {
    let document = openapi::emit(&catalogs::everything(), OpenapiVersion::V3_1);
    let header = |response: &str, name: &str| {
        resolve(&document, &document["components"]["responses"][response]["headers"][name]).clone()
    };
    let retry_after = json!({
        "description": "Seconds.",
        "required": true,
        "schema": { "type": "integer", "minimum": 0, "examples": [30] },
    });
    assert_eq!(header("RateLimited", "Retry-After"), retry_after);
    assert_eq!(
        header("SlowDown429", "Retry-After"),
        json!({ "required": true, "schema": { "type": "string", "const": "30" } })
    );
    let refs = |response: &str| document["components"]["responses"][response]["headers"]["Retry-After"].clone();
    assert_eq!(refs("SlowDown503"), refs("Status503"));
    assert_eq!(header("Status429", "X-Limit")["schema"], json!({ "type": "string", "enum": ["30", "40"] }));
    assert_eq!(header("Status429", "Retry-After")["schema"]["anyOf"].as_array().map(Vec::len), Some(2));
    // Numbered does not send it, so a 429 may lack it.
    assert!(header("Status429", "Retry-After").get("required").is_none());
    assert!(header("Status429", "X-Request-Id").get("required").is_none());
    assert_eq!(header("Status500", "X-Request-Id")["required"], true);
    // An error's own header overrides its envelope's.
    assert_eq!(header("SlowDown503", "X-Error")["schema"]["const"], "slow");
    assert_eq!(header("Numbered", "X-Error")["schema"]["const"], 1042);
    assert_eq!(header("NoCode", "X-Error"), Value::Null);
    let same = [("RateLimited", "X-Request-Id"), ("SlowDown429", "X-Request-Id")];
    let [one, other] = same.map(|(response, name)| &document["components"]["responses"][response]["headers"][name]);
    assert_eq!(one, other);
}

#[test]
fn a_response_without_a_body_has_its_status_and_headers() {
    let text =
        "errbook: 1\napi: {name: Bare}\nerrors:\n  SOLD_OUT: {status: 409, envelope: none, headers: {X-Left: '0'}}\n";
    let loaded = errbook_catalog::load_text("bare.yaml", text.as_bytes());
    let document = openapi::emit(&loaded.catalog.expect("a catalog"), OpenapiVersion::V3_1);
    assert_eq!(document["info"], json!({ "title": "Bare", "description": "The errors of Bare.", "version": "0.0.0" }));
    let left = json!({ "X-Left": { "$ref": "#/components/headers/X-Left" } });
    assert_eq!(
        document["components"]["responses"]["Status409"],
        json!({ "description": "Sold out (`SOLD_OUT`)", "headers": left })
    );
    assert!(document["components"].get("examples").is_none());
}

#[test]
fn the_same_catalog_gives_the_same_bytes() {
    each_document(|name, version, document| {
        let again = catalogs::all().into_iter().find(|(other, _)| name.starts_with(other.as_str())).expect("it again");
        assert_eq!(openapi::json(document), openapi::json(&openapi::emit(&again.1, version)), "{name}");
    });
}

#[test]
fn yaml_reads_back_as_the_same_document() {
    each_document(|name, _, document| {
        let yaml = openapi::yaml(document);
        assert!(yaml.ends_with('\n') && !yaml.ends_with("\n\n") && !yaml.contains('\r'), "{name}");
        assert_eq!(&serde_yaml::from_str::<Value>(&yaml).expect("YAML"), document, "{name}:\n{yaml}");
        let json = openapi::json(document);
        assert_eq!(&serde_json::from_str::<Value>(&json).expect("JSON"), document, "{name}");
    });
}

/// Strings that some YAML reader misreads or rejects.
const TRAPS: &[&str] = &[
    "",
    " ",
    "no",
    "No",
    "NO",
    "y",
    "yes",
    "on",
    "off",
    "true",
    "null",
    "Null",
    "~",
    "2026-02",
    "2026-02-01",
    "1:30",
    "0o7",
    "0x1F",
    "0b1",
    "010",
    "1_000",
    "+1",
    "-1",
    ".5",
    "1e3",
    ".inf",
    ".NaN",
    "=",
    "<<",
    "-",
    "- a",
    "? a",
    "a: b",
    "a:",
    ": a",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "|",
    ">",
    "%a",
    "@a",
    "`a",
    "'a'",
    "\"a\"",
    "{a}",
    "[a]",
    "a\nb",
    "a\n",
    "\na",
    " a\nb",
    "a\n\n",
    "a \nb",
    "a\tb",
    "\ta",
    "a\r\nb",
    "a\\b",
    "---",
    "...",
    "a\n---\nb",
    "é",
    "日本",
    "🎉",
    "\u{85}",
    "\u{2028}",
    "\u{feff}a",
    "\u{7f}",
    "a\u{200b}",
    "\u{202e}a\nb",
    "\u{0}",
    "a\u{feff}",
    "\u{fffe}",
    "a ",
    "a\n # b",
    "a\n\n  b\n",
];

#[test]
fn text_stays_text() {
    for trap in TRAPS {
        let long = trap.repeat(2000);
        let value = json!({ "value": trap, *trap: [trap, [trap, { "nested": trap }], {}, []], long: null });
        let yaml = openapi::yaml(&value);
        assert_eq!(serde_yaml::from_str::<Value>(&yaml).expect(&yaml), value, "{trap:?}:\n{yaml}");
        let value = json!({ "a": { "b": { "c": { "d": [trap, { *trap: trap }] } } } });
        let yaml = openapi::yaml(&value);
        assert_eq!(serde_yaml::from_str::<Value>(&yaml).expect(&yaml), value, "{trap:?}:\n{yaml}");
    }
    for scalar in [json!("a\nb"), json!(null), json!([]), json!({}), json!([[1, [2]], {"a": 1}])] {
        assert_eq!(serde_yaml::from_str::<Value>(&openapi::yaml(&scalar)).expect("YAML"), scalar);
    }
}

#[test]
fn invisible_characters_are_escaped() {
    let yaml = openapi::yaml(&json!({ "a\u{200b}": "b\u{202e}\nc\u{ad}" }));
    assert_eq!(yaml, "\"a\\u200b\": \"b\\u202e\\nc\\u00ad\"\n");
}

#[test]
fn readers_of_older_yaml_see_text_and_numbers_too() {
    let yaml = openapi::yaml(
        &json!({ "no": "yes", "on": "1:30", "date": "2026-02-01", "octal": "0o7", "big": 1e21, "small": 2.5e-7 }),
    );
    let expected =
        "\"no\": \"yes\"\n\"on\": \"1:30\"\ndate: \"2026-02-01\"\noctal: \"0o7\"\nbig: 1.0e+21\nsmall: 2.5e-7\n";
    assert_eq!(yaml, expected);
}

/// A reader of a response, and a tool that reads one, finds the rest in the schema.
#[test]
fn an_error_says_once_what_its_response_refers_to() {
    for version in VERSIONS {
        let document = openapi::emit(&catalogs::everything(), version);
        let components = &document["components"];
        let limited = &components["schemas"]["RateLimitedError"];
        assert_eq!(limited["x-retryable"], true);
        assert_eq!(limited["x-retry"]["after"], "Retry-After");
        assert_eq!(limited["x-refund"], json!({ "kind": "conditional", "when": "The *window* was ours." }));
        assert_eq!(limited["deprecated"], true);
        let response = &components["responses"]["RateLimited"];
        assert_eq!(response["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/RateLimitedError");
        let members: Vec<&String> = response.as_object().expect("a response").keys().collect();
        assert_eq!(members, ["description", "headers", "content"]);
        let description = response["description"].as_str().expect("text");
        assert_eq!(
            description,
            "Too \\* many \\`calls\\` (`RATE_LIMITED`)\n\n- Wait.\n- Call less.\n\nRetry. Wait for the time in the \
             `Retry-After` header or, without it, 1 s each time.\n\n\
             [Documentation](<https://example.dev/errors/rate-limited>)",
        );
        assert_eq!(components["schemas"]["Status403Error"]["x-retryable"], "idempotent");
        assert_eq!(components["schemas"]["Status403Error"]["x-retry"], Value::Null);
    }
}

#[test]
fn a_response_without_a_body_says_everything() {
    let catalog = "errbook: 1\napi: {name: Shop}\nerrors:\n  GONE: {status: 410, envelope: none, description: It went., \
                   cause: Age., fix: Go., retryable: false, refund: false, fault: caller}\n";
    let loaded = errbook_catalog::load_text("errors.yaml", catalog.as_bytes());
    let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
    let document = openapi::emit(&catalog, OpenapiVersion::V3_1);
    let response = &document["components"]["responses"]["Gone"];
    let expected = "Gone (`GONE`)\n\nIt went.\n\n**Cause**\n\nAge.\n\n**Fix**\n\nGo.\n\nDo not retry: the same request \
                    will fail again. The charge is not refunded.";
    assert_eq!(response["description"], expected);
    assert_eq!(response["x-retryable"], false);
    assert_eq!(response["x-refund"]["kind"], "kept");
    assert_eq!(response["x-fault"], "caller");
}

/// What old readers of YAML confuse in flow style has quotes.
#[test]
fn what_fits_on_a_line_is_in_flow_style() {
    let texts = json!(["a, b", "https://a.b/c", "a: b", "what?", "[a]", "{a}", "a #b", "no", "a-b c"]);
    let component = |value: Value| json!({ "components": { "schemas": { "A": { "properties": value } } } });
    let yaml = openapi::yaml(&component(texts));
    let line = "      properties: [\"a, b\", \"https://a.b/c\", \"a: b\", \"what?\", \"[a]\", \"{a}\", \"a #b\", \"no\", a-b c]\n";
    assert_eq!(yaml, format!("components:\n  schemas:\n    A:\n{line}"));
    for (texts, lines) in [
        (json!({ "a": "b\nc" }), "\n        a: |-\n          b\n          c\n"),
        (json!({ "a": ["b".repeat(100)] }), &format!(" {{a: [{}]}}\n", "b".repeat(100))),
        (json!({ "a": ["b".repeat(102)] }), &format!("\n        a: [{}]\n", "b".repeat(102))),
        (json!([{ "$ref": "#/a" }, {}, [], [1, []]]), " [{$ref: \"#/a\"}, {}, [], [1, []]]\n"),
        (
            json!([{ "$ref": "#/".repeat(60) }, { "a": 1, "b": null }]),
            &format!("\n        - $ref: \"{}\"\n        - {{a: 1, b: null}}\n", "#/".repeat(60)),
        ),
    ] {
        let value = component(texts);
        let yaml = openapi::yaml(&value);
        assert_eq!(yaml, format!("components:\n  schemas:\n    A:\n      properties:{lines}"));
        assert_eq!(serde_yaml::from_str::<Value>(&yaml).expect("YAML"), value);
    }
}

#[test]
fn constants_and_typed_details_are_in_the_places_of_the_envelope() {
    let schemas = |version| openapi::emit(&catalogs::everything(), version)["components"]["schemas"].clone();
    let (old_schemas, new_schemas) = (schemas(OpenapiVersion::V3_0), schemas(OpenapiVersion::V3_1));
    let (old, new) = (&old_schemas["RateLimitedError"], &new_schemas["RateLimitedError"]);
    assert_eq!(new["properties"]["error"], json!({ "$ref": "#/components/schemas/RateLimitedErrorError" }));
    let inner = |schemas: &Value, name: &str| schemas["RateLimitedErrorError"]["properties"][name].clone();
    let code = |keyword: &str, value: Value| json!({ "description": "The code of the error.", "type": "string", keyword: value });
    assert_eq!(inner(&new_schemas, "type"), code("const", json!("RATE_LIMITED")));
    assert_eq!(inner(&old_schemas, "type"), code("enum", json!(["RATE_LIMITED"])));
    let status = |example: &str, value: Value| {
        json!({
            "description": "The HTTP status.", "type": "integer", "format": "int32",
            "minimum": 100, "maximum": 599, example: value
        })
    };
    assert_eq!(inner(&new_schemas, "status"), status("examples", json!([429])));
    assert_eq!(inner(&old_schemas, "status"), status("example", json!(429)));
    assert_eq!(old["properties"]["nothing"], json!({ "type": "string", "nullable": true, "enum": [null] }));
    assert_eq!(new["properties"]["nothing"], json!({ "type": "null" }));
    assert_eq!(inner(&new_schemas, "details")["$ref"], "#/components/schemas/RateLimitedDetails");
    assert_eq!(new_schemas["RateLimitedDetails"]["required"], json!(["retry_after", "nested", "kind"]));
    let window = json!({ "$ref": "#/components/schemas/Window" });
    assert_eq!(
        old_schemas["RateLimitedDetails"]["properties"]["window"],
        json!({ "description": "Which bucket.", "allOf": [window], "example": "no" })
    );
    // This error always has one of them, and the trace is optional.
    assert_eq!(new_schemas["RateLimitedErrorMeta"]["required"], json!(["retry_after"]));
}

/// A reader of an API reference sees responses and members, and no extensions.
#[test]
fn a_response_says_what_to_do() {
    let text = br#"
errbook: 1
api: {name: Shop, doc_url: "https://shop.test/errors/{slug}"}
errors:
  SOLD_OUT: {status: 409, description: Someone was faster., cause: It is popular., fix: Choose another., retryable: false}
  BUSY: {status: 503, fix: Wait., retryable: true}
  CLOSED: {status: 503, fix: Come back., retryable: false}
"#;
    let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("a valid catalog");
    let components = &openapi::emit(&catalog, OpenapiVersion::V3_1)["components"];
    let description = components["responses"]["Status409"]["description"].as_str().expect("text");
    for part in ["SOLD_OUT", "Someone was faster.", "It is popular.", "Choose another.", "Do not retry:"] {
        assert!(description.contains(part), "{part} is not in {description:?}");
    }
    assert!(description.contains("https://shop.test/errors/sold-out"), "{description}");
    let busy =
        "- Busy (`BUSY`): Wait. Retry: the same request may succeed. [Documentation](<https://shop.test/errors/busy>)";
    let both = components["responses"]["Status503"]["description"].as_str().expect("text");
    assert_eq!(both.lines().next(), Some(busy));
    let schema = &components["schemas"]["SoldOutError"];
    assert_eq!(schema["externalDocs"]["url"], "https://shop.test/errors/sold-out");
    for (name, member) in schema["properties"].as_object().expect("members") {
        assert!(member["description"].is_string(), "{name}");
    }
}

/// Every place that can have an object: members, lists, spread details, maps, and objects in them.
#[test]
fn each_object_of_a_body_is_a_component() {
    let catalog = errbook_catalog::load_text(
        "errors.yaml",
        br#"
errbook: 1
api: {name: Shop}
context: {trace: {type: string}}
envelopes:
  default:
    body:
      errors: [{code: "{code}", "a-b": {c: "{message}"}}, {title: "{title}"}]
      meta: {links: {trace: "{context.trace}", version: 1}}
      "": {code: "{code}"}
      "...": "{details}"
errors:
  SOLD_OUT: {status: 409, fix: x, details: {left: "map<integer>", grid: "array<map<map<string>>>"}}
  CLOSED: {status: 409, fix: x}
"#,
    );
    let document = openapi::emit(&catalog.catalog.expect("a valid catalog"), OpenapiVersion::V3_1);
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let names: Vec<&str> = schemas.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "ErrorCode",
            "AnyError",
            "Errors409",
            "DefaultEnvelope",
            "DefaultEnvelopeErrorsItem",
            "DefaultEnvelopeErrorsItemAB",
            "DefaultEnvelopeErrorsItem_",
            "DefaultEnvelopeMeta",
            "DefaultEnvelopeMetaLinks",
            "DefaultEnvelopeMember",
            "SoldOutError",
            "SoldOutErrorErrorsItem",
            "SoldOutErrorErrorsItemAB",
            "SoldOutErrorErrorsItem_",
            "SoldOutErrorMember",
            "SoldOutErrorLeft",
            "SoldOutErrorGridItem",
            "SoldOutErrorGridItemValue",
            "ClosedError",
            "ClosedErrorErrorsItem",
            "ClosedErrorErrorsItemAB",
            "ClosedErrorErrorsItem_",
            "ClosedErrorMember",
        ]
    );
    // An object without anything of the error is the same for all errors.
    for error in ["SoldOutError", "ClosedError"] {
        let meta = &schemas[error]["properties"]["meta"];
        assert_eq!(meta, &json!({ "$ref": "#/components/schemas/DefaultEnvelopeMeta" }));
    }
    for (name, schema) in schemas {
        let inside = schema["properties"].as_object().into_iter().flat_map(|members| members.values());
        let inside: Vec<&Value> = inside.chain(schema.get("items")).chain(schema.get("additionalProperties")).collect();
        assert!(inside.iter().all(|inside| inside["type"] != "object"), "{name}: {schema}");
    }
}

/// Code that compares each member with all others does not finish, so the test needs no clock.
#[test]
fn a_large_body_is_written_member_by_member() {
    const COUNT: usize = 60_000;
    let all = |member: &dyn Fn(usize) -> String| (0..COUNT).map(member).collect::<Vec<_>>().join(", ");
    let bodies = [
        format!("{{{}, code: '{{code}}'}}", all(&|at| format!("a_long_name_{at}: {at}"))),
        format!("{{{}, code: '{{code}}'}}", all(&|at| format!("a{at}: '{{code}}'"))),
        format!("{{code: '{{code}}', {}}}", all(&|at| format!("a{at}: {{b: {at}}}"))),
        format!("{{code: '{{code}}', list: [{}]}}", all(&|at| at.to_string())),
        format!("{{code: '{{code}}', list: [{}]}}", all(&|at| format!("{{a{at}: b}}"))),
    ];
    for body in bodies {
        let document = document(&body, "{A: {status: 400, fix: Look.}, B: {status: 400, fix: Look.}}");
        let any = &document["components"]["schemas"]["DefaultEnvelope"]["properties"];
        assert!(any["code"].is_object() && document["components"]["schemas"]["Errors400"]["oneOf"].is_array());
    }
    let members = all(&|at| format!("a_long_name_{at}: {at}"));
    let error = format!("{{A: {{status: 400, fix: Look., details: {{a: {{type: json, example: {{{members}}}}}}}}}}}");
    let document = document("{code: '{code}', a: '{details}'}", &error);
    let example = &document["components"]["examples"]["a"]["value"]["a"]["a"];
    assert_eq!(example.as_object().map(Map::len), Some(COUNT));
}

/// The names of all items would be as long as all of them, if each had one more character.
#[test]
fn thousands_of_items_have_short_names() {
    let items: Vec<String> = (0..2_000).map(|at| format!("{{a{at}: b}}")).collect();
    let body = format!("{{code: '{{code}}', list: [{}]}}", items.join(", "));
    let document = document(&body, "{A: {status: 400, fix: Look.}}");
    let names: Vec<&String> = section(&document, "schemas").map(|(name, _)| name).collect();
    assert!(names.len() > 2_000 && names.iter().all(|name| name.len() < 60), "{names:?}");
}

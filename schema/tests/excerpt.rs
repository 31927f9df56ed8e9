//! The content of an excerpt, in errbook's form and in utoipa's.

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

use std::cell::RefCell;

use errbook_catalog::model::{Catalog, ErrorDef, Kind, OpenapiVersion};
use errbook_schema::openapi::{self, Excerpt, excerpt};
use serde_json::{Map, Value, json};
use utoipa::Modify as _;
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::{OpenApi, PathItem, Paths, Responses};

/// The response for a status in the catalog's own document, with everything but schemas inline.
fn response(document: &Value, status: u16) -> Value {
    let name = format!("Status{status}");
    let responses = document["components"]["responses"].as_object().expect("responses");
    // If an error already has this name, the status has a different one.
    let named = responses.iter().filter(|(key, _)| key.trim_end_matches('_') == name);
    let mut response = named.max_by_key(|(key, _)| key.len()).expect("a response for each status").1.clone();
    let resolve = |reference: &mut Value| {
        let target = reference["$ref"].as_str().expect("a reference").trim_start_matches('#').to_owned();
        *reference = document.pointer(&target).expect("a component").clone();
    };
    members(&mut response, "headers").for_each(resolve);
    members(&mut response, "content").for_each(|media| members(media, "examples").for_each(resolve));
    response
}

fn members<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(name).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
}

fn of_all(catalog: &Catalog) -> Excerpt {
    excerpt(catalog, "Error", |_| true)
}

fn objects(value: &Value, visit: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(members);
            members.values().for_each(|member| objects(member, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, visit)),
        _ => {}
    }
}

#[test]
fn an_excerpt_of_all_errors_says_what_the_document_says() {
    for (name, catalog) in catalogs::all() {
        let document = openapi::emit(&catalog, OpenapiVersion::V3_1);
        let excerpt = of_all(&catalog);
        let mut schemas = document["components"].get("schemas").cloned().unwrap_or_else(|| json!({}));
        schemas.as_object_mut().and_then(|schemas| schemas.shift_remove("AnyError"));
        assert_eq!(Value::Object(excerpt.schemas), schemas, "{name}");
        for (status, found) in &excerpt.responses {
            assert_eq!(*found, response(&document, *status), "{name}: {status}");
        }
        let public = catalog.errors.iter().filter(|error| error.is_public() && error.kind() == Kind::Response);
        let statuses: std::collections::BTreeSet<u16> = public.flat_map(|error| error.statuses.clone()).collect();
        assert!(excerpt.responses.keys().copied().eq(statuses), "{name}");
    }
}

#[test]
fn an_excerpt_of_some_errors_has_what_they_refer_to_and_no_more() {
    for (name, catalog) in catalogs::all() {
        let all = of_all(&catalog);
        for error in &catalog.errors {
            let one = excerpt(&catalog, "One", |other| other.name.id == error.name.id);
            let whole = json!({ "schema": one.schema, "schemas": one.schemas, "responses": parsed(&one.responses) });
            objects(&whole, &mut |object| {
                let Some(target) = object.get("$ref").and_then(Value::as_str) else { return };
                let target = target.strip_prefix("#/components/schemas/").expect("a schema");
                assert!(one.schemas.contains_key(target), "{name}: {}: {target}", error.name.id);
            });
            for (key, schema) in &one.schemas {
                assert_eq!(schema, &all.schemas[key], "{name}: {key}");
            }
            let sent = catalog.sent(error);
            let others = catalog.errors.iter().filter(|other| other.name.id != sent.name.id);
            let schema = |other: &ErrorDef| format!("{}Error", other.name.variant.trim_end_matches("Error"));
            assert!(others.into_iter().all(|other| !one.schemas.contains_key(&schema(other))), "{name}");
            assert_eq!(one.responses.is_empty(), sent.kind() != Kind::Response, "{name}: {}", error.name.id);
        }
    }
}

#[test]
fn an_error_that_a_type_does_not_have_changes_nothing_for_it() {
    let of_one = |errors: &str| {
        let text = format!(
            "errbook: 1\napi: {{name: A}}\nenvelopes: {{default: {{body: {{code: '{{code}}'}}}}}}\nerrors: {{{errors}}}\n"
        );
        let catalog = errbook_catalog::load_text("a.yaml", text.as_bytes()).catalog.expect("a catalog");
        excerpt(&catalog, "One", |error| error.name.id == "SOLD_OUT")
    };
    let before = of_one("SOLD_OUT: {status: 409}, OTHER: {status: 400}");
    assert_eq!(of_one("SOLD_OUT: {status: 409}, OTHER: {status: 400}, CLOSED: {status: 409}"), before);
}

#[test]
fn internal_errors_are_absent_even_if_selected() {
    let catalog = catalogs::everything();
    let text =
        format!("{:?}", excerpt(&catalog, "Error", |error| !error.is_public() || error.kind() != Kind::Response));
    for absent in ["Secret", "SECRET_CODE", "Hidden", "hush", "hunter2", "Posts fail", "RequestError"] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn a_type_named_as_a_schema_makes_way() {
    let text =
        "errbook: 1\napi: {name: A}\nenvelopes: {default: {body: {code: '{code}'}}}\nerrors: {API: {status: 400}}\n";
    let catalog = errbook_catalog::load_text("a.yaml", text.as_bytes()).catalog.expect("a catalog");
    assert_eq!(excerpt(&catalog, "ApiError", |_| true).name, "ApiError_");
    assert_eq!(excerpt(&catalog, "Error", |_| true).name, "Error");
}

/// The schema in utoipa's model. This is the complete list of differences.
fn in_words_of_utoipa(schema: &mut Value) {
    let members = schema.as_object_mut().expect("a schema");
    // It has no `const`.
    if let Some(constant) = members.shift_remove("const") {
        members.insert("enum".into(), json!([constant]));
    }
    // It allows neither examples nor extensions next to a `$ref`.
    if members.len() > 1 && members.contains_key("$ref") {
        let target = members.shift_remove("$ref");
        members.insert("allOf".into(), json!([{ "$ref": target }]));
    }
    // It has no `externalDocs`, and writes the extensions of a schema in random order.
    let mut extension = Map::new();
    for (name, new) in [
        ("x-retryable", "retryable"),
        ("x-retry", "retry"),
        ("x-refund", "refund"),
        ("x-fault", "fault"),
        ("externalDocs", "externalDocs"),
    ] {
        extension.extend(members.shift_remove(name).map(|value| (new.to_owned(), value)));
    }
    if !extension.is_empty() {
        members.insert("x-errbook".into(), Value::Object(extension));
    }
    for (keyword, value) in members {
        match keyword.as_str() {
            "properties" => value.as_object_mut().expect("schemas").values_mut().for_each(in_words_of_utoipa),
            "items" | "additionalProperties" => in_words_of_utoipa(value),
            "allOf" | "anyOf" | "oneOf" => {
                value.as_array_mut().expect("schemas").iter_mut().for_each(in_words_of_utoipa);
            }
            _ => {}
        }
    }
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("JSON")
}

fn parsed(value: &impl serde::Serialize) -> Value {
    serde_json::from_str(&text(value)).expect("JSON")
}

thread_local! {
    static DESCRIBED: RefCell<[String; 3]> = RefCell::default();
}

/// A type with the errors of the catalog that was described last.
struct Tested;

impl errbook::generated::v0::Described for Tested {
    fn describe(description: &mut errbook::generated::v0::Description) {
        DESCRIBED.with_borrow(|[schema, schemas, responses]| description.add(schema, schemas, responses));
    }
}

fn describe(excerpt: &Excerpt) {
    let Excerpt { name: _, schema, schemas, responses } = excerpt;
    DESCRIBED.set([schema.to_string(), text(schemas), text(responses)]);
}

/// The responses and the components of a document with one operation.
fn utoipa_document() -> (Value, Value) {
    let responses = errbook::utoipa::responses::<Tested>();
    let operation = Operation::builder().responses(Responses::builder().responses_from_iter(responses));
    let paths = Paths::builder().path("/", PathItem::new(HttpMethod::Get, operation));
    let mut document = OpenApi::builder().paths(paths).build();
    errbook::utoipa::NamedSchemas.modify(&mut document);
    let document = parsed(&document);
    (document["paths"]["/"]["get"]["responses"].clone(), document["components"]["schemas"].clone())
}

#[test]
fn utoipa_has_the_same_content_within_its_model() {
    for (name, catalog) in catalogs::all() {
        let excerpt = of_all(&catalog);
        describe(&excerpt);
        let Excerpt { name: _, schema, schemas, responses } = excerpt;

        let mut expected = schema;
        in_words_of_utoipa(&mut expected);
        assert_eq!(parsed(&errbook::utoipa::schema::<Tested>()), expected, "{name}");

        let found: Map<String, Value> =
            errbook::utoipa::schemas::<Tested>().iter().map(|(name, schema)| (name.clone(), parsed(schema))).collect();
        let mut expected = schemas;
        expected.values_mut().for_each(in_words_of_utoipa);
        assert_eq!(Value::Object(found), Value::Object(expected.clone()), "{name}");

        let (found, components) = utoipa_document();
        let mut wanted = parsed(&responses);
        for response in wanted.as_object_mut().expect("responses").values_mut() {
            for part in ["headers", "content"] {
                members(response, part).for_each(|part| in_words_of_utoipa(&mut part["schema"]));
            }
        }
        for (status, response) in wanted.as_object().expect("responses") {
            assert_eq!(&found[status], response, "{name}: {status}");
        }
        for (component, schema) in components.as_object().into_iter().flatten() {
            assert_eq!(Some(schema), expected.get(component), "{name}: {component}");
        }
    }
}

/// aide keeps schemas unchanged and adds one keyword elsewhere.
#[test]
fn aide_has_the_same_content_without_defaults() {
    for (name, catalog) in catalogs::all() {
        let excerpt = of_all(&catalog);
        describe(&excerpt);
        let Excerpt { schemas, responses, .. } = excerpt;
        let (found, left) = aide::generate::in_context(|context| {
            let found = errbook::aide::responses::<Tested>(context);
            (found, std::mem::take(context.schema.definitions_mut()))
        });
        assert_eq!(left, schemas, "{name}");
        let found: Map<String, Value> =
            found.iter().map(|(status, response)| (status.expect("a status").to_string(), parsed(response))).collect();
        let mut expected = parsed(&responses);
        for response in expected.as_object_mut().expect("responses").values_mut() {
            // The default style of a header.
            members(response, "headers").for_each(|header| header["style"] = json!("simple"));
        }
        assert_eq!(Value::Object(found), expected, "{name}");
    }
}

/// utoipa keeps extensions, including keywords that it has no field for, in a hash table.
#[test]
fn utoipa_writes_the_same_bytes_on_every_run() {
    for (name, catalog) in catalogs::all() {
        describe(&of_all(&catalog));
        let text_of = || text(&errbook::utoipa::schemas::<Tested>()) + &text(&errbook::utoipa::responses::<Tested>());
        let first = text_of();
        assert!((0..20).all(|_| text_of() == first), "{name}");
    }
}

#[test]
fn utoipas_examples_meet_its_schemas() {
    let mut checked = 0;
    for (name, catalog) in catalogs::all() {
        describe(&of_all(&catalog));
        let schemas = errbook::utoipa::schemas::<Tested>();
        let schemas: Map<String, Value> = schemas.iter().map(|(name, schema)| (name.clone(), parsed(schema))).collect();
        for (status, response) in errbook::utoipa::responses::<Tested>() {
            let mut response = parsed(&response);
            for media in members(&mut response, "content") {
                let schema = json!({ "allOf": [media["schema"]], "components": { "schemas": schemas } });
                let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema);
                let validator = validator.expect("a schema");
                for example in members(media, "examples") {
                    if let Err(problem) = validator.validate(&example["value"]) {
                        panic!("{name}: {status}: {problem}: {example}");
                    }
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 20, "{checked}");
}

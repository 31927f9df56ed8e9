//! Response components, one for each error and one for each status, and their shared examples.

use errbook_catalog::model::ErrorDef;
use serde_json::{Map, Value as Json, json};

use super::headers::Headers;
use super::schemas::Schemas;
use super::{choice, extensions};
use crate::facts;
use errbook_codegen::commonmark::{code_span, plain};

/// The `responses` and `headers` sections.
pub(super) fn components(schemas: &Schemas, bodies: &Map<String, Json>) -> (Map<String, Json>, Map<String, Json>) {
    let mut headers = Headers::default();
    let mut responses = Map::new();
    for (index, error) in schemas.errors.iter().enumerate() {
        let ErrorDef { name, title, .. } = error;
        let content = content(schemas, bodies, &[index], None);
        let headers = headers.of_response(schemas, &[index], &name.slug);
        let mut response = response(&plain(title), headers, content);
        response.extend(extensions(error));
        responses.insert(name.variant.clone(), Json::Object(response));
    }
    for (&status, name) in &schemas.names.statuses {
        let errors: Vec<usize> =
            (0..schemas.errors.len()).filter(|&index| schemas.errors[index].statuses.contains(&status)).collect();
        responses.insert(name.clone(), of_status(schemas, bodies, &mut headers, &errors, status));
    }
    (responses, headers.into_components())
}

/// The response of the errors with one status.
pub(super) fn of_status(
    schemas: &Schemas,
    bodies: &Map<String, Json>,
    headers: &mut Headers,
    errors: &[usize],
    status: u16,
) -> Json {
    let content = content(schemas, bodies, errors, Some(status));
    let headers = headers.of_response(schemas, errors, &format!("status-{status}"));
    Json::Object(response(&description(schemas, errors), headers, content))
}

/// The same response with inline headers, which nothing else in the document uses.
pub(super) fn in_place(schemas: &Schemas, bodies: &Map<String, Json>, errors: &[usize], status: u16) -> Json {
    let mut headers = Headers::default();
    let mut response = of_status(schemas, bodies, &mut headers, errors, status);
    put_in_place(response.get_mut("headers"), &headers.into_components());
    response
}

/// Replaces each reference of a map with its component.
pub(super) fn put_in_place(references: Option<&mut Json>, components: &Map<String, Json>) {
    for reference in references.and_then(Json::as_object_mut).into_iter().flat_map(Map::values_mut) {
        let name = reference["$ref"].as_str().and_then(|target| target.rsplit('/').next());
        if let Some(component) = name.and_then(|name| components.get(name)) {
            *reference = component.clone();
        }
    }
}

/// The `examples` section.
pub(super) fn examples(schemas: &Schemas) -> Map<String, Json> {
    let mut components = Map::new();
    for (error, names) in schemas.errors.iter().zip(&schemas.names.examples) {
        for (example, name) in error.examples.iter().zip(names) {
            let body = example.body.as_ref().map(facts::value);
            components.extend(
                body.map(|body| (name.clone(), facts::object([("summary", json!(example.title)), ("value", body)]))),
            );
        }
    }
    components
}

/// Empty sections are left out. OpenAPI requires a description.
fn response(description: &str, headers: Map<String, Json>, content: Map<String, Json>) -> Map<String, Json> {
    let mut response = Map::new();
    response.insert("description".into(), json!(description));
    for (name, section) in [("headers", headers), ("content", content)] {
        if !section.is_empty() {
            response.insert(name.into(), Json::Object(section));
        }
    }
    response
}

/// The titles of the errors with one status, and their codes.
fn description(schemas: &Schemas, errors: &[usize]) -> String {
    let label = |&index: &usize| {
        let ErrorDef { title, code, .. } = schemas.errors[index];
        let code = code.as_ref().map(|code| format!(" ({})", code_span(&code.to_string())));
        format!("{}{}", plain(title), code.unwrap_or_default())
    };
    match errors {
        [index] => label(index),
        _ => errors.iter().map(|index| format!("- {}", label(index))).collect::<Vec<_>>().join("\n"),
    }
}

/// A media type for each content type of `errors`, with the examples of one status or of all.
fn content(schemas: &Schemas, bodies: &Map<String, Json>, errors: &[usize], status: Option<u16>) -> Map<String, Json> {
    let mut by_type: Vec<(&str, Vec<usize>)> = Vec::new();
    for &index in errors {
        let Some(envelope) = schemas.catalog.envelope_of(schemas.errors[index]) else { continue };
        match by_type.iter_mut().find(|(content_type, _)| *content_type == envelope.content_type) {
            Some((_, members)) => members.push(index),
            None => by_type.push((&envelope.content_type, vec![index])),
        }
    }
    let media_type = |errors: &[usize]| {
        let examples = Json::Object(example_refs(schemas, errors, status));
        facts::object([("schema", choice::schema(schemas, bodies, errors)), ("examples", examples)])
    };
    by_type.into_iter().map(|(content_type, errors)| (content_type.to_owned(), media_type(&errors))).collect()
}

fn example_refs(schemas: &Schemas, errors: &[usize], status: Option<u16>) -> Map<String, Json> {
    let mut refs = Map::new();
    for &index in errors {
        for (example, name) in schemas.errors[index].examples.iter().zip(&schemas.names.examples[index]) {
            if example.body.is_some() && (status.is_none() || example.status == status) {
                refs.insert(name.clone(), json!({ "$ref": format!("#/components/examples/{name}") }));
            }
        }
    }
    refs
}

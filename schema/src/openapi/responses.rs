//! Response components, one for each error and one for each status, and their shared examples.

use errbook_catalog::model::ErrorDef;
use serde_json::{Map, Value as Json, json};

use super::extensions;
use super::headers::Headers;
use super::names::{ErrorNames, Group, Media};
use super::schemas::{Schemas, reference, schema_ref};
use crate::facts;
use errbook_codegen::commonmark::{code_span, plain};
use errbook_codegen::words;

/// The `responses` and `headers` sections, with the responses of further groups.
pub(super) fn components(schemas: &Schemas, groups: &[&Group]) -> (Map<String, Json>, Map<String, Json>) {
    let mut headers = Headers::default();
    let mut responses = Map::new();
    for (index, (error, names)) in schemas.errors.iter().zip(&schemas.names.errors).enumerate() {
        let ErrorNames { schema, details: _, responses: own, examples: _ } = names;
        for (status, name) in own {
            let envelope = schemas.catalog.envelope_of(error);
            let content = envelope
                .map(|envelope| (envelope.content_type.clone(), media_type(schemas, schema, &[index], *status)));
            let headers = headers.of_response(schemas, &[index], &error.name.slug);
            // The schema has the whole text, and the extensions.
            let description = if content.is_some() { brief(error) } else { of_one(schemas, index) };
            let mut response = response(&description, headers, content.into_iter().collect());
            response.extend(extensions(error).filter(|_| envelope.is_none()));
            responses.insert(name.clone(), Json::Object(response));
        }
    }
    for group in schemas.names.statuses.iter().chain(groups.iter().copied()) {
        responses.insert(group.response.clone(), of_group(schemas, &mut headers, group));
    }
    (responses, headers.into_components())
}

/// The response of a group of errors.
pub(super) fn of_group(schemas: &Schemas, headers: &mut Headers, group: &Group) -> Json {
    let Group { status, operation, response: name, errors, media } = group;
    let content = media.iter().map(|Media { content_type, errors, union }| {
        (content_type.clone(), media_type(schemas, union, errors, *status))
    });
    let owner = if operation.is_some() { name.clone() } else { format!("status-{status}") };
    let headers = headers.of_response(schemas, errors, &owner);
    Json::Object(response(&description(schemas, errors), headers, content.collect()))
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
    for (error, names) in schemas.errors.iter().zip(&schemas.names.errors) {
        for (example, name) in error.examples.iter().zip(&names.examples) {
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
    response.insert("description".into(), description.into());
    for (name, section) in [("headers", headers), ("content", content)] {
        if !section.is_empty() {
            response.insert(name.into(), Json::Object(section));
        }
    }
    response
}

/// The media type of some errors.
pub(super) fn media_type(schemas: &Schemas, schema: &str, errors: &[usize], status: u16) -> Json {
    let mut examples = Map::new();
    for &index in errors {
        for (example, name) in schemas.errors[index].examples.iter().zip(&schemas.names.errors[index].examples) {
            if example.body.is_some() && example.status == Some(status) {
                examples.insert(name.clone(), reference("examples", name));
            }
        }
    }
    facts::object([("schema", schema_ref(schema)), ("examples", Json::Object(examples))])
}

/// What the errors mean and what to do, for readers who see only the response.
fn description(schemas: &Schemas, errors: &[usize]) -> String {
    match errors {
        [index] => of_one(schemas, *index),
        _ => errors.iter().map(|&index| item(&brief(schemas.errors[index]))).collect::<Vec<_>>().join("\n"),
    }
}

fn label(error: &ErrorDef) -> String {
    let ErrorDef { title, code, .. } = error;
    let code = code.as_ref().map(|code| format!(" ({})", code_span(&code.to_string())));
    format!("{}{}", plain(title), code.unwrap_or_default())
}

fn of_one(schemas: &Schemas, index: usize) -> String {
    let error = schemas.errors[index];
    let sections = [vec![label(error)], schemas.sections(error), link(error).into_iter().collect()];
    sections.concat().join("\n\n")
}

fn link(error: &ErrorDef) -> Option<String> {
    let url = error.doc_url.as_ref()?.replace('<', "%3C").replace('>', "%3E");
    Some(format!("[Documentation](<{url}>)"))
}

/// The title and the code, the fix, whether to retry, and the link.
fn brief(error: &ErrorDef) -> String {
    let fix = error.fix.as_ref().map(|fix| fix.trim().to_owned());
    let parts = [fix, words::retry(error).map(|words| words.markdown()), link(error)].into_iter().flatten();
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    let label = label(error);
    if parts.is_empty() {
        label
    } else if parts.iter().all(|part| !part.contains('\n')) {
        format!("{label}: {}", parts.join(" "))
    } else {
        [vec![label], parts].concat().join("\n\n")
    }
}

/// A text as an item of a list.
fn item(text: &str) -> String {
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!("  {line}") });
    format!("-{}", &lines.collect::<Vec<_>>().join("\n")[1..])
}

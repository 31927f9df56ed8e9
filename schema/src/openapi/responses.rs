//! Response components, one for each error and one for each status, and their shared examples.

use errbook_catalog::model::ErrorDef;
use serde_json::{Map, Value as Json};

use super::extensions;
use super::headers::Headers;
use super::names::{ErrorNames, Group, Media};
use super::schemas::{Schemas, reference, schema_ref};
use crate::tree::{Members, Tree, tree};
use errbook_codegen::commonmark::{code_span, plain};
use errbook_codegen::words;

/// Gives the components of the `responses` section, with those of further groups, and then of
/// `headers`.
pub(super) fn components<'a>(
    schemas: &Schemas<'_, 'a>,
    groups: &[&Group],
    give: &mut impl FnMut(&'static str, &str, Tree<'a>),
) {
    let mut headers = Headers::default();
    for (index, (error, names)) in schemas.errors.iter().zip(&schemas.names.errors).enumerate() {
        let ErrorNames { schema, details: _, responses: own, examples: _ } = names;
        for (status, name) in own {
            let envelope = schemas.catalog.envelope_of(error);
            let mut content = Members::new();
            if let Some(envelope) = envelope {
                let media = media_type(schemas, schema, &[index], *status);
                content.push((envelope.content_type.as_str().into(), media));
            }
            let headers = headers.of_response(schemas, &[index], &error.name.slug);
            // The schema has the whole text, and the extensions.
            let description = if content.is_empty() { of_one(schemas, index) } else { brief(error) };
            let mut response = response(description, headers, content);
            if envelope.is_none() {
                extensions(error).for_each(|(name, value)| response.set(name, value));
            }
            give("responses", name, response);
        }
    }
    for group in schemas.names.statuses.iter().chain(groups.iter().copied()) {
        give("responses", &group.response, of_group(schemas, &mut headers, group));
    }
    headers.into_components().into_iter().for_each(|(name, header)| give("headers", &name, header));
}

/// The response of a group of errors.
pub(super) fn of_group<'a>(schemas: &Schemas<'_, 'a>, headers: &mut Headers<'a>, group: &Group) -> Tree<'a> {
    let Group { status, operation, response: name, errors, media } = group;
    let content = media.iter().map(|Media { content_type, errors, union }| {
        (content_type.clone().into(), media_type(schemas, union, errors, *status))
    });
    let owner = if operation.is_some() { name.clone() } else { format!("status-{status}") };
    let headers = headers.of_response(schemas, errors, &owner);
    response(description(schemas, errors), headers, content.collect())
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

/// Gives the components of the `examples` section.
pub(super) fn examples<'a>(schemas: &Schemas<'_, 'a>, give: &mut impl FnMut(&str, Tree<'a>)) {
    for (error, names) in schemas.errors.iter().zip(&schemas.names.errors) {
        for (example, name) in error.examples.iter().zip(&names.examples) {
            if let Some(body) = &example.body {
                give(name, tree!({ "summary": &example.title, "value": body }));
            }
        }
    }
}

/// Empty sections are left out. OpenAPI requires a description.
fn response<'a>(description: String, headers: Tree<'a>, content: Members<'a>) -> Tree<'a> {
    let mut response = tree!({ "description": description });
    for (name, section) in [("headers", headers), ("content", Tree::Object(content))] {
        if !section.members().is_empty() {
            response.set(name, section);
        }
    }
    response
}

/// The media type of some errors.
pub(super) fn media_type<'a>(schemas: &Schemas<'_, 'a>, schema: &str, errors: &[usize], status: u16) -> Tree<'a> {
    let mut examples = Members::new();
    for &index in errors {
        for (example, name) in schemas.errors[index].examples.iter().zip(&schemas.names.errors[index].examples) {
            if example.body.is_some() && example.status == Some(status) {
                examples.push((name.clone().into(), reference("examples", name)));
            }
        }
    }
    tree!({ "schema": schema_ref(schema), "examples": Tree::Object(examples) })
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
    let mut text = label(error);
    schemas.add_sections(&mut text, error);
    text.extend(link(error).iter().flat_map(|link| ["\n\n", link]));
    text
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

//! Finds the parts of a document that belong to no error of the catalog.

use std::collections::BTreeSet;
use std::ops::Range;

use errbook_catalog::model::Catalog;

use super::scan::{Entry, Mapping};
use super::{Document, Plan, Schemas, components_of_operations, is_marked, operations, with_plan};
use crate::openapi::identity;
use crate::tree::Tree;

/// The place of a key in a document, and the problem with it.
pub type Stray = (Range<usize>, String);

/// Returns the components that errbook added and no longer generates, and the statuses of
/// operations that no public error has. With `of_its_own`, errbook wrote the whole document.
/// Returns nothing if the text is not an OpenAPI document: [`merge`](super::merge()) reports that.
pub fn strays(catalog: &Catalog, document: &Document, of_its_own: bool) -> Vec<Stray> {
    let found = with_plan(catalog, document, |Plan { schemas, parts, operations, .. }| {
        let identities = identity::identities(schemas);
        let mut expected = BTreeSet::new();
        let mut put = |section, name: &str, _: Tree| {
            expected.insert((section, name.to_owned()));
        };
        schemas.components(&identities, &mut |name, schema| put("schemas", name, schema));
        components_of_operations(schemas, &identities, &operations, &mut put);
        Ok(of_document(schemas, (document.text(), &parts[0].root), &expected, of_its_own))
    });
    found.unwrap_or_default()
}

fn of_document(
    schemas: &Schemas,
    (document, root): (&str, &Mapping),
    expected: &BTreeSet<(&str, String)>,
    of_its_own: bool,
) -> Vec<Stray> {
    let Schemas { catalog, errors, .. } = schemas;
    let mut strays = Vec::new();
    let sections = root.entry("components").and_then(Entry::mapping);
    for section in sections.into_iter().flat_map(|sections| &sections.entries) {
        for entry in section.mapping().into_iter().flat_map(|section| &section.entries) {
            let is_ours = of_its_own || is_marked(entry, &catalog.api.slug);
            let is_made = expected.contains(&(section.key.as_str(), entry.key.clone()));
            if is_ours && !is_made {
                let message = format!("no error of the catalog generates the component `{}`", entry.key);
                strays.push((place(document, entry), message));
            }
        }
    }
    let statuses: BTreeSet<u16> = errors.iter().flat_map(|error| error.statuses.iter().copied()).collect();
    for entry in own_responses(root) {
        let status = entry.key.parse().ok().filter(|status: &u16| *status >= 400 && !statuses.contains(status));
        if let Some(status) = status.filter(|_| !is_marked(entry, &catalog.api.slug)) {
            strays.push((place(document, entry), format!("no public error of the catalog has the status {status}")));
        }
    }
    strays
}

/// The operations' own responses in a document.
fn own_responses(root: &Mapping) -> Vec<&Entry> {
    let mut responses = Vec::new();
    for section in ["paths", "webhooks"] {
        let paths = root.entry(section).and_then(Entry::mapping);
        for item in paths.into_iter().flat_map(|paths| &paths.entries).filter_map(Entry::mapping) {
            let methods = item.entries.iter().filter(|entry| operations::METHODS.contains(&entry.key.as_str()));
            let listed = methods.filter_map(Entry::mapping).filter_map(|members| members.entry("responses")?.mapping());
            let described = listed.flat_map(|responses| &responses.entries);
            responses.extend(described.filter(|entry| entry.mapping().is_some_and(|own| own.entry("$ref").is_none())));
        }
    }
    responses
}

/// The byte range of a key, including its quotes.
fn place(document: &str, entry: &Entry) -> Range<usize> {
    let start = entry.key_start;
    let is_quoted = document[start..].starts_with(['"', '\'']);
    start..(start + entry.key.len() + if is_quoted { 2 } else { 0 }).min(document.len())
}

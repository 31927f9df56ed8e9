//! The schema of a body with one of several errors.

use std::collections::BTreeSet;

use super::identity::{Identity, path_apart};
use super::names::{Group, Media};
use super::schemas::{Schemas, schema_ref};
use crate::tree::{Tree, tree};

/// Returns the choice between the schemas of errors. A single error has one as well, so that another
/// error renames no type of a client. If no property distinguishes all errors, a body can match two
/// schemas, and `oneOf` would reject it. The choice is then `anyOf`. An example is an error with a
/// code and one without.
///
/// An open choice ends with the envelopes, which accept any code.
///
/// There is no `discriminator`: without a `mapping`, its values are names of schemas, and ajv
/// rejects a `mapping`.
///
/// `identities` are those of all errors.
pub(super) fn schema(
    schemas: &Schemas,
    identities: &[Identity],
    errors: &[usize],
    description: String,
) -> Tree<'static> {
    let mut refs: Vec<Tree> = errors.iter().map(|&index| schema_ref(&schemas.names.errors[index].schema)).collect();
    if schemas.catalog.generate.openapi_open {
        let mut seen = BTreeSet::new();
        let envelopes = errors.iter().filter_map(|&index| schemas.errors[index].envelope);
        let names = envelopes.filter(|envelope| seen.insert(*envelope));
        let names = names.filter_map(|envelope| schemas.names.envelopes[envelope].as_deref());
        let fallback: Vec<Tree> = names.map(schema_ref).collect();
        let which = if fallback.len() == 1 { "the last schema accepts" } else { "the envelopes accept" };
        let description = format!("{description} A later version can send other errors, which {which}.");
        refs.extend(fallback);
        return tree!({ "description": description, "anyOf": Tree::List(refs) });
    }
    let constants = || errors.iter().map(|&index| &identities[index].constants).collect::<Vec<_>>();
    let kind = match refs.len() {
        // Redocly rejects a `oneOf` with one member.
        1 => "allOf",
        _ if path_apart(&constants()).is_some() => "oneOf",
        _ => "anyOf",
    };
    let mut choice = tree!({ "description": description });
    choice.set(kind, Tree::List(refs));
    choice
}

/// The schema of each content type of a group, with its name.
pub(super) fn of_group<'g>(
    schemas: &Schemas,
    identities: &[Identity],
    group: &'g Group,
) -> impl Iterator<Item = (&'g str, Tree<'static>)> {
    let union = |Media { content_type: _, errors, union }: &'g Media| {
        (union.as_str(), schema(schemas, identities, errors, description(group)))
    };
    group.media.iter().map(union)
}

pub(super) fn description(group: &Group) -> String {
    let Group { status, operation, response: _, errors: _, media: _ } = group;
    let whose = operation.as_ref().map_or_else(String::new, |operation| format!(" of {operation}"));
    format!("Any error{whose} with the status {status}.")
}

/// The schema of any of some errors of the API.
pub(super) fn any_error(schemas: &Schemas, identities: &[Identity], errors: &BTreeSet<usize>) -> Tree<'static> {
    let errors: Vec<usize> = errors.iter().copied().collect();
    schema(schemas, identities, &errors, "Any error of this API.".to_owned())
}

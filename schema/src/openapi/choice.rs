//! The schema of a body with one of several errors.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::identity::{Constants, path_apart};
use super::names::{Group, Media};
use super::schemas::{Schemas, schema_ref};

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
/// `constants` are those of all errors.
pub(super) fn schema(schemas: &Schemas, constants: &[Constants], errors: &[usize], description: &str) -> Json {
    let refs: Vec<Json> = errors.iter().map(|&index| schema_ref(&schemas.names.errors[index].schema)).collect();
    if schemas.catalog.generate.openapi_open {
        let mut seen = BTreeSet::new();
        let envelopes = errors.iter().filter_map(|&index| schemas.errors[index].envelope);
        let names = envelopes.filter(|envelope| seen.insert(*envelope));
        let names = names.filter_map(|envelope| schemas.names.envelopes[envelope].as_deref());
        let fallback: Vec<Json> = names.map(schema_ref).collect();
        let which = if fallback.len() == 1 { "the last schema accepts" } else { "the envelopes accept" };
        let description = format!("{description} A later version can send other errors, which {which}.");
        let all = [refs, fallback].concat();
        return json!({ "description": description, "anyOf": all });
    }
    let constants: Vec<&Constants> = errors.iter().map(|&index| &constants[index]).collect();
    let kind = match refs.len() {
        // Redocly rejects a `oneOf` with one member.
        1 => "allOf",
        _ if path_apart(&constants).is_some() => "oneOf",
        _ => "anyOf",
    };
    json!({ "description": description, kind: refs })
}

/// The schema of each content type of a group.
pub(super) fn of_group(schemas: &Schemas, constants: &[Constants], group: &Group) -> Vec<(String, Json)> {
    let description = description(group);
    let union = |Media { content_type: _, errors, union }: &Media| {
        (union.clone(), schema(schemas, constants, errors, &description))
    };
    group.media.iter().map(union).collect()
}

pub(super) fn description(group: &Group) -> String {
    let Group { status, operation, response: _, errors: _, media: _ } = group;
    let whose = operation.as_ref().map_or_else(String::new, |operation| format!(" of {operation}"));
    format!("Any error{whose} with the status {status}.")
}

/// The schema of any of some errors of the API.
pub(super) fn any_error(schemas: &Schemas, constants: &[Constants], errors: &BTreeSet<usize>) -> Json {
    let errors: Vec<usize> = errors.iter().copied().collect();
    schema(schemas, constants, &errors, "Any error of this API.")
}

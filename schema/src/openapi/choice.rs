//! The schema of a body with one of several errors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::schemas::{Schemas, allowed, schema_ref};
use crate::facts;

/// Returns the schema of the only error, or a choice. If no property distinguishes all errors, a
/// body can match two schemas, and `oneOf` would reject it. The choice is then `anyOf`. An example
/// is an error with a code and one without.
pub(super) fn schema(schemas: &Schemas, bodies: &Map<String, Json>, errors: &[usize]) -> Json {
    let errors = errors.iter().map(|&index| schemas.errors[index]);
    let refs: Vec<Json> = errors.clone().map(|error| schema_ref(&error.name.schema)).collect();
    if let [only] = refs.as_slice() {
        return only.clone();
    }
    let constants: Vec<Constants> = errors.clone().map(|error| constants(&bodies[&error.name.schema])).collect();
    if !constants[0].keys().any(|path| sets_apart(path, &constants)) {
        return json!({ "anyOf": refs });
    }
    let codes: Vec<Option<Json>> = errors.map(|error| error.code.as_ref().map(facts::code)).collect();
    let mut choice = json!({ "oneOf": refs });
    if let Some(name) = code_member(&codes, &constants) {
        let refs = refs.iter().map(|target| target["$ref"].clone());
        let codes = codes.iter().flatten().filter_map(Json::as_str).map(str::to_owned);
        choice["discriminator"] = json!({ "propertyName": name, "mapping": codes.zip(refs).collect::<Map<_, _>>() });
    }
    choice
}

/// The values that are constant in every body of a schema, by path.
type Constants<'a> = BTreeMap<Vec<&'a str>, &'a Json>;

fn constants(body: &Json) -> Constants<'_> {
    let mut found = Constants::new();
    collect(body, &mut Vec::new(), &mut found);
    found
}

fn collect<'a>(schema: &'a Json, path: &mut Vec<&'a str>, found: &mut Constants<'a>) {
    if let Some([value]) = allowed(schema) {
        found.insert(path.clone(), value);
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        path.push(name);
        collect(&schema["properties"][name], path, found);
        path.pop();
    }
    if schema["minItems"].as_u64().is_some_and(|least| least > 0) {
        path.push("[]");
        collect(&schema["items"], path, found);
        path.pop();
    }
}

/// Whether every error has a value at the path, and all values differ.
fn sets_apart(path: &[&str], constants: &[Constants]) -> bool {
    let mut seen = BTreeSet::new();
    constants.iter().all(|constants| constants.get(path).is_some_and(|value| seen.insert(value.to_string())))
}

/// The member with each error's code, if it is a top-level string and all codes differ. OpenAPI can
/// use it as a discriminator.
fn code_member<'a>(codes: &[Option<Json>], constants: &[Constants<'a>]) -> Option<&'a str> {
    let is_code = |path: &[&str]| {
        let mut pairs = constants.iter().zip(codes);
        pairs.all(|(constants, code)| {
            code.as_ref().is_some_and(Json::is_string) && constants.get(path).copied() == code.as_ref()
        })
    };
    constants[0].keys().find_map(|path| match path.as_slice() {
        [name] if is_code(path) && sets_apart(path, constants) => Some(*name),
        _ => None,
    })
}

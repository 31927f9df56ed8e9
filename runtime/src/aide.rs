//! The errors of a catalog in an OpenAPI document that [aide](https://docs.rs/aide) generates. The
//! feature works with aide 0.15.
//!
//! [`openapi!`](crate::openapi) implements aide's [`OperationOutput`] for an error type. A handler
//! that returns a `Result` with it documents one response for each status, without annotations on
//! the route. Errors with the same status are a `oneOf`, each with its own example. The schemas are
//! components, or in the responses if `aide::generate::extract_schemas` is off. A schema that
//! contains itself then ends at the second level. If two catalogs have different
//! schemas with the same name, such as `ErrorCode`, the names of the second end in underscores.
//!
//! ```
//! use aide::generate::in_context;
//! use aide::openapi::Operation;
//! use aide::operation::OperationOutput as _;
//!
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! errbook::openapi!("errors.yaml", errors::Error);
//!
//! // aide does this for each handler of a route.
//! let responses = in_context(|context| {
//!     <Result<(), errors::Error>>::inferred_responses(context, &mut Operation::default())
//! });
//! let (_, conflict) = responses.iter().find(|(status, _)| *status == Some(409)).unwrap();
//! let content = serde_json::to_value(&conflict.content["application/json"]).unwrap();
//! assert_eq!(content["schema"]["$ref"], "#/components/schemas/Errors409");
//! assert_eq!(content["examples"]["closed"]["value"]["message"], "The shop is closed.");
//! ```

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use crate::openapi::{Described, Description, inline};

pub use ::aide::generate::GenContext;
pub use ::aide::openapi::{Operation, Response};
pub use ::aide::operation::OperationOutput;

/// The responses of a type, with inline headers and examples. Adds the schema components that they
/// refer to to the context, or replaces the references if it does not extract schemas.
///
/// If the context has another schema with the name of one of them, such as that of a second
/// catalog, all of them get names that end in underscores.
///
/// ```
/// mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// errbook::openapi!("errors.yaml", errors::Error);
///
/// let responses = aide::generate::in_context(errbook::aide::responses::<errors::Error>);
/// assert!(responses.iter().any(|(status, _)| *status == Some(404)));
/// ```
pub fn responses<T: Described>(context: &mut GenContext) -> Vec<(Option<u16>, Response)> {
    let description = Description::of::<T>();
    in_context(context, description.schemas(), description.responses().into_iter().collect())
}

fn in_context(
    context: &mut GenContext,
    mut schemas: Map<String, Value>,
    responses: Map<String, Value>,
) -> Vec<(Option<u16>, Response)> {
    let mut responses = Value::Object(responses);
    if context.schema.settings().inline_subschemas {
        let contents = responses.as_object_mut().into_iter().flat_map(Map::values_mut);
        let contents = contents.filter_map(|response| response.get_mut("content")?.as_object_mut());
        for media in contents.flat_map(Map::values_mut) {
            inline(&mut media["schema"], &schemas, |_, _, _| {}, &mut Vec::new());
        }
        schemas.clear();
    }
    let components = context.schema.definitions_mut();
    // Each schema can refer to all others, so all of them are renamed.
    while schemas.iter().any(|(name, schema)| components.get(name).is_some_and(|own| own != schema)) {
        let names: Vec<String> = schemas.keys().cloned().collect();
        schemas.values_mut().chain([&mut responses]).for_each(|json| rename(json, &names));
        schemas = schemas.into_iter().map(|(name, schema)| (name + "_", schema)).collect();
    }
    components.extend(schemas);
    let responses: BTreeMap<u16, Response> =
        serde_json::from_value(responses).expect("responses that errbook generated");
    responses.into_iter().map(|(status, response)| (Some(status), response)).collect()
}

/// Appends an underscore to each reference to one of these schemas: in a `$ref`, and in the mapping
/// of a discriminator.
fn rename(json: &mut Value, names: &[String]) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(reference) if key == "$ref" => extend(reference, names),
                    Value::Object(mapping) if key == "mapping" => {
                        let references = mapping.values_mut().filter_map(|value| match value {
                            Value::String(reference) => Some(reference),
                            _ => None,
                        });
                        references.for_each(|reference| extend(reference, names));
                    }
                    member => rename(member, names),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn extend(reference: &mut String, names: &[String]) {
    let name = reference.strip_prefix("#/components/schemas/");
    if name.is_some_and(|name| names.iter().any(|own| own == name)) {
        reference.push('_');
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde_json::{Map, Value, json};

    use super::in_context;

    /// The schemas and the responses of a catalog whose only code is `code`.
    fn catalog(code: &str) -> [Map<String, Value>; 2] {
        let reference = |name| json!({ "$ref": alloc::format!("#/components/schemas/{name}") });
        let schemas = json!({
            "ErrorCode": {"enum": [code]},
            "LostError": {"properties": {"code": reference("ErrorCode"), "of": reference("Elsewhere")}},
        });
        let mapping = json!({"mapping": {code: "#/components/schemas/LostError"}});
        let schema = json!({"oneOf": [reference("LostError")], "discriminator": mapping});
        let content = json!({"application/json": {"schema": schema}});
        let responses = json!({"404": {"description": "Lost", "content": content}});
        [schemas, responses].map(|json| serde_json::from_value(json).expect("an object"))
    }

    #[test]
    fn two_catalogs_keep_their_own_schemas() {
        let (shop, bank) = (catalog("shop"), catalog("bank"));
        let (referred, components) = aide::generate::in_context(|context| {
            let referred: Vec<Value> = [&shop, &bank, &shop, &bank]
                .into_iter()
                .map(|[schemas, responses]| {
                    let (_, response) = in_context(context, schemas.clone(), responses.clone()).remove(0);
                    let response = serde_json::to_value(response).expect("JSON");
                    let schema = &response["content"]["application/json"]["schema"];
                    let mapped = schema["discriminator"]["mapping"].as_object().and_then(|map| map.values().next());
                    assert_eq!(mapped, Some(&schema["oneOf"][0]["$ref"]));
                    schema["oneOf"][0]["$ref"].clone()
                })
                .collect();
            (referred, context.schema.definitions().clone())
        });
        let [shop, bank] = ["#/components/schemas/LostError", "#/components/schemas/LostError_"];
        assert_eq!(referred, [shop, bank, shop, bank]);
        let names: alloc::collections::BTreeSet<_> = components.keys().map(String::as_str).collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["ErrorCode", "ErrorCode_", "LostError", "LostError_"]);
        assert_eq!(components["ErrorCode_"]["enum"], json!(["bank"]));
        let members = &components["LostError_"]["properties"];
        assert_eq!(members["code"]["$ref"], "#/components/schemas/ErrorCode_");
        assert_eq!(members["of"]["$ref"], "#/components/schemas/Elsewhere");
    }
}

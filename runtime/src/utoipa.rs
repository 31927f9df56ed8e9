//! The errors of a catalog in an OpenAPI document that [utoipa](https://docs.rs/utoipa) generates.
//!
//! [`openapi!`](crate::openapi) implements two of utoipa's traits for an error type.
//! [`IntoResponses`] declares one response for each status. Errors with the same status are a
//! `oneOf`, each with its own example. utoipa does not collect schemas from such responses, so the
//! type is also [`ToSchema`]: list it in `components(schemas(..))` to add every schema that the
//! responses refer to.
//!
//! ```
//! use utoipa::OpenApi as _;
//!
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! errbook::openapi!("errors.yaml", errors::Error);
//!
//! #[utoipa::path(
//!     post,
//!     path = "/orders",
//!     responses((status = 201, description = "Ordered"), errors::Error),
//! )]
//! async fn order() -> Result<(), errors::Error> {
//!     Err(errors::Error::sold_out())
//! }
//!
//! #[derive(utoipa::OpenApi)]
//! #[openapi(paths(order), components(schemas(errors::Error)))]
//! struct Api;
//!
//! let document = serde_json::to_value(Api::openapi()).unwrap();
//! let response = &document["paths"]["/orders"]["post"]["responses"]["409"];
//! let content = &response["content"]["application/json"];
//! assert_eq!(content["schema"]["$ref"], "#/components/schemas/Errors409");
//! assert_eq!(content["examples"]["closed"]["value"]["message"], "The shop is closed.");
//! assert!(document["components"]["schemas"]["SoldOutError"].is_object());
//! ```
//!
//! The document has the same content as errbook's own. utoipa's model requires three differences:
//!
//! - A constant is an `enum` of one value.
//! - Keywords next to a `$ref` are next to an `allOf` with that reference.
//! - `externalDocs`, `x-retryable`, `x-retry`, `x-refund` and `x-fault` of an error's schema are
//!   members of one extension, `x-errbook`: `externalDocs`, `retryable`, `retry`, `refund` and
//!   `fault`. utoipa writes several extensions in an order that changes from run to run.
//!
//! If a route names two types with the same status, utoipa keeps only the response of the last one.
//! Name one type that has all errors of the route. Components have the names from the catalog, and
//! of two schemas with the same name, utoipa keeps the last one without a word. If a document has
//! the errors of two catalogs, give those of one a prefix:
//! `errbook::openapi!("bank.yaml", bank::Error, prefix = "Bank")`.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde_core::Deserialize as _;
use serde_json::{Map, Value, json};

pub use ::utoipa::openapi::{RefOr, Response, Schema};
pub use ::utoipa::{IntoResponses, PartialSchema, ToSchema};

/// Parses the `responses` of an OpenAPI 3.1 document that errbook generated, with inline headers
/// and examples.
///
/// ```
/// let responses = errbook::utoipa::responses(r#"{"409": {"description": "Sold out"}}"#);
/// let errbook::utoipa::RefOr::T(response) = &responses["409"] else { unreachable!() };
/// assert_eq!(response.description, "Sold out");
/// ```
///
/// # Panics
///
/// If the text is not such JSON. [`openapi!`](crate::openapi) always passes valid JSON.
pub fn responses(json: &str) -> BTreeMap<String, RefOr<Response>> {
    let responses: BTreeMap<String, Value> = serde_json::from_str(json).expect("responses that errbook generated");
    responses.into_iter().map(|(status, json)| (status, RefOr::T(response(json)))).collect()
}

/// Parses the `components.schemas` of an OpenAPI 3.1 document that errbook generated.
///
/// ```
/// let schemas = errbook::utoipa::schemas(r#"{"Code": {"const": "SOLD_OUT"}}"#);
/// assert_eq!(schemas[0].0, "Code");
/// let code = serde_json::to_value(&schemas[0].1).unwrap();
/// assert_eq!(code, serde_json::json!({"enum": ["SOLD_OUT"]}));
/// ```
///
/// # Panics
///
/// If the text is not such JSON. [`openapi!`](crate::openapi) always passes valid JSON.
pub fn schemas(json: &str) -> Vec<(String, RefOr<Schema>)> {
    let schemas: Map<String, Value> = serde_json::from_str(json).expect("schemas that errbook generated");
    schemas.into_iter().map(|(name, json)| (name, read_schema(json))).collect()
}

/// Parses one schema of an OpenAPI 3.1 document that errbook generated.
///
/// ```
/// let schema = errbook::utoipa::schema(r##"{"$ref": "#/components/schemas/SoldOutError"}"##);
/// assert!(matches!(schema, errbook::utoipa::RefOr::Ref(_)));
/// ```
///
/// # Panics
///
/// If the text is not such JSON. [`openapi!`](crate::openapi) always passes valid JSON.
pub fn schema(json: &str) -> RefOr<Schema> {
    read_schema(serde_json::from_str(json).expect("a schema that errbook generated"))
}

fn read_schema(mut json: Value) -> RefOr<Schema> {
    fit(&mut json);
    serde_json::from_value(json).expect("a schema that fits the model of utoipa")
}

fn response(mut json: Value) -> Response {
    for section in ["headers", "content"] {
        for part in json.get_mut(section).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            part.get_mut("schema").map(fit);
        }
    }
    let required = |name: &str| json["headers"][name]["required"] == true;
    let mut response: Response = Response::deserialize(&json).expect("a response that fits the model of utoipa");
    for (name, header) in &mut response.headers {
        if let RefOr::T(header) = header
            && required(name)
        {
            // utoipa's header has no such field, but it writes extensions unchanged.
            header.extensions.get_or_insert_default().insert("required".to_string(), Value::Bool(true));
        }
    }
    response
}

/// Rewrites a schema with the keywords of utoipa's model, which drops all others.
fn fit(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    if let Some(constant) = members.remove("const") {
        members.insert("enum".to_string(), json!([constant]));
    }
    if members.len() > 1
        && let Some(target) = members.remove("$ref")
    {
        members.insert("allOf".to_string(), json!([{ "$ref": target }]));
    }
    let extensions = [
        ("x-retryable", "retryable"),
        ("x-retry", "retry"),
        ("x-refund", "refund"),
        ("x-fault", "fault"),
        ("externalDocs", "externalDocs"),
    ];
    let extensions = extensions.into_iter().filter_map(|(from, to)| Some((to.to_string(), members.remove(from)?)));
    let extensions: Map<String, Value> = extensions.collect();
    if !extensions.is_empty() {
        members.insert("x-errbook".to_string(), Value::Object(extensions));
    }
    // A schema without a type means any type; the model needs it to be explicit.
    if !["$ref", "allOf", "anyOf", "oneOf"].iter().any(|keyword| members.contains_key(*keyword)) {
        members.entry("type").or_insert(Value::Null);
    }
    for (keyword, value) in members {
        match (keyword.as_str(), value) {
            ("items" | "additionalProperties", schema) => fit(schema),
            ("properties", Value::Object(schemas)) => schemas.values_mut().for_each(fit),
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => schemas.iter_mut().for_each(fit),
            _ => {}
        }
    }
}

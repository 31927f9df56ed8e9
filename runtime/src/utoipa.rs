//! The errors of a catalog in a document that [utoipa](https://docs.rs/utoipa) writes.
//!
//! [`openapi!`](crate::openapi) gives a type of errors two of utoipa's traits. As [`IntoResponses`] it is a response for each
//! status: errors that share one are a `oneOf` there, each with an example of its own. utoipa collects no schemas from such
//! responses, so the type is also [`ToSchema`]: named among `components(schemas(..))`, it brings every schema that they refer to.
//!
//! ```
//! use utoipa::OpenApi as _;
//!
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! errbook::openapi!("errors.yaml", errors::Error);
//!
//! #[utoipa::path(post, path = "/orders", responses((status = 201), errors::Error))]
//! async fn order() -> Result<(), errors::Error> {
//!     Err(errors::Error::SoldOut)
//! }
//!
//! #[derive(utoipa::OpenApi)]
//! #[openapi(paths(order), components(schemas(errors::Error)))]
//! struct Api;
//!
//! let document = serde_json::to_value(Api::openapi()).unwrap();
//! let content = &document["paths"]["/orders"]["post"]["responses"]["409"]["content"]["application/json"];
//! assert_eq!(content["schema"]["oneOf"][0]["$ref"], "#/components/schemas/SoldOutError");
//! assert_eq!(content["examples"]["closed"]["value"]["message"], "The shop is closed.");
//! assert!(document["components"]["schemas"]["SoldOutError"].is_object());
//! ```
//!
//! The document says what errbook's own says. Three things stand elsewhere, for utoipa's model has no place for them:
//!
//! - A constant is an `enum` of one value.
//! - What is said of a property beside its `$ref` stands beside an `allOf` of that reference.
//! - `externalDocs`, `x-retryable`, `x-retry` and `x-refund` of an error's schema are members of one extension, `x-errbook`, as
//!   `externalDocs`, `retryable`, `retry` and `refund`. utoipa writes several extensions in an order that changes from run to run.
//!
//! Where a route names two types with a status in common, utoipa keeps the response of the last: name one type that has all its errors.
//! Components have the names that the catalog gives them. Two catalogs in one document must not have errors or types of one name,
//! and only one of two types called `Error` can be named in it.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde_core::Deserialize as _;
use serde_json::{Map, Value, json};

pub use ::utoipa::openapi::{RefOr, Response, Schema};
pub use ::utoipa::{IntoResponses, PartialSchema, ToSchema};

/// Reads what stands under `responses` in a document of OpenAPI 3.1 that errbook wrote, with headers and examples in place.
///
/// ```
/// let responses = errbook::utoipa::responses(r#"{"409": {"description": "Sold out"}}"#);
/// let errbook::utoipa::RefOr::T(response) = &responses["409"] else { unreachable!() };
/// assert_eq!(response.description, "Sold out");
/// ```
///
/// # Panics
///
/// On what is no such text. [`openapi!`](crate::openapi) passes only what is.
pub fn responses(json: &str) -> BTreeMap<String, RefOr<Response>> {
    let responses: BTreeMap<String, Value> = serde_json::from_str(json).expect("responses as errbook writes them");
    responses.into_iter().map(|(status, json)| (status, RefOr::T(response(json)))).collect()
}

/// Reads what stands under `components.schemas` in a document of OpenAPI 3.1 that errbook wrote.
///
/// ```
/// let schemas = errbook::utoipa::schemas(r#"{"Code": {"const": "SOLD_OUT"}}"#);
/// assert_eq!(schemas[0].0, "Code");
/// assert_eq!(serde_json::to_value(&schemas[0].1).unwrap(), serde_json::json!({"enum": ["SOLD_OUT"]}));
/// ```
///
/// # Panics
///
/// On what is no such text. [`openapi!`](crate::openapi) passes only what is.
pub fn schemas(json: &str) -> Vec<(String, RefOr<Schema>)> {
    let schemas: Map<String, Value> = serde_json::from_str(json).expect("schemas as errbook writes them");
    schemas.into_iter().map(|(name, json)| (name, read_schema(json))).collect()
}

/// Reads one schema of a document of OpenAPI 3.1 that errbook wrote.
///
/// ```
/// let schema = errbook::utoipa::schema(r##"{"$ref": "#/components/schemas/SoldOutError"}"##);
/// assert!(matches!(schema, errbook::utoipa::RefOr::Ref(_)));
/// ```
///
/// # Panics
///
/// On what is no such text. [`openapi!`](crate::openapi) passes only what is.
pub fn schema(json: &str) -> RefOr<Schema> {
    read_schema(serde_json::from_str(json).expect("a schema as errbook writes it"))
}

fn read_schema(mut json: Value) -> RefOr<Schema> {
    fit(&mut json);
    serde_json::from_value(json).expect("utoipa's model holds a schema that was made to fit")
}

fn response(mut json: Value) -> Response {
    for section in ["headers", "content"] {
        for part in json.get_mut(section).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            part.get_mut("schema").map(fit);
        }
    }
    let required = |name: &str| json["headers"][name]["required"] == true;
    let mut response: Response =
        Response::deserialize(&json).expect("utoipa's model holds a response that was made to fit");
    for (name, header) in &mut response.headers {
        if let RefOr::T(header) = header
            && required(name)
        {
            // utoipa's header has no such field, but what stands among its extensions is written as it is.
            header.extensions.get_or_insert_default().insert("required".to_string(), Value::Bool(true));
        }
    }
    response
}

/// Says a schema with the words that utoipa's model has; what it does not know is lost when it reads.
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
    let extensions =
        [("x-retryable", "retryable"), ("x-retry", "retry"), ("x-refund", "refund"), ("externalDocs", "externalDocs")];
    let extensions = extensions.into_iter().filter_map(|(from, to)| Some((to.to_string(), members.remove(from)?)));
    let extensions: Map<String, Value> = extensions.collect();
    if !extensions.is_empty() {
        members.insert("x-errbook".to_string(), Value::Object(extensions));
    }
    // Where the type is anything, the model wants to read so.
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

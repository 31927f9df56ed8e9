//! The errors of a catalog in an OpenAPI document that [utoipa](https://docs.rs/utoipa) generates.
//!
//! The feature works with utoipa 6.
//!
//! [`openapi!`](crate::openapi) implements two of utoipa's traits for an error type.
//! [`IntoResponses`] declares one response for each status. Errors with the same status are a
//! `oneOf`, each with its own example. utoipa does not collect schemas from such responses, so the
//! responses contain them. [`NamedSchemas`] makes components of them, with the names of the catalog.
//! The type is also [`ToSchema`], for a schema of your own that has an error in it.
//!
//! ```
//! use errbook::utoipa::NamedSchemas;
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
//! #[openapi(paths(order), modifiers(&NamedSchemas))]
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
//!   `fault`. utoipa writes several extensions in an order that changes from run to run. Without
//!   [`NamedSchemas`], it also has the name of each schema, and a schema that contains itself ends at
//!   the second level.
//!
//! If a route names two types with the same status, utoipa keeps only the response of the last one.
//! Name one type that has all errors of the route, such as an enum with a transparent variant for
//! each of them. Components have the names from the catalog. If a document has the errors of two
//! catalogs, give those of one a prefix: `errbook::openapi!("bank.yaml", bank::Error, prefix =
//! "Bank")`. Without it, [`NamedSchemas`] leaves a second schema of the same name in the response, and
//! `components(schemas(..))` keeps the last one without a word.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde_core::Deserialize as _;
use serde_json::{Map, Value, json};

use ::utoipa::Modify;
use ::utoipa::openapi::{Content, OpenApi, PathItem};

use crate::openapi::{Described, Description, each_part, inline};

pub use ::utoipa::openapi::{RefOr, Response, Schema};
pub use ::utoipa::{IntoResponses, PartialSchema, ToSchema};

/// The responses of a type, with inline headers, examples and schemas.
///
/// ```
/// mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// errbook::openapi!("errors.yaml", errors::Error);
///
/// let responses = errbook::utoipa::responses::<errors::Error>();
/// let response = serde_json::to_value(&responses["404"]).unwrap();
/// assert!(!response.to_string().contains("$ref"));
/// ```
pub fn responses<T: Described>() -> BTreeMap<String, RefOr<Response>> {
    let description = Description::of::<T>();
    let components = description.schemas();
    let responses = description.responses().into_iter();
    responses.map(|(status, json)| (status, RefOr::T(response(json, &components)))).collect()
}

/// The schema components of a type.
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// # errbook::openapi!("errors.yaml", errors::Error);
/// let schemas = errbook::utoipa::schemas::<errors::Error>();
/// assert!(schemas.iter().any(|(name, _)| name == "SoldOutError"));
/// ```
pub fn schemas<T: Described>() -> Vec<(String, RefOr<Schema>)> {
    Description::of::<T>().schemas().into_iter().map(|(name, json)| (name, read_schema(json))).collect()
}

/// The schema of any error of a type.
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// # errbook::openapi!("errors.yaml", errors::Error);
/// let schema = errbook::utoipa::schema::<errors::Error>();
/// assert!(matches!(schema, errbook::utoipa::RefOr::T(errbook::utoipa::Schema::OneOf(_))));
/// ```
pub fn schema<T: Described>() -> RefOr<Schema> {
    read_schema(Description::of::<T>().schema())
}

/// Makes components of the schemas in responses, so that generators of clients find their names.
///
/// Without it, each response has copies of its schemas, because utoipa does not collect the schemas
/// of a type that is named as the responses of a route. List it in the `modifiers` of the document,
/// or call it after routes were added to the document.
///
/// A schema stays inline if the document has another component of its name, such as that of a
/// second catalog.
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// # errbook::openapi!("errors.yaml", errors::Error);
/// # #[utoipa::path(post, path = "/orders", responses(errors::Error))]
/// # async fn order() {}
/// use utoipa::{Modify as _, OpenApi as _};
///
/// #[derive(utoipa::OpenApi)]
/// #[openapi(paths(order))]
/// struct Api;
///
/// let mut api = Api::openapi();
/// errbook::utoipa::NamedSchemas.modify(&mut api);
/// assert!(api.components.unwrap().schemas.contains_key("SoldOutError"));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NamedSchemas;

impl Modify for NamedSchemas {
    fn modify(&self, document: &mut OpenApi) {
        let own = document.components.get_or_insert_with(Default::default);
        let mut schemas: Map<String, Value> =
            own.schemas.iter().map(|(name, schema)| (name.clone(), written(schema))).collect();
        for item in document.paths.paths.values_mut() {
            let PathItem { get, put, post, delete, options, head, patch, trace, query, .. } = item;
            let operations = [get, put, post, delete, options, head, patch, trace, query];
            let responses =
                operations.into_iter().flatten().flat_map(|operation| operation.responses.responses.values_mut());
            for response in responses {
                let RefOr::T(response) = response else { continue };
                let headers = response.headers.values_mut().filter_map(|header| match header {
                    RefOr::T(header) => header.schema.as_mut(),
                    RefOr::Ref(_) => None,
                });
                let contents = response.content.values_mut().filter_map(|content| match content {
                    RefOr::T(Content { schema, .. }) => schema.as_mut(),
                    RefOr::Ref(_) => None,
                });
                for schema in headers.chain(contents) {
                    let before = written(schema);
                    let mut after = before.clone();
                    name(&mut after, &mut schemas);
                    if after != before {
                        *schema = read_schema(after);
                    }
                }
            }
        }
        for (name, schema) in schemas {
            own.schemas.entry(name).or_insert_with(|| read_schema(schema));
        }
    }
}

/// Moves each marked copy of a component to the components.
fn name(schema: &mut Value, components: &mut Map<String, Value>) {
    each_part(schema, &mut |part| name(part, components));
    let Some(mark) = schema.get_mut(MARK).and_then(Value::as_object_mut) else { return };
    let (component, is_cut) = (mark.remove("component"), mark.remove("cut").is_some());
    let is_empty = mark.is_empty();
    let Some(Value::String(component)) = component else { return };
    if is_empty {
        schema.as_object_mut().map(|members| members.remove(MARK));
    }
    let is_same = is_cut || components.get(&component).is_none_or(|known| known == schema);
    if is_same {
        let reference = json!({ "$ref": alloc::format!("#/components/schemas/{component}") });
        let schema = core::mem::replace(schema, reference);
        if !is_cut {
            components.entry(component).or_insert(schema);
        }
    }
}

/// The extension with what utoipa's model has no field for.
const MARK: &str = "x-errbook";

/// Marks a copy of a component.
fn mark(copy: &mut Value, component: &str, is_cut: bool) {
    copy[MARK]["component"] = json!(component);
    if is_cut {
        copy[MARK]["cut"] = json!(true);
    }
}

fn written(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).expect("a schema of utoipa is JSON")
}

/// Reads a schema of errbook, or one that utoipa has written, which leaves out that any type is
/// allowed.
fn read_schema(mut json: Value) -> RefOr<Schema> {
    fit(&mut json);
    serde_json::from_value(json).expect("a schema that fits the model of utoipa")
}

fn response(mut json: Value, components: &Map<String, Value>) -> Response {
    for section in ["headers", "content"] {
        for part in json.get_mut(section).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            let Some(schema) = part.get_mut("schema") else { continue };
            inline(schema, components, mark, &mut Vec::new());
            fit(schema);
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
        let own = members.entry(MARK).or_insert_with(|| json!({}));
        own.as_object_mut().into_iter().for_each(|own| own.extend(extensions.clone()));
    }
    // A schema without a type means any type; the model needs it to be explicit.
    if !["$ref", "allOf", "anyOf", "oneOf"].iter().any(|keyword| members.contains_key(*keyword)) {
        members.entry("type").or_insert(Value::Null);
    }
    each_part(schema, &mut fit);
}

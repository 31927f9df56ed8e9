//! The errors of a catalog in an OpenAPI document that [aide](https://docs.rs/aide) generates.
//!
//! [`openapi!`](crate::openapi) implements aide's [`OperationOutput`] for an error type. A handler
//! that returns a `Result` with it documents one response for each status, without annotations on
//! the route. Errors with the same status are a `oneOf`, each with its own example. The schemas are
//! added too, unless `aide::generate::extract_schemas` is off.
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
//! assert_eq!(content["schema"]["oneOf"][0]["$ref"], "#/components/schemas/SoldOutError");
//! assert_eq!(content["examples"]["closed"]["value"]["message"], "The shop is closed.");
//! ```

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use serde_json::{Map, Value};

pub use ::aide::generate::GenContext;
pub use ::aide::openapi::{Operation, Response};
pub use ::aide::operation::OperationOutput;

/// Parses responses of an OpenAPI 3.1 document that errbook generated, with inline headers and
/// examples. Adds the schema components that they refer to to the context.
///
/// ```
/// let mut responses = aide::generate::in_context(|context| {
///     errbook::aide::responses(context, "{}", r#"{"409": {"description": "Sold out"}}"#)
/// });
/// let (status, response) = responses.remove(0);
/// assert_eq!((status, response.description.as_str()), (Some(409), "Sold out"));
/// ```
///
/// # Panics
///
/// If a text is not such JSON. [`openapi!`](crate::openapi) always passes valid JSON.
pub fn responses(context: &mut GenContext, schemas: &str, responses: &str) -> Vec<(Option<u16>, Response)> {
    let schemas: Map<_, Value> = serde_json::from_str(schemas).expect("schemas that errbook generated");
    context.schema.definitions_mut().extend(schemas);
    let responses: BTreeMap<u16, Response> = serde_json::from_str(responses).expect("responses that errbook generated");
    responses.into_iter().map(|(status, response)| (Some(status), response)).collect()
}

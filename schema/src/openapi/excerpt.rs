//! The part of the catalog that another OpenAPI document needs: the responses of some errors, and
//! their schemas.

use std::collections::{BTreeMap, BTreeSet};

use errbook_catalog::model::{Catalog, ErrorDef, OpenapiVersion};
use serde_json::{Map, Value as Json, json};

use super::headers::Headers;
use super::names::Names;
use super::schemas::Schemas;
use super::{choice, public_responses, responses};
use crate::facts;

/// Some errors of a catalog as OpenAPI 3.1, with shared schemas and everything else inline.
#[derive(Debug, Clone, PartialEq)]
pub struct Excerpt {
    /// The component name of [`Excerpt::schema`]: the requested name, with underscores if another
    /// schema has it.
    pub name: String,
    /// The body of any of the errors.
    pub schema: Json,
    /// The schema components that the excerpt refers to. If it contains all public errors, also the
    /// schemas of all codes and of the envelopes.
    pub schemas: Map<String, Json>,
    /// A response for each status, with inline headers and examples.
    pub responses: BTreeMap<u16, Json>,
}

/// Returns the excerpt of the errors that `wanted` selects, for a type called `name`. Clients
/// receive the masks of internal errors, so the excerpt has these. Errors without a status are left
/// out, as in [`emit`](super::emit).
///
/// ```
/// let text = "
/// errbook: 1
/// api: {name: Shop}
/// envelopes: {default: {body: {code: '{code}', message: '{message}'}}}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}, CLOSED: {status: 409, fix: Come back.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let excerpt = errbook_schema::openapi::excerpt(&catalog, "OrderError", |error| error.name.id == "SOLD_OUT");
/// assert_eq!(excerpt.schema["$ref"], "#/components/schemas/SoldOutError");
/// assert_eq!(excerpt.responses[&409]["description"], "Sold out (`SOLD_OUT`)");
/// ```
pub fn excerpt(catalog: &Catalog, name: &str, wanted: impl Fn(&ErrorDef) -> bool) -> Excerpt {
    let errors = public_responses(catalog);
    // Names and schemas are those of the whole catalog, so one document can contain two excerpts.
    let names = Names::new(catalog, &errors);
    let schemas = Schemas { catalog, errors: &errors, names: &names, version: OpenapiVersion::V3_1 };
    let mut bodies = schemas.components();
    let sent = catalog.errors.iter().filter(|error| wanted(error)).map(|error| catalog.sent(error));
    let sent: BTreeSet<&str> = sent.map(|error| error.name.id.as_str()).collect();
    let is_sent = |&index: &usize| sent.contains(errors[index].name.id.as_str());
    let (picked, others): (Vec<usize>, Vec<usize>) = (0..errors.len()).partition(is_sent);

    let mut name = name.to_owned();
    while bodies.contains_key(&name) {
        name.push('_');
    }
    let with_body: Vec<usize> = picked.iter().copied().filter(|&index| errors[index].envelope.is_some()).collect();
    let schema = if with_body.is_empty() { json!({}) } else { choice::schema(&schemas, &bodies, &with_body) };
    let responses = responses_in_place(&schemas, &bodies, &picked);

    let in_use = facts::types_in_use(catalog, picked.iter().map(|&index| errors[index]));
    let types = names.types.iter().zip(in_use).filter(|(_, in_use)| !in_use).filter_map(|(name, _)| name.as_ref());
    let of_all = names.error_code.iter().chain(names.envelopes.iter().flatten()).filter(|_| !others.is_empty());
    let errors = others.iter().map(|&index| &errors[index].name.schema);
    let left_out: BTreeSet<&String> = types.chain(of_all).chain(errors).collect();
    bodies.retain(|name, _| !left_out.contains(name));
    Excerpt { name, schema, schemas: bodies, responses }
}

impl Excerpt {
    /// The same excerpt with a prefix before the name of every schema, for a document that has
    /// schemas of the same names from another catalog.
    ///
    /// ```
    /// let text = "errbook: 1\napi: {name: Bank}\nerrors: {CLOSED: {status: 409, fix: Come back.}}\n";
    /// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
    /// let excerpt = errbook_schema::openapi::excerpt(&catalog, "Error", |_| true).prefixed("Bank");
    /// assert_eq!(excerpt.name, "BankError");
    /// assert_eq!(excerpt.schema["$ref"], "#/components/schemas/BankClosedError");
    /// assert!(excerpt.schemas.contains_key("BankErrorCode"));
    /// ```
    #[must_use]
    pub fn prefixed(mut self, prefix: &str) -> Self {
        self.name.insert_str(0, prefix);
        let schemas = std::mem::take(&mut self.schemas);
        self.schemas = schemas.into_iter().map(|(name, schema)| (format!("{prefix}{name}"), schema)).collect();
        let parts = [&mut self.schema].into_iter().chain(self.schemas.values_mut()).chain(self.responses.values_mut());
        parts.for_each(|part| prefix_references(part, prefix));
        self
    }
}

/// Adds a prefix to the name in each reference to a schema: in a `$ref`, and in the mapping of a
/// discriminator. Examples are values, and have none.
fn prefix_references(json: &mut Json, prefix: &str) {
    const SCHEMAS: &str = "#/components/schemas/";
    let extend = |reference: &mut Json| {
        if let Json::String(reference) = reference
            && reference.starts_with(SCHEMAS)
        {
            reference.insert_str(SCHEMAS.len(), prefix);
        }
    };
    match json {
        Json::Array(items) => items.iter_mut().for_each(|item| prefix_references(item, prefix)),
        Json::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("$ref", reference @ Json::String(_)) => extend(reference),
                    ("mapping", Json::Object(mapping)) => mapping.values_mut().for_each(extend),
                    ("example" | "examples" | "const" | "enum", _) => {}
                    ("properties", Json::Object(properties)) => {
                        properties.values_mut().for_each(|schema| prefix_references(schema, prefix));
                    }
                    (_, member) => prefix_references(member, prefix),
                }
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn responses_in_place(schemas: &Schemas, bodies: &Map<String, Json>, picked: &[usize]) -> BTreeMap<u16, Json> {
    let mut headers = Headers::default();
    let mut by_status = BTreeMap::new();
    for &status in schemas.names.statuses.keys() {
        let has_status = |index: &&usize| schemas.errors[**index].statuses.contains(&status);
        let errors: Vec<usize> = picked.iter().filter(has_status).copied().collect();
        if !errors.is_empty() {
            by_status.insert(status, responses::of_status(schemas, bodies, &mut headers, &errors, status));
        }
    }
    let headers = headers.into_components();
    let examples = responses::examples(schemas);
    for response in by_status.values_mut() {
        responses::put_in_place(response.get_mut("headers"), &headers);
        for media_type in
            response.get_mut("content").and_then(Json::as_object_mut).into_iter().flat_map(Map::values_mut)
        {
            responses::put_in_place(media_type.get_mut("examples"), &examples);
        }
    }
    by_status
}

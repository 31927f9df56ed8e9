//! The part of the catalog that another OpenAPI document needs: the responses of some errors, and
//! their schemas.

use std::collections::{BTreeMap, BTreeSet};

use errbook_catalog::model::{Catalog, ErrorDef, OpenapiVersion};
use serde_json::{Map, Value as Json, json};

use super::headers::Headers;
use super::identity::Constants;
use super::merge::references;
use super::names::{Group, Media, Names, Taken, Wanted};
use super::schemas::{Components, Schemas, schema_ref};
use super::{choice, public_responses, responses};

/// Some errors of a catalog as OpenAPI 3.1, with shared schemas and everything else inline.
#[derive(Debug, Clone, PartialEq)]
pub struct Excerpt {
    /// The component name of [`Excerpt::schema`]: the requested name, with underscores if another
    /// schema has it.
    pub name: String,
    /// The body of any of the errors.
    pub schema: Json,
    /// The schema components that the excerpt refers to. If it contains all public errors, also the
    /// schemas of all codes, of the envelopes and of the catalog's types.
    pub schemas: Map<String, Json>,
    /// A response for each status, with inline headers and examples. If the excerpt contains all
    /// public errors, it refers to the union of the status. Otherwise the choice is inline: the name of
    /// a union that happens to have the same errors would change with an error of another type.
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
/// assert_eq!(excerpt.schema["allOf"][0]["$ref"], "#/components/schemas/SoldOutError");
/// let content = &excerpt.responses[&409]["content"]["application/json"];
/// assert_eq!(content["schema"]["$ref"], "#/components/schemas/SoldOutError");
/// ```
pub fn excerpt(catalog: &Catalog, name: &str, wanted: impl Fn(&ErrorDef) -> bool) -> Excerpt {
    let errors = public_responses(catalog);
    // Names and schemas are those of the whole catalog, so one document can contain two excerpts.
    let names = Names::new(catalog, &errors);
    let schemas = Schemas { catalog, errors: &errors, names: &names, version: OpenapiVersion::V3_1 };
    let Components { schemas: mut all, constants, mut taken } = schemas.components();
    let sent = catalog.errors.iter().filter(|error| wanted(error)).map(|error| catalog.sent(error));
    let sent: BTreeSet<&str> = sent.map(|error| error.name.id.as_str()).collect();
    let picked: Vec<usize> = (0..errors.len()).filter(|&index| sent.contains(errors[index].name.id.as_str())).collect();

    let name = taken.schemas.take(name.to_owned());
    let with_body: Vec<usize> = picked.iter().copied().filter(|&index| errors[index].envelope.is_some()).collect();
    let schema = if with_body.is_empty() {
        json!({})
    } else {
        choice::schema(&schemas, &constants, &with_body, "Any of these errors.")
    };
    let is_whole = picked.len() == errors.len();
    let responses = responses_in_place(&schemas, &constants, &groups(&schemas, &picked, &mut taken), is_whole);
    let shared = names.envelopes.iter().chain(&names.types).flatten();
    let of_all = names.error_code.iter().chain(shared).filter(|_| is_whole);
    let mut used: BTreeSet<String> = of_all.cloned().collect();
    let roots = responses.values().chain([&schema]).chain(used.iter().map(|name| &all[name]));
    let mut unread: Vec<String> = roots.map(Json::to_string).collect();
    while let Some(text) = unread.pop() {
        for (_, target) in references(&text) {
            if let Some(schema) = all.get(&target).filter(|_| used.insert(target.clone())) {
                unread.push(schema.to_string());
            }
        }
    }
    all.retain(|name, _| used.contains(name));
    Excerpt { name, schema, schemas: all, responses }
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
    /// assert_eq!(excerpt.schema["allOf"][0]["$ref"], "#/components/schemas/BankClosedError");
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

/// Adds a prefix to the name in each reference to a schema. Examples are values, and have none.
fn prefix_references(json: &mut Json, prefix: &str) {
    const SCHEMAS: &str = "#/components/schemas/";
    match json {
        Json::Array(items) => items.iter_mut().for_each(|item| prefix_references(item, prefix)),
        Json::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("$ref", Json::String(reference)) if reference.starts_with(SCHEMAS) => {
                        reference.insert_str(SCHEMAS.len(), prefix);
                    }
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

/// The errors of an excerpt by status, with the names of the whole catalog's unions.
fn groups(schemas: &Schemas, picked: &[usize], taken: &mut Taken) -> Vec<Group> {
    let groups = schemas.names.statuses.iter().filter_map(|whole| {
        let errors: Vec<usize> = whole.errors.iter().copied().filter(|index| picked.contains(index)).collect();
        let wanted = Wanted { union: whole.response.clone(), response: whole.response.clone(), operation: None };
        let is_empty = errors.is_empty();
        (!is_empty).then(|| Group::new(schemas.catalog, schemas.errors, whole.status, errors, wanted, taken))
    });
    groups.collect()
}

fn responses_in_place(
    schemas: &Schemas,
    constants: &[Constants],
    groups: &[Group],
    is_whole: bool,
) -> BTreeMap<u16, Json> {
    let mut headers = Headers::default();
    let responses = groups.iter().map(|group| (group.status, responses::of_group(schemas, &mut headers, group)));
    let mut by_status: BTreeMap<u16, Json> = responses.collect();
    let headers = headers.into_components();
    let examples = responses::examples(schemas);
    for group in groups {
        let Some(response) = by_status.get_mut(&group.status) else { continue };
        responses::put_in_place(response.get_mut("headers"), &headers);
        for media in &group.media {
            let content = &mut response["content"][&media.content_type];
            content["schema"] = match media.errors.as_slice() {
                _ if is_whole => schema_ref(&union(schemas, group, media).union),
                &[index] if !schemas.catalog.generate.openapi_open => schema_ref(&schemas.names.errors[index].schema),
                errors => choice::schema(schemas, constants, errors, &choice::description(group)),
            };
            responses::put_in_place(content.get_mut("examples"), &examples);
        }
    }
    by_status
}

/// The union of the whole catalog with these errors.
fn union<'a>(schemas: &'a Schemas, group: &Group, media: &Media) -> &'a Media {
    let mut whole = schemas.names.statuses.iter().filter(|whole| whole.status == group.status);
    let union = whole.find_map(|whole| whole.media.iter().find(|union| union.content_type == media.content_type));
    union.expect("every status and content type of the catalog has a union")
}

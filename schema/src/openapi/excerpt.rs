//! The part of the catalog that another OpenAPI document needs: the responses of some errors, and
//! their schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use errbook_catalog::model::{Catalog, ErrorDef, OpenapiVersion};
use errbook_codegen::rust::Description;
use serde_json::{Map, Value as Json, json};

use super::headers::Headers;
use super::identity::{self, Identity};
use super::merge::references;
use super::names::{Group, Media, Names, Taken, Wanted};
use super::schemas::{Schemas, schema_ref};
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
    Excerpts::new(catalog).of(name, wanted)
}

/// What all excerpts of a catalog share: names, schemas and examples are those of the whole catalog,
/// so one document can contain several excerpts.
pub struct Excerpts<'c> {
    catalog: &'c Catalog,
    errors: Vec<&'c ErrorDef>,
    names: Names,
    identities: Vec<Identity<'c>>,
    /// All schemas of the catalog, and all their names.
    schemas: Map<String, Json>,
    taken: Taken,
    examples: Map<String, Json>,
}

impl<'c> Excerpts<'c> {
    /// Makes the schemas and the examples of a catalog.
    #[must_use]
    pub fn new(catalog: &'c Catalog) -> Self {
        let errors = public_responses(catalog);
        let names = Names::new(catalog, &errors);
        let schemas = Schemas { catalog, errors: &errors, names: &names, version: OpenapiVersion::V3_1 };
        let identities = identity::identities(&schemas);
        let (mut all, mut examples) = (Map::new(), Map::new());
        let taken =
            schemas.components(&identities, &mut |name, schema| drop(all.insert(name.to_owned(), schema.into())));
        responses::examples(&schemas, &mut |name, example| drop(examples.insert(name.to_owned(), example.into())));
        Excerpts { catalog, errors, names, identities, schemas: all, taken, examples }
    }

    /// Returns the excerpt of some errors, as [`excerpt`] does.
    #[must_use]
    pub fn of(&self, name: &str, wanted: impl Fn(&ErrorDef) -> bool) -> Excerpt {
        let Excerpts { catalog, errors, names, identities, schemas: all, taken, examples } = self;
        let schemas = Schemas { catalog, errors, names, version: OpenapiVersion::V3_1 };
        let mut taken = taken.clone();
        let sent = catalog.errors.iter().filter(|error| wanted(error)).map(|error| catalog.sent(error));
        let sent: BTreeSet<&str> = sent.map(|error| error.name.id.as_str()).collect();
        let is_sent = |&index: &usize| sent.contains(errors[index].name.id.as_str());
        let picked: Vec<usize> = (0..errors.len()).filter(is_sent).collect();

        let name = taken.schemas.take(name.to_owned());
        let with_body: Vec<usize> = picked.iter().copied().filter(|&index| errors[index].envelope.is_some()).collect();
        let schema = if with_body.is_empty() {
            json!({})
        } else {
            choice::schema(&schemas, identities, &with_body, "Any of these errors.".to_owned()).into()
        };
        let groups = groups(&schemas, &picked, &mut taken);
        let is_whole = picked.len() == errors.len();
        let responses = responses_in_place(&schemas, identities, &groups, examples, is_whole);
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
        let used = all.iter().filter(|(name, _)| used.contains(*name));
        let schemas = used.map(|(name, schema)| (name.clone(), schema.clone())).collect();
        Excerpt { name, schema, schemas, responses }
    }
}

impl Excerpt {
    /// The same excerpt with a prefix before the name of every schema, for a document that has
    /// schemas of the same names from another catalog.
    ///
    /// # Errors
    ///
    /// If no component can have a name with this prefix (OpenAPI 3.1 section 4.8.7).
    ///
    /// ```
    /// let text = "errbook: 1\napi: {name: Bank}\nerrors: {CLOSED: {status: 409, fix: Come back.}}\n";
    /// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
    /// let excerpt = errbook_schema::openapi::excerpt(&catalog, "Error", |_| true).prefixed("Bank").unwrap();
    /// assert_eq!(excerpt.name, "BankError");
    /// assert_eq!(excerpt.schema["allOf"][0]["$ref"], "#/components/schemas/BankClosedError");
    /// assert!(excerpt.schemas.contains_key("BankErrorCode"));
    /// ```
    pub fn prefixed(mut self, prefix: &str) -> Result<Self, WrongPrefix> {
        if !prefix.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) || prefix.is_empty() {
            return Err(WrongPrefix);
        }
        self.name.insert_str(0, prefix);
        let schemas = std::mem::take(&mut self.schemas);
        self.schemas = schemas.into_iter().map(|(name, schema)| (format!("{prefix}{name}"), schema)).collect();
        let parts = [&mut self.schema].into_iter().chain(self.schemas.values_mut()).chain(self.responses.values_mut());
        parts.for_each(|part| prefix_references(part, prefix));
        Ok(self)
    }

    /// The texts for a type in Rust.
    #[must_use]
    pub fn description(&self) -> Description {
        let Excerpt { name, schema, schemas, responses } = self;
        let schemas = Json::Object(schemas.clone()).to_string();
        let responses: Json =
            responses.iter().map(|(status, response)| (status.to_string(), response.clone())).collect();
        Description { name: name.clone(), schema: schema.to_string(), schemas, responses: responses.to_string() }
    }
}

/// A prefix has characters that the name of a component cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongPrefix;

impl fmt::Display for WrongPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a prefix is letters, digits, `.`, `-` and `_`")
    }
}

impl std::error::Error for WrongPrefix {}

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
    identities: &[Identity],
    groups: &[Group],
    examples: &Map<String, Json>,
    is_whole: bool,
) -> BTreeMap<u16, Json> {
    let mut headers = Headers::default();
    let responses = groups.iter().map(|group| (group.status, responses::of_group(schemas, &mut headers, group).into()));
    let mut by_status: BTreeMap<u16, Json> = responses.collect();
    let headers = headers.into_components().into_iter().map(|(name, header)| (name, header.into())).collect();
    for group in groups {
        let Some(response) = by_status.get_mut(&group.status) else { continue };
        responses::put_in_place(response.get_mut("headers"), &headers);
        for media in &group.media {
            let content = &mut response["content"][&media.content_type];
            content["schema"] = match media.errors.as_slice() {
                _ if is_whole => schema_ref(&union(schemas, group, media).union),
                &[index] if !schemas.catalog.generate.openapi_open => schema_ref(&schemas.names.errors[index].schema),
                errors => choice::schema(schemas, identities, errors, choice::description(group)),
            }
            .into();
            responses::put_in_place(content.get_mut("examples"), examples);
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

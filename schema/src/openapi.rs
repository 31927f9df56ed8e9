//! The catalog as OpenAPI components: a schema and a response for each error, and a union and a
//! response for each status.
//!
//! Generators name the types of a client after components. So each schema that a client needs is a
//! component, unions of a single error too, and no schema has a `title`.
//!
//! Refer to the components from your own document: `$ref:
//! "openapi.yaml#/components/responses/Status402"`. The document of [`emit`] is complete and valid,
//! but has no paths.
//!
//! Objects are open (no `additionalProperties: false`). An API may add members to its errors, and
//! validating clients must accept them.

mod choice;
mod excerpt;
mod headers;
mod identity;
mod merge;
mod names;
mod objects;
mod responses;
mod retries;
mod schemas;
mod yaml;

use errbook_catalog::model::{Api, Catalog, ErrorDef, Kind, OpenapiVersion, Retry};
use serde_json::{Map, Value as Json, json};

use self::identity::Constants;
use self::names::{Group, Names};
use self::retries::{Gap, Requests, Retries, retries};
use self::schemas::{Components, Schemas};

use crate::facts;
use errbook_codegen::commonmark::plain;

pub use self::excerpt::{Excerpt, Excerpts, WrongPrefix, excerpt};
pub use self::merge::{Document, File, MergeError, MergeProblem, NamedOperation, merge, operations, overlay};
pub use self::merge::{Stray, strays};
pub use self::yaml::{yaml, yaml_in_blocks};

/// Returns the whole document. Members are in catalog order, and statuses in ascending order.
///
/// ```
/// use errbook_catalog::model::OpenapiVersion;
/// let text = "
/// errbook: 1
/// api: {name: Shop}
/// envelopes: {default: {body: {code: '{code}', message: '{message}'}}}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let document = errbook_schema::openapi::emit(&catalog, OpenapiVersion::V3_1);
/// let components = &document["components"];
/// assert_eq!(components["schemas"]["SoldOutError"]["properties"]["code"]["const"], "SOLD_OUT");
/// assert_eq!(components["schemas"]["Errors409"]["allOf"][0]["$ref"], "#/components/schemas/SoldOutError");
/// let response = &components["responses"]["Status409"];
/// assert_eq!(response["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Errors409");
/// ```
pub fn emit(catalog: &Catalog, version: OpenapiVersion) -> Json {
    let errors = public_responses(catalog);
    let names = Names::new(catalog, &errors);
    let schemas = Schemas { catalog, errors: &errors, names: &names, version };
    let Components { schemas: all, constants, taken: _ } = schemas.components();
    let sections = components(&schemas, all, &constants, &[]);
    let components: Map<String, Json> = sections
        .into_iter()
        .filter(|(_, section)| !section.is_empty())
        .map(|(name, section)| (name.to_owned(), Json::Object(section)))
        .collect();
    let number = match version {
        OpenapiVersion::V3_0 => "3.0.3",
        OpenapiVersion::V3_1 => "3.1.0",
        OpenapiVersion::V3_2 => "3.2.0",
    };
    let mut document = Map::new();
    document.insert("openapi".into(), json!(number));
    // errbook replaces only a document with this mark.
    document.insert("x-generator".into(), json!("errbook"));
    document.insert("info".into(), info(&catalog.api, errors.is_empty() && !catalog.errors.is_empty()));
    document.extend(retries(catalog, errors.iter().copied(), Requests::Any).extensions);
    document.insert("paths".into(), json!({}));
    document.insert("components".into(), Json::Object(components));
    Json::Object(document)
}

/// Something that a document cannot say as the catalog does. No part of the document is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The file of the path item, relative to the folder of the document; `None` for the document.
    pub file: Option<String>,
    /// The line and the column in characters, counted from 1; `None` for the whole document.
    pub place: Option<(usize, usize)>,
    /// The note, without a full stop.
    pub message: String,
    /// How to change it in the catalog.
    pub help: Option<String>,
}

/// Returns what the document of [`emit`] cannot say: the retries of errors that the extensions of
/// `generate.openapi.retries` leave out.
///
/// ```
/// let text = "
/// errbook: 1
/// api: {name: Shop}
/// errors: {BUSY: {status: 503, fix: Wait., retry: {attempts: 3}}}
/// generate: {openapi: {retries: speakeasy}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let notes = errbook_schema::openapi::notes(&catalog);
/// assert_eq!(
///     notes[0].message,
///     "`x-speakeasy-retries` leaves out 503: `BUSY` (errors.yaml:4) has `attempts`, and these clients only limit the time",
/// );
/// ```
pub fn notes(catalog: &Catalog) -> Vec<Note> {
    let Retries { gaps, extensions: _ } = retries(catalog, public_responses(catalog), Requests::Any);
    let note = |gap: Gap| Note { file: None, place: None, message: gap.message(""), help: gap.help };
    gaps.into_iter().map(note).collect()
}

/// The sections of `components`, with everything that the errors refer to. `schemas.components()`
/// gives `all` and `constants`. Further groups get a response and unions.
fn components(
    schemas: &Schemas,
    mut all: Map<String, Json>,
    constants: &[Constants],
    groups: &[&Group],
) -> [(&'static str, Map<String, Json>); 4] {
    let (responses, headers) = responses::components(schemas, groups);
    all.extend(groups.iter().flat_map(|group| choice::of_group(schemas, constants, group)));
    [("schemas", all), ("responses", responses), ("headers", headers), ("examples", responses::examples(schemas))]
}

/// Formats the document as JSON, with a final newline. Each component has a line.
pub fn json(document: &Json) -> String {
    facts::in_lines(document, 3)
}

/// The public errors with a status, in catalog order.
fn public_responses(catalog: &Catalog) -> Vec<&ErrorDef> {
    catalog.errors.iter().filter(|error| error.is_public() && error.kind() == Kind::Response).collect()
}

/// OpenAPI requires a version, but a catalog does not. `lacks_responses` if the catalog has errors,
/// but none for the document.
fn info(api: &Api, lacks_responses: bool) -> Json {
    let Api { name, slug: _, version, summary, doc_url: _, support } = api;
    let mut info = Map::new();
    info.insert("title".into(), json!(name));
    let mut description = summary.clone().unwrap_or_else(|| format!("The errors of {}.", plain(name)));
    if lacks_responses {
        description.push_str("\n\nNo public error has an HTTP status, so this document has no components.");
    }
    info.insert("description".into(), json!(description));
    if let Some(support) = support {
        let kind = if support.contains("://") {
            Some("url")
        } else if support.contains('@') {
            Some("email")
        } else {
            None
        };
        info.extend(kind.map(|kind| ("contact".to_owned(), json!({ kind: support }))));
    }
    info.insert("version".into(), json!(version.as_deref().unwrap_or("0.0.0")));
    Json::Object(info)
}

/// Extensions for data that OpenAPI cannot express, in the form of the JSON export.
fn extensions(error: &ErrorDef) -> impl Iterator<Item = (String, Json)> {
    let ErrorDef { retry, refund, fault, .. } = error;
    let retryable = Some(("x-retryable".to_owned(), facts::retryable(retry))).filter(|_| *retry != Retry::Unsaid);
    let policy = retry.policy().map(|policy| ("x-retry".to_owned(), facts::policy(policy)));
    let refund = refund.as_ref().map(|refund| ("x-refund".to_owned(), facts::refund(refund)));
    let fault = fault.map(|fault| ("x-fault".to_owned(), json!(fault.name())));
    [retryable, policy, refund, fault].into_iter().flatten()
}

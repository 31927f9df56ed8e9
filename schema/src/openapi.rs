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
use serde_json::Value as Json;

use self::identity::Identity;
use self::names::{Group, Names};
use self::retries::{Gap, Requests, Retries, retries};
use self::schemas::Schemas;
use self::yaml::Yaml;

use crate::facts;
use crate::tree::{self, Lines, Sink, Tree, Whole, tree};
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
    let mut whole = Whole::new();
    write(catalog, version, &mut whole);
    whole.finish()
}

/// Writes what [`emit`] returns as [`yaml()`] does, without the whole of it in memory.
///
/// ```
/// use errbook_catalog::model::OpenapiVersion;
/// use errbook_schema::openapi::{emit, emit_yaml, yaml};
/// let text = "errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// assert_eq!(emit_yaml(&catalog, OpenapiVersion::V3_1), yaml(&emit(&catalog, OpenapiVersion::V3_1)));
/// ```
pub fn emit_yaml(catalog: &Catalog, version: OpenapiVersion) -> String {
    let mut yaml = Yaml::with_capacity(capacity(catalog));
    write(catalog, version, &mut yaml);
    yaml.finish()
}

/// Writes what [`emit`] returns as [`json`] does, without the whole of it in memory.
///
/// ```
/// use errbook_catalog::model::OpenapiVersion;
/// use errbook_schema::openapi::{emit, emit_json, json};
/// let text = "errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// assert_eq!(emit_json(&catalog, OpenapiVersion::V3_1), json(&emit(&catalog, OpenapiVersion::V3_1)));
/// ```
pub fn emit_json(catalog: &Catalog, version: OpenapiVersion) -> String {
    let mut lines = Lines::new(LINES, capacity(catalog));
    write(catalog, version, &mut lines);
    lines.finish()
}

/// More bytes than most catalogs need. A text that grows is copied, and is in memory twice meanwhile.
fn capacity(catalog: &Catalog) -> usize {
    const PER_ERROR: usize = 4096;
    catalog.errors.len() * PER_ERROR
}

fn write(catalog: &Catalog, version: OpenapiVersion, sink: &mut impl Sink) {
    let errors = public_responses(catalog);
    let names = Names::new(catalog, &errors);
    let schemas = Schemas { catalog, errors: &errors, names: &names, version };
    let number = match version {
        OpenapiVersion::V3_0 => "3.0.3",
        OpenapiVersion::V3_1 => "3.1.0",
        OpenapiVersion::V3_2 => "3.2.0",
    };
    sink.member("openapi", number.into());
    // errbook replaces only a document with this mark.
    sink.member("x-generator", "errbook".into());
    sink.member("info", info(&catalog.api, errors.is_empty() && !catalog.errors.is_empty()));
    for (name, extension) in &retries(catalog, errors.iter().copied(), Requests::Any).extensions {
        sink.member(name, extension.into());
    }
    sink.member("paths", tree!({}));
    let mut open = None;
    let mut give = |section, name: &str, component: Tree| {
        if open != Some(section) {
            match open.replace(section) {
                Some(_) => sink.close(),
                None => sink.open("components"),
            }
            sink.open(section);
        }
        sink.member(name, component);
    };
    let identities = identity::identities(&schemas);
    schemas.components(&identities, &mut |name, schema| give("schemas", name, schema));
    components(&schemas, &identities, &[], &mut give);
    match open {
        Some(_) => (0..2).for_each(|_| sink.close()),
        None => sink.member("components", tree!({})),
    }
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

/// Gives the components after those of [`Schemas::components`], section by section. Further groups get
/// a response and unions.
fn components<'a>(
    schemas: &Schemas<'_, 'a>,
    identities: &[Identity<'a>],
    groups: &[&Group],
    give: &mut impl FnMut(&'static str, &str, Tree<'a>),
) {
    for group in groups {
        choice::of_group(schemas, identities, group).for_each(|(name, union)| give("schemas", name, union));
    }
    responses::components(schemas, groups, give);
    responses::examples(schemas, &mut |name, example| give("examples", name, example));
}

/// The levels of a document in JSON with a line for each entry, down to components.
const LINES: usize = 3;

/// Formats the document as JSON, with a final newline. Each component has a line.
pub fn json(document: &Json) -> String {
    let mut lines = Lines::new(LINES, 0);
    tree::copy(document, &mut lines);
    lines.finish()
}

/// The public errors with a status, in catalog order.
fn public_responses(catalog: &Catalog) -> Vec<&ErrorDef> {
    catalog.errors.iter().filter(|error| error.is_public() && error.kind() == Kind::Response).collect()
}

/// OpenAPI requires a version, but a catalog does not. `lacks_responses` if the catalog has errors,
/// but none for the document.
fn info(api: &Api, lacks_responses: bool) -> Tree<'_> {
    let Api { name, slug: _, version, summary, doc_url: _, support } = api;
    let mut description = summary.clone().unwrap_or_else(|| format!("The errors of {}.", plain(name)));
    if lacks_responses {
        description.push_str("\n\nNo public error has an HTTP status, so this document has no components.");
    }
    let mut info = tree!({ "title": name, "description": description });
    if let Some(support) = support {
        let kind = if support.contains("://") {
            Some("url")
        } else if support.contains('@') {
            Some("email")
        } else {
            None
        };
        if let Some(kind) = kind {
            info.set("contact", Tree::Object(vec![(kind.into(), support.into())]));
        }
    }
    info.set("version", version.as_deref().unwrap_or("0.0.0"));
    info
}

/// Extensions for data that OpenAPI cannot express, in the form of the JSON export.
fn extensions(error: &ErrorDef) -> impl Iterator<Item = (&'static str, Tree<'_>)> {
    let ErrorDef { retry, refund, fault, .. } = error;
    let retryable = Some(("x-retryable", facts::retryable(retry))).filter(|_| *retry != Retry::Unsaid);
    let policy = retry.policy().map(|policy| ("x-retry", facts::policy(policy)));
    let refund = refund.as_ref().map(|refund| ("x-refund", facts::refund(refund)));
    let fault = fault.map(|fault| ("x-fault", tree!(fault.name())));
    [retryable, policy, refund, fault].into_iter().flatten()
}

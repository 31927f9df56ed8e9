//! The catalog as OpenAPI components: a schema and a reusable response for every error, a response for every status.
//!
//! An API's own document refers to these, as in `$ref: "openapi.yaml#/components/responses/Status402"`. The document
//! that [`emit`] makes is whole and valid by itself; it only has no paths.
//!
//! Objects are left open (no `additionalProperties: false`): an API may add members to its errors, and a client that
//! validates must not break when it does.

mod headers;
mod names;
mod responses;
mod schemas;
mod yaml;

use errbook_catalog::model::{Api, Catalog, ErrorDef, Kind, OpenapiVersion};
use serde_json::{Map, Value as Json, json};

use self::names::Names;
use self::schemas::Schemas;

pub use self::yaml::yaml;

/// The whole document. Its members stand in the catalog's order, statuses in ascending order.
pub fn emit(catalog: &Catalog, version: OpenapiVersion) -> Json {
    let errors: Vec<&ErrorDef> =
        catalog.errors.iter().filter(|error| error.is_public() && error.kind() == Kind::Response).collect();
    let names = Names::new(catalog, &errors);
    let schemas = Schemas { catalog, errors: &errors, names: &names, version };
    let bodies = schemas.components();
    let (responses, headers) = responses::components(&schemas, &bodies);
    let sections = [
        ("schemas", bodies),
        ("responses", responses),
        ("headers", headers),
        ("examples", responses::examples(&schemas)),
    ];
    let components: Map<String, Json> = sections
        .into_iter()
        .filter(|(_, section)| !section.is_empty())
        .map(|(name, section)| (name.to_owned(), Json::Object(section)))
        .collect();
    json!({
        "openapi": match version {
            OpenapiVersion::V3_0 => "3.0.3",
            OpenapiVersion::V3_1 => "3.1.0",
        },
        "info": info(&catalog.api),
        "paths": {},
        "components": components,
    })
}

/// The document as pretty JSON, with a final newline.
pub fn json(document: &Json) -> String {
    format!("{document:#}\n")
}

/// OpenAPI requires a version; a catalog does not.
fn info(api: &Api) -> Json {
    let Api { name, slug: _, version, summary, doc_url: _, support } = api;
    let mut info = Map::new();
    info.insert("title".into(), json!(name));
    if let Some(summary) = summary {
        info.insert("description".into(), json!(summary));
    }
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

/// Plain text as markdown that shows it as it is.
fn markdown_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '~' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text as a code span, in a fence of backticks longer than any inside.
fn code_span(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

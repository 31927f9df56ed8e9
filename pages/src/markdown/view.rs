//! The catalog as data for prose files and templates. Values are not escaped.

use errbook_catalog::model::{Api, Catalog, ErrorDef, Fault, Group, Retired};
use serde::Serialize;
use serde_json::Value as Json;

use errbook_schema::facts;

use crate::print::plain;

plain!(CatalogView, ApiView, ErrorView);

/// `catalog` in a prose file: `{{ catalog.api.name }}`, `{{ catalog.errors | length }}`,
/// `{% for error in catalog.errors %}[{{ error.id }}]({{ error.slug }}.md){% endfor %}`.
#[derive(Debug, Clone, Serialize)]
pub struct CatalogView {
    /// The API.
    pub api: ApiView,
    /// The groups, in the order of the catalog.
    pub groups: Vec<GroupView>,
    /// The public errors, in the order of the catalog.
    pub errors: Vec<ErrorView>,
    /// The retired ids.
    pub retired: Vec<RetiredView>,
}

/// `catalog.api`.
#[derive(Debug, Clone, Serialize)]
pub struct ApiView {
    /// The name.
    pub name: String,
    /// The name of the API's folder.
    pub slug: String,
    /// The version.
    pub version: Option<String>,
    /// The summary, as markdown.
    pub summary: Option<String>,
    /// The support contact.
    pub support: Option<String>,
}

/// A member of `catalog.groups`.
#[derive(Debug, Clone, Serialize)]
pub struct GroupView {
    /// The key.
    pub id: String,
    /// The heading.
    pub title: String,
}

/// A member of `catalog.errors`.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorView {
    /// The id.
    pub id: String,
    /// The page name, without `.md`.
    pub slug: String,
    /// The wire code: a string, a number, or none.
    pub code: Option<Json>,
    /// The statuses.
    pub statuses: Vec<u16>,
    /// The title.
    pub title: String,
    /// Whether retrying can help: `true`, `false` or `"idempotent"`; null if the catalog does not
    /// say.
    pub retryable: Json,
    /// `refunded`, `kept`, `not_charged` or `conditional`.
    pub refund: Option<&'static str>,
    /// `caller`, `api` or `upstream`.
    pub fault: Option<&'static str>,
    /// The key of the group.
    pub group: Option<String>,
    /// The URL of the page, if the catalog has one.
    pub doc_url: Option<String>,
}

/// A member of `catalog.retired`.
#[derive(Debug, Clone, Serialize)]
pub struct RetiredView {
    /// The id.
    pub id: String,
    /// The page name, without `.md`.
    pub slug: String,
}

impl CatalogView {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let public = catalog.errors.iter().filter(|error| error.is_public());
        let group = |Group { id, title, .. }: &Group| GroupView { id: id.clone(), title: title.clone() };
        let retired = |Retired { name, .. }: &Retired| RetiredView { id: name.id.clone(), slug: name.slug.clone() };
        CatalogView {
            api: ApiView::new(&catalog.api),
            groups: catalog.public_groups().map(group).collect(),
            errors: public.map(|error| ErrorView::new(catalog, error)).collect(),
            retired: catalog.public_retired().map(retired).collect(),
        }
    }
}

impl ApiView {
    pub(super) fn new(api: &Api) -> Self {
        let Api { name, slug, version, summary, doc_url: _, support } = api;
        ApiView {
            name: name.clone(),
            slug: slug.clone(),
            version: version.clone(),
            summary: summary.clone(),
            support: support.clone(),
        }
    }
}

impl ErrorView {
    pub(super) fn new(catalog: &Catalog, error: &ErrorDef) -> Self {
        ErrorView {
            id: error.name.id.clone(),
            slug: error.name.slug.clone(),
            code: error.code.as_ref().map(facts::code),
            statuses: error.statuses.clone(),
            title: error.title.clone(),
            retryable: facts::retryable(&error.retry),
            refund: error.refund.as_ref().map(facts::refund_kind),
            fault: error.fault.map(Fault::name),
            group: catalog.group_of(error).map(|group| group.id.clone()),
            doc_url: error.doc_url.clone(),
        }
    }
}

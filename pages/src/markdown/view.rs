//! The catalog as prose files and templates see it: values as the catalog writes them, not escaped.

use errbook_catalog::model::{Api, Catalog, ErrorDef, Group, Retired};
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
    /// The ids that are gone.
    pub retired: Vec<RetiredView>,
}

/// `catalog.api`.
#[derive(Debug, Clone, Serialize)]
pub struct ApiView {
    /// What it is called.
    pub name: String,
    /// Its name in folders.
    pub slug: String,
    /// Its version.
    pub version: Option<String>,
    /// Markdown.
    pub summary: Option<String>,
    /// Where users get help.
    pub support: Option<String>,
}

/// A member of `catalog.groups`.
#[derive(Debug, Clone, Serialize)]
pub struct GroupView {
    /// Its key.
    pub id: String,
    /// Its heading.
    pub title: String,
}

/// A member of `catalog.errors`.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorView {
    /// The id.
    pub id: String,
    /// The page, without `.md`.
    pub slug: String,
    /// The wire code: text, a number, or none.
    pub code: Option<Json>,
    /// The statuses.
    pub statuses: Vec<u16>,
    /// The title.
    pub title: String,
    /// Whether repeating can help: `true`, `false` or `"idempotent"`.
    pub retryable: Json,
    /// `refunded`, `kept`, `not_charged` or `conditional`.
    pub refund: Option<&'static str>,
    /// The key of its group.
    pub group: Option<String>,
    /// The address of its page, where the catalog names one.
    pub doc_url: Option<String>,
}

/// A member of `catalog.retired`.
#[derive(Debug, Clone, Serialize)]
pub struct RetiredView {
    /// The id.
    pub id: String,
    /// The page, without `.md`.
    pub slug: String,
}

impl CatalogView {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let public = catalog.errors.iter().filter(|error| error.is_public());
        let group = |Group { id, title, .. }: &Group| GroupView { id: id.clone(), title: title.clone() };
        let retired = |Retired { name, .. }: &Retired| RetiredView { id: name.id.clone(), slug: name.slug.clone() };
        CatalogView {
            api: ApiView::new(&catalog.api),
            groups: catalog.groups.iter().map(group).collect(),
            errors: public.map(|error| ErrorView::new(catalog, error)).collect(),
            retired: catalog.retired.iter().map(retired).collect(),
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
            group: catalog.group_of(error).map(|group| group.id.clone()),
            doc_url: error.doc_url.clone(),
        }
    }
}

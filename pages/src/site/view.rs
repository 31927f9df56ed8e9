//! The data of the HTML templates, besides the page data of the markdown reference.

use serde::Serialize;
use serde_json::{Value as Json, json};
use tera::Value;

use crate::site::html;

/// The frame of every page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Frame {
    pub(super) policy: &'static str,
    pub(super) title: String,
    pub(super) heading: String,
    /// The description, as plain text.
    pub(super) description: String,
    /// The name of the API, or of the front page.
    pub(super) brand: String,
    /// The canonical URL of the page.
    pub(super) canonical: Option<String>,
    /// The relative path of the style sheet and the script.
    pub(super) assets: &'static str,
    /// Whether the page links to the JSON export.
    pub(super) export: bool,
    /// The API of the catalog that the page is generated from.
    pub(super) made_from: Option<String>,
    /// JSON-LD that cannot end its element.
    pub(super) linked_data: String,
}

impl Frame {
    /// The frame of a page without an API.
    pub(super) fn of_no_api(heading: String, description: String, assets: &'static str) -> Self {
        Frame {
            policy: super::POLICY,
            title: heading.clone(),
            brand: heading.clone(),
            linked_data: linked_data(&[("@type", Some(json!("WebPage"))), ("name", Some(json!(heading)))]),
            heading,
            description,
            canonical: None,
            assets,
            export: false,
            made_from: None,
        }
    }
}

/// A name for people and a key for programs: a badge, or an option of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Word {
    pub(super) key: String,
    pub(super) text: String,
}

/// A status with its phrase and its class, which selects a color.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Status {
    pub(super) number: u16,
    pub(super) class: u16,
    pub(super) text: String,
}

/// An error in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Card {
    pub(super) slug: String,
    /// The heading of its page, as plain text.
    pub(super) name: String,
    /// The heading of its page, as HTML.
    pub(super) heading: String,
    /// The title, unless it is the heading, as HTML.
    pub(super) title: Option<String>,
    pub(super) statuses: Vec<Status>,
    pub(super) retry: Option<Word>,
    pub(super) refund: Option<Word>,
    /// The message, which the card does not show, with a star for each value.
    pub(super) message: Option<String>,
    /// What distinguishes it from most others.
    pub(super) unusual: Vec<Word>,
    pub(super) deprecated: bool,
    /// The meaning, the cause and the fix.
    pub(super) says: Vec<Fact>,
    /// Whether to retry, and what happens to the charge, as HTML.
    pub(super) answers: Vec<String>,
}

/// A name and HTML.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) text: String,
}

/// A group with its errors.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Group {
    pub(super) anchor: String,
    pub(super) title: String,
    pub(super) summary: Option<String>,
    pub(super) parts: Vec<Part>,
}

/// Errors of a group.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Part {
    /// The first and the last error, if the part is folded.
    pub(super) label: Option<String>,
    pub(super) errors: Vec<Card>,
}

/// `index.html`.
#[derive(Debug, Serialize)]
pub(super) struct IndexView {
    pub(super) frame: Frame,
    pub(super) page: Value,
    /// Whether responses have headers or context fields.
    pub(super) more: bool,
    /// Prose as HTML.
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    pub(super) groups: Vec<Group>,
    pub(super) statuses: Vec<Word>,
    pub(super) group_options: Vec<Word>,
    pub(super) retries: Vec<Word>,
    pub(super) refunds: Vec<Word>,
    pub(super) lives: Vec<Word>,
}

/// The page of an error.
#[derive(Debug, Serialize)]
pub(super) struct ErrorPageView<'a> {
    pub(super) frame: Frame,
    pub(super) page: Value,
    pub(super) card: &'a Card,
    pub(super) group: Option<GroupLink>,
    /// What of a response the heading is, if it is any.
    pub(super) received: Option<&'static str>,
}

/// The section of an error in the index.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GroupLink {
    pub(super) anchor: String,
    pub(super) title: String,
}

/// An API on the front page.
#[derive(Debug, Serialize)]
pub(super) struct ApiCard {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) summary: Option<String>,
    /// The number of errors, as text.
    pub(super) count: String,
}

/// The page's schema.org data: an error is a term in the set of an API's errors.
pub(super) fn linked_data(fields: &[(&str, Option<Json>)]) -> String {
    let mut data = json!({"@context": "https://schema.org"});
    for (name, value) in fields {
        if let Some(value) = value {
            data[*name] = value.clone();
        }
    }
    in_script(&data)
}

/// JSON that cannot end the element of a script: characters that could end it or open a comment are
/// written as escapes.
pub(super) fn in_script(data: &Json) -> String {
    data.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// The URL of a page, if a browser may open it.
pub(super) fn canonical(url: Option<&str>) -> Option<String> {
    let is_web = |url: &&str| html::is_harmless(url) && (url.starts_with("https://") || url.starts_with("http://"));
    url.filter(is_web).map(str::to_owned)
}

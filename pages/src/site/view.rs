//! What the HTML templates lay out beside the page data of the markdown reference.

use serde::Serialize;
use serde_json::{Value as Json, json};
use tera::Value;

use crate::site::html;

/// What every page has around its content.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Frame {
    pub(super) policy: &'static str,
    pub(super) title: String,
    pub(super) heading: String,
    /// Plain text.
    pub(super) description: String,
    /// Of the API, or of the front page.
    pub(super) brand: String,
    /// The address of the page on the web.
    pub(super) canonical: Option<String>,
    /// The way to the style sheet and the script: empty, or up.
    pub(super) assets: &'static str,
    /// Whether the page names the JSON export beside it.
    pub(super) export: bool,
    /// The API whose catalog it is made from, where the page says so.
    pub(super) made_from: Option<String>,
    /// JSON-LD that nothing in it can end.
    pub(super) linked_data: String,
}

impl Frame {
    /// A page that belongs to no API.
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

/// A word for people and one for programs: a badge, or an option of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Word {
    pub(super) key: String,
    pub(super) text: String,
}

/// A status with its phrase, and the class that its colour follows.
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
    pub(super) code: Option<String>,
    pub(super) title: String,
    pub(super) statuses: Vec<Status>,
    pub(super) retry: Option<Word>,
    pub(super) refund: Option<Word>,
    pub(super) deprecated: bool,
    /// What it means, why it comes and what to do.
    pub(super) says: Vec<Fact>,
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
    pub(super) errors: Vec<Card>,
}

/// The errors with one status.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Family {
    pub(super) status: Status,
    pub(super) errors: Vec<Card>,
}

/// One answer to "may I retry", with the rules that errors have under it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Way {
    pub(super) key: &'static str,
    pub(super) text: &'static str,
    pub(super) meaning: &'static str,
    pub(super) rules: Vec<Rule>,
}

/// What to do about repeating, and for which errors.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Rule {
    pub(super) text: String,
    pub(super) errors: Vec<Card>,
}

/// `index.html`.
#[derive(Debug, Serialize)]
pub(super) struct IndexView {
    pub(super) frame: Frame,
    pub(super) page: Value,
    /// Prose as HTML.
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    pub(super) groups: Vec<Group>,
    pub(super) statuses: Vec<Word>,
    pub(super) group_options: Vec<Word>,
    pub(super) retries: Vec<Word>,
    pub(super) refunds: Vec<Word>,
    pub(super) lives: Vec<Word>,
    pub(super) by_status: Vec<Family>,
    pub(super) decision: Vec<Way>,
}

/// The page of an error.
#[derive(Debug, Serialize)]
pub(super) struct ErrorPageView {
    pub(super) frame: Frame,
    pub(super) page: Value,
    pub(super) card: Card,
    pub(super) group: Option<GroupLink>,
    /// Where it is not the code.
    pub(super) id: Option<String>,
    /// The address that the catalog gives the page, as HTML.
    pub(super) url: Option<String>,
}

/// The section of the index that an error stands in.
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
    /// How many errors it has.
    pub(super) count: String,
}

/// A word of schema.org about a page: an error is a term that the set of an API's errors defines.
pub(super) fn linked_data(fields: &[(&str, Option<Json>)]) -> String {
    let mut data = json!({"@context": "https://schema.org"});
    for (name, value) in fields {
        if let Some(value) = value {
            data[*name] = value.clone();
        }
    }
    // Whatever would end the element, or open a comment in it, is escaped as JSON has it.
    data.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// A page's address, where a browser may go there.
pub(super) fn canonical(url: Option<&str>) -> Option<String> {
    let is_web = |url: &&str| html::is_harmless(url) && (url.starts_with("https://") || url.starts_with("http://"));
    url.filter(is_web).map(str::to_owned)
}

//! The page of an id that may never come back.

use errbook_catalog::model::Retired;
use serde::Serialize;

use super::escape::{Block, Inline, block, code, text};
use super::reference::Reference;
use super::view::ApiView;

/// What `retired.md` lays out.
#[derive(Debug, Clone, Serialize)]
pub struct RetiredPage {
    /// A comment that names the tool and the catalog's file.
    pub generated: Inline,
    /// The heading: the id.
    pub title: Inline,
    /// The version that dropped it.
    pub since: Option<Inline>,
    /// A link to what replaced it.
    pub replacement: Option<Inline>,
    /// Why it went.
    pub note: Option<Block>,
    /// The id as the catalog writes it.
    pub id: String,
    /// The name of the page.
    pub slug: String,
    /// The API as the catalog writes it, unescaped.
    pub api: ApiView,
}

impl RetiredPage {
    pub(super) fn new(reference: &Reference, retired: &Retired) -> Self {
        let Retired { name, since, replacement, note, origin } = retired;
        RetiredPage {
            generated: reference.generated(Some(&origin.file)),
            title: code(&name.id),
            since: since.as_deref().map(text),
            replacement: reference.replacement(*replacement),
            note: note.as_deref().map(|note| block(note, 2)),
            id: name.id.clone(),
            slug: name.slug.clone(),
            api: ApiView::new(&reference.catalog.api),
        }
    }
}

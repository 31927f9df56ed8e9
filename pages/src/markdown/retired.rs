//! The page of a retired id.

use super::escape::comment;
use super::front::{FrontMatter, LONGEST_DESCRIPTION};
use super::reference::{self, Reference};
use super::view::ApiView;
use crate::print::printed_page;
use crate::prose::{Inline, Prose};
use errbook_catalog::model::Retired;
use errbook_codegen::words;

/// The data of `retired.md`.
#[derive(Debug, Clone)]
pub struct RetiredPage {
    /// A comment that names the tool and the catalog's file.
    pub generated: String,
    /// The front matter.
    pub front: FrontMatter,
    /// The heading: the id.
    pub title: Inline,
    /// Says that the id is retired, since when, and what to expect instead.
    pub gone: Inline,
    /// The version that retired it.
    pub since: Option<Inline>,
    /// A link to the replacement.
    pub replacement: Option<Inline>,
    /// The reason.
    pub note: Option<Prose>,
    /// A link to the index.
    pub index: Inline,
    /// The id as in the catalog.
    pub id: String,
    /// The name of the page.
    pub slug: String,
    /// The API as in the catalog, unescaped.
    pub api: ApiView,
}

impl RetiredPage {
    /// Builds the page of a retired id, at `position` among all pages.
    pub(super) fn new(reference: &Reference, retired: &Retired, position: usize) -> Self {
        let Retired { name, since, replacement, rust: _, is_public: _, note, origin } = retired;
        let gone = words::retired(since.as_deref(), reference.replacement_span(*replacement));
        let notice = reference.notice(Some(&origin.file));
        let start = "This error is retired.";
        let said = note.as_deref().map(|note| reference.prose(note).plain(LONGEST_DESCRIPTION - start.len() - 1));
        let said = format!("{start} {}", said.unwrap_or_default());
        RetiredPage {
            generated: comment(&notice),
            front: FrontMatter::new(&notice, &name.id, &said, position).at(&name.slug),
            title: Inline::code(&name.id),
            gone: reference.words(&gone),
            since: since.as_deref().map(Inline::text),
            replacement: reference.replacement(*replacement),
            note: reference.section(note.as_deref(), 2),
            index: reference::index(),
            id: name.id.clone(),
            slug: name.slug.clone(),
            api: ApiView::new(&reference.catalog.api),
        }
    }
}

printed_page!(RetiredPage { generated, front, title, gone, since, replacement, note, index, id, slug, api });

//! The page of an id that may never come back.

use errbook_catalog::model::Retired;
use serde::Serialize;

use super::dialect::Dialect;
use super::escape::{Block, Inline, block, code, comment, text};
use super::front::FrontMatter;
use super::reference::{self, Reference};
use super::view::ApiView;
use super::words::inline;
use errbook_codegen::words;

/// What `retired.md` lays out.
#[derive(Debug, Clone, Serialize)]
pub struct RetiredPage {
    /// A comment that names the tool and the catalog's file.
    pub generated: Inline,
    /// What a generator reads ahead of the page.
    pub front: FrontMatter,
    /// The heading: the id.
    pub title: Inline,
    /// That it is gone, since when, and what is sent in its place.
    pub gone: Inline,
    /// The version that dropped it.
    pub since: Option<Inline>,
    /// A link to what replaced it.
    pub replacement: Option<Inline>,
    /// Why it went.
    pub note: Option<Block>,
    /// A link to the index.
    pub index: Inline,
    /// The id as the catalog writes it.
    pub id: String,
    /// The name of the page.
    pub slug: String,
    /// The API as the catalog writes it, unescaped.
    pub api: ApiView,
}

impl RetiredPage {
    /// The page of a retired id, at `position` among all pages.
    pub(super) fn new(reference: &Reference, retired: &Retired, position: usize) -> Self {
        let Retired { name, since, replacement, rust: _, note, origin } = retired;
        let gone = words::retired(since.as_deref(), reference.replacement_span(*replacement));
        let notice = reference.notice(Some(&origin.file));
        let said = format!("This error is retired. {}", note.as_deref().unwrap_or_default());
        RetiredPage {
            generated: comment(&notice),
            front: FrontMatter::new(&notice, &name.id, &said, position).at(&name.slug),
            title: code(&name.id),
            gone: inline(&gone),
            since: since.as_deref().map(text),
            replacement: reference.replacement(*replacement),
            note: note.as_deref().map(|note| block(note, 2)),
            index: reference::index(),
            id: name.id.clone(),
            slug: name.slug.clone(),
            api: ApiView::new(&reference.catalog.api),
        }
    }

    pub(super) fn write_in(&mut self, dialect: Dialect) {
        let RetiredPage { generated: _, front, title, gone, since, replacement, note, index, id: _, slug: _, api: _ } =
            self;
        front.write_in(dialect);
        dialect.inlines([since, replacement].into_iter().flatten().chain([title, gone, index]));
        dialect.blocks(note);
    }
}

//! The reference that people read: an index, and a page for each public error and each retired id.
//!
//! What a page says is decided here, in typed page data; what it looks like, by templates that a user can replace one by one
//! (see [`Templates`]). Where a template has nothing to say, its section is not there: page data has no empty parts.

mod dialect;
mod error;
mod escape;
mod front;
mod index;
mod llms;
mod nav;
mod originals;
mod picture;
mod reference;
mod retired;
mod table;
mod templates;
mod view;
pub(crate) mod words;

use std::collections::HashSet;

use errbook_catalog::model::{Catalog, ProseFile};

pub use self::error::{Badge, ErrorPage, ExampleSection, SiblingSection, SnippetSection};
pub use self::front::FrontMatter;
pub(crate) use self::front::LONGEST_DESCRIPTION;
pub use self::index::{GroupSection, IndexPage, RefundSection, ResponseSection, Retrying};
pub use self::llms::llms;
pub use self::nav::{NavError, listed};
pub use self::originals::originals;
pub use self::reference::TypeSection;
pub use self::retired::RetiredPage;
pub use self::table::Table;
pub use self::templates::{TemplateError, Templates};
pub use self::view::{ApiView, CatalogView, ErrorView, GroupView, RetiredView};

use self::dialect::Dialect;
use self::reference::Reference;
use crate::prose::Prose;

/// A file of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// `index.md`, an error's slug with `.md`, or a file of the flavor's.
    pub path: String,
    /// Markdown, where the path says so.
    pub text: String,
}

/// The index, then the page of each public error in the index's order, then those of retired ids, then what a generator asks for beside them.
///
/// Only a user's own template or a prose file can fail, for these are programs that run over the catalog.
///
/// ```
/// use errbook_pages::markdown::{Templates, emit};
/// let text = "
/// errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let pages = emit(&catalog, &Templates::new(&[])?)?;
/// assert_eq!(pages[0].path, "index.md");
/// assert_eq!(pages[1].path, "sold-out.md");
/// assert!(pages[1].text.contains("# Sold out\n"));
/// # Ok::<(), errbook_pages::markdown::TemplateError>(())
/// ```
pub fn emit(catalog: &Catalog, templates: &Templates) -> Result<Vec<Page>, TemplateError> {
    let flavor = catalog.generate.docs.as_ref().map(|docs| docs.flavor).unwrap_or_default();
    let layout = templates.layout(flavor)?;
    let Reading { index, errors, order: _, retired, slugs } = reading(catalog)?;
    let text = layout.render(templates::INDEX, &index, &Dialect::new(flavor, &slugs, true))?;
    let mut pages = vec![Page { path: reference::page("index"), text }];
    let dialect = Dialect::new(flavor, &slugs, false);
    for page in &errors {
        let path = reference::page(&page.error.slug);
        pages.push(Page { path, text: layout.render(templates::ERROR, page, &dialect)? });
    }
    for page in &retired {
        let path = reference::page(&page.slug);
        pages.push(Page { path, text: layout.render(templates::RETIRED, page, &dialect)? });
    }
    pages.extend(nav::file(catalog));
    Ok(pages)
}

/// What all pages say, before anything is laid out.
pub(crate) struct Reading<'a> {
    pub(crate) index: IndexPage,
    /// In the index's order.
    pub(crate) errors: Vec<ErrorPage>,
    /// The errors of these pages in the catalog.
    pub(crate) order: Vec<usize>,
    pub(crate) retired: Vec<RetiredPage>,
    /// The pages of errors and of retired ids, without an ending.
    pub(crate) slugs: HashSet<&'a str>,
}

/// The data of every page, whatever it is printed for. Only a prose file can fail.
pub(crate) fn reading(catalog: &Catalog) -> Result<Reading<'_>, TemplateError> {
    let reference = Reference::new(catalog);
    let errbook_catalog::model::Prose { before, after } = &catalog.prose;
    let view = CatalogView::new(catalog);
    let first_retired = reference.order.len() + 1;
    let retired = catalog.retired.iter().filter(|retired| reference.has_page(retired)).zip(first_retired..);
    Ok(Reading {
        index: IndexPage::new(&reference, prose(before, &view)?, prose(after, &view)?),
        errors: (0..reference.order.len()).map(|place| ErrorPage::new(&reference, place)).collect(),
        retired: retired.map(|(retired, place)| RetiredPage::new(&reference, retired, place)).collect(),
        slugs: reference.slugs(),
        order: reference.order,
    })
}

/// Prose files as parts of the index: their headings stand under its own.
fn prose(files: &[ProseFile], view: &CatalogView) -> Result<Vec<Prose>, TemplateError> {
    let render = |ProseFile { path, text }: &ProseFile| Ok(Prose::file(&templates::prose(path, text, view)?).sunk(2));
    files.iter().map(render).collect()
}

//! The markdown reference: an index, a page for each public error, and a page for each retired id.
//!
//! Typed page data decides the content of a page, and templates decide its layout. Users can
//! replace each template (see [`Templates`]). Page data has no empty parts, so a section without
//! content is absent.

mod dialect;
mod error;
mod escape;
mod front;
mod index;
mod llms;
mod nav;
mod originals;
mod reference;
mod retired;
mod table;
mod templates;
mod view;
pub(crate) mod words;

use std::collections::HashSet;

use errbook_catalog::model::{Catalog, ProseFile};

pub use self::error::{Badge, ErrorPage, ExampleSection, SnippetSection};
pub use self::front::FrontMatter;
pub(crate) use self::front::LONGEST_DESCRIPTION;
pub use self::index::{GroupSection, IndexPage, ResponseSection};
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
    /// `index.md`, an error's slug with `.md`, or a file of the flavor.
    pub path: String,
    /// The text: markdown if the path ends in `.md`.
    pub text: String,
}

/// Returns the index, the pages of public errors in the index's order, the pages of retired ids,
/// and the flavor's additional files.
///
/// # Errors
///
/// If a user's template or a prose file cannot be rendered.
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
/// assert!(pages[1].text.contains("# `SOLD_OUT`\n"));
/// # Ok::<(), errbook_pages::markdown::TemplateError>(())
/// ```
pub fn emit(catalog: &Catalog, templates: &Templates) -> Result<Vec<Page>, TemplateError> {
    let flavor = catalog.generate.docs.as_ref().map(|docs| docs.flavor).unwrap_or_default();
    let layout = templates.layout(flavor)?;
    let reading = reading(catalog)?;
    let slugs = reading.slugs();
    let text = layout.render(templates::INDEX, &reading.index, &Dialect::new(flavor, &slugs, true))?;
    let mut pages = vec![Page { path: reference::page("index"), text }];
    let dialect = Dialect::new(flavor, &slugs, false);
    for page in reading.errors() {
        let path = reference::page(&page.error.slug);
        pages.push(Page { path, text: layout.render(templates::ERROR, &page, &dialect)? });
    }
    for page in &reading.retired {
        let path = reference::page(&page.slug);
        pages.push(Page { path, text: layout.render(templates::RETIRED, page, &dialect)? });
    }
    pages.extend(nav::file(catalog));
    Ok(pages)
}

/// The data of all pages, without a layout.
pub(crate) struct Reading<'a> {
    pub(crate) index: IndexPage,
    pub(crate) retired: Vec<RetiredPage>,
    reference: Reference<'a>,
}

impl<'a> Reading<'a> {
    /// The error pages, in the index's order. Each is built when it is asked for, because the pages
    /// of a large catalog take more memory than everything else.
    pub(crate) fn errors(&self) -> impl Iterator<Item = ErrorPage> {
        (0..self.reference.order.len()).map(|place| ErrorPage::new(&self.reference, place))
    }

    /// The catalog index of the error of each page.
    pub(crate) fn order(&self) -> &[usize] {
        &self.reference.order
    }

    /// The page names of errors and retired ids, without an extension.
    pub(crate) fn slugs(&self) -> HashSet<&'a str> {
        self.reference.slugs()
    }
}

/// Builds the data of all pages, for any output. Fails only on a prose file.
pub(crate) fn reading(catalog: &Catalog) -> Result<Reading<'_>, TemplateError> {
    let reference = Reference::new(catalog);
    let errbook_catalog::model::Prose { before, after } = &catalog.prose;
    let has_prose = !before.is_empty() || !after.is_empty();
    let view = has_prose.then(|| CatalogView::new(catalog));
    let prose = |files: &[ProseFile]| view.as_ref().map_or(Ok(Vec::new()), |view| prose(files, view));
    let first_retired = reference.order.len() + 1;
    let retired = catalog.public_retired().filter(|retired| reference.has_page(retired)).zip(first_retired..);
    Ok(Reading {
        index: IndexPage::new(&reference, prose(before)?, prose(after)?),
        retired: retired.map(|(retired, place)| RetiredPage::new(&reference, retired, place)).collect(),
        reference,
    })
}

/// Renders prose files as sections of the index, with their headings below its own.
fn prose(files: &[ProseFile], view: &CatalogView) -> Result<Vec<Prose>, TemplateError> {
    let render = |ProseFile { path, text }: &ProseFile| Ok(Prose::file(&templates::prose(path, text, view)?).sunk(2));
    files.iter().map(render).collect()
}

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
mod picture;
mod reference;
mod retired;
mod table;
mod templates;
mod view;
mod words;

use errbook_catalog::model::{Catalog, Prose, ProseFile};

pub use self::error::{Badge, ErrorPage, ExampleSection, SiblingSection, SnippetSection};
pub use self::escape::{Block, Inline};
pub use self::front::FrontMatter;
pub use self::index::{GroupSection, IndexPage, RefundSection, ResponseSection, Retrying};
pub use self::llms::llms;
pub use self::reference::TypeSection;
pub use self::retired::RetiredPage;
pub use self::table::Table;
pub use self::templates::{TemplateError, Templates};
pub use self::view::{ApiView, CatalogView, ErrorView, GroupView, RetiredView};

use self::dialect::Dialect;
use self::reference::Reference;

/// A file of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// `index.md`, or an error's slug with `.md`.
    pub path: String,
    /// Markdown.
    pub text: String,
}

/// The index, then the page of each public error in the index's order, then those of retired ids.
///
/// Only a user's own template or a prose file can fail, for these are programs that run over the catalog.
///
/// ```
/// use errbook_codegen::markdown::{Templates, emit};
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
/// # Ok::<(), errbook_codegen::markdown::TemplateError>(())
/// ```
pub fn emit(catalog: &Catalog, templates: &Templates) -> Result<Vec<Page>, TemplateError> {
    let flavor = catalog.generate.docs.as_ref().map(|docs| docs.flavor).unwrap_or_default();
    let layout = templates.layout(flavor)?;
    let reference = Reference::new(catalog);
    let Prose { before, after } = &catalog.prose;
    let view = CatalogView::new(catalog);
    let slugs = reference.slugs();
    let dialect = |is_index| Dialect::new(flavor, &slugs, is_index);

    let mut index = IndexPage::new(&reference, prose(before, &view)?, prose(after, &view)?);
    index.write_in(dialect(true));
    let mut pages = vec![Page { path: reference::page("index"), text: layout.render(templates::INDEX, &index)? }];
    for place in 0..reference.order.len() {
        let mut page = ErrorPage::new(&reference, place);
        page.write_in(dialect(false));
        let path = reference::page(&page.error.slug);
        pages.push(Page { path, text: layout.render(templates::ERROR, &page)? });
    }
    for retired in &catalog.retired {
        let mut page = RetiredPage::new(&reference, retired, pages.len());
        page.write_in(dialect(false));
        let path = reference::page(&page.slug);
        pages.push(Page { path, text: layout.render(templates::RETIRED, &page)? });
    }
    Ok(pages)
}

/// Prose files as parts of the index: their headings stand under its own.
fn prose(files: &[ProseFile], view: &CatalogView) -> Result<Vec<Block>, TemplateError> {
    let render = |ProseFile { path, text }: &ProseFile| Ok(escape::block(&templates::prose(path, text, view)?, 2));
    files.iter().map(render).collect()
}

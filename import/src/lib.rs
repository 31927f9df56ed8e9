//! Imports an `OpenAPI` document or a published reference page as a starter catalog.
//!
//! All readers fill one `Draft` (`draft.rs`). `openapi.rs` reads documents. `markdown.rs`,
//! `html.rs` and `text.rs` read pages to the blocks of `block.rs`; `table.rs` then reads the
//! tables, and `page.rs` the other blocks. `body.rs` makes envelopes from the JSON bodies of both.
//! The report lists everything that was not imported, with its place and the reason.

mod block;
mod body;
mod document;
mod draft;
mod html;
mod markdown;
mod openapi;
mod page;
mod table;
mod text;

use std::fmt::{self, Display, Write as _};

use errbook_catalog::load_text;
use errbook_catalog::words::counted;
use serde_json::{Value as Json, json};

/// A starter catalog, and the report of the import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The catalog as YAML. It is valid; lints may still warn.
    pub catalog: String,
    /// The report.
    pub report: Report,
}

/// The report of an import: what was imported, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The number of errors in the catalog.
    pub errors: usize,
    /// The number of places that describe an error: table rows, sections and responses.
    pub read: usize,
    /// The number of these places that were imported.
    pub carried: usize,
    /// The number of JSON bodies behind the envelopes.
    pub bodies: usize,
    /// The number of texts marked `TODO`, which the source does not have.
    pub todo: usize,
    /// The parts that were not imported, or were changed.
    pub left: Vec<Left>,
}

/// A part of the source that was not imported, or was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The place in the source.
    pub place: Place,
    /// The part in a few words.
    pub what: String,
    /// The reason.
    pub why: String,
}

/// A place in the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of a page, counted from 1.
    Line(usize),
    /// A JSON pointer into a document.
    Pointer(String),
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line(line) => write!(f, "line {line}"),
            Place::Pointer(pointer) => write!(f, "#{pointer}"),
        }
    }
}

impl Report {
    /// The report as text: a summary line, and a line for each part that was not imported.
    pub fn text(&self) -> String {
        let mut text = format!(
            "imported {} from {} of {}; read {}",
            counted(self.errors, "error"),
            self.carried,
            counted(self.read, "place"),
            counted(self.bodies, "JSON body").replace("bodys", "bodies"),
        );
        if self.todo > 0 {
            let _ = write!(text, "; {} to write, marked TODO", counted(self.todo, "text"));
        }
        text.push('\n');
        if !self.left.is_empty() {
            text.push_str("\nNot imported, or changed:\n");
        }
        for Left { place, what, why } in &self.left {
            let _ = writeln!(text, "  {place}: {what}: {why}");
        }
        text
    }

    /// The report as JSON.
    pub fn json(&self) -> Json {
        let Report { errors, read, carried, bodies, todo, left } = self;
        let left = left.iter().map(|Left { place, what, why }| match place {
            Place::Line(line) => json!({ "line": line, "what": what, "why": why }),
            Place::Pointer(pointer) => json!({ "pointer": pointer, "what": what, "why": why }),
        });
        json!({
            "errors": errors,
            "read": read,
            "carried": carried,
            "bodies": bodies,
            "todo": todo,
            "left": left.collect::<Vec<_>>(),
        })
    }
}

/// The reason why a source was not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// The message, without a full stop.
    pub message: String,
    /// The report up to the failure.
    pub report: Report,
}

impl Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ImportError {}

impl ImportError {
    fn new(message: impl Into<String>) -> Self {
        ImportError { message: message.into(), report: Report::default() }
    }
}

/// The syntax of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// An `OpenAPI` 3.0 or 3.1 document in YAML or JSON.
    Openapi,
    /// A reference page in markdown.
    Markdown,
    /// A reference page in HTML.
    Html,
    /// The text of a page, copied from a browser.
    Text,
}

impl Syntax {
    /// The syntax of a file, by its extension.
    ///
    /// ```
    /// use errbook_import::Syntax;
    /// assert_eq!(Syntax::of_file("docs/errors.HTML"), Some(Syntax::Html));
    /// assert_eq!(Syntax::of_file("errors.pdf"), None);
    /// ```
    pub fn of_file(name: &str) -> Option<Syntax> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "yaml" | "yml" | "json" => Some(Syntax::Openapi),
            "md" | "markdown" | "mdx" => Some(Syntax::Markdown),
            "html" | "htm" => Some(Syntax::Html),
            "txt" | "text" => Some(Syntax::Text),
            _ => None,
        }
    }
}

/// Imports a source as a starter catalog. The texts are the source's; missing texts are marked
/// `TODO`.
///
/// ```
/// use errbook_import::{Syntax, import};
///
/// let page = "
/// # Errors of the shop
///
/// | Code | Status | Meaning | What to do |
/// |---|---|---|---|
/// | `out_of_stock` | 409 | The last one is gone. | Choose another. |
/// | `closed` | soon | We are closed. | Come back. |
/// ";
/// let imported = import(page, Syntax::Markdown).unwrap();
/// assert!(imported.catalog.contains("  out_of_stock:\n    status: 409\n"));
/// assert_eq!((imported.report.read, imported.report.carried), (2, 2));
/// assert_eq!(imported.report.left[0].why, "`soon` contains no status");
/// ```
pub fn import(text: &str, syntax: Syntax) -> Result<Import, ImportError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut draft = match syntax {
        Syntax::Openapi => openapi::read(text)?,
        Syntax::Markdown => page::read(markdown::blocks(text)),
        Syntax::Html => page::read(html::blocks(text)),
        Syntax::Text => page::read(text::blocks(text)),
    };
    body::envelopes(&mut draft);
    let (catalog, report) = draft.finish();
    if report.errors == 0 {
        let message = match syntax {
            Syntax::Openapi => "the document has no response with a 4xx or 5xx status",
            _ => "the page has no errors: a table needs a column of codes, statuses or messages, and another column",
        };
        return Err(ImportError { message: message.to_owned(), report });
    }
    let loaded = load_text("errors.yaml", catalog.as_bytes());
    if loaded.report.has_errors() {
        let text = loaded.report.render_text(false);
        return Err(ImportError { message: format!("the imported catalog is invalid:\n{}", text.trim_end()), report });
    }
    Ok(Import { catalog, report })
}

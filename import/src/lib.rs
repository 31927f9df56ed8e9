//! What a team already has, an `OpenAPI` document or a published reference page, to a starter catalog.
//!
//! Everything is read into one `Draft` (`draft.rs`): documents by `openapi.rs`; pages by `markdown.rs`, `html.rs` and `text.rs` to the blocks of `block.rs`, of which `table.rs` reads the tables and `page.rs` the rest. `body.rs` makes an envelope of the JSON bodies of either. What could not be carried is said, with its place and the reason; nothing is dropped in silence.

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

/// A catalog to start from, and what became of each part of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The catalog as YAML. It passes every check; lints may still warn.
    pub catalog: String,
    /// What came through, and what did not.
    pub report: Report,
}

/// What came through, and what did not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many errors the catalog has.
    pub errors: usize,
    /// How many places described an error: rows of tables, sections, responses.
    pub read: usize,
    /// How many of them are in the catalog.
    pub carried: usize,
    /// How many JSON bodies the envelopes were made of.
    pub bodies: usize,
    /// How many texts of the catalog say `TODO`, since the source says nothing there.
    pub todo: usize,
    /// What is not in the catalog, or not as it was.
    pub left: Vec<Left>,
}

/// Something that could not be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Where it stands.
    pub place: Place,
    /// What it is, in a few words.
    pub what: String,
    /// Why it is not in the catalog.
    pub why: String,
}

/// A place in the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of a page, from 1.
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
    /// The report for people: a line that counts, and one for each thing that was left.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{}, from {} of {} that describe one; {} read",
            counted(self.errors, "error"),
            self.carried,
            counted(self.read, "place"),
            counted(self.bodies, "JSON body").replace("bodys", "bodies"),
        );
        if self.todo > 0 {
            let _ = write!(text, "; {} left to write, marked TODO", counted(self.todo, "text"));
        }
        text.push('\n');
        if !self.left.is_empty() {
            text.push_str("\nNot carried, or not as it was:\n");
        }
        for Left { place, what, why } in &self.left {
            let _ = writeln!(text, "  {place}: {what}: {why}");
        }
        text
    }

    /// The report for programs.
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

/// Why nothing could be made of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What was found on the way.
    pub report: Report,
}

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

impl Refused {
    fn new(message: impl Into<String>) -> Self {
        Refused { message: message.into(), report: Report::default() }
    }
}

/// How a source is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// An `OpenAPI` 3.0 or 3.1 document in YAML or JSON.
    Openapi,
    /// A reference page in markdown.
    Markdown,
    /// A reference page in HTML.
    Html,
    /// The text of a page, as it is copied out of a browser.
    Text,
}

impl Syntax {
    /// What a file's name tells.
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

/// Makes a starter catalog. Its prose is the source's own; what the source does not say is marked `TODO`.
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
/// assert_eq!(imported.report.left[0].why, "there is no status in `soon`");
/// ```
pub fn import(text: &str, syntax: Syntax) -> Result<Import, Refused> {
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
            Syntax::Openapi => "no response of a 4xx or 5xx status was found in the document",
            _ => "no error was found on the page: a table needs a column of codes, statuses or messages, and one more",
        };
        return Err(Refused { message: message.to_owned(), report });
    }
    let loaded = load_text("errors.yaml", catalog.as_bytes());
    if loaded.report.has_errors() {
        let text = loaded.report.render_text(false);
        return Err(Refused { message: format!("what was read makes no catalog:\n{}", text.trim_end()), report });
    }
    Ok(Import { catalog, report })
}

//! Rustdoc from the texts of the catalog.

use errbook_catalog::model::{Catalog, Deprecated, ErrorDef};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::commonmark::{code_span, one_line, plain};
use crate::words::{self, Span};

mod markdown;

/// The lines of a doc comment, without control characters. As tokens, they are `#[doc]` attributes.
#[derive(Default)]
pub(super) struct Doc(Vec<String>);

impl Doc {
    pub(super) fn new(markdown: &str) -> Self {
        Doc(markdown::lines(markdown))
    }

    /// The lines, each with what is before it.
    pub(super) fn lines(&self) -> impl Iterator<Item = [&str; 2]> {
        self.0.iter().map(|line| [if line.is_empty() { "" } else { " " }, line])
    }
}

impl ToTokens for Doc {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let lines = self.lines().map(|line| line.concat());
        tokens.extend([quote!(#(#[doc = #lines])*)]);
    }
}

/// The full documentation of an error.
pub(super) fn error(catalog: &Catalog, error: &ErrorDef) -> Doc {
    let mut paragraphs = vec![plain(&error.title), identity(catalog, error)];
    paragraphs.extend(error.description.as_deref().map(text));
    paragraphs.extend(error.cause.as_deref().map(|cause| labelled("Cause", cause)));
    paragraphs.extend(error.fix.as_deref().map(|fix| labelled("Fix", fix)));
    paragraphs.extend(words::retry_and_refund(error).map(|words| words.markdown()));
    paragraphs.extend(error.lifecycle.deprecated.as_ref().map(|deprecated| {
        let variant = |index: usize| Span::Code(catalog.errors[index].name.variant.clone());
        words::deprecated(deprecated, deprecated.replacement.map(variant)).markdown()
    }));
    paragraphs.extend(error.lifecycle.since.as_ref().map(|since| format!("Since {}.", plain(since))));
    paragraphs.extend(
        // An internal error has no page.
        error
            .doc_url
            .as_ref()
            .filter(|_| error.is_public())
            .map(|url| format!("Documentation: <{}>", url.replace(['<', '>', ' ', '\n'], ""))),
    );
    paragraphs.push(origin(error));
    Doc::new(&paragraphs.join("\n\n"))
}

/// One line with a link to the variant of `Error`, which has the full documentation.
pub(super) fn brief(error: &ErrorDef) -> Doc {
    Doc::new(&format!("{} (see [`Error::{}`])", plain(&error.title), error.name.variant))
}

/// The deprecation note, as one line of plain text.
pub(super) fn deprecation(catalog: &Catalog, deprecated: &Deprecated) -> String {
    let Deprecated { since: _, replacement, note } = deprecated;
    let replacement = replacement.map(|index| format!("use `{}`", catalog.errors[index].name.variant));
    let note = note.as_deref().map(one_line);
    match (replacement, note) {
        (Some(replacement), Some(note)) => format!("{replacement}: {note}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => "do not rely on this error".to_owned(),
    }
}

/// How a client recognizes the error, or what it receives instead.
fn identity(catalog: &Catalog, error: &ErrorDef) -> String {
    if let Some(mask) = error.mask() {
        let mask = &catalog.errors[mask.index()].name.variant;
        return format!("Internal: clients receive [`Error::{mask}`] instead.");
    }
    let statuses = words::statuses(error);
    let code = error.code.as_ref().map(|code| format!("code {}", code_span(&code.to_string())));
    match (statuses.is_empty(), code) {
        (false, Some(code)) => format!("HTTP {statuses}, {code}."),
        (false, None) => format!("HTTP {statuses}, without a code."),
        (true, Some(code)) => format!("Not an HTTP response; {code}."),
        (true, None) => "Not an HTTP response; identified by its message.".to_owned(),
    }
}

/// The file of the error, and its id, unless the code says it.
fn origin(error: &ErrorDef) -> String {
    let file = code_span(&error.origin.file);
    let is_code = error.is_public() && error.code.as_ref().is_some_and(|code| code.to_string() == error.name.id);
    if is_code { format!("Defined in {file}.") } else { format!("Defined in {file} as {}.", code_span(&error.name.id)) }
}

/// A text of the catalog, with all blocks closed.
fn text(markdown: &str) -> String {
    markdown::lines(markdown).join("\n")
}

/// Markdown after a label. The label is on a line of its own unless the text begins with a
/// paragraph.
fn labelled(label: &str, markdown: &str) -> String {
    let text = text(markdown);
    let gap = if markdown::begins_with_paragraph(&text) { " " } else { "\n\n" };
    format!("**{label}:**{gap}{text}")
}

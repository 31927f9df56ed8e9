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

    /// Adds paragraphs, each with a blank line above it.
    fn extend(&mut self, paragraphs: impl IntoIterator<Item = Vec<String>>) {
        for lines in paragraphs {
            self.0.push(String::new());
            self.0.extend(lines);
        }
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
    let mut doc = Doc::new(&plain(&error.title));
    doc.extend([markdown::lines(&identity(catalog, error))]);
    doc.extend(error.description.as_deref().map(markdown::lines));
    doc.extend(error.cause.as_deref().map(|cause| labelled("Cause", cause)));
    doc.extend(error.fix.as_deref().map(|fix| labelled("Fix", fix)));
    doc.extend(words::retry_and_refund(error).map(|words| markdown::lines(&words.markdown())));
    doc.extend(error.lifecycle.deprecated.as_ref().map(|deprecated| {
        let variant = |index: usize| Span::Code(catalog.errors[index].name.variant.clone());
        let words = words::deprecated(deprecated, deprecated.replacement.map(variant));
        markdown::lines(&words.markdown())
    }));
    doc.extend(error.lifecycle.since.as_ref().map(|since| markdown::lines(&format!("Since {}.", plain(since)))));
    // An internal error has no page.
    let url = error.doc_url.as_ref().filter(|_| error.is_public());
    doc.extend(url.map(|url| markdown::lines(&format!("Documentation: <{}>", url.replace(['<', '>', ' ', '\n'], "")))));
    doc.extend([markdown::lines(&origin(error))]);
    doc
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

/// The lines of markdown after a label. The label is on a line of its own unless the text begins
/// with a paragraph.
fn labelled(label: &str, markdown: &str) -> Vec<String> {
    let label = format!("**{label}:**");
    let mut lines = markdown::lines(markdown);
    let is_beside = markdown::begins_with_paragraph(&lines);
    match lines.first_mut() {
        Some(first) if is_beside => *first = format!("{label} {first}"),
        Some(_) => lines.splice(0..0, [label, String::new()]).for_each(drop),
        None => lines.push(label),
    }
    lines
}

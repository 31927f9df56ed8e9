//! Rustdoc from the catalog's words.

use errbook_catalog::model::{Catalog, Deprecated, ErrorDef};
use proc_macro2::TokenStream;
use quote::quote;

use crate::commonmark::{code_span, plain};
use crate::words::{self, Span};

/// `#[doc]` attributes for markdown of the catalog's or our own.
pub(super) fn attributes(markdown: &str) -> TokenStream {
    let lines = safe_markdown(markdown);
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}

/// Everything the catalog says about an error.
pub(super) fn error(catalog: &Catalog, error: &ErrorDef) -> TokenStream {
    let mut paragraphs = vec![plain(&error.title), identity(error)];
    paragraphs.extend(error.description.clone());
    paragraphs.extend(error.cause.as_deref().map(|cause| labelled("Cause", cause)));
    paragraphs.extend(error.fix.as_deref().map(|fix| labelled("Fix", fix)));
    paragraphs.extend(words::retry_and_refund(error).map(|words| words.markdown()));
    paragraphs.extend(error.lifecycle.deprecated.as_ref().map(|deprecated| {
        let variant = |index: usize| Span::Code(catalog.errors[index].name.variant.clone());
        words::deprecated(deprecated, deprecated.replacement.map(variant)).markdown()
    }));
    paragraphs.extend(error.lifecycle.since.as_ref().map(|since| format!("Since {}.", plain(since))));
    paragraphs.extend(
        error.doc_url.as_ref().map(|url| format!("Documentation: <{}>", url.replace(['<', '>', ' ', '\n'], ""))),
    );
    paragraphs.push(format!("Defined in {} as {}.", code_span(&error.origin.file), code_span(&error.name.id)));
    attributes(&paragraphs.join("\n\n"))
}

/// One line, with a link to the variant of `Error` that has everything.
pub(super) fn brief(error: &ErrorDef) -> TokenStream {
    attributes(&format!("{} (see [`Error::{}`])", plain(&error.title), error.name.variant))
}

/// Why an error is deprecated, as one line of plain text.
pub(super) fn deprecation(catalog: &Catalog, deprecated: &Deprecated) -> String {
    let Deprecated { since: _, replacement, note } = deprecated;
    let replacement = replacement.map(|index| format!("use `{}`", catalog.errors[index].name.variant));
    let note = note.as_ref().map(|note| note.split_whitespace().collect::<Vec<_>>().join(" "));
    match (replacement, note) {
        (Some(replacement), Some(note)) => format!("{replacement}: {note}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => "it should no longer be relied on".to_owned(),
    }
}

/// What a client knows it by.
fn identity(error: &ErrorDef) -> String {
    let statuses = words::statuses(error);
    let code = error.code.as_ref().map(|code| format!("code {}", code_span(&code.to_string())));
    match (statuses.is_empty(), code) {
        (false, Some(code)) => format!("HTTP {statuses}, {code}."),
        (false, None) => format!("HTTP {statuses}, without a code."),
        (true, Some(code)) => format!("No HTTP response; {code}."),
        (true, None) => "No HTTP response; known by its message.".to_owned(),
    }
}

/// Markdown after a word that says what it is; below it where it does not begin with plain text.
fn labelled(label: &str, markdown: &str) -> String {
    let markdown = markdown.trim();
    let begins_as_text =
        markdown.starts_with(|first: char| first.is_alphabetic() || first == '`') && !markdown.starts_with("```");
    let gap = if begins_as_text { " " } else { "\n\n" };
    format!("**{label}:**{gap}{markdown}")
}

/// Lines of markdown of which rustdoc makes no test: code blocks stand at the left and are marked as text, and nothing is
/// indented so far that it would be one.
fn safe_markdown(markdown: &str) -> Vec<String> {
    let markdown: String = markdown.replace("\r\n", "\n").chars().filter(|&c| is_printable(c)).collect();
    let mut lines = Vec::new();
    let mut source = markdown.trim_matches('\n').lines();
    while let Some(line) = source.next() {
        let Some(fence) = fence(line) else {
            lines.push(indented_little(line));
            continue;
        };
        let code: Vec<&str> = source.by_ref().take_while(|line| !closes(line, fence)).collect();
        let longest = code.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
        let marker = "`".repeat(longest.max(2) + 1);
        lines.push(format!("{marker}text"));
        lines.extend(code.iter().map(|line| line.trim_end().to_owned()));
        lines.push(marker);
    }
    lines
}

/// Not a control character, nor one that turns the direction of text, which rustc refuses in a comment.
fn is_printable(c: char) -> bool {
    let turns_text = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (!c.is_control() || c == '\n' || c == '\t') && !turns_text
}

/// The marker that opens a code block on this line, be it in a list, a quote or a footnote.
fn fence(line: &str) -> Option<&str> {
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let footnote = rest.strip_prefix("[^").and_then(|note| note.split_once("]:")).map(|(_, text)| text);
        let inner = rest.strip_prefix(['>', '-', '*', '+']).or_else(|| digits.strip_prefix(['.', ')'])).or(footnote);
        match inner {
            Some(inner) => rest = inner,
            None => break,
        }
    }
    let marker = rest.chars().next().filter(|marker| matches!(marker, '`' | '~'))?;
    let length = rest.len() - rest.trim_start_matches(marker).len();
    (length >= 3).then(|| &rest[..length])
}

fn closes(line: &str, opening: &str) -> bool {
    let line = line.trim_matches(|c: char| c.is_whitespace() || c == '>');
    let marker = &opening[..1];
    line.len() >= opening.len() && line.trim_start_matches(marker).is_empty()
}

/// A line with single spaces, and at most three before it: four more than a list asks for would make it code.
fn indented_little(line: &str) -> String {
    let text = line.trim_start();
    let indent = (line.len() - text.len()).min(3);
    let words: Vec<&str> = text.split_whitespace().collect();
    // Two spaces at the end break the line.
    let end = if line.ends_with("  ") && !words.is_empty() { "  " } else { "" };
    format!("{}{}{end}", " ".repeat(indent), words.join(" ")).trim_start_matches('\t').to_owned()
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

    use super::safe_markdown;

    /// The code blocks that rustdoc would see, each with what its fence says.
    fn code_blocks(markdown: &str) -> Vec<String> {
        let text = safe_markdown(markdown).join("\n");
        let block = |event| match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => Some("indented".to_owned()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => Some(info.to_string()),
            _ => None,
        };
        Parser::new_ext(&text, Options::ENABLE_FOOTNOTES).filter_map(block).collect()
    }

    #[test]
    fn no_code_becomes_a_doctest() {
        let cases = [
            ("```\ncode\n```", 1),
            ("```rust\ncode\n```\n~~~rust,ignore\ncode\n~~~~", 2),
            ("never closed\n```", 1),
            ("````\n```\ncode\n```\n````", 1),
            ("~~~\n```rust\n````\n~~~", 1),
            ("text\n\n    indented\n\n\tindented", 0),
            ("- item\n\n      indented\n-     code\n-\tcode", 0),
            ("> - ```rust\n>   code\n>   ```\n> text", 1),
            ("1. ```\n   code\n   ```\n10)     code", 1),
            ("[^1]: ```rust\n    code\n    ```", 1),
            ("> ```\n```\nfn f() {}\n```\n", 2),
            ("\u{a0}   ```rust\ncode", 1),
            ("a\r\n\r\n```\r\ncode\r\n```", 1),
        ];
        for (markdown, count) in cases {
            assert_eq!(code_blocks(markdown), vec!["text"; count], "{markdown:?}");
        }
    }
}

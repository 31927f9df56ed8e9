//! Parses templates: `{name}`, `{name?}`, `{{` and `}}`.

use crate::model::template::{CONTEXT, DETAIL, GENERAL, Part, Placeholder, Slot, Template};
use crate::source::Spanned;
use crate::source::{Sources, Span};

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(String),
    Slot { name: &'a str, optional: bool, at: usize },
}

/// A syntax error in a template, and its byte offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) at: usize,
    pub(crate) message: &'static str,
}

/// Splits a template into its pieces.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Malformed> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(brace) = rest.find(['{', '}']) {
        let at = text.len() - rest.len() + brace;
        literal.push_str(&rest[..brace]);
        let (open, after) = (rest[brace..].starts_with('{'), &rest[brace + 1..]);
        if after.starts_with(if open { '{' } else { '}' }) {
            literal.push(if open { '{' } else { '}' });
            rest = &after[1..];
            continue;
        }
        if !open {
            return Err(Malformed { at, message: "a `}` without a `{`" });
        }
        let Some(close) = after.find('}') else {
            return Err(Malformed { at, message: "a `{` without a `}`" });
        };
        let (name, optional) = match after[..close].strip_suffix('?') {
            Some(name) => (name, true),
            None => (&after[..close], false),
        };
        // A detail can have any name.
        if name.is_empty() || name.trim() != name || name.contains(|c: char| c.is_control() || c == '{') {
            return Err(Malformed { at, message: "invalid name of a placeholder" });
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut literal)));
        }
        pieces.push(Piece::Slot { name, optional, at });
        rest = &after[close + 1..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    Ok(pieces)
}

/// The place of byte `at` of a template. If the source has escapes, the place is that of the whole
/// value.
pub(crate) fn locate(sources: &Sources, text: &Spanned<String>, at: usize) -> Span {
    let written = &sources.get(text.span.source).text[text.span.start as usize..text.span.end as usize];
    let from = &text.value[at..];
    let token = from.find('}').map_or(from, |close| &from[..=close]);
    let offset = |value: usize| u32::try_from(value).unwrap_or(0);
    let place = |found: usize| {
        let start = text.span.start + offset(found);
        Span { source: text.span.source, start, end: start + offset(token.len()) }
    };
    // Comparing the bytes before the place is enough, and faster than comparing a long text.
    let quote = usize::from(written.starts_with(['"', '\'']));
    let near = at.saturating_sub(COMPARED)..at + token.len();
    if written.as_bytes()[quote..].get(near.clone()) == Some(&text.value.as_bytes()[near]) {
        return place(quote + at);
    }
    // Quotes, escapes and folded lines shift the bytes. Find the same placeholder by counting from
    // the start.
    if written.len() > SEARCHED {
        return text.span;
    }
    let nth = text.value[..at].matches(token).count();
    written.match_indices(token).nth(nth).map_or(text.span, |(found, _)| place(found))
}

/// The number of bytes before a place that must match the source.
const COMPARED: usize = 64;
/// Longer texts are not searched: a thousand placeholders would need a thousand searches.
const SEARCHED: usize = 8 << 10;

/// The placeholder of a name in a header, a body or a URL.
pub(crate) fn placeholder(name: &str) -> Option<Placeholder> {
    if let Some(name) = name.strip_prefix(DETAIL) {
        return Some(Placeholder::Detail(name.to_owned()));
    }
    if let Some(name) = name.strip_prefix(CONTEXT) {
        return Some(Placeholder::Context(name.to_owned()));
    }
    GENERAL.iter().find(|general| general.path().0 == name).cloned()
}

/// The placeholder of a name in a message: a detail, with or without the prefix `details.`.
pub(crate) fn message_placeholder(name: &str) -> Placeholder {
    Placeholder::Detail(name.strip_prefix(DETAIL).unwrap_or(name).to_owned())
}

/// Parses a valid text into a template. The checks have reported syntax errors.
pub(crate) fn template(text: &str, of: impl Fn(&str) -> Option<Placeholder>) -> Template {
    let parts = pieces(text)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(Part::Text(text)),
            Piece::Slot { name, optional, .. } => Some(Part::Slot(Slot { placeholder: of(name)?, optional })),
        })
        .collect();
    Template { parts }
}

#[cfg(test)]
mod tests {
    use super::{Malformed, Piece, pieces};

    #[test]
    fn text_splits_at_its_placeholders() {
        assert_eq!(
            pieces("a {x} {{b}} {y.z?}").unwrap(),
            [
                Piece::Text("a ".into()),
                Piece::Slot { name: "x", optional: false, at: 2 },
                Piece::Text(" {b} ".into()),
                Piece::Slot { name: "y.z", optional: true, at: 12 },
            ]
        );
        assert_eq!(pieces("").unwrap(), []);
    }

    #[test]
    fn braces_that_do_not_match_are_refused_where_they_stand() {
        for (text, at) in [("a {x", 2), ("a } b", 2), ("{}", 0), ("{ a}", 0), ("{a\nb}", 0), ("{{}", 2), ("é{", 2)] {
            assert_eq!(pieces(text).map_err(|Malformed { at, .. }| at), Err(at), "{text}");
        }
    }
}

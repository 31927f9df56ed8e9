//! Matches text against a template, and returns the value of each placeholder.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::json::position;
use super::list::List;

/// The names of placeholders with the places of their values in a text.
pub(super) type Captures = Few<(&'static str, Range<usize>)>;

/// Most templates have no more placeholders.
type Few<T> = List<T, 4>;

/// The values of a template's placeholders in a rendered text; none if the text does not match the
/// template, or matches it in several ways.
pub(super) fn captures(template: &'static str, text: &str) -> Captures {
    let (names, literals) = split(template);
    let values = ranges(&literals, text).unwrap_or(List::new());
    let captures: Captures = names.iter().copied().zip(values.iter().cloned()).collect();
    if is_consistent(&captures, text) { captures } else { List::new() }
}

/// The same for a header. In its quotes, a backslash is before each quote of a value (RFC 9110
/// section 5.6.4).
pub(super) fn header_captures<'a>(template: &'static str, text: &'a str) -> Vec<(&'static str, Cow<'a, str>)> {
    // A constant.
    if !template.contains('{') {
        return Vec::new();
    }
    if !template.contains('"') || template.contains('\\') || !text.contains('\\') {
        let captures = captures(template, text);
        return captures.iter().map(|(name, value)| (*name, Cow::Borrowed(&text[value.clone()]))).collect();
    }
    let text = hidden(text);
    let shown = |value: &str| value.replace(QUOTE, "\"").replace(BACKSLASH, "\\");
    captures(template, &text).iter().map(|(name, value)| (*name, Cow::Owned(shown(&text[value.clone()])))).collect()
}

/// Characters for quotes and backslashes that end nothing. No header has them: they are noncharacters.
const QUOTE: char = '\u{fdd0}';
const BACKSLASH: char = '\u{fdd1}';

/// The text, without the backslashes in its quotes.
fn hidden(text: &str) -> String {
    let mut is_quoted = false;
    let mut letters = text.chars();
    let mut hidden = String::new();
    while let Some(letter) = letters.next() {
        is_quoted ^= letter == '"';
        match letter {
            '\\' if is_quoted => hidden.extend(letters.next().map(|next| match next {
                '"' => QUOTE,
                '\\' => BACKSLASH,
                other => other,
            })),
            letter => hidden.push(letter),
        }
    }
    hidden
}

/// A name that occurs twice has the same value.
fn is_consistent(captures: &Captures, text: &str) -> bool {
    let is_same = |one: &Range<usize>, other: &Range<usize>| text[one.clone()] == text[other.clone()];
    captures.iter().all(|(name, value)| captures.iter().all(|(other, own)| name != other || is_same(value, own)))
}

/// The names of the placeholders, and the texts before, between and after them.
fn split(template: &'static str) -> (Few<&'static str>, Few<Cow<'static, str>>) {
    let (mut names, mut literals, mut last) = (List::new(), List::new(), Cow::Borrowed(""));
    let mut rest = template;
    while let Some(at) = position(rest.as_bytes(), *b"{}") {
        let (before, from) = rest.split_at(at);
        let (literal, after) = match (from.strip_prefix("{{"), from.strip_prefix("}}")) {
            (Some(after), _) => ("{", after),
            (_, Some(after)) => ("}", after),
            _ => ("", from),
        };
        last += before;
        last += literal;
        rest = after;
        if literal.is_empty() {
            let (name, after) = from[1..].split_once('}').unwrap_or((&from[1..], ""));
            names.push(name.strip_suffix('?').unwrap_or(name));
            literals.push(core::mem::take(&mut last));
            rest = after;
        }
    }
    last += rest;
    literals.push(last);
    (names, literals)
}

/// The places between the literals, if there is only one way to find them: the first match of each
/// literal is also its last.
fn ranges(literals: &Few<Cow<'_, str>>, text: &str) -> Option<Few<Range<usize>>> {
    let text = text.as_bytes();
    let mut between = literals.iter().map(|literal| literal.as_bytes());
    let first = between.next()?;
    let Some(last) = between.next_back() else { return (text == first).then(List::new) };
    let inner = text.strip_suffix(last)?;
    let start = inner.len() - inner.strip_prefix(first)?.len();
    // Two adjacent placeholders.
    if between.clone().any(<[u8]>::is_empty) {
        return None;
    }
    let mut values = List::new();
    let mut at = start;
    for literal in between.clone() {
        let value = at..at + inner[at..].windows(literal.len()).position(|part| part == literal)?;
        at = value.end + literal.len();
        values.push(value);
    }
    values.push(at..inner.len());
    let mut end = inner.len();
    let mut from_behind = values.iter().rev();
    for literal in between.rev() {
        let at = start + inner[start..end].windows(literal.len()).rposition(|part| part == literal)?;
        if from_behind.next() != Some(&(at + literal.len()..end)) {
            return None;
        }
        end = at;
    }
    let is_same = from_behind.next() == Some(&(start..end));
    drop(from_behind);
    is_same.then_some(values)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{captures, header_captures};

    type Captures = [(&'static str, &'static str)];

    #[test]
    fn values_are_found_where_there_is_one_way_to_find_them() {
        let cases: &[(&str, &str, &Captures)] = &[
            ("{item} is sold out", "Tea is sold out", &[("item", "Tea")]),
            ("{details.wait?}", "30", &[("details.wait", "30")]),
            ("{{{a}}} of {b}", "{1} of 2", &[("a", "1"), ("b", "2")]),
            ("{a} and {a}", "x and x", &[("a", "x"), ("a", "x")]),
            ("Ä{a}Ö", "ÄüÖ", &[("a", "ü")]),
            ("{a}", "", &[("a", "")]),
            ("{a}-{b}-{c}-{d}-{e}", "1-2-3-4", &[]),
            ("{a}-{b}-{c}-{d}-{e}", "1-2-3-4-5", &[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "5")]),
            // No match.
            ("{item} is sold out", "Tea is cold", &[]),
            ("nothing", "nothing", &[]),
            ("aa{a}aa", "aaa", &[]),
            // Several matches.
            ("{a} of {b}", "1 of 2 of 3", &[]),
            ("{a} {a}", "x y", &[]),
            ("{a}{b}", "12", &[]),
            // Overlapping matches of one literal.
            ("{a}--{b}", "1---2", &[]),
        ];
        for (template, text, expected) in cases {
            let captures = captures(template, text);
            let captures: Vec<_> = captures.iter().map(|(name, value)| (*name, &text[value.clone()])).collect();
            assert_eq!(captures, *expected, "{template} {text}");
        }
    }

    #[test]
    fn a_quoted_value_of_a_header_may_have_quotes() {
        let realm = |text: &str| {
            let captures = header_captures("Bearer realm=\"{details.realm}\", error=\"{details.error}\"", text);
            captures.into_iter().map(|(_, value)| value.into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(realm(r#"Bearer realm="a", error="b""#), ["a", "b"]);
        assert_eq!(realm(r#"Bearer realm="a\", b\\", error="\c""#), [r#"a", b\"#, "c"]);
        assert!(realm(r#"Bearer realm="a\", error="b""#).is_empty());
    }

    #[test]
    fn what_is_no_template_gives_nothing_and_no_panic() {
        for template in ["{", "}", "{a", "{}", "a}b", "{{", "}}", "{ä", "{{}"] {
            let _ = captures(template, "text");
        }
    }
}

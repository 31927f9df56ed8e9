//! Matches text against a template, and returns the value of each placeholder.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// The values of a template's placeholders in a rendered text; none if the text does not match the
/// template, or matches it in several ways.
pub(super) fn captures<'a>(template: &'static str, text: &'a str) -> Vec<(&'static str, &'a str)> {
    let (names, literals) = split(template);
    ranges(&literals, text)
        .map(|values| names.into_iter().zip(values).collect::<Vec<_>>())
        .filter(|captures| is_consistent(captures))
        .unwrap_or_default()
}

/// The same for a header. In its quotes, a backslash is before each quote of a value (RFC 9110
/// section 5.6.4).
pub(super) fn header_captures<'a>(template: &'static str, text: &'a str) -> Vec<(&'static str, Cow<'a, str>)> {
    if !template.contains('"') || template.contains('\\') || !text.contains('\\') {
        return captures(template, text).into_iter().map(|(name, value)| (name, Cow::Borrowed(value))).collect();
    }
    let text = hidden(text);
    let shown = |value: &str| value.replace(QUOTE, "\"").replace(BACKSLASH, "\\");
    captures(template, &text).into_iter().map(|(name, value)| (name, Cow::Owned(shown(value)))).collect()
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
fn is_consistent(captures: &[(&str, &str)]) -> bool {
    captures.iter().all(|(name, value)| captures.iter().all(|(other, same)| name != other || value == same))
}

/// The names of the placeholders, and the texts before, between and after them.
fn split(template: &'static str) -> (Vec<&'static str>, Vec<Cow<'static, str>>) {
    let (mut names, mut literals) = (Vec::new(), Vec::from([Cow::Borrowed("")]));
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        let (literal, after) = match (from.strip_prefix("{{"), from.strip_prefix("}}")) {
            (Some(after), _) => ("{", after),
            (_, Some(after)) => ("}", after),
            _ => ("", from),
        };
        let last = literals.len() - 1;
        literals[last] += before;
        literals[last] += literal;
        rest = after;
        if literal.is_empty() {
            let (name, after) = from[1..].split_once('}').unwrap_or((&from[1..], ""));
            names.push(name.strip_suffix('?').unwrap_or(name));
            literals.push(Cow::Borrowed(""));
            rest = after;
        }
    }
    let last = literals.len() - 1;
    literals[last] += rest;
    (names, literals)
}

/// The texts between the literals, if there is only one way to find them: the first match of each
/// literal is also its last.
fn ranges<'a>(literals: &[Cow<'_, str>], text: &'a str) -> Option<Vec<&'a str>> {
    let (first, others) = literals.split_first()?;
    let Some((last, between)) = others.split_last() else { return (text == first).then(Vec::new) };
    let inner = text.strip_prefix(&**first)?.strip_suffix(&**last)?;
    // Two adjacent placeholders.
    if between.iter().any(|literal| literal.is_empty()) {
        return None;
    }
    let mut values = Vec::new();
    let mut rest = inner;
    for literal in between {
        let (value, after) = rest.split_once(&**literal)?;
        values.push(value);
        rest = after;
    }
    values.push(rest);
    let mut from_behind = Vec::new();
    let mut rest = inner;
    for literal in between.iter().rev() {
        let (before, value) = rest.rsplit_once(&**literal)?;
        from_behind.push(value);
        rest = before;
    }
    from_behind.push(rest);
    from_behind.reverse();
    (values == from_behind).then_some(values)
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
            assert_eq!(captures(template, text), *expected, "{template} {text}");
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
            let _: Vec<_> = captures(template, "text");
        }
    }
}

//! Codes and ids that people or programs mistake for others, and integers that JavaScript rounds.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Linter;
use crate::model::Code;
use crate::model::value::Value;
use crate::problem::{Problem, Rule};
use crate::read::scope::wire_code;
use crate::read::syntax::{Body, Field, Text, TypeShape};
use crate::source::{Span, Spanned};
use crate::words::is_invisible;

/// The largest integer up to which JavaScript represents every integer.
const MAX_EXACT: u64 = 1 << 53;

impl Linter<'_, '_> {
    /// Ids that look alike, codes that look alike, and codes with invisible characters.
    pub(super) fn similar_codes(&mut self) {
        let (mut ids, mut codes) = (Names::default(), Names::default());
        for entry in &self.document.errors {
            let id = Spanned::new(entry.id.value.clone(), entry.id.span);
            let alike = ids.add(id);
            let code = wire_code(entry).map(|code| match &entry.code {
                Some(written) => Spanned::new(code.to_string(), written.span),
                None => Spanned::new(code.to_string(), entry.id.span),
            });
            // The id is the code of an error without a `code`, and is reported once.
            let alike_code = code.clone().and_then(|code| codes.add(code));
            if let Some(problem) = alike.or(alike_code) {
                self.push(problem);
            } else if let Some(Spanned { value: code, span }) =
                code.clone().filter(|code| is_blank_somewhere(&code.value))
            {
                let message = format!("the code `{}` has white space or an invisible character", shown(&code));
                self.push(Problem::new(Rule::SimilarCodes, span, message));
            } else if let Some(Spanned { value: code, span }) = code.filter(|code| has_two_forms(&code.value)) {
                let message = format!("the code `{}` has a letter that Unicode writes in two ways", shown(&code));
                self.push(Problem::new(Rule::SimilarCodes, span, message));
            }
        }
    }

    /// Integers past 2^53 that a client receives.
    pub(super) fn unsafe_integers(&mut self) {
        let document = self.document;
        for entry in &document.errors {
            if let Some(Spanned { value: Some(Code::Integer(number)), span }) = &entry.code {
                self.unsafe_integer(&Value::Integer(*number), *span);
            }
            self.unsafe_fields(&entry.details);
            for example in &entry.examples {
                for (_, value) in example.details.iter().chain(&example.context) {
                    self.unsafe_integer(&value.value, value.span);
                }
            }
        }
        self.unsafe_fields(&document.context);
        for def in &document.types {
            if let TypeShape::Object(fields) = &def.shape {
                self.unsafe_fields(fields);
            }
        }
        for envelope in &document.envelopes {
            self.unsafe_members(envelope.body.as_deref().unwrap_or_default());
        }
    }

    fn unsafe_fields(&mut self, fields: &[Field]) {
        for example in fields.iter().filter_map(|field| field.example.as_ref()) {
            self.unsafe_integer(&example.value, example.span);
        }
    }

    fn unsafe_members(&mut self, members: &[(Text, Body)]) {
        for (name, body) in members {
            self.unsafe_body(body, name.span);
        }
    }

    fn unsafe_body(&mut self, body: &Body, at: Span) {
        match body {
            Body::Constant(value) => self.unsafe_integer(value, at),
            Body::Text(_) => {}
            Body::Array(items) => items.iter().for_each(|item| self.unsafe_body(item, at)),
            Body::Object(members) => self.unsafe_members(members),
        }
    }

    fn unsafe_integer(&mut self, value: &Value, at: Span) {
        if let Some(number) = rounded(value) {
            let message = format!("`{number}` is past 2^53, and JavaScript rounds such integers");
            self.push(Problem::new(Rule::UnsafeInteger, at, message));
        }
    }
}

/// Names by their skeletons: the first with each.
#[derive(Default)]
struct Names(HashMap<String, Spanned<String>>);

impl Names {
    /// Adds a name. Reports a different one that looks like it.
    fn add(&mut self, name: Spanned<String>) -> Option<Problem> {
        match self.0.entry(skeleton(&name.value)) {
            Entry::Occupied(first) if first.get().value == name.value => None,
            Entry::Occupied(first) => {
                let message = format!("`{}` looks like `{}`", shown(&name.value), shown(&first.get().value));
                Some(Problem::new(Rule::SimilarCodes, name.span, message).related(first.get().span, "the other"))
            }
            Entry::Vacant(place) => {
                place.insert(name);
                None
            }
        }
    }
}

/// The first integer past 2^53 in a value.
fn rounded(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => (number.unsigned_abs() > MAX_EXACT).then_some(*number),
        Value::Array(items) => items.iter().find_map(rounded),
        Value::Object(members) => members.iter().find_map(|(_, value)| rounded(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// What remains of a text if case, white space, invisible characters, accents and a full stop at the
/// end do not count, and letters that look like Latin letters are Latin.
fn skeleton(text: &str) -> String {
    let visible = text.trim_end_matches('.').chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
    visible.filter(|c| !is_part_of_letter(*c)).map(latin).flat_map(char::to_lowercase).collect()
}

/// Whether a code has a letter that Unicode also writes in another way: as one character or as
/// several, or in another width or style. Programs that normalize text change such a code.
fn has_two_forms(code: &str) -> bool {
    code.chars().any(|c| is_part_of_letter(c) || styled(c).is_some())
}

/// Accents that belong to the letter before them, and the parts of Korean letters.
fn is_part_of_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1100}'..='\u{11ff}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}' | '\u{fe20}'..='\u{fe2f}')
}

/// The ASCII character of a fullwidth or a mathematical one.
fn styled(c: char) -> Option<char> {
    const MATHEMATICAL_LETTERS: u32 = 0x1d400;
    const MATHEMATICAL_DIGITS: u32 = 0x1d7ce;
    let at = u32::from(c);
    let letter = |at: u32| if at < 26 { u32::from('A') + at } else { u32::from('a') + at - 26 };
    let ascii = match c {
        '\u{ff01}'..='\u{ff5e}' => at - 0xff01 + u32::from('!'),
        '\u{1d400}'..='\u{1d6a3}' => letter((at - MATHEMATICAL_LETTERS) % 52),
        '\u{1d7ce}'..='\u{1d7ff}' => u32::from('0') + (at - MATHEMATICAL_DIGITS) % 10,
        _ => return None,
    };
    char::from_u32(ascii)
}

/// Whether a code has white space at an end, white space other than a space, or an invisible
/// character.
fn is_blank_somewhere(code: &str) -> bool {
    code.trim() != code || code.chars().any(|c| is_invisible(c) || c != ' ' && c.is_whitespace())
}

/// A text with escapes for what is not printable ASCII.
fn shown(text: &str) -> String {
    let one = |c: char| if matches!(c, ' '..='~') { c.to_string() } else { c.escape_unicode().to_string() };
    text.chars().map(one).collect()
}

/// The Latin letter that another letter looks like: a Cyrillic or Greek letter, one with an accent,
/// or one of another width or style.
fn latin(c: char) -> char {
    const ALIKE: [(&str, &str); 4] = [
        (
            "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿ",
            "AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyy",
        ),
        ("АВЕЅІЈКМНОРСТХҮԀԌԚԜ", "ABESIJKMHOPCTXYDGQW"),
        ("аеоѕіјрсухһԁԛԝ", "aeosijpcyxhdqw"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοννιϲϳ", "ABEZHIKMNOPTYXovvicj"),
    ];
    let in_table = |(from, to): &(&str, &str)| to.chars().nth(from.chars().position(|known| known == c)?);
    if c.is_ascii() { c } else { styled(c).or_else(|| ALIKE.iter().find_map(in_table)).unwrap_or(c) }
}

#[cfg(test)]
mod tests {
    use super::{has_two_forms, shown, skeleton};

    #[test]
    fn a_letter_with_two_forms_is_found() {
        for code in ["e\u{301}t\u{e9}", "\u{ff21}", "\u{1d7d9}", "\u{1112}\u{1161}"] {
            assert!(has_two_forms(code), "{}", shown(code));
        }
        for code in ["SOLD_OUT", "\u{e9}t\u{e9}", "\u{d558}", "\u{65e5}\u{672c}", "\u{0915}\u{093e}"] {
            assert!(!has_two_forms(code), "{}", shown(code));
        }
    }

    #[test]
    fn what_looks_alike_has_one_skeleton() {
        for other in [
            "sold_out",
            "SOLD_OUT ",
            "SOLD_OUT.",
            "SOLD_\u{200b}OUT",
            "\u{feff}SOLD_OUT",
            "SOLD\u{a0}_OUT",
            // Cyrillic, Greek.
            "SOLD_\u{41e}UT",
            "\u{405}OLD_\u{39f}U\u{422}",
            // Fullwidth, mathematical, and with accents.
            "\u{ff33}OLD\u{ff3f}OUT",
            "\u{1d412}old_\u{1d428}ut",
            "SO\u{301}LD_OUT",
            "S\u{d3}LD_OUT",
        ] {
            assert_eq!(skeleton(other), skeleton("SOLD_OUT"), "{}", shown(other));
        }
        for other in ["SOLD-OUT", "SOLDOUT", "SOLD_0UT"] {
            assert_ne!(skeleton(other), skeleton("SOLD_OUT"), "{other}");
        }
    }
}

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
            } else if let Some(Spanned { value: code, span }) = code.filter(|code| is_blank_somewhere(&code.value)) {
                let message = format!("the code `{}` has white space or an invisible character", shown(&code));
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

/// What remains of a text if case, white space, invisible characters and a full stop at the end do
/// not count, and letters that look like Latin letters are Latin.
fn skeleton(text: &str) -> String {
    let visible = text.trim_end_matches('.').chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
    visible.map(latin).flat_map(char::to_lowercase).collect()
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

/// Characters without a visible form: controls, joiners, marks of the text direction and fillers.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// The Latin letter that a Cyrillic or Greek letter looks like.
fn latin(c: char) -> char {
    const ALIKE: [(&str, &str); 3] = [
        ("АВЕЅІЈКМНОРСТХҮԀԌԚԜ", "ABESIJKMHOPCTXYDGQW"),
        ("аеоѕіјрсухһԁԛԝ", "aeosijpcyxhdqw"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοννιϲϳ", "ABEZHIKMNOPTYXovvicj"),
    ];
    let in_table = |(from, to): &(&str, &str)| to.chars().nth(from.chars().position(|known| known == c)?);
    if c.is_ascii() { c } else { ALIKE.iter().find_map(in_table).unwrap_or(c) }
}

#[cfg(test)]
mod tests {
    use super::{shown, skeleton};

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
        ] {
            assert_eq!(skeleton(other), skeleton("SOLD_OUT"), "{}", shown(other));
        }
        for other in ["SOLD-OUT", "SOLDOUT", "SOLD_0UT"] {
            assert_ne!(skeleton(other), skeleton("SOLD_OUT"), "{other}");
        }
    }
}

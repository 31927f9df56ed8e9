//! Hides the examples of sensitive fields in the text of a catalog.
//!
//! A report, or the diff of an edit, shows lines of a catalog that may be invalid. So this works on
//! the YAML alone, and hides rather too much: each value under `example` or `examples` whose key is
//! the name of a sensitive field anywhere.

use std::collections::HashSet;
use std::ops::Range;

use crate::limits;
use crate::model::value::Value;
use crate::problem::Problems;
use crate::problem::near::nearest;
use crate::read::yaml::{self, Meaning, Node, NodeKind};
use crate::source::{SourceId, Span};

/// The values that texts of one catalog hide.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    /// The bytes of the values in each text.
    ranges: Vec<Vec<Range<usize>>>,
    /// The scalars in the values.
    scalars: Vec<String>,
}

/// Each text with the characters of secret values replaced. Lengths and line breaks stay.
///
/// ```
/// let text = "details: {pin: {type: string, sensitive: true, example: '4711'}}\n";
/// let hidden = errbook_catalog::masked(&[text]);
/// assert_eq!(hidden, ["details: {pin: {type: string, sensitive: true, example: ******}}\n"]);
/// ```
pub fn masked(texts: &[&str]) -> Vec<String> {
    let hidden = Hidden::of(texts);
    texts.iter().zip(&hidden.ranges).map(|(text, ranges)| with_masks(text, ranges)).collect()
}

impl Hidden {
    /// Finds the secret values of a catalog's texts.
    pub(crate) fn of(texts: &[&str]) -> Self {
        let mut hidden = Hidden { ranges: vec![Vec::new(); texts.len()], scalars: Vec::new() };
        if !texts.iter().any(|text| text.contains("sensitive")) {
            return hidden;
        }
        let source = SourceId::default();
        let read = |text: &&str| yaml::read(source, text, &mut { limits::YAML_NODES }, &mut Problems::default());
        let roots: Vec<Option<Node>> = texts.iter().map(read).collect();
        let mut names = HashSet::new();
        roots.iter().flatten().for_each(|root| sensitive_names(root, &mut names));
        for ((root, text), ranges) in roots.iter().zip(texts).zip(&mut hidden.ranges) {
            if let Some(root) = root {
                values(root, &names, false, ranges, &mut hidden.scalars);
            } else {
                *ranges = after_examples(text);
                hidden.scalars.extend(ranges.iter().map(|range| text[range.clone()].trim().to_owned()));
            }
        }
        hidden
    }

    /// Whether a place overlaps a secret value.
    pub(crate) fn overlaps(&self, span: Span) -> bool {
        let (start, end) = (span.start as usize, span.end as usize);
        let ranges = self.ranges.get(span.source.index()).into_iter().flatten();
        ranges.into_iter().any(|range| start < range.end && range.start <= end)
    }

    /// A text with masks, or `None` if it has no secret value.
    pub(crate) fn masked(&self, at: usize, text: &str) -> Option<String> {
        let ranges = self.ranges.get(at).filter(|ranges| !ranges.is_empty())?;
        Some(with_masks(text, ranges))
    }

    /// A message without the secret scalars. Each has its form in YAML or in JSON.
    pub(crate) fn scrubbed(&self, message: &str) -> String {
        let mut scrubbed = message.to_owned();
        for scalar in &self.scalars {
            let json = in_json(scalar);
            for form in [scalar.as_str(), &json] {
                scrubbed = without_word(&scrubbed, form);
            }
        }
        scrubbed
    }
}

/// The text of a scalar inside the quotes of a JSON string.
fn in_json(scalar: &str) -> String {
    let json = Value::String(scalar.to_owned()).to_string();
    json[1..json.len() - 1].to_owned()
}

/// A text with `***` instead of a word. Longer words that contain it stay.
fn without_word(text: &str, word: &str) -> String {
    if word.is_empty() {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for (at, _) in text.match_indices(word) {
        let is_inner = |other: Option<char>, own: Option<char>| {
            other.is_some_and(char::is_alphanumeric) && own.is_some_and(char::is_alphanumeric)
        };
        let after = text[at + word.len()..].chars().next();
        if is_inner(text[..at].chars().next_back(), word.chars().next()) || is_inner(after, word.chars().next_back()) {
            continue;
        }
        shown.push_str(&text[end..at]);
        shown.push_str("***");
        end = at + word.len();
    }
    shown.push_str(&text[end..]);
    shown
}

/// Collects the keys whose values have `sensitive`.
fn sensitive_names(node: &Node, names: &mut HashSet<String>) {
    if let NodeKind::List(items) = &node.kind {
        for item in items {
            sensitive_names(item, names);
        }
    }
    for entry in node.entries() {
        if is_sensitive(&entry.value) {
            names.insert(entry.key.value.clone());
        }
        sensitive_names(&entry.value, names);
    }
}

/// Any value but `false`: a mistake in the value must not show the example.
fn is_sensitive(field: &Node) -> bool {
    let is_off = |node: &Node| matches!(&node.kind, NodeKind::Plain(text) if text == "false");
    field.get("sensitive").is_some_and(|node| !is_off(node))
}

fn values(
    node: &Node,
    names: &HashSet<String>,
    below_example: bool,
    ranges: &mut Vec<Range<usize>>,
    scalars: &mut Vec<String>,
) {
    if let NodeKind::List(items) = &node.kind {
        for item in items {
            values(item, names, below_example, ranges, scalars);
        }
    }
    let field_is_sensitive = is_sensitive(node);
    for entry in node.entries() {
        let is_example = matches!(entry.key.value.as_str(), "example" | "examples");
        // The key can be misspelled.
        let is_named = || {
            names.contains(&entry.key.value) || nearest(&entry.key.value, names.iter().map(String::as_str)).is_some()
        };
        if (below_example && is_named()) || (field_is_sensitive && is_example) {
            ranges.push(entry.value.span.start as usize..entry.value.span.end as usize);
            hidden_scalars(&entry.value, scalars);
        } else {
            values(&entry.value, names, below_example || is_example, ranges, scalars);
        }
    }
}

fn hidden_scalars(node: &Node, scalars: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Text(text) => scalars.push(text.clone()),
        NodeKind::Plain(text) => {
            scalars.push(text.clone());
            // A message has the number, not its text.
            match yaml::meaning(text) {
                Meaning::Integer(number) => scalars.push(Value::Integer(number).to_string()),
                Meaning::Number(number) => scalars.push(Value::Number(number).to_string()),
                Meaning::Null | Meaning::Bool(_) | Meaning::Text | Meaning::Ambiguous => {}
            }
        }
        NodeKind::List(items) => items.iter().for_each(|item| hidden_scalars(item, scalars)),
        NodeKind::Map(entries) => {
            for entry in entries {
                scalars.push(entry.key.value.clone());
                hidden_scalars(&entry.value, scalars);
            }
        }
    }
}

/// The rest of each line after the key `example`, and the deeper lines below it: all that can be
/// known of a text that is not YAML.
fn after_examples(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut example = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '-']).len();
        let is_blank = line.trim().is_empty();
        if example.is_some_and(|outer| is_blank || indent > outer) {
            ranges.push(start..start + line.len());
        } else {
            example = None;
            if let Some(at) = line.find("example") {
                let value = line[at..].find(':').map_or(at, |colon| at + colon + 1);
                ranges.push(start + value..start + line.len());
                example = Some(indent);
            }
        }
        start += line.len();
    }
    ranges
}

/// Replaces each visible character by one of the same length, so that places stay correct.
fn with_masks(text: &str, ranges: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for range in ranges.iter().filter(|range| !range.is_empty()) {
        shown.push_str(&text[end..range.start]);
        shown.extend(text[range.clone()].chars().map(|letter| match letter.len_utf8() {
            _ if letter.is_whitespace() => letter,
            1 => '*',
            2 => '·',
            3 => '•',
            _ => '🞄',
        }));
        end = range.end;
    }
    shown.push_str(&text[end..]);
    shown
}

#[cfg(test)]
mod tests {
    use super::masked;

    fn hides(text: &str) {
        let hidden = masked(&[text]).remove(0);
        assert!(!hidden.contains("hunter2"), "{hidden}");
        assert_eq!(hidden.len(), text.len());
        assert_eq!(hidden.lines().count(), text.lines().count());
        let positions = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(positions(&hidden), positions(text));
    }

    #[test]
    fn examples_of_sensitive_fields_are_hidden() {
        for text in [
            "details: {p: {type: string, sensitive: true, example: hunter2}}",
            "details:\n  p:\n    example: |\n      hunter2\n      é hunter2\n    sensitive: true\n    doc: x\n",
            "details: {p: {sensitive: yes, example: {a: [hunter2, hunter2]}}}",
            "details: {p: {sensitive: true}}\nexamples: [{details: {p: hunter2}}]",
            "types: {T: {fields: {p: {sensitive: true}}}}\ndetails: {t: {type: T, example: {p: hunter2}}}",
            "types: {T: {fields: {p: {sensitive: true}}}}\ncontext: {t: {type: 'array<T>', example: [{p: hunter2}]}}",
            // Not YAML.
            "details: {p: {sensitive: true, example: hunter2}",
            "details:\n  p:\n    sensitive: true\n    example: hunter2: x\n",
            "details:\n  p:\n    sensitive: true\n    example:\n      a: hunter2: x\n    doc: a: b\n",
        ] {
            hides(text);
        }
    }

    #[test]
    fn other_examples_are_shown() {
        for text in [
            "details: {p: {sensitive: false, example: shown}}",
            "details: {p: {example: shown}}",
            "details: {p: {sensitive: true, doc: shown}, q: {example: shown}}",
        ] {
            assert_eq!(masked(&[text]), [text]);
        }
    }
}

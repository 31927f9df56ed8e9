//! Hides the examples of sensitive fields in the text of a catalog.
//!
//! A report, or the diff of an edit, shows lines of a catalog that may be invalid. So this works on
//! the YAML alone, and hides rather too much: each value under `example` or `examples` whose key is
//! the name of a sensitive field anywhere, or of a field whose type has one; each example of such
//! fields; and each value in a sensitive field whose key is not one of a field.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::limits;
use crate::model::value::Value;
use crate::problem::Problems;
use crate::problem::near::nearest;
use crate::read::shape::Field;
use crate::read::yaml::{self, Entry, Meaning, Node, NodeKind};
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
        let read = |text: &&str| {
            let mut problems = Problems::default();
            let root = yaml::read(source, text, &mut { limits::YAML_NODES }, &mut problems)?;
            // What the reader reports and still reads is a tag or an anchor.
            Some((root, problems.has_errors()))
        };
        let roots: Vec<Option<(Node, bool)>> = texts.iter().map(read).collect();
        let names = Names::of(roots.iter().flatten().map(|(root, _)| root));
        for ((root, text), ranges) in roots.iter().zip(texts).zip(&mut hidden.ranges) {
            if let Some((root, has_properties)) = root {
                let has_properties = *has_properties;
                let mut found = Found { text, has_properties, ranges, scalars: &mut hidden.scalars };
                values(root, &names, Above::default(), &mut found);
            } else {
                *ranges = after_examples(text);
                let values = ranges.iter().map(|range| text[range.clone()].trim());
                let words = values.flat_map(|value| value.split(|c: char| !c.is_alphanumeric()).chain([value]));
                hidden.scalars.extend(words.filter(|word| word.len() > 1).map(str::to_owned));
            }
            *ranges = apart(std::mem::take(ranges));
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

/// The maximum number of sensitive names that are compared with misspelled keys. Above it, any key
/// counts as one of them.
const COMPARED: usize = 200;

/// The names of the fields with secrets: sensitive fields, and fields whose type has one.
#[derive(Default)]
struct Names(HashSet<String>);

/// What a catalog says of its types.
#[derive(Default)]
struct Types<'a> {
    /// The types with a sensitive member.
    sensitive: Vec<&'a str>,
    /// The types with a member of a type, by the name of that one.
    users: HashMap<&'a str, Vec<&'a str>>,
    /// The fields of a type, by its name.
    fields: HashMap<&'a str, Vec<&'a str>>,
}

impl Names {
    fn of<'a>(roots: impl Iterator<Item = &'a Node>) -> Self {
        let (mut names, mut types) = (Names::default(), Types::default());
        for root in roots {
            names.collect(root, None, &mut types);
        }
        // A type with a member of a sensitive type is sensitive, too.
        let mut known = HashSet::new();
        while let Some(ty) = types.sensitive.pop() {
            if known.insert(ty) {
                types.sensitive.extend(types.users.get(ty).into_iter().flatten());
                names.0.extend(types.fields.get(ty).into_iter().flatten().map(|&field| field.to_owned()));
            }
        }
        names
    }

    /// Reads the fields and types below a node, which can be in a type.
    fn collect<'a>(&mut self, node: &'a Node, inside: Option<&'a str>, types: &mut Types<'a>) {
        if let NodeKind::List(items) = &node.kind {
            for item in items {
                self.collect(item, inside, types);
            }
        }
        for Entry { key, value, .. } in node.entries() {
            let key = key.value.as_str();
            if is_sensitive(value) {
                self.0.insert(key.to_owned());
                types.sensitive.extend(inside);
            }
            for word in words_of_type(value) {
                types.fields.entry(word).or_default().push(key);
                types.users.entry(word).or_default().extend(inside);
            }
            let is_type = value.get("fields").is_some();
            self.collect(value, if is_type { Some(key) } else { inside }, types);
        }
    }

    /// Whether a field has the name, which can be misspelled.
    fn has(&self, name: &str) -> bool {
        self.0.contains(name) || self.0.len() > COMPARED || nearest(name, self.0.iter().map(String::as_str)).is_some()
    }
}

/// The names in the type of a field: `login: Login`, `logins: {type: array<Login>}`.
fn words_of_type(field: &Node) -> impl Iterator<Item = &str> {
    let ty = match &field.get("type").unwrap_or(field).kind {
        NodeKind::Plain(text) | NodeKind::Text(text) => text.as_str(),
        NodeKind::List(_) | NodeKind::Map(_) => "",
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_type = ty.chars().all(|c| is_word(c) || "<> ".contains(c));
    ty.split(move |c| !is_word(c)).filter(move |word| is_type && !word.is_empty())
}

/// Any value but `false`: a mistake in the value must not show the example.
fn is_sensitive(field: &Node) -> bool {
    let is_off = |node: &Node| matches!(&node.kind, NodeKind::Plain(text) if text == "false");
    field.get("sensitive").is_some_and(|node| !is_off(node))
}

/// The secret values of a text.
struct Found<'a> {
    text: &'a str,
    /// Whether the text has tags or anchors.
    has_properties: bool,
    ranges: &'a mut Vec<Range<usize>>,
    scalars: &'a mut Vec<String>,
}

/// The keys above a node.
#[derive(Clone, Copy, Default)]
struct Above {
    /// Whether one is `example` or `examples`.
    is_example: bool,
    /// Whether the last one is the name of a field with secrets.
    is_field: bool,
}

fn values(node: &Node, names: &Names, above: Above, found: &mut Found) {
    if let NodeKind::List(items) = &node.kind {
        for item in items {
            values(item, names, above, found);
        }
    }
    let has_secrets = above.is_field || is_sensitive(node);
    for entry in node.entries() {
        let key = entry.key.value.as_str();
        let is_example = matches!(key, "example" | "examples");
        // The value of a misspelled `example`.
        let is_stray = is_sensitive(node) && Field::SHAPE.keys.iter().all(|known| known.name != key);
        if (above.is_example && names.has(key)) || (has_secrets && is_example) || is_stray {
            let range = whole_value(found, entry);
            let words = found.text[range.clone()].split([' ', '\t', '\n', '\r', ',', '[', ']', '{', '}']);
            found.scalars.extend(words.filter_map(|word| word.strip_prefix(['!', '&'])).map(str::to_owned));
            found.ranges.push(range);
            hidden_scalars(&entry.value, found.scalars);
        } else {
            let is_example = above.is_example || is_example;
            values(&entry.value, names, Above { is_example, is_field: names.0.contains(key) }, found);
        }
    }
}

/// The bytes of a value. A tag or an anchor (`!secret`, `&secret`) is before the value that YAML
/// reads, or has no value at all. If the text has any, all that can belong to the value is hidden.
fn whole_value(found: &Found, entry: &Entry) -> Range<usize> {
    let value = entry.value.span.start as usize..entry.value.span.end as usize;
    let is_hidden = found.ranges.last().is_some_and(|last| value.end <= last.end);
    if !found.has_properties || is_hidden {
        let rest = found.text[value.end..].split(['\n', '\r']).next().unwrap_or_default();
        let comment = if rest.trim_start().starts_with('#') { rest.len() } else { 0 };
        return value.start..value.end + comment;
    }
    let key = entry.key.span.end as usize;
    let start = found.text[key..].find(':').map_or(key, |colon| key + colon + 1).min(value.start);
    let lines = deeper_lines(found.text, start);
    start..lines.end.max(value.end)
}

/// The rest of a line, and the lines below it that belong to the same value: all up to the next key
/// that is not deeper. The indentation of a line ends after the dashes of a list.
fn deeper_lines(text: &str, from: usize) -> Range<usize> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t', '-']).len();
    let line_start = text[..from].rfind('\n').map_or(0, |at| at + 1);
    let outer = indent(&text[line_start..]);
    let mut lines = text[from..].split_inclusive('\n');
    let mut end = from + lines.next().map_or(0, str::len);
    for line in lines {
        if indent(line) <= outer && !line.trim().is_empty() && is_key(line) {
            break;
        }
        end += line.len();
    }
    from..end
}

/// Whether a line begins with a key, an item or a comment.
fn is_key(line: &str) -> bool {
    let line = line.trim();
    let key = line.trim_start_matches(['-', '?', ' ']).split_once(':').map_or("", |(key, _)| key.trim());
    let is_name = |c: char| c.is_alphanumeric() || "_-.\"'$/@".contains(c);
    line.starts_with('#') || line.starts_with("- ") || (!key.is_empty() && key.chars().all(is_name))
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

/// The rest of each line after the key `example`, and the lines below it that belong to its value:
/// all that can be known of a text that is not YAML. An alias (`*secret`) hides the value that it
/// repeats, too.
fn after_examples(text: &str) -> Vec<Range<usize>> {
    let value = |at: usize| {
        let line = text[at..].split('\n').next().unwrap_or_default();
        line.find(':').map_or(at, |colon| at + colon + 1)
    };
    let places = |word| text.match_indices(word).map(|(at, _)| at);
    let mut ranges = each_value(text, places("example"), value);
    let name = |rest: &'_ str| {
        let end = rest.find([' ', ',', ']', '}', '\n', '\r', '\t']).unwrap_or(rest.len());
        rest[..end].to_owned()
    };
    let aliases = ranges.iter().flat_map(|range| text[range.clone()].split('*').skip(1).map(name));
    let aliases: HashSet<String> = aliases.collect();
    if !aliases.is_empty() {
        let anchors = places("&").filter(|at| aliases.contains(&name(&text[at + 1..])));
        ranges.extend(each_value(text, anchors, |at| at));
    }
    ranges
}

/// The values that begin at some places. The value of a place inside another value is a part of it.
fn each_value(text: &str, places: impl Iterator<Item = usize>, start: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for at in places {
        if ranges.last().is_none_or(|last| last.end <= at) {
            ranges.push(deeper_lines(text, start(at)));
        }
    }
    ranges
}

/// The ranges in order, without overlaps.
fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// Replaces each visible character by one of the same length, so that places stay correct.
fn with_masks(text: &str, ranges: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for range in ranges {
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
    use super::{COMPARED, masked};

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
            // Types with a sensitive member, and values of another form.
            "types: {T: {fields: {p: {sensitive: true}}}}\ndetails: {t: {type: T, example: hunter2}}",
            "types: {T: {fields: {p: {sensitive: true}}}}\ndetails: {t: {type: T, example: [hunter2]}}",
            "types: {T: {fields: {p: {sensitive: true}}}}\ndetails: {t: {type: T, example: {q: hunter2}}}",
            "types: {T: {fields: {p: {sensitive: true}}}}\ndetails: {t: 'map<T>'}\nexamples: [{details: {t: hunter2}}]",
            "types: {U: {fields: {t: array<T>}}, T: {fields: {p: {sensitive: true}}}}\ndetails: {u: {type: U, example: hunter2}}",
            // Other keys, and a field that is there twice.
            "details: {p: {type: string, sensitive: true, exmaple: hunter2}}",
            "details: {p: {type: string, sensitive: true, default: {a: hunter2}}}",
            "details: {p: {type: string, sensitive: true}, p: {type: string, example: hunter2}}",
            "details: {p: {type: string, sensitive: true,\n  example: 5 # hunter2\n}}",
            // Not YAML.
            "details:\n  p:\n    sensitive: true\n    example:\n    \thunter2: a\n",
            "details: {p: {sensitive: true, example: hunter2}",
            "details:\n  p:\n    sensitive: true\n    example: hunter2: x\n",
            "details:\n  p:\n    sensitive: true\n    example:\n      a: hunter2: x\n    doc: a: b\n",
            // Tags, anchors and aliases, which YAML does not read as text.
            "details:\n  p:\n    sensitive: true\n    example: !hunter2\n    doc: x\n",
            "details:\n  p:\n    sensitive: true\n    example: !hunter2",
            "details:\n  p:\n    example: &hunter2\n    sensitive: true\n",
            "details:\n  p:\n    example: &a!hunter2!x\n    sensitive: true\n",
            "details:\n  p:\n    example: !a &hunter2 b\n    sensitive: true\n",
            "details:\n  p:\n    example: &hunter2 !a b hunter2\n    sensitive: true\n",
            "details:\n  p:\n    example:\n      !hunter2\n    sensitive: true\n",
            "details:\n  p:\n    example:\n      !a\n      &hunter2\n      b\n    sensitive: true\n",
            "details:\n  p:\n    \"example\" : !hunter2\n    sensitive: true\n",
            "details:\n  p:\n    ? example\n    : !hunter2\n    sensitive: true\n",
            "details:\n  p:\n    ? example\n    : &hunter2 a\n    sensitive: true\n",
            "details: {p: {type: string, sensitive: true, example: !hunter2}}",
            "details: {p: {sensitive: true, example: !hunter2 , doc: x}}",
            "details: {p: {sensitive: true, example: &hunter2}}",
            "details: {p: {sensitive: true,\nexample: !hunter2\n}}",
            "details: {p: {sensitive: true, example: [!hunter2, &hunter2 a]}}",
            "details: {p: {sensitive: true, example: !hunter2 {a: b}}}",
            "details: {p: {sensitive: true, \"example\":!hunter2 a}}",
            "details:\n  p:\n    sensitive: true\n    example:\n    - a\n    - !hunter2\n",
            "details:\n  p:\n    sensitive: true\n    example:\n      a: &hunter2\n      b: !hunter2\n",
            "details:\n  p:\n    sensitive: true\n    example: !hunter2 |  # c\n      hunter2\n",
            "details:\n  p:\n    sensitive: true\n    example: >-  # c\n      hunter2\n\n      hunter2\n",
            "details: {p: {sensitive: true}}\nexamples: [{details: {p: !hunter2}}]",
            "details: {p: {sensitive: true}}\nexamples:\n- details:\n    p: &hunter2\n",
            "details:\n  p:\n    sensitive: true\n    example: *hunter2\n",
            "details:\n  p:\n    sensitive: true\n    examples: [*hunter2, a]\n",
            "x: &pw hunter2\ndetails:\n  p:\n    sensitive: true\n    example: *pw\n",
            "x: {y: &pw {a: hunter2}}\ndetails: {p: {sensitive: true, example: *pw}}\n",
            "x: &a {y: &pw hunter2, z: *a}\ndetails: {p: {sensitive: true, example: *pw}}\n",
            "x: &pw\n  - hunter2\ndetails: {p: {sensitive: true, example: {a: [*pw]}}}\n",
            // Not YAML, and not indented.
            "details:\n  p:\n    sensitive: true\n    ? example\n    : hunter2: a: b\n",
            "details: {p: {sensitive: true, example:\nhunter2, doc: x}",
            "details:\n  p:\n    sensitive: true\n    example: \"a\nhunter2 b\nc hunter2\n",
        ] {
            hides(text);
        }
    }

    /// Above a number of names, misspelled keys are not compared, and are hidden all the same.
    #[test]
    fn any_key_of_an_example_is_hidden_next_to_many_sensitive_names() {
        let field = |number| format!("f{number}: {{type: string, sensitive: true}}");
        let fields: Vec<String> = (0..=COMPARED).map(field).collect();
        hides(&format!("details: {{{}}}\nexamples: [{{details: {{unlike: hunter2}}}}]", fields.join(", ")));
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

//! Snippets of the JSON Schema, from the YAML in the tables of the format.

use crate::limits;
use crate::model::value::Value;
use crate::problem::Problems;
use crate::read::parse::json;
use crate::read::shape::Ty;
use crate::read::yaml::{self, Entry, Node, NodeKind};
use crate::source::Sources;

/// The body of a snippet. Each value, and each name that a catalog chooses, has a placeholder:
/// `${1:409}`, or `${1|caller,api,upstream|}` for one of a few words.
///
/// The YAML language server inserts a text as it is, without quotes. A text that starts with `^` is
/// inserted as it is by the JSON editors, too. So a text in quotes has its quotes in the body.
pub(crate) fn body(yaml: &str, ty: &Ty) -> Value {
    Placeholders(0).value(&node(yaml), Some(ty))
}

/// The value of YAML in a table.
pub(crate) fn value(yaml: &str) -> Value {
    json(&node(yaml))
}

/// The first key of a mapping in a table.
pub(crate) fn first_name(yaml: &str) -> Option<String> {
    node(yaml).entries().first().map(|entry| entry.key.value.clone())
}

fn node(yaml: &str) -> Node {
    let source = Sources::default().add(String::new(), String::new(), yaml.to_owned());
    yaml::read(source, yaml, &mut { limits::YAML_NODES }, &mut Problems::default())
        .expect("the YAML in the tables is valid")
}

/// The number of placeholders so far.
struct Placeholders(u32);

impl Placeholders {
    fn next(&mut self, text: &str) -> String {
        self.0 += 1;
        let text = text.replace('\\', r"\\").replace('$', r"\$").replace('}', r"\}");
        format!("${{{}:{text}}}", self.0)
    }

    fn quoted(&mut self, text: &str) -> String {
        let json = Value::String(text.to_owned()).to_string();
        format!("\"{}\"", self.next(&json[1..json.len() - 1]))
    }

    fn choice(&mut self, first: &str, words: &[&str]) -> String {
        self.0 += 1;
        let others = words.iter().filter(|word| **word != first);
        let words: Vec<&str> = std::iter::once(&first).chain(others).copied().collect();
        format!("${{{}|{}|}}", self.0, words.join(","))
    }

    fn scalar(&mut self, plain: &str, words: &[&str]) -> String {
        match words {
            [] => self.next(plain),
            [_] => plain.to_owned(),
            [..] => self.choice(plain, words),
        }
    }

    /// A value and its type, if the format gives it one.
    fn value(&mut self, node: &Node, ty: Option<&Ty>) -> Value {
        let words = ty.map(words).unwrap_or_default();
        match &node.kind {
            NodeKind::Text(text) => Value::String(format!("^{}", self.quoted(text))),
            NodeKind::Plain(text) => match (json(node), ty) {
                (value, Some(Ty::Integer(low, high))) if low == high => value,
                (Value::String(_), _) => Value::String(self.scalar(text, &words)),
                _ => Value::String(format!("^{}", self.scalar(text, &words))),
            },
            NodeKind::List(items) => {
                let ty = ty.and_then(Ty::item);
                Value::Array(items.iter().map(|item| self.value(item, ty)).collect())
            }
            NodeKind::Map(entries) => {
                let has_fixed_keys = ty.and_then(Ty::shape).is_some();
                let member = |entry: &Entry| {
                    let Entry { key, is_plain, value, earlier: _ } = entry;
                    let name = match (has_fixed_keys, is_plain) {
                        (true, _) => key.value.clone(),
                        (false, true) => self.next(&key.value),
                        (false, false) => self.quoted(&key.value),
                    };
                    (name, self.value(value, ty.and_then(|ty| ty.value(&key.value))))
                };
                Value::Object(entries.iter().map(member).collect())
            }
        }
    }
}

/// The words that a value can be.
fn words(ty: &Ty) -> Vec<&'static str> {
    match ty {
        Ty::Bool => vec!["true", "false"],
        Ty::OneOf(words) => words.iter().map(|(word, _)| *word).collect(),
        Ty::Either(choices) => choices.iter().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

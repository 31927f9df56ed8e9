//! OpenAPI documents in many styles, made from bytes: block and flow style, JSON, comments, absent
//! values, any indentation and line ends.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use crate::generate::Choices;

/// The errors of `errors.yaml`.
const ERRORS: [&str; 5] = ["SOLD_OUT", "CLOSED", "RATE_LIMIT", "NOT_FOUND", "UNAUTHORIZED"];

/// A value of a document.
enum Value {
    Null,
    Text(&'static str),
    /// A list of errors.
    Errors,
    List(Vec<Value>),
    Mapping(Vec<(String, Value)>),
}

use Value::{Errors, List, Mapping, Null, Text};

/// A document whose lists of errors are empty. The same bytes always give the same document.
///
/// ```
/// let text = errbook_fuzz::document(&[7; 100]);
/// assert!(text.contains("openapi"));
/// ```
pub fn document(bytes: &[u8]) -> String {
    let mut choices = Choices::new(bytes);
    let syntax = choices.below(8);
    let mut writer = Writer {
        is_json: syntax == 0,
        has_comments: choices.one_in(3),
        step: choices.of(&[2, 4, 1, 8]),
        flow: choices.of(&[1, 2, 5, 9]),
        choices,
    };
    let document = writer.document();
    let mut text = if syntax < 2 { writer.flow(&document, 0) } else { writer.block(&document, 0) };
    if syntax >= 2 && writer.choices.one_in(8) {
        text.insert_str(0, "---\n");
    }
    if writer.choices.one_in(8) {
        text.truncate(text.trim_end().len());
    } else {
        text.push_str(if syntax < 2 { "\n" } else { "" });
    }
    text.replace('\n', writer.choices.of(&["\n", "\n", "\r\n", "\r"]))
}

/// The document with other errors in each list.
pub(crate) fn with_lists(document: &str, choices: &mut Choices) -> String {
    let mut out = String::new();
    let mut rest = document;
    while let Some(start) = rest.find("x-errors").and_then(|key| Some(key + rest[key..].find('[')?)) {
        let end = start + rest[start..].find(']').unwrap_or_default();
        let names = ERRORS.iter().filter(|_| choices.one_in(3)).map(|name| format!("\"{name}\""));
        let _ = write!(out, "{}[{}", &rest[..start], names.collect::<Vec<_>>().join(", "));
        rest = &rest[end..];
    }
    out + rest
}

/// A document without the lists, and without errbook's parts.
pub(crate) fn foreign(document: &Json) -> Json {
    let is_ours = |value: &Json| {
        let target = value["$ref"].as_str().unwrap_or_default();
        value["x-errbook"] == "shop" || target.starts_with("#/components/responses/")
    };
    let Json::Object(members) = document else { return document.clone() };
    let kept = members.iter().filter(|(key, value)| *key != "x-errors" && !is_ours(value));
    let kept = kept.map(|(key, value)| (key.clone(), foreign(value)));
    // A merge fills and removes what is absent or empty.
    let is_empty = |value: &Json| value.is_null() || value.as_object().is_some_and(Map::is_empty);
    kept.filter(|(_, value)| !is_empty(value)).collect::<Map<_, _>>().into()
}

struct Writer<'a> {
    choices: Choices<'a>,
    is_json: bool,
    has_comments: bool,
    /// The indentation of a level.
    step: usize,
    /// One value of so many is in flow style.
    flow: usize,
}

fn mapping(members: Vec<(&str, Value)>) -> Value {
    Mapping(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

impl Writer<'_> {
    fn document(&mut self) -> Value {
        let mut members = vec![
            ("openapi", Text("3.1.0")),
            ("info", mapping(vec![("title", Text("a")), ("version", Text("1"))])),
            ("paths", self.paths()),
        ];
        let own = |text| mapping(vec![("Own", mapping(vec![("description", Text(text))]))]);
        match self.choices.below(4) {
            0 => {}
            1 => members.push(("components", Null)),
            2 => members.push(("components", mapping(vec![]))),
            _ => {
                let mut sections = Vec::new();
                for section in ["responses", "schemas", "parameters", "headers", "examples"] {
                    match self.choices.below(5) {
                        0 => sections.push((section, Null)),
                        1 => sections.push((section, mapping(vec![]))),
                        2 => sections.push((section, own("an own one"))),
                        _ => {}
                    }
                }
                members.push(("components", mapping(sections)));
            }
        }
        if self.choices.one_in(5) {
            members.push(("x-errors", Errors));
        }
        if self.choices.one_in(5) {
            members.push(("x-last", Null));
        }
        self.turned(members)
    }

    fn paths(&mut self) -> Value {
        let mut paths = Vec::new();
        for number in 0..=self.choices.below(3) {
            let mut item = Vec::new();
            for method in ["get", "put", "post", "delete"] {
                if self.choices.one_in(2) {
                    item.push((method, self.operation()));
                }
            }
            if self.choices.one_in(3) {
                item.push(("summary", Text("An item")));
            }
            paths.push((format!("/p{number}"), self.turned(item)));
        }
        Mapping(paths)
    }

    fn operation(&mut self) -> Value {
        let mut members = Vec::new();
        if !self.choices.one_in(5) {
            members.push(("x-errors", Errors));
        }
        match self.choices.below(5) {
            0 => {}
            1 => members.push(("responses", Null)),
            2 => members.push(("responses", mapping(vec![]))),
            _ => {
                let mut responses = vec![("200", mapping(vec![("description", Text("ok"))]))];
                if self.choices.one_in(3) {
                    responses.push(("default", mapping(vec![("description", Text("a: b # c"))])));
                }
                members.push(("responses", mapping(responses)));
            }
        }
        if self.choices.one_in(3) {
            members.push(("tags", List(vec![Text("a"), Text("b")])));
        }
        if self.choices.one_in(3) {
            let text = self.choices.of(&["a text", "- x", "{x}", "one\ntwo\n", ""]);
            members.push(("description", Text(text)));
        }
        self.turned(members)
    }

    /// A mapping that begins with any of its members.
    fn turned(&mut self, mut members: Vec<(&str, Value)>) -> Value {
        let first = self.choices.below(members.len().max(1));
        members.rotate_left(first);
        mapping(members)
    }

    fn key(&mut self, key: &str) -> String {
        let is_number = key.parse::<u16>().is_ok();
        match self.choices.below(6) {
            0 if !self.is_json => format!("'{key}'"),
            1 => format!("\"{key}\""),
            _ if is_number || self.is_json => format!("\"{key}\""),
            _ => key.to_owned(),
        }
    }

    fn scalar(&mut self, text: Option<&str>) -> String {
        match text {
            None if self.is_json => "null".to_owned(),
            None => self.choices.of(&["", "null", "~"]).to_owned(),
            Some(text) if !self.is_json && !text.is_empty() && text.chars().all(char::is_alphabetic) => text.to_owned(),
            Some(text) => Json::from(text).to_string(),
        }
    }

    /// A comment until the end of the line, or nothing.
    fn comment(&mut self) -> &'static str {
        if self.has_comments { self.choices.of(&["", "", "", " # a: b", " # {", " # it's"]) } else { "" }
    }

    /// A value in flow style.
    fn flow(&mut self, value: &Value, indent: usize) -> String {
        let members = match value {
            Null => return self.scalar(None),
            Text(text) => return self.scalar(Some(text)),
            Errors => return "[]".to_owned(),
            List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.flow(item, indent)).collect();
                return format!("[{}]", items.join(", "));
            }
            Mapping(members) => members,
        };
        if members.is_empty() {
            return self.choices.of(&["{}", "{ }"]).to_owned();
        }
        let inner = indent + self.step;
        let is_long = self.choices.one_in(3);
        let space = self.choices.of(&["", " "]);
        let gap = if is_long { format!("\n{:inner$}", "") } else { space.to_owned() };
        let mut out = format!("{{{gap}");
        for (number, (key, value)) in members.iter().enumerate() {
            if number > 0 {
                let comment = if is_long && !self.is_json { self.comment() } else { "" };
                let gap = if gap.is_empty() && !self.is_json { " " } else { &gap };
                let _ = write!(out, ",{comment}{gap}");
            }
            let key = self.key(key);
            let value = self.flow(value, inner);
            let colon = if self.is_json { self.choices.of(&[":", ": ", " : "]) } else { ": " };
            let _ = write!(out, "{key}{colon}{value}");
        }
        if !self.is_json && self.choices.one_in(6) {
            out.push(',');
        }
        out + &if is_long { format!("\n{:indent$}}}", "") } else { format!("{space}}}") }
    }

    /// The members of a mapping in block style.
    fn block(&mut self, value: &Value, indent: usize) -> String {
        let Mapping(members) = value else { return String::new() };
        let mut out = String::new();
        for (key, value) in members {
            if self.has_comments && self.choices.one_in(8) {
                let _ = writeln!(out, "{:indent$}# a: {{b, [", "");
            }
            let _ = write!(out, "{:indent$}{}{}", "", self.key(key), self.choices.of(&[":", ":", " :"]));
            out += &self.after_colon(value, indent);
        }
        out
    }

    /// The rest of the lines of a key in block style.
    fn after_colon(&mut self, value: &Value, indent: usize) -> String {
        let inner = indent + self.step;
        let comment = self.comment();
        match value {
            Text(text) if text.contains('\n') && self.choices.one_in(2) => {
                let lines = text.lines().map(|line| format!("{:inner$}{line}\n", ""));
                format!(" {}\n{}", self.choices.of(&["|", "|+", ">"]), lines.collect::<String>())
            }
            Mapping(members) if !members.is_empty() && !self.choices.one_in(self.flow) => {
                format!("{comment}\n{}", self.block(value, inner))
            }
            List(items) if !self.choices.one_in(self.flow) => {
                let items = items.iter().map(|item| format!("{:indent$}- {}\n", "", self.flow(item, inner)));
                format!("{comment}\n{}", items.collect::<String>())
            }
            _ => {
                let value = self.flow(value, indent);
                let space = if value.is_empty() { "" } else { " " };
                format!("{space}{value}{comment}\n")
            }
        }
    }
}

//! Canaries: values that occur nowhere else, instead of the secrets of a catalog. An output that
//! contains one has leaked a secret.
//!
//! ```
//! use errbook_catalog::canary::{self, Secret};
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("errors.yaml");
//! std::fs::write(&path, "
//! errbook: 1
//! api: {name: Shop}
//! errors:
//!   BROKEN: {status: 500, fix: Report it., details: {key: {type: string, sensitive: true, optional: true}}}
//!   DB_DOWN: {status: 503, visibility: internal, fix: Restart it.}
//! ").unwrap();
//! let planted = canary::load(&path);
//! let catalog = planted.loaded.catalog.expect("accepted");
//! let secret = |path: &str| planted.canaries.iter().find(|canary| canary.path == path).expect("a secret");
//! assert_eq!(secret("errors.BROKEN.details.key").secret, Secret::Sensitive);
//! let fix = secret("errors.DB_DOWN.fix");
//! assert!(catalog.errors[1].fix.as_ref().unwrap().contains(&fix.text));
//! assert_eq!(canary::leaks(&planted.canaries, &format!("Try: {}.", fix.text)), [fix]);
//! ```

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use crate::load::{Loaded, load_planted};
use crate::model::Code;
use crate::model::value::Value;
use crate::read::scope::{Scope, Written, written_type};
use crate::read::syntax::{
    BuiltIn, Document, ErrorEntry, Field, FieldType, RetiredEntry, Text, TypeShape, VisibilityWord,
};
use crate::source::Spanned;

/// A catalog whose secrets are canaries.
#[derive(Debug)]
pub struct Planted {
    /// The catalog, if it is valid.
    pub loaded: Loaded,
    /// Every canary.
    pub canaries: Vec<Canary>,
}

/// A value that occurs nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The value as text: letters and digits, so that no format escapes it.
    pub text: String,
    /// The place of the secret: `errors.SOLD_OUT.details.token`.
    pub path: String,
    /// What may contain it.
    pub secret: Secret,
}

/// The kinds of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// A value of a sensitive field. No output contains it.
    Sensitive,
    /// A part of an internal error. The service's Rust code, `list`, `explain` and the diff in a
    /// terminal contain it.
    Internal,
}

/// Loads a catalog, with canaries instead of the sensitive values and of the texts of internal
/// errors. Sensitive fields without an example get one. Reports errors, and no lints.
pub fn load(path: &Path) -> Planted {
    let mut canaries = Vec::new();
    let loaded = load_planted(path, &mut |document| canaries = plant(document));
    Planted { loaded, canaries }
}

/// The canaries in a text, in any case: a Rust name capitalizes an id.
pub fn leaks<'a>(canaries: &'a [Canary], text: &str) -> Vec<&'a Canary> {
    let text = text.to_ascii_lowercase();
    let mut found: Vec<usize> = Vec::new();
    for (prefix, digits) in [(WORD, 5), (NUMBER, 8)] {
        for (at, _) in text.match_indices(prefix) {
            let number = text.get(at + prefix.len()..at + prefix.len() + digits);
            found.extend(number.and_then(|number| number.parse::<usize>().ok()).filter(|at| *at < canaries.len()));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|at| &canaries[at]).collect()
}

/// The beginning of a text canary. Five digits and an `x` follow.
const WORD: &str = "canary";

/// The beginning of a number canary. Eight digits follow, so that a JSON number keeps all of them.
const NUMBER: &str = "71349261";

fn plant(document: &mut Document) -> Vec<Canary> {
    let scope = Scope::new(document);
    let is_internal: Vec<bool> = document.errors.iter().map(|error| scope.is_internal(error)).collect();
    let mut garden = Garden { types: types(document), canaries: Vec::new() };
    for field in &mut document.context {
        garden.field("context", field);
    }
    for def in &mut document.types {
        if let TypeShape::Object(fields) = &mut def.shape {
            for field in fields {
                garden.field(&format!("types.{}", def.name.value), field);
            }
        }
    }
    for (at, is_internal) in is_internal.into_iter().enumerate() {
        garden.error(document, at);
        if is_internal {
            garden.internal(document, at);
        }
    }
    for entry in &mut document.retired {
        if entry.visibility == Some(VisibilityWord::Internal) {
            garden.retired(entry);
        }
    }
    garden.canaries
}

/// The name, the type and the secrecy of a field.
#[derive(Clone)]
struct Member {
    name: String,
    is_sensitive: bool,
    ty: Option<String>,
}

/// The members of each object type, by its name.
fn types(document: &Document) -> HashMap<String, Rc<[Member]>> {
    let object = |shape: &TypeShape| match shape {
        TypeShape::Object(fields) => Some(fields.iter().map(Member::of).collect()),
        TypeShape::Enum(_) | TypeShape::Unknown => None,
    };
    document.types.iter().filter_map(|def| Some((def.name.value.clone(), object(&def.shape)?))).collect()
}

impl Member {
    fn of(field: &Field) -> Self {
        let (name, ty) = (field.name.value.clone(), written(field).map(str::to_owned));
        Member { name, is_sensitive: field.sensitive, ty }
    }
}

fn written(field: &Field) -> Option<&str> {
    match field.ty.as_ref()? {
        FieldType::Written(text) => Some(&text.value),
        FieldType::Enum(_) => None,
    }
}

struct Garden {
    types: HashMap<String, Rc<[Member]>>,
    canaries: Vec<Canary>,
}

impl Garden {
    fn word(&mut self, secret: Secret, path: &str) -> String {
        let text = format!("{WORD}{:05}x", self.canaries.len());
        self.canaries.push(Canary { text: text.clone(), path: path.to_owned(), secret });
        text
    }

    fn number(&mut self, secret: Secret, path: &str) -> i64 {
        let text = format!("{NUMBER}{:08}", self.canaries.len());
        self.canaries.push(Canary { text: text.clone(), path: path.to_owned(), secret });
        text.parse().expect("16 digits")
    }

    /// Plants the example of a field. A sensitive text without an example gets one.
    fn field(&mut self, owner: &str, field: &mut Field) {
        let path = format!("{owner}.{}", field.name.value);
        let ty = written(field).map(str::to_owned);
        let is_text = ty.as_deref() == Some(BuiltIn::String.name());
        if field.sensitive && field.example.is_none() && is_text {
            field.example = Some(Spanned { value: Value::Null, span: field.name.span });
        }
        if let Some(example) = &mut field.example {
            self.value(&path, &mut example.value, ty.as_deref(), field.sensitive);
        }
    }

    fn value(&mut self, path: &str, value: &mut Value, ty: Option<&str>, is_sensitive: bool) {
        if is_sensitive {
            self.replace(Secret::Sensitive, path, value);
        } else if let Some(ty) = ty.and_then(written_type) {
            self.inside(path, value, &ty);
        }
    }

    /// Plants the sensitive members of a value.
    fn inside(&mut self, path: &str, value: &mut Value, ty: &Written<'_>) {
        match (value, ty) {
            (Value::Array(items), Written::Array(ty)) => items.iter_mut().for_each(|item| self.inside(path, item, ty)),
            (Value::Object(members), Written::Map(ty)) => {
                for (_, item) in members {
                    self.inside(path, item, ty);
                }
            }
            (Value::Object(members), Written::Name(name)) => {
                let Some(known) = self.types.get(*name).cloned() else { return };
                for (key, value) in members {
                    if let Some(member) = known.iter().find(|member| member.name == *key) {
                        self.value(&format!("{path}.{key}"), value, member.ty.as_deref(), member.is_sensitive);
                    }
                }
            }
            _ => {}
        }
    }

    /// Replaces each scalar of a value.
    fn replace(&mut self, secret: Secret, path: &str, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace(secret, path, item)),
            Value::Object(members) => members.iter_mut().for_each(|(_, item)| self.replace(secret, path, item)),
            Value::Integer(_) | Value::Number(_) => *value = Value::Integer(self.number(secret, path)),
            Value::String(_) | Value::Null => *value = Value::String(self.word(secret, path)),
            // There are only two, and both occur elsewhere.
            Value::Bool(_) => {}
        }
    }

    /// Plants the sensitive values of an error.
    fn error(&mut self, document: &mut Document, at: usize) {
        let context: Vec<Member> = document.context.iter().map(Member::of).collect();
        let error = &mut document.errors[at];
        let path = format!("errors.{}", error.id.value);
        for field in &mut error.details {
            self.field(&format!("{path}.details"), field);
        }
        let details: Vec<Member> = error.details.iter().map(Member::of).collect();
        for example in &mut error.examples {
            let sections = [("details", &details, &mut example.details), ("context", &context, &mut example.context)];
            for (section, fields, values) in sections {
                for (name, value) in values.iter_mut().filter(|(_, value)| value.value != Value::Null) {
                    if let Some(field) = fields.iter().find(|field| field.name == name.value) {
                        let path = format!("{path}.examples.{section}.{}", name.value);
                        self.value(&path, &mut value.value, field.ty.as_deref(), field.is_sensitive);
                    }
                }
            }
        }
    }

    /// Plants the id and the note of an internal retired error.
    fn retired(&mut self, entry: &mut RetiredEntry) {
        let path = format!("retired.{}", entry.id.value);
        entry.id.value = self.word(Secret::Internal, &path);
        if let Some(note) = &mut entry.note {
            *note = format!("{note} {}", self.word(Secret::Internal, &format!("{path}.note")));
        }
    }

    /// Plants the id and the texts of an internal error.
    fn internal(&mut self, document: &mut Document, at: usize) {
        let old = document.errors[at].id.value.clone();
        let path = format!("errors.{old}");
        let new = self.word(Secret::Internal, &path);
        let mut secret = |key: &str| self.word(Secret::Internal, &format!("{path}.{key}"));
        let ErrorEntry { code, title, message, description, cause, fix, details, snippets, notes, changed, .. } =
            &mut document.errors[at];
        if let Some(Spanned { value: Some(Code::Text(code)), .. }) = code {
            *code = secret("code");
        }
        let texts = [
            ("title", title.as_mut().map(|text| &mut text.value)),
            ("message", message.as_mut().map(|text| &mut text.value)),
            ("description", description.as_mut().map(|text| &mut text.value)),
            ("cause", cause.as_mut().map(|text| &mut text.value)),
            ("fix", fix.as_mut().map(|text| &mut text.value)),
            ("notes", notes.as_mut()),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                *text = format!("{text} {}", secret(key));
            }
        }
        for (_, code) in snippets {
            *code = format!("{code} {}", secret("snippets"));
        }
        for (_, note) in changed {
            *note = format!("{note} {}", secret("changed"));
        }
        for field in details {
            let key = format!("details.{}", field.name.value);
            field.doc = Some(format!("{} {}", field.doc.take().unwrap_or_default(), secret(&key)));
            let is_text = written(field) == Some(BuiltIn::String.name());
            if let Some(example) = field.example.as_mut().filter(|_| is_text && !field.sensitive) {
                example.value = Value::String(secret(&key));
            }
        }
        rename(document, &old, &new);
    }
}

/// Renames an error wherever the catalog names it.
fn rename(document: &mut Document, old: &str, new: &str) {
    let ids = document.errors.iter_mut().flat_map(|error| {
        let replacement = error.deprecated.as_mut().and_then(|deprecated| deprecated.replacement.as_mut());
        std::iter::once(&mut error.id).chain(replacement)
    });
    let retired = document.retired.iter_mut().filter_map(|entry| entry.replacement.as_mut());
    let members = document.predicates.iter_mut().flat_map(|(_, members)| members);
    let allowed = document.audit.allow.iter_mut().filter_map(|allowance| allowance.id.as_mut());
    for Text { value, .. } in ids.chain(retired).chain(members).chain(allowed) {
        if value == old {
            new.clone_into(value);
        }
    }
}

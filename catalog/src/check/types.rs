//! Types exist. The names of types and fields are unique in Rust.

use std::collections::HashMap;

use super::{Checker, RUST_TYPES};
use crate::model::name::{Name, field_ident, pascal};
use crate::model::name::{inline_enum_name, is_id};
use crate::problem::near::nearest;
use crate::problem::{Problem, Rule};
use crate::read::scope::{Written, owners, written_type};
use crate::read::syntax::{BuiltIn, Composed, Field, FieldType, Text, TypeShape};
use crate::source::Span;
use crate::words::Word;

impl Checker<'_, '_> {
    pub(super) fn types(&mut self) {
        let document = self.document;
        let schemas: HashMap<String, &Text> =
            document.errors.iter().map(|error| (Name::new(&error.id.value).schema, &error.id)).collect();
        // An error with several statuses has a Rust type for them.
        let mut names: HashMap<String, Span> = document
            .errors
            .iter()
            .filter(|error| error.status.len() > 1)
            .map(|error| (format!("{}Status", Name::new(&error.id.value).variant), error.id.span))
            .collect();
        for def in &document.types {
            let name = &def.name;
            let rust = pascal(&name.value);
            if !is_id(&name.value) || rust != name.value {
                let message = format!("the name of the type `{}` is not in PascalCase", name.value);
                self.push(Problem::new(Rule::InvalidName, name.span, message).did_you_mean(name.span, Some(&rust)));
            } else if BuiltIn::from_word(&name.value).is_some() || RUST_TYPES.contains(&rust.as_str()) {
                let message = format!("`{}` is a reserved type name", name.value);
                self.push(Problem::new(Rule::NameClash, name.span, message));
            } else if let Some(id) = schemas.get(&rust) {
                let message =
                    format!("the type `{}` and the error `{}` both generate the schema `{rust}`", name.value, id.value);
                self.push(Problem::new(Rule::NameClash, name.span, message).related(id.span, "the error"));
            } else if let Some(&first) = names.get(&rust) {
                let message = format!("two Rust types have the name `{rust}`");
                self.push(Problem::new(Rule::NameClash, name.span, message).related(first, "the first"));
            }
            names.insert(rust, name.span);
            match &def.shape {
                TypeShape::Unknown => {
                    let message = format!("the type `{}` needs either `values` or `fields`", name.value);
                    self.push(Problem::new(Rule::MissingKey, name.span, message));
                }
                TypeShape::Enum(values) => self.enum_values(values, name.span),
                TypeShape::Object(_) => {}
            }
        }
        self.type_names_of_inline_enums(&schemas, names);
        for (at, def) in document.types.iter().enumerate() {
            if self.holds_itself(at) {
                let message = format!("the type `{}` holds itself without end", def.name.value);
                self.push(Problem::new(Rule::TypeCycle, def.name.span, message));
            }
        }
    }

    /// An inline enum gets a name from where it stands; it must be free.
    fn type_names_of_inline_enums(&mut self, schemas: &HashMap<String, &Text>, mut names: HashMap<String, Span>) {
        for (owner, fields) in owners(self.document) {
            for field in fields.iter().filter(|field| matches!(field.ty, Some(FieldType::Enum(_)))) {
                let rust = inline_enum_name(&owner, &field.name.value);
                let message =
                    format!("the type of `{}` has the Rust name `{rust}`, which is already in use", field.name.value);
                if let Some(id) = schemas.get(&rust) {
                    self.push(
                        Problem::new(Rule::NameClash, field.name.span, message).related(id.span, "by this error"),
                    );
                } else if let Some(first) = names.insert(rust, field.name.span) {
                    self.push(Problem::new(Rule::NameClash, field.name.span, message).related(first, "here"));
                }
            }
        }
    }

    fn enum_values(&mut self, values: &[Text], owner: Span) {
        if values.is_empty() {
            self.push(Problem::new(Rule::InvalidValue, owner, "an enum needs at least one value"));
        }
        let mut variants: HashMap<String, Span> = HashMap::new();
        for value in values {
            let variant = pascal(&value.value);
            if variant.is_empty() || !variant.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                let message = format!("cannot derive a Rust variant from the value `{}`", value.value);
                self.push(Problem::new(Rule::InvalidName, value.span, message));
            } else if let Some(&first) = variants.get(&variant) {
                let message = format!("two values generate the Rust variant `{variant}`");
                self.push(Problem::new(Rule::NameClash, value.span, message).related(first, "the first"));
            }
            variants.insert(variant, value.span);
        }
    }

    /// Whether a type reaches itself through members that are always there: only a list, a map or an absent member ends it.
    fn holds_itself(&self, start: usize) -> bool {
        let mut seen = vec![false; self.document.types.len()];
        let mut todo = vec![start];
        while let Some(at) = todo.pop() {
            let TypeShape::Object(fields) = &self.document.types[at].shape else { continue };
            for field in fields {
                let Some(FieldType::Written(text)) = &field.ty else { continue };
                let Some(Written::Name(name)) = written_type(&text.value) else { continue };
                let Some(&next) = self.scope.types.get(name) else { continue };
                if next == start {
                    return true;
                }
                if !std::mem::replace(&mut seen[next], true) {
                    todo.push(next);
                }
            }
        }
        false
    }

    pub(super) fn fields(&mut self) {
        let document = self.document;
        for (_, fields) in owners(document) {
            let mut idents: HashMap<String, Span> = HashMap::new();
            for field in fields {
                let ident = field_ident(&field.name.value);
                if !is_id(&field.name.value) || field.name.value.contains('.') || ident.is_empty() {
                    let message = format!("`{}` is not a valid field name", field.name.value);
                    self.push(Problem::new(Rule::InvalidName, field.name.span, message));
                } else if let Some(&first) = idents.get(&ident) {
                    let message = format!("two fields have the Rust name `{ident}`");
                    self.push(Problem::new(Rule::NameClash, field.name.span, message).related(first, "the first"));
                }
                idents.insert(ident, field.name.span);
                self.field_type(field);
            }
        }
        for error in &document.errors {
            for field in &error.details {
                let ident = field_ident(&field.name.value);
                let is_problem = self.scope.envelope(error).is_some_and(|at| self.scope.envelope_def(at).has_preset);
                let why = match ident.as_str() {
                    "type_" | "title" | "status" | "detail" | "instance" if is_problem => {
                        "RFC 9457 defines a member with this name"
                    }
                    "status" if error.status.len() > 1 => "an error with several statuses has a field `status`",
                    "source" if self.scope.source(error) => "an error with `source: true` has a field `source`",
                    _ => continue,
                };
                let message = format!("a detail cannot be named `{}`: {why}", field.name.value);
                self.push(Problem::new(Rule::NameClash, field.name.span, message));
            }
        }
    }

    fn field_type(&mut self, field: &Field) {
        match &field.ty {
            None => {}
            Some(FieldType::Enum(values)) => self.enum_values(values, field.name.span),
            Some(FieldType::Written(text)) if text.value == Composed::Enum.name() => {
                let message = format!("the enum `{}` needs `values`", field.name.value);
                self.push(Problem::new(Rule::MissingKey, text.span, message));
            }
            Some(FieldType::Written(text)) => match written_type(&text.value) {
                None => {
                    let message = format!("`{}` is not a type", text.value);
                    self.push(Problem::new(Rule::UnknownType, text.span, message).help(
                        "write `array<string>` for a list, or `map<string>` for an object with any member names",
                    ));
                }
                Some(written) => self.known_type(&written, text.span),
            },
        }
        if let (Some(example), Some(resolved)) = (&field.example, self.scope.resolve(field)) {
            self.fits(&example.value, &resolved, example.span, &field.name.value);
        }
    }

    fn known_type(&mut self, written: &Written<'_>, at: Span) {
        match written {
            Written::Array(item) | Written::Map(item) => self.known_type(item, at),
            Written::Name(name) => {
                if BuiltIn::from_word(name).is_some() || self.scope.types.contains_key(name) {
                    return;
                }
                let built_in = BuiltIn::ALL.map(BuiltIn::name).into_iter().chain(Composed::ALL.map(Composed::name));
                let own = self.document.types.iter().map(|def| def.name.value.as_str());
                let near = nearest(name, built_in.chain(own));
                let problem = Problem::new(Rule::UnknownType, at, format!("unknown type `{name}`"));
                let problem = match near {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                };
                self.push(problem);
            }
        }
    }
}

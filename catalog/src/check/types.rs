//! Types exist. The names of types and fields are unique in Rust.

use std::collections::HashMap;

use super::{Checker, RUST_TYPES};
use crate::edit::scalar_of;
use crate::limits;
use crate::model::name::{Name, field_ident, inline_enum_name, is_id, pascal};
use crate::model::template::{CONTEXT, DETAIL};
use crate::problem::{Problem, Rule};
use crate::read::nesting::Nesting;
use crate::read::scope::{Written, owners, written_type};
use crate::read::syntax::{Body, BuiltIn, Composed, Enumeration, ErrorEntry, Field, FieldType, OTHER, Text, TypeShape};
use crate::source::Span;
use crate::words::Word;

/// The maximum number of fields of a cycle in a message.
const NAMED_FIELDS: usize = 4;
const DEPTH_HELP: &str = "merge some of these types, or use `json` for the innermost";
const SIZE_HELP: &str = "set `optional: true` for some of the fields, or give them a short `example`";

/// The size of an envelope in each example.
#[derive(Default)]
struct Size {
    /// The number of constant members and items. A long text counts as several.
    own: usize,
    /// The maximum number of times that the body contains all details.
    details: usize,
    /// The maximum number of times that the body contains a context field.
    context: usize,
}

impl Size {
    fn of(body: Option<&Vec<(Text, Body)>>) -> Self {
        let mut size = Size { own: 1, details: 1, context: 1 };
        for (name, member) in body.into_iter().flatten() {
            size.add(&name.value);
            size.member(member);
        }
        size
    }

    fn member(&mut self, body: &Body) {
        match body {
            Body::Constant(_) => self.own += 1,
            Body::Text(text) => self.add(&text.value),
            Body::Array(items) => items.iter().for_each(|item| self.member(item)),
            Body::Object(members) => {
                for (name, member) in members {
                    self.add(&name.value);
                    self.member(member);
                }
            }
        }
    }

    fn add(&mut self, text: &str) {
        const BYTES_OF_A_NODE: usize = 256;
        self.own += 1 + text.len() / BYTES_OF_A_NODE;
        self.details += text.matches("{details").count();
        self.context += text.matches("{context").count();
    }

    fn filled(&self, details: usize, context: usize) -> usize {
        let details = self.details.saturating_mul(details);
        self.own.saturating_add(details).saturating_add(self.context.saturating_mul(context))
    }
}

/// The names of the Rust types of an error: of its statuses, of the details that its constructor
/// takes by name, and of the builder that sets the others.
fn types_of(error: &ErrorEntry) -> Vec<String> {
    let name = Name::new(&error.id.value).variant;
    let has_several = error.status.len() > 1;
    let optional = error.details.iter().filter(|detail| detail.optional).count();
    let required = error.details.len() - optional;
    let types = [
        (has_several, format!("{name}Status")),
        (required > 1, format!("{name}Required")),
        (has_several || optional > 0, format!("{name}Builder")),
    ];
    types.into_iter().filter_map(|(exists, name)| exists.then_some(name)).collect()
}

impl Checker<'_, '_> {
    pub(super) fn types(&mut self) {
        let document = self.document;
        let mut names: HashMap<String, Span> = HashMap::new();
        for error in &document.errors {
            for rust in types_of(error) {
                if RUST_TYPES.contains(&rust.as_str()) {
                    let message = format!("the Rust type `{rust}` of this error has a reserved name");
                    self.push(Problem::new(Rule::NameClash, error.id.span, message));
                } else if let Some(first) = names.insert(rust.clone(), error.id.span) {
                    let message = format!("two Rust types have the name `{rust}`");
                    self.push(Problem::new(Rule::NameClash, error.id.span, message).related(first, "the first"));
                }
            }
        }
        for def in &document.types {
            let name = &def.name;
            let rust = pascal(&name.value);
            if !is_id(&rust) {
                let message = format!("`{}` is not a valid name of a type", name.value);
                self.push(
                    Problem::new(Rule::InvalidName, name.span, message)
                        .help("start with a letter, and use only letters and digits of ASCII"),
                );
            } else if rust != name.value {
                let message = format!("the name of the type `{}` is not in PascalCase", name.value);
                self.push(Problem::new(Rule::InvalidName, name.span, message).did_you_mean(name.span, Some(&rust)));
            } else if BuiltIn::from_word(&name.value).is_some() || RUST_TYPES.contains(&rust.as_str()) {
                let message = format!("`{}` is a reserved type name", name.value);
                self.push(Problem::new(Rule::NameClash, name.span, message));
            } else if let Some(&first) = names.get(&rust) {
                let message = format!("two Rust types have the name `{rust}`");
                self.push(Problem::new(Rule::NameClash, name.span, message).related(first, "the first"));
            }
            names.insert(rust, name.span);
            if let Some(at) = def.misplaced_open {
                let message = "only an enum can have `open`";
                self.push(Problem::new(Rule::MisplacedKey, at, message).help("Add `values`, or remove the key."));
            }
            match &def.shape {
                TypeShape::Unknown => {
                    let message = format!("the type `{}` needs either `values` or `fields`", name.value);
                    self.push(Problem::new(Rule::MissingKey, name.span, message));
                }
                TypeShape::Enum(values) => self.enum_values(values, name.span),
                TypeShape::Object(_) => {}
            }
        }
        self.type_names_of_inline_enums(names);
        self.nesting();
    }

    /// Checks that every type has finite values, of a reasonable depth and size.
    fn nesting(&mut self) {
        let document = self.document;
        let nesting = Nesting::new(document);
        let endless = nesting.endless();
        for circle in &endless {
            let Some(&(first, _)) = circle.first() else { continue };
            let name = |at: usize| &document.types[at].name;
            let fields = circle.iter().take(NAMED_FIELDS).map(|(at, field)| format!("{}.{field}", name(*at).value));
            let left_out = (circle.len() > NAMED_FIELDS).then(|| "...".to_owned());
            let end = std::iter::once(name(first).value.clone());
            let way: Vec<String> = fields.chain(left_out).chain(end).collect();
            let of = &name(first).value;
            let message = format!("every value of the type `{of}` contains another `{of}`: {}", way.join(" -> "));
            self.push(Problem::new(Rule::TypeCycle, name(first).span, message));
        }
        let depths = nesting.depths();
        // Types around a type that is too deep are too deep as well. Report the innermost one.
        let deepest = depths.iter().zip(&document.types).filter(|(depth, _)| **depth > limits::TYPE_DEPTH);
        if let Some((depth, def)) = deepest.min_by_key(|(depth, _)| **depth) {
            let message = format!(
                "the type `{}` has {depth} levels of nested types; the limit is {}",
                def.name.value,
                limits::TYPE_DEPTH
            );
            self.push(Problem::new(Rule::TooLarge, def.name.span, message).help(DEPTH_HELP));
        } else if endless.is_empty() {
            self.example_sizes(&nesting);
        }
    }

    /// Checks the size of examples, which have a value for each required field.
    fn example_sizes(&mut self, nesting: &Nesting<'_>) {
        let document = self.document;
        let least = nesting.least_nodes();
        let large = least.iter().zip(&document.types).filter(|(nodes, _)| **nodes > limits::EXAMPLE_NODES);
        if let Some((nodes, def)) = large.min_by_key(|(nodes, _)| **nodes) {
            let message = format!(
                "the smallest value of the type `{}` has {nodes} members and items; the limit is {}",
                def.name.value,
                limits::EXAMPLE_NODES
            );
            self.push(Problem::new(Rule::TooLarge, def.name.span, message).help(SIZE_HELP));
            return;
        }
        let of_fields = |fields: &[Field]| fields.iter().map(|field| nesting.least_of(field, &least)).sum::<usize>();
        let context = of_fields(&document.context);
        let bodies: Vec<Size> = document.envelopes.iter().map(|envelope| Size::of(envelope.body.as_ref())).collect();
        let mut all = 0_usize;
        for error in &document.errors {
            let examples = error.examples.len() + error.status.len();
            let details = of_fields(&error.details);
            let body = self.scope.envelope(error).map_or(0, |at| bodies[at].filled(details, context));
            all = all.saturating_add(examples.saturating_mul(details.saturating_add(context).saturating_add(body)));
            if all > limits::ALL_EXAMPLE_NODES {
                let message = format!(
                    "the examples up to `{}` exceed the limit of {} members and items",
                    error.id.value,
                    limits::ALL_EXAMPLE_NODES
                );
                self.push(Problem::new(Rule::TooLarge, error.id.span, message).help(SIZE_HELP));
                return;
            }
        }
    }

    /// The Rust name of an inline enum comes from its owner and its field. It must be unique.
    fn type_names_of_inline_enums(&mut self, mut names: HashMap<String, Span>) {
        for (owner, fields) in owners(self.document) {
            for field in fields.iter().filter(|field| matches!(field.ty, Some(FieldType::Enum(_)))) {
                let rust = inline_enum_name(&owner, &field.ident());
                let message =
                    format!("the type of `{}` has the Rust name `{rust}`, which is already in use", field.name.value);
                let help = format!(
                    "Choose the detail's name in Rust, from which its type is named: `{}: {{..., rust: a_name}}`.",
                    quoted(&field.name.value)
                );
                if let Some(first) = names.insert(rust, field.name.span) {
                    self.push(
                        Problem::new(Rule::NameClash, field.name.span, message).related(first, "here").help(help),
                    );
                }
            }
        }
    }

    fn enum_values(&mut self, enumeration: &Enumeration, owner: Span) {
        let Enumeration { values, open } = enumeration;
        if values.is_empty() {
            self.push(Problem::new(Rule::InvalidValue, owner, "an enum needs at least one value"));
        }
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut variants: HashMap<String, Span> = HashMap::new();
        for entry in values {
            let (value, span) = (entry.value.value.as_str(), entry.value.span);
            // An empty text is reported as such.
            if value.is_empty() {
                continue;
            }
            if let Some(first) = seen.insert(value, span) {
                let message = format!("`{value}` is listed twice");
                self.push(Problem::new(Rule::InvalidValue, span, message).related(first, "the first"));
                continue;
            }
            let variant = enumeration.variant(entry);
            let advice = || format!("Choose its name in Rust: `{{value: {}, rust: Name}}`.", quoted(value));
            if let Some(rust) = entry.rust.as_ref().filter(|rust| !is_variant(&rust.value)) {
                self.rust_name(rust, pascal(&rust.value));
            } else if !is_ascii_word(&variant) {
                let message = format!("cannot derive a Rust variant from the value `{value}`");
                self.push(Problem::new(Rule::InvalidName, span, message).help(advice()));
            } else if *open && variant == OTHER {
                let message = format!("`{OTHER}` is the variant for the other values of an open enum");
                self.push(Problem::new(Rule::NameClash, span, message).help(advice()));
            } else if let Some(&first) = variants.get(&variant) {
                let message = format!("two values generate the Rust variant `{variant}`");
                self.push(Problem::new(Rule::NameClash, span, message).related(first, "the first").help(advice()));
            }
            variants.insert(variant, span);
        }
    }

    fn rust_name(&mut self, rust: &Text, valid: String) {
        let near = Some(valid).filter(|valid| is_ascii_word(valid));
        let message = format!("`{}` is not a name in Rust's style", rust.value);
        self.push(Problem::new(Rule::InvalidName, rust.span, message).did_you_mean(rust.span, near.as_deref()));
    }

    pub(super) fn fields(&mut self) {
        let document = self.document;
        for (_, fields) in owners(document) {
            if let Some(surplus) = fields.get(limits::FIELDS) {
                let message = format!("this field exceeds the limit of {} fields", limits::FIELDS);
                self.push(Problem::new(Rule::TooLarge, surplus.name.span, message));
                continue;
            }
            let mut idents: HashMap<String, Span> = HashMap::new();
            for field in fields {
                let (name, ident) = (&field.name.value, field.ident());
                let advice = || format!("Choose its name in Rust: `{}: {{type: ..., rust: a_name}}`.", quoted(name));
                if let Some(rust) = field
                    .rust
                    .as_ref()
                    .filter(|rust| field_ident(&rust.value) != rust.value || !is_ascii_word(&rust.value))
                {
                    self.rust_name(rust, field_ident(&rust.value));
                } else if !is_field_name(name) {
                    let message = format!("`{name}` is not a valid field name");
                    let help = "A name is text without braces, control characters, `?` at its end, or a prefix \
                                `details.` or `context.`.";
                    self.push(Problem::new(Rule::InvalidName, field.name.span, message).help(help));
                } else if field.rust.is_none() && (!is_id(name) || name.contains('.') || ident.is_empty()) {
                    let message = format!("cannot derive a Rust name from the field `{name}`");
                    self.push(Problem::new(Rule::InvalidName, field.name.span, message).help(advice()));
                } else if let Some(&first) = idents.get(&ident) {
                    let message = format!("two fields have the Rust name `{ident}`");
                    self.push(
                        Problem::new(Rule::NameClash, field.name.span, message)
                            .related(first, "the first")
                            .help(advice()),
                    );
                }
                idents.insert(ident, field.name.span);
                self.field_type(field);
            }
        }
        for error in &document.errors {
            for field in &error.details {
                let (name, ident) = (field.name.value.as_str(), field.ident());
                let envelope = self.scope.envelope(error).map(|at| self.scope.envelope_def(at));
                let is_problem = envelope.is_some_and(|envelope| envelope.has_preset);
                let is_predefined = envelope.is_some_and(|envelope| envelope.is_predefined);
                let why = match (name, ident.as_str()) {
                    ("type" | "title" | "status" | "detail" | "instance", _) if is_problem => {
                        "RFC 9457 defines a member with this name"
                    }
                    ("code", _) if is_problem => "a problem has its code there",
                    (_, "status") if error.status.len() > 1 => "an error with several statuses has a field `status`",
                    (_, "source") if self.scope.source(error) => "an error with `source: true` has a field `source`",
                    _ => continue,
                };
                let message = format!("a detail cannot be named `{name}`: {why}");
                let problem = Problem::new(Rule::NameClash, field.name.span, message);
                self.push(if matches!(ident.as_str(), "status" | "source") && !is_problem {
                    problem.help(format!("Choose its name in Rust: `{name}: {{type: ..., rust: a_name}}`."))
                } else if is_predefined {
                    problem.help("Choose another name, or write your own envelope `default` under `envelopes`.")
                } else {
                    problem
                });
            }
        }
    }

    fn field_type(&mut self, field: &Field) {
        if let Some((at, key)) = field.misplaced {
            let message = format!("only an enum can have `{key}`");
            self.push(Problem::new(Rule::MisplacedKey, at, message).help("Write `type: enum`, or remove the key."));
        }
        match &field.ty {
            None => {}
            Some(FieldType::Enum(values)) => self.enum_values(values, field.name.span),
            Some(FieldType::Written(text)) if text.value == Composed::Enum.name() => {
                let message = format!("the enum `{}` needs `values`", field.name.value);
                self.push(Problem::new(Rule::MissingKey, text.span, message));
            }
            Some(FieldType::Written(text)) => match written_type(&text.value) {
                None if text.value.matches('<').count() > limits::WRITTEN_DEPTH => {
                    let message = format!(
                        "the type of `{}` has more than {} levels of `array` and `map`",
                        field.name.value,
                        limits::WRITTEN_DEPTH
                    );
                    self.push(Problem::new(Rule::TooLarge, text.span, message).help(DEPTH_HELP));
                }
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
                let names = || {
                    let built_in = BuiltIn::ALL.map(BuiltIn::name).into_iter().chain(Composed::ALL.map(Composed::name));
                    built_in.chain(self.document.types.iter().map(|def| def.name.value.as_str()))
                };
                let near = other_name(name).or_else(|| self.problems.nearest(name, names));
                let help = near.map_or_else(
                    || {
                        let names = BuiltIn::ALL.map(|ty| format!("`{}`", ty.name())).join(", ");
                        format!("add it under `types`, or use a built-in type: {names}, `enum`, `array<T>`, `map<T>`")
                    },
                    |near| format!("did you mean `{near}`?"),
                );
                self.push(Problem::new(Rule::UnknownType, at, format!("unknown type `{name}`")).help(help));
            }
        }
    }
}

/// The built-in type that other languages and formats call by this name.
fn other_name(name: &str) -> Option<&'static str> {
    let built_in = match name {
        "int" | "int32" | "int64" | "i32" | "i64" | "u32" | "u64" | "long" | "uint" => BuiltIn::Integer,
        "float" | "double" | "decimal" | "f32" | "f64" => BuiltIn::Number,
        "bool" => BuiltIn::Boolean,
        "str" | "String" | "text" | "varchar" => BuiltIn::String,
        "date" | "datetime" | "time" | "timestamp" => BuiltIn::DateTime,
        "url" | "link" => BuiltIn::Uri,
        "object" | "any" => BuiltIn::Json,
        "array" | "list" | "Vec" | "vec" => return Some("array<T>"),
        "map" | "dict" | "hash" => return Some("map<T>"),
        _ => return None,
    };
    Some(built_in.name())
}

fn is_ascii_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a name is valid for a variant. Acronyms can be in capitals.
fn is_variant(name: &str) -> bool {
    is_ascii_word(name) && name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains('_') && name != "Self"
}

/// Text as a YAML value in quotes, unless it is an id.
fn quoted(text: &str) -> String {
    if is_id(text) { scalar_of(text) } else { format!("{text:?}") }
}

/// Whether a name in JSON can be part of a placeholder.
fn is_field_name(name: &str) -> bool {
    let is_text = !name.is_empty() && !name.contains(|c: char| c.is_control() || matches!(c, '{' | '}'));
    is_text && !name.ends_with('?') && !name.starts_with(DETAIL) && !name.starts_with(CONTEXT)
}

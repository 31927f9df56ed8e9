//! What is refused beyond the shape of single values: names that clash, references that lead nowhere, templates that
//! would lack a value. Everything is reported, at its place; nothing is changed.

use std::collections::HashMap;

use crate::model::Kind;
use crate::name::{Name, field_ident, pascal, slug};
use crate::near::nearest;
use crate::placeholder::{self, GENERAL, Piece};
use crate::problem::{Level, Problem, Problems, Rule};
use crate::scope::{Resolved, Scope, Written, field, kind, wire_code, written_type};
use crate::shape::BUILT_IN_TYPES;
use crate::source::{Sources, Span, Spanned};
use crate::syntax::{
    BackoffKind, Body, Document, ErrorEntry, Field, FieldType, Policy, PolicyRef, Retryable, Text, TypeShape,
};
use crate::template::Placeholder;
use crate::value::Value;

pub(crate) fn check(document: &Document, sources: &Sources, problems: &mut Problems) {
    let checker = &mut Checker { document, scope: Scope::new(document), sources, problems };
    // Every id is a name that Rust, files and URLs can carry, and no two errors share one.
    checker.ids();
    // No two errors look the same on the wire.
    checker.codes();
    // A retired id or code stays away.
    checker.retired();
    // The API's slug names a folder.
    checker.api();
    // Groups, envelopes and policies that are named exist.
    checker.references();
    // A status stands once; what only a response can have, only a response has.
    checker.kinds();
    // Predicates are Rust methods and name errors.
    checker.predicates();
    // What replaces an error is here to stay.
    checker.replacements();
    // Types exist, have names of their own and do not hold themselves.
    checker.types();
    // Details, facts and members have types that exist, and names that Rust can tell apart.
    checker.fields();
    // Retry policies say something, and nothing that contradicts itself.
    checker.retry();
    // Headers have names and values that HTTP can carry.
    checker.headers();
    // Every placeholder stands for a value that is there.
    checker.templates();
    // Examples have values of the details' types.
    checker.examples();
}

/// Sets the levels that `lints:` asks for. Runs before everything that could report a lint.
pub(crate) fn lint_levels(document: &Document, problems: &mut Problems) {
    for (name, level) in &document.lints {
        match Rule::from_name(&name.value) {
            Some(rule) if rule.is_lint() => problems.set_level(rule, *level),
            Some(rule) => {
                let problem = Problem::new(Rule::UnknownLint, name.span, format!("`{rule}` is an error, not a lint"));
                // Asking for what happens anyway is no mistake worth a refusal, but `allow` would be a false promise.
                if *level != Level::Error {
                    problems.push(problem.help("errors cannot be switched off"));
                }
            }
            None => {
                let lints = Rule::ALL.iter().filter(|rule| rule.is_lint()).map(|rule| rule.name());
                problems.push(
                    Problem::new(Rule::UnknownLint, name.span, format!("there is no lint `{}`", name.value))
                        .did_you_mean(name.span, nearest(&name.value, lints)),
                );
            }
        }
    }
}

struct Checker<'a, 'p> {
    document: &'a Document,
    scope: Scope<'a>,
    sources: &'a Sources,
    problems: &'p mut Problems,
}

/// Names that generated Rust has for itself.
const RUST_TYPES: &[&str] = &["Error", "ErrorCode", "Context", "Body", "Details", "Self"];
const RUST_ERROR_METHODS: &[&str] = &["code", "status", "headers", "body", "source", "fmt", "to_string", "details"];
const RUST_CODE_METHODS: &[&str] = &[
    "id",
    "code",
    "status",
    "statuses",
    "title",
    "message",
    "description",
    "cause",
    "fix",
    "doc_url",
    "group",
    "retry",
    "retryable",
    "is_retryable",
    "refund",
    "headers",
    "since",
    "deprecated",
    "is_deprecated",
    "info",
    "all",
    "from_id",
    "from_wire",
    "from_message",
    "from_code",
    "from_str",
    "fmt",
    "origin",
    "slug",
    "notes",
    "details",
    "as_str",
    "clone",
    "eq",
    "cmp",
    "partial_cmp",
    "hash",
    "into",
    "to_string",
    "index",
    "kind",
    "visibility",
    "snippets",
    "meta",
];

impl<'a> Checker<'a, '_> {
    fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn ids(&mut self) {
        let mut ids: HashMap<&str, Span> = HashMap::new();
        let mut names: HashMap<(&str, String), (&str, Span)> = HashMap::new();
        for error in &self.document.errors {
            let id = &error.id;
            if !is_id(&id.value) {
                self.push(invalid_id(id));
                continue;
            }
            if let Some(&first) = ids.get(id.value.as_str()) {
                self.push(
                    Problem::new(Rule::DuplicateId, id.span, format!("two errors have the id `{}`", id.value))
                        .label("the second")
                        .related(first, "the first"),
                );
                continue;
            }
            ids.insert(&id.value, id.span);
            let name = Name::new(&id.value);
            if RUST_ERROR_METHODS.contains(&name.function.as_str()) {
                let message = format!("`{}` would take the name of a method of the generated `Error`", id.value);
                self.push(Problem::new(Rule::NameClash, id.span, message));
            }
            // One clash is enough to say: the names follow from one another.
            let claims = [
                ("the page", name.slug.to_lowercase()),
                ("the Rust variant", name.variant),
                ("the Rust function", name.function),
                ("the schema", name.schema),
            ];
            let clash = claims.iter().find_map(|claim| names.get(claim).map(|&(other, at)| (claim.clone(), other, at)));
            if let Some(((what, shared), other, at)) = clash {
                let message = format!("`{}` and `{other}` would both give {what} `{shared}`", id.value);
                self.push(Problem::new(Rule::NameClash, id.span, message).label("the second").related(at, "the first"));
            }
            for claim in claims {
                names.entry(claim).or_insert((&id.value, id.span));
            }
        }
        if let Some((id, at)) = names.get(&("the page", "index".to_owned())) {
            let message = format!("`{id}` would take the name of the reference's first page, `index.md`");
            self.problems.push(Problem::new(Rule::NameClash, *at, message));
        }
    }

    fn codes(&mut self) {
        let mut seen: HashMap<(String, Option<i64>), &ErrorEntry> = HashMap::new();
        for error in &self.document.errors {
            let code = wire_code(error);
            let at = error.code.as_ref().map_or(error.id.span, |code| code.span);
            let identities: Vec<(String, Option<i64>, String)> = match (kind(error), &code) {
                (Kind::Symptom, _) => continue,
                (Kind::Response, code) => {
                    let text = code.as_ref().map_or(String::new(), ToString::to_string);
                    let words = |status| match code {
                        Some(code) => format!("the code `{code}` under {status}"),
                        None => format!("no code under {status}"),
                    };
                    let statuses = error.status.iter();
                    statuses.map(|status| (text.clone(), Some(status.value), words(status.value))).collect()
                }
                (Kind::Message, Some(code)) => {
                    vec![(code.to_string(), None, format!("the code `{code}` and no status"))]
                }
                (Kind::Message, None) => {
                    let message = error.message.as_ref().map_or("", |message| &message.value);
                    vec![(format!("\0{message}"), None, format!("the message \"{message}\" and no code"))]
                }
            };
            for (code, status, words) in identities {
                if let Some(first) = seen.get(&(code.clone(), status)).filter(|first| first.id != error.id) {
                    let message = format!("`{}` and `{}` both have {words}", first.id.value, error.id.value);
                    let place = first.code.as_ref().map_or(first.id.span, |code| code.span);
                    self.problems.push(
                        Problem::new(Rule::DuplicateCode, at, message)
                            .label("a client could not tell this one")
                            .related(place, "from this one"),
                    );
                    break;
                }
                seen.entry((code, status)).or_insert(error);
            }
        }
    }

    fn retired(&mut self) {
        let mut retired: HashMap<&str, Span> = HashMap::new();
        let mut slugs: HashMap<String, (&str, Span)> = HashMap::new();
        for entry in &self.document.retired {
            if !is_id(&entry.id.value) {
                self.push(invalid_id(&entry.id));
            } else if let Some(&first) = retired.get(entry.id.value.as_str()) {
                let message = format!("`{}` is retired twice", entry.id.value);
                self.push(Problem::new(Rule::DuplicateId, entry.id.span, message).related(first, "the first"));
            }
            retired.insert(&entry.id.value, entry.id.span);
            slugs.insert(slug(&entry.id.value), (&entry.id.value, entry.id.span));
        }
        for error in &self.document.errors {
            let code = wire_code(error).map(|code| code.to_string());
            if let Some(&at) = retired.get(error.id.value.as_str()) {
                let message = format!("the id `{}` is retired", error.id.value);
                self.push(Problem::new(Rule::RetiredId, error.id.span, message).related(at, "retired here"));
            } else if let Some(&at) = code.as_ref().and_then(|code| retired.get(code.as_str())) {
                let place = error.code.as_ref().map_or(error.id.span, |code| code.span);
                let message = format!("the code `{}` is retired", code.unwrap_or_default());
                self.push(Problem::new(Rule::RetiredId, place, message).related(at, "retired here"));
            } else if let Some(&(other, at)) = slugs.get(&slug(&error.id.value)) {
                let message = format!("`{}` would take the page of the retired `{other}`", error.id.value);
                self.push(Problem::new(Rule::NameClash, error.id.span, message).related(at, "retired here"));
            }
        }
    }

    fn api(&mut self) {
        let api = &self.document.api;
        if let Some(name) = &api.name {
            if api.slug.is_none() && slug(&name.value).is_empty() {
                let message = format!("no folder name can be made from `{}`", name.value);
                self.push(Problem::new(Rule::InvalidName, name.span, message).help("add `slug: my-api`"));
            }
        }
        if let Some(slug) = &api.slug {
            let fits = slug.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && slug.value.starts_with(|first: char| first.is_ascii_alphanumeric());
            if !fits {
                let message = format!("the slug `{}` is not kebab-case", slug.value);
                self.push(
                    Problem::new(Rule::InvalidName, slug.span, message)
                        .help("use lower-case letters, digits and hyphens: it names folders"),
                );
            }
        }
    }

    fn references(&mut self) {
        let document = self.document;
        let groups = || document.groups.iter().map(|group| group.id.value.as_str());
        let policies = || document.retry.iter().map(|(name, _)| name.value.as_str());
        let envelopes = || document.envelopes.iter().map(|envelope| envelope.name.value.as_str());
        let mut unknown = |rule, what: &str, name: &Text, near: Option<&str>| {
            self.problems.push(
                Problem::new(rule, name.span, format!("there is no {what} `{}`", name.value))
                    .did_you_mean(name.span, near),
            );
        };
        for error in &document.errors {
            if let Some(name) = error.group.as_ref().filter(|name| !self.scope.groups.contains_key(name.value.as_str()))
            {
                unknown(Rule::UnknownGroup, "group", name, nearest(&name.value, groups()));
            }
        }
        let of_errors = document.errors.iter().map(|error| (&error.retry, &error.envelope));
        let of_groups = document.groups.iter().map(|group| (&group.defaults.retry, &group.defaults.envelope));
        let of_all = std::iter::once((&document.defaults.retry, &document.defaults.envelope));
        for (retry, envelope) in of_errors.chain(of_groups).chain(of_all) {
            if let Some(PolicyRef::Named(name)) = retry {
                if !self.scope.policies.contains_key(name.value.as_str()) {
                    unknown(Rule::UnknownPolicy, "retry policy", name, nearest(&name.value, policies()));
                }
            }
            if let Some(name) = envelope {
                // `envelope: default` may be written where there is no envelope at all.
                let absent = !self.scope.envelopes.contains_key(name.value.as_str());
                if absent && !(name.value == "default" && document.envelopes.is_empty()) {
                    unknown(Rule::UnknownEnvelope, "envelope", name, nearest(&name.value, envelopes()));
                }
            }
        }
        if !document.envelopes.is_empty() && !self.scope.envelopes.contains_key("default") {
            let lost = document
                .errors
                .iter()
                .find(|error| kind(error) == Kind::Response && self.scope.envelope_name(error).is_none());
            if let Some(error) = lost {
                let message = format!("`{}` names no envelope, and there is none named `default`", error.id.value);
                self.push(
                    Problem::new(Rule::UnknownEnvelope, error.id.span, message)
                        .related(document.envelopes[0].name.span, "rename this one to `default`, or name it"),
                );
            }
        }
    }

    fn kinds(&mut self) {
        for error in &self.document.errors {
            for (at, status) in error.status.iter().enumerate() {
                if error.status[..at].iter().any(|earlier| earlier.value == status.value) {
                    let message = format!("the status {} is here twice", status.value);
                    self.push(Problem::new(Rule::InvalidStatus, status.span, message));
                }
            }
            let kind = kind(error);
            if kind == Kind::Response {
                continue;
            }
            let only_responses = [
                error.envelope.as_ref().map(|name| (name.span, "envelope")),
                error.headers.first().map(|(name, _)| (name.span, "headers")),
            ];
            for (at, key) in only_responses.into_iter().flatten() {
                self.misplaced(error, at, key, "no status, so it is no response");
            }
            if kind == Kind::Symptom {
                let only_wire = [
                    error.details.first().map(|field| (field.name.span, "details")),
                    error.examples.first().map(|example| (example.span, "examples")),
                ];
                for (at, key) in only_wire.into_iter().flatten() {
                    self.misplaced(error, at, key, "neither a status nor a message, so it is a symptom");
                }
            }
        }
    }

    fn misplaced(&mut self, error: &ErrorEntry, at: Span, key: &str, why: &str) {
        let message = format!("`{}` has {why}: it cannot have `{key}`", error.id.value);
        self.push(Problem::new(Rule::MisplacedKey, at, message));
    }

    fn predicates(&mut self) {
        let document = self.document;
        for (name, members) in &document.predicates {
            let starts_low = name.value.starts_with(|first: char| first.is_ascii_lowercase());
            let is_snake =
                starts_low && name.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if !is_snake || field_ident(&name.value) != name.value {
                let message = format!("`{}` cannot be the name of a Rust method", name.value);
                self.push(
                    Problem::new(Rule::InvalidName, name.span, message).help("use snake case, as in `is_auth_error`"),
                );
            } else if RUST_CODE_METHODS.contains(&name.value.as_str()) {
                let message = format!("`{}` is a method that the generated `ErrorCode` has for itself", name.value);
                self.push(Problem::new(Rule::NameClash, name.span, message));
            }
            for (at, member) in members.iter().enumerate() {
                self.known_error(member, "predicate");
                let symptom = self.scope.errors.get(member.value.as_str()).map(|&at| &document.errors[at]);
                if symptom.is_some_and(|error| kind(error) == Kind::Symptom) {
                    let message = format!("`{}` is a symptom: no client has a code to ask about", member.value);
                    self.push(Problem::new(Rule::MisplacedKey, member.span, message));
                }
                if let Some(earlier) = members[..at].iter().find(|earlier| earlier.value == member.value) {
                    let message = format!("`{}` is here twice", member.value);
                    self.push(
                        Problem::new(Rule::DuplicateId, member.span, message).related(earlier.span, "first here"),
                    );
                }
            }
        }
    }

    /// Reports a name that is no error's id.
    fn known_error(&mut self, name: &Text, what: &str) -> bool {
        if self.scope.errors.contains_key(name.value.as_str()) {
            return true;
        }
        let ids = self.document.errors.iter().map(|error| error.id.value.as_str());
        let near = nearest(&name.value, ids);
        let message = format!("this {what} names `{}`, and no error has that id", name.value);
        self.push(Problem::new(Rule::UnknownError, name.span, message).did_you_mean(name.span, near));
        false
    }

    fn replacements(&mut self) {
        let document = self.document;
        let of_errors = document.errors.iter().filter_map(|error| {
            let replacement = error.deprecated.as_ref()?.replacement.as_ref()?;
            Some((&error.id, replacement))
        });
        let of_retired = document.retired.iter().filter_map(|entry| Some((&entry.id, entry.replacement.as_ref()?)));
        for (id, replacement) in of_errors.chain(of_retired) {
            if !self.known_error(replacement, "replacement") {
                continue;
            }
            let target = &document.errors[self.scope.errors[replacement.value.as_str()]];
            if target.deprecated.is_some() {
                let message =
                    format!("`{}` is to be replaced by `{}`, which is deprecated too", id.value, target.id.value);
                self.push(Problem::new(Rule::ReplacementCycle, replacement.span, message));
            }
        }
    }

    fn types(&mut self) {
        let document = self.document;
        let schemas: HashMap<String, &Text> =
            document.errors.iter().map(|error| (Name::new(&error.id.value).schema, &error.id)).collect();
        let mut names: HashMap<String, Span> = HashMap::new();
        for def in &document.types {
            let name = &def.name;
            let rust = pascal(&name.value);
            if !is_id(&name.value) || rust != name.value {
                let message = format!("the type `{}` is not written in Pascal case", name.value);
                self.push(Problem::new(Rule::InvalidName, name.span, message).did_you_mean(name.span, Some(&rust)));
            } else if BUILT_IN_TYPES.iter().any(|(built_in, _)| *built_in == name.value)
                || RUST_TYPES.contains(&rust.as_str())
            {
                let message = format!("`{}` is a name that errbook has for itself", name.value);
                self.push(Problem::new(Rule::NameClash, name.span, message));
            } else if let Some(id) = schemas.get(&rust) {
                let message = format!(
                    "the type `{}` and the error `{}` would both give the schema `{rust}`",
                    name.value, id.value
                );
                self.push(Problem::new(Rule::NameClash, name.span, message).related(id.span, "the error"));
            } else if let Some(&first) = names.get(&rust) {
                let message = format!("two types are named `{rust}`");
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
                let message = format!("the type of `{}` would be named `{rust}`, which is taken", field.name.value);
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
                let message = format!("no Rust variant can be made from the value `{}`", value.value);
                self.push(Problem::new(Rule::InvalidName, value.span, message));
            } else if let Some(&first) = variants.get(&variant) {
                let message = format!("two values would give the Rust variant `{variant}`");
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

    fn fields(&mut self) {
        let document = self.document;
        for (_, fields) in owners(document) {
            let mut idents: HashMap<String, Span> = HashMap::new();
            for field in fields {
                let ident = field_ident(&field.name.value);
                if !is_id(&field.name.value) || field.name.value.contains('.') || ident.is_empty() {
                    let message = format!("`{}` cannot be the name of a field", field.name.value);
                    self.push(Problem::new(Rule::InvalidName, field.name.span, message));
                } else if let Some(&first) = idents.get(&ident) {
                    let message = format!("two fields would be named `{ident}` in Rust");
                    self.push(Problem::new(Rule::NameClash, field.name.span, message).related(first, "the first"));
                }
                idents.insert(ident, field.name.span);
                self.field_type(field);
            }
        }
        for error in &document.errors {
            for field in &error.details {
                let ident = field_ident(&field.name.value);
                let why = match ident.as_str() {
                    "status" if error.status.len() > 1 => "an error with several statuses carries its `status`",
                    "source" if self.scope.source(error) => "an error with `source: true` carries its `source`",
                    _ => continue,
                };
                let message = format!("a detail cannot be named `{}` here: {why}", field.name.value);
                self.push(Problem::new(Rule::NameClash, field.name.span, message));
            }
        }
    }

    fn field_type(&mut self, field: &Field) {
        match &field.ty {
            None => {}
            Some(FieldType::Enum(values)) => self.enum_values(values, field.name.span),
            Some(FieldType::Written(text)) if text.value == "enum" => {
                let message = format!("the enum `{}` needs `values`", field.name.value);
                self.push(Problem::new(Rule::MissingKey, text.span, message));
            }
            Some(FieldType::Written(text)) => match written_type(&text.value) {
                None => {
                    let message = format!("`{}` is not a type", text.value);
                    self.push(
                        Problem::new(Rule::UnknownType, text.span, message)
                            .help("a list is written `array<string>`, an object with free names `map<string>`"),
                    );
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
                let built_in = BUILT_IN_TYPES.iter().map(|(built_in, _)| *built_in);
                if built_in.clone().any(|built_in| built_in == *name) || self.scope.types.contains_key(name) {
                    return;
                }
                let own = self.document.types.iter().map(|def| def.name.value.as_str());
                let near = nearest(name, built_in.chain(["array", "map", "enum"]).chain(own));
                let problem = Problem::new(Rule::UnknownType, at, format!("there is no type `{name}`"));
                let problem = match near {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                };
                self.push(problem);
            }
        }
    }

    fn fits(&mut self, value: &Value, ty: &Resolved<'_>, at: Span, name: &str) {
        let wrong = match (ty, value) {
            (Resolved::BuiltIn("json"), _)
            | (Resolved::BuiltIn("string" | "uri"), Value::String(_))
            | (Resolved::BuiltIn("integer"), Value::Integer(_))
            | (Resolved::BuiltIn("number"), Value::Integer(_) | Value::Number(_))
            | (Resolved::BuiltIn("boolean"), Value::Bool(_)) => None,
            (Resolved::BuiltIn("duration"), Value::Integer(seconds)) if *seconds >= 0 => None,
            (Resolved::BuiltIn("duration"), Value::Number(seconds)) if *seconds >= 0.0 => None,
            (Resolved::BuiltIn("date-time"), Value::String(text)) if is_date_time(text) => None,
            (Resolved::BuiltIn("uuid"), Value::String(text)) if is_uuid(text) => None,
            (Resolved::BuiltIn(name), _) => Some((*name).to_owned()),
            (Resolved::Enum(values), Value::String(text)) if values.iter().any(|value| value.value == *text) => None,
            (Resolved::Enum(values), _) => {
                let words: Vec<_> = values.iter().map(|value| format!("`{}`", value.value)).collect();
                Some(format!("one of {}", words.join(", ")))
            }
            (Resolved::Array(item), Value::Array(items)) => {
                items.iter().for_each(|value| self.fits(value, item, at, name));
                None
            }
            (Resolved::Array(_), _) => Some("a list".to_owned()),
            (Resolved::Map(item), Value::Object(members)) => {
                members.iter().for_each(|(_, value)| self.fits(value, item, at, name));
                None
            }
            (Resolved::Map(_), _) => Some("a mapping".to_owned()),
            (Resolved::Object(fields), Value::Object(members)) => {
                for (member, value) in members {
                    match field(fields, member) {
                        Some(field) => {
                            if let Some(ty) = self.scope.resolve(field) {
                                self.fits(value, &ty, at, member);
                            }
                        }
                        None => self.push(Problem::new(
                            Rule::InvalidExample,
                            at,
                            format!("the type of `{name}` has no member `{member}`"),
                        )),
                    }
                }
                let missing = fields
                    .iter()
                    .find(|field| !field.optional && !members.iter().any(|(member, _)| *member == field.name.value));
                missing.map(|field| format!("a mapping with the member `{}`", field.name.value))
            }
            (Resolved::Object(_), _) => Some("a mapping".to_owned()),
        };
        if let Some(wrong) = wrong {
            let message = format!("the example of `{name}` must be {wrong}, not {value}");
            self.push(Problem::new(Rule::InvalidExample, at, message));
        }
    }

    fn retry(&mut self) {
        let document = self.document;
        let layers = document
            .errors
            .iter()
            .map(|error| (&error.retryable, &error.retry))
            .chain(document.groups.iter().map(|group| (&group.defaults.retryable, &group.defaults.retry)))
            .chain(std::iter::once((&document.defaults.retryable, &document.defaults.retry)));
        for (retryable, policy) in layers {
            if let (Some(Spanned { value: Retryable::No, span }), Some(policy)) = (retryable, policy) {
                let at = match policy {
                    PolicyRef::Named(name) => name.span,
                    PolicyRef::Inline(policy) => first_of(policy),
                };
                self.push(
                    Problem::new(Rule::RetryConflict, *span, "it is not retryable, and there is a retry policy")
                        .related(at, "the policy"),
                );
            }
            if let Some(PolicyRef::Inline(policy)) = policy {
                self.policy(policy, first_of(policy));
            }
        }
        for (name, policy) in &document.retry {
            self.policy(policy, name.span);
        }
        for error in &document.errors {
            self.retry_after(error);
        }
    }

    fn policy(&mut self, policy: &Policy, at: Span) {
        let Policy { span: _, backoff, initial_ms, factor, max_ms, attempts, after } = policy;
        if after.is_none() && initial_ms.is_none() && attempts.is_none() && backoff.is_none() {
            let message = "this policy says neither how long to wait nor how often to try";
            self.push(Problem::new(Rule::RetryConflict, at, message).help("add `after`, `initial` or `attempts`"));
        }
        if let (Some(backoff), None) = (backoff, initial_ms) {
            self.push(Problem::new(Rule::RetryConflict, backoff.span, "a backoff needs `initial`, the first wait"));
        }
        let exponential = backoff.as_ref().is_some_and(|backoff| backoff.value == BackoffKind::Exponential);
        if let (Some(factor), false) = (factor, exponential) {
            let message = "`factor` is for `backoff: exponential`";
            self.push(Problem::new(Rule::RetryConflict, factor.span, message));
        }
        match (initial_ms, max_ms) {
            (Some(initial), Some(max)) if max.value < initial.value => {
                let problem = Problem::new(Rule::RetryConflict, max.span, "`max` is shorter than `initial`");
                self.push(problem.related(initial.span, "the first wait"));
            }
            (None, Some(max)) => {
                self.push(Problem::new(Rule::RetryConflict, max.span, "`max` needs `initial`, the first wait"));
            }
            _ => {}
        }
        if let Some(after) = after.as_ref().filter(|after| !is_token(&after.value)) {
            let message = format!("`{}` is neither a header nor a detail", after.value);
            self.push(Problem::new(Rule::InvalidName, after.span, message));
        }
    }

    /// `after: retry_after` reads as a detail, and `after: Retry-After` as a header: the first must exist.
    fn retry_after(&mut self, error: &'a ErrorEntry) {
        let policy = match self.scope.retry(error).1 {
            Some(PolicyRef::Inline(policy)) => policy,
            Some(PolicyRef::Named(name)) => match self.scope.policies.get(name.value.as_str()) {
                Some(&at) => &self.document.retry[at].1,
                None => return,
            },
            None => return,
        };
        let Some(after) = &policy.after else { return };
        let reads_as_detail = after.value.contains('_');
        if reads_as_detail && field(&error.details, &after.value).is_none() {
            let message = format!("`{}` waits as `{}` says, and has no such detail", error.id.value, after.value);
            self.push(Problem::new(Rule::UnknownPlaceholder, after.span, message).related(error.id.span, "the error"));
        }
    }

    fn headers(&mut self) {
        let document = self.document;
        let lists = document
            .errors
            .iter()
            .map(|error| &error.headers)
            .chain(document.groups.iter().map(|group| &group.defaults.headers))
            .chain(std::iter::once(&document.defaults.headers))
            .chain(document.envelopes.iter().map(|envelope| &envelope.headers));
        for headers in lists {
            for (at, (name, value)) in headers.iter().enumerate() {
                if !is_token(&name.value) {
                    let message = format!("`{}` is not a header's name", name.value);
                    self.push(
                        Problem::new(Rule::InvalidName, name.span, message)
                            .help("a name has letters, digits and hyphens (RFC 9110 section 5.1)"),
                    );
                } else if name.value.eq_ignore_ascii_case("content-type") {
                    let message = "the envelope's `content_type` says this header";
                    self.push(Problem::new(Rule::InvalidName, name.span, message));
                } else if let Some((earlier, _)) =
                    headers[..at].iter().find(|(earlier, _)| earlier.value.eq_ignore_ascii_case(&name.value))
                {
                    let message = format!("the header `{}` is here twice, in another case", name.value);
                    self.push(Problem::new(Rule::DuplicateKey, name.span, message).related(earlier.span, "first here"));
                }
                let text = value.value.as_str();
                if text.trim() != text || !text.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte)) {
                    let message = format!("the header `{}` has a value that HTTP cannot carry", name.value);
                    self.push(
                        Problem::new(Rule::InvalidValue, value.span, message)
                            .help("use visible ASCII and single spaces (RFC 9110 section 5.5)"),
                    );
                }
            }
        }
    }

    fn templates(&mut self) {
        let document = self.document;
        for error in &document.errors {
            if let Some(message) = &error.message {
                self.message(error, message);
            }
            for (_, value) in self.scope.headers(error) {
                // A header from the defaults is checked once for each error: it may fit one and not another.
                self.text_template(value, &[error]);
            }
            if let Some(url) = self.scope.doc_url(error) {
                self.doc_url(error, url);
            }
        }
        for (at, envelope) in document.envelopes.iter().enumerate() {
            let users: Vec<&ErrorEntry> =
                document.errors.iter().filter(|error| self.scope.envelope(error) == Some(at)).collect();
            match (&envelope.body, envelope.preset) {
                (Some(members), false) => members.iter().for_each(|(_, body)| self.body(body, &users)),
                (None, true) => {}
                _ => {
                    let message = format!("the envelope `{}` needs either `body` or `preset`", envelope.name.value);
                    self.push(Problem::new(Rule::MissingKey, envelope.name.span, message));
                }
            }
            for (_, value) in &self.scope.envelope_def(at).headers {
                self.text_template(value, &users);
            }
        }
    }

    /// The pieces of a template, or a report of why there are none.
    fn pieces(&mut self, text: &'a Text) -> Vec<Piece<'a>> {
        match placeholder::pieces(&text.value) {
            Ok(pieces) => pieces,
            Err(malformed) => {
                let at = placeholder::locate(self.sources, text, malformed.at);
                self.push(Problem::new(Rule::InvalidTemplate, at, malformed.message));
                Vec::new()
            }
        }
    }

    fn message(&mut self, error: &'a ErrorEntry, message: &'a Text) {
        for piece in self.pieces(message) {
            let Piece::Slot { name, optional, at } = piece else { continue };
            let at = placeholder::locate(self.sources, message, at);
            let detail = name.strip_prefix("details.").unwrap_or(name);
            let Some(field) = field(&error.details, detail) else {
                let near = nearest(detail, error.details.iter().map(|field| field.name.value.as_str()));
                let problem = Problem::new(
                    Rule::UnknownPlaceholder,
                    at,
                    format!("`{}` has no detail `{detail}`", error.id.value),
                );
                let mended = near.map(|near| format!("{{{near}}}"));
                self.push(problem.did_you_mean(at, mended.as_deref()));
                continue;
            };
            self.in_text(field, detail, at);
            if field.optional && !optional {
                let message = format!("the detail `{detail}` may be absent: the message would have a hole");
                self.push(
                    Problem::new(Rule::AbsentValue, at, message)
                        .help(format!("write `{{{name}?}}` for no text in its place"))
                        .related(field.name.span, "optional here"),
                );
            }
        }
    }

    /// A value that stands inside a text must have one text, and may be logged.
    fn in_text(&mut self, field: &'a Field, name: &str, at: Span) {
        if self.scope.resolve(field).is_some_and(|resolved| !resolved.is_scalar()) {
            let message = format!("`{name}` is no single value: it cannot stand inside a text");
            self.push(Problem::new(Rule::InvalidTemplate, at, message).related(field.name.span, "its type is here"));
        }
        if field.sensitive {
            let message = format!("`{name}` is sensitive: it cannot stand inside a text that is logged");
            self.push(Problem::new(Rule::InvalidTemplate, at, message).related(field.name.span, "sensitive here"));
        }
    }

    fn doc_url(&mut self, error: &'a ErrorEntry, url: &'a Text) {
        for piece in self.pieces(url) {
            let Piece::Slot { name, optional: _, at } = piece else { continue };
            let absent = match name {
                "slug" | "id" => false,
                "code" => wire_code(error).is_none(),
                "group" => error.group.is_none(),
                _ => {
                    let at = placeholder::locate(self.sources, url, at);
                    let message = format!("a doc_url cannot hold `{{{name}}}`");
                    self.push(
                        Problem::new(Rule::UnknownPlaceholder, at, message)
                            .help("it can hold {slug}, {id}, {code} and {group}"),
                    );
                    continue;
                }
            };
            if absent {
                let at = placeholder::locate(self.sources, url, at);
                let message = format!("`{}` has no {name} for its doc_url", error.id.value);
                self.push(Problem::new(Rule::AbsentValue, at, message).related(error.id.span, "the error"));
            }
        }
    }

    fn body(&mut self, body: &'a Body, users: &[&'a ErrorEntry]) {
        match body {
            Body::Constant(_) => {}
            Body::Array(items) => items.iter().for_each(|item| self.body(item, users)),
            Body::Object(members) => members.iter().for_each(|(_, value)| self.body(value, users)),
            Body::Text(text) => self.text_template(text, users),
        }
    }

    /// Checks the placeholders of a header or a body's text for every error that uses it.
    fn text_template(&mut self, text: &'a Text, users: &[&'a ErrorEntry]) {
        let pieces = self.pieces(text);
        let alone = pieces.len() == 1;
        for piece in &pieces {
            let Piece::Slot { name, optional, at } = piece else { continue };
            let at = placeholder::locate(self.sources, text, *at);
            let Some(placeholder) = placeholder::placeholder(name) else {
                let near = nearest(name, GENERAL.iter().map(|(name, _)| *name));
                let mended = near.map(|near| format!("{{{near}}}"));
                let message = format!("there is no placeholder `{{{name}}}`");
                self.push(Problem::new(Rule::UnknownPlaceholder, at, message).did_you_mean(at, mended.as_deref()));
                continue;
            };
            self.slot(&placeholder, name, *optional, alone, at, users);
        }
    }

    fn slot(
        &mut self,
        placeholder: &Placeholder,
        name: &str,
        optional: bool,
        alone: bool,
        at: Span,
        users: &[&'a ErrorEntry],
    ) {
        let named = match placeholder {
            Placeholder::Context(fact) => {
                let Some(&field) = self.scope.context.get(fact.as_str()) else {
                    let near =
                        nearest(fact, self.scope.context.keys().copied().collect::<std::collections::BTreeSet<_>>());
                    let mended = near.map(|near| format!("{{context.{near}}}"));
                    let message = format!("there is no `{fact}` under `context`");
                    self.push(Problem::new(Rule::UnknownPlaceholder, at, message).did_you_mean(at, mended.as_deref()));
                    return;
                };
                Some(field)
            }
            Placeholder::Detail(detail) => {
                let owner = users.iter().find_map(|error| field(&error.details, detail));
                if owner.is_none() && !users.is_empty() {
                    let message = format!("no error that uses this has a detail `{detail}`");
                    let details = users.iter().flat_map(|error| &error.details).map(|field| field.name.value.as_str());
                    let mended = nearest(detail, details).map(|near| format!("{{details.{near}}}"));
                    self.push(Problem::new(Rule::UnknownPlaceholder, at, message).did_you_mean(at, mended.as_deref()));
                    return;
                }
                owner
            }
            Placeholder::Details if !alone => {
                let message = "`{details}` is an object: it cannot stand inside a text";
                self.push(Problem::new(Rule::InvalidTemplate, at, message));
                return;
            }
            _ => None,
        };
        if let (Some(field), false) = (named, alone) {
            self.in_text(field, name, at);
        }
        if optional {
            return;
        }
        if let Some(error) = users.iter().find(|error| self.may_lack(error, placeholder)) {
            let message = format!("`{}` may have no value for `{{{name}}}`", error.id.value);
            self.push(
                Problem::new(Rule::AbsentValue, at, message)
                    .help(format!("write `{{{name}?}}` to drop it where it is absent"))
                    .related(error.id.span, "the error"),
            );
        }
    }

    fn may_lack(&self, error: &'a ErrorEntry, placeholder: &Placeholder) -> bool {
        match placeholder {
            Placeholder::Id
            | Placeholder::Slug
            | Placeholder::Status
            | Placeholder::Title
            | Placeholder::Message
            | Placeholder::Retryable => false,
            Placeholder::Code => wire_code(error).is_none(),
            Placeholder::DocUrl => self.scope.doc_url(error).is_none(),
            Placeholder::Refund => self.scope.refund(error).is_none(),
            Placeholder::Group => error.group.is_none(),
            Placeholder::Details => error.details.is_empty(),
            Placeholder::Detail(name) => field(&error.details, name).is_none_or(|field| field.optional),
            Placeholder::Context(name) => self.scope.context.get(name.as_str()).is_none_or(|field| field.optional),
        }
    }

    fn examples(&mut self) {
        let document = self.document;
        for error in &document.errors {
            for example in &error.examples {
                let ambiguous = error.status.len() > 1 && example.status.is_none();
                if let Some(status) = &example.status {
                    if !error.status.iter().any(|own| own.value == status.value) {
                        let message = format!("`{}` does not have the status {}", error.id.value, status.value);
                        self.push(Problem::new(Rule::InvalidExample, status.span, message));
                    }
                } else if ambiguous {
                    let message = format!("`{}` has several statuses: an example must say which", error.id.value);
                    self.push(Problem::new(Rule::InvalidExample, example.span, message).help("add `status`"));
                }
                self.example_values(&example.details, &error.details, "detail", &error.id.value);
                self.example_values(&example.context, &document.context, "fact of the request", &error.id.value);
            }
        }
    }

    fn example_values(&mut self, values: &[(Text, Spanned<Value>)], fields: &'a [Field], what: &str, id: &str) {
        for (name, value) in values {
            let Some(field) = field(fields, &name.value) else {
                let near = nearest(&name.value, fields.iter().map(|field| field.name.value.as_str()));
                let message = format!("`{id}` has no {what} `{}`", name.value);
                self.push(Problem::new(Rule::InvalidExample, name.span, message).did_you_mean(name.span, near));
                continue;
            };
            let leaves_out = value.value == Value::Null && field.optional;
            if let (Some(resolved), false) = (self.scope.resolve(field), leaves_out) {
                self.fits(&value.value, &resolved, value.span, &name.value);
            }
        }
    }
}

/// Every list of fields, with the Pascal-case name of what owns it.
pub(crate) fn owners(document: &Document) -> Vec<(String, &[Field])> {
    let mut owners: Vec<(String, &[Field])> = vec![("Context".to_owned(), &document.context)];
    for def in &document.types {
        if let TypeShape::Object(fields) = &def.shape {
            owners.push((pascal(&def.name.value), fields));
        }
    }
    owners.extend(document.errors.iter().map(|error| (pascal(&error.id.value), error.details.as_slice())));
    owners
}

/// The name of the type of an inline enum.
pub(crate) fn inline_enum_name(owner: &str, field: &str) -> String {
    format!("{owner}{}", pascal(field))
}

fn first_of(policy: &Policy) -> Span {
    let spans = [
        policy.backoff.as_ref().map(|backoff| backoff.span),
        policy.initial_ms.as_ref().map(|initial| initial.span),
        policy.after.as_ref().map(|after| after.span),
    ];
    spans.into_iter().flatten().min_by_key(|span| span.start).unwrap_or(policy.span)
}

/// `[A-Za-z][A-Za-z0-9_.-]*`
fn is_id(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

fn invalid_id(id: &Text) -> Problem {
    Problem::new(Rule::InvalidName, id.span, format!("`{}` cannot be an id", id.value))
        .help("an id begins with a letter, and has letters, digits, `_`, `-` and `.`")
}

/// RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// The shape of an RFC 3339 date and time; whether the day exists is not asked.
fn is_date_time(text: &str) -> bool {
    let digits_as_zero: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let Some(rest) = digits_as_zero.strip_prefix("0000-00-00T00:00:00") else { return false };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    matches!(rest, "Z" | "+00:00" | "-00:00")
}

/// The shape of an RFC 9562 UUID.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

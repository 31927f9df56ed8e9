//! Resolves the names of a catalog, and the defaults of an error. The checks and lowering use it.

use std::collections::{HashMap, HashSet};

use crate::limits;
use crate::model::name::pascal;
use crate::model::{Code, Fault, Kind};
use crate::read::syntax::{
    BuiltIn, Composed, DEFAULT, Defaults, Document, Enumeration, Envelope, ErrorEntry, Field, FieldType, NONE,
    PolicyRef, Refund, Retryable, Text, TypeDef, TypeShape, VisibilityWord,
};
use crate::words::Word;

/// The names in a document.
pub(crate) struct Scope<'a> {
    pub(crate) document: &'a Document,
    pub(crate) groups: HashMap<&'a str, usize>,
    pub(crate) policies: HashMap<&'a str, usize>,
    pub(crate) envelopes: HashMap<&'a str, usize>,
    pub(crate) types: HashMap<&'a str, usize>,
    pub(crate) errors: HashMap<&'a str, usize>,
    pub(crate) context: HashMap<&'a str, &'a Field>,
    /// The public errors with the status 500 that can be masks. If there is one, it is the mask of
    /// every internal error without a `mask`.
    pub(crate) masks: Vec<usize>,
}

/// The index of each name. If two names are equal, the index of the first.
pub(crate) fn index<'a>(names: impl Iterator<Item = &'a Text>) -> HashMap<&'a str, usize> {
    let mut table = HashMap::new();
    for (at, name) in names.enumerate() {
        table.entry(name.value.as_str()).or_insert(at);
    }
    table
}

impl Document {
    /// Adds the predefined envelope `default`, if a response uses it and the catalog has no envelope
    /// of this name.
    pub(crate) fn predefine(&mut self) {
        let scope = Scope::new(self);
        let is_user = |error: &&ErrorEntry| {
            kind(error) == Kind::Response && scope.envelope_name(error).is_none_or(|name| name.value == DEFAULT)
        };
        let first = self.errors.iter().find(is_user).filter(|_| !scope.envelopes.contains_key(DEFAULT));
        if let Some(envelope) = first.map(|error| Envelope::predefined(error.id.span)) {
            self.envelopes.push(envelope);
        }
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        let mut scope = Scope {
            document,
            groups: index(document.groups.iter().map(|group| &group.id)),
            policies: index(document.retry.iter().map(|(name, _)| name)),
            envelopes: index(document.envelopes.iter().map(|envelope| &envelope.name)),
            types: index(document.types.iter().map(|def| &def.name)),
            errors: index(document.errors.iter().map(|error| &error.id)),
            context: document.context.iter().map(|field| (field.name.value.as_str(), field)).collect(),
            masks: Vec::new(),
        };
        let is_mask = |error: &&ErrorEntry| is_500(error) && scope.why_no_mask(error).is_none();
        scope.masks =
            document.errors.iter().enumerate().filter(|(_, error)| is_mask(error)).map(|(at, _)| at).collect();
        scope
    }

    /// The defaults of the error's group, then those of the catalog.
    fn layers(&self, error: &'a ErrorEntry) -> [Option<&'a Defaults>; 2] {
        let group = error.group.as_ref().and_then(|name| self.groups.get(name.value.as_str()));
        [group.map(|&at| &self.document.groups[at].defaults), Some(&self.document.defaults)]
    }

    /// Whether an error is retryable, and its policy. They come from the nearest layer that has one
    /// of them. A policy alone makes the error retryable. `None` if no layer says.
    pub(crate) fn retry(&self, error: &'a ErrorEntry) -> (Option<Retryable>, Option<&'a PolicyRef>) {
        let own = (error.retryable.as_ref(), error.retry.as_ref());
        let inherited =
            self.layers(error).into_iter().flatten().map(|layer| (layer.retryable.as_ref(), layer.retry.as_ref()));
        let mut retryable = None;
        for (said, policy) in std::iter::once(own).chain(inherited) {
            retryable = retryable.or(said.map(|said| said.value));
            if retryable == Some(Retryable::No) {
                return (retryable, None);
            }
            if policy.is_some() {
                return (retryable.or(Some(Retryable::Yes)), policy);
            }
        }
        (retryable, None)
    }

    pub(crate) fn refund(&self, error: &'a ErrorEntry) -> Option<&'a Refund> {
        error.refund.as_ref().or_else(|| self.inherited(error, |layer| layer.refund.as_ref()))
    }

    pub(crate) fn fault(&self, error: &'a ErrorEntry) -> Option<Fault> {
        error.fault.or_else(|| self.inherited(error, |layer| layer.fault))
    }

    pub(crate) fn is_internal(&self, error: &'a ErrorEntry) -> bool {
        let set = error.visibility.or_else(|| self.inherited(error, |layer| layer.visibility));
        set == Some(VisibilityWord::Internal)
    }

    /// The name of the mask of an internal error, if one is set.
    pub(crate) fn mask_name(&self, error: &'a ErrorEntry) -> Option<&'a Text> {
        error.mask.as_ref().or_else(|| self.inherited(error, |layer| layer.mask.as_ref()))
    }

    /// The public error that clients receive instead of an internal one: the named one, or the only
    /// one with the status 500. `None` for a public error.
    pub(crate) fn mask(&self, error: &'a ErrorEntry) -> Option<usize> {
        if !self.is_internal(error) {
            return None;
        }
        match self.mask_name(error) {
            Some(name) => self.errors.get(name.value.as_str()).copied(),
            None => self.masks.first().copied(),
        }
    }

    /// Why clients cannot receive an error instead of any internal one. `None` if they can.
    pub(crate) fn why_no_mask(&self, error: &'a ErrorEntry) -> Option<String> {
        if self.is_internal(error) {
            return Some("it is internal".to_owned());
        }
        match error.status.as_slice() {
            [] if !error.has_status => return Some("it has no status".to_owned()),
            // One status, or an invalid one, which is reported.
            [] | [_] => {}
            [..] => return Some("it has several statuses".to_owned()),
        }
        let required = error.details.iter().find(|detail| !detail.optional)?;
        Some(format!("its detail `{}` is required", required.name.value))
    }

    pub(crate) fn boxed(&self, error: &'a ErrorEntry) -> bool {
        error.boxed.or_else(|| self.inherited(error, |layer| layer.boxed)).unwrap_or(false)
    }

    pub(crate) fn source(&self, error: &'a ErrorEntry) -> bool {
        error.source.or_else(|| self.inherited(error, |layer| layer.source)).unwrap_or(false)
    }

    /// The name of the envelope, if one is set.
    pub(crate) fn envelope_name(&self, error: &'a ErrorEntry) -> Option<&'a Text> {
        error.envelope.as_ref().or_else(|| self.inherited(error, |layer| layer.envelope.as_ref()))
    }

    /// The envelope of a response: the named one, or `default`. `None` for `none`.
    pub(crate) fn envelope(&self, error: &'a ErrorEntry) -> Option<usize> {
        if kind(error) != Kind::Response {
            return None;
        }
        let name = self.envelope_name(error).map_or(DEFAULT, |name| name.value.as_str());
        self.envelopes.get(name).copied().filter(|_| name != NONE)
    }

    /// The headers of an error and of its defaults. The nearest header of each name wins.
    pub(crate) fn headers(&self, error: &'a ErrorEntry) -> Vec<&'a (Text, Text)> {
        let mut headers: Vec<&(Text, Text)> = error.headers.iter().collect();
        if kind(error) == Kind::Response {
            let inherited = self.layers(error).into_iter().flatten().flat_map(|layer| &layer.headers);
            let mut names: Option<HashSet<String>> = None;
            for header in inherited {
                let own = || headers.iter().map(|(name, _)| name.value.to_ascii_lowercase()).collect();
                if names.get_or_insert_with(own).insert(header.0.value.to_ascii_lowercase()) {
                    headers.push(header);
                }
            }
        }
        headers
    }

    fn inherited<T>(&self, error: &'a ErrorEntry, of: impl Fn(&'a Defaults) -> Option<T>) -> Option<T> {
        self.layers(error).into_iter().flatten().find_map(of)
    }

    /// The template of an error's `doc_url`.
    pub(crate) fn doc_url(&self, error: &'a ErrorEntry) -> Option<&'a Text> {
        error.doc_url.as_ref().or(self.document.api.doc_url.as_ref())
    }

    pub(crate) fn envelope_def(&self, at: usize) -> &'a Envelope {
        &self.document.envelopes[at]
    }

    pub(crate) fn type_def(&self, name: &str) -> Option<&'a TypeDef> {
        self.types.get(name).map(|&at| &self.document.types[at])
    }
}

fn is_500(error: &ErrorEntry) -> bool {
    matches!(error.status.as_slice(), [status] if status.value == 500)
}

/// The kind of an entry, which its keys decide.
pub(crate) fn kind(error: &ErrorEntry) -> Kind {
    let has_code = error.code.as_ref().is_some_and(|code| code.value.is_some());
    if error.has_status {
        Kind::Response
    } else if error.message.is_some() || has_code {
        Kind::Message
    } else {
        Kind::Symptom
    }
}

/// The wire code: the `code`, or the id.
pub(crate) fn wire_code(error: &ErrorEntry) -> Option<Code> {
    match &error.code {
        _ if kind(error) == Kind::Symptom => None,
        Some(code) => code.value.clone(),
        None => Some(Code::Text(error.id.value.clone())),
    }
}

pub(crate) fn field<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().find(|field| field.name.value == name)
}

/// A type as written: `array<FieldError>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written<'a> {
    Name(&'a str),
    Array(Box<Written<'a>>),
    Map(Box<Written<'a>>),
}

/// Parses `array<map<T>>`. `None` if the brackets do not match or nest too deep.
pub(crate) fn written_type(text: &str) -> Option<Written<'_>> {
    fn read(text: &str, depth: usize) -> Option<Written<'_>> {
        let text = text.trim();
        if depth > limits::WRITTEN_DEPTH {
            return None;
        }
        let Some((name, item)) = text.split_once('<') else {
            let is_name = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            return is_name.then_some(Written::Name(text));
        };
        let item = || read(item.strip_suffix('>')?, depth + 1).map(Box::new);
        match Composed::from_word(name.trim_end())? {
            Composed::Array => item().map(Written::Array),
            Composed::Map => item().map(Written::Map),
            Composed::Enum => None,
        }
    }
    read(text, 0)
}

/// The resolved type of a field, for values and placeholders.
#[derive(Debug, Clone)]
pub(crate) enum Resolved<'a> {
    BuiltIn(BuiltIn),
    Enum(&'a Enumeration),
    Object(&'a [Field]),
    Array(Box<Resolved<'a>>),
    Map(Box<Resolved<'a>>),
}

impl<'a> Scope<'a> {
    /// `None` if the type is unknown. The check reports it.
    pub(crate) fn resolve(&self, field: &'a Field) -> Option<Resolved<'a>> {
        match field.ty.as_ref()? {
            FieldType::Enum(values) => Some(Resolved::Enum(values)),
            FieldType::Written(text) => self.resolve_written(&written_type(&text.value)?),
        }
    }

    fn resolve_written(&self, written: &Written<'a>) -> Option<Resolved<'a>> {
        match written {
            Written::Array(item) => Some(Resolved::Array(Box::new(self.resolve_written(item)?))),
            Written::Map(item) => Some(Resolved::Map(Box::new(self.resolve_written(item)?))),
            Written::Name(name) => match BuiltIn::from_word(name) {
                Some(built_in) => Some(Resolved::BuiltIn(built_in)),
                None => match &self.type_def(name)?.shape {
                    TypeShape::Enum(values) => Some(Resolved::Enum(values)),
                    TypeShape::Object(fields) => Some(Resolved::Object(fields)),
                    TypeShape::Unknown => None,
                },
            },
        }
    }
}

impl Resolved<'_> {
    /// Whether a value can be part of a text.
    pub(crate) fn is_scalar(&self) -> bool {
        match self {
            Resolved::BuiltIn(built_in) => *built_in != BuiltIn::Json,
            Resolved::Enum(_) => true,
            Resolved::Object(_) | Resolved::Array(_) | Resolved::Map(_) => false,
        }
    }
}

/// Every list of fields, with the name of its owner in `PascalCase`.
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

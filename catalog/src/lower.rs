//! The only constructor of [`Catalog`], from a document. It runs after the checks, so every name
//! exists.

pub mod example;

use std::collections::HashMap;

use crate::limits;
use crate::model::name::{Name, inline_enum_name, pascal, slug};
use crate::model::placeholder::{message_placeholder, placeholder, template};
use crate::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot, Template};
use crate::model::url::fill_url;
use crate::model::value::Value;
use crate::model::{
    Acceptance, After, Allowance, Api, Audit, Backoff, Catalog, Changed, Deprecated, DetailType, DiffPolicy, EnumValue,
    Envelope, ErrorDef, Field, Generate, GenerateDocs, GenerateOpenapi, Group, Header, Helper, Kind, Lifecycle, Mask,
    NamedPolicy, Origin, Owner, Policy, Predicate, Prose, Refund, Rejection, Retired, Retry, Snippet, Statuses,
    TypeDef, TypeShape, UnknownError, Visibility,
};
use crate::problem::diff::{self, Rating};
use crate::read::nesting::{Nesting, innermost};
use crate::read::scope::{Scope, Written, field, kind, owners, wire_code, written_type};
use crate::read::syntax::{
    self, BackoffKind, Body, BuiltIn, Document, ErrorEntry, FieldType, PolicyRef, Preset, Retryable, SPREAD, Text,
    Unused,
};
use crate::source::{Sources, Span};
use crate::words::Word;

pub(crate) fn lower(document: &Document, sources: &Sources, prose: Prose) -> Catalog {
    let lowering = Lowering {
        document,
        scope: Scope::new(document),
        sources,
        types: type_names(document),
        circles: Nesting::new(document).circles(),
    };
    let mut catalog = Catalog {
        api: lowering.api(),
        context: lowering.fields("Context", &document.context),
        envelopes: document.envelopes.iter().map(|written| envelope(&lowering.scope, written)).collect(),
        retry_policies: document
            .retry
            .iter()
            .map(|(name, written)| NamedPolicy { name: name.value.clone(), policy: policy(Some(name), written, &[]) })
            .collect(),
        groups: document.groups.iter().map(group).collect(),
        predicates: lowering.predicates(),
        rejections: lowering.rejections(),
        unknown: lowering.unknown(),
        types: lowering.type_defs(),
        errors: document.errors.iter().map(|error| lowering.error(error)).collect(),
        retired: document.retired.iter().map(|entry| lowering.retired(entry)).collect(),
        owners: document.owners.iter().map(|owner| lowering.owner(owner)).collect(),
        prose,
        audit: lowering.audit(),
        diff: lowering.diff(),
        generate: generate(&document.generate),
        operations: Vec::new(),
    };
    hide_sensitive(&mut catalog);
    box_details(&mut catalog);
    let maker = &mut example::Maker::new(&catalog, limits::ALL_EXAMPLE_NODES);
    let errors = catalog.errors.iter().zip(&document.errors);
    let examples: Vec<_> =
        errors.map(|(error, entry)| example::examples(&catalog, error, &entry.examples, maker)).collect();
    for (error, examples) in catalog.errors.iter_mut().zip(examples) {
        error.examples = examples;
    }
    catalog
}

/// Puts the details of a boxed error behind pointers, if they are larger than one.
fn box_details(catalog: &mut Catalog) {
    let types = &catalog.types;
    for error in catalog.errors.iter_mut().filter(|error| error.boxed) {
        for detail in &mut error.details {
            detail.boxed = match &detail.ty {
                DetailType::Integer | DetailType::Number | DetailType::Boolean => false,
                DetailType::Named(at) => !matches!(types[*at].shape, TypeShape::Enum { open: false, .. }),
                DetailType::String
                | DetailType::DateTime
                | DetailType::Duration
                | DetailType::Uuid
                | DetailType::Uri
                | DetailType::Json
                | DetailType::Array(_)
                | DetailType::Map(_) => true,
            };
        }
    }
}

/// Takes the sensitive values out of every example, so that no output can reach one.
fn hide_sensitive(catalog: &mut Catalog) {
    let put = |fields: &mut [Field], examples: Vec<Option<Value>>| {
        for (field, example) in fields.iter_mut().zip(examples) {
            field.example = example;
        }
    };
    let of_context = example::redacted_examples(catalog, &catalog.context);
    let of_errors: Vec<_> =
        catalog.errors.iter().map(|error| example::redacted_examples(catalog, &error.details)).collect();
    let of_types = catalog.types.iter().map(|ty| match &ty.shape {
        TypeShape::Object(fields) => example::redacted_examples(catalog, fields),
        TypeShape::Enum { .. } => Vec::new(),
    });
    let of_types: Vec<_> = of_types.collect();
    put(&mut catalog.context, of_context);
    for (error, examples) in catalog.errors.iter_mut().zip(of_errors) {
        put(&mut error.details, examples);
    }
    for (ty, examples) in catalog.types.iter_mut().zip(of_types) {
        if let TypeShape::Object(fields) = &mut ty.shape {
            put(fields, examples);
        }
    }
}

struct Lowering<'a> {
    document: &'a Document,
    scope: Scope<'a>,
    sources: &'a Sources,
    /// The index of each named type. Inline enums follow the types under `types`.
    types: HashMap<String, usize>,
    /// See [`Nesting::circles`].
    circles: Vec<usize>,
}

fn inline_enums(document: &Document) -> impl Iterator<Item = (String, &syntax::Field, &syntax::Enumeration)> {
    owners(document).into_iter().flat_map(|(owner, fields)| {
        fields.iter().filter_map(move |field| match &field.ty {
            Some(FieldType::Enum(values)) => Some((inline_enum_name(&owner, &field.ident()), field, values)),
            _ => None,
        })
    })
}

fn type_names(document: &Document) -> HashMap<String, usize> {
    let named = document.types.iter().map(|def| def.name.value.clone());
    named.chain(inline_enums(document).map(|(name, _, _)| name)).enumerate().map(|(at, name)| (name, at)).collect()
}

fn enumeration(written: &syntax::Enumeration) -> TypeShape {
    let syntax::Enumeration { values, open } = written;
    let value = |value: &syntax::EnumValue| {
        let variant = written.variant(value);
        EnumValue { value: value.value.value.clone(), variant }
    };
    TypeShape::Enum { values: values.iter().map(value).collect(), open: *open }
}

fn value_of(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.value.clone())
}

impl Lowering<'_> {
    fn api(&self) -> Api {
        let syntax::Api { name, slug: written_slug, version, summary, doc_url, support } = &self.document.api;
        let name = value_of(name.as_ref()).unwrap_or_default();
        Api {
            slug: value_of(written_slug.as_ref()).unwrap_or_else(|| slug(&name)),
            name,
            version: version.clone(),
            summary: summary.clone(),
            doc_url: value_of(doc_url.as_ref()),
            support: support.clone(),
        }
    }

    fn fields(&self, owner: &str, fields: &[syntax::Field]) -> Vec<Field> {
        let lower = |field: &syntax::Field| Field {
            boxed: false,
            name: field.name.value.clone(),
            ident: field.ident(),
            ty: self.field_type(owner, field),
            optional: field.optional,
            sensitive: field.sensitive,
            doc: field.doc.clone(),
            example: field.example.as_ref().map(|example| example.value.clone()),
        };
        fields.iter().map(lower).collect()
    }

    /// The fields of a type under `types`.
    fn members(&self, owner: &str, fields: &[syntax::Field]) -> Vec<Field> {
        let circle = |name: &str| self.types.get(name).and_then(|&at| self.circles.get(at));
        let mut members = self.fields(owner, fields);
        for (member, field) in members.iter_mut().zip(fields) {
            member.boxed = matches!(innermost(field), Some((name, 0)) if circle(name) == circle(owner));
        }
        members
    }

    fn field_type(&self, owner: &str, field: &syntax::Field) -> DetailType {
        match &field.ty {
            Some(FieldType::Enum(_)) => DetailType::Named(self.types[&inline_enum_name(owner, &field.ident())]),
            Some(FieldType::Written(text)) => {
                written_type(&text.value).map_or(DetailType::Json, |written| self.detail_type(&written))
            }
            None => DetailType::Json,
        }
    }

    fn detail_type(&self, written: &Written<'_>) -> DetailType {
        match written {
            Written::Array(item) => DetailType::Array(Box::new(self.detail_type(item))),
            Written::Map(item) => DetailType::Map(Box::new(self.detail_type(item))),
            Written::Name(name) => match BuiltIn::from_word(name) {
                Some(BuiltIn::String) => DetailType::String,
                Some(BuiltIn::Integer) => DetailType::Integer,
                Some(BuiltIn::Number) => DetailType::Number,
                Some(BuiltIn::Boolean) => DetailType::Boolean,
                Some(BuiltIn::DateTime) => DetailType::DateTime,
                Some(BuiltIn::Duration) => DetailType::Duration,
                Some(BuiltIn::Uuid) => DetailType::Uuid,
                Some(BuiltIn::Uri) => DetailType::Uri,
                Some(BuiltIn::Json) => DetailType::Json,
                None => DetailType::Named(self.types[*name]),
            },
        }
    }

    fn type_defs(&self) -> Vec<TypeDef> {
        let named = self.document.types.iter().map(|def| TypeDef {
            name: def.name.value.clone(),
            doc: def.doc.clone(),
            shape: match &def.shape {
                syntax::TypeShape::Object(fields) => TypeShape::Object(self.members(&def.name.value, fields)),
                syntax::TypeShape::Enum(values) => enumeration(values),
                syntax::TypeShape::Unknown => TypeShape::Object(Vec::new()),
            },
        });
        let inline = inline_enums(self.document).map(|(name, field, values)| TypeDef {
            name,
            doc: field.doc.clone(),
            shape: enumeration(values),
        });
        named.chain(inline).collect()
    }

    fn predicates(&self) -> Vec<Predicate> {
        let at = |id: &Text| self.scope.errors[id.value.as_str()];
        let lower = |(name, members): &(Text, Vec<Text>)| Predicate {
            name: name.value.clone(),
            members: members.iter().map(at).collect(),
        };
        self.document.predicates.iter().map(lower).collect()
    }

    /// Single statuses come before classes, so that the first match is the nearest; `5XX` is last.
    fn rejections(&self) -> Vec<Rejection> {
        let lower = |(status, id): &(Text, Text)| {
            Some(Rejection { statuses: Statuses::parse(&status.value)?, error: self.scope.errors[id.value.as_str()] })
        };
        let mut rejections: Vec<Rejection> = self.document.rejections.iter().filter_map(lower).collect();
        rejections.sort_by_key(|rejection| by_range(rejection.statuses));
        rejections
    }

    fn unknown(&self) -> Vec<UnknownError> {
        let lower = |entry: &syntax::UnknownError| {
            let retryable = entry.retryable.as_ref().map(|retryable| retryable.value);
            let retryable = retryable.or(entry.retry.as_ref().map(|_| Retryable::Yes));
            let retry = self.retry_of(retryable, entry.retry.as_ref(), &[]);
            Some(UnknownError { statuses: Statuses::parse(&entry.status.value)?, retry })
        };
        let mut unknown: Vec<UnknownError> = self.document.unknown.iter().filter_map(lower).collect();
        unknown.sort_by_key(|unknown| by_range(unknown.statuses));
        unknown
    }

    fn error(&self, error: &ErrorEntry) -> ErrorDef {
        let name = Name::new(&error.id.value);
        let title = value_of(error.title.as_ref()).unwrap_or_else(|| name.words());
        let message = match (&error.message, kind(error)) {
            (Some(message), _) => Some(template(&message.value, |name| Some(message_placeholder(name)))),
            (None, Kind::Response | Kind::Message) => Some(Template { parts: vec![Part::Text(title.clone())] }),
            (None, Kind::Symptom) => None,
        };
        let code = wire_code(error);
        ErrorDef {
            doc_url: self.scope.doc_url(error).map(|url| {
                let code = code.as_ref().map(ToString::to_string);
                let group = value_of(error.group.as_ref());
                fill_url(&url.value, &name, code.as_deref(), group.as_deref())
            }),
            statuses: error.status.iter().filter_map(|status| u16::try_from(status.value).ok()).collect(),
            title,
            message,
            description: value_of(error.description.as_ref()),
            cause: value_of(error.cause.as_ref()),
            fix: value_of(error.fix.as_ref()),
            notes: error.notes.clone(),
            retry: self.retry(error),
            refund: self.scope.refund(error).map(|refund| match refund {
                syntax::Refund::Refunded => Refund::Refunded,
                syntax::Refund::Kept => Refund::Kept,
                syntax::Refund::NotCharged => Refund::NotCharged,
                syntax::Refund::When(when) => Refund::Conditional { when: when.clone() },
            }),
            fault: self.scope.fault(error),
            group: error.group.as_ref().map(|group| self.scope.groups[group.value.as_str()]),
            envelope: self.scope.envelope(error),
            headers: self.scope.headers(error).into_iter().map(header).collect(),
            details: self.fields(&name.variant, &error.details),
            examples: Vec::new(),
            snippets: error
                .snippets
                .iter()
                .map(|(lang, code)| Snippet { lang: lang.clone(), code: code.clone() })
                .collect(),
            lifecycle: Lifecycle {
                since: error.since.clone(),
                changed: error
                    .changed
                    .iter()
                    .map(|(version, note)| Changed { version: version.clone(), note: note.clone() })
                    .collect(),
                deprecated: error.deprecated.as_ref().map(|deprecated| Deprecated {
                    since: deprecated.since.clone(),
                    replacement: self.replacement(deprecated.replacement.as_ref()),
                    note: deprecated.note.clone(),
                }),
            },
            visibility: self.scope.mask(error).map_or(Visibility::Public, |mask| Visibility::Internal(Mask::new(mask))),
            source: self.scope.source(error),
            boxed: self.scope.boxed(error),
            origin: self.origin(error.id.span),
            code,
            name,
        }
    }

    fn retry(&self, error: &ErrorEntry) -> Retry {
        let (retryable, written) = self.scope.retry(error);
        self.retry_of(retryable, written, &error.details)
    }

    fn retry_of(&self, retryable: Option<Retryable>, written: Option<&PolicyRef>, details: &[syntax::Field]) -> Retry {
        let policy = written.map(|written| match written {
            PolicyRef::Inline(written) => policy(None, written, details),
            PolicyRef::Named(name) => {
                let (name, written) = &self.document.retry[self.scope.policies[name.value.as_str()]];
                policy(Some(name), written, details)
            }
        });
        match retryable {
            None => Retry::Unsaid,
            Some(Retryable::No) => Retry::Never,
            Some(Retryable::Idempotent) => Retry::Idempotent(policy),
            Some(Retryable::Yes) => Retry::Always(policy),
        }
    }

    fn retired(&self, entry: &syntax::RetiredEntry) -> Retired {
        Retired {
            name: Name::new(&entry.id.value),
            since: entry.since.clone(),
            replacement: self.replacement(entry.replacement.as_ref()),
            rust: entry.rust.as_ref().map(|rust| rust.value),
            is_public: entry.visibility != Some(syntax::VisibilityWord::Internal),
            note: entry.note.clone(),
            origin: self.origin(entry.id.span),
        }
    }

    fn owner(&self, owner: &syntax::Owner) -> Owner {
        let syntax::Owner { source, team, prefix, group } = owner;
        let words = team.as_ref().map(|team| team.value.split_whitespace().collect::<Vec<_>>().join(" "));
        Owner {
            file: self.sources.get(*source).relative.clone(),
            team: words.unwrap_or_default(),
            prefix: value_of(prefix.as_ref()),
            group: group.as_ref().map(|group| self.scope.groups[group.value.as_str()]),
        }
    }

    fn replacement(&self, id: Option<&Text>) -> Option<usize> {
        id.and_then(|id| self.scope.errors.get(id.value.as_str()).copied())
    }

    fn audit(&self) -> Audit {
        let syntax::Audit { unused, allow, legacy } = &self.document.audit;
        let allowance = |written: &syntax::Allowance| {
            let syntax::Allowance { rule, id, path, reason } = written;
            Allowance {
                rule: rule.value,
                id: value_of(id.as_ref()),
                path: value_of(path.as_ref()),
                reason: reason.clone(),
                origin: self.origin(rule.span),
            }
        };
        let warns_of_unused = match unused {
            Some(Unused::Warn) => true,
            Some(Unused::Allow) | None => false,
        };
        let helper = |path: &Text| Helper { path: path.value.clone(), origin: self.origin(path.span) };
        Audit {
            warns_of_unused,
            allow: allow.iter().map(allowance).collect(),
            legacy: legacy.iter().map(helper).collect(),
        }
    }

    fn diff(&self) -> DiffPolicy {
        let syntax::Diff { levels, accept } = &self.document.diff;
        let acceptance = |written: &syntax::Acceptance| {
            let syntax::Acceptance { rule, path, reason, until } = written;
            Acceptance {
                rule: rule.value,
                path: path.clone(),
                reason: reason.clone(),
                until: until.clone(),
                origin: self.origin(rule.span),
            }
        };
        let level = |(name, rating): &(Text, Rating)| Some((diff::Rule::from_name(&name.value)?, *rating));
        DiffPolicy {
            levels: levels.iter().filter_map(level).collect(),
            accept: accept.iter().map(acceptance).collect(),
        }
    }

    fn origin(&self, span: Span) -> Origin {
        let (source, position) = self.sources.locate(span);
        Origin { file: source.relative.clone(), line: position.line }
    }
}

fn policy(name: Option<&Text>, written: &syntax::Policy, details: &[syntax::Field]) -> Policy {
    let syntax::Policy { span: _, is_broken: _, backoff, initial_ms, factor, max_ms, attempts, after } = written;
    let max_ms = max_ms.as_ref().map(|max| max.value);
    let backoff = initial_ms.as_ref().map(|initial| match backoff.as_ref().map(|kind| kind.value) {
        Some(BackoffKind::Exponential) => Backoff::Exponential {
            initial_ms: initial.value,
            factor: factor.as_ref().map_or(2.0, |factor| factor.value),
            max_ms,
        },
        Some(BackoffKind::Fixed) | None => Backoff::Fixed { initial_ms: initial.value, max_ms },
    });
    let after = after.as_ref().map(|after| {
        let is_detail = after.value.contains('_') || field(details, &after.value).is_some();
        let name = after.value.clone();
        if is_detail { After::Detail(name) } else { After::Header(name) }
    });
    Policy { name: value_of(name), after, backoff, attempts: *attempts }
}

/// An envelope as the emitters read it. It is valid after the checks.
pub(crate) fn envelope(scope: &Scope<'_>, envelope: &syntax::Envelope) -> Envelope {
    let syntax::Envelope { name, is_predefined: _, content_type, preset, has_preset: _, body, headers } = envelope;
    let (default_type, body) = match preset {
        Some(Preset::Rfc9457) => {
            ("application/problem+json", problem_details(scope, body.as_deref().unwrap_or_default()))
        }
        None => ("application/json", body_object(body.as_deref().unwrap_or_default())),
    };
    Envelope {
        name: name.value.clone(),
        type_name: pascal(&name.value),
        content_type: value_of(content_type.as_ref()).unwrap_or_else(|| default_type.to_owned()),
        body,
        headers: headers.iter().map(header).collect(),
    }
}

/// The body of RFC 9457 section 3.1, with the details as the extension members of section 3.2.
/// `more` has the members that the catalog adds or replaces.
fn problem_details(scope: &Scope<'_>, more: &[(Text, Body)]) -> BodyObject {
    let member = |name: &str, placeholder, optional| {
        BodyMember::Field(name.to_owned(), BodyNode::Value(Slot { placeholder, optional }))
    };
    let mut members = vec![
        // Without a URL, the member is absent, which means `about:blank` in the RFC.
        member("type", Placeholder::DocUrl, true),
        member("title", Placeholder::Title, false),
        member("status", Placeholder::Status, false),
        member("detail", Placeholder::Message, false),
    ];
    if let Some(field) = scope.context.get("instance") {
        members.push(member("instance", Placeholder::Context("instance".to_owned()), field.optional));
    }
    let more = body_object(more).members;
    let is_replaced = |member: &BodyMember| match member {
        BodyMember::DetailsSpread => false,
        BodyMember::Field(name, _) => {
            more.iter().any(|other| matches!(other, BodyMember::Field(other, _) if other == name))
        }
    };
    members.retain(|member| !is_replaced(member));
    let is_spread = more.contains(&BodyMember::DetailsSpread);
    members.extend(more);
    members.extend((!is_spread).then_some(BodyMember::DetailsSpread));
    BodyObject { members }
}

fn group(group: &syntax::Group) -> Group {
    Group {
        id: group.id.value.clone(),
        title: group.title.clone().unwrap_or_else(|| Name::new(&group.id.value).words()),
        summary: group.summary.clone(),
        columns: group.columns.clone(),
    }
}

/// Single statuses first, as in the file, then the classes.
fn by_range(statuses: Statuses) -> u8 {
    match statuses {
        Statuses::One(_) => 0,
        Statuses::Client => 1,
        Statuses::Server => 2,
    }
}

fn header((name, value): &(Text, Text)) -> Header {
    Header { name: name.value.clone(), value: template(&value.value, placeholder) }
}

fn body_object(members: &[(Text, Body)]) -> BodyObject {
    let member = |(name, value): &(Text, Body)| match name.value.as_str() {
        SPREAD => BodyMember::DetailsSpread,
        name => BodyMember::Field(name.to_owned(), body_node(value)),
    };
    BodyObject { members: members.iter().map(member).collect() }
}

fn body_node(body: &Body) -> BodyNode {
    match body {
        Body::Constant(value) => BodyNode::Constant(value.clone()),
        Body::Array(items) => BodyNode::Array(items.iter().map(body_node).collect()),
        Body::Object(members) => BodyNode::Object(body_object(members)),
        Body::Text(text) => {
            let mut template = template(&text.value, placeholder);
            match (template.parts.pop(), template.parts.is_empty()) {
                (None, _) => BodyNode::Constant(Value::String(String::new())),
                (Some(Part::Text(text)), true) => BodyNode::Constant(Value::String(text)),
                (Some(Part::Slot(slot)), true) => BodyNode::Value(slot),
                (Some(last), false) => {
                    template.parts.push(last);
                    BodyNode::Text(template)
                }
            }
        }
    }
}

fn generate(written: &syntax::Generate) -> Generate {
    let syntax::Generate {
        docs_dir,
        docs_flavor,
        docs_nav,
        docs_templates,
        docs_redirects,
        openapi: _,
        openapi_file,
        openapi_into,
        openapi_version,
        openapi_open,
        openapi_prefix,
        openapi_retries,
        json,
        llms,
        rust,
        typescript,
        python,
        snippets,
    } = written;
    let mut languages = Vec::new();
    for language in snippets {
        if !languages.contains(&language.value) {
            languages.push(language.value);
        }
    }
    Generate {
        docs: docs_dir.as_ref().map(|dir| GenerateDocs {
            dir: dir.value.clone(),
            flavor: docs_flavor.unwrap_or_default(),
            nav: value_of(docs_nav.as_ref()),
            templates: value_of(docs_templates.as_ref()),
        }),
        openapi: openapi_file
            .as_ref()
            .map(|file| GenerateOpenapi { file: file.value.clone(), version: openapi_version.unwrap_or_default() }),
        docs_redirects: value_of(docs_redirects.as_ref()),
        openapi_into: value_of(openapi_into.as_ref()),
        openapi_open: openapi_open.unwrap_or(false),
        openapi_prefix: value_of(openapi_prefix.as_ref()),
        openapi_retries: openapi_retries.iter().flatten().copied().collect(),
        json: value_of(json.as_ref()),
        llms: value_of(llms.as_ref()),
        rust: value_of(rust.as_ref()),
        typescript: value_of(typescript.as_ref()),
        python: value_of(python.as_ref()),
        snippets: languages,
    }
}

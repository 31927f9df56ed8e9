//! The catalog as data: `errors.json`, for other tools.
//!
//! Every key is present. Its value is `null` or empty if the catalog says nothing. A retry policy with
//! a name is in `policies`, and errors have its name. [`schema`] describes the file exactly. A new key
//! is a compatible change; the version in `errbook` increases if a key is removed or changes its
//! meaning.

use std::collections::{HashMap, HashSet};

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Placeholder, Slot, Template, escape_braces};
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{
    Api, Catalog, Changed, Deprecated, DetailType, Envelope, ErrorDef, Example, Fault, Field, Group, Header, Kind,
    Lifecycle, NamedPolicy, Operation, Places, Policy, Predicate, Retired, Retry, Snippet, TypeDef, TypeShape,
    UnknownError,
};
use serde_json::Value as Json;

use crate::facts;
use crate::tree::{self, Lines, ListSink, Tree, Whole, tree};

mod description;

pub use self::description::schema;

/// The version of the export format.
const FORM: u32 = 2;

/// The member of an envelope's body that is replaced by one member for each detail.
const SPREAD: &str = "...";

/// Returns the public data of the catalog, in catalog order.
///
/// ```
/// let text = "
/// errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let export = errbook_schema::json::emit(&catalog);
/// assert_eq!(export["errors"][0]["slug"], "sold-out");
/// assert!(export["errors"][0]["retryable"].is_null(), "the catalog does not say");
/// ```
pub fn emit(catalog: &Catalog) -> Json {
    let mut whole = Whole::new();
    write(catalog, &mut whole);
    whole.finish()
}

/// Writes what [`emit`] returns, with a final newline, without the whole of it in memory. Each error,
/// policy, type and other entry has a line, so that a diff of two releases shows which of them changed.
///
/// ```
/// let text = "errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let text = errbook_schema::json::text(&catalog);
/// assert!(text.contains("\n  \"errors\": [\n    {\"id\":\"SOLD_OUT\",\"slug\":\"sold-out\","));
/// ```
pub fn text(catalog: &Catalog) -> String {
    let mut lines = Lines::new(2, capacity(catalog));
    write(catalog, &mut lines);
    lines.finish()
}

/// Writes what [`emit`] returns on one line, with a final newline, for programs.
///
/// ```
/// let text = "errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// assert_eq!(errbook_schema::json::line(&catalog), format!("{}\n", errbook_schema::json::emit(&catalog)));
/// ```
pub fn line(catalog: &Catalog) -> String {
    let mut lines = Lines::new(0, capacity(catalog));
    write(catalog, &mut lines);
    lines.finish()
}

/// More bytes than most catalogs need. A text that grows is copied, and is in memory twice meanwhile.
fn capacity(catalog: &Catalog) -> usize {
    const PER_ERROR: usize = 2048;
    catalog.errors.len() * PER_ERROR
}

fn write(catalog: &Catalog, sink: &mut impl ListSink) {
    let Catalog {
        api,
        context,
        envelopes,
        retry_policies: _, // the public ones
        groups: _,
        predicates,
        rejections: _,
        unknown,
        types,
        errors,
        retired: _,
        // Only for authors of the catalog.
        owners: _,
        prose: _,
        audit: _,
        diff: _,
        generate: _,
        operations,
    } = catalog;
    let policies: Vec<_> = catalog.public_policies().collect();
    let by_name = policies.iter().map(|named| (named.name.as_str(), &named.policy)).collect();
    let export = Export { catalog, predicates: catalog.predicates_by_error(), policies: by_name };
    let public = || errors.iter().enumerate().filter(|(_, error)| error.is_public());
    let in_use: HashSet<usize> = public().filter_map(|(_, error)| error.envelope).collect();
    let types_in_use = facts::types_in_use(catalog, public().map(|(_, error)| error));
    let envelopes = envelopes.iter().enumerate().filter(|(index, _)| in_use.contains(index));
    let types = types.iter().zip(types_in_use).filter(|(_, in_use)| *in_use);
    sink.member("errbook", FORM.into());
    sink.member("api", self::api(api));
    sink.member("context", export.fields(context));
    sink.member("envelopes", envelopes.map(|(_, envelope)| export.envelope(envelope)).collect());
    sink.member("types", types.map(|(ty, _)| export.type_def(ty)).collect());
    sink.member("policies", tree::object_of(policies.iter().map(|policy| named_policy(policy))));
    sink.member("groups", catalog.public_groups().map(group).collect());
    sink.member("predicates", predicates.iter().filter_map(|predicate| export.predicate(predicate)).collect());
    sink.member("unknown", unknown.iter().map(|unknown| export.unknown(unknown)).collect());
    sink.open_list("errors");
    public().for_each(|(index, error)| sink.item(export.error(index, error)));
    sink.close();
    sink.member("retired", catalog.public_retired().map(|retired| export.retired(retired)).collect());
    sink.member("operations", operations.iter().map(|operation| export.operation(operation)).collect());
}

/// Formats a JSON Schema as indented JSON, with a final newline.
///
/// ```
/// let text = errbook_schema::json::indented(&errbook_schema::json::schema());
/// assert!(text.starts_with("{\n  \"$schema\": "));
/// ```
pub fn indented(schema: &Json) -> String {
    facts::indented(schema)
}

/// The parts of the export that refer to other parts of the catalog.
struct Export<'a> {
    catalog: &'a Catalog,
    /// The predicates of each error.
    predicates: Vec<Vec<&'a Predicate>>,
    /// The policies that have their own entry.
    policies: HashMap<&'a str, &'a Policy>,
}

impl<'a> Export<'a> {
    fn operation(&self, operation: &'a Operation) -> Tree<'a> {
        let Operation { method, path, errors } = operation;
        let errors = errors.iter().map(|&index| &self.catalog.errors[index]).filter(|error| error.is_public());
        let ids = errors.map(|error| &error.name.id);
        tree!({ "method": method, "path": path, "errors": ids.collect::<Tree>() })
    }

    fn error(&self, index: usize, error: &'a ErrorDef) -> Tree<'a> {
        let ErrorDef {
            name,
            code,
            statuses,
            title,
            message,
            description,
            cause,
            fix,
            notes,
            retry,
            refund,
            fault,
            doc_url,
            group: _,
            envelope: _,
            headers,
            details,
            examples,
            snippets,
            lifecycle: Lifecycle { since, changed, deprecated },
            visibility: _,
            source: _,
            boxed: _,
            origin: _,
        } = error;
        let envelope = self.catalog.envelope_of(error);
        let predicates = self.predicates[index].iter().map(|predicate| predicate.name.as_str());
        tree!({
            "id": &name.id,
            "slug": &name.slug,
            "kind": kind(error.kind()),
            "code": code.as_ref().map(facts::code::<Tree>),
            "status": statuses.iter().copied().collect::<Tree>(),
            "title": title,
            "message": message.as_ref().map(Template::to_message_source),
            "description": description,
            "cause": cause,
            "fix": fix,
            "notes": notes,
            "retryable": facts::retryable::<Tree>(retry),
            "retry": self.policy(retry),
            "refund": refund.as_ref().map(facts::refund),
            "fault": fault.map(Fault::name),
            "doc_url": doc_url,
            "group": self.catalog.group_of(error).map(|group| &group.id),
            "envelope": envelope.map(|envelope| &envelope.name),
            "headers": self::headers(headers),
            "details": self.fields(details),
            "predicates": predicates.collect::<Tree>(),
            "snippets": snippets.iter().map(snippet).collect::<Tree>(),
            "examples": examples.iter().map(|example| self::example(example, envelope)).collect::<Tree>(),
            "since": since,
            "changed": tree::object_of(changed.iter().map(|Changed { version, note }| (version, tree!(note)))),
            "deprecated": deprecated.as_ref().map(|deprecated| self.deprecated(deprecated)),
        })
    }

    fn unknown(&self, unknown: &'a UnknownError) -> Tree<'a> {
        let UnknownError { statuses, retry } = unknown;
        tree!({
            "status": statuses.to_string(),
            "retryable": facts::retryable::<Tree>(retry),
            "retry": self.policy(retry),
        })
    }

    /// The name of a policy that has its own entry, or the policy.
    fn policy(&self, retry: &'a Retry) -> Tree<'a> {
        let Some(policy) = retry.policy() else { return Tree::Null };
        let name = policy.name.as_deref().filter(|name| self.policies.get(name) == Some(&policy));
        name.map_or_else(|| facts::policy(policy), Tree::from)
    }

    /// The id of the error at `index`; `None` if it is internal.
    fn public_id(&self, index: usize) -> Option<&'a str> {
        let error = &self.catalog.errors[index];
        error.is_public().then_some(error.name.id.as_str())
    }

    fn deprecated(&self, deprecated: &'a Deprecated) -> Tree<'a> {
        let Deprecated { since, replacement, note } = deprecated;
        tree!({ "since": since, "use": replacement.and_then(|index| self.public_id(index)), "note": note })
    }

    fn retired(&self, retired: &'a Retired) -> Tree<'a> {
        let Retired { name, since, replacement, rust: _, is_public: _, note, origin: _ } = retired;
        tree!({
            "id": &name.id,
            "slug": &name.slug,
            "since": since,
            "use": replacement.and_then(|index| self.public_id(index)),
            "note": note,
        })
    }

    /// `None` if all errors of the predicate are internal.
    fn predicate(&self, predicate: &'a Predicate) -> Option<Tree<'a>> {
        let Predicate { name, members } = predicate;
        let ids: Tree = members.iter().filter_map(|&index| self.public_id(index)).collect();
        (!ids.items().is_empty()).then(|| tree!({ "name": name, "errors": ids }))
    }

    fn envelope(&self, envelope: &'a Envelope) -> Tree<'a> {
        let Envelope { name, type_name: _, content_type, body, headers } = envelope;
        let Places { slots, required } = self.catalog.places(envelope);
        let value = |placeholder: Placeholder| Slot { placeholder, optional: false }.to_source();
        let slots = slots.into_iter().map(|(pointer, own)| tree!({ "pointer": pointer, "value": value(own) }));
        tree!({
            "name": name,
            "content_type": content_type,
            "body": body_object(body),
            "headers": self::headers(headers),
            "slots": slots.collect::<Tree>(),
            "required": required.into_iter().collect::<Tree>(),
        })
    }

    fn fields(&self, fields: &'a [Field]) -> Tree<'a> {
        tree::object_of(fields.iter().map(|field| (&field.name, self.field(field))))
    }

    fn field(&self, field: &'a Field) -> Tree<'a> {
        let Field { name: _, ident: _, ty, optional, sensitive, doc, example, boxed: _ } = field;
        tree!({
            "type": self.type_text(ty),
            "optional": *optional,
            "sensitive": *sensitive,
            "doc": doc,
            "example": example.as_ref().filter(|_| !sensitive),
        })
    }

    fn type_def(&self, ty: &'a TypeDef) -> Tree<'a> {
        let TypeDef { name, doc, shape } = ty;
        let (values, open, fields) = match shape {
            TypeShape::Enum { values, open } => {
                (Some(values.iter().map(|value| &value.value).collect::<Tree>()), Some(*open), None)
            }
            TypeShape::Object(fields) => (None, None, Some(self.fields(fields))),
        };
        tree!({ "name": name, "doc": doc, "values": values, "open": open, "fields": fields })
    }

    /// The type, as in the catalog.
    fn type_text(&self, ty: &DetailType) -> String {
        match ty {
            DetailType::String => "string".into(),
            DetailType::Integer => "integer".into(),
            DetailType::Number => "number".into(),
            DetailType::Boolean => "boolean".into(),
            DetailType::DateTime => "date-time".into(),
            DetailType::Duration => "duration".into(),
            DetailType::Uuid => "uuid".into(),
            DetailType::Uri => "uri".into(),
            DetailType::Json => "json".into(),
            DetailType::Array(item) => format!("array<{}>", self.type_text(item)),
            DetailType::Map(value) => format!("map<{}>", self.type_text(value)),
            DetailType::Named(index) => self.catalog.types[*index].name.clone(),
        }
    }
}

fn api(api: &Api) -> Tree<'_> {
    let Api { name, slug, version, summary, doc_url, support } = api;
    tree!({
        "name": name,
        "slug": slug,
        "version": version,
        "summary": summary,
        "doc_url": doc_url,
        "support": support,
    })
}

fn named_policy(named: &NamedPolicy) -> (&String, Tree<'_>) {
    let NamedPolicy { name, policy } = named;
    (name, facts::policy(policy))
}

/// A body as in the catalog: constants, and strings with placeholders.
fn body_object(body: &BodyObject) -> Tree<'_> {
    tree::object_of(body.members.iter().map(|member| match member {
        BodyMember::Field(name, node) => (name.as_str(), body_node(node)),
        BodyMember::DetailsSpread => (SPREAD, tree!("{details}")),
    }))
}

fn body_node(node: &BodyNode) -> Tree<'_> {
    match node {
        BodyNode::Constant(Value::String(text)) => tree!(escape_braces(text)),
        BodyNode::Constant(value) => tree!(value),
        BodyNode::Value(slot) => tree!(slot.to_source()),
        BodyNode::Text(template) => tree!(template.to_source()),
        BodyNode::Array(nodes) => nodes.iter().map(body_node).collect(),
        BodyNode::Object(object) => body_object(object),
    }
}

/// Header names and values, as in the catalog.
fn headers(headers: &[Header]) -> Tree<'_> {
    tree::object_of(headers.iter().map(|Header { name, value }| (name, tree!(value.to_source()))))
}

fn group(group: &Group) -> Tree<'_> {
    let Group { id, title, summary, columns } = group;
    let columns = tree::object_of(columns.iter().map(|(column, heading)| (column.name(), tree!(heading))));
    tree!({ "id": id, "title": title, "summary": summary, "columns": columns })
}

fn snippet(snippet: &Snippet) -> Tree<'_> {
    let Snippet { lang, code } = snippet;
    tree!({ "lang": lang, "code": code })
}

/// A complete response. Its headers include the content type.
fn example<'a>(example: &'a Example, envelope: Option<&'a Envelope>) -> Tree<'a> {
    let Example { title, status, message, headers, body, details: _, context: _ } = example;
    let content_type = envelope.filter(|_| body.is_some()).map(|envelope| &envelope.content_type);
    let content_type = content_type.map(|content_type| ("Content-Type", tree!(content_type)));
    let headers = headers.iter().map(|(name, value)| (name.as_str(), tree!(value)));
    tree!({
    "title": title,
    "status": *status,
    "message": message,
    "headers": tree::object_of(content_type.into_iter().chain(headers)),
    "body": body.as_ref(),
    })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Response => "response",
        Kind::Message => "message",
        Kind::Symptom => "symptom",
    }
}

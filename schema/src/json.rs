//! The catalog as data: `errors.json`, for other tools.
//!
//! Every key is present. Its value is `null` or empty if the catalog says nothing. A retry policy with
//! a name is in `policies`, and errors have its name. [`schema`] describes the file exactly. A new key
//! is a compatible change; the version in `errbook` increases if a key is removed or changes its
//! meaning.

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Placeholder, Slot, Template, escape_braces};
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{
    Api, Catalog, Changed, Deprecated, DetailType, Envelope, ErrorDef, Example, Fault, Field, Group, Header, Kind,
    Lifecycle, NamedPolicy, Operation, Places, Predicate, Retired, Retry, Snippet, TypeDef, TypeShape, UnknownError,
};
use serde_json::{Map, Value as Json, json};

use crate::facts;

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
    let Catalog {
        api,
        context,
        envelopes,
        retry_policies: _, // those of the public catalog
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
    let policies = catalog.public().retry_policies;
    let export = Export { catalog, predicates: catalog.predicates_by_error(), policies: &policies };
    let public = || errors.iter().enumerate().filter(|(_, error)| error.is_public());
    let envelope_in_use = |index: usize| public().any(|(_, error)| error.envelope == Some(index));
    let types_in_use = facts::types_in_use(catalog, public().map(|(_, error)| error));
    let envelopes = envelopes.iter().enumerate().filter(|(index, _)| envelope_in_use(*index));
    let types = types.iter().zip(types_in_use).filter(|(_, in_use)| *in_use);
    facts::object([
        ("errbook", json!(FORM)),
        ("api", self::api(api)),
        ("context", export.fields(context)),
        ("envelopes", envelopes.map(|(_, envelope)| export.envelope(envelope)).collect()),
        ("types", types.map(|(ty, _)| export.type_def(ty)).collect()),
        ("policies", policies.iter().map(named_policy).collect()),
        ("groups", catalog.public_groups().map(group).collect()),
        ("predicates", predicates.iter().filter_map(|predicate| export.predicate(predicate)).collect()),
        ("unknown", unknown.iter().map(|unknown| export.unknown(unknown)).collect()),
        ("errors", public().map(|(index, error)| export.error(index, error)).collect()),
        ("retired", catalog.public_retired().map(|retired| export.retired(retired)).collect()),
        ("operations", operations.iter().map(|operation| export.operation(operation)).collect()),
    ])
}

/// Formats the export, with a final newline. Each error, policy, type and other entry has a line, so
/// that a diff of two releases shows which of them changed.
///
/// ```
/// let text = "errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let text = errbook_schema::json::text(&errbook_schema::json::emit(&catalog));
/// assert!(text.contains("\n  \"errors\": [\n    {\"id\":\"SOLD_OUT\",\"slug\":\"sold-out\","));
/// ```
pub fn text(export: &Json) -> String {
    facts::in_lines(export, 2)
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
    policies: &'a [NamedPolicy],
}

impl Export<'_> {
    fn operation(&self, operation: &Operation) -> Json {
        let Operation { method, path, errors } = operation;
        let errors = errors.iter().map(|&index| &self.catalog.errors[index]).filter(|error| error.is_public());
        let ids: Vec<&str> = errors.map(|error| error.name.id.as_str()).collect();
        facts::object([("method", json!(method)), ("path", json!(path)), ("errors", json!(ids))])
    }

    fn error(&self, index: usize, error: &ErrorDef) -> Json {
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
        facts::object([
            ("id", json!(name.id)),
            ("slug", json!(name.slug)),
            ("kind", json!(kind(error.kind()))),
            ("code", code.as_ref().map_or(Json::Null, facts::code)),
            ("status", json!(statuses)),
            ("title", json!(title)),
            ("message", json!(message.as_ref().map(Template::to_message_source))),
            ("description", json!(description)),
            ("cause", json!(cause)),
            ("fix", json!(fix)),
            ("notes", json!(notes)),
            ("retryable", facts::retryable(retry)),
            ("retry", self.policy(retry)),
            ("refund", refund.as_ref().map_or(Json::Null, facts::refund)),
            ("fault", json!(fault.map(Fault::name))),
            ("doc_url", json!(doc_url)),
            ("group", json!(self.catalog.group_of(error).map(|group| &group.id))),
            ("envelope", json!(envelope.map(|envelope| &envelope.name))),
            ("headers", self::headers(headers)),
            ("details", self.fields(details)),
            ("predicates", predicates.collect()),
            ("snippets", snippets.iter().map(snippet).collect()),
            ("examples", examples.iter().map(|example| self::example(example, envelope)).collect()),
            ("since", json!(since)),
            ("changed", changed.iter().map(|Changed { version, note }| (version.clone(), json!(note))).collect()),
            ("deprecated", deprecated.as_ref().map_or(Json::Null, |deprecated| self.deprecated(deprecated))),
        ])
    }

    fn unknown(&self, unknown: &UnknownError) -> Json {
        let UnknownError { statuses, retry } = unknown;
        json!({
            "status": statuses.to_string(),
            "retryable": facts::retryable(retry),
            "retry": self.policy(retry),
        })
    }

    /// The name of a policy that has its own entry, or the policy.
    fn policy(&self, retry: &Retry) -> Json {
        let Some(policy) = retry.policy() else { return Json::Null };
        let named = self.policies.iter().find(|named| named.policy == *policy);
        named.map_or_else(|| facts::policy(policy), |named| json!(named.name))
    }

    /// The id of the error at `index`; `None` if it is internal.
    fn public_id(&self, index: usize) -> Option<&str> {
        let error = &self.catalog.errors[index];
        error.is_public().then_some(error.name.id.as_str())
    }

    fn deprecated(&self, deprecated: &Deprecated) -> Json {
        let Deprecated { since, replacement, note } = deprecated;
        json!({ "since": since, "use": replacement.and_then(|index| self.public_id(index)), "note": note })
    }

    fn retired(&self, retired: &Retired) -> Json {
        let Retired { name, since, replacement, rust: _, is_public: _, note, origin: _ } = retired;
        json!({
            "id": name.id,
            "slug": name.slug,
            "since": since,
            "use": replacement.and_then(|index| self.public_id(index)),
            "note": note,
        })
    }

    /// `None` if all errors of the predicate are internal.
    fn predicate(&self, predicate: &Predicate) -> Option<Json> {
        let Predicate { name, members } = predicate;
        let ids: Vec<&str> = members.iter().filter_map(|&index| self.public_id(index)).collect();
        (!ids.is_empty()).then(|| json!({ "name": name, "errors": ids }))
    }

    fn envelope(&self, envelope: &Envelope) -> Json {
        let Envelope { name, type_name: _, content_type, body, headers } = envelope;
        let Places { slots, required } = self.catalog.places(envelope);
        let value = |placeholder: Placeholder| Slot { placeholder, optional: false }.to_source();
        let slots = slots.into_iter().map(|(pointer, own)| json!({ "pointer": pointer, "value": value(own) }));
        json!({
            "name": name,
            "content_type": content_type,
            "body": body_object(body),
            "headers": self::headers(headers),
            "slots": slots.collect::<Json>(),
            "required": required,
        })
    }

    fn fields(&self, fields: &[Field]) -> Json {
        fields.iter().map(|field| (field.name.clone(), self.field(field))).collect()
    }

    fn field(&self, field: &Field) -> Json {
        let Field { name: _, ident: _, ty, optional, sensitive, doc, example, boxed: _ } = field;
        json!({
            "type": self.type_text(ty),
            "optional": optional,
            "sensitive": sensitive,
            "doc": doc,
            "example": example.as_ref().filter(|_| !sensitive).map(facts::value),
        })
    }

    fn type_def(&self, ty: &TypeDef) -> Json {
        let TypeDef { name, doc, shape } = ty;
        let (values, open, fields) = match shape {
            TypeShape::Enum { values, open } => {
                (Some(values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>()), Some(open), None)
            }
            TypeShape::Object(fields) => (None, None, Some(self.fields(fields))),
        };
        json!({ "name": name, "doc": doc, "values": values, "open": open, "fields": fields })
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

fn api(api: &Api) -> Json {
    let Api { name, slug, version, summary, doc_url, support } = api;
    json!({
        "name": name,
        "slug": slug,
        "version": version,
        "summary": summary,
        "doc_url": doc_url,
        "support": support,
    })
}

fn named_policy(named: &NamedPolicy) -> (String, Json) {
    let NamedPolicy { name, policy } = named;
    (name.clone(), facts::policy(policy))
}

/// A body as in the catalog: constants, and strings with placeholders.
fn body_object(body: &BodyObject) -> Json {
    let member = |member: &BodyMember| match member {
        BodyMember::Field(name, node) => (name.clone(), body_node(node)),
        BodyMember::DetailsSpread => (SPREAD.to_owned(), json!("{details}")),
    };
    body.members.iter().map(member).collect()
}

fn body_node(node: &BodyNode) -> Json {
    match node {
        BodyNode::Constant(Value::String(text)) => json!(escape_braces(text)),
        BodyNode::Constant(value) => facts::value(value),
        BodyNode::Value(slot) => json!(slot.to_source()),
        BodyNode::Text(template) => json!(template.to_source()),
        BodyNode::Array(nodes) => nodes.iter().map(body_node).collect(),
        BodyNode::Object(object) => body_object(object),
    }
}

/// Header names and values, as in the catalog.
fn headers(headers: &[Header]) -> Json {
    headers.iter().map(|Header { name, value }| (name.clone(), json!(value.to_source()))).collect()
}

fn group(group: &Group) -> Json {
    let Group { id, title, summary, columns } = group;
    let columns: Map<String, Json> =
        columns.iter().map(|(column, heading)| (column.name().to_owned(), json!(heading))).collect();
    json!({ "id": id, "title": title, "summary": summary, "columns": columns })
}

fn snippet(snippet: &Snippet) -> Json {
    let Snippet { lang, code } = snippet;
    json!({ "lang": lang, "code": code })
}

/// A complete response. Its headers include the content type.
fn example(example: &Example, envelope: Option<&Envelope>) -> Json {
    let Example { title, status, message, headers, body, details: _, context: _ } = example;
    let content_type = envelope.filter(|_| body.is_some()).map(|envelope| &envelope.content_type);
    let content_type = content_type.map(|content_type| ("Content-Type".to_owned(), json!(content_type)));
    let headers = headers.iter().map(|(name, value)| (name.clone(), json!(value)));
    facts::object([
        ("title", json!(title)),
        ("status", json!(status)),
        ("message", json!(message)),
        ("headers", content_type.into_iter().chain(headers).collect()),
        ("body", body.as_ref().map_or(Json::Null, facts::value)),
    ])
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Response => "response",
        Kind::Message => "message",
        Kind::Symptom => "symptom",
    }
}

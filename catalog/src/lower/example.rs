//! Renders examples: what a client receives, from the same templates that the generated code serializes.

use crate::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot, Template};
use crate::model::value::Value;
use crate::model::{Catalog, DetailType, ErrorDef, Example, Field, Kind, Refund, Retry, TypeShape};
use crate::read::syntax;

/// The examples of one error: those written, then one for each status that none of them shows.
pub(crate) fn examples(catalog: &Catalog, error: &ErrorDef, written: &[syntax::Example]) -> Vec<Example> {
    let mut examples: Vec<Example> = written
        .iter()
        .map(|example| {
            let status = example.status.as_ref().and_then(|status| u16::try_from(status.value).ok());
            let occurrence = Occurrence {
                catalog,
                error,
                status: status.or(error.statuses.first().copied()),
                details: filled(catalog, &error.details, &example.details),
                context: filled(catalog, &catalog.context, &example.context),
            };
            occurrence.render(example.title.as_deref())
        })
        .collect();
    for &status in &error.statuses {
        if examples.iter().any(|example| example.status == Some(status)) {
            continue;
        }
        let occurrence = Occurrence {
            catalog,
            error,
            status: Some(status),
            details: filled(catalog, &error.details, &[]),
            context: filled(catalog, &catalog.context, &[]),
        };
        examples.push(occurrence.render(None));
    }
    if examples.is_empty() && error.kind() == Kind::Message {
        let details = filled(catalog, &error.details, &[]);
        examples.push(Occurrence { catalog, error, status: None, details, context: Vec::new() }.render(None));
    }
    examples
}

/// A value for each field that is there: the one written, else the field's example. Absent are optional fields that
/// have neither, and those written as null.
fn filled(
    catalog: &Catalog,
    fields: &[Field],
    written: &[(syntax::Text, crate::source::Spanned<Value>)],
) -> Vec<(String, Value)> {
    let value = |field: &Field| {
        let given = written.iter().find(|(name, _)| name.value == field.name).map(|(_, value)| value.value.clone());
        match given {
            Some(Value::Null) if field.optional => None,
            Some(_) if field.sensitive => Some(any_value(catalog, &field.ty)),
            Some(value) => Some(value),
            None if field.optional && field.example.is_none() => None,
            None => Some(example_value(catalog, field)),
        }
    };
    fields.iter().filter_map(|field| Some((field.name.clone(), value(field)?))).collect()
}

/// The value that stands for a field in examples: its own, unless it is sensitive, else one of its type.
///
/// ```
/// use errbook_catalog::example::example_value;
/// use errbook_catalog::model::value::Value;
///
/// let text = b"errbook: 1\napi: {name: Shop}\ncontext: {key: {type: string, example: hunter2, sensitive: true}, left: {type: integer, example: 3}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// assert_eq!(example_value(&catalog, &catalog.context[0]), Value::String("text".into()));
/// assert_eq!(example_value(&catalog, &catalog.context[1]), Value::Integer(3));
/// ```
pub fn example_value(catalog: &Catalog, field: &Field) -> Value {
    match &field.example {
        Some(example) if !field.sensitive => example.clone(),
        _ => any_value(catalog, &field.ty),
    }
}

/// Some value of a type.
fn any_value(catalog: &Catalog, ty: &DetailType) -> Value {
    match ty {
        DetailType::String => Value::String("text".to_owned()),
        DetailType::Integer => Value::Integer(1),
        DetailType::Number => Value::Number(1.5),
        DetailType::Boolean => Value::Bool(true),
        DetailType::DateTime => Value::String("2026-01-31T12:00:00Z".to_owned()),
        DetailType::Duration => Value::Integer(30),
        DetailType::Uuid => Value::String("01890a5d-ac96-774b-bcce-b302099a8057".to_owned()),
        DetailType::Uri => Value::String("https://example.com/".to_owned()),
        DetailType::Json => Value::Object(Vec::new()),
        DetailType::Array(item) => Value::Array(vec![any_value(catalog, item)]),
        DetailType::Map(item) => Value::Object(vec![("key".to_owned(), any_value(catalog, item))]),
        DetailType::Named(at) => match &catalog.types[*at].shape {
            TypeShape::Enum(values) => Value::String(values[0].value.clone()),
            TypeShape::Object(fields) => Value::Object(filled(catalog, fields, &[])),
        },
    }
}

/// One error with everything that its templates ask for.
struct Occurrence<'a> {
    catalog: &'a Catalog,
    error: &'a ErrorDef,
    status: Option<u16>,
    details: Vec<(String, Value)>,
    context: Vec<(String, Value)>,
}

impl Occurrence<'_> {
    fn render(self, title: Option<&str>) -> Example {
        let envelope = self.catalog.envelope_of(self.error);
        let headers = self.catalog.headers(self.error);
        Example {
            title: title.unwrap_or(&self.error.title).to_owned(),
            status: self.status,
            message: self.message(),
            headers: headers
                .into_iter()
                .filter_map(|header| Some((header.name.clone(), self.header(&header.value)?)))
                .collect(),
            body: envelope.map(|envelope| self.object(&envelope.body)),
            details: self.details,
            context: self.context,
        }
    }

    fn message(&self) -> String {
        self.error.message.as_ref().map_or(String::new(), |message| self.text(message))
    }

    /// `None` where the template is one optional placeholder without a value.
    fn header(&self, template: &Template) -> Option<String> {
        match template.parts.as_slice() {
            [Part::Slot(slot)] => self.value(slot).map(|value| value.to_text()),
            _ => Some(self.text(template)),
        }
    }

    fn text(&self, template: &Template) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Slot(slot) => self.value(slot).map_or(String::new(), |value| value.to_text()),
        };
        template.parts.iter().map(part).collect()
    }

    fn object(&self, object: &BodyObject) -> Value {
        let mut members = Vec::new();
        for member in &object.members {
            match member {
                BodyMember::DetailsSpread => members.extend(self.details.iter().cloned()),
                BodyMember::Field(name, node) => {
                    if let Some(value) = self.node(node) {
                        members.push((name.clone(), value));
                    }
                }
            }
        }
        Value::Object(members)
    }

    fn node(&self, node: &BodyNode) -> Option<Value> {
        match node {
            BodyNode::Constant(value) => Some(value.clone()),
            BodyNode::Value(slot) => self.value(slot),
            BodyNode::Text(template) => Some(Value::String(self.text(template))),
            BodyNode::Array(items) => Some(Value::Array(items.iter().filter_map(|item| self.node(item)).collect())),
            BodyNode::Object(object) => Some(self.object(object)),
        }
    }

    /// `None` where there is no value, which only an optional placeholder allows.
    fn value(&self, slot: &Slot) -> Option<Value> {
        let error = self.error;
        let named = |values: &[(String, Value)], name: &str| {
            values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let text = |text: &str| Some(Value::String(text.to_owned()));
        match &slot.placeholder {
            Placeholder::Id => text(&error.name.id),
            Placeholder::Code => match error.code.as_ref()? {
                crate::model::Code::Text(code) => text(code),
                crate::model::Code::Integer(code) => Some(Value::Integer(*code)),
            },
            Placeholder::Slug => text(&error.name.slug),
            Placeholder::Status => self.status.map(|status| Value::Integer(status.into())),
            Placeholder::Title => text(&error.title),
            Placeholder::Message => Some(Value::String(self.message())),
            Placeholder::DocUrl => text(error.doc_url.as_ref()?),
            Placeholder::Retryable => match error.retry {
                Retry::Never => Some(Value::Bool(false)),
                Retry::Always(_) => Some(Value::Bool(true)),
                Retry::Idempotent(_) => text("idempotent"),
            },
            Placeholder::Refund => match error.refund.as_ref()? {
                Refund::Refunded => text("refunded"),
                Refund::Kept => text("kept"),
                Refund::NotCharged => text("not_charged"),
                Refund::Conditional { .. } => text("conditional"),
            },
            Placeholder::Group => text(&self.catalog.group_of(error)?.id),
            Placeholder::Details if self.details.is_empty() && slot.optional => None,
            Placeholder::Details => Some(Value::Object(self.details.clone())),
            Placeholder::Detail(name) => named(&self.details, name),
            Placeholder::Context(name) => named(&self.context, name),
        }
    }
}

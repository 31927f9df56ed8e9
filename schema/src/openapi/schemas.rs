//! Schemas of bodies, for one error and for any error of an envelope, and schemas of details.

use std::collections::BTreeSet;

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot, Template};
use errbook_catalog::model::{
    Catalog, Deprecated, DetailType, Envelope, ErrorDef, Field, Lifecycle, OpenapiVersion, Retry, TypeDef, TypeShape,
};
use serde_json::{Map, Value as Json, json};

use super::names::Names;
use crate::facts;
use errbook_codegen::words::{self, Span};

/// The data that schemas are built from.
pub(super) struct Schemas<'a> {
    pub(super) catalog: &'a Catalog,
    /// The public errors with a status, in catalog order.
    pub(super) errors: &'a [&'a ErrorDef],
    pub(super) names: &'a Names,
    pub(super) version: OpenapiVersion,
}

/// The subject of a template.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// One error. Its fixed values become constants.
    Error(&'a ErrorDef),
    /// Any error with the envelope at this index.
    Any(usize),
}

/// The value of a member of a body or a header.
pub(super) struct Member {
    pub(super) schema: Json,
    /// Whether it is always present.
    pub(super) required: bool,
}

impl Member {
    fn always(schema: Json) -> Self {
        Member { schema, required: true }
    }
}

impl Schemas<'_> {
    /// The `schemas` section.
    pub(super) fn components(&self) -> Map<String, Json> {
        let Names { error_code, envelopes, types, .. } = self.names;
        let mut components = Map::new();
        if let Some(name) = error_code {
            components.insert(name.clone(), self.error_code());
        }
        for (index, name) in envelopes.iter().enumerate() {
            if let Some(name) = name {
                components.insert(name.clone(), self.envelope(index));
            }
        }
        for error in self.errors {
            if let Some(schema) = self.error(error) {
                components.insert(error.name.schema.clone(), schema);
            }
        }
        for (ty, name) in self.catalog.types.iter().zip(types) {
            if let Some(name) = name {
                components.insert(name.clone(), self.type_def(ty));
            }
        }
        components
    }

    /// The schema of any error with an envelope, for clients that receive an unknown error.
    fn envelope(&self, index: usize) -> Json {
        let Envelope { name, type_name: _, content_type: _, body, headers: _ } = &self.catalog.envelopes[index];
        let mut schema = Map::new();
        schema.insert("title".into(), json!(format!("Any error with the envelope {name}")));
        extend(&mut schema, self.object(body, Subject::Any(index)));
        Json::Object(schema)
    }

    /// The body of one error; `None` without an envelope.
    fn error(&self, error: &ErrorDef) -> Option<Json> {
        let ErrorDef {
            name: _,
            code: _,
            statuses: _,
            title,
            message: _,
            description,
            cause,
            fix,
            notes: _,
            retry: _,
            refund: _,
            fault: _,
            doc_url,
            group: _,
            envelope: _,
            headers: _,
            details: _,
            examples: _,
            snippets: _,
            lifecycle: Lifecycle { since: _, changed: _, deprecated },
            visibility: _,
            source: _,
            origin: _,
        } = error;
        let envelope = self.catalog.envelope_of(error)?;
        let mut schema = Map::new();
        schema.insert("title".into(), json!(title));
        let sections = [
            description.clone(),
            cause.as_ref().map(|cause| format!("**Cause**\n\n{cause}")),
            fix.as_ref().map(|fix| format!("**Fix**\n\n{fix}")),
            words::retry_and_refund(error).map(|words| words.markdown()),
            deprecated.as_ref().map(|deprecated| self.deprecation(deprecated)),
        ];
        let sections: Vec<String> = sections.into_iter().flatten().collect();
        if !sections.is_empty() {
            schema.insert("description".into(), json!(sections.join("\n\n")));
        }
        if deprecated.is_some() {
            schema.insert("deprecated".into(), json!(true));
        }
        if let Some(url) = doc_url {
            schema.insert("externalDocs".into(), json!({ "url": url }));
        }
        let body = self.object(&envelope.body, Subject::Error(error));
        let least = Self::least_members(error, &body);
        extend(&mut schema, body);
        schema.extend(least.map(|least| ("minProperties".to_owned(), json!(least))));
        schema.extend(super::extensions(error));
        Some(Json::Object(schema))
    }

    /// The minimum number of members of a body whose code is not at the top level. `required`
    /// implies it, but some tools compare only the top level of the members of a `oneOf` (Redocly's
    /// no-illogical-composition-keywords) and report that such bodies overlap. They report nothing
    /// for a schema with a further constraint.
    fn least_members(error: &ErrorDef, body: &Json) -> Option<usize> {
        let code = facts::code(error.code.as_ref()?);
        let properties = body["properties"].as_object()?;
        let is_at_the_top = properties.values().any(|schema| allowed(schema) == Some(std::slice::from_ref(&code)));
        (!is_at_the_top).then(|| body["required"].as_array().map_or(0, Vec::len))
    }

    fn deprecation(&self, deprecated: &Deprecated) -> String {
        let replacement = deprecated.replacement.map(|index| &self.catalog.errors[index]);
        let replacement = replacement.filter(|error| error.is_public());
        words::deprecated(deprecated, replacement.map(|error| Span::Code(error.name.id.clone()))).markdown()
    }

    /// All codes, without duplicates.
    fn error_code(&self) -> Json {
        let codes = self.errors.iter().filter_map(|error| error.code.as_ref()).map(facts::code);
        let mut seen = BTreeSet::new();
        let codes: Vec<Json> = codes.filter(|code| seen.insert(code.to_string())).collect();
        let mut schema = Map::new();
        schema.insert("title".into(), json!("All error codes"));
        if codes.iter().all(Json::is_string) {
            schema.insert("type".into(), json!("string"));
        } else if codes.iter().all(Json::is_i64) {
            schema.insert("type".into(), json!("integer"));
        }
        schema.insert("enum".into(), json!(codes));
        Json::Object(schema)
    }

    fn type_def(&self, ty: &TypeDef) -> Json {
        let TypeDef { name: _, doc, shape } = ty;
        let schema = match shape {
            TypeShape::Enum { values, open } => {
                let values: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
                let known = json!({ "type": "string", "enum": values });
                // Clients that ignore the first branch still accept the other values.
                if *open { json!({ "anyOf": [known, { "type": "string" }] }) } else { known }
            }
            TypeShape::Object(fields) => self.fields(fields),
        };
        self.annotated(schema, doc.as_deref(), None)
    }

    /// An object of typed fields.
    fn fields(&self, fields: &[Field]) -> Json {
        object_schema(fields.iter().map(|field| (field.name.as_str(), self.field(field))))
    }

    fn field(&self, field: &Field) -> Member {
        let Field { name: _, ident: _, ty, optional, sensitive, doc, example, boxed: _ } = field;
        let doc = doc.as_deref().or((*ty == DetailType::Duration).then_some("Seconds."));
        let example = example.as_ref().filter(|_| !sensitive).map(facts::value);
        let mut schema = self.annotated(self.detail_type(ty), doc, example);
        if *sensitive {
            // OpenAPI 3.0 ignores members next to a `$ref`.
            if self.version == OpenapiVersion::V3_0 && schema.get("$ref").is_some() {
                schema = json!({ "allOf": [schema] });
            }
            schema["x-sensitive"] = json!(true);
        }
        Member { schema, required: !optional }
    }

    fn detail_type(&self, ty: &DetailType) -> Json {
        match ty {
            DetailType::String => json!({ "type": "string" }),
            DetailType::Integer => json!({ "type": "integer", "format": "int64" }),
            DetailType::Number => json!({ "type": "number" }),
            DetailType::Boolean => json!({ "type": "boolean" }),
            DetailType::DateTime => json!({ "type": "string", "format": "date-time" }),
            DetailType::Duration => json!({ "type": "number", "minimum": 0 }),
            DetailType::Uuid => json!({ "type": "string", "format": "uuid" }),
            DetailType::Uri => json!({ "type": "string", "format": "uri-reference" }),
            DetailType::Json => json!({}),
            DetailType::Array(item) => json!({ "type": "array", "items": self.detail_type(item) }),
            DetailType::Map(value) => json!({ "type": "object", "additionalProperties": self.detail_type(value) }),
            DetailType::Named(index) => self.names.types[*index].as_deref().map_or_else(|| json!({}), schema_ref),
        }
    }

    /// The schema of a templated object.
    fn object(&self, body: &BodyObject, subject: Subject) -> Json {
        let mut members: Vec<(&str, Member)> = Vec::new();
        for member in &body.members {
            match (member, subject) {
                (BodyMember::Field(name, node), _) => {
                    members.extend(self.node(node, subject).map(|member| (name.as_str(), member)));
                }
                (BodyMember::DetailsSpread, Subject::Error(error)) => {
                    members.extend(error.details.iter().map(|field| (field.name.as_str(), self.field(field))));
                }
                (BodyMember::DetailsSpread, Subject::Any(_)) => {}
            }
        }
        object_schema(members.into_iter())
    }

    /// The schema of a templated value; `None` if it is never present.
    fn node(&self, node: &BodyNode, subject: Subject) -> Option<Member> {
        match node {
            BodyNode::Constant(value) => Some(Member::always(self.constant(facts::value(value)))),
            BodyNode::Value(slot) => self.slot(slot, subject),
            BodyNode::Text(template) => self.template(template, subject),
            BodyNode::Object(object) => Some(Member::always(self.object(object, subject))),
            BodyNode::Array(nodes) => {
                let items: Vec<Member> = nodes.iter().filter_map(|node| self.node(node, subject)).collect();
                Some(Member::always(array_schema(items)))
            }
        }
    }

    /// Text with placeholders. It is a constant if all placeholders are. A single placeholder keeps
    /// its type and may be absent. Inside a text, an absent value is an empty string.
    pub(super) fn template(&self, template: &Template, subject: Subject) -> Option<Member> {
        if let [Part::Slot(slot)] = template.parts.as_slice() {
            return self.slot(slot, subject);
        }
        let constant: Option<String> = template.parts.iter().map(|part| self.constant_part(part, subject)).collect();
        let text = || json!({ "type": "string" });
        Some(Member::always(constant.map_or_else(text, |constant| self.constant(Json::from(constant)))))
    }

    /// The text of a part, if it is the same in every response.
    fn constant_part(&self, part: &Part, subject: Subject) -> Option<String> {
        let slot = match part {
            Part::Text(literal) => return Some(literal.clone()),
            Part::Slot(slot) => slot,
        };
        match self.slot(slot, subject) {
            None => Some(String::new()),
            Some(member) if member.required => match allowed(&member.schema)? {
                [Json::String(text)] => Some(text.clone()),
                [value] => Some(value.to_string()),
                _ => None,
            },
            Some(_) => None,
        }
    }

    /// The value of a placeholder; `None` if the subject never has it.
    fn slot(&self, slot: &Slot, subject: Subject) -> Option<Member> {
        match subject {
            Subject::Error(error) => self.slot_of_error(slot, error),
            Subject::Any(envelope) => self.slot_of_any(slot, envelope),
        }
    }

    fn slot_of_error(&self, slot: &Slot, error: &ErrorDef) -> Option<Member> {
        let text = |text: &String| self.constant(Json::from(text.as_str()));
        let schema = match &slot.placeholder {
            Placeholder::Id => text(&error.name.id),
            Placeholder::Code => self.constant(facts::code(error.code.as_ref()?)),
            Placeholder::Slug => text(&error.name.slug),
            Placeholder::Status => match error.statuses.as_slice() {
                [status] => self.constant(json!(status)),
                statuses => json!({ "type": "integer", "enum": statuses }),
            },
            Placeholder::Title => text(&error.title),
            Placeholder::Message => {
                error.message.as_ref()?;
                let example = error.examples.first().map(|example| json!(example.message));
                self.annotated(json!({ "type": "string" }), None, example)
            }
            Placeholder::DocUrl => text(error.doc_url.as_ref()?),
            Placeholder::Retryable if error.retry == Retry::Unsaid => return None,
            Placeholder::Retryable => self.constant(facts::retryable(&error.retry)),
            Placeholder::Refund => self.constant(json!(facts::refund_kind(error.refund.as_ref()?))),
            Placeholder::Group => text(&self.catalog.group_of(error)?.id),
            Placeholder::Details if error.details.is_empty() && slot.optional => return None,
            Placeholder::Details => {
                let required = !slot.optional || error.details.iter().any(|field| !field.optional);
                return Some(Member { schema: self.fields(&error.details), required });
            }
            Placeholder::Detail(name) => return self.member_named(&error.details, name),
            Placeholder::Context(name) => return self.member_named(&self.catalog.context, name),
        };
        Some(Member::always(schema))
    }

    fn slot_of_any(&self, slot: &Slot, envelope: usize) -> Option<Member> {
        let schema = match &slot.placeholder {
            Placeholder::Id | Placeholder::Slug | Placeholder::Title | Placeholder::Message | Placeholder::Group => {
                json!({ "type": "string" })
            }
            Placeholder::Code => schema_ref(self.names.error_code.as_deref()?),
            Placeholder::Status => json!({ "type": "integer", "minimum": 100, "maximum": 599 }),
            Placeholder::DocUrl => json!({ "type": "string", "format": "uri-reference" }),
            Placeholder::Retryable => json!({ "enum": [true, false, "idempotent"] }),
            Placeholder::Refund => {
                json!({ "type": "string", "enum": ["refunded", "kept", "not_charged", "conditional"] })
            }
            Placeholder::Details => json!({ "type": "object" }),
            Placeholder::Detail(name) => self.shared_detail(name, envelope),
            Placeholder::Context(name) => return self.member_named(&self.catalog.context, name),
        };
        Some(Member { schema, required: !slot.optional })
    }

    fn member_named(&self, fields: &[Field], name: &str) -> Option<Member> {
        fields.iter().find(|field| field.name == name).map(|field| self.field(field))
    }

    /// The type of a detail, if all errors of the envelope with this detail have the same type.
    fn shared_detail(&self, name: &str, envelope: usize) -> Json {
        let errors = self.errors.iter().filter(|error| error.envelope == Some(envelope));
        let mut types =
            errors.flat_map(|error| &error.details).filter(|field| field.name == name).map(|field| &field.ty);
        let first = types.next();
        match first {
            Some(ty) if types.all(|other| other == ty) => self.detail_type(ty),
            _ => json!({}),
        }
    }

    /// A schema that matches only this scalar.
    fn constant(&self, value: Json) -> Json {
        let kind = match &value {
            Json::Bool(_) => "boolean",
            Json::Number(number) if number.is_f64() => "number",
            Json::Number(_) => "integer",
            Json::Null if self.version != OpenapiVersion::V3_0 => "null",
            _ => "string",
        };
        let mut schema = Map::new();
        schema.insert("type".into(), json!(kind));
        match self.version {
            OpenapiVersion::V3_1 | OpenapiVersion::V3_2 => schema.insert("const".into(), value),
            OpenapiVersion::V3_0 => {
                schema.extend(value.is_null().then(|| ("nullable".to_owned(), json!(true))));
                schema.insert("enum".into(), Json::Array(vec![value]))
            }
        };
        Json::Object(schema)
    }

    /// Adds a description and an example to a schema. OpenAPI 3.0 ignores keywords next to a
    /// `$ref`, so the reference moves into an `allOf`.
    fn annotated(&self, schema: Json, doc: Option<&str>, example: Option<Json>) -> Json {
        let mut annotated = Map::new();
        annotated.extend(doc.map(|doc| ("description".to_owned(), json!(doc))));
        let says_more = doc.is_some() || example.is_some();
        if says_more && self.version == OpenapiVersion::V3_0 && schema.get("$ref").is_some() {
            annotated.insert("allOf".into(), json!([schema]));
        } else {
            extend(&mut annotated, schema);
        }
        if let Some(example) = example {
            let (key, value) = match self.version {
                OpenapiVersion::V3_0 => ("example", example),
                OpenapiVersion::V3_1 | OpenapiVersion::V3_2 => ("examples", json!([example])),
            };
            annotated.insert(key.into(), value);
        }
        Json::Object(annotated)
    }
}

/// A reference to a schema component.
pub(super) fn schema_ref(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The values of an enum or a constant.
pub(super) fn allowed(schema: &Json) -> Option<&[Json]> {
    let constant = schema.get("const").map(std::slice::from_ref);
    constant.or_else(|| schema.get("enum").and_then(Json::as_array).map(Vec::as_slice))
}

/// An object. If two members have the same name, the first wins.
fn object_schema<'a>(members: impl Iterator<Item = (&'a str, Member)>) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, member) in members {
        if properties.contains_key(name) {
            continue;
        }
        if member.required {
            required.push(name);
        }
        properties.insert(name.to_owned(), member.schema);
    }
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    if !properties.is_empty() {
        schema.insert("properties".into(), Json::Object(properties));
    }
    Json::Object(schema)
}

/// A list with one item for each item of the template.
fn array_schema(items: Vec<Member>) -> Json {
    let most = items.len();
    let least = items.iter().filter(|item| item.required).count();
    let mut forms: Vec<Json> = Vec::new();
    for item in items {
        if !forms.contains(&item.schema) {
            forms.push(item.schema);
        }
    }
    let form = match forms.len() {
        0 => json!({}),
        1 => forms.remove(0),
        _ => json!({ "anyOf": forms }),
    };
    json!({ "type": "array", "minItems": least, "maxItems": most, "items": form })
}

fn extend(schema: &mut Map<String, Json>, more: Json) {
    if let Json::Object(more) = more {
        schema.extend(more);
    }
}

//! Schemas of bodies, for one error and for any error of an envelope, and schemas of details.

use std::collections::BTreeSet;

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot, Template};
use errbook_catalog::model::{
    Catalog, Deprecated, DetailType, Envelope, ErrorDef, Field, Lifecycle, OpenapiVersion, Retry, TypeDef, TypeShape,
};
use serde_json::{Map, Value as Json, json};

use super::identity::Constants;
use super::names::{Names, Taken};
use super::objects::{self, Shared};
use super::{choice, identity};
use crate::facts;
use errbook_codegen::commonmark::{code_span, plain};
use errbook_codegen::words::{self, Span};

/// The data that schemas are built from.
pub(super) struct Schemas<'a> {
    pub(super) catalog: &'a Catalog,
    /// The public errors with a status, in catalog order.
    pub(super) errors: &'a [&'a ErrorDef],
    pub(super) names: &'a Names,
    pub(super) version: OpenapiVersion,
}

/// The `schemas` section, and what further unions need.
pub(super) struct Components {
    pub(super) schemas: Map<String, Json>,
    /// The constants in the body of each error.
    pub(super) constants: Vec<Constants>,
    /// All names up to here.
    pub(super) taken: Taken,
}

/// The subject of a template.
#[derive(Clone, Copy)]
pub(super) enum Subject {
    /// The error at this index. Its fixed values become constants.
    Error(usize),
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
    pub(super) fn components(&self) -> Components {
        let Names { prefix: _, errors, error_code, any_error, envelopes, types, statuses, taken } = self.names;
        let mut taken = taken.clone();
        let mut bodies: Vec<Option<Json>> = (0..self.errors.len()).map(|index| self.error(index)).collect();
        for (body, keep) in identity::kept(self, &bodies).iter().enumerate() {
            bodies[body].iter_mut().for_each(|body| identity::loosen(body, keep, self.version));
        }
        let constants = bodies.iter().map(|body| body.as_ref().map(identity::constants).unwrap_or_default());
        let constants: Vec<Constants> = constants.collect();
        let mut of_envelopes = Map::new();
        let mut shared: Vec<Shared> = Vec::new();
        for (index, name) in envelopes.iter().enumerate() {
            let of_errors = name.as_ref().map(|name| {
                let mut inside = Map::new();
                let mut schema = self.envelope(index);
                let body = &self.catalog.envelopes[index].body;
                let shared = objects::of_envelope(body, &mut schema, name, &mut taken.schemas, &mut inside);
                of_envelopes.insert(name.clone(), schema);
                of_envelopes.append(&mut inside);
                shared
            });
            shared.push(of_errors.unwrap_or_default());
        }
        let mut of_errors = Map::new();
        for ((error, names), body) in self.errors.iter().zip(errors).zip(bodies) {
            if let (Some(mut body), Some(envelope)) = (body, error.envelope) {
                let mut inside = Map::new();
                let shared = &shared[envelope];
                objects::of_error(&mut body, &names.schema, shared, &mut taken.schemas, &mut inside);
                of_errors.insert(names.schema.clone(), body);
                of_errors.append(&mut inside);
            }
            let details = names.details.clone();
            of_errors.extend(details.map(|name| (name, self.details(error))));
        }
        let mut components = Map::new();
        if let Some(name) = error_code {
            components.insert(name.clone(), self.error_code());
        }
        if let Some(name) = any_error {
            let with_body = (0..self.errors.len()).filter(|&index| self.errors[index].envelope.is_some()).collect();
            components.insert(name.clone(), choice::any_error(self, &constants, &with_body));
        }
        components.extend(statuses.iter().flat_map(|group| choice::of_group(self, &constants, group)));
        components.append(&mut of_envelopes);
        components.append(&mut of_errors);
        for (ty, name) in self.catalog.types.iter().zip(types) {
            if let Some(name) = name {
                components.insert(name.clone(), self.type_def(ty));
            }
        }
        Components { schemas: components, constants, taken }
    }

    /// The schema of any error with an envelope, for clients that receive an unknown error.
    fn envelope(&self, index: usize) -> Json {
        let Envelope { name, type_name: _, content_type: _, body, headers: _ } = &self.catalog.envelopes[index];
        let mut schema = Map::new();
        schema.insert("description".into(), format!("Any error with the envelope {}.", code_span(name)).into());
        extend(&mut schema, self.object(body, Subject::Any(index)));
        let mut schema = Json::Object(schema);
        identity::loosen(&mut schema, &BTreeSet::new(), self.version);
        schema
    }

    /// The body of the error at an index; `None` in a catalog without envelopes.
    fn error(&self, index: usize) -> Option<Json> {
        let error = self.errors[index];
        let ErrorDef { doc_url, lifecycle: Lifecycle { since: _, changed: _, deprecated }, .. } = error;
        let envelope = self.catalog.envelope_of(error)?;
        let mut schema = Map::new();
        let description = [vec![sentence(&error.title)], self.sections(error)].concat();
        schema.insert("description".into(), description.join("\n\n").into());
        if deprecated.is_some() {
            schema.insert("deprecated".into(), json!(true));
        }
        if let Some(url) = doc_url {
            schema.insert("externalDocs".into(), json!({ "url": url }));
        }
        let body = self.object(&envelope.body, Subject::Error(index));
        let least = Self::least_members(error, &body);
        extend(&mut schema, body);
        schema.extend(least.map(|least| ("minProperties".to_owned(), json!(least))));
        schema.extend(super::extensions(error));
        Some(Json::Object(schema))
    }

    /// What an error means and what to do about it, in paragraphs.
    pub(super) fn sections(&self, error: &ErrorDef) -> Vec<String> {
        let ErrorDef {
            name: _,
            code: _,
            statuses: _,
            title: _,
            message: _,
            description,
            cause,
            fix,
            notes: _,
            retry: _,
            refund: _,
            fault: _,
            doc_url: _,
            group: _,
            envelope: _,
            headers: _,
            details: _,
            examples: _,
            snippets: _,
            lifecycle: Lifecycle { since: _, changed: _, deprecated },
            visibility: _,
            source: _,
            boxed: _,
            origin: _,
        } = error;
        let sections = [
            description.clone(),
            cause.as_ref().map(|cause| format!("**Cause**\n\n{cause}")),
            fix.as_ref().map(|fix| format!("**Fix**\n\n{fix}")),
            words::retry_and_refund(error).map(|words| words.markdown()),
            deprecated.as_ref().map(|deprecated| self.deprecation(deprecated)),
        ];
        sections.into_iter().flatten().collect()
    }

    fn details(&self, error: &ErrorDef) -> Json {
        let description = format!("The details of {}.", code_span(&error.name.id));
        self.annotated(self.fields(&error.details), Some(&description), None)
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

    fn error_code(&self) -> Json {
        let codes = self.codes();
        let mut schema = self.annotated(Self::type_of_codes(&codes), Some("All error codes."), None);
        schema["enum"] = json!(codes);
        schema
    }

    /// All codes, without duplicates.
    fn codes(&self) -> Vec<Json> {
        let codes = self.errors.iter().filter_map(|error| error.code.as_ref()).map(facts::code);
        let mut seen = BTreeSet::new();
        codes.filter(|code| seen.insert(code.to_string())).collect()
    }

    fn type_of_codes(codes: &[Json]) -> Json {
        if codes.iter().all(Json::is_string) {
            json!({ "type": "string" })
        } else if codes.iter().all(Json::is_i64) {
            json!({ "type": "integer" })
        } else {
            json!({})
        }
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
                schema = facts::object([("allOf", Json::Array(vec![schema]))]);
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
            DetailType::Array(item) => facts::object([("type", "array".into()), ("items", self.detail_type(item))]),
            DetailType::Map(value) => {
                facts::object([("type", "object".into()), ("additionalProperties", self.detail_type(value))])
            }
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
                (BodyMember::DetailsSpread, Subject::Error(index)) => {
                    members.extend(
                        self.errors[index].details.iter().map(|field| (field.name.as_str(), self.field(field))),
                    );
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
        let mut member = match subject {
            Subject::Error(index) => self.slot_of_error(slot, index)?,
            Subject::Any(envelope) => self.slot_of_any(slot, envelope)?,
        };
        // OpenAPI 3.0 allows nothing next to a `$ref`.
        let has_place = self.version != OpenapiVersion::V3_0 || member.schema.get("$ref").is_none();
        if has_place && member.schema.get("description").is_none() {
            member.schema = self.annotated(member.schema, meaning(&slot.placeholder), None);
        }
        Some(member)
    }

    fn slot_of_error(&self, slot: &Slot, index: usize) -> Option<Member> {
        let error = self.errors[index];
        let text = |text: &String| self.constant(Json::from(text.as_str()));
        let schema = match &slot.placeholder {
            Placeholder::Id => text(&error.name.id),
            Placeholder::Code => self.constant(facts::code(error.code.as_ref()?)),
            Placeholder::Slug => text(&error.name.slug),
            Placeholder::Status => match error.statuses.as_slice() {
                [status] => with_range(self.constant(json!(status))),
                statuses => self.with_examples(status_schema(), statuses.iter().map(|status| json!(status)).collect()),
            },
            Placeholder::Title => text(&error.title),
            Placeholder::Message => {
                error.message.as_ref()?;
                let example = error.examples.first().map(|example| json!(example.message));
                self.with_examples(json!({ "type": "string" }), example.into_iter().collect())
            }
            // A better text does not make a response invalid.
            Placeholder::Fix => self.with_examples(json!({ "type": "string" }), vec![json!(error.fix.as_ref()?)]),
            Placeholder::DocUrl => {
                let url = error.doc_url.as_ref()?;
                let mut schema = text(url);
                schema["format"] = json!(if url.contains("://") { "uri" } else { "uri-reference" });
                schema
            }
            Placeholder::Retryable if error.retry == Retry::Unsaid => return None,
            Placeholder::Retryable => self.constant(facts::retryable(&error.retry)),
            Placeholder::Refund => self.constant(json!(facts::refund_kind(error.refund.as_ref()?))),
            Placeholder::Group => text(&self.catalog.group_of(error)?.id),
            Placeholder::Details if error.details.is_empty() && slot.optional => return None,
            Placeholder::Details => {
                let required = !slot.optional || error.details.iter().any(|field| !field.optional);
                let name = self.names.errors[index].details.as_deref();
                let schema = name.map_or_else(|| self.fields(&error.details), schema_ref);
                return Some(Member { schema, required });
            }
            Placeholder::Detail(name) => return self.member_named(&error.details, name),
            Placeholder::Context(name) => return self.member_named(&self.catalog.context, name),
        };
        Some(Member::always(schema))
    }

    fn slot_of_any(&self, slot: &Slot, envelope: usize) -> Option<Member> {
        let schema = match &slot.placeholder {
            Placeholder::Id
            | Placeholder::Slug
            | Placeholder::Title
            | Placeholder::Message
            | Placeholder::Fix
            | Placeholder::Group => {
                json!({ "type": "string" })
            }
            Placeholder::Code if self.catalog.generate.openapi_open => Self::type_of_codes(&self.codes()),
            Placeholder::Code => schema_ref(self.names.error_code.as_deref()?),
            Placeholder::Status => status_schema(),
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
            annotated.insert("allOf".into(), Json::Array(vec![schema]));
        } else {
            extend(&mut annotated, schema);
        }
        self.with_examples(Json::Object(annotated), example.into_iter().collect())
    }

    /// OpenAPI 3.0 has one example, and 3.1 a list.
    fn with_examples(&self, mut schema: Json, examples: Vec<Json>) -> Json {
        match self.version {
            OpenapiVersion::V3_0 => {
                if let Some(first) = examples.into_iter().next() {
                    schema["example"] = first;
                }
            }
            OpenapiVersion::V3_1 | OpenapiVersion::V3_2 if examples.is_empty() => {}
            OpenapiVersion::V3_1 | OpenapiVersion::V3_2 => schema["examples"] = Json::Array(examples),
        }
        schema
    }
}

/// Plain text as a sentence in markdown.
fn sentence(text: &str) -> String {
    let text = plain(text);
    if text.ends_with(['.', '!', '?', ':', '…']) { text } else { format!("{text}.") }
}

/// The description of a member, if the catalog has none for it.
fn meaning(placeholder: &Placeholder) -> Option<&'static str> {
    Some(match placeholder {
        Placeholder::Id => "The id of the error.",
        Placeholder::Code => "The code of the error.",
        Placeholder::Slug => "The id of the error in the form of a URL.",
        Placeholder::Status => "The HTTP status.",
        Placeholder::Title => "The title of the error.",
        Placeholder::Message => "The message, for people.",
        Placeholder::Fix => "What to do about the error.",
        Placeholder::DocUrl => "The address of the error's documentation.",
        Placeholder::Retryable => "Whether repeating the request can help.",
        Placeholder::Refund => "What happens to the charge.",
        Placeholder::Group => "The group of the error.",
        Placeholder::Details => "The details of the error.",
        Placeholder::Detail(_) | Placeholder::Context(_) => return None,
    })
}

fn status_schema() -> Json {
    with_range(json!({ "type": "integer" }))
}

/// Limits a status to those of HTTP (RFC 9110 section 15).
fn with_range(mut schema: Json) -> Json {
    schema["format"] = json!("int32");
    schema["minimum"] = json!(100);
    schema["maximum"] = json!(599);
    schema
}

/// A reference to a schema component.
pub(super) fn schema_ref(name: &str) -> Json {
    reference("schemas", name)
}

/// A reference to a component.
pub(super) fn reference(kind: &str, name: &str) -> Json {
    facts::object([("$ref", format!("#/components/{kind}/{name}").into())])
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
        _ => facts::object([("anyOf", Json::Array(forms))]),
    };
    json!({ "type": "array", "minItems": least, "maxItems": most, "items": form })
}

fn extend(schema: &mut Map<String, Json>, more: Json) {
    if let Json::Object(more) = more {
        schema.extend(more);
    }
}

//! Schemas of bodies, for one error and for any error of an envelope, and schemas of details.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot, Template};
use errbook_catalog::model::{
    Catalog, Deprecated, DetailType, Envelope, ErrorDef, Field, Lifecycle, OpenapiVersion, Retry, TypeDef, TypeShape,
};

use super::identity::Identity;
use super::names::{Names, Taken};
use super::objects::{self, Shared};
use super::{choice, identity};
use crate::facts;
use crate::tree::{Members, Seen, Tree, tree};
use errbook_codegen::commonmark::{code_span, plain};
use errbook_codegen::words::{self, Span};

/// The data that schemas are built from.
pub(super) struct Schemas<'n, 'a> {
    pub(super) catalog: &'a Catalog,
    /// The public errors with a status, in catalog order.
    pub(super) errors: &'n [&'a ErrorDef],
    pub(super) names: &'n Names,
    pub(super) version: OpenapiVersion,
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
pub(super) struct Member<'a> {
    pub(super) schema: Tree<'a>,
    /// Whether it is always present.
    pub(super) required: bool,
}

impl<'a> Member<'a> {
    fn always(schema: Tree<'a>) -> Self {
        Member { schema, required: true }
    }
}

impl<'a> Schemas<'_, 'a> {
    /// Gives the components of the `schemas` section, in order. Returns all names up to here.
    pub(super) fn components(&self, identities: &[Identity<'a>], give: &mut impl FnMut(&str, Tree<'a>)) -> Taken {
        let Names { prefix: _, errors, error_code, any_error, envelopes, types, statuses, taken } = self.names;
        let mut taken = taken.clone();
        if let Some(name) = error_code {
            give(name, self.error_code());
        }
        if let Some(name) = any_error {
            let with_body = (0..self.errors.len()).filter(|&index| self.errors[index].envelope.is_some()).collect();
            give(name, choice::any_error(self, identities, &with_body));
        }
        for group in statuses {
            choice::of_group(self, identities, group).for_each(|(name, union)| give(name, union));
        }
        let shared: Vec<Shared> = envelopes
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let Some(name) = name else { return Shared::default() };
                let body = &self.catalog.envelopes[index].body;
                objects::of_envelope(body, self.envelope(index), name, &mut taken.schemas, give)
            })
            .collect();
        for (index, (error, names)) in self.errors.iter().zip(errors).enumerate() {
            if let (Some(body), Some(envelope)) = (self.error(index, &identities[index]), error.envelope) {
                objects::of_error(body, &names.schema, &shared[envelope], &mut taken.schemas, give);
            }
            if let Some(name) = &names.details {
                give(name, self.details(error));
            }
        }
        for (ty, name) in self.catalog.types.iter().zip(types) {
            if let Some(name) = name {
                give(name, self.type_def(ty));
            }
        }
        taken
    }

    /// The schema of any error with an envelope, for clients that receive an unknown error.
    fn envelope(&self, index: usize) -> Tree<'a> {
        let Envelope { name, type_name: _, content_type: _, body, headers: _ } = &self.catalog.envelopes[index];
        let mut schema = tree!({ "description": format!("Any error with the envelope {}.", code_span(name)) });
        schema.extend(self.object(body, Subject::Any(index)));
        identity::loosen(&mut schema, &BTreeSet::new(), self.version);
        schema
    }

    /// The members of the body of the error at an index, with all its constants; `None` in a catalog
    /// without envelopes.
    pub(super) fn body(&self, index: usize) -> Option<Tree<'a>> {
        let envelope = self.catalog.envelope_of(self.errors[index])?;
        Some(self.object(&envelope.body, Subject::Error(index)))
    }

    /// The schema of the body of the error at an index.
    fn error(&self, index: usize, identity: &Identity) -> Option<Tree<'a>> {
        let error = self.errors[index];
        let ErrorDef { doc_url, lifecycle: Lifecycle { since: _, changed: _, deprecated }, .. } = error;
        let mut body = self.body(index)?;
        let least = Self::least_members(error, &body);
        identity::loosen(&mut body, &identity.kept, self.version);
        let mut description = sentence(&error.title);
        self.add_sections(&mut description, error);
        let mut schema = tree!({ "description": description });
        if deprecated.is_some() {
            schema.set("deprecated", true);
        }
        if let Some(url) = doc_url {
            schema.set("externalDocs", tree!({ "url": url }));
        }
        schema.extend(body);
        if let Some(least) = least {
            schema.set("minProperties", least);
        }
        super::extensions(error).for_each(|(name, value)| schema.set(name, value));
        Some(schema)
    }

    /// Adds what an error means and what to do about it, in paragraphs.
    pub(super) fn add_sections(&self, text: &mut String, error: &ErrorDef) {
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
        for (heading, section) in [("", description), ("**Cause**\n\n", cause), ("**Fix**\n\n", fix)] {
            text.extend(section.iter().flat_map(|section| ["\n\n", heading, section]));
        }
        let retry_and_refund = words::retry_and_refund(error).map(|words| words.markdown());
        let deprecation = deprecated.as_ref().map(|deprecated| self.deprecation(deprecated));
        for section in [retry_and_refund, deprecation].into_iter().flatten() {
            text.extend(["\n\n", &section]);
        }
    }

    fn details(&self, error: &'a ErrorDef) -> Tree<'a> {
        let description = format!("The details of {}.", code_span(&error.name.id));
        self.annotated(self.fields(&error.details), Some(description.into()), None)
    }

    /// The minimum number of members of a body whose code is not at the top level. `required`
    /// implies it, but some tools compare only the top level of the members of a `oneOf` (Redocly's
    /// no-illogical-composition-keywords) and report that such bodies overlap. They report nothing
    /// for a schema with a further constraint.
    fn least_members(error: &ErrorDef, body: &Tree<'a>) -> Option<usize> {
        let code: Tree = facts::code(error.code.as_ref()?);
        let properties = body.get("properties")?.members();
        let is_at_the_top = properties.iter().any(|(_, schema)| allowed(schema) == Some(std::slice::from_ref(&code)));
        (!is_at_the_top).then(|| body.get("required").map_or(0, |required| required.items().len()))
    }

    fn deprecation(&self, deprecated: &Deprecated) -> String {
        let replacement = deprecated.replacement.map(|index| &self.catalog.errors[index]);
        let replacement = replacement.filter(|error| error.is_public());
        words::deprecated(deprecated, replacement.map(|error| Span::Code(error.name.id.clone()))).markdown()
    }

    fn error_code(&self) -> Tree<'a> {
        let codes = self.codes();
        let mut schema = self.annotated(Self::type_of_codes(&codes), Some("All error codes.".into()), None);
        schema.set("enum", Tree::List(codes));
        schema
    }

    /// All codes, without duplicates.
    fn codes(&self) -> Vec<Tree<'a>> {
        let mut seen = HashSet::new();
        let codes = self.errors.iter().filter_map(|error| error.code.as_ref());
        codes.filter(|code| seen.insert(*code)).map(facts::code).collect()
    }

    fn type_of_codes(codes: &[Tree<'a>]) -> Tree<'a> {
        if codes.iter().all(|code| matches!(code, Tree::Text(_))) {
            tree!({ "type": "string" })
        } else if codes.iter().all(|code| matches!(code, Tree::Number(_))) {
            tree!({ "type": "integer" })
        } else {
            tree!({})
        }
    }

    fn type_def(&self, ty: &'a TypeDef) -> Tree<'a> {
        let TypeDef { name: _, doc, shape } = ty;
        let schema = match shape {
            TypeShape::Enum { values, open } => {
                let values = values.iter().map(|value| &value.value);
                let known = tree!({ "type": "string", "enum": values.collect::<Tree>() });
                // Clients that ignore the first branch still accept the other values.
                if *open { tree!({ "anyOf": Tree::List(vec![known, tree!({ "type": "string" })]) }) } else { known }
            }
            TypeShape::Object(fields) => self.fields(fields),
        };
        self.annotated(schema, doc.as_deref().map(Tree::from), None)
    }

    /// An object of typed fields.
    fn fields(&self, fields: &'a [Field]) -> Tree<'a> {
        object_schema(fields.iter().map(|field| (field.name.as_str(), self.field(field))))
    }

    fn field(&self, field: &'a Field) -> Member<'a> {
        let Field { name: _, ident: _, ty, optional, sensitive, doc, example, boxed: _ } = field;
        let doc = doc.as_deref().or((*ty == DetailType::Duration).then_some("Seconds."));
        let example = example.as_ref().filter(|_| !sensitive).map(Tree::from);
        let mut schema = self.annotated(self.detail_type(ty), doc.map(Tree::from), example);
        if *sensitive {
            // OpenAPI 3.0 ignores members next to a `$ref`.
            if self.version == OpenapiVersion::V3_0 && schema.get("$ref").is_some() {
                schema = tree!({ "allOf": Tree::List(vec![schema]) });
            }
            schema.set("x-sensitive", true);
        }
        Member { schema, required: !optional }
    }

    fn detail_type(&self, ty: &DetailType) -> Tree<'a> {
        match ty {
            DetailType::String => tree!({ "type": "string" }),
            DetailType::Integer => tree!({ "type": "integer", "format": "int64" }),
            DetailType::Number => tree!({ "type": "number" }),
            DetailType::Boolean => tree!({ "type": "boolean" }),
            DetailType::DateTime => tree!({ "type": "string", "format": "date-time" }),
            DetailType::Duration => tree!({ "type": "number", "minimum": 0_u16 }),
            DetailType::Uuid => tree!({ "type": "string", "format": "uuid" }),
            DetailType::Uri => tree!({ "type": "string", "format": "uri-reference" }),
            DetailType::Json => tree!({}),
            DetailType::Array(item) => tree!({ "type": "array", "items": self.detail_type(item) }),
            DetailType::Map(value) => tree!({ "type": "object", "additionalProperties": self.detail_type(value) }),
            DetailType::Named(index) => self.names.types[*index].as_deref().map_or_else(|| tree!({}), schema_ref),
        }
    }

    /// The schema of a templated object.
    fn object(&self, body: &'a BodyObject, subject: Subject) -> Tree<'a> {
        let mut members: Vec<(&str, Member<'a>)> = Vec::new();
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
    fn node(&self, node: &'a BodyNode, subject: Subject) -> Option<Member<'a>> {
        match node {
            BodyNode::Constant(value) => Some(Member::always(self.constant(tree!(value)))),
            BodyNode::Value(slot) => self.slot(slot, subject),
            BodyNode::Text(template) => self.template(template, subject),
            BodyNode::Object(object) => Some(Member::always(self.object(object, subject))),
            BodyNode::Array(nodes) => {
                let items: Vec<Member<'a>> = nodes.iter().filter_map(|node| self.node(node, subject)).collect();
                Some(Member::always(array_schema(items)))
            }
        }
    }

    /// Text with placeholders. It is a constant if all placeholders are. A single placeholder keeps
    /// its type and may be absent. Inside a text, an absent value is an empty string.
    pub(super) fn template(&self, template: &'a Template, subject: Subject) -> Option<Member<'a>> {
        if let [Part::Slot(slot)] = template.parts.as_slice() {
            return self.slot(slot, subject);
        }
        let constant: Option<String> = template.parts.iter().map(|part| self.constant_part(part, subject)).collect();
        let text = || tree!({ "type": "string" });
        Some(Member::always(constant.map_or_else(text, |constant| self.constant(Tree::from(constant)))))
    }

    /// The text of a part, if it is the same in every response.
    fn constant_part(&self, part: &'a Part, subject: Subject) -> Option<Cow<'a, str>> {
        let slot = match part {
            Part::Text(literal) => return Some(literal.into()),
            Part::Slot(slot) => slot,
        };
        match self.slot_of(slot, subject) {
            None => Some("".into()),
            Some(member) if member.required => match allowed(&member.schema)? {
                [Tree::Text(text)] => Some(text.clone()),
                [value] => Some(value.to_json_text().into()),
                _ => None,
            },
            Some(_) => None,
        }
    }

    /// The value of a placeholder; `None` if the subject never has it.
    fn slot(&self, slot: &'a Slot, subject: Subject) -> Option<Member<'a>> {
        let mut member = self.slot_of(slot, subject)?;
        // OpenAPI 3.0 allows nothing next to a `$ref`.
        let has_place = self.version != OpenapiVersion::V3_0 || member.schema.get("$ref").is_none();
        if has_place && member.schema.get("description").is_none() {
            member.schema = self.annotated(member.schema, meaning(&slot.placeholder).map(Tree::from), None);
        }
        Some(member)
    }

    /// The value of a placeholder without its meaning.
    fn slot_of(&self, slot: &'a Slot, subject: Subject) -> Option<Member<'a>> {
        match subject {
            Subject::Error(index) => self.slot_of_error(slot, index),
            Subject::Any(envelope) => self.slot_of_any(slot, envelope),
        }
    }

    fn slot_of_error(&self, slot: &'a Slot, index: usize) -> Option<Member<'a>> {
        let error = self.errors[index];
        let text = |text: &'a String| self.constant(Tree::from(text));
        let schema = match &slot.placeholder {
            Placeholder::Id => text(&error.name.id),
            Placeholder::Code => self.constant(facts::code(error.code.as_ref()?)),
            Placeholder::Slug => text(&error.name.slug),
            Placeholder::Status => match error.statuses.as_slice() {
                [status] => with_range(self.constant(tree!(*status))),
                statuses => self.with_examples(status_schema(), statuses.iter().map(|status| tree!(*status)).collect()),
            },
            Placeholder::Title => text(&error.title),
            Placeholder::Message => {
                error.message.as_ref()?;
                let example = error.examples.first().map(|example| tree!(&example.message));
                self.with_examples(tree!({ "type": "string" }), example.into_iter().collect())
            }
            // A better text does not make a response invalid.
            Placeholder::Fix => self.with_examples(tree!({ "type": "string" }), vec![tree!(error.fix.as_ref()?)]),
            Placeholder::DocUrl => {
                let url = error.doc_url.as_ref()?;
                let mut schema = text(url);
                schema.set("format", if url.contains("://") { "uri" } else { "uri-reference" });
                schema
            }
            Placeholder::Retryable if error.retry == Retry::Unsaid => return None,
            Placeholder::Retryable => self.constant(facts::retryable(&error.retry)),
            Placeholder::Refund => self.constant(tree!(facts::refund_kind(error.refund.as_ref()?))),
            Placeholder::Group => text(&self.catalog.group_of(error)?.id),
            Placeholder::Details if error.details.is_empty() && slot.optional => return None,
            Placeholder::Details => {
                let required = !slot.optional || error.details.iter().any(|field| !field.optional);
                let schema = match &self.names.errors[index].details {
                    Some(name) => schema_ref(name),
                    None => self.fields(&error.details),
                };
                return Some(Member { schema, required });
            }
            Placeholder::Detail(name) => return self.member_named(&error.details, name),
            Placeholder::Context(name) => return self.member_named(&self.catalog.context, name),
        };
        Some(Member::always(schema))
    }

    fn slot_of_any(&self, slot: &'a Slot, envelope: usize) -> Option<Member<'a>> {
        let schema = match &slot.placeholder {
            Placeholder::Id
            | Placeholder::Slug
            | Placeholder::Title
            | Placeholder::Message
            | Placeholder::Fix
            | Placeholder::Group => {
                tree!({ "type": "string" })
            }
            Placeholder::Code if self.catalog.generate.openapi_open => Self::type_of_codes(&self.codes()),
            Placeholder::Code => schema_ref(self.names.error_code.as_deref()?),
            Placeholder::Status => status_schema(),
            Placeholder::DocUrl => tree!({ "type": "string", "format": "uri-reference" }),
            Placeholder::Retryable => tree!({ "enum": [tree!(true), tree!(false), tree!("idempotent")] }),
            Placeholder::Refund => {
                tree!({ "type": "string", "enum": ["refunded", "kept", "not_charged", "conditional"] })
            }
            Placeholder::Details => tree!({ "type": "object" }),
            Placeholder::Detail(name) => self.shared_detail(name, envelope),
            Placeholder::Context(name) => return self.member_named(&self.catalog.context, name),
        };
        Some(Member { schema, required: !slot.optional })
    }

    fn member_named(&self, fields: &'a [Field], name: &str) -> Option<Member<'a>> {
        fields.iter().find(|field| field.name == name).map(|field| self.field(field))
    }

    /// The type of a detail, if all errors of the envelope with this detail have the same type.
    fn shared_detail(&self, name: &str, envelope: usize) -> Tree<'a> {
        let errors = self.errors.iter().filter(|error| error.envelope == Some(envelope));
        let mut types =
            errors.flat_map(|error| &error.details).filter(|field| field.name == name).map(|field| &field.ty);
        let first = types.next();
        match first {
            Some(ty) if types.all(|other| other == ty) => self.detail_type(ty),
            _ => tree!({}),
        }
    }

    /// A schema that matches only this scalar.
    fn constant(&self, value: Tree<'a>) -> Tree<'a> {
        let kind = match &value {
            Tree::Bool(_) => "boolean",
            Tree::Number(number) if number.is_f64() => "number",
            Tree::Number(_) => "integer",
            Tree::Null if self.version != OpenapiVersion::V3_0 => "null",
            _ => "string",
        };
        let mut schema = tree!({ "type": kind });
        match self.version {
            OpenapiVersion::V3_1 | OpenapiVersion::V3_2 => schema.set("const", value),
            OpenapiVersion::V3_0 => {
                if value == Tree::Null {
                    schema.set("nullable", true);
                }
                schema.set("enum", Tree::List(vec![value]));
            }
        }
        schema
    }

    /// Adds a description and an example to a schema. OpenAPI 3.0 ignores keywords next to a
    /// `$ref`, so the reference moves into an `allOf`.
    fn annotated(&self, schema: Tree<'a>, doc: Option<Tree<'a>>, example: Option<Tree<'a>>) -> Tree<'a> {
        let says_more = doc.is_some() || example.is_some();
        let is_alone = says_more && self.version == OpenapiVersion::V3_0 && schema.get("$ref").is_some();
        let mut annotated = if is_alone { tree!({ "allOf": [schema] }) } else { schema };
        if let (Some(doc), Tree::Object(members)) = (doc, &mut annotated) {
            members.insert(0, ("description".into(), doc));
        }
        self.with_examples(annotated, example.into_iter().collect())
    }

    /// OpenAPI 3.0 has one example, and 3.1 a list.
    fn with_examples(&self, mut schema: Tree<'a>, examples: Vec<Tree<'a>>) -> Tree<'a> {
        match self.version {
            OpenapiVersion::V3_0 => {
                if let Some(first) = examples.into_iter().next() {
                    schema.set("example", first);
                }
            }
            OpenapiVersion::V3_1 | OpenapiVersion::V3_2 if examples.is_empty() => {}
            OpenapiVersion::V3_1 | OpenapiVersion::V3_2 => schema.set("examples", Tree::List(examples)),
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

fn status_schema() -> Tree<'static> {
    with_range(tree!({ "type": "integer" }))
}

/// Limits a status to those of HTTP (RFC 9110 section 15).
fn with_range(mut schema: Tree) -> Tree {
    schema.set("format", "int32");
    schema.set("minimum", 100_u16);
    schema.set("maximum", 599_u16);
    schema
}

/// A reference to a schema component.
pub(super) fn schema_ref(name: &str) -> Tree<'static> {
    reference("schemas", name)
}

/// A reference to a component.
pub(super) fn reference(kind: &str, name: &str) -> Tree<'static> {
    tree!({ "$ref": ["#/components/", kind, "/", name].concat() })
}

/// The values of an enum or a constant.
pub(super) fn allowed<'t, 'a>(schema: &'t Tree<'a>) -> Option<&'t [Tree<'a>]> {
    let constant = schema.get("const").map(std::slice::from_ref);
    constant.or_else(|| match schema.get("enum")? {
        Tree::List(values) => Some(values),
        _ => None,
    })
}

/// An object. If two members have the same name, the first wins.
fn object_schema<'a>(members: impl Iterator<Item = (&'a str, Member<'a>)>) -> Tree<'a> {
    let mut properties = Members::new();
    let mut required = Vec::new();
    let mut seen = Seen::default();
    for (name, member) in members {
        if !seen.insert(name) {
            continue;
        }
        if member.required {
            required.push(tree!(name));
        }
        properties.push((name.into(), member.schema));
    }
    let mut schema = tree!({ "type": "object" });
    if !required.is_empty() {
        schema.set("required", Tree::List(required));
    }
    if !properties.is_empty() {
        schema.set("properties", Tree::Object(properties));
    }
    schema
}

/// A list with one item for each item of the template.
fn array_schema(items: Vec<Member>) -> Tree {
    let most = items.len();
    let least = items.iter().filter(|item| item.required).count();
    let mut seen = HashSet::new();
    let forms = items.into_iter().map(|item| item.schema);
    let mut forms: Vec<Tree> = forms.filter(|form| seen.insert(form.to_json_text())).collect();
    let form = match forms.len() {
        0 => tree!({}),
        1 => forms.remove(0),
        _ => tree!({ "anyOf": Tree::List(forms) }),
    };
    tree!({ "type": "array", "minItems": least, "maxItems": most, "items": form })
}

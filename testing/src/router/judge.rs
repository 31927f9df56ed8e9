//! Which errors of a catalog a response can be.

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Placeholder, Slot};
use errbook_catalog::model::{Catalog, Code, DetailType, ErrorDef, Field, Kind, TypeShape};
use http::Response;
use http::header::{ALLOW, CONTENT_RANGE, CONTENT_TYPE};
use serde_json::{Map, Value};

/// Compares responses with the public errors of a catalog.
pub(super) struct Judge<'a> {
    catalog: &'a Catalog,
}

/// Why a response is not an error.
struct Mismatch {
    /// Whether a value that identifies the error is another one.
    is_identity: bool,
    why: String,
}

impl Mismatch {
    fn new(why: String) -> Self {
        Mismatch { is_identity: false, why }
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        Judge { catalog }
    }

    /// The ids of the errors that a response can be, or why it is none.
    pub(super) fn errors(&self, response: &Response<Vec<u8>>) -> Result<Vec<String>, String> {
        let status = response.status().as_u16();
        let public = self.catalog.errors.iter().filter(|error| error.is_public() && error.kind() == Kind::Response);
        let candidates = public.filter(|error| error.statuses.contains(&status));
        let mut ids = Vec::new();
        let mut mismatches = Vec::new();
        for error in candidates {
            match self.compare(error, status, response) {
                Ok(()) => ids.push(error.name.id.clone()),
                Err(mismatch) => mismatches.push(mismatch),
            }
        }
        if !ids.is_empty() {
            return Ok(ids);
        }
        let nearest = mismatches.into_iter().min_by_key(|mismatch| mismatch.is_identity);
        Err(nearest.map_or_else(|| format!("no error of the catalog has the status {status}"), |nearest| nearest.why))
    }

    fn compare(&self, error: &ErrorDef, status: u16, response: &Response<Vec<u8>>) -> Result<(), Mismatch> {
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        match self.catalog.envelope_of(error) {
            None if response.body().is_empty() => {}
            None => return Err(Mismatch::new(format!("`{}` has no body", error.name.id))),
            Some(envelope) => {
                if !content_type.is_some_and(|own| is_same_type(own, &envelope.content_type)) {
                    let own = content_type.unwrap_or("absent");
                    let why = format!("the content type is `{own}`, and not `{}`", envelope.content_type);
                    return Err(Mismatch::new(why));
                }
                match serde_json::from_slice(response.body()) {
                    Ok(Value::Object(members)) => {
                        Body { judge: self, error, status }.object(&envelope.body, &members, "")?;
                    }
                    _ => return Err(Mismatch::new("the body is not a JSON object".to_owned())),
                }
            }
        }
        for header in self.catalog.headers(error) {
            let own = response.headers().get(&header.name);
            let is_optional = header.value.slots().any(|slot| slot.optional);
            match own {
                None if !is_optional => {
                    return Err(Mismatch::new(format!("the header `{}` is missing", header.name)));
                }
                // The framework knows these better.
                Some(_)
                    if [ALLOW, CONTENT_RANGE].iter().any(|name| name.as_str().eq_ignore_ascii_case(&header.name)) => {}
                Some(own) if header.value.as_constant().is_some_and(|constant| own != constant) => {
                    return Err(Mismatch::new(format!("the header `{}` is {own:?}", header.name)));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn fits(&self, ty: &DetailType, value: &Value) -> bool {
        match ty {
            DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => value.is_string(),
            DetailType::Integer => value.is_i64(),
            DetailType::Number | DetailType::Duration => value.is_number(),
            DetailType::Boolean => value.is_boolean(),
            DetailType::Json => true,
            DetailType::Array(item) => {
                value.as_array().is_some_and(|items| items.iter().all(|value| self.fits(item, value)))
            }
            DetailType::Map(item) => {
                value.as_object().is_some_and(|members| members.values().all(|value| self.fits(item, value)))
            }
            DetailType::Named(at) => match &self.catalog.types[*at].shape {
                TypeShape::Enum { values, open } => {
                    value.as_str().is_some_and(|text| *open || values.iter().any(|known| known.value == text))
                }
                TypeShape::Object(fields) => {
                    value.as_object().is_some_and(|members| self.fields(fields, members, "").is_ok())
                }
            },
        }
    }

    /// Required fields are present, and each that is present has its type.
    fn fields(&self, fields: &[Field], members: &Map<String, Value>, place: &str) -> Result<(), Mismatch> {
        fields.iter().try_for_each(|field| self.field(field, members.get(&field.name), &join(place, &field.name)))
    }

    fn field(&self, field: &Field, value: Option<&Value>, place: &str) -> Result<(), Mismatch> {
        match value {
            None if field.optional => Ok(()),
            None => Err(missing(place)),
            Some(value) if self.fits(&field.ty, value) => Ok(()),
            Some(_) => Err(Mismatch::new(format!("`{place}` has another type"))),
        }
    }
}

/// A body in the envelope of an error.
struct Body<'a> {
    judge: &'a Judge<'a>,
    error: &'a ErrorDef,
    status: u16,
}

impl Body<'_> {
    fn object(&self, object: &BodyObject, members: &Map<String, Value>, place: &str) -> Result<(), Mismatch> {
        object.members.iter().try_for_each(|member| match member {
            BodyMember::DetailsSpread => self.judge.fields(&self.error.details, members, place),
            BodyMember::Field(name, node) => self.node(node, members.get(name), &join(place, name)),
        })
    }

    fn node(&self, node: &BodyNode, value: Option<&Value>, place: &str) -> Result<(), Mismatch> {
        if let BodyNode::Value(slot) = node {
            return self.slot(slot, value, place);
        }
        let value = value.ok_or_else(|| missing(place))?;
        let is_right = match (node, value) {
            (BodyNode::Object(object), Value::Object(members)) => return self.object(object, members, place),
            (BodyNode::Constant(constant), value) => constant.to_string().parse().is_ok_and(|own: Value| own == *value),
            (BodyNode::Text(template), Value::String(text)) => template.as_constant().is_none_or(|own| own == text),
            (BodyNode::Array(_), Value::Array(_)) => true,
            _ => false,
        };
        if is_right { Ok(()) } else { Err(Mismatch::new(format!("`{place}` is {value}"))) }
    }

    fn slot(&self, slot: &Slot, value: Option<&Value>, place: &str) -> Result<(), Mismatch> {
        let Some(value) = value else {
            return if slot.optional { Ok(()) } else { Err(missing(place)) };
        };
        let error = self.error;
        let fields: &[Field] = match &slot.placeholder {
            Placeholder::Detail(_) => &error.details,
            Placeholder::Context(_) => &self.judge.catalog.context,
            _ => &[],
        };
        let (is_right, is_identity) = match &slot.placeholder {
            Placeholder::Id => (value == &error.name.id, true),
            Placeholder::Code => (error.code.as_ref().is_some_and(|code| is_code(code, value)), true),
            Placeholder::Slug => (value == &error.name.slug, true),
            Placeholder::DocUrl => (error.doc_url.as_ref().is_some_and(|url| value == url), true),
            Placeholder::Status => (*value == self.status, false),
            Placeholder::Title | Placeholder::Message | Placeholder::Fix => (value.is_string(), false),
            Placeholder::Retryable | Placeholder::Refund | Placeholder::Group => (true, false),
            Placeholder::Details => {
                let members = value.as_object().ok_or_else(|| Mismatch::new(format!("`{place}` is not an object")))?;
                return self.judge.fields(&error.details, members, place);
            }
            Placeholder::Detail(name) | Placeholder::Context(name) => {
                let field = fields.iter().find(|field| field.name == *name);
                return field.map_or(Ok(()), |field| self.judge.field(field, Some(value), place));
            }
        };
        if is_right {
            return Ok(());
        }
        let why = format!("`{place}` is {value}, which is not that of an error with the status {}", self.status);
        Err(Mismatch { is_identity, why })
    }
}

fn is_code(code: &Code, value: &Value) -> bool {
    match code {
        Code::Text(code) => value == code,
        Code::Integer(code) => value == code,
    }
}

/// Media types without their parameters (RFC 9110 section 8.3.1).
fn is_same_type(one: &str, other: &str) -> bool {
    let essence = |ty: &str| ty.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence(one) == essence(other)
}

fn missing(place: &str) -> Mismatch {
    Mismatch::new(format!("`{place}` is missing"))
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

//! The tables that the module reads responses by.

use std::fmt::Write as _;

use errbook_catalog::model::template::Template;
use errbook_catalog::model::{
    After, Backoff, DetailType, Envelope, ErrorDef, Field, Header, Places, Policy, Retry, TypeShape,
};

use super::Client;
use super::errors::Class;
use super::text::{literal, optional, tuple};
use super::types::field_names;
use crate::surface::{pieces, slot_name};

impl Client<'_> {
    pub(super) fn tables(&self) -> String {
        let surface = self.surface;
        let mut text = String::from("\n\n_RETRIES: tuple[_Retry, ...] = (\n");
        for retry in &surface.retries {
            let _ = writeln!(text, "    {},", self::retry(retry));
        }
        let unknown = tuple(surface.unknown().map(|(first, last, retry)| format!("({first}, {last}, {retry})")));
        let _ = writeln!(text, ")\n\n_UNKNOWN: tuple[tuple[int, int, int], ...] = {unknown}\n");
        text.push_str("_TYPES: tuple[_Definition, ...] = (\n");
        for (def, name) in surface.types().zip(&self.types) {
            let _ = match &def.shape {
                TypeShape::Enum { values, open } => {
                    let make = if *open { "str" } else { name };
                    let values = tuple(values.iter().map(|value| literal(&value.value)));
                    writeln!(text, "    _Definition({make}, values={values}),")
                }
                TypeShape::Object(fields) => {
                    writeln!(text, "    _Definition({name}, fields={}),", self.fields(fields))
                }
            };
        }
        text.push_str(")\n\n_ENVELOPES: tuple[_Envelope, ...] = (\n");
        for envelope in &surface.catalog.envelopes {
            text.push_str(&self.envelope(envelope));
        }
        text.push_str(")\n\n_ROWS: tuple[_Row, ...] = (\n");
        for (error, class) in surface.responses().zip(&self.classes) {
            text.push_str(&self.row(error, class));
        }
        text + ")\n"
    }

    fn envelope(&self, envelope: &Envelope) -> String {
        let Places { slots, required } = self.surface.catalog.places(envelope);
        let pointer = |pointer: &str| {
            tuple(pointer.split('/').skip(1).map(|name| literal(&name.replace("~1", "/").replace("~0", "~"))))
        };
        let slots = tuple(slots.iter().map(|(at, slot)| tuple([pointer(at), literal(&slot_name(slot))])));
        let required = tuple(required.iter().map(|at| pointer(at)));
        let headers = headers(envelope.headers.iter());
        format!(
            "    _Envelope(\n        slots={slots},\n        required={required},\n        headers={headers},\n    ),\n"
        )
    }

    fn row(&self, error: &ErrorDef, class: &Class) -> String {
        let ErrorDef { name, code, statuses, message, doc_url, envelope, details, retry, .. } = error;
        let code = code.as_ref().map(ToString::to_string);
        let members = [
            ("error", class.name.clone()),
            ("id", literal(&name.id)),
            ("code", optional(code.as_deref())),
            ("statuses", tuple(statuses.iter().map(ToString::to_string))),
            ("slug", literal(&name.slug)),
            ("url", literal(doc_url.as_deref().unwrap_or_default())),
            ("envelope", envelope.map_or_else(|| "-1".to_owned(), |at| at.to_string())),
            ("headers", headers(self.surface.catalog.headers(error).into_iter())),
            ("message", template(message.as_ref().unwrap_or(&Template::default()))),
            ("details", class.details.clone().unwrap_or_else(|| "None".to_owned())),
            ("fields", self.fields(details)),
            ("retry", self.surface.retry(retry).to_string()),
        ];
        let members: String = members.iter().flat_map(|(name, value)| ["        ", *name, "=", value, ",\n"]).collect();
        format!("    _Row(\n{members}    ),\n")
    }

    fn fields(&self, fields: &[Field]) -> String {
        tuple(fields.iter().zip(field_names(fields)).map(|(field, name)| {
            let is_optional = if field.optional { "True" } else { "False" };
            tuple([literal(&field.name), literal(&name), self.type_table(&field.ty), is_optional.to_owned()])
        }))
    }

    fn type_table(&self, ty: &DetailType) -> String {
        match ty {
            DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => literal("string"),
            DetailType::Integer => literal("integer"),
            DetailType::Number => literal("number"),
            DetailType::Boolean => literal("boolean"),
            DetailType::Duration => literal("duration"),
            DetailType::Json => literal("json"),
            DetailType::Array(item) => tuple([literal("array"), self.type_table(item)]),
            DetailType::Map(item) => tuple([literal("map"), self.type_table(item)]),
            DetailType::Named(at) => match &self.surface.catalog.types[*at].shape {
                TypeShape::Enum { values: _, open: true } => literal("string"),
                TypeShape::Enum { values: _, open: false } | TypeShape::Object(_) => at.to_string(),
            },
        }
    }
}

fn headers<'a>(headers: impl Iterator<Item = &'a Header>) -> String {
    tuple(headers.map(|Header { name, value }| tuple([literal(name), template(value)])))
}

fn template(template: &Template) -> String {
    tuple(pieces(template).iter().map(|piece| literal(piece)))
}

fn retry(retry: &Retry) -> String {
    let (when, policy) = match retry {
        Retry::Unsaid => return "None".to_owned(),
        Retry::Never => return literal("never"),
        Retry::Always(policy) => ("always", policy),
        Retry::Idempotent(policy) => ("idempotent", policy),
    };
    let mut members = vec![literal(when)];
    if let Some(Policy { name: _, after, backoff, attempts }) = policy {
        members.extend(after.as_ref().map(|after| match after {
            After::Header(name) => format!("after=(\"header\", {})", literal(name)),
            After::Detail(name) => format!("after=(\"details\", {})", literal(name)),
        }));
        let max = match backoff {
            None => &None,
            Some(Backoff::Fixed { initial_ms, max_ms }) => {
                members.push(format!("backoff=\"fixed\", initial={}", seconds(*initial_ms)));
                max_ms
            }
            Some(Backoff::Exponential { initial_ms, factor, max_ms }) => {
                let initial = seconds(*initial_ms);
                members.push(format!("backoff=\"exponential\", initial={initial}, factor={factor:?}"));
                max_ms
            }
        };
        members.extend(max.map(|max| format!("longest={}", seconds(max))));
        members.extend(attempts.map(|attempts| format!("attempts={attempts}")));
    }
    format!("_Policy({})", members.join(", "))
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

//! What a response says beyond its error: the values of this occurrence, and how long to wait.
//! Prints only what the catalog has a field for, and no sensitive value.

use std::time::Duration;

use errbook_catalog::model::template::{Part, Placeholder, Slot};
use errbook_catalog::model::{After, Backoff, Catalog, Code, DetailType, ErrorDef, Field, Retry, TypeShape};
use errbook_codegen::words;
use serde_json::Value as Json;

use super::identify::{Fit, Marks};
use super::read::{Sent, Values};
use super::response::{Body, Response};
use crate::load::Source;
use crate::terminal::shortened;

/// One occurrence of an error.
#[derive(Debug, Default)]
pub(super) struct Occurrence {
    /// How the error was found, unless its code and its status say so.
    pub(super) matched: Option<String>,
    /// The message, with the values.
    pub(super) message: Option<String>,
    /// `name: value`, by line.
    pub(super) details: String,
    /// The details that have another type than in the catalog, by line.
    pub(super) mismatch: Option<String>,
    pub(super) context: String,
    pub(super) wait: Option<String>,
}

const REDACTED: &str = "[redacted]";

/// The longest printed value, in columns.
const LONGEST: usize = 200;

pub(super) fn occurrence(response: &Response, source: &Source, index: usize, fit: Fit, marks: &Marks) -> Occurrence {
    let catalog = &source.catalog;
    let error = &catalog.errors[index];
    let values = Values::new(response, catalog, error);
    let lines = |fields: &[Field], read: &dyn Fn(&Field) -> Sent| {
        let lines = fields.iter().filter_map(|field| {
            let (Sent::Value(value) | Sent::Other(value)) = read(field) else { return None };
            Some(format!("{}: {}", field.name, shortened(&shown(catalog, field, &value), LONGEST)))
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let reader = Reader { response, catalog, error, values: &values };
    Occurrence {
        matched: matched(fit, response, marks, error),
        message: reader.message(fit, marks),
        details: lines(&error.details, &|field| values.detail(field)),
        mismatch: reader.mismatch(fit),
        context: lines(&catalog.context, &|field| values.context(field)),
        wait: reader.wait(),
    }
}

fn matched(fit: Fit, response: &Response, marks: &Marks, error: &ErrorDef) -> Option<String> {
    let status = marks.status.unwrap_or_default();
    Some(match fit {
        Fit::Named => return None,
        Fit::NamedElsewhere => {
            format!(
                "By its code. The response has the status {status}; in the catalog it has {}.",
                words::statuses(error)
            )
        }
        Fit::Described => "By the address of its page.".to_owned(),
        Fit::Message => "By its message.".to_owned(),
        Fit::Mentioned => match response.body {
            Body::Other(problem) => format!("By a value in the body, because {problem}."),
            _ => "By a value in the body. The envelope in the catalog has another form.".to_owned(),
        },
        Fit::Status => format!("By its status, {status}."),
    })
}

struct Reader<'a> {
    response: &'a Response,
    catalog: &'a Catalog,
    error: &'a ErrorDef,
    values: &'a Values<'a>,
}

impl Reader<'_> {
    /// The details because of which clients have none. They read no details of an error that they do
    /// not know.
    fn mismatch(&self, fit: Fit) -> Option<String> {
        if !matches!(fit, Fit::Named | Fit::NamedElsewhere | Fit::Described) {
            return None;
        }
        let lines = self.error.details.iter().filter_map(|field| {
            let wanted = words::type_of(self.catalog, &field.ty).plain();
            match self.values.detail(field) {
                Sent::Absent if !field.optional => Some(format!("{}: missing", field.name)),
                Sent::Other(_) => Some(format!("{}: expected {wanted}", field.name)),
                Sent::Absent | Sent::Value(_) => None,
            }
        });
        let lines: Vec<String> = lines.collect();
        (!lines.is_empty()).then(|| format!("{}\nGenerated clients then have no details.", lines.join("\n")))
    }

    /// The message of the catalog with the values; the one of the response if a value is missing or has
    /// another type, or if the error is only one of several that it can be.
    fn message(&self, fit: Fit, marks: &Marks) -> Option<String> {
        let ErrorDef { message, details, .. } = self.error;
        let rendered = message.as_ref().filter(|_| fit != Fit::Status).and_then(|template| {
            let parts = template.parts.iter().map(|part| match part {
                Part::Text(text) => Some(text.clone()),
                Part::Slot(slot) => self.slot(slot),
            });
            parts.collect::<Option<String>>()
        });
        // A text of the server could have any value in it.
        let has_secret = details.iter().chain(&self.catalog.context).any(|field| is_sensitive(self.catalog, field));
        rendered.or_else(|| marks.message.clone().filter(|_| !has_secret))
    }

    fn slot(&self, slot: &Slot) -> Option<String> {
        let (fields, name) = match &slot.placeholder {
            Placeholder::Detail(name) => (&self.error.details, name),
            Placeholder::Context(name) => (&self.catalog.context, name),
            Placeholder::Id => return Some(self.error.name.id.clone()),
            Placeholder::Slug => return Some(self.error.name.slug.clone()),
            Placeholder::Title => return Some(self.error.title.clone()),
            Placeholder::Code => return self.error.code.as_ref().map(Code::to_string),
            Placeholder::Fix => return self.error.fix.clone(),
            Placeholder::DocUrl => return self.error.doc_url.clone(),
            Placeholder::Status => return self.response.status.map(|status| status.to_string()),
            Placeholder::Message
            | Placeholder::Retryable
            | Placeholder::Refund
            | Placeholder::Group
            | Placeholder::Details => return None,
        };
        let field = fields.iter().find(|field| field.name == *name)?;
        let sent = match &slot.placeholder {
            Placeholder::Detail(_) => self.values.detail(field),
            _ => self.values.context(field),
        };
        match sent {
            Sent::Value(value) => Some(shown(self.catalog, field, &value)),
            Sent::Absent => slot.optional.then(String::new),
            Sent::Other(_) => None,
        }
    }

    /// How long to wait now; `None` if waiting does not help, or nobody says how long.
    fn wait(&self) -> Option<String> {
        let retry = &self.error.retry;
        if *retry == Retry::Never {
            return None;
        }
        let policy = retry.policy();
        let named = policy.and_then(|policy| match policy.after.as_ref()? {
            After::Header(name) => Some((self.response.wait_in(name)?, name.as_str())),
            After::Detail(name) => {
                let detail = self.error.details.iter().find(|detail| detail.name == *name && !detail.sensitive)?;
                let (Sent::Value(value) | Sent::Other(value)) = self.values.detail(detail) else { return None };
                Some((self.response.wait(&plain(&value))?, name.as_str()))
            }
        });
        let backoff = policy.and_then(|policy| policy.backoff.as_ref());
        if let Some((wait, name)) = named.or_else(|| Some((self.response.wait_in("Retry-After")?, "Retry-After"))) {
            let rest = if wait > longest(backoff) { " Generated clients do not wait so long." } else { "" };
            return Some(format!("{}, as `{name}` says.{rest}", duration(wait)));
        }
        let (Backoff::Fixed { initial_ms, .. } | Backoff::Exponential { initial_ms, .. }) = backoff?;
        Some(format!("{} before the first retry, as the catalog says.", words::duration(*initial_ms)))
    }
}

/// The longest wait of a client: `max`, or five minutes.
fn longest(backoff: Option<&Backoff>) -> Duration {
    const DEFAULT_MS: u64 = 5 * 60 * 1000;
    let ms = match backoff {
        None => DEFAULT_MS,
        Some(Backoff::Fixed { initial_ms, max_ms } | Backoff::Exponential { initial_ms, max_ms, factor: _ }) => {
            max_ms.unwrap_or(DEFAULT_MS).max(*initial_ms)
        }
    };
    Duration::from_millis(ms)
}

/// `30 s`.
pub(super) fn duration(wait: Duration) -> String {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    match u64::try_from(wait.as_millis()) {
        Ok(ms) if wait <= YEAR => words::duration(ms),
        _ => "more than a year".to_owned(),
    }
}

/// Whether a field has a secret in it.
fn is_sensitive(catalog: &Catalog, field: &Field) -> bool {
    fn visit(catalog: &Catalog, ty: &DetailType, seen: &mut Vec<usize>) -> bool {
        match ty {
            DetailType::Array(item) | DetailType::Map(item) => visit(catalog, item, seen),
            DetailType::Named(index) if !seen.contains(index) => {
                seen.push(*index);
                match &catalog.types[*index].shape {
                    TypeShape::Object(fields) => {
                        fields.iter().any(|field| field.sensitive || visit(catalog, &field.ty, seen))
                    }
                    TypeShape::Enum { .. } => false,
                }
            }
            _ => false,
        }
    }
    field.sensitive || visit(catalog, &field.ty, &mut Vec::new())
}

/// The value of a field, without secrets.
fn shown(catalog: &Catalog, field: &Field, value: &Json) -> String {
    if field.sensitive { REDACTED.to_owned() } else { plain(&redacted(catalog, &field.ty, value)) }
}

/// Text as it is, other values as JSON.
fn plain(value: &Json) -> String {
    match (value, value.as_f64()) {
        (Json::String(text), _) => text.clone(),
        // 2 instead of 2.0, as in messages.
        (Json::Number(number), Some(float)) if number.is_f64() => float.to_string(),
        _ => value.to_string(),
    }
}

/// A value of another type than the catalog's could have secrets anywhere.
fn redacted(catalog: &Catalog, ty: &DetailType, value: &Json) -> Json {
    match (ty, value) {
        (DetailType::Json, value) => value.clone(),
        (DetailType::Array(item), Json::Array(items)) => {
            items.iter().map(|value| redacted(catalog, item, value)).collect()
        }
        (DetailType::Map(item), Json::Object(members)) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), redacted(catalog, item, value))).collect())
        }
        (DetailType::Named(index), value) => match (&catalog.types[*index].shape, value) {
            (TypeShape::Object(fields), Json::Object(members)) => {
                let known = fields.iter().filter_map(|field| {
                    let value = members.get(&field.name)?;
                    let secret = || Json::from(REDACTED);
                    let value = if field.sensitive { secret() } else { redacted(catalog, &field.ty, value) };
                    Some((field.name.clone(), value))
                });
                Json::Object(known.collect())
            }
            (TypeShape::Enum { .. }, Json::String(_)) | (_, Json::Null) => value.clone(),
            _ => Json::from(REDACTED),
        },
        (DetailType::Array(_) | DetailType::Map(_), _) | (_, Json::Array(_) | Json::Object(_)) => Json::from(REDACTED),
        _ => value.clone(),
    }
}

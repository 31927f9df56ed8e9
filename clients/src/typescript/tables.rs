//! What the catalog says about each error: for callers, and for the code that reads responses.

use std::fmt::Write as _;

use errbook_catalog::model::template::Template;
use errbook_catalog::model::{
    After, Backoff, Code, DetailType, EnumValue, Envelope, ErrorDef, Fault, Field, Header, Lifecycle, Places, Policy,
    Retry, TypeShape,
};
use errbook_schema::facts;

use super::Client;
use super::text::{doc, key, literal};
use crate::surface::{pieces, slot_name};

impl Client<'_> {
    pub(super) fn texts(&self) -> String {
        let mut text = doc("", &["What the catalog says about each error, as markdown.".to_owned()], &[]);
        text.push_str(
            "export interface ErrorTexts {\n  /** Plain text. */\n  readonly title: string;\n  \
             /** The message, with `{name}` for each detail. */\n  readonly message: string;\n  \
             readonly description?: string;\n  readonly cause?: string;\n  readonly fix?: string;\n}\n\n",
        );
        text.push_str(&doc(
            "",
            &["The texts of each error. A bundler leaves them out if nothing uses them.".to_owned()],
            &[],
        ));
        text.push_str("export const texts: { readonly [C in ErrorCode]: ErrorTexts } = {\n");
        for error in self.surface.responses() {
            let ErrorDef { name, title, message, description, cause, fix, .. } = error;
            let message = message.as_ref().map_or_else(|| title.clone(), Template::to_message_source);
            let mut members = vec![("title", literal(title)), ("message", literal(&message))];
            let markdown = [("description", description), ("cause", cause), ("fix", fix)];
            members.extend(markdown.into_iter().filter_map(|(key, text)| Some((key, literal(text.as_ref()?)))));
            let _ = writeln!(text, "  {}: {{\n{}  }},", key(&name.id), lines(&members));
        }
        text + "};\n\n"
    }

    pub(super) fn metadata(&self) -> String {
        let mut text = doc("", &["Facts about an error. What the catalog does not say is absent.".to_owned()], &[]);
        text.push_str(
            "export interface ErrorMetadata {\n  /** The code on the wire. */\n  readonly code?: string | number;\n  \
             readonly statuses: readonly number[];\n  readonly retryable?: boolean | \"idempotent\";\n  \
             readonly refund?: \"refunded\" | \"kept\" | \"not_charged\" | \"conditional\";\n  \
             readonly fault?: \"caller\" | \"api\" | \"upstream\";\n  readonly group?: string;\n  \
             /** The URL of the error's page. */\n  readonly docUrl?: string;\n  \
             /** The version of the API that introduced the error. */\n  readonly since?: string;\n  \
             readonly deprecated?: true;\n}\n\n",
        );
        text.push_str(&doc(
            "",
            &["The facts about each error. A bundler leaves them out if nothing uses them.".to_owned()],
            &[],
        ));
        text.push_str("export const metadata: { readonly [C in ErrorCode]: ErrorMetadata } = {\n");
        for error in self.surface.responses() {
            let ErrorDef { name, code, statuses, retry, refund, fault, doc_url, lifecycle, .. } = error;
            let Lifecycle { since, changed: _, deprecated } = lifecycle;
            let mut members = Vec::new();
            members.extend(code.as_ref().map(|code| ("code", self::code(code))));
            members.push(("statuses", format!("[{}]", numbers(statuses))));
            let retryable = match retry {
                Retry::Unsaid => None,
                Retry::Never => Some("false"),
                Retry::Always(_) => Some("true"),
                Retry::Idempotent(_) => Some("\"idempotent\""),
            };
            members.extend(retryable.map(|retryable| ("retryable", retryable.to_owned())));
            members.extend(refund.as_ref().map(|refund| ("refund", literal(facts::refund_kind(refund)))));
            members.extend(fault.map(|fault| ("fault", literal(Fault::name(fault)))));
            let group = self.surface.catalog.group_of(error);
            members.extend(group.map(|group| ("group", literal(&group.id))));
            members.extend(doc_url.as_ref().map(|url| ("docUrl", literal(url))));
            members.extend(since.as_ref().map(|since| ("since", literal(since))));
            members.extend(deprecated.as_ref().map(|_| ("deprecated", "true".to_owned())));
            let members: Vec<String> = members.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
            let _ = writeln!(text, "  {}: {{ {} }},", key(&name.id), members.join(", "));
        }
        text + "};\n\n"
    }

    pub(super) fn tables(&self) -> String {
        let surface = self.surface;
        let mut text = String::from("\nconst _retries: readonly _Retry[] = [\n");
        for retry in &surface.retries {
            let _ = writeln!(text, "  {},", self::retry(retry));
        }
        text.push_str("];\n\nconst _unknown: readonly (readonly [first: number, last: number, retry: number])[] = [");
        let unknown: Vec<String> =
            surface.unknown().map(|(first, last, retry)| format!("[{first}, {last}, {retry}]")).collect();
        let _ = writeln!(text, "{}];\n", unknown.join(", "));
        text.push_str("const _types: readonly _Definition[] = [\n");
        for def in surface.types() {
            let _ = match &def.shape {
                TypeShape::Enum { values, open: _ } => {
                    let values: Vec<String> =
                        values.iter().map(|EnumValue { value, variant: _ }| literal(value)).collect();
                    writeln!(text, "  {{ values: [{}] }},", values.join(", "))
                }
                TypeShape::Object(fields) => writeln!(text, "  {{ fields: [{}] }},", self.field_table(fields)),
            };
        }
        text.push_str("];\n\nconst _envelopes: readonly _Envelope[] = [\n");
        for envelope in &surface.catalog.envelopes {
            text.push_str(&self.envelope(envelope));
        }
        text.push_str("];\n\nconst _rows: readonly _Row[] = [\n");
        for error in surface.responses() {
            text.push_str(&self.row(error));
        }
        text + "];\n"
    }

    fn envelope(&self, envelope: &Envelope) -> String {
        let Places { slots, required } = self.surface.catalog.places(envelope);
        let pointer = |pointer: &str| -> String {
            let names = pointer.split('/').skip(1).map(|name| literal(&name.replace("~1", "/").replace("~0", "~")));
            format!("[{}]", names.collect::<Vec<_>>().join(", "))
        };
        let slots = slots.iter().map(|(at, slot)| format!("[{}, {}]", pointer(at), literal(&slot_name(slot))));
        let required = required.iter().map(|at| pointer(at));
        format!(
            "  {{\n    slots: [{}],\n    required: [{}],\n    headers: [{}],\n  }},\n",
            slots.collect::<Vec<_>>().join(", "),
            required.collect::<Vec<_>>().join(", "),
            headers(envelope.headers.iter()),
        )
    }

    fn row(&self, error: &ErrorDef) -> String {
        let ErrorDef { name, code, statuses, message, doc_url, envelope, details, retry, .. } = error;
        // As JavaScript reads it from a body.
        let code = match code {
            None => "undefined".to_owned(),
            Some(Code::Text(text)) => literal(text),
            Some(Code::Integer(number)) => {
                #[expect(clippy::cast_precision_loss, reason = "on purpose")]
                let (exact, read) = (number.to_string(), (*number as f64).to_string());
                let code = literal(&read);
                if exact == read { code } else { format!("{code}, exactCode: {}", literal(&exact)) }
            }
        };
        let envelope = envelope.map_or_else(|| "-1".to_owned(), |at| at.to_string());
        format!(
            "  {{\n    id: {}, code: {code}, statuses: [{}], envelope: {envelope}, retry: {},\n    \
             slug: {}, url: {},\n    headers: [{}],\n    message: {},\n    details: [{}],\n  }},\n",
            literal(&name.id),
            numbers(statuses),
            self.surface.retry(retry),
            literal(&name.slug),
            literal(doc_url.as_deref().unwrap_or_default()),
            headers(self.surface.catalog.headers(error).into_iter()),
            template(message.as_ref().unwrap_or(&Template::default())),
            self.field_table(details),
        )
    }

    fn field_table(&self, fields: &[Field]) -> String {
        let field =
            |field: &Field| format!("[{}, {}, {}]", literal(&field.name), self.type_table(&field.ty), field.optional);
        fields.iter().map(field).collect::<Vec<_>>().join(", ")
    }

    fn type_table(&self, ty: &DetailType) -> String {
        match ty {
            DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => "\"string\"".to_owned(),
            DetailType::Integer => "\"integer\"".to_owned(),
            DetailType::Number => "\"number\"".to_owned(),
            DetailType::Boolean => "\"boolean\"".to_owned(),
            DetailType::Duration => "\"duration\"".to_owned(),
            DetailType::Json => "\"json\"".to_owned(),
            DetailType::Array(item) => format!("[\"array\", {}]", self.type_table(item)),
            DetailType::Map(item) => format!("[\"map\", {}]", self.type_table(item)),
            DetailType::Named(at) => match &self.surface.catalog.types[*at].shape {
                TypeShape::Enum { values: _, open: true } => "\"string\"".to_owned(),
                TypeShape::Enum { values: _, open: false } | TypeShape::Object(_) => at.to_string(),
            },
        }
    }
}

/// A code as a literal. JavaScript has no larger integers than 2^53.
fn code(code: &Code) -> String {
    match code {
        Code::Text(text) => literal(text),
        Code::Integer(number) if number.unsigned_abs() <= 1 << 53 => number.to_string(),
        Code::Integer(number) => literal(&number.to_string()),
    }
}

/// The members of an object literal, one on each line.
fn lines(members: &[(&str, String)]) -> String {
    members.iter().flat_map(|(key, value)| ["    ", key, ": ", value, ",\n"]).collect()
}

fn numbers(numbers: &[u16]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn headers<'a>(headers: impl Iterator<Item = &'a Header>) -> String {
    let pair = |Header { name, value }: &Header| format!("[{}, {}]", literal(name), template(value));
    headers.map(pair).collect::<Vec<_>>().join(", ")
}

fn template(template: &Template) -> String {
    let pieces: Vec<String> = pieces(template).iter().map(|piece| literal(piece)).collect();
    format!("[{}]", pieces.join(", "))
}

fn retry(retry: &Retry) -> String {
    let (when, policy) = match retry {
        Retry::Unsaid => return "undefined".to_owned(),
        Retry::Never => return "\"never\"".to_owned(),
        Retry::Always(policy) => ("always", policy),
        Retry::Idempotent(policy) => ("idempotent", policy),
    };
    let mut members = vec![format!("if: \"{when}\"")];
    let mut initial = 0;
    if let Some(Policy { name: _, after, backoff, attempts }) = policy {
        members.extend(after.as_ref().map(|after| match after {
            After::Header(name) => format!("after: [\"header\", {}]", literal(name)),
            After::Detail(name) => format!("after: [\"detail\", {}]", literal(name)),
        }));
        let max = match backoff {
            None => &None,
            Some(Backoff::Fixed { initial_ms, max_ms }) => {
                members.push("backoff: \"fixed\"".to_owned());
                initial = *initial_ms;
                max_ms
            }
            Some(Backoff::Exponential { initial_ms, factor, max_ms }) => {
                members.push(format!("backoff: \"exponential\", factor: {factor}"));
                initial = *initial_ms;
                max_ms
            }
        };
        members.extend(max.map(|max| format!("maxMs: {max}")));
        members.extend(attempts.map(|attempts| format!("attempts: {attempts}")));
    }
    members.insert(1, format!("initialMs: {initial}"));
    format!("{{ {} }}", members.join(", "))
}

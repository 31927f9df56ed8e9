//! JSON forms of catalog data that the OpenAPI document and the JSON export share.

use std::fmt::Write as _;

use errbook_catalog::model::value::Value;
use errbook_catalog::model::{
    After, Backoff, Catalog, Code, DetailType, ErrorDef, Field, Policy, Refund, Retry, TypeShape,
};
use serde_json::{Value as Json, json};

/// Converts a catalog value to a `serde_json` value.
pub fn value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::from(*flag),
        Value::Integer(number) => Json::from(*number),
        Value::Number(number) => Json::from(*number),
        Value::String(text) => Json::from(text.as_str()),
        Value::Array(items) => items.iter().map(self::value).collect(),
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), self::value(member))).collect(),
    }
}

/// Writes a document as indented JSON, with a final newline.
pub(crate) fn indented(document: &Json) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("a value has only keys of text");
    text.push('\n');
    text
}

/// Writes a document as JSON, with a final newline. Lists and objects of the first `levels` have a
/// line for each entry, so that a diff shows which entries changed. Whatever is inside has no spaces:
/// only programs read it.
pub(crate) fn in_lines(document: &Json, levels: usize) -> String {
    let mut text = String::new();
    write_lines(&mut text, document, levels, 0);
    text.push('\n');
    text
}

fn write_lines(out: &mut String, value: &Json, levels: usize, level: usize) {
    match value {
        Json::Object(members) if level < levels && !members.is_empty() => {
            out.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                begin_line(out, at > 0, level + 1);
                let _ = write!(out, "{}: ", Json::from(name.as_str()));
                write_lines(out, member, levels, level + 1);
            }
            begin_line(out, false, level);
            out.push('}');
        }
        Json::Array(items) if level < levels && !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                begin_line(out, at > 0, level + 1);
                write_lines(out, item, levels, level + 1);
            }
            begin_line(out, false, level);
            out.push(']');
        }
        value => {
            let _ = write!(out, "{value}");
        }
    }
}

fn begin_line(out: &mut String, is_next: bool, level: usize) {
    out.push_str(if is_next { ",\n" } else { "\n" });
    (0..level).for_each(|_| out.push_str("  "));
}

/// Builds an object. Unlike `json!`, it moves its values instead of copying them.
pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A code on the wire.
pub fn code(code: &Code) -> Json {
    match code {
        Code::Text(text) => json!(text),
        Code::Integer(number) => json!(number),
    }
}

/// Whether retrying can help: `true`, `false` or `"idempotent"`; null if the catalog does not say.
pub fn retryable(retry: &Retry) -> Json {
    match retry {
        Retry::Unsaid => Json::Null,
        Retry::Never => Json::from(false),
        Retry::Always(_) => Json::from(true),
        Retry::Idempotent(_) => Json::from("idempotent"),
    }
}

/// A retry policy. Every key is present.
pub fn policy(policy: &Policy) -> Json {
    let Policy { name, after, backoff, attempts } = policy;
    let (kind, initial_ms, factor, max_ms) = match *backoff {
        None => (None, None, None, None),
        Some(Backoff::Fixed { initial_ms, max_ms }) => (Some("fixed"), Some(initial_ms), None, max_ms),
        Some(Backoff::Exponential { initial_ms, factor, max_ms }) => {
            (Some("exponential"), Some(initial_ms), Some(number(factor)), max_ms)
        }
    };
    let (after, after_in) = match after {
        None => (None, None),
        Some(After::Header(header)) => (Some(header), Some("header")),
        Some(After::Detail(detail)) => (Some(detail), Some("details")),
    };
    json!({
        "name": name,
        "backoff": kind,
        "initial_ms": initial_ms,
        "factor": factor,
        "max_ms": max_ms,
        "attempts": attempts,
        "after": after,
        "after_in": after_in,
    })
}

/// What happens to the charge. Both keys are present.
pub fn refund(refund: &Refund) -> Json {
    let when = match refund {
        Refund::Conditional { when } => Some(when),
        Refund::Refunded | Refund::Kept | Refund::NotCharged => None,
    };
    json!({ "kind": refund_kind(refund), "when": when })
}

/// The wire value of `{refund}`.
pub fn refund_kind(refund: &Refund) -> &'static str {
    match refund {
        Refund::Refunded => "refunded",
        Refund::Kept => "kept",
        Refund::NotCharged => "not_charged",
        Refund::Conditional { .. } => "conditional",
    }
}

/// For each of [`Catalog::types`], whether the context or one of `errors` uses it. Types that only
/// internal errors use stay out of public output.
pub fn types_in_use<'a>(catalog: &'a Catalog, errors: impl Iterator<Item = &'a ErrorDef>) -> Vec<bool> {
    let mut in_use = vec![false; catalog.types.len()];
    let details = errors.flat_map(|error| &error.details);
    let mut pending: Vec<&DetailType> = catalog.context.iter().chain(details).map(|field: &Field| &field.ty).collect();
    while let Some(ty) = pending.pop() {
        match ty {
            DetailType::Array(item) | DetailType::Map(item) => pending.push(item),
            DetailType::Named(index) if !std::mem::replace(&mut in_use[*index], true) => {
                if let TypeShape::Object(fields) = &catalog.types[*index].shape {
                    pending.extend(fields.iter().map(|field| &field.ty));
                }
            }
            _ => {}
        }
    }
    in_use
}

/// Writes a whole number as an integer: `2`, not `2.0`.
pub fn number(number: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        Json::from(number as i64)
    } else {
        Json::from(number)
    }
}

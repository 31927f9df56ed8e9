//! JSON forms of catalog data that the OpenAPI document and the JSON export share.

use errbook_catalog::model::value::Value;
use errbook_catalog::model::{
    After, Backoff, Catalog, Code, DetailType, ErrorDef, Field, Policy, Refund, Retry, TypeShape,
};
use serde_json::Value as Json;

use crate::tree::{Tree, tree};

/// Converts a catalog value to a `serde_json` value.
pub fn value(value: &Value) -> Json {
    Tree::from(value).into()
}

/// Writes a document as indented JSON, with a final newline.
pub(crate) fn indented(document: &Json) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("a value has only keys of text");
    text.push('\n');
    text
}

/// Builds an object. Unlike `json!`, it moves its values instead of copying them.
pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A code on the wire, as any kind of JSON value.
pub fn code<'a, T: From<&'a str> + From<i64>>(code: &'a Code) -> T {
    match code {
        Code::Text(text) => T::from(text.as_str()),
        Code::Integer(number) => T::from(*number),
    }
}

/// Whether retrying can help: `true`, `false` or `"idempotent"`; null if the catalog does not say.
pub fn retryable<T: From<&'static str> + From<bool> + From<()>>(retry: &Retry) -> T {
    match retry {
        Retry::Unsaid => T::from(()),
        Retry::Never => T::from(false),
        Retry::Always(_) => T::from(true),
        Retry::Idempotent(_) => T::from("idempotent"),
    }
}

/// A retry policy. Every key is present.
pub(crate) fn policy(policy: &Policy) -> Tree<'_> {
    let Policy { name, after, backoff, attempts } = policy;
    let (kind, initial_ms, factor, max_ms) = match *backoff {
        None => (None, None, None, None),
        Some(Backoff::Fixed { initial_ms, max_ms }) => (Some("fixed"), Some(initial_ms), None, max_ms),
        Some(Backoff::Exponential { initial_ms, factor, max_ms }) => {
            (Some("exponential"), Some(initial_ms), Some(number::<Tree>(factor)), max_ms)
        }
    };
    let (after, after_in) = match after {
        None => (None, None),
        Some(After::Header(header)) => (Some(header), Some("header")),
        Some(After::Detail(detail)) => (Some(detail), Some("details")),
    };
    tree!({
        "name": name,
        "backoff": kind,
        "initial_ms": initial_ms,
        "factor": factor,
        "max_ms": max_ms,
        "attempts": attempts.map(u64::from),
        "after": after,
        "after_in": after_in,
    })
}

/// What happens to the charge. Both keys are present.
pub(crate) fn refund(refund: &Refund) -> Tree<'_> {
    let when = match refund {
        Refund::Conditional { when } => Some(when),
        Refund::Refunded | Refund::Kept | Refund::NotCharged => None,
    };
    tree!({ "kind": refund_kind(refund), "when": when })
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
pub fn number<T: From<i64> + From<f64>>(number: f64) -> T {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        T::from(number as i64)
    } else {
        T::from(number)
    }
}

//! What a client should do, computed from the words of the catalog's documentation.

use errbook_catalog::model::{After, Backoff, Policy, Retry};
use serde_json::{Map, Value as Json, json};

/// How long a response asks to wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Asked {
    Nothing,
    Seconds(f64),
    /// It does not follow from the catalog alone.
    Unclear,
}

impl Asked {
    /// What a response of an error asks. Its details are the values of an example, if it has them where
    /// a client finds them.
    pub(super) fn of(retry: &Retry, headers: &[(String, String)], details: Option<&Map<String, Json>>) -> Self {
        let header = |wanted: &str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let named = match retry.policy().and_then(|policy| policy.after.as_ref()) {
            None => None,
            Some(After::Header(name)) => header(name).map(|(_, text)| seconds(text)),
            Some(After::Detail(name)) => match details.map(|details| details.get(name)) {
                Some(Some(Json::Number(number))) => Some(seconds(&number.to_string())),
                Some(None) => None,
                None | Some(Some(_)) => Some(Asked::Unclear),
            },
        };
        let usual = || header("Retry-After").map_or(Asked::Nothing, |(_, text)| seconds(text));
        named.unwrap_or_else(usual)
    }
}

/// Seconds. A date depends on today.
fn seconds(text: &str) -> Asked {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..1e9).contains(&seconds) => Asked::Seconds(seconds),
        _ => Asked::Unclear,
    }
}

/// The advice, in seconds; `None` if it does not follow from the catalog alone.
pub(super) fn advice(retry: &Retry, attempt: u32, idempotent: bool, asked: Asked) -> Option<Json> {
    let asked = match asked {
        Asked::Nothing => None,
        Asked::Seconds(seconds) => Some(seconds),
        Asked::Unclear => return None,
    };
    let stop = || json!({ "kind": "stop" });
    let policy = match retry {
        Retry::Unsaid => return Some(json!({ "kind": "unsaid" })),
        Retry::Never => return Some(stop()),
        Retry::Idempotent(_) if !idempotent => return Some(stop()),
        Retry::Always(policy) | Retry::Idempotent(policy) => policy.as_ref(),
    };
    let attempts = policy.and_then(|policy| policy.attempts).unwrap_or(3);
    if attempt >= attempts {
        return Some(stop());
    }
    let (initial, longest) = match policy {
        Some(Policy {
            backoff: Some(Backoff::Fixed { initial_ms, max_ms } | Backoff::Exponential { initial_ms, max_ms, .. }),
            ..
        }) => (in_seconds(*initial_ms), max_ms.map(in_seconds)),
        _ => (1.0, None),
    };
    let mut planned = initial;
    if let Some(Policy { backoff: Some(Backoff::Exponential { factor, .. }), .. }) = policy {
        for _ in 0..attempt {
            planned *= factor;
        }
        planned = longest.map_or(planned, |longest| planned.min(longest));
    }
    let wait = asked.unwrap_or(planned);
    if wait
        > longest.unwrap_or(300.0).max(if policy.is_some_and(|policy| policy.backoff.is_some()) {
            initial
        } else {
            0.0
        })
    {
        return Some(stop());
    }
    Some(json!({ "kind": "wait", "seconds": wait.max(0.1) }))
}

#[expect(clippy::cast_precision_loss, reason = "a wait in milliseconds")]
fn in_seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

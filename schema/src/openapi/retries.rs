//! The extensions for retries of client generators: `x-speakeasy-retries` and `x-fern-retries`.
//!
//! Generated clients decide by the status alone, so a status is named only if every error with it
//! can be retried.

use std::collections::BTreeMap;
use std::time::Duration;

use errbook_catalog::model::{After, Backoff, Catalog, ErrorDef, Policy, Retry, RetryExtension, UnknownError};
use serde_json::{Map, Value as Json, json};

use crate::facts;

/// The methods of requests that can be repeated (RFC 9110 section 9.2.2, and `QUERY`).
const IDEMPOTENT: [&str; 7] = ["get", "put", "delete", "options", "head", "trace", "query"];

/// The largest number of milliseconds that every reader of JSON can represent (RFC 8259 section 6).
const LARGEST: u64 = (1 << 53) - 1;

/// The longest wait of a Speakeasy client without `maxInterval`. A longer `Retry-After` is cut.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The requests that get the errors.
#[derive(Debug, Clone, Copy)]
pub(super) enum Requests<'a> {
    /// Those of any operation.
    Any,
    /// Those with a method.
    Of(&'a str),
}

/// What the extensions say about some requests.
#[derive(Debug, Default)]
pub(super) struct Retries {
    /// The extensions by their keys.
    pub(super) extensions: Map<String, Json>,
    /// What they cannot say.
    pub(super) gaps: Vec<Gap>,
}

/// What an extension cannot say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gap {
    pub(super) extension: RetryExtension,
    pub(super) status: Option<u16>,
    pub(super) reason: String,
    pub(super) help: Option<String>,
}

impl Gap {
    /// The gap as a note. `of` names the operations: ` of POST /orders`.
    pub(super) fn message(&self, of: &str) -> String {
        let Gap { extension, status, reason, help: _ } = self;
        let key = key(*extension);
        match (extension, status) {
            (RetryExtension::Speakeasy, Some(status)) => format!("`{key}`{of} leaves out {status}: {reason}"),
            _ => format!("`{key}`{of} is left out: {reason}"),
        }
    }
}

/// The key of an extension.
pub(super) fn key(extension: RetryExtension) -> &'static str {
    match extension {
        RetryExtension::Speakeasy => "x-speakeasy-retries",
        RetryExtension::Fern => "x-fern-retries",
    }
}

/// The extension of a key.
pub(super) fn of_key(text: &str) -> Option<RetryExtension> {
    RetryExtension::ALL.into_iter().find(|extension| key(*extension) == text)
}

/// The extensions that the catalog asks for, for requests that get these errors.
pub(super) fn retries<'c>(
    catalog: &'c Catalog,
    errors: impl IntoIterator<Item = &'c ErrorDef>,
    requests: Requests,
) -> Retries {
    let mut statuses: BTreeMap<u16, Vec<&ErrorDef>> = BTreeMap::new();
    for error in errors {
        // Clients do not retry after a success.
        for &status in error.statuses.iter().filter(|status| **status >= 400) {
            statuses.entry(status).or_default().push(error);
        }
    }
    let mut all = Retries::default();
    for &extension in &catalog.generate.openapi_retries {
        let value = match extension {
            RetryExtension::Speakeasy => speakeasy(catalog, &statuses, requests, &mut all.gaps),
            RetryExtension::Fern => fern(catalog, &statuses, requests, &mut all.gaps),
        };
        all.extensions.extend(value.map(|value| (key(extension).to_owned(), value)));
    }
    all
}

/// Whether these requests can be retried after an error; `None` if the catalog does not say.
fn can_retry(retry: &Retry, requests: Requests) -> Option<bool> {
    match retry {
        Retry::Unsaid => None,
        Retry::Never => Some(false),
        Retry::Always(_) => Some(true),
        Retry::Idempotent(_) => Some(matches!(requests, Requests::Of(method) if IDEMPOTENT.contains(&method))),
    }
}

/// The statuses to retry, and the waits.
fn speakeasy(
    catalog: &Catalog,
    statuses: &BTreeMap<u16, Vec<&ErrorDef>>,
    requests: Requests,
    gaps: &mut Vec<Gap>,
) -> Option<Json> {
    let (mut named, mut policies) = (Vec::new(), Vec::new());
    for (&status, errors) in statuses {
        if !errors.iter().any(|error| can_retry(&error.retry, requests) == Some(true)) {
            continue;
        }
        match obstacle(catalog, status, errors, requests) {
            None => {
                named.push(status.to_string());
                policies.extend(errors.iter().filter_map(|error| error.retry.policy()));
            }
            Some((reason, help)) => {
                gaps.push(Gap { extension: RetryExtension::Speakeasy, status: Some(status), reason, help });
            }
        }
    }
    if named.is_empty() {
        return None;
    }
    let mut extension = Map::new();
    extension.insert("strategy".into(), json!("backoff"));
    let backoff = waits(&policies);
    if !backoff.is_empty() {
        extension.insert("backoff".into(), Json::Object(backoff));
    }
    extension.insert("statusCodes".into(), json!(named));
    Some(Json::Object(extension))
}

/// The reason why a status cannot be named although it has an error to retry, and how to change
/// that.
fn obstacle(
    catalog: &Catalog,
    status: u16,
    errors: &[&ErrorDef],
    requests: Requests,
) -> Option<(String, Option<String>)> {
    for error in errors {
        let (id, origin) = (&error.name.id, &error.origin);
        match can_retry(&error.retry, requests) {
            Some(true) => {}
            Some(false) => {
                let rule =
                    if error.retry == Retry::Never { "must not be retried" } else { "needs an idempotent request" };
                return Some((format!("`{id}` ({origin}) {rule}"), None));
            }
            None => {
                let help = format!("say it with `retryable` of `{id}`");
                return Some((format!("the catalog does not say whether to retry `{id}` ({origin})"), Some(help)));
            }
        }
        let Some(Policy { name: _, after, backoff, attempts }) = error.retry.policy() else { continue };
        let waits_for = match after {
            Some(After::Header(header)) if header.eq_ignore_ascii_case("Retry-After") => None,
            Some(After::Header(name) | After::Detail(name)) => Some(name),
            None => None,
        };
        if let Some(name) = waits_for {
            return Some((
                format!("the wait of `{id}` ({origin}) is in `{name}`, which these clients do not read"),
                None,
            ));
        }
        match (backoff, attempts) {
            // Without a wait, no length of time means a number of repeats.
            (None | Some(Backoff::Fixed { initial_ms: 0, .. }), Some(_)) => {
                let reason = format!("`{id}` ({origin}) has `attempts`, and these clients only limit the time");
                return Some((reason, Some(format!("set `initial` in the retry policy of `{id}`"))));
            }
            (Some(Backoff::Exponential { max_ms: None, .. }), None) => {
                let reason = format!("the waits of `{id}` ({origin}) grow without a limit");
                return Some((reason, Some(format!("add `max` or `attempts` to the retry policy of `{id}`"))));
            }
            _ => {}
        }
    }
    // Clients cannot tell the errors of the catalog from others with the status.
    let has_status = |unknown: &&UnknownError| (unknown.statuses.first()..=unknown.statuses.last()).contains(&status);
    // Single statuses are before classes.
    let unknown = catalog.unknown.iter().find(has_status)?;
    (can_retry(&unknown.retry, requests) == Some(false))
        .then(|| (format!("`unknown` says not to retry other errors with the status {status}"), None))
}

/// The waits of some policies in one: never shorter than in one of them, and never for longer in
/// all.
fn waits(policies: &[&Policy]) -> Map<String, Json> {
    let backoffs =
        || policies.iter().filter_map(|policy| policy.backoff.as_ref().map(|backoff| (backoff, policy.attempts)));
    let mut waits = Map::new();
    let mut put = |name: &str, value: Option<Json>| waits.extend(value.map(|value| (name.to_owned(), value)));
    let milliseconds = |wait: Duration| json!(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).min(LARGEST));
    let initial = backoffs().map(|(backoff, _)| wait(backoff, 0)).max();
    put("initialInterval", initial.map(milliseconds));
    let reads_header = policies.iter().any(|policy| policy.after.is_some());
    let longest = backoffs().map(|(backoff, attempts)| longest(backoff, attempts)).max();
    put("maxInterval", longest.filter(|longest| !reads_header || *longest > LONGEST_WAIT).map(milliseconds));
    let whole = |backoff: &Backoff, attempts: u32| {
        (0..attempts).map(|repeat| wait(backoff, repeat)).fold(Duration::ZERO, Duration::saturating_add)
    };
    let elapsed = backoffs().filter_map(|(backoff, attempts)| attempts.map(|attempts| whole(backoff, attempts))).min();
    put("maxElapsedTime", elapsed.map(milliseconds));
    let factors = backoffs().map(|(backoff, _)| match backoff {
        Backoff::Fixed { .. } => 1.0,
        Backoff::Exponential { factor, .. } => *factor,
    });
    put("exponent", factors.reduce(f64::max).map(facts::number));
    waits
}

/// The shortest wait before a repeat, counted from 0.
fn wait(backoff: &Backoff, repeat: u32) -> Duration {
    match *backoff {
        Backoff::Fixed { initial_ms, max_ms: _ } => Duration::from_millis(initial_ms),
        Backoff::Exponential { initial_ms, factor, max_ms } => {
            let grown = Duration::from_millis(initial_ms).as_secs_f64() * factor.powf(f64::from(repeat));
            let grown = Duration::try_from_secs_f64(grown).unwrap_or(Duration::MAX);
            max_ms.map_or(grown, |max_ms| grown.min(Duration::from_millis(max_ms)))
        }
    }
}

/// The longest wait before one of the repeats.
fn longest(backoff: &Backoff, attempts: Option<u32>) -> Duration {
    let (Backoff::Fixed { max_ms, .. } | Backoff::Exponential { max_ms, .. }) = *backoff;
    let last = || wait(backoff, attempts.unwrap_or(1).saturating_sub(1));
    max_ms.map_or_else(last, Duration::from_millis)
}

/// Whether Fern's clients retry a status, unless they are told not to.
fn is_retried_by_fern(status: u16) -> bool {
    matches!(status, 408 | 409 | 429) || status >= 500
}

/// Fern's extension can only turn off all retries of an operation.
fn fern(
    catalog: &Catalog,
    statuses: &BTreeMap<u16, Vec<&ErrorDef>>,
    requests: Requests,
    gaps: &mut Vec<Gap>,
) -> Option<Json> {
    let Requests::Of(_) = requests else {
        let reason = "it belongs to an operation, and this document has none".to_owned();
        gaps.push(Gap { extension: RetryExtension::Fern, status: None, reason, help: None });
        return None;
    };
    let is_forbidden = |error: &&&ErrorDef| can_retry(&error.retry, requests) == Some(false);
    let retried = || statuses.iter().filter(|(status, _)| is_retried_by_fern(**status));
    let forbidden = retried().find_map(|(status, errors)| Some((*status, errors.iter().find(is_forbidden)?)));
    let (status, error) = forbidden?;
    let other = retried().flat_map(|(_, errors)| errors).find(|error| !is_forbidden(error));
    let is_retried = |retry: &Retry| can_retry(retry, requests) == Some(true);
    let other = other.or_else(|| statuses.values().flatten().find(|error| is_retried(&error.retry)));
    let other = match other {
        Some(other) => format!("`{}` ({})", other.name.id, other.origin),
        None if catalog.unknown.iter().any(|unknown| is_retried(&unknown.retry)) => {
            "the errors of `unknown`".to_owned()
        }
        None => return Some(json!({ "disabled": true })),
    };
    let (id, origin) = (&error.name.id, &error.origin);
    let reason = format!(
        "it can only turn off all retries: `{id}` ({origin}) must not be retried, and the catalog does not say this of \
         {other}"
    );
    gaps.push(Gap { extension: RetryExtension::Fern, status: Some(status), reason, help: None });
    None
}

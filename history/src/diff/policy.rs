//! Applies the policy of the new catalog: ratings by rule, and accepted changes.

use std::collections::HashMap;

use errbook_catalog::Loaded;
use errbook_catalog::model::{Acceptance, DiffPolicy, Origin};
use errbook_catalog::problem::{Problem, Rule};

use super::{Change, Rating};
use crate::version::Version;

/// An entry of `diff.accept` that accepts nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The entry: `detail-removed` or `detail-removed of errors.SOLD_OUT`.
    pub entry: String,
    /// Why it accepts nothing.
    pub reason: StaleReason,
    /// The location in the new catalog.
    pub origin: Origin,
}

/// The reason why an entry accepts nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaleReason {
    /// There is no such breaking change.
    Unused,
    /// The version, or the day, of its `until` has come.
    Expired(String),
}

impl std::fmt::Display for Stale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Stale { entry, reason, origin } = self;
        match reason {
            StaleReason::Unused => write!(f, "{origin}: `diff.accept` of {entry} matches no breaking change"),
            StaleReason::Expired(until) => write!(f, "{origin}: `diff.accept` of {entry} ended with {until}"),
        }
    }
}

impl Stale {
    pub(crate) fn new(acceptance: &Acceptance, reason: StaleReason) -> Self {
        let path = acceptance.path.as_ref().map(|path| format!(" at {path}")).unwrap_or_default();
        Stale { entry: format!("{}{path}", acceptance.rule), reason, origin: acceptance.origin.clone() }
    }
}

/// Applies the policy to changes, and returns the entries that accept nothing. `version` is that of
/// the new catalog.
pub(super) fn apply(policy: &DiffPolicy, version: Option<&str>, changes: &mut [Change]) -> Vec<Stale> {
    let DiffPolicy { levels, accept } = policy;
    for change in &mut *changes {
        let level = levels.iter().find(|(rule, _)| *rule == change.rule).map(|(_, level)| *level);
        // A change that clients do not see stays one.
        if let Some(level) = level.filter(|_| change.rating > Rating::Internal) {
            if level < change.rating {
                change.accepted = Some(format!("`diff.levels` rates it {}", level.name()));
            }
            change.rating = level;
        }
    }
    let version = version.and_then(Version::parse);
    let is_over: Vec<bool> = accept.iter().map(|acceptance| is_over(&acceptance.until, version.as_ref())).collect();
    // The first of those that accept the same.
    let mut first: HashMap<(super::Rule, Option<&str>), usize> = HashMap::new();
    for (at, Acceptance { rule, path, .. }) in accept.iter().enumerate().filter(|(at, _)| !is_over[*at]) {
        first.entry((*rule, path.as_deref())).or_insert(at);
    }
    let mut is_used = vec![false; accept.len()];
    for change in changes.iter_mut().filter(|change| breaks(change)) {
        let rule = change.rule;
        let paths = starts(&change.path).map(Some).chain([None]);
        let Some(at) = paths.filter_map(|path| first.get(&(rule, path)).copied()).min() else { continue };
        is_used[at] = true;
        change.accepted = Some(accept[at].reason.clone());
        change.rating = change.rating.min(Rating::Additive);
        change.sdk = change.sdk.map(|rating| rating.min(Rating::Additive));
        change.rust = change.rust.map(|rating| rating.min(Rating::Additive));
    }
    let stale = accept.iter().zip(is_over.iter().zip(is_used)).filter_map(|(acceptance, of)| match of {
        (true, _) => Some(Stale::new(acceptance, StaleReason::Expired(acceptance.until.clone()))),
        (false, false) => Some(Stale::new(acceptance, StaleReason::Unused)),
        (false, true) => None,
    });
    stale.collect()
}

/// Whether a version has come. A day is compared with the clock elsewhere, unless the catalog's
/// version is a date.
fn is_over(until: &str, version: Option<&Version>) -> bool {
    match (Version::parse(until), version) {
        (Some(until), Some(version)) => until.is_date() == version.is_date() && *version >= until,
        (Some(_), None) => false,
        // Neither a version nor a date: it could be accepted for ever.
        (None, _) => true,
    }
}

fn breaks(change: &Change) -> bool {
    [Some(change.rating), change.sdk, change.rust].contains(&Some(Rating::Breaking))
}

/// A path, and what it is in: each of its starts before a `.`.
fn starts(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('.').map(|(at, _)| &path[..at]).chain([path])
}

/// Removes the entries of `diff.accept` whose `until` has come, and returns them. `now` is a day such
/// as `2026-11-29`, or a version: each ends the entries of its kind.
///
/// ```
/// use errbook_history::diff::remove_expired;
///
/// let text = "errbook: 1\napi: {name: Shop, version: 1.2.0}\nerrors: {GONE: {status: 410, fix: Look.}}\n\
///     diff: {accept: [{rule: code-changed, until: 2026-06-30, reason: Nobody uses it yet.}]}\n";
/// # let text = text.replace("2026-06-30", "'2026-06-30'");
/// let mut catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted");
/// assert!(remove_expired(&mut catalog.diff, "2026-06-29").is_empty());
/// let expired = remove_expired(&mut catalog.diff, "2026-06-30");
/// assert_eq!(expired[0].to_string(), "errors.yaml:4: `diff.accept` of code-changed ended with 2026-06-30");
/// assert!(catalog.diff.accept.is_empty());
/// ```
pub fn remove_expired(policy: &mut DiffPolicy, now: &str) -> Vec<Stale> {
    let now = Version::parse(now);
    let mut expired = Vec::new();
    policy.accept.retain(|acceptance| {
        let is_over = is_over(&acceptance.until, now.as_ref());
        if is_over {
            expired.push(Stale::new(acceptance, StaleReason::Expired(acceptance.until.clone())));
        }
        !is_over
    });
    expired
}

/// Removes the entries of `diff.accept` that ended today or with `api.version`, and reports them as
/// findings of the lint `stale-accept`.
///
/// ```
/// use errbook_history::diff::check_expired;
///
/// let text = "errbook: 1\napi: {name: Shop, version: 2.0.0}\nerrors: {GONE: {status: 410, fix: Look., cause: Sold.}}\n\
///     diff: {accept: [{rule: code-changed, until: 2.0.0, reason: Nobody uses it yet.}]}\n";
/// let mut loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
/// check_expired(&mut loaded, "2026-06-30");
/// assert_eq!(loaded.report.problems[0].message, "the acceptance of code-changed ended with 2.0.0");
/// ```
pub fn check_expired(loaded: &mut Loaded, today: &str) {
    let Some(catalog) = &mut loaded.catalog else { return };
    let version = catalog.api.version.clone();
    let nows = [Some(today), version.as_deref()];
    let expired: Vec<Stale> =
        nows.into_iter().flatten().flat_map(|now| remove_expired(&mut catalog.diff, now)).collect();
    for Stale { entry, reason, origin } in expired {
        let StaleReason::Expired(until) = reason else { continue };
        let message = format!("the acceptance of {entry} ended with {until}");
        let rule = entry.split(' ').next().unwrap_or_default();
        let mut problem = Problem::without_place(Rule::StaleAccept, message);
        problem.span = loaded.report.sources.find(&origin.file, origin.line, rule);
        loaded.report.push(problem);
    }
    if loaded.report.has_errors() {
        loaded.catalog = None;
    }
}

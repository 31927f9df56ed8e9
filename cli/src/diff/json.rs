//! The diff as JSON.

use errbook_catalog::model::Origin;
use errbook_history::diff::{Audience, Change, Rating};
use serde_json::{Value as Json, json};

use super::{Releases, Shown};

pub(super) fn render(releases: &Releases, changes: &[Shown<'_>]) -> String {
    let Releases { old, new, old_files: _, folder: _, diff } = releases;
    let report = json!({
        "old": {"catalog": old, "version": diff.old_version},
        "new": {"catalog": new, "version": diff.new_version},
        "bump": diff.bump().name(),
        "next_version": diff.next_version().map(|version| version.to_string()),
        "version_too_low": diff.is_version_too_low(),
        "breaking": diff.count(Rating::Breaking),
        "additive": diff.count(Rating::Additive),
        "text": diff.count(Rating::Text),
        "internal": diff.count(Rating::Internal),
        "stale": diff.stale.iter().map(ToString::to_string).collect::<Json>(),
        "changes": changes.iter().map(|shown| change(shown.change)).collect::<Json>(),
    });
    format!("{report:#}\n")
}

fn change(change: &Change) -> Json {
    let Change {
        rule,
        rating,
        rated: _,
        sdk: _,
        rust: _,
        audiences,
        errors,
        path,
        before,
        after,
        old_origin,
        new_origin,
        accepted,
        since,
    } = change;
    let rating_for = |audience: Audience| change.rating_for(audience).map(Rating::name);
    json!({
        "rule": rule.name(),
        "rating": rating.name(),
        "sdk": rating_for(Audience::Sdk),
        "rust": rating_for(Audience::Rust),
        "audiences": audiences.iter().map(|audience: &Audience| audience.name()).collect::<Json>(),
        "errors": errors,
        "path": path,
        "before": before,
        "after": after,
        "old": old_origin.as_ref().map(place),
        "new": new_origin.as_ref().map(place),
        "accepted": accepted,
        "since": since.as_ref().map(ToString::to_string),
        "why": rule.why(),
        "remedy": rule.remedy(),
    })
}

fn place(origin: &Origin) -> Json {
    json!({"file": origin.file, "line": origin.line})
}

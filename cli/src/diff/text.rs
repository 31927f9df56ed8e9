//! The report for people.

use std::fmt::Write as _;

use errbook_history::diff::{Audience, Change, Rating};

use super::{Releases, Shown, rated};
use crate::terminal::{BOLD, CYAN, DIM, GREEN, RED, YELLOW, safe_line, shortened, styled, wrapped};

/// The maximum length of a value; the rest is cut.
const VALUE: usize = 60;
/// The maximum number of errors that are named; the others are counted.
const NAMED: usize = 2;

pub(crate) fn render(releases: &Releases, changes: &[Shown<'_>], columns: Option<usize>) -> String {
    let Releases { old, new, folder: _, diff } = releases;
    if diff.changes.is_empty() {
        let (old, new) = (safe_line(old), safe_line(new));
        return format!("{old} and {new}: {}\n", styled(GREEN, "nothing changed"));
    }
    if changes.is_empty() {
        return format!("No change is shown. {} {}\n", diff.counts(), safe_line(&diff.verdict()));
    }
    let columns = columns.map_or(100, |columns| columns.clamp(40, 100));
    let mut text = String::new();
    for (rating, style) in
        [(Rating::Breaking, RED), (Rating::Additive, YELLOW), (Rating::Text, CYAN), (Rating::Internal, DIM)]
    {
        let changes = rated(changes, rating);
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}\n", styled(style.bold(), &format!("{}. {}", rating.heading(), rating.summary())));
        for change in changes {
            text.push_str(&entry(change, rating, columns));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", styled(BOLD, &format!("{} {}", diff.counts(), safe_line(&diff.verdict()))));
    let others = diff.other_verdicts();
    if !others.is_empty() {
        let _ = writeln!(text, "{}", styled(BOLD, &others));
    }
    text
}

/// One change; a breaking one with its effect and remedy.
fn entry(change: &Change, rating: Rating, columns: usize) -> String {
    let since = change.since.as_ref().map(|version| format!(" since {version}"));
    let mut notes = vec![format!("{}{}", change.rule, since.unwrap_or_default())];
    if rating < Rating::Breaking {
        notes.extend(breaks(change));
    }
    notes.extend(change.accepted.iter().map(|reason| format!("accepted: {}", safe_line(reason))));
    if let Some(errors) = errors(change) {
        notes.push(errors);
    }
    notes.extend(change.origin().map(|origin| safe_line(&origin.to_string())));
    let mut text = format!("  {}  {}\n", fact(change), styled(DIM, &notes.join(", ")));
    if rating == Rating::Breaking {
        let audiences: Vec<&str> = change.audiences.iter().map(|audience| audience.words()).collect();
        let why = format!("Affects {}. {} {}", audiences.join(" and "), change.rule.why(), change.rule.remedy());
        for line in wrapped(&why, columns - 4) {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

/// Whom a change breaks that is compatible for other clients.
fn breaks(change: &Change) -> Option<String> {
    let audiences = [Audience::Sdk, Audience::Rust].into_iter();
    let broken = audiences.filter(|audience| change.rating_for(*audience) == Some(Rating::Breaking));
    let broken: Vec<&str> = broken.map(Audience::words).collect();
    (!broken.is_empty()).then(|| format!("breaks {}", broken.join(" and ")))
}

/// The change in one line.
fn fact(change: &Change) -> String {
    let value = |value: &Option<String>| match value {
        Some(value) => shortened(&safe_line(value), VALUE),
        None => "(none)".to_owned(),
    };
    let path = styled(BOLD, &safe_line(&change.path));
    match (&change.before, &change.after) {
        (None, None) => path,
        (before, after) => format!("{path}: {} -> {}", value(before), value(after)),
    }
}

/// The affected errors, unless the path names them.
fn errors(change: &Change) -> Option<String> {
    let errors = &change.errors;
    let says_so = change.path.starts_with("errors.");
    let named = |errors: &[String]| safe_line(&errors.join(" and "));
    match errors.len() {
        _ if says_so => None,
        0 => None,
        count if count <= NAMED => Some(format!("in {}", named(errors))),
        count => Some(format!("in {} and {} more", named(&errors[..1]), count - 1)),
    }
}

//! The report for people.

use std::fmt::Write as _;

use errbook_catalog::edit::scalar_of;
use errbook_history::diff::{Audience, Change, Diff, Rating, Rule};

use super::{Releases, Shown, rated};
use crate::terminal::{BOLD, CYAN, DIM, GREEN, RED, YELLOW, padded, safe_line, styled, wrapped};

/// The maximum length of a value; the rest is cut.
const VALUE: usize = 60;
/// The maximum number of errors that are named; the others are counted.
const NAMED: usize = 2;
/// More changes are counted by rule.
const MANY: usize = 10;

pub(crate) fn render(releases: &Releases, changes: &[Shown<'_>], columns: Option<usize>) -> String {
    let diff = &releases.diff;
    let mut stale = String::new();
    for entry in &diff.stale {
        let _ = writeln!(stale, "{}", safe_line(&entry.to_string()));
    }
    if diff.changes.is_empty() {
        let (old, new) = (safe_line(&releases.old), safe_line(&releases.new));
        return format!("{old} and {new}: {}\n{stale}", styled(GREEN, "nothing changed"));
    }
    if changes.is_empty() {
        return format!("No change is shown. {} {}\n{stale}", diff.counts(), safe_line(&diff.verdict()));
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
        for (rule, changes) in by_rule(&changes) {
            text.push_str(&paragraph(rule, &changes, rating, columns));
            for change in changes {
                text.push_str(&entry(releases, change, rating));
            }
            text.push('\n');
        }
    }
    text.push_str(&renames(diff));
    if !stale.is_empty() {
        let _ = writeln!(text, "{stale}");
    }
    text.push_str(&counts(changes));
    let _ = writeln!(text, "{}", styled(BOLD, &format!("{} {}", diff.counts(), safe_line(&diff.verdict()))));
    let others = diff.other_verdicts();
    if !others.is_empty() {
        let _ = writeln!(text, "{}", styled(BOLD, &others));
    }
    text
}

/// The changes of each rule, in the order of their first.
fn by_rule<'a>(changes: &[&'a Change]) -> Vec<(Rule, Vec<&'a Change>)> {
    let mut rules: Vec<(Rule, Vec<&Change>)> = Vec::new();
    for &change in changes {
        match rules.iter_mut().find(|(rule, _)| *rule == change.rule) {
            Some((_, changes)) => changes.push(change),
            None => rules.push((change.rule, vec![change])),
        }
    }
    rules
}

/// What the changes of a rule are; of breaking ones, whom they affect, and what to do.
fn paragraph(rule: Rule, changes: &[&Change], rating: Rating, columns: usize) -> String {
    let text = if rating == Rating::Breaking {
        let is_affected = |audience: &Audience| changes.iter().any(|change| change.audiences.contains(audience));
        let audiences: Vec<&str> = Audience::ALL.into_iter().filter(is_affected).map(Audience::words).collect();
        format!("{rule}: affects {}. {} {}", listed(&audiences), rule.why(), rule.remedy())
    } else {
        format!("{rule}: {}", rule.summary())
    };
    let mut lines = String::new();
    for line in wrapped(&text, columns - 2) {
        let _ = match line.strip_prefix(rule.name()) {
            Some(rest) if lines.is_empty() => writeln!(lines, "  {}{rest}", styled(BOLD, rule.name())),
            _ => writeln!(lines, "  {line}"),
        };
    }
    lines
}

/// `a, b and c`
fn listed(words: &[&str]) -> String {
    match words {
        [] => "nobody".to_owned(),
        [word] => (*word).to_owned(),
        [words @ .., last] => format!("{} and {last}", words.join(", ")),
    }
}

/// One change.
fn entry(releases: &Releases, change: &Change, rating: Rating) -> String {
    let mut notes: Vec<String> = change.since.iter().map(|version| format!("since {version}")).collect();
    if rating < Rating::Breaking {
        notes.extend(breaks(change));
    }
    notes.extend(change.accepted.iter().map(|reason| format!("accepted: {}", safe_line(reason.trim_end_matches('.')))));
    notes.extend(errors(change));
    notes.extend(releases.place(change).map(|place| safe_line(&place)));
    format!("    {}  {}\n", fact(change), styled(DIM, &notes.join(", ")))
}

/// The lines to add under `retired` if added errors are removed ones with another name.
fn renames(diff: &Diff) -> String {
    let renames = diff.likely_renames();
    if renames.is_empty() {
        return String::new();
    }
    let mut text = "If these errors have another name, add to the catalog:\n\n  retired:\n".to_owned();
    for (old, new) in renames {
        let _ = writeln!(text, "    {}: {{use: {}}}", safe_line(&scalar_of(old)), safe_line(&scalar_of(new)));
    }
    text.push('\n');
    text
}

/// The number of changes of each rule, if there are many changes.
fn counts(changes: &[Shown<'_>]) -> String {
    if changes.len() <= MANY {
        return String::new();
    }
    let mut counts: Vec<(Rating, Rule, usize)> = Vec::new();
    for Shown { rating, change } in changes {
        match counts.iter_mut().find(|(of, rule, _)| of == rating && *rule == change.rule) {
            Some((_, _, count)) => *count += 1,
            None => counts.push((*rating, change.rule, 1)),
        }
    }
    counts.sort_by_key(|(rating, _, count)| (std::cmp::Reverse(*rating), std::cmp::Reverse(*count)));
    let line =
        |(rating, rule, count): &(Rating, Rule, usize)| format!("{count:>5} {}  {rule}\n", padded(rating.name(), 8));
    format!("{}\n", counts.iter().map(line).collect::<String>())
}

/// Whom a change breaks that is compatible for other clients.
fn breaks(change: &Change) -> Option<String> {
    let audiences = [Audience::Sdk, Audience::Rust].into_iter();
    let broken = audiences.filter(|audience| change.rating_for(*audience) == Some(Rating::Breaking));
    let broken: Vec<&str> = broken.map(Audience::words).collect();
    (!broken.is_empty()).then(|| format!("breaks {}", listed(&broken)))
}

/// The change in one line.
fn fact(change: &Change) -> String {
    let path = styled(BOLD, &safe_line(&change.path));
    match change.values(VALUE) {
        [None, None] => path,
        values => {
            let [before, after] = values.map(|value| value.map_or("(none)".to_owned(), |value| safe_line(&value)));
            format!("{path}: {before} -> {after}")
        }
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

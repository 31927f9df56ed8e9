//! The diff as a section of a changelog. Clients read it, so it has only what they may see.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use errbook_catalog::model::template::Template;
use errbook_catalog::model::{Catalog, Deprecated, ErrorDef};
use errbook_codegen::commonmark::code_span_of;
use errbook_history::diff::{Change, Diff, Rating, Rule};
use errbook_history::version::Version;

use super::Shown;
use crate::terminal::{safe_line, shortened};

/// The maximum length of a value; the rest is cut.
const VALUE: usize = 120;
/// The maximum length of a text of the catalog.
const TEXT: usize = 300;

/// The sections of [Keep a Changelog](https://keepachangelog.com), in its order.
const SECTIONS: [&str; 4] = ["Added", "Changed", "Deprecated", "Removed"];

/// The place of a section.
const CHANGED: usize = 1;

/// The changes that clients may see. `catalog` has what they may see of the new release.
pub(super) fn render(diff: &Diff, catalog: &Catalog, changes: &[Shown<'_>]) -> String {
    let release = match (&diff.new_version, diff.next_version()) {
        (Some(new), _) if diff.new_version != diff.old_version => plain(new),
        (_, Some(next)) => next.to_string(),
        (_, None) => "Unreleased".to_owned(),
    };
    section(&release, catalog, changes)
}

/// The changes that clients may see, below a heading.
pub(crate) fn section(release: &str, catalog: &Catalog, changes: &[Shown<'_>]) -> String {
    let mut sections: [Vec<String>; 4] = Default::default();
    let mut reworded: BTreeSet<&str> = BTreeSet::new();
    let errors: HashMap<&str, &ErrorDef> = catalog.errors.iter().map(|error| (error.name.id.as_str(), error)).collect();
    for Shown { rating, change } in changes {
        // Responses change, however small the team calls it.
        let rating = (*rating).max(change.rated.min(Rating::Additive));
        match (rating, section_of(change.rule)) {
            (Rating::Text, Some(_)) => reworded.extend(change.errors.iter().map(String::as_str)),
            (Rating::Additive | Rating::Breaking, Some(at)) => {
                let error = change.errors.first().and_then(|id| errors.get(id.as_str()).copied());
                sections[at].push(entry(release, catalog, change, error, rating));
            }
            (Rating::Internal, _) | (_, None) => {}
        }
    }
    if !reworded.is_empty() {
        let ids: Vec<String> = reworded.into_iter().map(code).collect();
        sections[CHANGED].push(format!("The documentation of {}.", ids.join(", ")));
    }
    let mut text = format!("## {release}\n");
    if sections.iter().all(Vec::is_empty) {
        text.push_str("\nNothing changed for clients.\n");
    }
    for (name, entries) in SECTIONS.into_iter().zip(sections).filter(|(_, entries)| !entries.is_empty()) {
        let _ = write!(text, "\n### {name}\n\n");
        for entry in entries {
            let _ = writeln!(text, "- {entry}");
        }
    }
    text
}

/// The section of a change; `None` for a change that users of the API do not see.
fn section_of(rule: Rule) -> Option<usize> {
    match rule {
        Rule::PolicyRenamed
        | Rule::EnvelopeRenamed
        | Rule::TypeListChanged
        | Rule::TypeRenamed
        | Rule::ApiChanged
        | Rule::SinceChanged
        | Rule::TombstoneAdded
        | Rule::TombstoneRemoved
        | Rule::TombstoneChanged => None,
        Rule::ErrorAdded
        | Rule::DetailAdded
        | Rule::EnumValueAdded
        | Rule::OpenEnumValueAdded
        | Rule::HeaderAdded
        | Rule::BodyMemberAdded
        | Rule::PredicateAdded => Some(0),
        Rule::ErrorDeprecated => Some(2),
        Rule::ErrorRemoved
        | Rule::ErrorRetired
        | Rule::DetailRemoved
        | Rule::EnumValueRemoved
        | Rule::HeaderRemoved
        | Rule::BodyMemberRemoved
        | Rule::PredicateRemoved => Some(3),
        _ => Some(CHANGED),
    }
}

/// `error` is the first of the change.
fn entry(release: &str, catalog: &Catalog, change: &Change, error: Option<&ErrorDef>, rating: Rating) -> String {
    let is_changed = section_of(change.rule) == Some(CHANGED);
    match (change.rule, error) {
        (Rule::ErrorAdded, Some(error)) => return added(error),
        (Rule::ErrorDeprecated, Some(error)) => return deprecated(release, catalog, error),
        _ => {}
    }
    let path = code(&change.path);
    let fact = match change.values(VALUE).map(|value| value.map(|value| code(&value))) {
        [Some(before), Some(after)] if change.rule == Rule::ErrorRetired => {
            format!("{path}: {before}. Use {after} instead.")
        }
        [Some(before), Some(after)] => format!("{path}: {before} is now {after}."),
        [Some(value), None] if is_changed => format!("{path}: {value} removed."),
        [None, Some(value)] if is_changed => format!("{path}: {value} added."),
        [Some(value), None] | [None, Some(value)] => format!("{path}: {value}."),
        [None, None] => format!("{path}: {}", change.rule.summary()),
    };
    // Remedies are for authors of the catalog, not for readers of the changelog.
    match rating {
        Rating::Breaking => format!("**Breaking:** {fact} {}", change.rule.why()),
        Rating::Additive | Rating::Text | Rating::Internal => fact,
    }
}

/// A new error: its code, status, message and fix.
fn added(error: &ErrorDef) -> String {
    let ErrorDef { name, code: wire, statuses, title, message, fix, .. } = error;
    let statuses: Vec<String> = statuses.iter().map(ToString::to_string).collect();
    let statuses = if statuses.is_empty() { String::new() } else { format!(" ({})", statuses.join(", ")) };
    let name = code(&wire.as_ref().map_or(name.id.clone(), ToString::to_string));
    let message = message.as_ref().map_or(title.clone(), Template::to_message_source);
    let texts = [Some(&message), fix.as_ref()].into_iter().flatten();
    let texts: Vec<String> = texts.map(|text| sentence(text)).collect();
    format!("{name}{statuses}: {}", texts.join(" "))
}

/// A deprecated error: its replacement, and since when; by default, since this release.
fn deprecated(release: &str, catalog: &Catalog, error: &ErrorDef) -> String {
    let name = code(&error.name.id);
    let Some(Deprecated { since, replacement, note }) = &error.lifecycle.deprecated else { return name };
    let mut text = name;
    let release = Some(release).filter(|release| Version::parse(release).is_some());
    if let Some(since) = since.as_deref().or(release) {
        let _ = write!(text, ", since {}", plain(since));
    }
    text.push('.');
    if let Some(replacement) = replacement {
        let _ = write!(text, " Use {} instead.", code(&catalog.errors[*replacement].name.id));
    }
    if let Some(note) = note {
        let _ = write!(text, " {}", sentence(note));
    }
    text
}

/// A text of the catalog as a sentence.
fn sentence(text: &str) -> String {
    let text = plain(&shortened(&safe_line(text.trim()), TEXT));
    if text.ends_with(['.', '!', '?', '…', ':']) { text } else { format!("{text}.") }
}

fn code(text: &str) -> String {
    code_span_of(&shortened(&safe_line(text), VALUE))
}

/// Text with its markup escaped.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in safe_line(text).chars() {
        if "\\`*_{}[]<>#|!&~".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn a_code_span_contains_its_text() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `b` ``c``\nd"), "```a `b` ``c`` d```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "`  `");
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(plain("1 -> <b>2</b>\n# [x]"), r"1 -\> \<b\>2\</b\> \# \[x\]");
    }
}

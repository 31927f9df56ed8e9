//! The diff as a section of a changelog. Clients read it, so it has only what they may see.

use std::fmt::Write as _;

use errbook_codegen::commonmark::code_span_of;
use errbook_history::diff::{Change, Diff, Rating, Rule};

use super::{Shown, rated};
use crate::terminal::{safe_line, shortened};

/// The maximum length of a value; the rest is cut.
const VALUE: usize = 120;

/// The public changes. The version counts every change, as `errbook release` does.
pub(super) fn render(diff: &Diff, public: &Diff, changes: &[Shown<'_>]) -> String {
    let release = match (&diff.new_version, diff.next_version()) {
        (Some(new), _) if diff.new_version != diff.old_version => plain(new),
        (_, Some(next)) => next.to_string(),
        (_, None) => "Unreleased".to_owned(),
    };
    section(&release, &plain(&diff.verdict()), public, changes)
}

/// The public changes, below a heading and a sentence.
pub(crate) fn section(release: &str, sentence: &str, diff: &Diff, changes: &[Shown<'_>]) -> String {
    let mut text = format!("## {release}\n\n");
    if changes.iter().all(|shown| shown.rating == Rating::Internal) {
        text.push_str("Nothing changed for clients.\n");
        return text;
    }
    let _ = writeln!(text, "{}", format!("{} {sentence}", diff.counts()).trim_end());
    for rating in [Rating::Breaking, Rating::Additive, Rating::Text] {
        let changes = rated(changes, rating);
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n### {}\n", rating.heading());
        for change in changes {
            let _ = writeln!(text, "- {}", entry(change));
        }
    }
    text
}

fn entry(change: &Change) -> String {
    let path = code(&change.path);
    let fact = match (&change.before, &change.after) {
        (Some(before), Some(after)) if change.rule == Rule::ErrorRetired => {
            format!("{path}: {} removed; use {} instead.", code(before), code(after))
        }
        (Some(before), Some(after)) => format!("{path}: {} is now {}.", code(before), code(after)),
        (Some(before), None) => format!("{path}: {} removed.", code(before)),
        (None, Some(after)) => format!("{path}: {} added.", code(after)),
        (None, None) => format!("{path}."),
    };
    let fact = format!("{fact} {}", change.rule.summary());
    // Remedies are for authors of the catalog, not for readers of the changelog.
    match change.rating {
        Rating::Breaking => format!("{fact} {}", change.rule.why()),
        Rating::Additive | Rating::Text | Rating::Internal => fact,
    }
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

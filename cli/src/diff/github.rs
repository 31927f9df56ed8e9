//! The diff as annotations of a GitHub workflow, which appear on the lines of a pull request.

use std::fmt::Write as _;

use errbook_catalog::words::counted;
use errbook_history::diff::Rating;

use super::{Releases, Shown, below};
use crate::terminal::safe_line;

/// The maximum number of annotations of a level. GitHub shows the first few, and drops the rest
/// without a word.
const CAP: usize = 30;

pub(super) fn render(releases: &Releases, changes: &[Shown<'_>]) -> String {
    let diff = &releases.diff;
    let mut commands = String::new();
    let mut left = 0;
    for level in ["error", "notice"] {
        let of_level: Vec<&Shown<'_>> = changes.iter().filter(|shown| level_of(shown.rating) == level).collect();
        commands.extend(of_level.iter().take(CAP).map(|shown| command(releases, shown)));
        left += of_level.len().saturating_sub(CAP);
    }
    for entry in &diff.stale {
        let place = format!("file={},line={}", property(&entry.origin.file), entry.origin.line);
        let message = data(&safe_line(&entry.to_string()));
        let _ = writeln!(commands, "::warning {place},title=diff.accept::{message}");
    }
    if !diff.changes.is_empty() {
        let mut summary = vec![diff.counts(), safe_line(&diff.verdict()), diff.other_verdicts()];
        if left > 0 {
            summary.push(format!("{} not shown: run `errbook diff`.", counted(left, "change")));
        }
        summary.retain(|sentence| !sentence.is_empty());
        let _ = writeln!(commands, "::notice title=errbook diff::{}", data(&summary.join(" ")));
    }
    commands
}

fn level_of(rating: Rating) -> &'static str {
    match rating {
        Rating::Breaking => "error",
        Rating::Additive | Rating::Text | Rating::Internal => "notice",
    }
}

/// The annotation of a change. A removed part has no line in the new catalog, and appears at the
/// file.
fn command(releases: &Releases, Shown { rating, change }: &Shown<'_>) -> String {
    let level = level_of(*rating);
    let place = match &change.new_origin {
        Some(origin) => {
            format!("file={},line={}", property(&below(&releases.folder, &origin.file)), origin.line)
        }
        None => format!("file={}", property(&releases.new)),
    };
    let message: Vec<String> = change.message().lines().map(safe_line).collect();
    format!("::{level} {place},title={}::{}\n", change.rule, data(&message.join("\n")))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&safe_line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn text_cannot_end_a_command() {
        assert_eq!(data("100 %\r\nnext"), "100 %25%0D%0Anext");
        assert_eq!(property("a,b:c\n.yaml"), "a%2Cb%3Ac .yaml");
    }
}

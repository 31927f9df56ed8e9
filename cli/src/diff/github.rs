//! The diff as annotations of a GitHub workflow, which appear on the lines of a pull request.

use std::fmt::Write as _;

use errbook_history::diff::Rating;

use super::{Releases, Shown};
use crate::terminal::safe_line;

pub(super) fn render(releases: &Releases, changes: &[Shown<'_>]) -> String {
    let diff = &releases.diff;
    let mut commands: String = changes.iter().map(|shown| command(releases, shown)).collect();
    if !diff.changes.is_empty() {
        let summary = format!("{} {} {}", diff.counts(), safe_line(&diff.verdict()), diff.other_verdicts());
        let summary = data(summary.trim_end());
        let _ = writeln!(commands, "::notice title=errbook diff::{summary}");
    }
    commands
}

/// The annotation of a change. A removed part has no line in the new catalog, and appears at the
/// file.
fn command(releases: &Releases, Shown { rating, change }: &Shown<'_>) -> String {
    let level = match rating {
        Rating::Breaking => "error",
        Rating::Additive | Rating::Text | Rating::Internal => "notice",
    };
    let place = match &change.new_origin {
        Some(origin) => {
            let file = releases.folder.join(&origin.file);
            let file = file.strip_prefix(".").unwrap_or(&file).display().to_string();
            format!("file={},line={}", property(&file), origin.line)
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

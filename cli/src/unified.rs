//! A short unified diff of a file.

use errbook_catalog::words::counted;
use std::fmt::Write as _;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::terminal::{CYAN, GREEN, RED, safe_line, styled};

/// The maximum number of characters of a line. `errors.json` is a single line.
const COLUMNS: usize = 200;

/// A line, cut at [`COLUMNS`].
fn short(line: &str) -> String {
    match line.char_indices().nth(COLUMNS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Renders a diff, indented, with at most `limit` lines.
pub(crate) fn render(old: &str, new: &str, limit: usize) -> String {
    let lines = TextDiff::configure().timeout(Duration::from_secs(1)).diff_lines(old, new);
    let mut shown = Vec::new();
    for hunk in lines.unified_diff().context_radius(2).iter_hunks() {
        shown.push(styled(CYAN, &hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let line = short(&safe_line(change.value().trim_end_matches(['\n', '\r'])));
            shown.push(match change.tag() {
                ChangeTag::Delete => styled(RED, &format!("-{line}")),
                ChangeTag::Insert => styled(GREEN, &format!("+{line}")),
                ChangeTag::Equal => format!(" {line}"),
            });
        }
    }
    let rest = shown.len().saturating_sub(limit);
    shown.truncate(limit);
    let mut text = String::new();
    for line in shown {
        let _ = writeln!(text, "    {line}");
    }
    if rest > 0 {
        let _ = writeln!(text, "    … {} more", counted(rest, "line"));
    }
    text
}

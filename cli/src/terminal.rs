//! Terminal output: colors, width, progress, and untrusted text.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::outcome::{Outcome, Stop};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const RED: Style = AnsiColor::Red.on_default();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default();

/// Prints a result. Styles are removed if stdout is not a terminal.
pub(crate) fn print(text: &str) -> Outcome {
    to(anstream::stdout().lock(), text)
}

/// Prints a result byte for byte.
pub(crate) fn print_raw(text: &str) -> Outcome {
    to(io::stdout().lock(), text)
}

/// Ignores a closed pipe, as in `errbook diff | head -1`, so that the exit code stays correct.
fn to(mut stdout: impl io::Write, text: &str) -> Outcome {
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Stop::failed(format_args!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a diagnostic. Ignores errors, as with a closed stderr.
pub(crate) fn eprint(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Prints an error, with a help line.
pub(crate) fn complain(message: &str, help: Option<&str>) {
    let bold_red = RED.bold();
    let mut text = format!("{bold_red}error{bold_red:#}{BOLD}: {}{BOLD:#}\n", safe(message));
    if let Some(help) = help {
        let _ = writeln!(text, "{}{help}", styled(CYAN.bold(), "help: "));
    }
    eprint(&text);
}

/// Prints a warning.
pub(crate) fn warn(message: &str) {
    eprint(&format!("{}: {}\n", styled(YELLOW.bold(), "warning"), safe(message)));
}

/// Whether diagnostics have colors.
pub(crate) fn stderr_has_color() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

/// The width of stdout in columns; `None` if it is not a terminal.
pub(crate) fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(terminal_size::Width(columns), _)| usize::from(columns))
}

/// Text in a style.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Escapes control characters in text from a catalog or a path. Line breaks stay.
pub(crate) fn safe(text: &str) -> String {
    let steers = |character: char| (character.is_control() && character != '\n') || is_direction_mark(character);
    if !text.contains(steers) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => shown.push_str("    "),
            _ if steers(character) => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown
}

/// Characters that change the order of text.
fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Like [`safe`], on one line.
pub(crate) fn safe_line(text: &str) -> String {
    safe(&text.replace("\r\n", " ").replace('\n', " "))
}

/// A word, quoted for a POSIX shell.
pub(crate) fn quoted(word: &Path) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | '=' | '@' | ',');
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The width of a text without styles, in columns.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A text of at most `columns` columns. A longer text is shortened and ends with an ellipsis.
pub(crate) fn shortened(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut taken = 0;
    let fits = |character: &char| {
        taken += character.width().unwrap_or(0);
        taken < columns
    };
    let start: String = text.chars().take_while(fits).collect();
    format!("{}…", start.trim_end())
}

/// A text padded to `columns` columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Wraps a text at `columns` columns. A longer word gets its own line. Line breaks and indentation
/// stay.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.trim_end().lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let mut current = String::new();
        for word in line.split_whitespace() {
            if !current.trim().is_empty() && width(&current) + 1 + width(word) > columns {
                lines.push(std::mem::take(&mut current));
            }
            current.push_str(if current.is_empty() { indent } else { " " });
            current.push_str(word);
        }
        lines.push(current);
    }
    lines
}

/// A progress line on stderr. It appears only on a terminal, and only if the work takes long.
#[derive(Debug)]
pub(crate) struct Progress {
    since: Instant,
    patience: Duration,
    last: Option<Instant>,
    shown: bool,
}

impl Progress {
    const FRAME: Duration = Duration::from_millis(50);
    const MUCH: usize = 500;

    /// Progress of work with a number of steps. Short work shows no progress.
    pub(crate) fn new(things: usize) -> Self {
        let patience = if things >= Self::MUCH { Duration::ZERO } else { Duration::from_millis(300) };
        Progress { since: Instant::now(), patience, last: None, shown: false }
    }

    /// Shows the next step.
    pub(crate) fn step(&mut self, what: impl FnOnce() -> String) {
        let recent = self.last.is_some_and(|last| last.elapsed() < Self::FRAME);
        if recent || self.since.elapsed() < self.patience || !io::stderr().is_terminal() {
            return;
        }
        let columns = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        eprint(&format!("\r\x1b[2K{}", shortened(&safe_line(&what()), columns.saturating_sub(1))));
        self.last = Some(Instant::now());
        self.shown = true;
    }

    /// Clears the line.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            eprint("\r\x1b[2K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{padded, quoted, safe, safe_line, shortened, width, wrapped};

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted(Path::new("catalog/apis/a-b_c.yaml")), "catalog/apis/a-b_c.yaml");
        assert_eq!(quoted(Path::new("my errors.yaml")), "'my errors.yaml'");
        assert_eq!(quoted(Path::new("it's;$(x)")), r"'it'\''s;$(x)'");
        assert_eq!(quoted(Path::new("")), "''");
    }

    #[test]
    fn a_catalog_cannot_control_the_terminal() {
        assert_eq!(safe("red \u{1b}[31m\u{9b}2J\u{7}\r x"), "red \\u{1b}[31m\\u{9b}2J\\u{7}\\u{d} x");
        assert_eq!(safe("abc\u{202e}def"), "abc\\u{202e}def");
        assert_eq!(safe("two\nlines\tof ünïcode 漢字"), "two\nlines    of ünïcode 漢字");
        assert_eq!(safe_line("two\r\nlines\n"), "two lines ");
    }

    #[test]
    fn widths_are_those_of_a_terminal() {
        assert_eq!(width("漢字"), 4);
        assert_eq!(padded("漢", 4), "漢  ");
        assert_eq!(shortened("Not enough credits", 18), "Not enough credits");
        assert_eq!(shortened("Not enough credits", 11), "Not enough…");
        assert_eq!(shortened("Not enough credits", 12), "Not enough…");
        assert_eq!(shortened("漢字漢字", 5), "漢字…");
        assert_eq!(shortened("anything", 0), "…");
    }

    #[test]
    fn text_is_wrapped_between_words_and_keeps_its_lines() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("- a list\n  of items", 6), ["- a", "list", "  of", "  items"]);
        assert_eq!(wrapped("averylongword b\n\nc\n", 5), ["averylongword", "b", "", "c"]);
    }
}

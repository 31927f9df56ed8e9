//! Adds the entry of a release to a changelog that others write.

use std::fmt;

use errbook_catalog::edit::tree::Tree;
use errbook_catalog::source::{LINE_BREAKS, line_break, lines};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::outline::{is_same_around, with_line_feeds};

/// The reason why a changelog does not get an entry. Lines are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangelogError {
    /// The changelog has an entry for the version.
    Exists {
        /// The line of its heading.
        line: usize,
    },
    /// The entry would be in a comment or in code, or would change other parts.
    Unsafe {
        /// The line where the entry would be.
        line: usize,
    },
}

impl ChangelogError {
    /// How to fix it.
    pub fn help(self) -> &'static str {
        match self {
            ChangelogError::Exists { .. } => "remove that entry, or release without --changelog",
            ChangelogError::Unsafe { .. } => "close the comment or the code block before this line",
        }
    }
}

impl fmt::Display for ChangelogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChangelogError::Exists { line } => write!(f, "line {line} is already the entry of this version"),
            ChangelogError::Unsafe { line } => {
                write!(f, "an entry in line {line} would be in a comment or in code, or would change other parts")
            }
        }
    }
}

impl std::error::Error for ChangelogError {}

/// Returns the changelog with the entry of a version, above the newest release and below
/// `Unreleased`, or at the end if there is no release. The entry begins with a heading of level 2.
/// Every other byte stays.
///
/// A release is a heading of level 2, or a heading of level 1 or 3 that begins with a version. A
/// heading in a comment, in code, in a quote or in a list does not count.
///
/// ```
/// use errbook_pages::changelog::{ChangelogError, with_entry};
/// let entry = "## 2.0.0\n\nNews.\n";
/// let changelog = "# Log\n\n1.0.0\n-----\n\nOld.\n";
/// let added = with_entry(changelog, "2.0.0", entry)?;
/// assert_eq!(added, "# Log\n\n## 2.0.0\n\nNews.\n\n1.0.0\n-----\n\nOld.\n");
/// assert_eq!(with_entry(&added, "2.0.0", entry), Err(ChangelogError::Exists { line: 3 }));
/// for version in ["2026-11", "v3.0.0", "4.0.0-rc.1"] {
///     let added = with_entry(changelog, version, &format!("## {version}\n\nNews.\n"))?;
///     assert_eq!(with_entry(&added, version, entry), Err(ChangelogError::Exists { line: 3 }));
/// }
/// # Ok::<(), ChangelogError>(())
/// ```
///
/// # Errors
///
/// If the changelog has an entry for the version, or if `CommonMark` would not read the new entry as
/// an entry and everything else as before.
pub fn with_entry(changelog: &str, version: &str, entry: &str) -> Result<String, ChangelogError> {
    // A heading is read without its `v`.
    let version = version.trim_start_matches('v');
    let line_of = |at: usize| lines(&changelog[..at]).count() + 1;
    let headings = headings(changelog);
    if let Some(heading) = headings.iter().find(|heading| heading.version() == Some(version)) {
        return Err(ChangelogError::Exists { line: line_of(heading.start) });
    }
    let line_break = line_break(changelog);
    let entry = entry.replace('\n', line_break);
    let (at, new) = match headings.iter().find(|heading| heading.is_release()) {
        Some(heading) => (heading.start, format!("{entry}{line_break}")),
        None if changelog.is_empty() => (0, format!("# Changelog{line_break}{line_break}{entry}")),
        None => {
            let breaks = match changelog {
                text if text.ends_with(&line_break.repeat(2)) => 0,
                text if text.ends_with(LINE_BREAKS) => 1,
                _ => 2,
            };
            (changelog.len(), format!("{}{entry}", line_break.repeat(breaks)))
        }
    };
    let text = format!("{}{new}{}", &changelog[..at], &changelog[at..]);
    let added = at..at + new.len();
    let is_entry = |heading: &Heading| {
        heading.level == HeadingLevel::H2 && heading.version() == Some(version) && added.contains(&heading.start)
    };
    let is_proved =
        self::headings(&text).iter().any(is_entry) && is_same_around((changelog, at..at), (&text, added.clone()));
    if is_proved { Ok(text) } else { Err(ChangelogError::Unsafe { line: line_of(at) }) }
}

/// A heading that is in no other block.
struct Heading {
    /// The start of its line.
    start: usize,
    level: HeadingLevel,
    text: String,
}

impl Heading {
    /// The version that it begins with, or that follows its first word: `[1.0.0] - 2026-01-01`,
    /// `v1.0.0` or `Version 1.0.0`.
    fn version(&self) -> Option<&str> {
        let words = self.text.split(|c: char| c.is_whitespace() || "[]()@".contains(c)).filter(|word| !word.is_empty());
        let count = if self.level == HeadingLevel::H2 { 2 } else { 1 };
        words
            .take(count)
            .map(|word| word.trim_start_matches(['v', 'V']).trim_end_matches([':', ',', '.']))
            .find(is_version)
    }

    fn is_release(&self) -> bool {
        match self.level {
            HeadingLevel::H2 => !self.text.to_lowercase().contains("unreleased"),
            // A date can be that of a section.
            HeadingLevel::H1 | HeadingLevel::H3 => self.version().is_some_and(|version| version.contains('.')),
            HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => false,
        }
    }
}

/// `1.0.0`, `2026.11` or `2026-11`.
fn is_version(word: &&str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = word
        .split_once('-')
        .is_some_and(|(year, rest)| year.len() == 4 && is_digits(year) && rest.split('-').all(is_digits));
    word.starts_with(|first: char| first.is_ascii_digit()) && (word.contains('.') || is_date)
}

fn headings(text: &str) -> Vec<Heading> {
    let body = body(text);
    let parsed = with_line_feeds(text);
    let mut headings: Vec<Heading> = Vec::new();
    let (mut depth, mut is_open) = (0_usize, false);
    for (event, place) in Parser::new_ext(&parsed[body..], Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                let start = text[..body + place.start].rfind(LINE_BREAKS).map_or(0, |at| at + 1).max(body);
                headings.push(Heading { start, level, text: String::new() });
                is_open = true;
            }
            Event::End(TagEnd::Heading(_)) => is_open = false,
            Event::Text(text) | Event::Code(text) if is_open => {
                headings.iter_mut().last().expect("it is open").text.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak if is_open => {
                headings.iter_mut().last().expect("it is open").text.push(' ');
            }
            Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_)) => depth -= 1,
            _ => {}
        }
    }
    headings
}

/// The place below a byte order mark and front matter, which `CommonMark` takes for a heading.
fn body(text: &str) -> usize {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut at = start;
    let mut fence = None;
    for line in lines(&text[start..]) {
        at += line.len();
        match (fence, line.trim_end()) {
            (None, "---" | "+++") => fence = Some(line.trim_end()),
            (None, _) => return start,
            (Some("---"), "---") => {
                let is_mapping =
                    Tree::read(&text[start..at - line.len()]).is_some_and(|tree| !tree.root.entries().is_empty());
                return if is_mapping { at } else { start };
            }
            (Some("+++"), "+++") => return at,
            (Some(_), _) => {}
        }
    }
    start
}

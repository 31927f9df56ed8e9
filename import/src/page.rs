//! Reads errors from the sections of a reference page.

use serde_json::Value as Json;

use super::Place;
use super::block::{Block, Cell};
use super::body::{self, is_code};
use super::draft::{Body, Code, Draft, Entry, Group};
use super::table;

/// Reads the blocks in order.
pub(super) fn read(blocks: Vec<Block>) -> Draft {
    let mut page = Page { draft: Draft::default(), headings: Vec::new(), section: None };
    // Tables first: a section says more about an error than its row, but is less reliable.
    for block in &blocks {
        match block {
            Block::Heading { level, text, .. } => page.heading(*level, &text.plain),
            Block::Table { head, rows, line } => {
                let group = page.group();
                table::read(&mut page.draft, head, rows, *line, group.as_deref());
            }
            _ => {}
        }
    }
    page.headings.clear();
    for block in blocks {
        page.block(block);
    }
    page.draft
}

struct Page {
    draft: Draft,
    /// The open headings, from the page's title down.
    headings: Vec<(u8, String)>,
    /// The error of the section.
    section: Option<usize>,
}

impl Page {
    fn heading(&mut self, level: u8, text: &str) {
        if self.draft.name.is_none() {
            // "Error reference" names the page, not the API.
            const OF_PAGES: [&str; 8] =
                ["error", "errors", "reference", "handling", "codes", "responses", "docs", "documentation"];
            let is_of_api = |word: &&str| !OF_PAGES.contains(&word.to_lowercase().as_str());
            self.draft.name = Some(text.split_whitespace().filter(is_of_api).collect::<Vec<_>>().join(" "));
        }
        self.headings.retain(|(other, _)| *other < level);
        self.headings.push((level, text.to_owned()));
    }

    /// The heading of a table's section.
    fn group(&self) -> Option<String> {
        self.headings.last().map(|(_, text)| text.clone()).filter(|text| !text.is_empty())
    }

    fn block(&mut self, block: Block) {
        match block {
            Block::Heading { level, text, line } => {
                self.heading(level, &text.plain);
                self.section = self.section_of(&text.plain, line);
            }
            Block::Table { .. } => {}
            Block::Code { lang, text, line } => self.code(lang, &text, line),
            Block::Paragraph { text, line } => self.prose(&text, "", line),
            Block::Item { text, line } => self.item(&text, line),
            Block::Unread { what, why, line } => {
                self.draft.report.read += 1;
                self.draft.left(&Place::Line(line), what, why);
            }
        }
    }

    /// Reads the error in a heading: `404 not_found`, `` `not_found` `` or `404 - Not found`.
    fn section_of(&mut self, heading: &str, line: usize) -> Option<usize> {
        let (entry, rest) = named(heading)?;
        let known: Vec<usize> = self
            .draft
            .entries
            .iter()
            .enumerate()
            .filter(|(_, known)| match (&entry.code, &known.code) {
                (Some(a), Some(b)) => a == b && (entry.statuses.is_empty() || known.is_same(&entry)),
                (Some(_), None) => false,
                (None, _) => entry.statuses.iter().any(|status| known.statuses.contains(status)),
            })
            .map(|(at, _)| at)
            .collect();
        let wanted = errbook_catalog::model::name::slug(&rest);
        let by_words = || {
            known.iter().copied().find(|at| {
                let known = &self.draft.entries[*at];
                let code = known.code.as_ref().map(Code::text).unwrap_or_default();
                [code, known.title.clone().unwrap_or_default()]
                    .iter()
                    .any(|name| errbook_catalog::model::name::slug(name) == wanted)
            })
        };
        match known.as_slice() {
            [one] => Some(*one),
            [] if entry.statuses.is_empty() && entry.code.as_ref().is_none_or(|code| !is_marked(&code.text())) => None,
            [] => {
                self.draft.report.read += 1;
                self.draft.report.carried += 1;
                let group = self.headings.iter().rev().nth(1).map(|(_, title)| title.clone());
                let entry = Entry { group: group.map(|title| self.group_of(&title)), ..entry };
                Some(self.draft.add(entry, &Place::Line(line)))
            }
            _ => {
                let found = by_words();
                if found.is_none() {
                    let why = "several errors have this status, and the heading does not say which one it means";
                    self.draft.left(&Place::Line(line), format!("the section \"{heading}\""), why);
                }
                found
            }
        }
    }

    fn group_of(&mut self, title: &str) -> usize {
        let known = self.draft.groups.iter().position(|group| group.title == title);
        known.unwrap_or_else(|| {
            self.draft.groups.push(Group { title: title.to_owned(), columns: Vec::new() });
            self.draft.groups.len() - 1
        })
    }

    /// Reads a code block: a body, or client code of the section's error.
    fn code(&mut self, lang: String, text: &str, line: usize) {
        let place = Place::Line(line);
        let is_json = matches!(lang.as_str(), "json" | "jsonc" | "json5");
        let json = match serde_json::from_str::<Json>(text) {
            Ok(json) => json,
            Err(error) => {
                if is_json {
                    self.draft.left(&place, "a code block", format!("invalid JSON: {error}"));
                } else if let Some(at) = self.section.filter(|_| !lang.is_empty() && !text.trim().is_empty()) {
                    self.draft.entries[at].snippets.push((lang, text.trim_end().to_owned()));
                }
                return;
            }
        };
        if !json.is_object() {
            return;
        }
        let Some(described) = body::entry(&json) else {
            self.draft.left(&place, "a JSON body", "no member of it looks like a code or a message");
            return;
        };
        let by_code = || {
            let fits = |known: &Entry| described.code.is_some() && known.is_same(&described);
            self.draft.entries.iter().position(fits)
        };
        let mut entry = self.section.or_else(by_code);
        // A body with a code and a status describes an error by itself.
        let is_first = self.draft.entries.iter().all(|known| known.code.is_none());
        if entry.is_none() && is_first && described.code.is_some() && !described.statuses.is_empty() {
            self.draft.report.read += 1;
            self.draft.report.carried += 1;
            entry = Some(self.draft.add(described, &place));
        } else if let Some(at) = entry
            && self.draft.entries[at].code.is_none()
            && described.code.as_ref().is_some_and(|code| body::is_status(&serde_json::json!(code.text())).is_none())
            && !self.draft.entries.iter().any(|known| known.code == described.code)
        {
            // The heading has only the status of the section's error.
            self.draft.set_code(at, described.code);
        }
        self.draft.bodies.push(Body { json, entry, content_type: None, place });
    }

    /// Reads a list item: `Fix: ...` in a section, or `` `code` (404): ... ``.
    fn item(&mut self, text: &Cell, line: usize) {
        if self.section.is_some() {
            self.prose(text, "- ", line);
            return;
        }
        let Some((name, rest)) = split_label(text) else { return };
        let Some((entry, _)) = named(&name) else { return };
        if entry.code.is_none() || entry.statuses.is_empty() {
            return;
        }
        self.draft.report.read += 1;
        self.draft.report.carried += 1;
        let group = self.headings.last().map(|(_, title)| title.clone());
        let group = group.map(|title| self.group_of(&title));
        let description = (!rest.markdown.is_empty()).then_some(rest.markdown);
        self.draft.add(Entry { description, group, ..entry }, &Place::Line(line));
    }

    /// Reads prose of the section's error: a labelled value, its description, or a note.
    fn prose(&mut self, text: &Cell, bullet: &str, line: usize) {
        let Some(at) = self.section else { return };
        // A badge such as `404 NOT_FOUND` repeats the heading.
        let known = &self.draft.entries[at];
        let code = known.code.as_ref().map(Code::text).unwrap_or_default();
        let rest = known.statuses.iter().fold(text.plain.clone(), |rest, status| rest.replace(&status.to_string(), ""));
        if !rest.replace(&code, "").contains(char::is_alphanumeric) {
            return;
        }
        if let Some((label, value)) = split_label(text) {
            let mut told = Entry::default();
            let is_header = label.contains('-') && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if is_header {
                let value = if value.plain.contains(' ') { "" } else { value.plain.as_str() };
                table::header(&mut self.draft, &mut told, &label, value);
            } else if let Some(role) = table::role(&label)
                && let Err(why) = table::put(&mut told, role, &value)
            {
                self.draft.left(&Place::Line(line), format!("\"{}\"", text.plain), why);
                return;
            }
            if is_header || table::role(&label).is_some() {
                if self.draft.entries[at].code.is_none() {
                    self.draft.set_code(at, told.code.take());
                }
                self.draft.entries[at].take(told);
                return;
            }
        }
        let entry = &mut self.draft.entries[at];
        if entry.description.is_none() && bullet.is_empty() {
            entry.description = Some(text.markdown.clone());
        } else {
            entry.notes.push(format!("{bullet}{}", text.markdown));
        }
    }
}

/// Whether a text can only be a code.
fn is_marked(text: &str) -> bool {
    is_code(text) && text.contains('_')
}

/// The status and code at the beginning of a heading, and the rest.
fn named(text: &str) -> Option<(Entry, String)> {
    let mut entry = Entry::default();
    let mut rest = Vec::new();
    for (at, word) in text.split_whitespace().enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_early = rest.is_empty();
        let status = bare.parse().ok().filter(|status: &u16| (100..=599).contains(status) && bare.len() == 3);
        match status {
            // `not_found (404)`, but not `Wait 500 ms`.
            Some(status) if is_early || word.starts_with('(') => entry.statuses.push(status),
            None if is_early && entry.code.is_none() && is_marked(bare) => {
                entry.code = Some(Code::Text(bare.to_owned()));
            }
            None if is_early && bare.eq_ignore_ascii_case("http") && at == 0 => {}
            _ if bare.is_empty() => {}
            _ => rest.push(bare.to_owned()),
        }
    }
    entry.statuses.dedup();
    let rest = rest.join(" ");
    // A single capitalized word, or a single word with a status, is a code or a title. A title is
    // the safer choice.
    if entry.code.is_none() && !rest.is_empty() && !entry.statuses.is_empty() {
        if !rest.contains(' ') && is_code(&rest) && rest.len() > 3 && !rest.chars().any(|c| c.is_ascii_uppercase()) {
            entry.code = Some(Code::Text(rest.clone()));
        } else {
            entry.title = Some(rest.clone());
        }
    }
    (entry.code.is_some() || !entry.statuses.is_empty()).then_some((entry, rest))
}

/// The label and text of `Fix: try again`, without the marks around the label.
fn split_label(text: &Cell) -> Option<(String, Cell)> {
    let (label, plain) = text.plain.split_once([':', '—', '–']).or_else(|| text.plain.split_once(" - "))?;
    if label.split_whitespace().count() > 4 {
        return None;
    }
    // The same mark ends the label in the markdown. Emphasis may close on either side of it.
    let (_, markdown) = text.markdown.split_once([':', '—', '–']).or_else(|| text.markdown.split_once(" - "))?;
    let markdown = markdown.trim_start().trim_start_matches("**").trim_start_matches("__").trim_start();
    Some((label.trim().to_owned(), Cell::new(plain, markdown)))
}

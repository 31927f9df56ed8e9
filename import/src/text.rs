//! Reads the blocks of a page's text, copied from a browser.
//!
//! Copying loses marks: some programs separate the cells of a row with tabs or bars, and some do
//! not separate them (`404not_foundThe item does not exist.`). Such a row is split if the headings
//! are known and each border is clear; other rows are reported.

use serde_json::Value as Json;

use super::block::{Block, Cell, Row};
use super::body::is_code;
use super::table::{Role, WORDS, role};
use errbook_codegen::commonmark;

/// The line starts of a text.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines(std::iter::once(0).chain(after).collect())
    }

    /// The line of a byte, counted from 1.
    pub(super) fn of(&self, at: usize) -> usize {
        self.0.partition_point(|start| *start <= at)
    }
}

pub(super) fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    // The codes in the page's bodies, which are quoted.
    let quoted: Vec<&str> = text.split('"').skip(1).step_by(2).filter(|text| is_code(text)).collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        let taken = json(text, &lines, at, &mut blocks)
            .or_else(|| parted(&lines, at, &mut blocks))
            .or_else(|| glued(&lines, at, &quoted, &mut blocks));
        if let Some(taken) = taken {
            at += taken;
            continue;
        }
        let is_alone = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
        let item = ["• ", "- ", "* "].iter().find_map(|bullet| line.strip_prefix(bullet));
        at += 1;
        if let Some(item) = item {
            blocks.push(Block::Item { text: cell(item), line: at });
        } else if !line.is_empty() {
            let is_short = line.split_whitespace().count() <= 8 && !line.ends_with(['.', ':', ',', ';', '{', '}', ')']);
            let is_heading = is_short && (is_alone((at - 1).checked_sub(1)) && is_alone(Some(at)));
            let text = cell(line);
            blocks.push(if is_heading {
                Block::Heading { level: 2, text, line: at }
            } else {
                Block::Paragraph { text, line: at }
            });
        }
    }
    blocks
}

fn cell(text: &str) -> Cell {
    Cell::new(text, &commonmark::plain(text))
}

/// Reads a JSON object that begins at a line, and returns its number of lines.
fn json(text: &str, lines: &[&str], at: usize, blocks: &mut Vec<Block>) -> Option<usize> {
    if !lines[at].trim_start().starts_with('{') {
        return None;
    }
    let start = lines[at].as_ptr() as usize - text.as_ptr() as usize;
    let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Json>();
    let value = values.next()?.ok()?;
    let end = values.byte_offset();
    let json = &text[start..start + end];
    blocks.push(Block::Code { lang: "json".into(), text: value.to_string(), line: at + 1 });
    // The rest of the last line is a separate paragraph.
    let last = at + json.lines().count();
    let rest = lines[last - 1].rsplit_once('}').map_or("", |(_, rest)| rest).trim();
    if !rest.is_empty() {
        blocks.push(Block::Paragraph { text: cell(rest), line: last });
    }
    Some(last - at)
}

/// Reads rows whose cells are separated by tabs or bars.
fn parted(lines: &[&str], at: usize, blocks: &mut Vec<Block>) -> Option<usize> {
    let mark = ['\t', '|'].into_iter().find(|mark| cells(lines[at], *mark).len() > 1)?;
    let head = cells(lines[at], mark);
    if head.iter().filter(|cell| role(&cell.plain).is_some()).count() < 2 {
        return None;
    }
    let mut rows = Vec::new();
    let mut taken = 1;
    while let Some(line) = lines.get(at + taken).filter(|line| line.contains(mark)) {
        taken += 1;
        let is_rule = line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '+'));
        if !is_rule {
            rows.push(Row { cells: cells(line, mark), line: at + taken });
        }
    }
    blocks.push(Block::Table { head, rows, line: at + 1 });
    Some(taken)
}

fn cells(line: &str, mark: char) -> Vec<Cell> {
    let line = line.trim_matches(' ');
    let line = if mark == '|' { line.strip_prefix('|').unwrap_or(line) } else { line };
    let line = if mark == '|' { line.strip_suffix('|').unwrap_or(line) } else { line };
    line.split(mark).map(cell).collect()
}

/// Reads a row of headings without separators, and the rows below it.
fn glued(lines: &[&str], at: usize, quoted: &[&str], blocks: &mut Vec<Block>) -> Option<usize> {
    let head = headings(lines[at].trim())?;
    let mut roles: Vec<Role> = head.iter().filter_map(|heading| role(heading)).collect();
    let rows: Vec<(usize, &str)> =
        (at + 1..lines.len()).map(|at| (at + 1, lines[at].trim())).take_while(|(_, line)| !line.is_empty()).collect();
    if rows.is_empty() {
        return None;
    }
    // A column of codes with a status in every row is a column of statuses.
    if roles[0] == Role::Code && !roles.contains(&Role::Status) && rows.iter().all(|(_, row)| status_prefix(row) > 0) {
        roles[0] = Role::Status;
    }
    let mut table = Vec::new();
    let mut unread = Vec::new();
    for (line, row) in &rows {
        match split(row, &roles, quoted) {
            Some(cells) => table.push(Row { cells: cells.into_iter().map(cell).collect(), line: *line }),
            None => unread.push(Block::Unread {
                what: format!("the row \"{}\"", row.chars().take(60).collect::<String>()),
                why: "its cells have no separators, and their borders are unclear".to_owned(),
                line: *line,
            }),
        }
    }
    // A table that does not list errors is not reported.
    let is_of_errors = |role: &Role| matches!(role, Role::Code | Role::Status | Role::Title | Role::Message);
    unread.retain(|_| roles.iter().any(is_of_errors));
    let head = head.into_iter().map(cell).collect();
    blocks.push(Block::Table { head, rows: table, line: at + 1 });
    blocks.extend(unread);
    Some(1 + rows.len())
}

/// The headings of `StatusCodeDescription`, if all of them are known.
fn headings(line: &str) -> Option<Vec<&str>> {
    if line.len() > 120 {
        return None;
    }
    let mut rest = line;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let fits = |words: &&str| rest.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words));
        let ends = |words: &&str| {
            let after = rest[words.len()..].chars().next();
            after.is_none_or(char::is_uppercase)
        };
        let words = WORDS.iter().map(|(words, _)| *words).filter(fits).filter(ends).max_by_key(|words| words.len())?;
        let (heading, after) = rest.split_at(words.len());
        found.push(heading);
        rest = after;
    }
    (found.len() > 1).then_some(found)
}

/// The length of the statuses at the beginning of a row: `502 / 503`.
fn status_prefix(row: &str) -> usize {
    let is_status = |text: &str| {
        text.len() >= 3
            && text.is_char_boundary(3)
            && text[..3].bytes().all(|byte| byte.is_ascii_digit())
            && matches!(text.as_bytes()[0], b'1'..=b'5')
            && !text[3..].starts_with(|c: char| c.is_ascii_digit())
    };
    if !is_status(row) {
        return 0;
    }
    let mut end = 3;
    loop {
        let rest = &row[end..];
        let next = rest.trim_start_matches([' ', '/', ',']);
        if next.len() == rest.len() || !is_status(next) {
            return end;
        }
        end = row.len() - next.len() + 3;
    }
}

/// The cells of a row with known columns; `None` if a border is unclear.
fn split<'t>(row: &'t str, roles: &[Role], quoted: &[&str]) -> Option<Vec<&'t str>> {
    let mut rest = row;
    let mut cells = Vec::new();
    let is_prose = |role: &&Role| !matches!(role, Role::Status | Role::Code);
    let prose = roles.iter().rev().take_while(is_prose).count();
    for (index, role) in roles.iter().enumerate() {
        if prose > 1 && index + prose == roles.len() {
            // With the expected number of borders, the split is unambiguous.
            let borders = borders(rest, |c| is_sentence_end(c) || is_word_end(c));
            if borders.len() + 1 == prose {
                let starts = std::iter::once(0).chain(borders.iter().copied());
                let ends = borders.iter().copied().chain([rest.len()]);
                cells.extend(starts.zip(ends).map(|(start, end)| rest[start..end].trim()));
                return Some(cells);
            }
        }
        let is_last = index + 1 == roles.len();
        let end = match role {
            _ if is_last => rest.len(),
            Role::Status => Some(status_prefix(rest)).filter(|end| *end > 0)?,
            Role::Code => code_end(rest, roles.get(index + 1) == Some(&Role::Status), quoted)?,
            _ => text_end(rest)?,
        };
        let (cell, after) = rest.split_at(end);
        cells.push(cell.trim());
        rest = after;
    }
    Some(cells)
}

/// The end of a code: `not_found404`, `NOT_FOUNDThere is`, `unauthorizedAPI key`, or a dash for no
/// code.
fn code_end(text: &str, before_status: bool, quoted: &[&str]) -> Option<usize> {
    if let Some(dash) = text.chars().next().filter(|c| matches!(c, '-' | '–' | '—')) {
        return Some(dash.len_utf8());
    }
    let first = text.chars().next().filter(char::is_ascii_alphabetic)?;
    let is_upper = first.is_ascii_uppercase();
    let fits = |c: char| {
        c.is_ascii_digit() || c == '_' || if is_upper { c.is_ascii_uppercase() } else { c.is_ascii_lowercase() }
    };
    let mut end = text.find(|c| !fits(c)).unwrap_or(text.len());
    if before_status {
        let digits = text[..end].bytes().rev().take_while(u8::is_ascii_digit).count();
        return (digits == 3).then(|| end - 3);
    }
    // `FORBIDDENAPI key`, `gonethere is`: the run ends within a word, and only the code of a body
    // can show its end.
    if !text[end..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        let known = quoted.iter().filter(|code| text[..end].starts_with(**code)).map(|code| code.len());
        return known.max();
    }
    // The capital at the beginning of the next cell is not part of the code.
    if is_upper && text[end..].starts_with(|c: char| c.is_ascii_lowercase()) {
        end -= 1;
    }
    (end > 1).then_some(end)
}

/// The end of a prose cell: before a capital directly after the end of a sentence, or before the
/// only capital after a lowercase letter.
fn text_end(text: &str) -> Option<usize> {
    let sentences = borders(text, is_sentence_end);
    let words = borders(text, is_word_end);
    sentences.first().copied().or(if let [one] = words[..] { Some(one) } else { None })
}

/// The positions of capitals that directly follow a possible end of a cell.
fn borders(text: &str, ends: impl Fn(char) -> bool) -> Vec<usize> {
    let mut last = ' ';
    let is_border = |(at, character): (usize, char)| {
        let before = std::mem::replace(&mut last, character);
        (character.is_uppercase() && ends(before)).then_some(at)
    };
    text.char_indices().filter_map(is_border).collect()
}

fn is_sentence_end(character: char) -> bool {
    matches!(character, '.' | '!' | '?')
}

fn is_word_end(character: char) -> bool {
    character.is_lowercase() || character.is_ascii_digit() || character == ')'
}

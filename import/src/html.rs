//! Reads the blocks of an HTML page. A tokenizer is enough: tables and lists need only the start
//! tags of their parts, and most end tags are optional in HTML.

use html5gum::{DefaultEmitter, Span, Token, Tokenizer};

use super::block::{Block, Cell, Row};
use super::text::Lines;
use errbook_codegen::commonmark;

/// Elements whose text is not content.
const HIDDEN: [&str; 8] = ["script", "style", "template", "noscript", "head", "nav", "svg", "button"];

pub(super) fn blocks(text: &str) -> Vec<Block> {
    let lines = Lines::new(text);
    let mut reader = Reader::default();
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let class =
                    tag.attributes.get(b"class".as_slice()).map(|class| String::from_utf8_lossy(class).into_owned());
                reader.start(&name, class.as_deref().unwrap_or(""), tag.self_closing, line_of(&lines, tag.span));
            }
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(string) => reader.text(&String::from_utf8_lossy(&string.value)),
            _ => {}
        }
    }
    reader.flush();
    reader.end_table();
    reader.blocks
}

fn line_of(lines: &Lines, span: Span<usize>) -> usize {
    lines.of(span.start)
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    /// The number of open hidden elements.
    hidden: usize,
    inline: Inline,
    line: usize,
    heading: Option<u8>,
    in_item: bool,
    code: Option<(String, String, usize)>,
    table: Option<Table>,
}

#[derive(Default)]
struct Inline {
    plain: String,
    markdown: String,
    code: Option<String>,
}

#[derive(Default)]
struct Table {
    head: Vec<Cell>,
    rows: Vec<Row>,
    line: usize,
    in_cell: bool,
}

impl Reader {
    fn start(&mut self, name: &str, class: &str, closes_itself: bool, line: usize) {
        if HIDDEN.contains(&name) && !closes_itself {
            self.hidden += 1;
        }
        if self.hidden > 0 {
            return;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = name[1..].parse().ok();
                self.line = line;
            }
            "table" => {
                self.flush();
                self.end_table();
                self.table = Some(Table { line, ..Table::default() });
            }
            "tr" => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.rows.push(Row { cells: Vec::new(), line });
                }
            }
            "td" | "th" => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.in_cell = true;
                }
            }
            "pre" => {
                self.flush();
                self.code = Some((language(class), String::new(), line));
            }
            "code" | "kbd" | "samp" if self.code.is_none() => {
                self.inline.end_code();
                self.inline.code = Some(String::new());
            }
            "code" => {
                let lang = language(class);
                if let Some(code) = self.code.as_mut().filter(|code| code.0.is_empty()) {
                    code.0 = lang;
                }
            }
            "li" | "dd" => {
                self.flush();
                self.in_item = true;
                self.line = line;
            }
            "br" => self.text(if self.code.is_some() { "\n" } else { " " }),
            "p" | "div" | "section" | "article" | "ul" | "ol" | "dl" | "dt" | "blockquote" => {
                if self.table.as_ref().is_some_and(|table| table.in_cell) {
                    self.text(" ");
                } else if self.code.is_none() && self.heading.is_none() {
                    // A paragraph in an item belongs to the item.
                    if name != "p" || !self.in_item {
                        self.flush();
                    }
                    self.line = line;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if HIDDEN.contains(&name) {
            self.hidden = self.hidden.saturating_sub(1);
            return;
        }
        if self.hidden > 0 {
            return;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "li" | "dd" | "ul" | "ol" | "dl" | "div" => {
                if self.table.as_ref().is_none_or(|table| !table.in_cell) && self.code.is_none() {
                    self.flush();
                }
                self.in_item &= !matches!(name, "li" | "dd" | "ul" | "ol" | "dl");
            }
            "td" | "th" | "tr" => self.end_cell(),
            "table" => self.end_table(),
            "pre" => {
                if let Some((lang, text, line)) = self.code.take() {
                    self.blocks.push(Block::Code { lang, text, line });
                }
            }
            "code" | "kbd" | "samp" => self.inline.end_code(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        match (&mut self.code, &mut self.inline.code) {
            (Some((_, code, _)), _) | (None, Some(code)) => code.push_str(text),
            (None, None) => self.inline.text(text),
        }
    }

    /// Ends the open heading, item or paragraph.
    fn flush(&mut self) {
        if self.table.as_ref().is_some_and(|table| table.in_cell) {
            return;
        }
        let text = self.inline.take();
        let line = self.line;
        let heading = self.heading.take();
        if text.plain.is_empty() {
            return;
        }
        self.blocks.push(match heading {
            Some(level) => Block::Heading { level, text, line },
            None if self.in_item => Block::Item { text, line },
            None => Block::Paragraph { text, line },
        });
    }

    fn end_cell(&mut self) {
        let Some(table) = &mut self.table else { return };
        if std::mem::take(&mut table.in_cell) {
            let cell = self.inline.take();
            if let Some(row) = table.rows.last_mut() {
                row.cells.push(cell);
            }
        }
    }

    fn end_table(&mut self) {
        self.end_cell();
        let Some(Table { head, mut rows, line, in_cell: _ }) = self.table.take() else { return };
        rows.retain(|row| !row.cells.is_empty());
        if !rows.is_empty() {
            // The first row is the header, with `th` or `td` cells.
            let first = rows.remove(0).cells;
            let head = if head.is_empty() { first } else { head };
            self.blocks.push(Block::Table { head, rows, line });
        }
    }
}

/// The language in the classes of highlighters: `language-json` or `highlight-json`.
fn language(class: &str) -> String {
    let named = class
        .split_whitespace()
        .find_map(|class| ["language-", "lang-", "highlight-"].iter().find_map(|prefix| class.strip_prefix(prefix)));
    named.unwrap_or("").to_lowercase()
}

impl Inline {
    fn text(&mut self, text: &str) {
        self.plain.push_str(text);
        let escaped = commonmark::plain(text);
        let leads = text.starts_with(char::is_whitespace) && !self.markdown.is_empty();
        if leads && !self.markdown.ends_with(' ') {
            self.markdown.push(' ');
        }
        self.markdown.push_str(&escaped);
        if text.ends_with(char::is_whitespace) && !escaped.is_empty() {
            self.markdown.push(' ');
        }
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        self.plain.push_str(&code);
        if !code.trim().is_empty() {
            self.markdown.push_str(&commonmark::code_span(&code));
        }
    }

    fn take(&mut self) -> Cell {
        self.end_code();
        let Inline { plain, markdown, code: _ } = std::mem::take(self);
        Cell::new(&plain, &markdown)
    }
}

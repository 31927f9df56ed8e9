//! Reads the blocks of a markdown page.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Cell, Row};
use super::text::Lines;

pub(super) fn blocks(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let lines = Lines::new(text);
    let mut reader = Reader { text, blocks: Vec::new(), inline: Inline::default(), items: 0, hidden: 0 };
    let mut code: Option<(String, String, usize)> = None;
    let mut table: (Vec<Cell>, Vec<Row>) = Default::default();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let line = lines.of(range.start);
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                reader.flush(line);
                let lang = match kind {
                    CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().unwrap_or("").to_lowercase(),
                    CodeBlockKind::Indented => String::new(),
                };
                code = Some((lang, String::new(), line));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((lang, text, line)) = code.take() {
                    reader.blocks.push(Block::Code { lang, text, line });
                }
            }
            Event::Text(text) if code.is_some() => {
                if let Some((_, code, _)) = &mut code {
                    code.push_str(&text);
                }
            }
            Event::Start(Tag::MetadataBlock(_)) => reader.hidden += 1,
            Event::End(TagEnd::MetadataBlock(_)) => reader.hidden = reader.hidden.saturating_sub(1),
            Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::TableCell) | Event::End(TagEnd::Paragraph) => {
                reader.flush(line);
            }
            Event::End(TagEnd::Heading(level)) => {
                let text = reader.take();
                reader.blocks.push(Block::Heading { level: level as u8, text, line });
            }
            Event::Start(Tag::Item) => {
                reader.flush(line);
                reader.items += 1;
            }
            Event::End(TagEnd::Item) => {
                reader.flush(line);
                reader.items = reader.items.saturating_sub(1);
            }
            Event::Start(Tag::Table(_)) => {
                reader.flush(line);
                table = Default::default();
            }
            Event::Start(Tag::TableRow) => table.1.push(Row { cells: Vec::new(), line }),
            Event::End(TagEnd::TableCell) => {
                let cell = reader.take();
                match table.1.last_mut() {
                    Some(row) => row.cells.push(cell),
                    None => table.0.push(cell),
                }
            }
            Event::End(TagEnd::Table) => {
                let (head, rows) = std::mem::take(&mut table);
                reader.blocks.push(Block::Table { head, rows, line });
            }
            Event::Text(shown) | Event::Code(shown) if reader.hidden == 0 => reader.inline.push(&shown, range),
            // `<br>` breaks the lines of a cell.
            Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_) => reader.inline.push(" ", range),
            // Keeps the marks of emphasis and links in the markdown.
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. }) => reader.inline.push("", range),
            _ => {}
        }
    }
    reader.flush(lines.of(text.len()));
    reader.blocks
}

/// The visible text, and its range in the source.
#[derive(Default)]
struct Inline {
    shown: String,
    start: Option<usize>,
    end: usize,
}

impl Inline {
    fn push(&mut self, shown: &str, range: std::ops::Range<usize>) {
        self.shown.push_str(shown);
        self.start = Some(self.start.map_or(range.start, |start| start.min(range.start)));
        self.end = self.end.max(range.end);
    }
}

struct Reader<'t> {
    text: &'t str,
    blocks: Vec<Block>,
    inline: Inline,
    /// The number of open list items.
    items: usize,
    hidden: usize,
}

impl Reader<'_> {
    fn take(&mut self) -> Cell {
        let Inline { shown, start, end } = std::mem::take(&mut self.inline);
        let markdown = start.and_then(|start| self.text.get(start..end)).unwrap_or_default();
        Cell::new(&shown, &markdown.replace("\\|", "|"))
    }

    fn flush(&mut self, line: usize) {
        let text = self.take();
        if text.plain.is_empty() {
            return;
        }
        self.blocks.push(if self.items > 0 { Block::Item { text, line } } else { Block::Paragraph { text, line } });
    }
}

//! The blocks of a page, which the readers of markdown, HTML and text produce.

/// A part of a page, with its line.
#[derive(Debug)]
pub(super) enum Block {
    Heading {
        level: u8,
        text: Cell,
        line: usize,
    },
    Table {
        head: Vec<Cell>,
        rows: Vec<Row>,
        line: usize,
    },
    Code {
        lang: String,
        text: String,
        line: usize,
    },
    Paragraph {
        text: Cell,
        line: usize,
    },
    Item {
        text: Cell,
        line: usize,
    },
    /// A part that the reader could not parse.
    Unread {
        what: String,
        why: String,
        line: usize,
    },
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    pub(super) line: usize,
}

/// The visible text, and its markdown.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) plain: String,
    pub(super) markdown: String,
}

impl Cell {
    pub(super) fn new(plain: &str, markdown: &str) -> Self {
        Cell { plain: words(plain), markdown: markdown.trim().to_owned() }
    }
}

/// The words of a text, separated by single spaces.
pub(super) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

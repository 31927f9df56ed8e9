//! Prints generated Rust from tokens, without parsing.
//!
//! The layout follows rustfmt for the code that the emitters write. A list is on one line if it
//! fits; otherwise each entry has its own line. Bodies are indented, doc comments and attributes
//! are above their item, and empty lines separate items. The printer knows no other grammar:
//! unknown code may look odd, but keeps its tokens.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::{mem, slice};

use proc_macro2::{Delimiter, Literal, Spacing, TokenStream, TokenTree};

use super::{Doc, Row, Sink};

/// The maximum width of a line. Text that cannot be broken may exceed it.
const WIDTH: usize = 100;

/// A file in progress. It takes items part by part, because it keeps a part's tokens as a tree.
pub(super) struct Printer {
    text: String,
    /// The length of the last line, in characters.
    column: usize,
    /// The indentation level.
    level: usize,
    /// The layout of the last entry at this level.
    last: Option<Layout>,
    /// The level and the layout of each open item.
    open: Vec<(usize, Option<Layout>)>,
    /// The tokens of the items in progress. Empty between items, and as large as the largest.
    source: Source,
}

/// Decides on empty lines in a block: they separate items and runs of other entries.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    Use,
    Value,
    Statement,
    Item,
}

impl Sink for Printer {
    fn items(&mut self, items: TokenStream) {
        self.entry(&Doc::default(), items);
    }

    fn entry(&mut self, doc: &Doc, tokens: TokenStream) {
        let mut source = mem::take(&mut self.source);
        source.add(tokens);
        self.last = self.entries(doc, &entries(&source.tree(), true), self.last);
        source.text.clear();
        source.marks.clear();
        self.source = source;
    }

    fn rows(&mut self, head: TokenStream, rows: &mut dyn ExactSizeIterator<Item = Row>) {
        self.items(head);
        self.put("[");
        // An only row shares the lines of its brackets.
        let has_lines = rows.len() > 1;
        self.level += 1;
        for Row(text, numbers) in rows {
            if has_lines {
                self.line();
            }
            self.text.push_str("Row(\"");
            self.escaped(&text);
            self.text.push('"');
            for number in numbers {
                let _ = write!(self.text, ", {number}");
            }
            self.text.push_str(if has_lines { ")," } else { ")" });
        }
        self.level -= 1;
        if has_lines {
            self.line();
        }
        self.put("],");
    }

    fn open(&mut self, head: TokenStream) {
        self.items(head);
        self.put(" {");
        self.open.push((self.level, self.last.take()));
        self.level += 1;
    }

    fn close(&mut self, tail: Option<char>) {
        let (level, last) = self.open.pop().expect("an open item");
        self.level = level;
        if mem::replace(&mut self.last, last).is_some() {
            self.line();
        }
        self.put("}");
        self.text.extend(tail);
    }
}

impl Printer {
    /// Starts a file with a comment.
    pub(super) fn new(comment: &str) -> Self {
        Printer {
            text: comment.to_owned(),
            column: 0,
            level: 0,
            last: Some(Layout::Item),
            open: Vec::new(),
            source: Source::default(),
        }
    }

    /// Takes memory for as many more bytes: a text that grows is copied.
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
    }

    /// Opens the braces around all items of a file. The items are not indented: that would be a
    /// tenth of the file.
    pub(super) fn open_around(&mut self, head: TokenStream) {
        self.open(head);
        self.level -= 1;
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        // The text grew by doubling.
        self.text.shrink_to_fit();
        self.text
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
    }

    fn space(&mut self, before: Option<&Token<'_>>, token: &Token<'_>) {
        if before.is_some_and(|before| space(before, token)) {
            self.put(" ");
        }
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.column = 0;
        for _ in 0..self.level {
            self.put("    ");
        }
    }

    /// Prints a text as in a string literal.
    fn escaped(&mut self, text: &str) {
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        let mut rest = text;
        while !rest.is_empty() {
            let (plain, others) = rest.split_at(rest.bytes().position(|byte| !is_plain(byte)).unwrap_or(rest.len()));
            self.text.push_str(plain);
            // With the next character: a digit changes how a zero is written.
            let end = others.bytes().position(is_plain).map_or(others.len(), |at| at + 1);
            let (others, after) = others.split_at(end);
            let literal = Literal::string(others).to_string();
            self.text.push_str(&literal[1..literal.len() - 1]);
            rest = after;
        }
    }

    /// Runs `print` and undoes its output if it returns false, or if this is only a try.
    fn print(&mut self, only_try: bool, print: impl FnOnce(&mut Self) -> bool) -> bool {
        let (length, column, level) = (self.text.len(), self.column, self.level);
        let fits = print(self);
        if only_try || !fits {
            self.text.truncate(length);
            (self.column, self.level) = (column, level);
        }
        fits
    }

    /// Prints entries, each on its own lines, the first below its documentation. Returns the layout
    /// that decides about the next empty line.
    fn entries(&mut self, doc: &Doc, entries: &[&[Token<'_>]], mut last: Option<Layout>) -> Option<Layout> {
        let is_list = is_list(entries);
        for (at, entry) in entries.iter().enumerate() {
            let mut doc = doc.lines().take(if at == 0 { usize::MAX } else { 0 }).peekable();
            let layout = match doc.peek() {
                _ if is_list => Layout::Statement,
                Some(_) => Layout::Item,
                None => layout(entry),
            };
            if last.is_some_and(|last| last != layout || layout == Layout::Item) {
                self.text.push('\n');
            }
            self.line();
            for line in doc {
                self.text.push_str("///");
                self.text.extend(line);
                self.line();
            }
            self.attributed(entry);
            last = Some(layout);
        }
        last
    }

    /// Prints an item, a statement, an arm or a field, below its attributes.
    fn attributed(&mut self, mut tokens: &[Token<'_>]) {
        while let [hash, attribute, rest @ ..] = tokens
            && hash.text == "#"
            && attribute.kind == Kind::Group(Delimiter::Bracket)
        {
            match doc(attribute) {
                Some(text) => self.text.extend(["///", &text]),
                None => self.run(&tokens[..2]),
            }
            self.line();
            tokens = rest;
        }
        self.run(tokens);
    }

    /// Prints tokens on one line, or on several if they are too long.
    fn run(&mut self, tokens: &[Token<'_>]) {
        if !self.print(false, |printer| printer.flat(None, tokens, WIDTH)) {
            self.broken(tokens);
        }
    }

    /// Prints tokens on one line. Returns false as soon as they exceed `width`.
    fn flat<'t, 'a>(&mut self, mut before: Option<&'t Token<'a>>, tokens: &'t [Token<'a>], width: usize) -> bool {
        tokens.iter().all(|token| {
            self.space(before, token);
            let fits = self.flat_token(before, token, width);
            before = Some(token);
            fits
        })
    }

    fn flat_token(&mut self, before: Option<&Token<'_>>, token: &Token<'_>, width: usize) -> bool {
        let Kind::Group(delimiter) = token.kind else {
            self.put(token.text);
            return self.column <= width;
        };
        let (open, close) = brackets(delimiter);
        let is_padded = delimiter == Delimiter::Brace && !token.inside.is_empty() && !is(before, "::");
        let padding = if is_padded { " " } else { "" };
        self.put(open);
        self.put(padding);
        let fits = !token.is_tall && self.flat(None, on_one_line(token, before), width);
        self.put(padding);
        self.put(close);
        fits && self.column <= width
    }

    /// Prints tokens over several lines.
    fn broken(&mut self, tokens: &[Token<'_>]) {
        let arrow = tokens.iter().position(|token| token.text == "=>");
        let pattern = arrow.map_or(tokens.len(), |at| at + 1);
        let is_wide = !self.print(true, |printer| printer.flat(None, &tokens[..pattern], WIDTH));
        let mut before = None;
        for (at, token) in tokens.iter().enumerate() {
            let stays = self.stays(before, &tokens[at..]);
            if token.kind == Kind::Infix && token.text == "|" && at < pattern && is_wide {
                self.line();
            } else {
                self.space(before, token);
            }
            if stays {
                self.flat_token(before, token, usize::MAX);
            } else {
                self.group(before, token);
            }
            before = Some(token);
            let rest = &tokens[at + 1..];
            if arrow == Some(at) && !ends_in_braces(rest) {
                let fits_here = self.print(true, |printer| printer.flat(before, rest, WIDTH));
                if !fits_here && self.print(false, |printer| printer.below(rest)) {
                    self.level -= 1;
                    return;
                }
            }
        }
    }

    /// Prints tokens on the next line, indented.
    fn below(&mut self, tokens: &[Token<'_>]) -> bool {
        self.level += 1;
        self.line();
        self.flat(None, tokens, WIDTH)
    }

    /// Whether the first of these tokens stays on the current line when the rest of the entry does
    /// not.
    fn stays(&mut self, before: Option<&Token<'_>>, tokens: &[Token<'_>]) -> bool {
        let [token, rest @ ..] = tokens else { return true };
        if token.inside.is_empty() || token.is_body || token.is_tall {
            return !(token.is_body || token.is_tall);
        }
        // A body, and the value of an arm, can have their own lines.
        let end = rest.iter().position(|token| token.is_body || token.is_tall || token.text == "=>");
        let (rest, width) = end.map_or((rest, WIDTH), |end| (&rest[..end], WIDTH - " =>".len()));
        if self.print(true, |printer| printer.flat(before, &tokens[..=rest.len()], width)) {
            return true;
        }
        // The last group is broken, or the arguments of a signature.
        let is_last = rest.iter().all(|token| token.inside.is_empty());
        let is_signature = rest.iter().any(|token| token.text == "->");
        !is_last && !is_signature && self.print(true, |printer| printer.flat(before, &tokens[..1], WIDTH))
    }

    /// Prints a group over several lines.
    fn group(&mut self, before: Option<&Token<'_>>, token: &Token<'_>) {
        let Kind::Group(delimiter) = token.kind else { return };
        let (open, close) = brackets(delimiter);
        let entries = entries(&token.inside, delimiter == Delimiter::Brace);
        self.put(open);
        match entries.as_slice() {
            [only] if delimiter != Delimiter::Brace && self.hugs(only) => self.broken(only),
            // A row of a table. Its text would exceed a line of its own too.
            [first, others @ ..]
                if is_text(first) && !others.is_empty() && others.iter().all(|entry| is_number(entry)) =>
            {
                self.flat(None, on_one_line(token, before), usize::MAX);
            }
            _ => {
                self.level += 1;
                if is(before, "::") || entries.iter().all(|entry| is_number(entry)) {
                    self.filled(&entries);
                } else {
                    self.entries(&Doc::default(), &entries, None);
                    if is_list(&entries) && entries.last().is_some_and(|entry| wants_comma(entry)) {
                        self.put(",");
                    }
                }
                self.level -= 1;
                self.line();
            }
        }
        self.put(close);
    }

    /// Whether the only entry in brackets shares their lines. It does if it ends in brackets of its
    /// own, or if its own line would be too short too.
    fn hugs(&mut self, tokens: &[Token<'_>]) -> bool {
        tokens.last().is_some_and(|token| !token.inside.is_empty())
            || !self.print(true, |printer| printer.below(tokens))
    }

    /// Prints short entries, as many on a line as fit.
    fn filled(&mut self, entries: &[&[Token<'_>]]) {
        self.line();
        for (at, entry) in entries.iter().enumerate() {
            let fits = self.print(false, |printer| {
                printer.put(if at > 0 { " " } else { "" });
                printer.flat(None, entry, WIDTH)
            });
            if !fits {
                self.line();
                self.flat(None, entry, usize::MAX);
            }
            if at + 1 == entries.len() && wants_comma(entry) {
                self.put(",");
            }
        }
    }
}

/// A token or a group of tokens.
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    inside: Vec<Token<'a>>,
    /// Whether these are the braces of an item, a match or a condition.
    is_body: bool,
    /// Whether the group is never on one line.
    is_tall: bool,
}

/// The spacing of a token.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Word,
    /// A keyword or a lifetime. Unlike after a name, brackets after it are separated by a space.
    Keyword,
    /// `.`: no space on either side.
    Tight,
    /// `&`: no space after it.
    Prefix,
    /// `?`: no space before it.
    Postfix,
    /// `,`: no space before it, one space after it.
    Separator,
    /// `=`: one space on either side.
    Infix,
    /// The `!` of a macro.
    Bang,
    Group(Delimiter),
}

/// Whether there is a space between two tokens.
fn space(before: &Token<'_>, token: &Token<'_>) -> bool {
    let is_brace = token.kind == Kind::Group(Delimiter::Brace);
    match (before.kind, token.kind) {
        (_, Kind::Tight | Kind::Postfix | Kind::Separator | Kind::Bang) | (Kind::Tight | Kind::Prefix, _) => false,
        (Kind::Bang, _) | (Kind::Word | Kind::Postfix | Kind::Group(_), Kind::Group(_)) => is_brace,
        (Kind::Keyword, Kind::Group(_)) => before.text != "pub",
        _ => true,
    }
}

/// The text of some tokens in one string, which costs less than a string for each.
#[derive(Default)]
struct Source {
    text: String,
    marks: Vec<Mark>,
}

/// A token in a source, or a bracket.
struct Mark {
    kind: MarkKind,
    /// The length of its text, in bytes. Of an opening bracket: the number of tokens in the group.
    length: u32,
}

#[derive(Clone, Copy)]
enum MarkKind {
    Word,
    Literal,
    Punct(Spacing),
    Open(Delimiter),
    Close,
}

impl Source {
    /// Returns the number of tokens outside the groups.
    fn add(&mut self, tokens: TokenStream) -> u32 {
        let mut count = 0;
        for tree in tokens {
            count += 1;
            let start = self.text.len();
            let kind = match tree {
                TokenTree::Group(group) => {
                    let (delimiter, inside) = (group.delimiter(), group.stream());
                    // Tokens with two owners would be copied.
                    drop(group);
                    let open = self.marks.len();
                    self.mark(MarkKind::Close, start);
                    let count = self.add(inside);
                    self.marks[open] = Mark { kind: MarkKind::Open(delimiter), length: count };
                    self.mark(MarkKind::Close, self.text.len());
                    continue;
                }
                TokenTree::Ident(ident) => {
                    let _ = write!(self.text, "{ident}");
                    MarkKind::Word
                }
                TokenTree::Literal(literal) => {
                    let _ = write!(self.text, "{literal}");
                    MarkKind::Literal
                }
                TokenTree::Punct(punct) => {
                    self.text.push(punct.as_char());
                    MarkKind::Punct(punct.spacing())
                }
            };
            self.mark(kind, start);
        }
        count
    }

    fn mark(&mut self, kind: MarkKind, start: usize) {
        let length = u32::try_from(self.text.len() - start).expect("a token is below 4 GiB");
        self.marks.push(Mark { kind, length });
    }

    /// The tokens as a tree, with their spacing.
    fn tree(&self) -> Vec<Token<'_>> {
        read(&mut &*self.text, &mut self.marks.iter().peekable(), 0)
    }
}

/// Reads up to the end of the group. `text` is that of the marks.
fn read<'a>(text: &mut &'a str, marks: &mut Peekable<slice::Iter<'_, Mark>>, count: u32) -> Vec<Token<'a>> {
    let tokens = Vec::with_capacity(count as usize);
    let mut reader = Reader { tokens, ends: Vec::new(), is_closure: false, keyword: "" };
    while let Some(mark) = marks.next() {
        let mut length = if let MarkKind::Open(_) = mark.kind { 0 } else { mark.length as usize };
        if let MarkKind::Punct(Spacing::Joint) = mark.kind {
            let end = |next: &Mark| length + next.length as usize;
            let joined = marks.next_if(|next| match next.kind {
                MarkKind::Word => text.starts_with('\''),
                MarkKind::Punct(_) => is_operator(&text[..end(next)]),
                MarkKind::Literal | MarkKind::Open(_) | MarkKind::Close => false,
            });
            length = joined.map_or(length, end);
        }
        let (token, rest) = text.split_at(length);
        *text = rest;
        match mark.kind {
            MarkKind::Word => reader.word(token),
            MarkKind::Literal => reader.push(Kind::Word, token),
            MarkKind::Punct(_) => reader.punct(token),
            MarkKind::Open(delimiter) => reader.group(delimiter, read(text, marks, mark.length)),
            MarkKind::Close => break,
        }
    }
    reader.tokens
}

/// Whether two marks are one operator.
fn is_operator(text: &str) -> bool {
    matches!(text, "::" | "->" | "=>" | ".." | "||" | "&&" | "==" | "!=")
}

/// The tokens of a group so far, and its open brackets.
struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    /// The kinds of the closing `>` of open lists.
    ends: Vec<Kind>,
    /// Whether the parameters of a closure are open.
    is_closure: bool,
    /// The keyword that still expects a body.
    keyword: &'a str,
}

impl<'a> Reader<'a> {
    fn push(&mut self, kind: Kind, text: &'a str) {
        self.tokens.push(Token { kind, text, inside: Vec::new(), is_body: false, is_tall: false });
    }

    fn group(&mut self, delimiter: Delimiter, inside: Vec<Token<'a>>) {
        let is_brace = delimiter == Delimiter::Brace && !inside.is_empty();
        let is_block = is_brace && inside.iter().any(|token| matches!(token.text, ";" | "=>"));
        let is_item = is_brace && matches!(self.keyword, "enum" | "impl" | "mod" | "struct" | "trait");
        let is_body = is_brace && !self.keyword.is_empty();
        let is_tall = is_block || is_item || inside.iter().any(|token| token.is_tall || token.text == "#");
        if delimiter == Delimiter::Brace {
            self.keyword = "";
        }
        self.tokens.push(Token { kind: Kind::Group(delimiter), text: "", inside, is_body, is_tall });
    }

    fn word(&mut self, text: &'a str) {
        let kind = match text {
            "else" | "enum" | "fn" | "if" | "impl" | "match" | "mod" | "struct" | "trait" => {
                if self.keyword.is_empty() {
                    self.keyword = text;
                }
                Kind::Keyword
            }
            "as" | "const" | "dyn" | "for" | "in" | "let" | "mut" | "pub" | "return" | "static" | "type" | "use"
            | "where" => Kind::Keyword,
            _ => Kind::Word,
        };
        self.push(kind, text);
    }

    fn punct(&mut self, text: &'a str) {
        let before = self.tokens.last();
        let is_after_value =
            before.is_some_and(|before| matches!(before.kind, Kind::Word | Kind::Postfix | Kind::Group(_)));
        let kind = match text {
            "::" | "." if is_after_value => Kind::Tight,
            "," | ":" => Kind::Separator,
            ";" => {
                self.keyword = "";
                Kind::Separator
            }
            "?" => Kind::Postfix,
            "<" => {
                let is_after_keyword = is(before, "impl") || is(before, "for");
                self.ends.push(if is_after_keyword { Kind::Separator } else { Kind::Postfix });
                if is_after_value || is_after_keyword || is(before, "::") { Kind::Tight } else { Kind::Prefix }
            }
            ">" => self.ends.pop().unwrap_or(Kind::Infix),
            "!" if is_after_value => Kind::Bang,
            "|" if self.is_closure || !is_after_value => {
                self.is_closure = !self.is_closure;
                if self.is_closure { Kind::Prefix } else { Kind::Separator }
            }
            lifetime if lifetime.len() > 1 && lifetime.starts_with('\'') => Kind::Keyword,
            "::" | ".." | "&" | "*" | "-" | "!" | "#" => Kind::Prefix,
            _ => Kind::Infix,
        };
        self.push(kind, text);
    }
}

/// Splits a group into entries, each with its final comma or semicolon. In a block, braces end an
/// entry too.
fn entries<'t, 'a>(tokens: &'t [Token<'a>], is_block: bool) -> Vec<&'t [Token<'a>]> {
    let mut entries = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1).map_or("", |next| next.text);
        let is_end = match token.text {
            "<" => {
                depth += 1;
                false
            }
            ">" => {
                depth = depth.saturating_sub(1);
                false
            }
            "," => depth == 0,
            ";" => is_block,
            // An inner attribute of the block.
            _ if at > start && at - start == 2 && tokens[start + 1].text == "!" && tokens[start].text == "#" => true,
            _ => {
                let is_brace = token.kind == Kind::Group(Delimiter::Brace);
                is_block && is_brace && !matches!(next, "," | ";" | "." | "?" | "=" | "=>" | "|" | "||" | "else")
            }
        };
        if is_end {
            entries.push(&tokens[start..=at]);
            (start, depth) = (at + 1, 0);
        }
    }
    if start < tokens.len() {
        entries.push(&tokens[start..]);
    }
    entries
}

/// Whether the entries are fields, arms or values, and not items or statements.
fn is_list(entries: &[&[Token<'_>]]) -> bool {
    entries.iter().any(|entry| is(entry.last(), ",") || is(entry.get(1), ":"))
}

fn layout(entry: &[Token<'_>]) -> Layout {
    let mut words = entry.iter().filter(|token| token.inside.is_empty() && token.text != "pub");
    match words.next().map_or("", |word| word.text) {
        "use" => Layout::Use,
        "const" if is(words.next(), "fn") => Layout::Item,
        "const" | "static" | "type" => Layout::Value,
        "#" | "enum" | "fn" | "impl" | "mod" | "struct" | "trait" => Layout::Item,
        _ => Layout::Statement,
    }
}

/// Whether the last entry of a broken list needs a comma that its tokens lack.
fn wants_comma(entry: &[Token<'_>]) -> bool {
    let is_block = ends_in_braces(entry) && entry.iter().rev().nth(1).is_some_and(|token| token.text == "=>");
    !(is(entry.last(), ",") || is(entry.first(), "..") || is_block)
}

/// The tokens of a group without the final comma, which only broken lists have.
fn on_one_line<'t, 'a>(group: &'t Token<'a>, before: Option<&Token<'_>>) -> &'t [Token<'a>] {
    // The comma of a tuple with one element is significant.
    let is_tuple = group.kind == Kind::Group(Delimiter::Parenthesis)
        && before.is_none_or(|before| space(before, group) || matches!(before.kind, Kind::Tight | Kind::Prefix));
    match group.inside.split_last() {
        Some((last, rest)) if last.text == "," && !(is_tuple && rest.iter().all(|token| token.text != ",")) => rest,
        _ => &group.inside,
    }
}

fn ends_in_braces(tokens: &[Token<'_>]) -> bool {
    let last = tokens.iter().rfind(|token| !token.inside.is_empty());
    last.is_some_and(|last| last.kind == Kind::Group(Delimiter::Brace))
}

fn is_text(entry: &[Token<'_>]) -> bool {
    entry.first().is_some_and(|token| token.text.starts_with('"')) && entry.len() < 3
}

fn is_number(entry: &[Token<'_>]) -> bool {
    entry.first().is_some_and(|token| token.text.starts_with(|first: char| first.is_ascii_digit())) && entry.len() < 3
}

fn is(token: Option<&Token<'_>>, text: &str) -> bool {
    token.is_some_and(|token| token.text == text)
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    }
}

/// The text of a doc comment, if the attribute can be written as a comment.
fn doc(attribute: &Token<'_>) -> Option<String> {
    match attribute.inside.as_slice() {
        [name, _, literal] if name.text == "doc" => {
            let text = unescaped(literal.text)?;
            (!text.contains(['\n', '\r']) && !text.starts_with('/')).then_some(text)
        }
        _ => None,
    }
}

/// The value of a string literal.
fn unescaped(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix("r\"") {
        return raw.strip_suffix('"').map(str::to_owned);
    }
    let mut characters = literal.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut text = String::new();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next()? {
                same @ ('\\' | '"' | '\'') => same,
                't' => '\t',
                'u' => {
                    let digits: String = characters.by_ref().skip(1).take_while(|&digit| digit != '}').collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                }
                _ => return None,
            },
            character => character,
        });
    }
    Some(text)
}

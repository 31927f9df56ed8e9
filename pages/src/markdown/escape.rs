//! Every string of a catalog reaches a page through one of these functions: plain text is escaped, markdown is fitted to
//! the place where it stands.

use std::fmt::Write as _;

use serde::Serialize;

/// Markdown of one line: for a heading, a list item, a sentence or a table cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Inline(String);

/// Markdown of whole paragraphs. Its fences are closed, and no line of it ends in a space.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Block(String);

impl Inline {
    /// Our own words, which are markdown already.
    pub(super) fn words(markdown: impl Into<String>) -> Self {
        Inline(markdown.into())
    }

    /// The markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the label of a link.
    pub(super) fn link(self, target: &str) -> Self {
        Inline(format!("[{self}]({target})"))
    }

    /// As a table cell, where a pipe ends the cell even inside a code span.
    pub(super) fn cell(self) -> Self {
        let mut cell = String::with_capacity(self.0.len());
        let mut backslashes = 0;
        for character in self.0.chars() {
            if character == '|' && backslashes % 2 == 0 {
                cell.push('\\');
            }
            backslashes = if character == '\\' { backslashes + 1 } else { 0 };
            cell.push(character);
        }
        Inline(cell)
    }
}

impl std::fmt::Display for Inline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Block {
    /// Markdown that is written already.
    pub(super) fn written(markdown: String) -> Self {
        Block(markdown)
    }

    /// The markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Plain text, on one line: no character of it is markup.
pub(super) fn text(plain: &str) -> Inline {
    Inline(escaped(&one_line(plain), true, true, |_, _, _| None))
}

/// A line, or the rest of one, with an escape at each character that `CommonMark` takes for markup: a backslash, or an entity for readers that know
/// too few of those. `own` says first what else becomes of a character, between its neighbours.
pub(super) fn escaped(
    line: &str,
    opens: bool,
    by_backslash: bool,
    own: impl Fn(Option<char>, char, Option<char>) -> Option<String>,
) -> String {
    let last = line.len();
    let mut escaped = String::with_capacity(line.len());
    let mut previous = None;
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    for (at, character) in line.char_indices() {
        let next = line[at + character.len_utf8()..].chars().next();
        let ends_mark = next.is_none_or(|next| next == ' ' || next == character);
        let is_first = opens && at == 0;
        let is_markup = match character {
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => true,
            // Inside a word, an underscore is no emphasis.
            '_' => !(is_word(previous) && is_word(next)),
            '#' => is_first || at + 1 == last,
            '+' | '-' | '=' => is_first && ends_mark,
            '.' | ')' => opens && at == digits && at > 0 && ends_mark,
            _ => false,
        };
        if let Some(own) = own(previous.or((!opens).then_some(' ')), character, next) {
            escaped.push_str(&own);
            previous = Some(character);
            continue;
        }
        match character {
            '<' => escaped.push_str("&lt;"),
            // Elsewhere it closes nothing, for nothing is open.
            '>' if is_first => escaped.push_str("&gt;"),
            '&' if next.is_some_and(|next| next == '#' || next.is_ascii_alphanumeric()) => escaped.push_str("&amp;"),
            _ if is_markup && by_backslash => escaped.extend(['\\', character]),
            _ if is_markup => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            _ => escaped.push(character),
        }
        previous = Some(character);
    }
    escaped
}

/// Plain text as it stands on the wire: a code span that no backtick in it can end.
pub(super) fn code(plain: &str) -> Inline {
    let line = plain.chars().map(visible).collect::<String>();
    if line.trim().is_empty() {
        return Inline(if plain.is_empty() { "(empty)".into() } else { "(blank)".into() });
    }
    // A table cell has no way to write this inside a code span.
    if line.contains("\\|") {
        return text(&line);
    }
    let ticks = "`".repeat(if line.contains('`') { longest_run(&line, '`') + 1 } else { 1 });
    let padded = line.starts_with('`') || line.ends_with('`') || (line.starts_with(' ') && line.ends_with(' '));
    let pad = if padded { " " } else { "" };
    Inline(format!("{ticks}{pad}{line}{pad}{ticks}"))
}

/// The catalog's markdown on one line: paragraphs follow one another, a fence becomes a code span.
pub(super) fn flat(markdown: &str) -> Inline {
    let mut parts: Vec<String> = Vec::new();
    let mut fenced: Vec<&str> = Vec::new();
    let text = line_feeds(markdown);
    for (line, place) in lines(&text) {
        let line = line.trim();
        match place {
            Place::Opens => fenced.clear(),
            Place::Inside => fenced.push(line),
            Place::Closes => parts.push(code(&fenced.join(" ")).0),
            Place::Outside if line.is_empty() || is_rule(line) => {}
            Place::Outside => parts.push(unmarked(line)),
        }
    }
    if open_fence(&text).is_some() {
        parts.push(code(&fenced.join(" ")).0);
    }
    Inline(parts.join(" ").chars().map(visible).collect())
}

/// The catalog's markdown as paragraphs of their own. Its headings sink to `level` or below, so that they stand under
/// the page's; a fence or a comment left open ends here.
pub(super) fn block(markdown: &str, level: usize) -> Block {
    let text = line_feeds(markdown);
    let top =
        lines(&text).filter(|(_, place)| *place == Place::Outside).filter_map(|(line, _)| heading_level(line)).min();
    let sink = top.map_or(0, |top| level.saturating_sub(top));
    let mut lowered = String::with_capacity(text.len());
    for (line, place) in lines(&text) {
        match heading_level(line).filter(|_| place == Place::Outside) {
            Some(old) => {
                lowered.push_str(&"#".repeat((old + sink).min(6)));
                lowered.push_str(&line.trim_start()[old..]);
            }
            None => lowered.push_str(line),
        }
        lowered.push('\n');
    }
    if let Some(fence) = open_fence(&text) {
        lowered.push_str(&fence);
    } else if comment_left_open(&text) {
        lowered.push_str("-->");
    }
    Block(tidy(&lowered).trim_end().to_owned())
}

/// Code in a fence that nothing in it can end.
pub(super) fn fence(language: &str, text: &str) -> Block {
    let language: String =
        language.chars().filter(|letter| letter.is_alphanumeric() || "+-#_.".contains(*letter)).collect();
    let text: String = line_feeds(text)
        .chars()
        .map(|letter| if matches!(letter, '\n' | '\t') { letter } else { visible(letter) })
        .collect();
    let ticks = "`".repeat(longest_run(&text, '`').max(2) + 1);
    Block(format!("{ticks}{language}\n{}\n{ticks}", text.trim_end_matches('\n')))
}

/// A comment that nothing in it can end.
pub(super) fn comment(plain: &str) -> Inline {
    let text = one_line(plain).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // mdBook includes files also in comments.
    let text = text.replace('{', "&#123;");
    // Twice: the first time leaves no more than two in a row.
    let text = text.replace("--", "- -").replace("--", "- -");
    Inline(format!("<!-- {text} -->"))
}

/// An address or a URL as a link, anything else as text.
pub(crate) fn contact(plain: &str) -> Inline {
    let is_plain = plain.chars().all(|letter| letter.is_ascii_graphic() && !"<>\\\"`|".contains(letter));
    if is_plain && (plain.starts_with("https://") || plain.starts_with("http://")) {
        return Inline(format!("<{plain}>"));
    }
    if is_plain && plain.contains('@') && !plain.contains([':', '/', '?', '(', ')', '[', ']']) {
        return text(plain).link(&format!("mailto:{plain}"));
    }
    text(plain)
}

/// A URL as the target of a link, which a space or a bracket in it would end.
pub(super) fn address(url: &str) -> String {
    let mut target = String::new();
    for character in url.chars() {
        if character.is_whitespace() || character.is_control() || "()<>\\".contains(character) {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(target, "%{byte:02X}");
            }
        } else {
            target.push(character);
        }
    }
    target
}

/// A page without trailing spaces and doubled blank lines, ending in one line feed. What stands in a fence stays.
pub(super) fn tidy(page: &str) -> String {
    let page = line_feeds(page);
    let lines: Vec<(&str, Place)> = lines(&page).collect();
    let mut tidied = String::with_capacity(page.len());
    let mut blank = false;
    for (index, &(line, place)) in lines.iter().enumerate() {
        if place == Place::Inside {
            tidied.push_str(line);
            tidied.push('\n');
            continue;
        }
        let text = line.trim_end();
        if text.is_empty() {
            blank = !tidied.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            tidied.push('\n');
        }
        tidied.push_str(text);
        let followed = lines.get(index + 1).is_some_and(|(next, _)| !next.trim().is_empty());
        if line.ends_with("  ") && followed && place == Place::Outside && heading_level(line).is_none() {
            // A hard line break whose mark is seen.
            tidied.push('\\');
        }
        tidied.push('\n');
    }
    tidied.truncate(tidied.trim_end().len());
    tidied.push('\n');
    tidied
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Opens,
    Inside,
    Closes,
}

/// A fence that no line has closed yet.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    /// `CommonMark` section 4.5: up to three spaces, then three marks or more; no backtick after backticks.
    fn opened_by(line: &str) -> Option<Self> {
        let (mark, length, rest) = Self::marks(line)?;
        (length >= 3 && !(mark == '`' && rest.contains('`'))).then_some(Fence { mark, length })
    }

    fn is_closed_by(self, line: &str) -> bool {
        Self::marks(line)
            .is_some_and(|(mark, length, rest)| mark == self.mark && length >= self.length && rest.trim().is_empty())
    }

    fn marks(line: &str) -> Option<(char, usize, &str)> {
        let text = line.trim_start_matches(' ');
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let rest = text.trim_start_matches(mark);
        (line.len() - text.len() <= 3).then_some((mark, text.len() - rest.len(), rest))
    }

    /// Moves past `line` and says where it stood.
    fn step(open: &mut Option<Fence>, line: &str) -> Place {
        match *open {
            Some(fence) if fence.is_closed_by(line) => {
                *open = None;
                Place::Closes
            }
            Some(_) => Place::Inside,
            None => {
                *open = Fence::opened_by(line);
                if open.is_some() { Place::Opens } else { Place::Outside }
            }
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = (&str, Place)> {
    let mut open = None;
    text.lines().map(move |line| (line, Fence::step(&mut open, line)))
}

/// What closes the fence that `text` leaves open.
fn open_fence(text: &str) -> Option<String> {
    let mut open = None;
    for line in text.lines() {
        Fence::step(&mut open, line);
    }
    open.map(|Fence { mark, length }| mark.to_string().repeat(length))
}

/// Whether a comment that opens a line, which makes it one of the whole document, has no end.
fn comment_left_open(text: &str) -> bool {
    lines(text)
        .filter(|(_, place)| *place == Place::Outside)
        .fold(false, |open, (line, _)| (open || line.trim_start().starts_with("<!--")) && !line.contains("-->"))
}

fn line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn one_line(plain: &str) -> String {
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(visible).collect()
}

/// Controls would vanish or, as those that turn the writing direction, make a reader see other text than a machine does.
pub(crate) fn visible(letter: char) -> char {
    match letter {
        '\n' | '\r' | '\t' => ' ',
        hidden if is_hidden(hidden) => char::REPLACEMENT_CHARACTER,
        seen => seen,
    }
}

/// A control character, or one that turns the writing direction.
pub(super) fn is_hidden(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether HTML is a comment, which nobody sees.
pub(super) fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.ends_with("-->") && html.matches("-->").count() == 1
}

fn is_word(letter: Option<char>) -> bool {
    letter.is_some_and(char::is_alphanumeric)
}

fn longest_run(text: &str, mark: char) -> usize {
    text.split(|letter| letter != mark).map(str::len).max().unwrap_or_default()
}

/// The level of an ATX heading, `CommonMark` section 4.2.
fn heading_level(line: &str) -> Option<usize> {
    let text = line.trim_start_matches(' ');
    let rest = text.trim_start_matches('#');
    let level = text.len() - rest.len();
    let is_heading =
        line.len() - text.len() <= 3 && (1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t']));
    is_heading.then_some(level)
}

/// A line of nothing but rule or underline marks.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && ["-", "=", "_", "*"].iter().any(|mark| line.replace(mark, "").trim().is_empty())
}

/// A line without the marks that mean nothing in the middle of a text.
fn unmarked(line: &str) -> String {
    let heading = heading_level(line).map(|level| line[level..].trim_matches(['#', ' ']));
    let item = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
    let quote = line.strip_prefix('>').map(str::trim_start);
    let text = match (heading, item, quote) {
        (Some(heading), ..) => heading.to_owned(),
        (_, Some(item), _) => format!("• {item}"),
        (.., Some(quote)) => quote.to_owned(),
        _ => line.to_owned(),
    };
    // A hard line break's mark.
    if text.ends_with('\\') && !text.ends_with("\\\\") {
        text.trim_end_matches('\\').trim_end().to_owned()
    } else {
        text
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    /// What some reader of markdown takes for markup.
    const PARTS: [&str; 46] = [
        "a",
        " ",
        "\\",
        "`",
        "``",
        "|",
        "*",
        "**",
        "_",
        "__",
        "[",
        "]",
        "](x)",
        "<",
        ">",
        "<b>",
        "</td>",
        "&",
        "&amp;",
        "&#60;",
        "#",
        "##",
        "-",
        "---",
        "+",
        "=",
        "1.",
        "1)",
        "~",
        "~~",
        "$",
        "!",
        "![",
        "http://x.y",
        "{{ x }}",
        "{% x %}",
        "<!--",
        "-->",
        ":::",
        ":b[c]",
        "import x",
        "export x",
        "!!!",
        "{#x}",
        "\n",
        "é",
    ];

    /// Those alone and in pairs.
    pub(in super::super) fn pairs() -> Vec<String> {
        let pairs = PARTS.iter().flat_map(|one| PARTS.iter().map(move |two| format!("{one}{two}")));
        PARTS.iter().map(|part| (*part).to_owned()).chain(pairs).collect()
    }

    /// Those, and three together.
    fn hostile() -> Vec<String> {
        let pairs = pairs();
        let threes =
            pairs[PARTS.len()..].iter().flat_map(|pair| PARTS.iter().map(move |three| format!("{pair}{three}")));
        pairs.iter().cloned().chain(threes).collect()
    }

    /// The texts and code spans of a document, as a reader sees them; panics on whatever is not plain.
    fn read(markdown: &str, allowed: fn(&Tag<'_>) -> bool) -> String {
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(&part),
                Event::Start(tag) if !allowed(&tag) => panic!("{tag:?} in\n{markdown}"),
                Event::Start(_) | Event::End(_) => {}
                other => panic!("{other:?} in\n{markdown}"),
            }
        }
        text
    }

    fn is_cell(tag: &Tag<'_>) -> bool {
        matches!(tag, Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell)
    }

    fn as_cell(inline: Inline) -> String {
        let table = format!("| x |\n| --- |\n| {} |\n", inline.cell());
        read(&table, is_cell).strip_prefix('x').expect("the heading").to_owned()
    }

    #[test]
    fn text_reads_as_it_was_wherever_it_stands() {
        for plain in hostile() {
            let expected = one_line(&plain);
            let text = text(&plain);
            assert_eq!(read(text.as_str(), |tag| matches!(tag, Tag::Paragraph)), expected, "{plain:?} as a paragraph");
            let heading = format!("# {text}\n");
            assert_eq!(read(&heading, |tag| matches!(tag, Tag::Heading { .. })), expected, "{plain:?} as a heading");
            let item = format!("- {}", text.clone().link("page.md"));
            let is_item = |tag: &Tag<'_>| matches!(tag, Tag::List(_) | Tag::Item | Tag::Link { .. });
            assert_eq!(read(&item, is_item), expected, "{plain:?} as a link");
            assert_eq!(as_cell(text), expected, "{plain:?} as a cell");
        }
    }

    #[test]
    fn code_reads_as_it_was_wherever_it_stands() {
        for plain in hostile().into_iter().filter(|plain| !plain.trim().is_empty()) {
            let expected = plain.replace('\n', " ");
            let squeezed = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let code = code(&plain);
            let paragraph = read(&format!("x{code}"), |tag| matches!(tag, Tag::Paragraph));
            assert_eq!(squeezed(paragraph[1..].to_owned()), squeezed(expected.clone()), "{plain:?} as a paragraph");
            assert_eq!(squeezed(as_cell(code)), squeezed(expected), "{plain:?} as a cell");
        }
    }

    #[test]
    fn what_needs_no_escape_has_none() {
        for plain in ["INVALID_API_KEY", "2.0.0", "Q & A", "Settings, C# and a - b", "It's (not) that: bad!", "-1"] {
            assert_eq!(text(plain).as_str(), plain);
        }
        assert_eq!(code("a b").as_str(), "`a b`");
        assert_eq!(code("a|b").as_str(), "`a|b`");
        assert_eq!(code("a|b").cell().as_str(), "`a\\|b`");
        assert_eq!(code("`").as_str(), "`` ` ``");
        assert_eq!(code("").as_str(), "(empty)");
    }

    #[test]
    fn what_is_not_seen_is_shown() {
        assert_eq!(text("a\u{0}b\u{202e}c\u{1b}").as_str(), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(code("a\u{2066}\tb").as_str(), "`a\u{fffd} b`");
        assert_eq!(fence("", "a\u{202e}\n\tb").as_str(), "```\na\u{fffd}\n\tb\n```");
    }

    #[test]
    fn markdown_on_one_line() {
        let cases = [
            ("One\ntwo.\n\nThree *four*.", "One two. Three *four*."),
            ("Do:\n\n- this\n- that", "Do: • this • that"),
            ("## Why\nBecause.", "Why Because."),
            ("> said", "said"),
            ("Run\n\n```sh\na | b\n c\n```\nthen wait.", "Run `a | b c` then wait."),
            ("~~~\nleft open", "`left open`"),
            ("a\\\nb", "a b"),
            ("Title\n---\ntext", "Title text"),
            ("", ""),
        ];
        for (markdown, expected) in cases {
            assert_eq!(flat(markdown).as_str(), expected, "{markdown:?}");
        }
        assert_eq!(flat("`a|b` or c \\| d").cell().as_str(), "`a\\|b` or c \\| d");
    }

    #[test]
    fn markdown_in_paragraphs() {
        let cases = [
            ("\n\nOne  \ntwo\t\n\n\n\nthree\n", "One\\\ntwo\n\nthree"),
            ("# A\n## B\ntext", "### A\n#### B\ntext"),
            ("#### A\ntext", "#### A\ntext"),
            ("```sh\n# no heading\n\n\n  x  \n```", "```sh\n# no heading\n\n\n  x  \n```"),
            ("Run\n````\n```\nleft open", "Run\n````\n```\nleft open\n````"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("#hash", "#hash"),
            ("a\n\n<!-- left\nopen", "a\n\n<!-- left\nopen\n-->"),
            ("<!-- a -->\nin `<!--` b", "<!-- a -->\nin `<!--` b"),
        ];
        for (markdown, expected) in cases {
            assert_eq!(block(markdown, 3).as_str(), expected, "{markdown:?}");
        }
    }

    #[test]
    fn fences_hold_what_they_fence() {
        let fenced = fence("js`\nx", "````\n```\n");
        assert_eq!(fenced.as_str(), "`````jsx\n````\n```\n`````");
        let events: Vec<Event<'_>> = Parser::new(fenced.as_str()).collect();
        assert!(matches!(&events[..], [Event::Start(_), Event::Text(text), Event::End(_)] if &**text == "````\n```\n"));
    }

    #[test]
    fn comments_end_where_they_should() {
        for plain in hostile() {
            let comment = comment(&plain);
            let inside = comment.as_str().strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")).unwrap();
            assert!(!inside.contains("--") && !inside.contains(['<', '>', '\n']), "{comment}");
        }
    }

    #[test]
    fn contacts_are_links_where_they_can_be() {
        assert_eq!(contact("https://example.dev/help?a=b").as_str(), "<https://example.dev/help?a=b>");
        assert_eq!(contact("help@example.dev").as_str(), "[help@example.dev](mailto:help@example.dev)");
        assert_eq!(contact("ask in *the* chat").as_str(), "ask in \\*the\\* chat");
        assert_eq!(contact("javascript:alert(1)@x").as_str(), "javascript:alert(1)@x");
        assert_eq!(contact("https://x/<b>").as_str(), "https://x/&lt;b>");
    }
}

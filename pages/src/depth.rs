//! Makes the events of any markdown safe for recursive writers.

use errbook_catalog::limits;
use pulldown_cmark::{Event, Tag, TagEnd};

/// Returns the events of a text without levels deeper than [`limits::MARKDOWN_DEPTH`]; their
/// content stays. A nested quote becomes part of the outer quote, and a nested list becomes a
/// paragraph. This limits the stack of recursive writers.
pub(crate) fn bounded<'a>(events: impl IntoIterator<Item = Event<'a>>) -> Vec<Event<'a>> {
    let mut depth = 0_usize;
    let mut bounded = Vec::new();
    for event in with_closed_tables(events) {
        match &event {
            Event::Start(tag) if nests(tag.to_end()) => {
                depth += 1;
                if depth > limits::MARKDOWN_DEPTH {
                    continue;
                }
            }
            Event::End(tag) if nests(*tag) => {
                depth -= 1;
                if depth >= limits::MARKDOWN_DEPTH {
                    continue;
                }
            }
            Event::Start(Tag::Item) if depth > limits::MARKDOWN_DEPTH => {
                bounded.push(Event::SoftBreak);
                continue;
            }
            Event::End(TagEnd::Item) if depth > limits::MARKDOWN_DEPTH => continue,
            _ => {}
        }
        bounded.push(event);
    }
    bounded
}

/// Closes each table after its last row. The parser stops adding cells to a table with very many
/// missing cells: its other rows become a paragraph, which the parser leaves inside the table.
fn with_closed_tables<'a>(events: impl IntoIterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut level = 0_usize;
    // The level of each open table, and whether the table is closed already.
    let mut tables: Vec<(usize, bool)> = Vec::new();
    events
        .into_iter()
        .flat_map(move |event| {
            let is_row = matches!(event, Event::Start(Tag::TableHead | Tag::TableRow));
            let mut end = None;
            match &event {
                Event::End(tag) => {
                    level -= 1;
                    if *tag == TagEnd::Table && matches!(tables.pop(), Some((_, true))) {
                        return [None, None];
                    }
                }
                _ => {
                    if let Some((open, closed @ false)) = tables.last_mut()
                        && *open == level
                        && !is_row
                    {
                        *closed = true;
                        end = Some(Event::End(TagEnd::Table));
                    }
                }
            }
            if let Event::Start(tag) = &event {
                level += 1;
                if matches!(tag, Tag::Table(_)) {
                    tables.push((level, false));
                }
            }
            [end, Some(event)]
        })
        .flatten()
}

/// Whether an element can contain another of its kind.
fn nests(tag: TagEnd) -> bool {
    match tag {
        TagEnd::BlockQuote(_)
        | TagEnd::List(_)
        | TagEnd::Emphasis
        | TagEnd::Strong
        | TagEnd::Strikethrough
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Link
        | TagEnd::Image
        | TagEnd::FootnoteDefinition
        | TagEnd::DefinitionList => true,
        TagEnd::Paragraph
        | TagEnd::Heading(_)
        | TagEnd::CodeBlock
        | TagEnd::HtmlBlock
        | TagEnd::Item
        | TagEnd::DefinitionListTitle
        | TagEnd::DefinitionListDefinition
        | TagEnd::Table
        | TagEnd::TableHead
        | TagEnd::TableRow
        | TagEnd::TableCell
        | TagEnd::MetadataBlock(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Options, Parser};

    use super::*;

    fn depth_of(markdown: &str) -> usize {
        let (mut depth, mut deepest) = (0_usize, 0);
        for event in bounded(Parser::new_ext(markdown, Options::all())) {
            match event {
                Event::Start(tag) if nests(tag.to_end()) => depth += 1,
                Event::End(tag) if nests(tag) => depth -= 1,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        assert_eq!(depth, 0, "what opens is closed");
        deepest
    }

    #[test]
    fn a_table_ends_where_the_parser_stops_adding_cells() {
        let wide = format!(
            "|{}\n|{}\n{}|a|\n\n- b\n\n|c|\n|-|\n|d|\n\ne\n",
            "h|".repeat(2_000),
            "-|".repeat(2_000),
            "|a|\n".repeat(150)
        );
        let mut open = Vec::new();
        let mut texts = String::new();
        for event in bounded(Parser::new_ext(&wide, Options::ENABLE_TABLES)) {
            match event {
                Event::Start(tag) => {
                    let in_table = open.last() == Some(&TagEnd::Table);
                    assert_eq!(in_table, matches!(tag, Tag::TableHead | Tag::TableRow), "{tag:?}");
                    open.push(tag.to_end());
                }
                Event::End(tag) => assert_eq!(open.pop(), Some(tag)),
                Event::Text(text) => texts.push_str(&text),
                _ => {}
            }
        }
        assert_eq!(open, []);
        assert!(texts.matches('a').count() >= 151, "no row is lost");
        assert!(texts.ends_with("bcde"), "{}", &texts[texts.len() - 20..]);
    }

    #[test]
    fn no_text_nests_deeper_than_the_limit() {
        let limit = limits::MARKDOWN_DEPTH;
        assert_eq!(depth_of(&format!("{}a", "> ".repeat(limit))), limit);
        for unit in ["> ", "- ", "1. ", "*a **b ", "[a ![", "~~a *b "] {
            let depth = depth_of(&format!("{}a{}", unit.repeat(12_000), "]]**".repeat(12_000)));
            assert!(depth <= limit, "{unit:?}: {depth}");
        }
        let lists: String = (0..200).flat_map(|level| ["  ".repeat(level), "- a\n".to_owned()]).collect();
        assert_eq!(depth_of(&lists), limit);
    }
}

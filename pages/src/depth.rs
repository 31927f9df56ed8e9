//! Limits the nesting of markdown.

use errbook_catalog::limits;
use pulldown_cmark::{Event, Tag, TagEnd};

/// Returns the events of a text without levels deeper than [`limits::MARKDOWN_DEPTH`]; their
/// content stays. A nested quote becomes part of the outer quote, and a nested list becomes a
/// paragraph. This limits the stack of recursive writers.
pub(crate) fn bounded<'a>(events: impl IntoIterator<Item = Event<'a>>) -> Vec<Event<'a>> {
    let mut depth = 0_usize;
    let mut bounded = Vec::new();
    for event in events {
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

//! What stands ahead of a page, for generators that read it: front matter.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Options, Parser, TagEnd};
use serde::Serialize;

use super::dialect::Dialect;
use super::escape::visible;

/// The facts of a page's front matter. In a template, texts are quoted for YAML, and JSON too.
#[derive(Debug, Clone, Serialize)]
pub struct FrontMatter {
    /// Where the page comes from, for a comment.
    pub notice: String,
    /// The page's title.
    pub title: String,
    /// The same as previews show it: no generator reads markup in it.
    pub preview: String,
    /// What search engines and previews show below the title.
    pub description: String,
    /// The name of the page; the index has none.
    pub slug: Option<String>,
    /// The page's place among all of them: the index has 0.
    pub position: usize,
}

/// A description is cut off at a word before it gets longer than this.
const LONGEST_DESCRIPTION: usize = 160;

impl FrontMatter {
    /// `title` is plain text, `description` markdown.
    pub(super) fn new(notice: &str, title: &str, description: &str, position: usize) -> Self {
        FrontMatter {
            notice: one_line(notice),
            title: one_line(title),
            preview: one_line(title),
            description: shortened(&plain(description)),
            slug: None,
            position,
        }
    }

    /// The same for the page with that name.
    pub(super) fn at(self, slug: &str) -> Self {
        FrontMatter { slug: Some(slug.to_owned()), ..self }
    }

    pub(super) fn write_in(&mut self, dialect: Dialect) {
        let FrontMatter { notice: _, title, preview, description, slug, position: _ } = self;
        *title = quoted(&dialect.page_title(title));
        for text in [preview, description] {
            *text = quoted(&dialect.front_matter(text));
        }
        *slug = slug.as_deref().map(quoted);
    }
}

/// The words of some markdown, code included and blocks of it left out.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut fenced = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(pulldown_cmark::Tag::CodeBlock(_)) => fenced = true,
            Event::End(TagEnd::CodeBlock) => fenced = false,
            Event::Text(part) | Event::Code(part) if !fenced => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => {
                text.push(' ');
            }
            _ => {}
        }
    }
    one_line(&text)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(visible).collect()
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST_DESCRIPTION {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST_DESCRIPTION - 1).collect();
    let cut = start.rfind(' ').unwrap_or(start.len());
    format!("{}…", start[..cut].trim_end_matches([',', ';', ':', '.']))
}

/// Text in double quotes, which YAML and JSON read alike. Generators that look for templates in the whole file see no braces of one.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\0'..='\u{1f}'
            | '{'
            | '}'
            | '%'
            | '<'
            | '>'
            | '\u{7f}'..='\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{FrontMatter, quoted};

    #[test]
    fn a_description_is_the_words_of_the_markdown() {
        let front = |text: &str| FrontMatter::new("", "t", text, 0).description;
        assert_eq!(front("One *two* `three`.\n\n- four\n\n```\nnot this\n```"), "One two three. four");
        let long = front(&"word ".repeat(60));
        assert!(long.ends_with("word…") && long.chars().count() <= 160, "{long}");
    }

    #[test]
    fn quoted_text_reads_the_same_as_yaml_and_as_json() {
        for text in ["---", "a: \"b\" # c\\", "{{ x }} {% y %}", "<b>&\u{85}\u{2028}\u{a0}é", "- 'x'\t"] {
            let quoted = quoted(text);
            assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
            assert_eq!(serde_yaml::from_str::<String>(&quoted).unwrap(), text);
            assert!(!quoted.contains("{{") && !quoted.contains('<'), "{quoted}");
        }
    }
}

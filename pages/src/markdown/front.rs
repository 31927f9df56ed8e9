//! Front matter, for generators that read it.

use std::fmt::Write as _;

use tera::Value;

use crate::print::{Print, Printer, map};
use crate::prose::one_line;

/// The front matter of a page. In a template, strings are quoted for YAML and JSON.
#[derive(Debug, Clone)]
pub struct FrontMatter {
    /// Says which catalog the page is generated from, as a comment.
    pub notice: String,
    /// The page's title.
    pub title: String,
    /// The title for previews, without markup.
    pub preview: String,
    /// The description for search engines and previews.
    pub description: String,
    /// The name of the page. `None` for the index.
    pub slug: Option<String>,
    /// The position among all pages, from 0 for the index.
    pub position: usize,
}

/// The maximum length of a description. It is cut at a word.
pub(crate) const LONGEST_DESCRIPTION: usize = 160;

impl FrontMatter {
    /// Builds front matter from plain text.
    pub(super) fn new(notice: &str, title: &str, description: &str, position: usize) -> Self {
        FrontMatter {
            notice: one_line(notice),
            title: one_line(title),
            preview: one_line(title),
            description: one_line(description),
            slug: None,
            position,
        }
    }

    /// The same front matter for the page with this name.
    pub(super) fn at(self, slug: &str) -> Self {
        FrontMatter { slug: Some(slug.to_owned()), ..self }
    }
}

impl Print for FrontMatter {
    fn print(&self, printer: &dyn Printer) -> Value {
        let FrontMatter { notice, title, preview, description, slug, position } = self;
        map([
            ("notice", notice.print(printer)),
            ("title", printer.page_title(title).into()),
            ("preview", printer.front_matter(preview).into()),
            ("description", printer.description(description).into()),
            ("slug", slug.as_deref().map(quoted).into()),
            ("position", position.print(printer)),
        ])
    }
}

/// Text in double quotes, for YAML and JSON. Braces are escaped for generators that evaluate
/// templates in the whole file.
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
    use super::quoted;

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

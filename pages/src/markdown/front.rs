//! What stands ahead of a page, for generators that read it: front matter.

use std::fmt::Write as _;

use tera::Value;

use crate::print::{Print, Printer, map};
use crate::prose::one_line;

/// The facts of a page's front matter. In a template, texts are quoted for YAML, and JSON too.
#[derive(Debug, Clone)]
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
pub(crate) const LONGEST_DESCRIPTION: usize = 160;

impl FrontMatter {
    /// All of it is plain text.
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

    /// The same for the page with that name.
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
            ("description", printer.front_matter(description).into()),
            ("slug", slug.as_deref().map(quoted).into()),
            ("position", position.print(printer)),
        ])
    }
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

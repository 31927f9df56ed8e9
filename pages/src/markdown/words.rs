//! Display forms of names and templates.

use errbook_catalog::model::ErrorDef;
use errbook_catalog::model::template::{Part, Placeholder, Slot, Template};

use crate::prose::{Inline, one_line};

/// The display name of a code language. It is also used in attributes, so it has no quotes or
/// brackets.
pub(super) fn language(lang: &str) -> String {
    match lang.to_ascii_lowercase().as_str() {
        "" => "Code",
        "bash" | "sh" | "shell" | "zsh" => "Shell",
        "c#" | "cs" | "csharp" => "C#",
        "cpp" => "C++",
        "curl" => "cURL",
        "go" | "golang" => "Go",
        "http" => "HTTP",
        "java" => "Java",
        "javascript" | "js" => "JavaScript",
        "json" => "JSON",
        "kotlin" => "Kotlin",
        "php" => "PHP",
        "py" | "python" => "Python",
        "rb" | "ruby" => "Ruby",
        "rs" | "rust" => "Rust",
        "swift" => "Swift",
        "ts" | "typescript" => "TypeScript",
        _ => return lang.chars().filter(|letter| letter.is_alphanumeric() || "+-#_. ".contains(*letter)).collect(),
    }
    .to_owned()
}

/// The heading of an error: what a client receives, on one line, or else its title.
pub(crate) enum Heading {
    Code(String),
    /// A message with at least one word of its own, so not `{problem}`.
    Message(String),
    Title(String),
}

impl Heading {
    pub(crate) fn of(error: &ErrorDef) -> Self {
        let has_words = |message: &&Template| {
            message.parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains(char::is_alphabetic)))
        };
        match (&error.code, error.message.as_ref().filter(has_words)) {
            (Some(code), _) => Heading::Code(one_line(&code.to_string())),
            (None, Some(message)) => Heading::Message(one_line(&template(message))),
            (None, None) => Heading::Title(one_line(&error.title)),
        }
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Heading::Code(text) | Heading::Message(text) | Heading::Title(text) => text,
        }
    }

    pub(super) fn line(&self) -> Inline {
        match self {
            Heading::Code(code) => Inline::code(code),
            Heading::Message(text) | Heading::Title(text) => Inline::text(text),
        }
    }
}

/// A template with the name of each value in braces.
pub(crate) fn template(template: &Template) -> String {
    template
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Slot(slot) => self::slot(slot),
        })
        .collect()
}

fn slot(slot: &Slot) -> String {
    let name = match &slot.placeholder {
        Placeholder::Id => "id",
        Placeholder::Code => "code",
        Placeholder::Slug => "slug",
        Placeholder::Status => "status",
        Placeholder::Title => "title",
        Placeholder::Message => "message",
        Placeholder::Fix => "fix",
        Placeholder::DocUrl => "doc_url",
        Placeholder::Retryable => "retryable",
        Placeholder::Refund => "refund",
        Placeholder::Group => "group",
        Placeholder::Details => "details",
        Placeholder::Detail(name) | Placeholder::Context(name) => name,
    };
    format!("{{{name}}}")
}

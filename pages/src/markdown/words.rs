//! Display forms of names and templates.

use errbook_catalog::model::template::{Part, Placeholder, Slot, Template};

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
        Placeholder::DocUrl => "doc_url",
        Placeholder::Retryable => "retryable",
        Placeholder::Refund => "refund",
        Placeholder::Group => "group",
        Placeholder::Details => "details",
        Placeholder::Detail(name) | Placeholder::Context(name) => name,
    };
    format!("{{{name}}}")
}

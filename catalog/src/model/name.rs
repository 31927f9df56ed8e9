//! The names derived from an id.

use heck::{ToKebabCase as _, ToSnakeCase as _, ToUpperCamelCase as _};

/// Joins the words of a text of one case, such as `SOLD_OUT`. Most names are of this form, and `heck`
/// formats each letter alone. `None` for another text, in which a case can end a word.
fn one_case(text: &str, mut push: impl FnMut(&mut String, &str)) -> Option<String> {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    if !text.is_ascii() || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) {
        return None;
    }
    let mut name = String::with_capacity(text.len());
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.for_each(|word| push(&mut name, word));
    Some(name)
}

/// Adds a word of ASCII in lowercase, many letters at once. Returns where it begins.
fn push_lowercase(name: &mut String, word: &str) -> usize {
    let first = name.len();
    name.push_str(word);
    name[first..].make_ascii_lowercase();
    first
}

/// Lowercase words with a letter between each two.
fn lowercase(text: &str, between: char) -> Option<String> {
    one_case(text, |name, word| {
        if !name.is_empty() {
            name.push(between);
        }
        push_lowercase(name, word);
    })
}

fn snake_case(text: &str) -> String {
    lowercase(text, '_').unwrap_or_else(|| text.to_snake_case())
}

fn upper_camel_case(text: &str) -> String {
    let joined = one_case(text, |name, word| {
        let first = push_lowercase(name, word);
        name[first..=first].make_ascii_uppercase();
    });
    joined.unwrap_or_else(|| text.to_upper_camel_case())
}

/// The id of an error, and the names derived from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The id, as written: `INSUFFICIENT_CREDITS`.
    pub id: String,
    /// The Rust variant: `InsufficientCredits`.
    pub variant: String,
    /// The Rust constructor: `insufficient_credits`. A keyword gets a trailing underscore.
    pub function: String,
    /// The page and the URL: `insufficient-credits`.
    pub slug: String,
}

impl Name {
    /// Derives the names from an id.
    ///
    /// ```
    /// use errbook_catalog::model::name::Name;
    /// let name = Name::new("UPSTREAM_ERROR");
    /// assert_eq!(name.variant, "UpstreamError");
    /// assert_eq!(name.slug, "upstream-error");
    /// ```
    pub fn new(id: &str) -> Self {
        Name { id: id.to_owned(), function: field_ident(id), slug: slug(id), variant: pascal(id) }
    }

    /// The id in words, with an uppercase first letter: the default title.
    pub fn words(&self) -> String {
        let words = snake_case(&self.id).replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

/// A kebab-case name for files and URLs.
pub fn slug(text: &str) -> String {
    lowercase(text, '-').unwrap_or_else(|| text.to_kebab_case())
}

/// A Rust name in `PascalCase`. `Self` and a leading digit get an underscore before them.
pub fn pascal(text: &str) -> String {
    let name = upper_camel_case(text);
    if name == "Self" || name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// A Rust name in `snake_case`. A keyword gets a trailing underscore.
pub fn field_ident(text: &str) -> String {
    let name = snake_case(text);
    if is_keyword(&name) {
        format!("{name}_")
    } else if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

/// Whether a text is a valid id: `[A-Za-z][A-Za-z0-9_.-]*`
pub fn is_id(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// Why no error can have a page of this name, because a site generator or Windows owns it.
///
/// ```
/// use errbook_catalog::model::name::page_owner;
/// assert_eq!(page_owner("aux"), Some("which cannot be a file on Windows"));
/// assert_eq!(page_owner("sold-out"), None);
/// ```
pub fn page_owner(slug: &str) -> Option<&'static str> {
    match slug {
        "index" => Some("which is the index of the reference"),
        "readme" => Some("which mdBook, MkDocs and Docusaurus read as the index of the folder"),
        "summary" => Some("which mdBook reads as the table of contents if the file system ignores case"),
        slug => is_device(slug).then_some("which cannot be a file on Windows"),
    }
}

/// Whether Windows reserves a file name for a device, with any extension.
pub fn is_device(name: &str) -> bool {
    let is_port = |prefix: &str| matches!(name.strip_prefix(prefix).map(str::as_bytes), Some([b'0'..=b'9']));
    matches!(name, "aux" | "con" | "nul" | "prn") || is_port("com") || is_port("lpt")
}

/// The type name of an inline enum.
///
/// ```
/// use errbook_catalog::model::name::inline_enum_name;
/// assert_eq!(inline_enum_name("NotFound", "level"), "NotFoundLevel");
/// assert_eq!(inline_enum_name("NotFound", "self"), "NotFoundSelf");
/// ```
pub fn inline_enum_name(owner: &str, field: &str) -> String {
    format!("{owner}{}", upper_camel_case(field))
}

/// The strict and reserved keywords of every edition up to 2024.
fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
        "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
        "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
        "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use heck::{ToKebabCase as _, ToSnakeCase as _, ToUpperCamelCase as _};

    use super::{slug, snake_case, upper_camel_case};

    #[test]
    fn names_of_one_case_are_those_of_heck() {
        const LETTERS: [char; 7] = ['a', 'B', 'C', '1', '_', '-', 'é'];
        let mut texts = vec![String::new()];
        for _ in 0..6 {
            let longer: Vec<String> =
                texts.iter().flat_map(|text| LETTERS.map(|letter| format!("{text}{letter}"))).collect();
            for text in &longer {
                assert_eq!(slug(text), text.to_kebab_case(), "{text}");
                assert_eq!(snake_case(text), text.to_snake_case(), "{text}");
                assert_eq!(upper_camel_case(text), text.to_upper_camel_case(), "{text}");
            }
            texts = longer;
        }
    }
}

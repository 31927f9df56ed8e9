//! The URL of an error's page, from the catalog's `doc_url`.

use crate::model::name::Name;
use crate::model::placeholder::{Piece, pieces};
use crate::words;
use crate::words::Word;

words! {
    /// The placeholders of a `doc_url`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum UrlPart {
        /// The slug of the error.
        Slug = "slug",
        /// The id of the error.
        Id = "id",
        /// The code of the error.
        Code = "code",
        /// The id of the group.
        Group = "group",
    }
}

/// Whether a URL depends only on the id of an error.
pub(crate) fn is_of_id_alone(url: &str) -> bool {
    pieces(url).unwrap_or_default().into_iter().all(|piece| match piece {
        Piece::Text(_) => true,
        Piece::Slot { name, .. } => matches!(UrlPart::from_word(name), Some(UrlPart::Slug | UrlPart::Id)),
    })
}

/// Replaces the placeholders of a `doc_url`.
pub(crate) fn fill_url(url: &str, name: &Name, code: Option<&str>, group: Option<&str>) -> String {
    let fill = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Slot { name: part, .. } => match UrlPart::from_word(part) {
            Some(UrlPart::Slug) => name.slug.clone(),
            Some(UrlPart::Id) => percent_encoded(&name.id),
            Some(UrlPart::Code) => percent_encoded(code.unwrap_or_default()),
            Some(UrlPart::Group) => percent_encoded(group.unwrap_or_default()),
            None => String::new(),
        },
    };
    pieces(url).unwrap_or_default().into_iter().map(fill).collect()
}

/// Encodes all characters that are not unreserved (RFC 3986 section 2.3).
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut url, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
        url
    })
}

#[cfg(test)]
mod tests {
    use super::is_of_id_alone;

    #[test]
    fn an_address_with_a_code_or_a_group_needs_more_than_the_id() {
        for (template, expected) in [
            ("https://shop.example/errors", true),
            ("https://shop.example/{slug}", true),
            ("https://shop.example/{id?}#{slug}", true),
            ("https://shop.example/{{code}}/{slug}", true),
            ("https://shop.example/{code}", false),
            ("https://shop.example/{code?}", false),
            ("https://shop.example/{group?}/{slug}", false),
        ] {
            assert_eq!(is_of_id_alone(template), expected, "{template}");
        }
    }
}

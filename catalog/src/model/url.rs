//! The address of an error's page, from the catalog's `doc_url`.

use crate::model::name::Name;
use crate::model::placeholder::{Piece, pieces};

/// Fills the placeholders that a `doc_url` may have.
pub(crate) fn fill_url(url: &str, name: &Name, code: Option<&str>, group: Option<&str>) -> String {
    let fill = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Slot { name: "slug", .. } => name.slug.clone(),
        Piece::Slot { name: "id", .. } => percent_encoded(&name.id),
        Piece::Slot { name: "code", .. } => percent_encoded(code.unwrap_or_default()),
        Piece::Slot { .. } => percent_encoded(group.unwrap_or_default()),
    };
    pieces(url).unwrap_or_default().into_iter().map(fill).collect()
}

/// RFC 3986 section 2.3: what is not unreserved is encoded.
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

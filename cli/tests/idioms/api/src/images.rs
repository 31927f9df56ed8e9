//! Functions that are given to other functions.

use board_errors::{BoardError, Result};

pub fn parse(url: &str) -> Result<Url> {
    Url::parse(url)
        .map_err(|_| url)
        .map_err(BoardError::invalid_url) // invalid_url
}

pub fn image(bytes: &[u8]) -> Result<Image> {
    let image = decode(bytes);
    let image = image.map_err(|_| BoardError::InvalidImage)?; // invalid_image
    image
        .filter(|image| image.width() < 4_000)
        .ok_or_else(BoardError::image_too_large) // image_too_large
}

pub fn language(name: &str) -> Result<Language> {
    let error = || {
        BoardError::UnknownLanguage // unknown_language
    };
    LANGUAGES.get(name).copied().ok_or_else(error)
}

pub fn page(number: i64, pages: i64) -> Result<i64> {
    let all = Some(number).filter(|number| *number < pages);
    all.context(BoardError::PageOutOfRange) // page_out_of_range
}

pub fn search<T>(words: &[&str], run: impl Fn(&[&str], BoardError) -> Result<T>) -> Result<T> {
    run(words, BoardError::QueryTooBroad) // query_too_broad
}

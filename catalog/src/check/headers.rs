//! Header names and values are valid in HTTP.

use std::collections::HashMap;

use super::{Checker, is_token};
use crate::limits;
use crate::problem::{Problem, Rule};
use crate::read::syntax::{Document, Text};
use crate::source::Span;

impl Checker<'_, '_> {
    pub(super) fn headers(&mut self) {
        for headers in header_lists(self.document) {
            if let Some((surplus, _)) = headers.get(limits::HEADERS) {
                let message = format!("this header exceeds the limit of {} headers", limits::HEADERS);
                self.push(Problem::new(Rule::TooLarge, surplus.span, message));
                continue;
            }
            let mut seen: HashMap<String, Span> = HashMap::new();
            for (name, value) in headers {
                let earlier = *seen.entry(name.value.to_ascii_lowercase()).or_insert(name.span);
                if !is_token(&name.value) {
                    let message = format!("`{}` is not a valid header name", name.value);
                    self.push(
                        Problem::new(Rule::InvalidName, name.span, message)
                            .help("use letters, digits and hyphens (RFC 9110 section 5.1)"),
                    );
                } else if name.value.eq_ignore_ascii_case("content-type") {
                    let message = "the `content_type` of the envelope sets this header";
                    self.push(Problem::new(Rule::InvalidName, name.span, message));
                } else if earlier != name.span {
                    let message = format!("the header `{}` is listed twice; header names ignore case", name.value);
                    self.push(Problem::new(Rule::DuplicateKey, name.span, message).related(earlier, "first here"));
                }
                let text = value.value.as_str();
                if text.trim() != text || !text.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte)) {
                    let message = format!("the value of the header `{}` is invalid in HTTP", name.value);
                    self.push(
                        Problem::new(Rule::InvalidValue, value.span, message)
                            .help("use printable ASCII, without spaces at the start or the end (RFC 9110 section 5.5)"),
                    );
                }
            }
        }
    }
}

/// Every list of headers, where it is written.
pub(super) fn header_lists(document: &Document) -> impl Iterator<Item = &Vec<(Text, Text)>> {
    let of_errors = document.errors.iter().map(|error| &error.headers);
    let of_groups = document.groups.iter().map(|group| &group.defaults.headers);
    let of_envelopes = document.envelopes.iter().map(|envelope| &envelope.headers);
    of_errors.chain(of_groups).chain(std::iter::once(&document.defaults.headers)).chain(of_envelopes)
}

//! What a client receives: responses can be sent, their headers mean what HTTP says, and the body
//! has what identifies the error.

use std::collections::BTreeSet;

use super::Checker;
use super::headers::header_lists;
use crate::model::placeholder::{Piece, pieces, placeholder};
use crate::model::template::Placeholder;
use crate::model::{Code, Kind};
use crate::problem::near::nearest;
use crate::problem::{Problem, Rule};
use crate::read::scope::{Resolved, field, kind};
use crate::read::syntax::{BuiltIn, ErrorEntry, Field, PolicyRef, Text};

/// A header that has a grammar, or that an error cannot set.
struct Known {
    name: &'static str,
    grammar: Grammar,
}

/// What a header can contain.
#[derive(Clone, Copy)]
enum Grammar {
    /// Only the server can set it.
    Framing,
    /// Whole seconds, or a date (RFC 9110 section 10.2.3).
    RetryAfter,
    /// Methods, with commas between them (RFC 9110 section 10.2.1).
    Methods,
    /// A challenge: a scheme, and parameters (RFC 9110 section 11.6.1).
    Challenge,
    /// A whole number.
    Whole,
}

/// RFC 9110 sections 6, 7, 8, 10 and 11, RFC 9112 section 6, and the draft of the `RateLimit`
/// fields.
const KNOWN: &[Known] = &[
    Known { name: "Connection", grammar: Grammar::Framing },
    Known { name: "Content-Encoding", grammar: Grammar::Framing },
    Known { name: "Content-Length", grammar: Grammar::Framing },
    Known { name: "Content-Range", grammar: Grammar::Framing },
    Known { name: "Date", grammar: Grammar::Framing },
    Known { name: "Keep-Alive", grammar: Grammar::Framing },
    Known { name: "Proxy-Connection", grammar: Grammar::Framing },
    Known { name: "TE", grammar: Grammar::Framing },
    Known { name: "Trailer", grammar: Grammar::Framing },
    Known { name: "Transfer-Encoding", grammar: Grammar::Framing },
    Known { name: "Retry-After", grammar: Grammar::RetryAfter },
    Known { name: "Allow", grammar: Grammar::Methods },
    Known { name: "WWW-Authenticate", grammar: Grammar::Challenge },
    Known { name: "Proxy-Authenticate", grammar: Grammar::Challenge },
    Known { name: "RateLimit-Remaining", grammar: Grammar::Whole },
    Known { name: "RateLimit-Reset", grammar: Grammar::Whole },
];

impl Grammar {
    /// Whether a constant is well-formed.
    fn fits(self, text: &str) -> bool {
        match self {
            Grammar::Framing => false,
            Grammar::RetryAfter => is_whole(text) || is_date(text),
            Grammar::Methods => text.split(',').all(|method| text.is_empty() || super::is_token(method.trim())),
            Grammar::Challenge => super::is_token(text.split(' ').next().unwrap_or_default()),
            Grammar::Whole => is_whole(text),
        }
    }

    /// Whether a placeholder of this type always gives a well-formed value.
    fn fits_type(self, ty: &Resolved<'_>) -> bool {
        let (Grammar::RetryAfter | Grammar::Whole) = self else { return true };
        let Resolved::BuiltIn(built_in) = ty else { return false };
        match built_in {
            // A string can be the text of a number, or of a date.
            BuiltIn::Integer | BuiltIn::String => true,
            // The generated code rounds up.
            BuiltIn::Duration | BuiltIn::Number => matches!(self, Grammar::RetryAfter),
            _ => false,
        }
    }

    /// What to write.
    fn help(self) -> &'static str {
        match self {
            Grammar::Framing => "remove it: the server sets it for each response (RFC 9110 sections 6 and 8)",
            Grammar::RetryAfter => "use whole seconds or an HTTP date (RFC 9110 section 10.2.3)",
            Grammar::Methods => "use methods with commas between them, such as `GET, HEAD`",
            Grammar::Challenge => "start with the scheme, as in `Bearer realm=\"shop\"`",
            Grammar::Whole => "use a whole number",
        }
    }
}

/// Whether an error can set a header to a value, which can be a template. `false` also for headers
/// that only the server can set.
///
/// ```
/// use errbook_catalog::is_valid_header;
///
/// assert!(is_valid_header("Retry-After", "30"));
/// assert!(is_valid_header("Retry-After", "{details.wait}"));
/// assert!(!is_valid_header("Retry-After", "soon"));
/// assert!(!is_valid_header("Content-Length", "5"));
/// ```
pub fn is_valid_header(name: &str, value: &str) -> bool {
    let Some(known) = KNOWN.iter().find(|known| known.name.eq_ignore_ascii_case(name)) else { return true };
    match (known.grammar, pieces(value).as_deref()) {
        (Grammar::Framing, _) => false,
        (grammar, Ok([Piece::Text(text)])) => grammar.fits(text),
        (Grammar::RetryAfter | Grammar::Whole, Ok(pieces)) => pieces.len() == 1,
        _ => true,
    }
}

fn is_whole(text: &str) -> bool {
    !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the form that senders generate (RFC 9110 section 5.6.7).
fn is_date(text: &str) -> bool {
    const FORM: &[u8] = b"Aaa, 00 Aaa 0000 00:00:00 GMT";
    text.len() == FORM.len()
        && text.bytes().zip(FORM).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'A' | b'a' => byte.is_ascii_alphabetic(),
            form => byte == *form,
        })
}

impl<'a> Checker<'a, '_> {
    pub(super) fn wire(&mut self) {
        for error in &self.document.errors {
            self.code_is_no_template(error);
            self.body_is_allowed(error);
            self.wait_is_sent(error);
            let headers = self.scope.headers(error);
            let of_envelope = self.scope.envelope(error).map(|at| &self.scope.envelope_def(at).headers);
            for (name, value) in headers.into_iter().chain(of_envelope.into_iter().flatten()) {
                self.header_type(error, name, value);
            }
        }
        self.header_grammar();
        self.media_types();
        self.identities();
    }

    fn code_is_no_template(&mut self, error: &ErrorEntry) {
        let Some(code) = &error.code else { return };
        if let Some(Code::Text(text)) = code.value.as_ref().filter(|text| text.to_string().contains(['{', '}'])) {
            let message = format!("the code `{text}` has braces, and a code has no placeholders");
            self.push(
                Problem::new(Rule::InvalidValue, code.span, message)
                    .help("use a constant code, and put the value into a detail"),
            );
        }
    }

    /// RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5.
    fn body_is_allowed(&mut self, error: &ErrorEntry) {
        let bare = error.status.iter().find(|status| matches!(status.value, 204 | 205 | 304));
        if let (Some(status), Some(at)) = (bare, self.scope.envelope(error)) {
            let envelope = self.scope.envelope_def(at);
            let message = format!(
                "`{}` has the envelope `{}`, and a response with {} has no body",
                error.id.value, envelope.name.value, status.value
            );
            let problem = Problem::new(Rule::UnsendableBody, status.span, message).help("Write `envelope: none`.");
            self.push(if envelope.is_predefined {
                problem
            } else {
                problem.related(envelope.name.span, "the envelope")
            });
        }
    }

    /// What a retry policy reads is in the response.
    fn wait_is_sent(&mut self, error: &'a ErrorEntry) {
        let policy = match self.scope.retry(error).1 {
            Some(PolicyRef::Inline(policy)) => policy,
            Some(PolicyRef::Named(name)) => match self.scope.policies.get(name.value.as_str()) {
                Some(&at) => &self.document.retry[at].1,
                None => return,
            },
            None => return,
        };
        let Some(after) = policy.after.as_ref().filter(|_| kind(error) == Kind::Response) else { return };
        let of_envelope = self.scope.envelope(error).map(|at| &self.scope.envelope_def(at).headers);
        let own = self.scope.headers(error);
        let headers =
            || own.iter().copied().chain(of_envelope.into_iter().flatten()).map(|(name, _)| name.value.as_str());
        let details = || error.details.iter().map(|detail| detail.name.value.as_str());
        if headers().any(|name| name.eq_ignore_ascii_case(&after.value)) || details().any(|name| name == after.value) {
            return;
        }
        let message = format!(
            "the retry policy of `{}` reads `{}`, but the error has no such header or detail",
            error.id.value, after.value
        );
        let near = nearest(&after.value, headers().chain(details()).collect::<BTreeSet<_>>());
        let problem = Problem::new(Rule::UnsentWait, after.span, message).related(error.id.span, "the error");
        self.push(problem.did_you_mean(after.span, near));
    }

    /// Constants, where they are written.
    fn header_grammar(&mut self) {
        for (name, value) in header_lists(self.document).flatten() {
            let Some(grammar) = grammar(name) else { continue };
            let message = match (grammar, pieces(&value.value).as_deref()) {
                (Grammar::Framing, _) => format!("an error cannot set the header `{}`", name.value),
                (_, Ok([]) | Err(_)) => continue,
                (_, Ok([Piece::Text(text)])) if !grammar.fits(text) => {
                    format!("`{text}` is not a valid value of `{}`", name.value)
                }
                (Grammar::RetryAfter | Grammar::Whole, Ok(pieces)) if pieces.len() > 1 => {
                    format!("the value of `{}` cannot contain text around the placeholder", name.value)
                }
                _ => continue,
            };
            let place = if matches!(grammar, Grammar::Framing) { name.span } else { value.span };
            self.push(Problem::new(Rule::InvalidHeader, place, message).help(grammar.help()));
        }
    }

    /// The type of a header's only placeholder.
    fn header_type(&mut self, error: &'a ErrorEntry, name: &'a Text, value: &'a Text) {
        let Some(grammar) = grammar(name) else { return };
        let Some(field) = self.only_field(error, value) else { return };
        if self.scope.resolve(field).is_some_and(|ty| !grammar.fits_type(&ty)) {
            let message = format!("`{}` cannot be the value of `{}`", field.name.value, name.value);
            let problem = Problem::new(Rule::InvalidHeader, value.span, message).help(grammar.help());
            self.push(problem.related(field.name.span, "its type is here"));
        }
    }

    fn only_field(&self, error: &'a ErrorEntry, value: &'a Text) -> Option<&'a Field> {
        let pieces = pieces(&value.value).ok()?;
        let [Piece::Slot { name, .. }] = pieces.as_slice() else { return None };
        match placeholder(name)? {
            Placeholder::Detail(name) => field(&error.details, &name),
            Placeholder::Context(name) => self.scope.context.get(name.as_str()).copied(),
            _ => None,
        }
    }

    /// A body is JSON, so its media type says so.
    fn media_types(&mut self) {
        let document = self.document;
        for content_type in document.envelopes.iter().filter_map(|envelope| envelope.content_type.as_ref()) {
            let essence = content_type.value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            let is_json =
                essence.split_once('/').is_some_and(|(_, subtype)| subtype == "json" || subtype.ends_with("+json"));
            if !is_json {
                let message = format!("the body is JSON, and `{}` is not a type of JSON", content_type.value);
                self.push(
                    Problem::new(Rule::InvalidValue, content_type.span, message)
                        .help("use `application/json`, or a type that ends in `+json` (RFC 6839)"),
                );
            }
        }
    }
}

/// The grammar of a header, if it has one here.
fn grammar(name: &Text) -> Option<Grammar> {
    let known = KNOWN.iter().find(|known| known.name.eq_ignore_ascii_case(&name.value));
    known.map(|known| known.grammar)
}

#[cfg(test)]
mod tests {
    use super::Grammar;

    #[test]
    fn headers_have_the_grammar_of_their_rfc() {
        let cases: [(Grammar, &[&str], &[&str]); 4] = [
            (
                Grammar::RetryAfter,
                &["0", "30", "Sun, 06 Nov 1994 08:49:37 GMT"],
                &["-5", "1.5", "soon", "", "Sun, 06 Nov 1994", "2026-01-31T12:00:00Z"],
            ),
            (Grammar::Methods, &["GET", "GET, HEAD", ""], &["GET HEAD", "GET,,HEAD"]),
            (Grammar::Challenge, &["Bearer", "Basic realm=\"shop\""], &["", "\"Bearer\""]),
            (Grammar::Whole, &["0", "42"], &["-1", "4.2", "many"]),
        ];
        for (grammar, valid, invalid) in cases {
            for text in valid {
                assert!(grammar.fits(text), "{text}");
            }
            for text in invalid {
                assert!(!grammar.fits(text), "{text}");
            }
        }
    }
}

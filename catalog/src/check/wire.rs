//! What a client receives: responses can be sent, their headers mean what HTTP says, and the body
//! has what identifies the error.

use std::collections::{BTreeSet, HashSet};

use super::Checker;
use super::grammar::{Grammar, is_media_type};
use super::headers::header_lists;
use super::identity::{self, Seen};
use crate::lower;
use crate::model::placeholder::{Piece, message_placeholder, pieces, placeholder};
use crate::model::template::{BodyMember, BodyNode, BodyObject, Placeholder};
use crate::model::{Code, Kind};
use crate::problem::{Problem, Rule};
use crate::read::scope::{Resolved, field, kind};
use crate::read::syntax::{BuiltIn, ErrorEntry, Field, PolicyRef, Text};

/// The details that a client reads from a body.
#[derive(Default)]
struct Carried {
    all: bool,
    names: HashSet<String>,
    /// Whether the message is there, which can contain details.
    message: bool,
}

impl Carried {
    fn object(&mut self, object: &BodyObject) {
        for member in &object.members {
            match member {
                BodyMember::DetailsSpread => self.all = true,
                BodyMember::Field(_, node) => self.node(node),
            }
        }
    }

    fn node(&mut self, node: &BodyNode) {
        match node {
            BodyNode::Constant(_) | BodyNode::Text(_) => {}
            BodyNode::Array(items) => items.iter().for_each(|item| self.node(item)),
            BodyNode::Object(object) => self.object(object),
            BodyNode::Value(slot) => match &slot.placeholder {
                Placeholder::Details => self.all = true,
                Placeholder::Message => self.message = true,
                Placeholder::Detail(name) => _ = self.names.insert(name.clone()),
                _ => {}
            },
        }
    }
}

impl<'a> Checker<'a, '_> {
    pub(super) fn wire(&mut self) {
        let carried: Vec<Carried> = self
            .document
            .envelopes
            .iter()
            .map(|envelope| {
                let mut carried = Carried::default();
                carried.object(&lower::envelope(&self.scope, envelope).body);
                carried
            })
            .collect();
        for error in &self.document.errors {
            self.code_is_no_template(error);
            self.body_is_allowed(error);
            self.wait_is_sent(error, &carried);
            let headers = self.scope.headers(error);
            let of_envelope = self.scope.envelope(error).map(|at| &self.scope.envelope_def(at).headers);
            for (name, value) in headers.into_iter().chain(of_envelope.into_iter().flatten()) {
                self.header_value(error, name, value);
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

    /// What a retry policy reads is in the response, and is a time.
    fn wait_is_sent(&mut self, error: &'a ErrorEntry, carried: &[Carried]) {
        let policy = match self.scope.retry(error).1 {
            Some(PolicyRef::Inline(policy)) => policy,
            Some(PolicyRef::Named(name)) => match self.scope.policies.get(name.value.as_str()) {
                Some(&at) => &self.document.retry[at].1,
                None => return,
            },
            None => return,
        };
        let Some(after) = policy.after.as_ref().filter(|_| kind(error) == Kind::Response) else { return };
        let (id, name) = (&error.id.value, &after.value);
        let envelope = self.scope.envelope(error);
        let of_envelope = envelope.map(|at| self.scope.envelope_def(at).headers.iter());
        let headers: Vec<&(Text, Text)> =
            self.scope.headers(error).into_iter().chain(of_envelope.into_iter().flatten()).collect();
        let problem = |message| Problem::new(Rule::UnsentWait, after.span, message);
        // A name of a detail comes first, as in the model.
        if let Some(detail) = field(&error.details, name) {
            let carried = envelope.map(|at| &carried[at]);
            if !self.scope.resolve(detail).is_none_or(|ty| is_time(&ty)) {
                let message = format!("the retry policy of `{id}` reads `{name}`, which is not a time");
                let help = "Use a number of seconds, a `duration` or a `date-time`.";
                self.push(problem(message).help(help).related(detail.name.span, "its type is here"));
            } else if !is_carried(error, detail, &headers, carried) {
                let message = format!("the retry policy of `{id}` reads `{name}`, which the response does not have");
                let help = format!("Add `{{details.{name}}}` to the body or to a header.");
                self.push(problem(message).help(help).related(detail.name.span, "the detail"));
            }
        } else if let Some((header, value)) = headers.iter().find(|(header, _)| header.value.eq_ignore_ascii_case(name))
        {
            // `header_value` and `header_grammar` report a wrong `Retry-After`.
            if Grammar::of(name) != Some(Grammar::RetryAfter) && !self.is_wait(error, value) {
                let message = format!("the retry policy of `{id}` reads `{name}`, which is not a time");
                let help = "Use seconds or an HTTP date, without other text.";
                self.push(problem(message).help(help).related(header.span, "the header"));
            }
        } else {
            let message =
                format!("the retry policy of `{id}` reads `{name}`, but the error has no such header or detail");
            let headers = headers.iter().map(|(name, _)| name.value.as_str());
            let names = headers.chain(error.details.iter().map(|detail| detail.name.value.as_str()));
            let near = self.problems.nearest(name, || names.collect::<BTreeSet<_>>());
            self.push(problem(message).related(error.id.span, "the error").did_you_mean(after.span, near));
        }
    }

    /// Whether a client can read the value of a header as a time.
    fn is_wait(&self, error: &'a ErrorEntry, value: &'a Text) -> bool {
        match pieces(&value.value).as_deref() {
            Ok([Piece::Text(text)]) => Grammar::RetryAfter.fits(text) || text.split(',').all(is_number),
            Ok([Piece::Slot { name, .. }]) => match placeholder(name) {
                Some(placeholder @ (Placeholder::Detail(_) | Placeholder::Context(_))) => {
                    let ty = self.field_of(error, &placeholder).and_then(|field| self.scope.resolve(field));
                    ty.is_none_or(|ty| is_time(&ty))
                }
                // `templates` reports it.
                None => true,
                Some(_) => false,
            },
            Ok([]) | Err(_) => true,
            Ok(_) => false,
        }
    }

    /// Constants and texts around placeholders, where they are written.
    fn header_grammar(&mut self) {
        for (name, value) in header_lists(self.document).flatten() {
            let Some(grammar) = Grammar::of(&name.value) else { continue };
            let message = match (grammar, pieces(&value.value).as_deref()) {
                (Grammar::Request, _) => format!("`{}` is a header of requests", name.value),
                (Grammar::Framing, _) => format!("an error cannot set the header `{}`", name.value),
                (_, Ok([] | [Piece::Slot { .. }]) | Err(_)) => continue,
                (_, Ok([Piece::Text(text)])) if !grammar.fits(text) => not_a_value(text, name),
                (_, Ok(pieces)) if pieces.len() > 1 && grammar.has_one_part() => {
                    format!("the value of `{}` cannot contain text around the placeholder", name.value)
                }
                (_, Ok(pieces)) if pieces.len() > 1 && !grammar.fits_template(pieces) => {
                    not_a_value(&value.value, name)
                }
                _ => continue,
            };
            let place = if grammar.is_settable() { value.span } else { name.span };
            self.push(Problem::new(Rule::InvalidHeader, place, message).help(grammar.help()));
        }
    }

    /// The only placeholder of a header: its type, or its value if the catalog has it.
    fn header_value(&mut self, error: &'a ErrorEntry, name: &'a Text, value: &'a Text) {
        let Some(grammar) = Grammar::of(&name.value).filter(|grammar| grammar.is_settable()) else { return };
        let Some(placeholder) = only_placeholder(value) else { return };
        if let Some(field) = self.field_of(error, &placeholder) {
            if self.scope.resolve(field).is_some_and(|ty| !grammar.fits_type(&ty)) {
                let message = format!("`{}` cannot be the value of `{}`", field.name.value, name.value);
                let problem = Problem::new(Rule::InvalidHeader, value.span, message).help(grammar.help());
                self.push(problem.related(field.name.span, "its type is here"));
            }
            return;
        }
        let text = match &placeholder {
            Placeholder::Retryable => Some("true".to_owned()),
            Placeholder::Refund => Some("refunded".to_owned()),
            placeholder => {
                let status = error.status.first().map_or(0, |status| status.value);
                match identity::value(&self.scope, error, status, placeholder) {
                    Seen::Text(text) => Some(text),
                    Seen::Any | Seen::Nothing => None,
                }
            }
        };
        if let Some(text) = text.filter(|text| !grammar.fits(text)) {
            let problem = Problem::new(Rule::InvalidHeader, value.span, not_a_value(&text, name)).help(grammar.help());
            self.push(problem.related(error.id.span, "the error"));
        }
    }

    fn field_of(&self, error: &'a ErrorEntry, placeholder: &Placeholder) -> Option<&'a Field> {
        match placeholder {
            Placeholder::Detail(name) => field(&error.details, name),
            Placeholder::Context(name) => self.scope.context.get(name.as_str()).copied(),
            _ => None,
        }
    }

    /// A body is JSON in UTF-8, and its media type says so.
    fn media_types(&mut self) {
        let document = self.document;
        for content_type in document.envelopes.iter().filter_map(|envelope| envelope.content_type.as_ref()) {
            let text = content_type.value.as_str();
            let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            let is_json =
                essence.split_once('/').is_some_and(|(_, subtype)| subtype == "json" || subtype.ends_with("+json"));
            let (message, help) = if !is_json {
                (
                    format!("the body is JSON, and `{text}` is not a type of JSON"),
                    "use `application/json`, or a type that ends in `+json` (RFC 6839)",
                )
            } else if !is_media_type(text) {
                (
                    format!("`{text}` is not a media type"),
                    "write parameters as in `application/json; charset=utf-8` (RFC 9110 section 8.3.1)",
                )
            } else if charset(text).is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8")) {
                (format!("the body is UTF-8, and `{text}` says otherwise"), "remove the `charset`")
            } else {
                continue;
            };
            self.push(Problem::new(Rule::InvalidValue, content_type.span, message).help(help));
        }
    }
}

fn charset(media_type: &str) -> Option<&str> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value.trim().trim_matches('"'))
    })
}

fn not_a_value(text: &str, name: &Text) -> String {
    format!("`{text}` is not a valid value of `{}`", name.value)
}

fn only_placeholder(value: &Text) -> Option<Placeholder> {
    match pieces(&value.value).ok()?.as_slice() {
        [Piece::Slot { name, .. }] => placeholder(name),
        _ => None,
    }
}

/// Whether a part of the response has a detail: the body, a header or the message.
fn is_carried(error: &ErrorEntry, detail: &Field, headers: &[&(Text, Text)], body: Option<&Carried>) -> bool {
    let name = &detail.name.value;
    let is_slot = |text: &str, of: &dyn Fn(&str) -> Option<Placeholder>| {
        let pieces = pieces(text).unwrap_or_default();
        pieces.iter().any(|piece| match piece {
            Piece::Slot { name: slot, .. } => of(slot) == Some(Placeholder::Detail(name.clone())),
            Piece::Text(_) => false,
        })
    };
    let in_message = || {
        let message = error.message.as_ref().filter(|_| body.is_some_and(|body| body.message));
        message.is_some_and(|message| is_slot(&message.value, &|name| Some(message_placeholder(name))))
    };
    body.is_some_and(|body| body.all || body.names.contains(name))
        || headers.iter().any(|(_, value)| is_slot(&value.value, &placeholder))
        || in_message()
}

/// Whether a client reads a value of this type as a time. A text can be one.
fn is_time(ty: &Resolved<'_>) -> bool {
    let Resolved::BuiltIn(built_in) = ty else { return false };
    match built_in {
        BuiltIn::String
        | BuiltIn::Integer
        | BuiltIn::Number
        | BuiltIn::Duration
        | BuiltIn::DateTime
        | BuiltIn::Json => true,
        BuiltIn::Boolean | BuiltIn::Uuid | BuiltIn::Uri => false,
    }
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0)
}

//! Each placeholder of a template has a value.

use std::collections::BTreeSet;

use super::Checker;
use crate::model::placeholder::{self, Piece};
use crate::model::template::{CONTEXT, DETAIL, GENERAL, Placeholder};
use crate::model::url::UrlPart;
use crate::problem::{Problem, Rule};
use crate::read::scope::{field, wire_code};
use crate::read::syntax::{Body, ErrorEntry, Field, SPREAD, SPREAD_VALUE, Text};
use crate::source::Span;
use crate::words::Word;

impl<'a> Checker<'a, '_> {
    pub(super) fn templates(&mut self) {
        let document = self.document;
        for error in &document.errors {
            if let Some(message) = &error.message {
                self.message(error, message);
            }
            for (_, value) in self.scope.headers(error) {
                // A default header may be valid for one error and invalid for another.
                self.header_template(value, &[error]);
            }
            if let Some(url) = self.scope.doc_url(error) {
                self.doc_url(error, url);
            }
        }
        let mut users: Vec<Vec<&ErrorEntry>> = vec![Vec::new(); document.envelopes.len()];
        for error in &document.errors {
            if let Some(at) = self.scope.envelope(error) {
                users[at].push(error);
            }
        }
        for (at, (envelope, users)) in document.envelopes.iter().zip(users).enumerate() {
            match (&envelope.body, envelope.has_preset) {
                (Some(members), _) => self.members(members, &users),
                (None, true) => {}
                (None, false) => {
                    let message = format!("the envelope `{}` needs `body` or `preset`", envelope.name.value);
                    self.push(Problem::new(Rule::MissingKey, envelope.name.span, message));
                }
            }
            for (_, value) in &self.scope.envelope_def(at).headers {
                self.header_template(value, &users);
            }
        }
    }

    /// The pieces of a template. Reports a syntax error, and then returns no pieces.
    fn pieces(&mut self, text: &'a Text) -> Vec<Piece<'a>> {
        match placeholder::pieces(&text.value) {
            Ok(pieces) => pieces,
            Err(malformed) => {
                let at = placeholder::locate(self.sources, text, malformed.at);
                self.push(Problem::new(Rule::InvalidTemplate, at, malformed.message));
                Vec::new()
            }
        }
    }

    fn message(&mut self, error: &'a ErrorEntry, message: &'a Text) {
        for piece in self.pieces(message) {
            let Piece::Slot { name, optional, at } = piece else { continue };
            let at = placeholder::locate(self.sources, message, at);
            let detail = name.strip_prefix(DETAIL).unwrap_or(name);
            let Some(field) = field(&error.details, detail) else {
                let near =
                    self.problems.nearest(detail, || error.details.iter().map(|field| field.name.value.as_str()));
                let problem = Problem::new(
                    Rule::UnknownPlaceholder,
                    at,
                    format!("`{}` has no detail `{detail}`", error.id.value),
                );
                let fixed = near.map(|near| format!("{{{near}}}"));
                let of_detail = detail.split_once('.').filter(|(of, _)| self::field(&error.details, of).is_some());
                self.push(if detail.starts_with(CONTEXT) {
                    problem
                        .help("A message uses only details of its error. A context field can be part of an envelope.")
                } else if let Some((of, member)) = of_detail {
                    problem
                        .help(format!("A message shows whole details. Make `{member}` of `{of}` a detail of its own."))
                } else {
                    problem.help("Add the detail, or use one that the error has.").did_you_mean(at, fixed.as_deref())
                });
                continue;
            };
            self.in_text(field, detail, at);
            if field.optional && !optional {
                let message = format!("the message uses the optional detail `{detail}`");
                self.push(
                    Problem::new(Rule::AbsentValue, at, message)
                        .help(format!("make the detail required, or write `{{{name}?}}` to leave it out"))
                        .related(field.name.span, "optional here"),
                );
            }
        }
    }

    /// A value inside a text must be a scalar. It must not be sensitive, because texts are logged.
    fn in_text(&mut self, field: &'a Field, name: &str, at: Span) {
        if self.scope.resolve(field).is_some_and(|resolved| !resolved.is_scalar()) {
            let message = format!("`{name}` is not a scalar, and cannot be part of a text");
            self.push(Problem::new(Rule::InvalidTemplate, at, message).related(field.name.span, "its type"));
        }
        if field.sensitive {
            let message = format!("`{name}` is sensitive, and cannot be part of a text that is logged");
            self.push(Problem::new(Rule::InvalidTemplate, at, message).related(field.name.span, "sensitive here"));
        }
    }

    fn doc_url(&mut self, error: &'a ErrorEntry, url: &'a Text) {
        for piece in self.pieces(url) {
            let Piece::Slot { name, optional: _, at } = piece else { continue };
            let absent = match UrlPart::from_word(name) {
                Some(UrlPart::Slug | UrlPart::Id) => false,
                Some(UrlPart::Code) => wire_code(error).is_none(),
                Some(UrlPart::Group) => error.group.is_none(),
                None => {
                    let at = placeholder::locate(self.sources, url, at);
                    let message = format!("unknown placeholder `{{{name}}}` in a `doc_url`");
                    let [parts @ .., last] = UrlPart::ALL.map(|part| format!("{{{}}}", part.name()));
                    let help = format!("use {} or {last}", parts.join(", "));
                    self.push(Problem::new(Rule::UnknownPlaceholder, at, message).help(help));
                    continue;
                }
            };
            if absent {
                let at = placeholder::locate(self.sources, url, at);
                let message = format!("`{}` has no {name}, which its `doc_url` needs", error.id.value);
                self.push(Problem::new(Rule::AbsentValue, at, message).related(error.id.span, "the error"));
            }
        }
    }

    fn body(&mut self, body: &'a Body, users: &[&'a ErrorEntry]) {
        match body {
            Body::Constant(_) => {}
            Body::Array(items) => items.iter().for_each(|item| self.body(item, users)),
            Body::Object(members) => self.members(members, users),
            Body::Text(text) => self.text_template(text, users),
        }
    }

    fn members(&mut self, members: &'a [(Text, Body)], users: &[&'a ErrorEntry]) {
        for (name, value) in members {
            match value {
                // An error without details adds no member.
                Body::Text(text) if name.value == SPREAD && text.value == SPREAD_VALUE => self.spread(members, users),
                _ if name.value == SPREAD => {
                    let message = "`...` adds every detail, and must have the value `{details}`";
                    self.push(Problem::new(Rule::InvalidTemplate, name.span, message));
                }
                value => {
                    self.member_name(name);
                    self.body(value, users);
                }
            }
        }
    }

    /// The name of a member is constant. A placeholder in it would be sent as it is written.
    fn member_name(&mut self, name: &Text) {
        let pieces = placeholder::pieces(&name.value).unwrap_or_default();
        let slot = pieces.iter().find_map(|piece| match piece {
            Piece::Slot { name, .. } if placeholder::placeholder(name).is_some() => Some(*name),
            Piece::Slot { .. } | Piece::Text(_) => None,
        });
        if let Some(slot) = slot {
            let message = format!("the name of a member cannot have the placeholder `{{{slot}}}`");
            self.push(
                Problem::new(Rule::InvalidTemplate, name.span, message)
                    .help("Write an envelope for each name, and set `envelope` on the errors."),
            );
        }
    }

    /// A detail that is a member of its own has a name of its own.
    fn spread(&mut self, members: &'a [(Text, Body)], users: &[&'a ErrorEntry]) {
        for detail in users.iter().flat_map(|error| &error.details) {
            let Some((member, _)) = members.iter().find(|(member, _)| member.value == detail.name.value) else {
                continue;
            };
            let message = format!("the detail `{}` and a member of the body have the same name", member.value);
            self.push(
                Problem::new(Rule::NameClash, detail.name.span, message).related(member.span, "the member of the body"),
            );
        }
    }

    /// The value of a header is a text. A placeholder in it must be a scalar, even if it is alone.
    fn header_template(&mut self, text: &'a Text, users: &[&'a ErrorEntry]) {
        self.text_template(text, users);
        let pieces = placeholder::pieces(&text.value).unwrap_or_default();
        let [Piece::Slot { name, at, .. }] = pieces.as_slice() else { return };
        let field = match placeholder::placeholder(name) {
            Some(Placeholder::Detail(name)) => users.iter().find_map(|error| field(&error.details, &name)),
            Some(Placeholder::Context(name)) => self.scope.context.get(name.as_str()).copied(),
            Some(Placeholder::Details) => {
                let at = placeholder::locate(self.sources, text, *at);
                self.push(Problem::new(
                    Rule::InvalidTemplate,
                    at,
                    "`{details}` is an object, and cannot be the value of a header",
                ));
                return;
            }
            _ => return,
        };
        let is_scalar = |field| self.scope.resolve(field).is_none_or(|resolved| resolved.is_scalar());
        if let Some(field) = field.filter(|field| !is_scalar(field)) {
            let at = placeholder::locate(self.sources, text, *at);
            let message = format!("`{name}` is not a scalar, and cannot be the value of a header");
            self.push(Problem::new(Rule::InvalidTemplate, at, message).related(field.name.span, "its type"));
        }
    }

    /// Checks the placeholders of a header or of a text in a body for each error that uses it.
    fn text_template(&mut self, text: &'a Text, users: &[&'a ErrorEntry]) {
        let pieces = self.pieces(text);
        let alone = pieces.len() == 1;
        for piece in &pieces {
            let Piece::Slot { name, optional, at } = piece else { continue };
            let at = placeholder::locate(self.sources, text, *at);
            let Some(placeholder) = placeholder::placeholder(name) else {
                let is_detail = users.iter().any(|error| field(&error.details, name).is_some());
                let fixed = if is_detail {
                    // A message has details without a prefix.
                    Some(format!("{{details.{name}}}"))
                } else if self.scope.context.contains_key(&**name) {
                    Some(format!("{{context.{name}}}"))
                } else {
                    let near = self.problems.nearest(name, || GENERAL.iter().map(|general| general.path().0));
                    near.map(|near| format!("{{{near}}}"))
                };
                let message = format!("unknown placeholder `{{{name}}}`");
                self.push(Problem::new(Rule::UnknownPlaceholder, at, message).did_you_mean(at, fixed.as_deref()));
                continue;
            };
            self.slot(&placeholder, name, *optional, alone, at, users);
        }
    }

    fn slot(
        &mut self,
        placeholder: &Placeholder,
        name: &str,
        optional: bool,
        alone: bool,
        at: Span,
        users: &[&'a ErrorEntry],
    ) {
        let named = match placeholder {
            Placeholder::Context(key) => {
                let Some(&field) = self.scope.context.get(key.as_str()) else {
                    let near =
                        self.problems.nearest(key, || self.scope.context.keys().copied().collect::<BTreeSet<_>>());
                    let fixed = near.map(|near| format!("{{context.{near}}}"));
                    let message = format!("unknown context field `{key}`");
                    self.push(Problem::new(Rule::UnknownPlaceholder, at, message).did_you_mean(at, fixed.as_deref()));
                    return;
                };
                Some(field)
            }
            Placeholder::Detail(detail) => {
                let owner = users.iter().find_map(|error| field(&error.details, detail));
                if owner.is_none() && !users.is_empty() {
                    let message = format!("no error that uses this template has the detail `{detail}`");
                    let details =
                        || users.iter().flat_map(|error| &error.details).map(|field| field.name.value.as_str());
                    let fixed = self.problems.nearest(detail, details).map(|near| format!("{{details.{near}}}"));
                    self.push(Problem::new(Rule::UnknownPlaceholder, at, message).did_you_mean(at, fixed.as_deref()));
                    return;
                }
                owner
            }
            Placeholder::Details if !alone => {
                let message = "`{details}` is an object, and cannot be part of a text";
                self.push(Problem::new(Rule::InvalidTemplate, at, message));
                return;
            }
            _ => None,
        };
        if let (Some(field), false) = (named, alone) {
            self.in_text(field, name, at);
        }
        if optional {
            return;
        }
        if let Some(error) = users.iter().find(|error| self.may_lack(error, placeholder)) {
            let message = format!("`{}` may lack a value for `{{{name}}}`", error.id.value);
            self.push(
                Problem::new(Rule::AbsentValue, at, message)
                    .help(format!("write `{{{name}?}}` to leave out an absent value"))
                    .related(error.id.span, "the error"),
            );
        }
    }

    fn may_lack(&self, error: &'a ErrorEntry, placeholder: &Placeholder) -> bool {
        match placeholder {
            Placeholder::Id | Placeholder::Slug | Placeholder::Status | Placeholder::Title | Placeholder::Message => {
                false
            }
            Placeholder::Code => wire_code(error).is_none(),
            Placeholder::Fix => error.fix.is_none(),
            Placeholder::DocUrl => self.scope.doc_url(error).is_none(),
            Placeholder::Retryable => self.scope.retry(error).0.is_none(),
            Placeholder::Refund => self.scope.refund(error).is_none(),
            Placeholder::Group => error.group.is_none(),
            Placeholder::Details => error.details.is_empty(),
            Placeholder::Detail(name) => field(&error.details, name).is_none_or(|field| field.optional),
            Placeholder::Context(name) => self.scope.context.get(name.as_str()).is_none_or(|field| field.optional),
        }
    }
}

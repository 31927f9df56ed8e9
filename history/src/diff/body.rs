//! Compares responses: envelopes, headers and media types.

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot, Template};
use errbook_catalog::model::{Catalog, Envelope, ErrorDef, Header, Retry};

use super::{Audience, Comparison, Place, Rating, Rule, pair};

/// Every placeholder in the response of an error, without those of its message.
pub(super) fn sent<'a>(catalog: &'a Catalog, error: &'a ErrorDef) -> Vec<&'a Placeholder> {
    let of_headers = catalog.headers(error).into_iter().flat_map(|header| header.value.slots());
    let mut sent: Vec<&Placeholder> = of_headers.map(|slot| &slot.placeholder).collect();
    if let Some(envelope) = catalog.envelope_of(error) {
        sent_by_object(&envelope.body, &mut sent);
    }
    sent
}

fn sent_by_object<'a>(object: &'a BodyObject, sent: &mut Vec<&'a Placeholder>) {
    for member in &object.members {
        match member {
            BodyMember::DetailsSpread => sent.push(&Placeholder::Details),
            BodyMember::Field(_, node) => sent_by_node(node, sent),
        }
    }
}

fn sent_by_node<'a>(node: &'a BodyNode, sent: &mut Vec<&'a Placeholder>) {
    match node {
        BodyNode::Constant(_) => {}
        BodyNode::Value(slot) => sent.push(&slot.placeholder),
        BodyNode::Text(template) => sent.extend(template.slots().map(|slot| &slot.placeholder)),
        BodyNode::Array(items) => items.iter().for_each(|item| sent_by_node(item, sent)),
        BodyNode::Object(object) => sent_by_object(object, sent),
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn envelopes(&mut self) {
        let paired = pair(&self.old.envelopes, &self.new.envelopes, |envelope| &envelope.name);
        let of_catalog = Place::of_catalog("envelopes");
        for envelope in paired.removed {
            self.listed(Rule::EnvelopeRenamed, &of_catalog, Some(envelope.name.clone()), None);
        }
        for envelope in paired.added {
            self.listed(Rule::EnvelopeRenamed, &of_catalog, None, Some(envelope.name.clone()));
        }
        let mut users = self.users_by(|catalog, error| Some(&catalog.envelope_of(error)?.name));
        for (old, new) in paired.both {
            let users = users.remove(new.name.as_str()).unwrap_or_default();
            let place = Place::shared(format!("envelopes.{}", new.name), &users);
            self.envelope(&place, &users, old, new);
            let headers = |envelope: &'a Envelope| envelope.headers.iter().collect::<Vec<_>>();
            for change in header_changes(&headers(old), &headers(new)) {
                // An error can have the header itself, before or after.
                let has_changed = |(old, new): &(&ErrorDef, &ErrorDef)| {
                    header_changes(&self.old.headers(old), &self.new.headers(new)).contains(&change)
                };
                let affected: Vec<_> = users.iter().copied().filter(has_changed).collect();
                if users.is_empty() || !affected.is_empty() {
                    let (rule, name, was, is) = change;
                    self.header(rule, &Place::shared(place.path.clone(), &affected), &name, was, is);
                }
            }
        }
    }

    /// Compares the body and media type of two envelopes, without their headers.
    fn envelope(&mut self, place: &Place<'a>, users: &Users<'a>, old: &Envelope, new: &Envelope) {
        let Envelope { name: _, type_name: _, content_type, body, headers: _ } = old;
        let of_type = place.at("content_type");
        self.value(Rule::ContentTypeChanged, &of_type, Some(content_type), Some(&new.content_type));
        self.object(&place.at("body"), users, body, &new.body);
    }

    fn object(&mut self, place: &Place<'a>, users: &Users<'a>, old: &BodyObject, new: &BodyObject) {
        let paired = pair(&old.members, &new.members, member_name);
        for member in paired.removed {
            let has = |(old, _): &(&'a ErrorDef, &'a ErrorDef)| has_member(self.old, old, member);
            let place = of_users(place, users, has).at(member_name(member));
            self.push(Rule::BodyMemberRemoved, &place, Some(member_source(member)), None);
        }
        for (old, new) in paired.both {
            if let (BodyMember::Field(name, old), BodyMember::Field(_, new)) = (old, new) {
                self.node(&place.at(name), users, old, new);
            }
        }
        for member in paired.added {
            let has = |(_, new): &(&'a ErrorDef, &'a ErrorDef)| has_member(self.new, new, member);
            let place = of_users(place, users, has).at(member_name(member));
            self.push(Rule::BodyMemberAdded, &place, None, Some(member_source(member)));
        }
        let names = |object: &BodyObject| -> Vec<String> {
            object.members.iter().map(|member| member_name(member).to_owned()).collect()
        };
        self.order(Rule::OrderChanged, place, &names(old), &names(new));
    }

    fn node(&mut self, place: &Place<'a>, users: &Users<'a>, old: &BodyNode, new: &BodyNode) {
        match (old, new) {
            (BodyNode::Object(old), BodyNode::Object(new)) => self.object(place, users, old, new),
            (BodyNode::Array(old), BodyNode::Array(new)) => self.items(place, users, old, new),
            (BodyNode::Value(was), BodyNode::Value(is)) if was.placeholder == is.placeholder => {
                let rule = if is.optional { Rule::BodyMemberMadeOptional } else { Rule::BodyMemberMadeRequired };
                self.value(rule, place, Some(&was.to_source()), Some(&is.to_source()));
            }
            _ => self.value(Rule::BodyMemberChanged, place, Some(&node_source(old)), Some(&node_source(new))),
        }
    }

    fn items(&mut self, place: &Place<'a>, users: &Users<'a>, old: &[BodyNode], new: &[BodyNode]) {
        for (at, (old, new)) in old.iter().zip(new).enumerate() {
            self.node(&place.at(&at.to_string()), users, old, new);
        }
        for (at, item) in old.iter().enumerate().skip(new.len()) {
            self.push(Rule::BodyMemberRemoved, &place.at(&at.to_string()), Some(node_source(item)), None);
        }
        for (at, item) in new.iter().enumerate().skip(old.len()) {
            self.push(Rule::BodyMemberAdded, &place.at(&at.to_string()), None, Some(node_source(item)));
        }
    }

    /// Compares the envelopes of one error if the error has a different envelope than before.
    /// Changes within an envelope are reported at the envelope.
    pub(super) fn response(&mut self, place: &Place<'a>, old: &'a ErrorDef, new: &'a ErrorDef) {
        let (place, users) = (place.at("envelope"), [(old, new)]);
        match (self.old.envelope_of(old), self.new.envelope_of(new)) {
            (None, None) => {}
            (Some(old), None) => self.push(Rule::BodyRemoved, &place, Some(old.name.clone()), None),
            (None, Some(new)) => self.push(Rule::BodyAdded, &place, None, Some(new.name.clone())),
            (Some(old), Some(new)) if old.name == new.name => {}
            (Some(old), Some(new)) => {
                self.push(Rule::EnvelopeRenamed, &place, Some(old.name.clone()), Some(new.name.clone()));
                self.envelope(&place, &users, old, new);
            }
        }
    }

    /// Compares the headers of the response, without the changes that the envelope reports.
    pub(super) fn headers(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        let explained = match (self.old.envelope_of(old), self.new.envelope_of(new)) {
            (Some(old), Some(new)) if old.name == new.name => {
                header_changes(&old.headers.iter().collect::<Vec<_>>(), &new.headers.iter().collect::<Vec<_>>())
            }
            _ => Vec::new(),
        };
        for change in header_changes(&self.old.headers(old), &self.new.headers(new)) {
            if !explained.contains(&change) {
                let (rule, name, was, is) = change;
                self.header(rule, place, &name, was, is);
            }
        }
    }

    fn header(&mut self, rule: Rule, place: &Place<'a>, name: &str, was: Option<String>, is: Option<String>) {
        self.push(rule, &place.at("headers").at(name), was, is);
        if name.eq_ignore_ascii_case("Retry-After")
            && rule.rating() > Rating::Text
            && let Some(change) = self.changes.last_mut()
        {
            change.audiences.push(Audience::Retrying);
        }
    }
}

/// The errors with an envelope, in both catalogs.
type Users<'a> = [(&'a ErrorDef, &'a ErrorDef)];

/// The place of a member, for the errors that have it. Without users, nobody sees any change.
fn of_users<'a>(
    place: &Place<'a>,
    users: &Users<'a>,
    has: impl Fn(&(&'a ErrorDef, &'a ErrorDef)) -> bool,
) -> Place<'a> {
    let affected: Vec<_> = users.iter().copied().filter(has).collect();
    if affected.len() == users.len() { place.clone() } else { Place::shared(place.path.clone(), &affected) }
}

/// Whether a response can have a member: an optional one is absent if its error has no such value.
fn has_member(catalog: &Catalog, error: &ErrorDef, member: &BodyMember) -> bool {
    match member {
        BodyMember::DetailsSpread => !error.details.is_empty(),
        BodyMember::Field(_, BodyNode::Value(Slot { placeholder, optional: true })) => match placeholder {
            Placeholder::Details => !error.details.is_empty(),
            Placeholder::Code => error.code.is_some(),
            Placeholder::Fix => error.fix.is_some(),
            Placeholder::DocUrl => error.doc_url.is_some(),
            Placeholder::Group => catalog.group_of(error).is_some(),
            Placeholder::Refund => error.refund.is_some(),
            Placeholder::Retryable => error.retry != Retry::Unsaid,
            _ => true,
        },
        BodyMember::Field(..) => true,
    }
}

type HeaderChange = (Rule, String, Option<String>, Option<String>);

/// The changes between the headers of two responses.
fn header_changes(old: &[&Header], new: &[&Header]) -> Vec<HeaderChange> {
    let source = |header: &Header| Some(header.value.to_source());
    let paired = pair(old, new, |header| header.name.to_ascii_lowercase());
    let mut changes = Vec::new();
    for header in paired.removed {
        changes.push((Rule::HeaderRemoved, header.name.clone(), source(header), None));
    }
    for (old, new) in paired.both {
        let Header { name, value } = *old;
        if *name != new.name {
            changes.push((Rule::HeaderRespelled, new.name.clone(), Some(name.clone()), Some(new.name.clone())));
        }
        if *value != new.value {
            changes.push((header_rule(value, &new.value), new.name.clone(), source(old), source(new)));
        }
    }
    for header in paired.added {
        changes.push((Rule::HeaderAdded, header.name.clone(), None, source(header)));
    }
    changes
}

/// The kind of change from one value to the other.
fn header_rule(old: &Template, new: &Template) -> Rule {
    if old.as_constant().is_some() && new.as_constant().is_some() {
        return Rule::HeaderValueChanged;
    }
    match (old.parts.as_slice(), new.parts.as_slice()) {
        ([Part::Slot(was)], [Part::Slot(is)]) if was.placeholder == is.placeholder => {
            if is.optional {
                Rule::HeaderMadeOptional
            } else {
                Rule::HeaderMadeRequired
            }
        }
        _ => Rule::HeaderChanged,
    }
}

fn member_name(member: &BodyMember) -> &str {
    match member {
        BodyMember::Field(name, _) => name,
        BodyMember::DetailsSpread => "{details}",
    }
}

fn member_source(member: &BodyMember) -> String {
    match member {
        BodyMember::Field(_, node) => node_source(node),
        BodyMember::DetailsSpread => "every detail".to_owned(),
    }
}

/// A value as the catalog writes it, in one line.
fn node_source(node: &BodyNode) -> String {
    match node {
        BodyNode::Constant(value) => value.to_string(),
        BodyNode::Value(slot) => slot.to_source(),
        BodyNode::Text(template) => format!("\"{}\"", template.to_source()),
        BodyNode::Array(items) => format!("[{}]", items.iter().map(node_source).collect::<Vec<_>>().join(", ")),
        BodyNode::Object(object) => {
            let member = |member: &BodyMember| format!("{}: {}", member_name(member), member_source(member));
            format!("{{{}}}", object.members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
    }
}

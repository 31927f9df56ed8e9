//! Unused details and definitions.

use std::collections::HashSet;

use super::Linter;
use crate::model::template::{BodyMember, BodyNode, BodyObject, Placeholder, Slot, Template};
use crate::model::{After, Catalog, ErrorDef, Kind};
use crate::problem::{Problem, Rule};
use crate::read::nesting::innermost;
use crate::read::scope::index;
use crate::read::syntax::{Document, Field, PolicyRef, Text, TypeShape};

impl Linter<'_, '_> {
    pub(super) fn unused_details(&mut self) {
        for (entry, error) in self.errors() {
            // A response without an envelope may contain every detail.
            if error.details.is_empty() || (error.kind() == Kind::Response && error.envelope.is_none()) {
                continue;
            }
            let used = used_details(self.catalog, error);
            for (field, detail) in entry.details.iter().zip(&error.details) {
                if !used.has(&detail.name) {
                    let message = format!("unused detail `{}` of `{}`", detail.name, error.name.id);
                    self.push(Problem::new(Rule::UnusedDetail, field.name.span, message));
                }
            }
        }
    }

    pub(super) fn unused_definitions(&mut self) {
        let (document, catalog) = (self.document, self.catalog);
        // A new catalog uses nothing yet.
        if document.errors.is_empty() {
            return;
        }
        let groups: HashSet<usize> = catalog.errors.iter().filter_map(|error| error.group).collect();
        for (_, group) in document.groups.iter().enumerate().filter(|(at, _)| !groups.contains(at)) {
            self.unused("group", &group.id);
        }
        let envelopes: HashSet<usize> = catalog.errors.iter().filter_map(|error| error.envelope).collect();
        for (_, envelope) in document.envelopes.iter().enumerate().filter(|(at, _)| !envelopes.contains(at)) {
            self.unused("envelope", &envelope.name);
        }
        let policies = named_policies(document);
        for (name, _) in document.retry.iter().filter(|(name, _)| !policies.contains(name.value.as_str())) {
            self.unused("retry policy", name);
        }
        let types = reached_types(document);
        for def in document.types.iter().filter(|def| !types.contains(def.name.value.as_str())) {
            self.unused("type", &def.name);
        }
    }

    fn unused(&mut self, what: &str, name: &Text) {
        let message = format!("unused {what} `{}`", name.value);
        self.push(Problem::new(Rule::UnusedDefinition, name.span, message));
    }
}

/// The details of an error that its message, headers, body or retry policy use.
#[derive(Default)]
struct Used<'a> {
    /// `{details}`, or every detail as a member of the body.
    all: bool,
    names: HashSet<&'a str>,
}

impl<'a> Used<'a> {
    fn has(&self, name: &str) -> bool {
        self.all || self.names.contains(name)
    }

    fn slot(&mut self, slot: &'a Slot) {
        match &slot.placeholder {
            Placeholder::Details => self.all = true,
            Placeholder::Detail(name) => {
                self.names.insert(name);
            }
            _ => {}
        }
    }

    fn template(&mut self, template: &'a Template) {
        template.slots().for_each(|slot| self.slot(slot));
    }

    fn object(&mut self, object: &'a BodyObject) {
        for member in &object.members {
            match member {
                BodyMember::DetailsSpread => self.all = true,
                BodyMember::Field(_, node) => self.node(node),
            }
        }
    }

    fn node(&mut self, node: &'a BodyNode) {
        match node {
            BodyNode::Constant(_) => {}
            BodyNode::Value(slot) => self.slot(slot),
            BodyNode::Text(template) => self.template(template),
            BodyNode::Array(items) => items.iter().for_each(|item| self.node(item)),
            BodyNode::Object(object) => self.object(object),
        }
    }
}

fn used_details<'a>(catalog: &'a Catalog, error: &'a ErrorDef) -> Used<'a> {
    let mut used = Used::default();
    if let Some(message) = &error.message {
        used.template(message);
    }
    for header in catalog.headers(error) {
        used.template(&header.value);
    }
    if let Some(envelope) = catalog.envelope_of(error) {
        used.object(&envelope.body);
    }
    if let Some(After::Detail(name)) = error.retry.policy().and_then(|policy| policy.after.as_ref()) {
        used.names.insert(name);
    }
    used
}

/// The policies that an error, a group or the defaults name, even if another policy overrides them.
fn named_policies(document: &Document) -> HashSet<&str> {
    let of_errors = document.errors.iter().map(|error| &error.retry);
    let of_groups = document.groups.iter().map(|group| &group.defaults.retry);
    of_errors
        .chain(of_groups)
        .chain([&document.defaults.retry])
        .chain(document.unknown.iter().map(|entry| &entry.retry))
        .filter_map(|policy| match policy {
            Some(PolicyRef::Named(name)) => Some(name.value.as_str()),
            Some(PolicyRef::Inline(_)) | None => None,
        })
        .collect()
}

/// The types of details and context fields, and the types of their members.
fn reached_types(document: &Document) -> HashSet<&str> {
    let mut reached = HashSet::new();
    let types = index(document.types.iter().map(|def| &def.name));
    let mut fields: Vec<&Field> =
        document.context.iter().chain(document.errors.iter().flat_map(|error| &error.details)).collect();
    while let Some(field) = fields.pop() {
        let Some((name, _)) = innermost(field) else { continue };
        if reached.insert(name)
            && let Some(&at) = types.get(name)
            && let TypeShape::Object(members) = &document.types[at].shape
        {
            fields.extend(members);
        }
    }
    reached
}

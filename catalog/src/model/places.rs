//! Where the values of an envelope are in the body.

use super::template::{BodyMember, BodyNode, BodyObject, Placeholder, Slot};
use super::{Catalog, Envelope};

/// The places of an envelope's placeholders, as JSON pointers (RFC 6901).
///
/// ```
/// let text = b"errbook: 1
/// api: {name: Shop}
/// envelopes: {default: {body: {ok: false, error: {code: '{code}', text: '{message?}'}}}}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let places = catalog.places(&catalog.envelopes[0]);
/// let pointers: Vec<&str> = places.slots.iter().map(|(pointer, _)| pointer.as_str()).collect();
/// assert_eq!(pointers, ["/error/code", "/error/text"]);
/// assert_eq!(places.required, ["/ok", "/error/code", "/error/text"]);
/// ```
#[derive(Debug, Clone)]
pub struct Places {
    /// The placeholders that a client reads, each with the pointer to its value. The pointer of
    /// spread details is the one of their object.
    pub slots: Vec<(String, Placeholder)>,
    /// The pointers to values, possibly null, that every response has.
    pub required: Vec<String>,
}

impl Catalog {
    /// Where a client finds the values of an envelope.
    pub fn places(&self, envelope: &Envelope) -> Places {
        let mut finder = Finder { catalog: self, slots: Vec::new(), required: Vec::new() };
        finder.object("", &envelope.body);
        let Finder { catalog: _, slots, required } = finder;
        Places { slots, required }
    }
}

struct Finder<'a> {
    catalog: &'a Catalog,
    slots: Vec<(String, Placeholder)>,
    required: Vec<String>,
}

impl Finder<'_> {
    fn object(&mut self, pointer: &str, object: &BodyObject) {
        for member in &object.members {
            match member {
                BodyMember::DetailsSpread => self.slots.push((pointer.to_owned(), Placeholder::Details)),
                BodyMember::Field(name, node) => {
                    let token = name.replace('~', "~0").replace('/', "~1");
                    self.node(format!("{pointer}/{token}"), node);
                }
            }
        }
    }

    fn node(&mut self, pointer: String, node: &BodyNode) {
        match node {
            BodyNode::Constant(_) | BodyNode::Text(_) => self.required.push(pointer),
            BodyNode::Value(slot) => self.slot(pointer, slot),
            BodyNode::Array(items) => {
                // An optional item shifts the items after it.
                let fixed = items.iter().take_while(|item| self.is_always_there(item)).count();
                let known = if fixed + 1 == items.len() { items.len() } else { fixed };
                for (at, item) in items.iter().take(known).enumerate() {
                    self.node(format!("{pointer}/{at}"), item);
                }
            }
            BodyNode::Object(object) => self.object(&pointer, object),
        }
    }

    fn slot(&mut self, pointer: String, slot: &Slot) {
        if self.fills(slot) {
            self.required.push(pointer.clone());
        }
        match &slot.placeholder {
            // The error itself already says these.
            Placeholder::Status
            | Placeholder::Fix
            | Placeholder::Retryable
            | Placeholder::Refund
            | Placeholder::Group => {}
            placeholder => self.slots.push((pointer, placeholder.clone())),
        }
    }

    fn is_always_there(&self, node: &BodyNode) -> bool {
        match node {
            // The checks reject an error that may lack the detail.
            BodyNode::Value(Slot { placeholder: Placeholder::Detail(_), optional }) => !optional,
            BodyNode::Value(slot) => self.fills(slot),
            BodyNode::Constant(_) | BodyNode::Text(_) | BodyNode::Array(_) | BodyNode::Object(_) => true,
        }
    }

    /// Whether a placeholder leaves a value, possibly null, in every response.
    fn fills(&self, slot: &Slot) -> bool {
        match &slot.placeholder {
            Placeholder::Id | Placeholder::Slug | Placeholder::Title | Placeholder::Message => true,
            Placeholder::Code
            | Placeholder::Status
            | Placeholder::Fix
            | Placeholder::DocUrl
            | Placeholder::Retryable
            | Placeholder::Refund
            | Placeholder::Group
            | Placeholder::Details => !slot.optional,
            Placeholder::Detail(_) => false,
            Placeholder::Context(name) => {
                self.catalog.context.iter().any(|field| field.name == *name && !field.optional)
            }
        }
    }
}

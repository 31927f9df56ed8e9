//! Templates of messages, headers and envelopes, parsed and checked.

/// Text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// The parts, in order. There are no two adjacent texts.
    pub parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Literal text, with unescaped braces.
    Text(String),
    /// A value.
    Slot(Slot),
}

/// A placeholder, and whether its value can be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The placeholder.
    pub placeholder: Placeholder,
    /// Whether it is written `{name?}`. If the value is absent, the member or header is left out.
    pub optional: bool,
}

/// The value of a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeholder {
    /// `{id}`: text.
    Id,
    /// `{code}`: text or an integer.
    Code,
    /// `{slug}`: text.
    Slug,
    /// `{status}`: an integer.
    Status,
    /// `{title}`: text.
    Title,
    /// `{message}`: text.
    Message,
    /// `{fix}`: text, as in the catalog.
    Fix,
    /// `{doc_url}`: text.
    DocUrl,
    /// `{retryable}`: `true`, `false` or `"idempotent"`; absent if the catalog does not say.
    Retryable,
    /// `{refund}`: `"refunded"`, `"kept"`, `"not_charged"` or `"conditional"`.
    Refund,
    /// `{group}`: the group's id.
    Group,
    /// `{details}`: an object of all present details; absent if there are none.
    Details,
    /// `{details.NAME}`; in a message, `{NAME}`.
    Detail(String),
    /// `{context.NAME}`.
    Context(String),
}

/// A JSON object of templates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BodyObject {
    /// The members, in order.
    pub members: Vec<BodyMember>,
}

/// A member of a templated object.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyMember {
    /// A name and its value.
    Field(String, BodyNode),
    /// All present details, as members of this object (the extension members of RFC 9457).
    DetailsSpread,
}

/// A value of a templated object.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyNode {
    /// A constant. Never an array or an object.
    Constant(crate::model::value::Value),
    /// One placeholder. It keeps the type of its value.
    Value(Slot),
    /// Text with placeholders.
    Text(Template),
    /// A list.
    Array(Vec<BodyNode>),
    /// A nested object.
    Object(BodyObject),
}

impl Template {
    /// The text of a template without placeholders.
    pub fn as_constant(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The placeholders, in order.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Text(_) => None,
        })
    }
}

impl Template {
    /// The text of the template in a header or an envelope. It is the inverse of parsing.
    ///
    /// ```
    /// use errbook_catalog::model::template::{Part, Placeholder, Slot, Template};
    /// let seconds = Slot { placeholder: Placeholder::Detail("seconds".into()), optional: true };
    /// let template = Template { parts: vec![Part::Text("{in} ".into()), Part::Slot(seconds)] };
    /// assert_eq!(template.to_source(), "{{in}} {details.seconds?}");
    /// assert_eq!(template.to_message_source(), "{{in}} {seconds?}");
    /// ```
    pub fn to_source(&self) -> String {
        self.unparse(Slot::to_source)
    }

    /// The text of the template in a message, in which details have no prefix.
    pub fn to_message_source(&self) -> String {
        self.unparse(|slot| match &slot.placeholder {
            Placeholder::Detail(name) => braced(name, slot.optional),
            _ => slot.to_source(),
        })
    }

    /// The parts, each with whether it begins inside a quoted string of a header (RFC 9110 section
    /// 5.6.4).
    pub fn parts_in_quotes(&self) -> impl Iterator<Item = (&Part, bool)> {
        let mut is_quoted = false;
        self.parts.iter().map(move |part| {
            let begins = is_quoted;
            if let Part::Text(text) = part {
                let mut letters = text.chars();
                while let Some(letter) = letters.next() {
                    match letter {
                        '"' => is_quoted = !is_quoted,
                        '\\' if is_quoted => drop(letters.next()),
                        _ => {}
                    }
                }
            }
            (part, begins)
        })
    }

    fn unparse(&self, slot_source: impl Fn(&Slot) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => escape_braces(text),
                Part::Slot(slot) => slot_source(slot),
            })
            .collect()
    }
}

impl Slot {
    /// The placeholder with its braces: `{status}`, `{details.balance?}`.
    pub fn to_source(&self) -> String {
        let (before, name) = self.placeholder.path();
        braced(&format!("{before}{name}"), self.optional)
    }
}

/// The prefixes of details and context fields.
pub(crate) const DETAIL: &str = "details.";
pub(crate) const CONTEXT: &str = "context.";

/// The placeholders that are valid in every template.
pub(crate) const GENERAL: &[Placeholder] = &[
    Placeholder::Id,
    Placeholder::Code,
    Placeholder::Slug,
    Placeholder::Status,
    Placeholder::Title,
    Placeholder::Message,
    Placeholder::Fix,
    Placeholder::DocUrl,
    Placeholder::Retryable,
    Placeholder::Refund,
    Placeholder::Group,
    Placeholder::Details,
];

impl Placeholder {
    /// The path in a template: a word of the format, and the name of a detail or context field.
    pub(crate) fn path(&self) -> (&'static str, &str) {
        let word = match self {
            Placeholder::Id => "id",
            Placeholder::Code => "code",
            Placeholder::Slug => "slug",
            Placeholder::Status => "status",
            Placeholder::Title => "title",
            Placeholder::Message => "message",
            Placeholder::Fix => "fix",
            Placeholder::DocUrl => "doc_url",
            Placeholder::Retryable => "retryable",
            Placeholder::Refund => "refund",
            Placeholder::Group => "group",
            Placeholder::Details => "details",
            Placeholder::Detail(name) => return (DETAIL, name),
            Placeholder::Context(name) => return (CONTEXT, name),
        };
        (word, "")
    }
}

/// Literal text with escaped braces.
pub fn escape_braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn braced(name: &str, optional: bool) -> String {
    if optional { format!("{{{name}?}}") } else { format!("{{{name}}}") }
}

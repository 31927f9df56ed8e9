//! Message, header and envelope templates: parsed once, typed, checked before an emitter sees them.

/// Text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// In order; two texts never stand side by side.
    pub parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Literal text, braces already unescaped.
    Text(String),
    /// A value.
    Slot(Slot),
}

/// A placeholder, with whether its absence is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Which value.
    pub placeholder: Placeholder,
    /// Written `{name?}`: the member or header is dropped where the value is absent.
    pub optional: bool,
}

/// What a placeholder stands for.
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
    /// `{doc_url}`: text.
    DocUrl,
    /// `{retryable}`: `true`, `false` or `"idempotent"`.
    Retryable,
    /// `{refund}`: `"refunded"`, `"kept"`, `"not_charged"` or `"conditional"`.
    Refund,
    /// `{group}`: the group's id.
    Group,
    /// `{details}`: an object of every detail that is present; absent where there is none.
    Details,
    /// `{details.NAME}`; in a message, `{NAME}`.
    Detail(String),
    /// `{context.NAME}`.
    Context(String),
}

/// A JSON object of templates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BodyObject {
    /// In order.
    pub members: Vec<BodyMember>,
}

/// A member of a templated object.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyMember {
    /// A name and its value.
    Field(String, BodyNode),
    /// Every detail that is present, as members of this object (RFC 9457's extension members).
    DetailsSpread,
}

/// A value of a templated object.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyNode {
    /// The same in every response. Never an array or an object.
    Constant(crate::model::value::Value),
    /// One placeholder, which keeps its type.
    Value(Slot),
    /// Text around placeholders.
    Text(Template),
    /// A list.
    Array(Vec<BodyNode>),
    /// A nested object.
    Object(BodyObject),
}

impl Template {
    /// The text, where the template has no placeholder.
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
    /// The text as a header or an envelope writes it: the inverse of parsing.
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

    /// The text as a message writes it, where a detail goes by its bare name.
    pub fn to_message_source(&self) -> String {
        self.unparse(|slot| match &slot.placeholder {
            Placeholder::Detail(name) => braced(name, slot.optional),
            _ => slot.to_source(),
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

/// What the names of details begin with, and those of facts of the request.
pub(crate) const DETAIL: &str = "details.";
pub(crate) const CONTEXT: &str = "context.";

/// The placeholders that every template knows.
pub(crate) const GENERAL: &[Placeholder] = &[
    Placeholder::Id,
    Placeholder::Code,
    Placeholder::Slug,
    Placeholder::Status,
    Placeholder::Title,
    Placeholder::Message,
    Placeholder::DocUrl,
    Placeholder::Retryable,
    Placeholder::Refund,
    Placeholder::Group,
    Placeholder::Details,
];

impl Placeholder {
    /// What a template calls it: a word of the format, and the name of a detail or a fact.
    pub(crate) fn path(&self) -> (&'static str, &str) {
        let word = match self {
            Placeholder::Id => "id",
            Placeholder::Code => "code",
            Placeholder::Slug => "slug",
            Placeholder::Status => "status",
            Placeholder::Title => "title",
            Placeholder::Message => "message",
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

/// Literal text as a template writes it.
pub fn escape_braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn braced(name: &str, optional: bool) -> String {
    if optional { format!("{{{name}?}}") } else { format!("{{{name}}}") }
}

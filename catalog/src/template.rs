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
    Constant(crate::value::Value),
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

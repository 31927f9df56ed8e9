//! The catalog as written: a tree of values with places, before names are resolved. It may be
//! invalid.

use crate::model::name::{field_ident, pascal};
use crate::model::value::Value;
use crate::model::{Code, Column, Fault, Flavor, OpenapiVersion, RetiredName, RetryExtension, SnippetLanguage};
use crate::problem::Level;
use crate::problem::audit;
use crate::problem::diff::{self, Rating};
use crate::source::{SourceId, Span, Spanned};
use crate::words;

/// Text with its place.
pub(crate) type Text = Spanned<String>;

/// A catalog as written, with its included files.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) api: Api,
    pub(crate) defaults: Defaults,
    pub(crate) context: Vec<Field>,
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) retry: Vec<(Text, Policy)>,
    pub(crate) groups: Vec<Group>,
    pub(crate) predicates: Vec<(Text, Vec<Text>)>,
    pub(crate) rejections: Vec<(Text, Text)>,
    pub(crate) unknown: Vec<UnknownError>,
    pub(crate) types: Vec<TypeDef>,
    pub(crate) errors: Vec<ErrorEntry>,
    pub(crate) retired: Vec<RetiredEntry>,
    /// The owners of included files.
    pub(crate) owners: Vec<Owner>,
    pub(crate) include: Vec<Text>,
    pub(crate) prose_before: Vec<Text>,
    pub(crate) prose_after: Vec<Text>,
    pub(crate) lints: Vec<(Text, Level)>,
    pub(crate) audit: Audit,
    pub(crate) diff: Diff,
    pub(crate) generate: Generate,
}

#[derive(Debug, Default)]
pub(crate) struct Api {
    pub(crate) name: Option<Text>,
    pub(crate) slug: Option<Text>,
    pub(crate) version: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) doc_url: Option<Text>,
    pub(crate) support: Option<String>,
}

/// An entry of `unknown`.
#[derive(Debug)]
pub(crate) struct UnknownError {
    pub(crate) status: Text,
    pub(crate) retryable: Option<Spanned<Retryable>>,
    pub(crate) retry: Option<PolicyRef>,
}

/// The keys of `defaults`, of the catalog or of a group.
#[derive(Debug, Default, Clone)]
pub(crate) struct Defaults {
    pub(crate) retryable: Option<Spanned<Retryable>>,
    pub(crate) retry: Option<PolicyRef>,
    pub(crate) refund: Option<Refund>,
    pub(crate) fault: Option<Fault>,
    pub(crate) envelope: Option<Text>,
    pub(crate) headers: Vec<(Text, Text)>,
    pub(crate) visibility: Option<VisibilityWord>,
    pub(crate) mask: Option<Text>,
    pub(crate) source: Option<bool>,
    pub(crate) boxed: Option<bool>,
}

words! {
    /// Who can see an error.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum VisibilityWord {
        /// Everyone.
        Public = "public",
        /// Rust code only. Docs, OpenAPI and the JSON export do not contain the error, and clients
        /// receive its mask.
        Internal = "internal",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retryable {
    No,
    Idempotent,
    Yes,
}

words! {
    /// The values of `retryable` other than `true` and `false`.
    #[derive(Clone, Copy)]
    pub(crate) enum RetryableWord {
        /// Only idempotent requests can be retried.
        Idempotent = "idempotent",
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Refund {
    Refunded,
    Kept,
    NotCharged,
    When(String),
}

words! {
    /// The values of `refund` other than `true`, `false` and a condition.
    #[derive(Clone, Copy)]
    pub(crate) enum RefundWord {
        /// The request is never charged.
        NotCharged = "not_charged",
    }
}

#[derive(Debug, Clone)]
pub(crate) enum PolicyRef {
    Named(Text),
    Inline(Policy),
}

#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) span: Span,
    /// A value is invalid. The check has reported it.
    pub(crate) is_broken: bool,
    pub(crate) backoff: Option<Spanned<BackoffKind>>,
    pub(crate) initial_ms: Option<Spanned<u64>>,
    pub(crate) factor: Option<Spanned<f64>>,
    pub(crate) max_ms: Option<Spanned<u64>>,
    pub(crate) attempts: Option<u32>,
    pub(crate) after: Option<Text>,
}

words! {
    /// How the waits of a policy grow.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum BackoffKind {
        /// The same wait each time. With `max`, a wait between `initial` and `max`.
        Fixed = "fixed",
        /// Each wait is `factor` times the previous one.
        Exponential = "exponential",
    }
}

/// A detail, a context field, or a member of an object type.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: Text,
    /// The name in Rust, if it is written.
    pub(crate) rust: Option<Text>,
    pub(crate) ty: Option<FieldType>,
    /// A key that only an enum can have, in a field of another type.
    pub(crate) misplaced: Option<(Span, &'static str)>,
    pub(crate) optional: bool,
    pub(crate) sensitive: bool,
    pub(crate) doc: Option<String>,
    pub(crate) example: Option<Spanned<Value>>,
}

#[derive(Debug, Clone)]
pub(crate) enum FieldType {
    /// As written: `array<FieldError>`.
    Written(Text),
    /// `{type: enum, values: [...]}`.
    Enum(Enumeration),
}

/// The values of an enum.
#[derive(Debug, Clone)]
pub(crate) struct Enumeration {
    pub(crate) values: Vec<EnumValue>,
    /// Whether clients must expect other values, too.
    pub(crate) open: bool,
}

/// A value of an enum.
#[derive(Debug, Clone)]
pub(crate) struct EnumValue {
    pub(crate) value: Text,
    /// The variant in Rust, if it is written.
    pub(crate) rust: Option<Text>,
}

impl Field {
    /// The name in Rust.
    pub(crate) fn ident(&self) -> String {
        self.rust.as_ref().map_or_else(|| field_ident(&self.name.value), |rust| rust.value.clone())
    }
}

/// The variant of an open enum for the other values.
pub(crate) const OTHER: &str = "Other";

impl Enumeration {
    /// The variant of a value in Rust. It depends on no other value, so that a new value renames no
    /// variant.
    pub(crate) fn variant(&self, value: &EnumValue) -> String {
        let EnumValue { value, rust } = value;
        match rust {
            Some(rust) => rust.value.clone(),
            None => match pascal(&value.value) {
                variant if self.open && variant == OTHER => format!("{OTHER}Value"),
                variant => variant,
            },
        }
    }
}

words! {
    /// The types without parameters.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum BuiltIn {
        /// Text.
        String = "string",
        /// A 64-bit integer.
        Integer = "integer",
        /// Any number.
        Number = "number",
        /// true or false.
        Boolean = "boolean",
        /// A date and time as text (RFC 3339).
        DateTime = "date-time",
        /// A number of seconds.
        Duration = "duration",
        /// A UUID as text (RFC 9562).
        Uuid = "uuid",
        /// A URI as text (RFC 3986).
        Uri = "uri",
        /// Any JSON value.
        Json = "json",
    }
}

words! {
    /// The types with parameters: other types, or values.
    #[derive(Debug, Clone, Copy)]
    pub(crate) enum Composed {
        /// A list: `array<T>`.
        Array = "array",
        /// An object with any member names: `map<T>`.
        Map = "map",
        /// One of several texts: `{type: enum, values: [...]}`.
        Enum = "enum",
    }
}

#[derive(Debug)]
pub(crate) struct TypeDef {
    pub(crate) name: Text,
    pub(crate) doc: Option<String>,
    /// `open` in an object.
    pub(crate) misplaced_open: Option<Span>,
    pub(crate) shape: TypeShape,
}

#[derive(Debug)]
pub(crate) enum TypeShape {
    Enum(Enumeration),
    Object(Vec<Field>),
    /// Neither `values` nor `fields`, or both. The check reports it.
    Unknown,
}

#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) name: Text,
    /// Whether the catalog does not define it: see [`Document::predefine`].
    pub(crate) is_predefined: bool,
    pub(crate) content_type: Option<Text>,
    pub(crate) preset: Option<Preset>,
    /// Whether a preset is written, valid or not.
    pub(crate) has_preset: bool,
    pub(crate) body: Option<Vec<(Text, Body)>>,
    pub(crate) headers: Vec<(Text, Text)>,
}

words! {
    /// The predefined shapes of a response.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Preset {
        /// Problem details: type, title, status, detail and instance, and the details as members.
        Rfc9457 = "rfc9457",
    }
}

/// The name of the envelope of a response that names none.
pub(crate) const DEFAULT: &str = "default";
/// The name of no envelope: the response has no body.
pub(crate) const NONE: &str = "none";

impl Envelope {
    /// A problem of RFC 9457 with a `code`. Its name has the place of the first error that uses it.
    pub(crate) fn predefined(at: Span) -> Self {
        let text = |text: &str| Spanned::new(text.to_owned(), at);
        Envelope {
            name: text(DEFAULT),
            is_predefined: true,
            content_type: None,
            preset: Some(Preset::Rfc9457),
            has_preset: true,
            body: Some(vec![(text("code"), Body::Text(text("{code?}")))]),
            headers: Vec::new(),
        }
    }
}

/// The name of the member that adds every detail, and its value.
pub(crate) const SPREAD: &str = "...";
pub(crate) const SPREAD_VALUE: &str = "{details}";

/// A body template as written.
#[derive(Debug)]
pub(crate) enum Body {
    Constant(Value),
    Text(Text),
    Array(Vec<Body>),
    Object(Vec<(Text, Body)>),
}

#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: Text,
    pub(crate) title: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) columns: Vec<(Column, String)>,
    pub(crate) defaults: Defaults,
}

#[derive(Debug)]
pub(crate) struct ErrorEntry {
    pub(crate) id: Text,
    pub(crate) code: Option<Spanned<Option<Code>>>,
    pub(crate) status: Vec<Spanned<i64>>,
    /// Whether a status is written, valid or not.
    pub(crate) has_status: bool,
    pub(crate) title: Option<Text>,
    pub(crate) message: Option<Text>,
    pub(crate) description: Option<Text>,
    pub(crate) cause: Option<Text>,
    pub(crate) fix: Option<Text>,
    pub(crate) retryable: Option<Spanned<Retryable>>,
    pub(crate) retry: Option<PolicyRef>,
    pub(crate) refund: Option<Refund>,
    pub(crate) fault: Option<Fault>,
    pub(crate) doc_url: Option<Text>,
    pub(crate) group: Option<Text>,
    pub(crate) envelope: Option<Text>,
    pub(crate) headers: Vec<(Text, Text)>,
    pub(crate) details: Vec<Field>,
    pub(crate) examples: Vec<Example>,
    pub(crate) snippets: Vec<(String, String)>,
    pub(crate) notes: Option<String>,
    pub(crate) since: Option<String>,
    pub(crate) changed: Vec<(String, String)>,
    pub(crate) deprecated: Option<Deprecated>,
    pub(crate) visibility: Option<VisibilityWord>,
    pub(crate) mask: Option<Text>,
    pub(crate) source: Option<bool>,
    pub(crate) boxed: Option<bool>,
}

#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) span: Span,
    pub(crate) title: Option<String>,
    pub(crate) status: Option<Spanned<i64>>,
    pub(crate) details: Vec<(Text, Spanned<Value>)>,
    pub(crate) context: Vec<(Text, Spanned<Value>)>,
}

#[derive(Debug)]
pub(crate) struct Deprecated {
    pub(crate) since: Option<String>,
    pub(crate) replacement: Option<Text>,
    pub(crate) note: Option<String>,
}

#[derive(Debug)]
pub(crate) struct RetiredEntry {
    pub(crate) id: Text,
    pub(crate) since: Option<String>,
    pub(crate) replacement: Option<Text>,
    pub(crate) rust: Option<Spanned<RetiredName>>,
    pub(crate) visibility: Option<VisibilityWord>,
    pub(crate) note: Option<String>,
}

/// The owner of a file.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) source: SourceId,
    pub(crate) team: Option<Text>,
    pub(crate) prefix: Option<Text>,
    pub(crate) group: Option<Text>,
}

words! {
    /// Compiler warnings for errors that a crate never constructs.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Unused {
        /// No warnings, the default.
        Allow = "allow",
        /// Warn for each variant of the generated `Error` that its crate never constructs.
        Warn = "warn",
    }
}

#[derive(Debug, Default)]
pub(crate) struct Audit {
    pub(crate) unused: Option<Unused>,
    pub(crate) allow: Vec<Allowance>,
    pub(crate) legacy: Vec<Text>,
}

#[derive(Debug)]
pub(crate) struct Allowance {
    pub(crate) rule: Spanned<audit::Rule>,
    pub(crate) id: Option<Text>,
    pub(crate) path: Option<Text>,
    pub(crate) reason: String,
}

#[derive(Debug, Default)]
pub(crate) struct Diff {
    pub(crate) levels: Vec<(Text, Rating)>,
    pub(crate) accept: Vec<Acceptance>,
}

#[derive(Debug)]
pub(crate) struct Acceptance {
    pub(crate) rule: Spanned<diff::Rule>,
    pub(crate) path: Option<String>,
    pub(crate) reason: String,
    pub(crate) until: String,
}

#[derive(Debug, Default)]
pub(crate) struct Generate {
    pub(crate) docs_dir: Option<Text>,
    pub(crate) docs_flavor: Option<Flavor>,
    pub(crate) docs_nav: Option<Text>,
    pub(crate) docs_templates: Option<Text>,
    pub(crate) docs_redirects: Option<Text>,
    /// The place of `openapi`.
    pub(crate) openapi: Option<Span>,
    pub(crate) openapi_file: Option<Text>,
    pub(crate) openapi_into: Option<Text>,
    pub(crate) openapi_version: Option<OpenapiVersion>,
    pub(crate) openapi_open: Option<bool>,
    pub(crate) openapi_prefix: Option<Text>,
    pub(crate) openapi_retries: Option<Vec<RetryExtension>>,
    pub(crate) json: Option<Text>,
    pub(crate) llms: Option<Text>,
    pub(crate) rust: Option<Text>,
    pub(crate) typescript: Option<Text>,
    pub(crate) python: Option<Text>,
    pub(crate) snippets: Vec<Spanned<SnippetLanguage>>,
}

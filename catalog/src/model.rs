//! The model of a valid catalog, which all emitters read. Only `lower.rs` constructs a [`Catalog`],
//! after all checks have passed, so that emitters cannot fail.
//!
//! ```
//! use errbook_catalog::model::{Kind, Refund, Retry};
//!
//! let text = b"
//! errbook: 1
//! api: {name: Shop, doc_url: 'https://shop.example/errors/{slug}'}
//! groups: {orders: {title: Orders}}
//! errors:
//!   SOLD_OUT: {status: [409, 410], group: orders, refund: not_charged, description: It is gone., fix: Choose another.}
//!   POSTS_LATE: {title: Posts come late, cause: The queue is long., fix: Wait.}
//! ";
//! let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
//! let [sold_out, posts_late] = catalog.errors.as_slice() else { panic!("two errors") };
//!
//! assert_eq!((sold_out.kind(), posts_late.kind()), (Kind::Response, Kind::Symptom));
//! assert_eq!(sold_out.name.variant, "SoldOut");
//! assert_eq!(sold_out.statuses, [409, 410]);
//! assert_eq!(sold_out.retry, Retry::Unsaid);
//! assert_eq!(sold_out.refund, Some(Refund::NotCharged));
//! assert_eq!(sold_out.doc_url.as_deref(), Some("https://shop.example/errors/sold-out"));
//! assert_eq!(catalog.group_of(sold_out).expect("a group").title, "Orders");
//! assert_eq!(sold_out.examples.len(), 2, "one for each status");
//! assert_eq!(sold_out.origin.to_string(), "errors.yaml:6");
//! ```

pub mod name;
pub(crate) mod placeholder;
mod places;
mod public;
pub mod template;
pub(crate) mod url;
pub mod value;

pub use self::places::Places;

use std::collections::BTreeSet;
use std::fmt;

use crate::model::name::Name;
use crate::model::template::{BodyObject, Template};
use crate::model::url::{fill_url, is_of_id_alone};
use crate::model::value::Value;
use crate::problem::audit;
use crate::problem::diff;
use crate::words;

/// The errors of an API, and everything that belongs to them.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The name of the API, and the URLs of its documentation.
    pub api: Api,
    /// Context fields, in the order of the file.
    pub context: Vec<Field>,
    /// Shapes of a response. [`ErrorDef::envelope`] is an index into this list.
    pub envelopes: Vec<Envelope>,
    /// Named retry policies, in the order of the file.
    pub retry_policies: Vec<NamedPolicy>,
    /// Sections of the reference. [`ErrorDef::group`] is an index into this list.
    pub groups: Vec<Group>,
    /// Predicates on codes.
    pub predicates: Vec<Predicate>,
    /// The errors to send for requests that a framework rejects. Empty, or every status from 400 to
    /// 599 is in one of them.
    pub rejections: Vec<Rejection>,
    /// What clients do about errors that are not in the catalog.
    pub unknown: Vec<UnknownError>,
    /// Named types, then the types of inline `{type: enum}` fields. [`DetailType::Named`] is an
    /// index into this list.
    pub types: Vec<TypeDef>,
    /// Every error, in the order of the files: the root catalog first, then the included files in
    /// the order of their patterns.
    pub errors: Vec<ErrorDef>,
    /// Retired ids.
    pub retired: Vec<Retired>,
    /// The owners of included files, in the order of the files. Outputs for clients do not contain
    /// them.
    pub owners: Vec<Owner>,
    /// Markdown around the generated reference.
    pub prose: Prose,
    /// Settings of the audit.
    pub audit: Audit,
    /// Ratings of changes, and accepted ones.
    pub diff: DiffPolicy,
    /// Files that `errbook generate` writes, relative to the catalog's folder.
    pub generate: Generate,
    /// The operations of the API that return its errors. A catalog does not list them. They come
    /// from an `OpenAPI` document of the API.
    pub operations: Vec<Operation>,
}

/// A status, or every status of a class (RFC 9110 section 15).
///
/// ```
/// use errbook_catalog::model::Statuses;
///
/// let class = Statuses::parse("5XX").expect("a class");
/// assert_eq!((class.first(), class.last()), (500, 599));
/// assert_eq!(Statuses::parse("404").expect("a status").to_string(), "404");
/// assert_eq!(Statuses::parse("302"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statuses {
    /// One status, from 400 to 599.
    One(u16),
    /// The statuses from 400 to 499.
    Client,
    /// The statuses from 500 to 599.
    Server,
}

impl Statuses {
    /// Parses `404`, `4XX` or `5XX`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "4XX" => Some(Statuses::Client),
            "5XX" => Some(Statuses::Server),
            _ if text.len() == 3 => text.parse().ok().filter(|status| (400..600).contains(status)).map(Statuses::One),
            _ => None,
        }
    }

    /// The entry of a list for these statuses: their own, or else that of their class.
    ///
    /// ```
    /// use errbook_catalog::model::Statuses;
    /// let list = [(Statuses::Server, "wait"), (Statuses::One(502), "stop")];
    /// let find = |status| Statuses::One(status).among(&list, |entry| entry.0).map(|entry| entry.1);
    /// assert_eq!((find(502), find(503), find(404)), (Some("stop"), Some("wait"), None));
    /// ```
    pub fn among<T>(self, list: &[T], statuses: impl Fn(&T) -> Statuses) -> Option<&T> {
        let includes = |other: Statuses| other.first() <= self.first() && self.last() <= other.last();
        let own = list.iter().find(|entry| statuses(entry) == self);
        own.or_else(|| list.iter().find(|entry| includes(statuses(entry))))
    }

    /// The lowest status.
    pub fn first(self) -> u16 {
        match self {
            Statuses::One(status) => status,
            Statuses::Client => 400,
            Statuses::Server => 500,
        }
    }

    /// The highest status.
    pub fn last(self) -> u16 {
        match self {
            Statuses::One(status) => status,
            Statuses::Client => 499,
            Statuses::Server => 599,
        }
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statuses::One(status) => write!(f, "{status}"),
            Statuses::Client => f.write_str("4XX"),
            Statuses::Server => f.write_str("5XX"),
        }
    }
}

/// The error to send for requests that a framework rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The statuses of the framework's response.
    pub statuses: Statuses,
    /// The index in [`Catalog::errors`]. The error is public, has a status of the same class, and
    /// has no required detail.
    pub error: usize,
}

/// What clients do about errors that are not in the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownError {
    /// The statuses of the response.
    pub statuses: Statuses,
    /// Whether a client can retry the request.
    pub retry: Retry,
}

/// An operation of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The method, in uppercase (RFC 9110 section 9.1).
    pub method: String,
    /// The path, with parameters in braces.
    pub path: String,
    /// Indexes into [`Catalog::errors`], ascending.
    pub errors: Vec<usize>,
}

/// The `api` section.
#[derive(Debug, Clone)]
pub struct Api {
    /// The name in docs and in `info.title` of `OpenAPI`.
    pub name: String,
    /// The name of the API's folders, in kebab-case.
    pub slug: String,
    /// The version, as any text.
    pub version: Option<String>,
    /// Markdown.
    pub summary: Option<String>,
    /// The template of every error's `doc_url`, as written.
    pub doc_url: Option<String>,
    /// Where users get help: an email address or a URL.
    pub support: Option<String>,
}

/// One entry under `errors`.
#[derive(Debug, Clone)]
pub struct ErrorDef {
    /// The id and the names derived from it.
    pub name: Name,
    /// The wire value of `{code}`; `None` if the API sends none (`code: null`, and symptoms).
    pub code: Option<Code>,
    /// RFC 9110 statuses, 200 to 599, in the order of the file. Empty for messages and symptoms.
    pub statuses: Vec<u16>,
    /// A short title, as plain text.
    pub title: String,
    /// The message that the API sends; `None` for symptoms. A response without a message sends its
    /// title.
    pub message: Option<Template>,
    /// Markdown: what the error means, and when it occurs.
    pub description: Option<String>,
    /// Markdown: the usual cause.
    pub cause: Option<String>,
    /// Markdown: what the reader should do about it.
    pub fix: Option<String>,
    /// Markdown: a long text for the error's own page.
    pub notes: Option<String>,
    /// Whether a client can retry the request, and how.
    pub retry: Retry,
    /// Whether the charge is refunded; `None` if not set.
    pub refund: Option<Refund>,
    /// Whose fault it is, if the catalog says.
    pub fault: Option<Fault>,
    /// The resolved URL of the error's page, if set.
    pub doc_url: Option<String>,
    /// An index into [`Catalog::groups`].
    pub group: Option<usize>,
    /// An index into [`Catalog::envelopes`]; `None` for messages, symptoms and responses
    /// without a body.
    pub envelope: Option<usize>,
    /// The error's own headers. They override those of the envelope. See [`Catalog::headers`].
    pub headers: Vec<Header>,
    /// Typed values of one occurrence.
    pub details: Vec<Field>,
    /// Rendered examples. A response has at least one for each status. A message has those of the
    /// catalog. The status, headers and body of an internal error are those of its mask.
    pub examples: Vec<Example>,
    /// Code examples for clients.
    pub snippets: Vec<Snippet>,
    /// When the error was added and changed, and whether it is deprecated.
    pub lifecycle: Lifecycle,
    /// Who can see the error.
    pub visibility: Visibility,
    /// Whether the Rust variant contains an underlying error.
    pub source: bool,
    /// Whether details are behind pointers in Rust.
    pub boxed: bool,
    /// The place in the catalog.
    pub origin: Origin,
}

/// The kind of an entry, determined by its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It has a status. It gives a Rust variant, a schema, a page and an example.
    Response,
    /// It has a message and no status. It gives a Rust variant and a page.
    Message,
    /// It has neither. It gives a page and a row in a table, and nothing in Rust.
    Symptom,
}

impl ErrorDef {
    /// The kind: response, message or symptom.
    pub fn kind(&self) -> Kind {
        if !self.statuses.is_empty() {
            Kind::Response
        } else if self.message.is_some() {
            Kind::Message
        } else {
            Kind::Symptom
        }
    }

    /// Whether public docs, `OpenAPI` and the JSON export contain it.
    pub fn is_public(&self) -> bool {
        self.mask().is_none()
    }

    /// The mask of an internal error; `None` for a public one.
    pub fn mask(&self) -> Option<Mask> {
        match self.visibility {
            Visibility::Public => None,
            Visibility::Internal(mask) => Some(mask),
        }
    }
}

/// A wire code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Code {
    /// A JSON string.
    Text(String),
    /// A JSON number.
    Integer(i64),
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Code::Text(text) => f.write_str(text),
            Code::Integer(number) => write!(f, "{number}"),
        }
    }
}

/// Whether a client can retry the request.
#[derive(Debug, Clone, PartialEq)]
pub enum Retry {
    /// The catalog does not say.
    Unsaid,
    /// No: the same request fails again.
    Never,
    /// Yes, with the policy, if there is one.
    Always(Option<Policy>),
    /// Only if the request is idempotent (RFC 9110 section 9.2.2), with the policy, if there is
    /// one.
    Idempotent(Option<Policy>),
}

impl Retry {
    /// The policy of a retryable error, if there is one.
    pub fn policy(&self) -> Option<&Policy> {
        match self {
            Retry::Unsaid | Retry::Never => None,
            Retry::Always(policy) | Retry::Idempotent(policy) => policy.as_ref(),
        }
    }
}

/// How to retry a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The key under `retry`; `None` for an inline policy.
    pub name: Option<String>,
    /// The part of the response that says how long to wait. It overrides the backoff.
    pub after: Option<After>,
    /// How long to wait if the response does not say.
    pub backoff: Option<Backoff>,
    /// The maximum number of retries, after the first attempt; `None` if the catalog does not say.
    pub attempts: Option<u32>,
}

/// A policy with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPolicy {
    /// The key under `retry`.
    pub name: String,
    /// The policy.
    pub policy: Policy,
}

/// The part of a response that says when to retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// The name of a header, such as `Retry-After` (RFC 9110 section 10.2.3).
    Header(String),
    /// The name of a detail.
    Detail(String),
}

/// The wait between attempts, in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Backoff {
    /// The same wait each time. With `max_ms`, a wait between the two.
    Fixed {
        /// The wait, or the shortest wait.
        initial_ms: u64,
        /// The longest wait, for a range.
        max_ms: Option<u64>,
    },
    /// Each wait is `factor` times the previous one.
    Exponential {
        /// The first wait.
        initial_ms: u64,
        /// The factor, greater than 1.
        factor: f64,
        /// The longest wait.
        max_ms: Option<u64>,
    },
}

/// Whether the charge is refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refund {
    /// The charge is refunded.
    Refunded,
    /// The charge is kept.
    Kept,
    /// The request is not charged.
    NotCharged,
    /// The charge is refunded under a condition.
    Conditional {
        /// Markdown: the condition.
        when: String,
    },
}

words! {
    /// Whose fault an error is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Fault {
        /// The caller's.
        Caller = "caller",
        /// The API's.
        Api = "api",
        /// The fault of a service that the API depends on.
        Upstream = "upstream",
    }
}

/// A named value with a type: a detail, a context field, or a member of an object type.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name of the JSON member, as written.
    pub name: String,
    /// The name of the Rust field, in `snake_case`. A keyword gets a trailing underscore.
    pub ident: String,
    /// The type.
    pub ty: DetailType,
    /// Whether the value can be absent.
    pub optional: bool,
    /// Whether the value is kept out of logs and examples.
    pub sensitive: bool,
    /// Markdown: the description.
    pub doc: Option<String>,
    /// The example in the catalog.
    pub example: Option<Value>,
    /// Whether the Rust type is a `Box`: because the value's type contains the owner of the field,
    /// directly or through other types, or because the error is `boxed` and the value is larger
    /// than a pointer.
    pub boxed: bool,
}

/// The type of a field. Each has one Rust type, one JSON Schema and one example value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetailType {
    /// Text.
    String,
    /// A signed 64-bit integer.
    Integer,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A date and time as text (RFC 3339).
    DateTime,
    /// A number of seconds, as in `Retry-After`.
    Duration,
    /// A UUID as text (RFC 9562).
    Uuid,
    /// A URI as text (RFC 3986).
    Uri,
    /// Any JSON value.
    Json,
    /// A list.
    Array(Box<DetailType>),
    /// An object with any member names.
    Map(Box<DetailType>),
    /// An index into [`Catalog::types`].
    Named(usize),
}

/// A named type.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// The name of the Rust type and of the schema, in `PascalCase`.
    pub name: String,
    /// Markdown: the description.
    pub doc: Option<String>,
    /// An enum or an object.
    pub shape: TypeShape,
}

/// The definition of a named type.
#[derive(Debug, Clone)]
pub enum TypeShape {
    /// One of these strings.
    Enum {
        /// The strings.
        values: Vec<EnumValue>,
        /// Whether clients must expect other strings, too.
        open: bool,
    },
    /// An object with these members.
    Object(Vec<Field>),
}

/// One value of an enum type.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// The wire value.
    pub value: String,
    /// The Rust variant, in `PascalCase`.
    pub variant: String,
}

/// A response header.
#[derive(Debug, Clone)]
pub struct Header {
    /// The field name (RFC 9110 section 5.1).
    pub name: String,
    /// The value. If the template is one optional placeholder, and its value is absent, the header
    /// is left out.
    pub value: Template,
}

/// The shape of a response.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The key under `envelopes`.
    pub name: String,
    /// The name in Rust and of the schema, in `PascalCase`: `Default`, `Problem`.
    pub type_name: String,
    /// The media type.
    pub content_type: String,
    /// The JSON body.
    pub body: BodyObject,
    /// Headers of every response with this envelope.
    pub headers: Vec<Header>,
}

/// A section of the reference.
#[derive(Debug, Clone)]
pub struct Group {
    /// The key under `groups`.
    pub id: String,
    /// The heading.
    pub title: String,
    /// Markdown below the heading.
    pub summary: Option<String>,
    /// The columns of the table, in order, with their headings. Empty if the catalog lists none.
    pub columns: Vec<(Column, String)>,
}

words! {
    /// A column of a reference table. The catalog can set its heading.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Column {
        /// The heading of the ids.
        Id = "id",
        /// The heading of the wire codes.
        Code = "code",
        /// The heading of the statuses.
        Status = "status",
        /// The heading of the titles.
        Title = "title",
        /// The heading of the messages.
        Message = "message",
        /// The heading of the descriptions.
        Description = "description",
        /// The heading of the causes.
        Cause = "cause",
        /// The heading of the fixes.
        Fix = "fix",
        /// The heading of the retry policies.
        Retry = "retry",
        /// The heading of the refunds.
        Refund = "refund",
    }
}

/// A predicate on codes.
#[derive(Debug, Clone)]
pub struct Predicate {
    /// The name of the Rust method, in `snake_case`. It never clashes with other generated methods.
    pub name: String,
    /// Indexes into [`Catalog::errors`], in the order of the file.
    pub members: Vec<usize>,
}

/// A retired id.
#[derive(Debug, Clone)]
pub struct Retired {
    /// The id and the names derived from it.
    pub name: Name,
    /// The version that removed the error.
    pub since: Option<String>,
    /// An index into [`Catalog::errors`]: the replacement.
    pub replacement: Option<usize>,
    /// What Rust keeps of its name. If set, there is a replacement that Rust has.
    pub rust: Option<RetiredName>,
    /// Whether clients and readers may see the id.
    pub is_public: bool,
    /// Markdown: the reason.
    pub note: Option<String>,
    /// The place in the catalog.
    pub origin: Origin,
}

words! {
    /// What Rust keeps of the name of a retired error.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum RetiredName {
        /// A deprecated alias of the replacement.
        Alias = "alias",
    }
}

/// The owner of an included file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The path, relative to the root catalog's folder, with `/`.
    pub file: String,
    /// The owners, as in a CODEOWNERS file, separated by single spaces.
    pub team: String,
    /// The prefix of every id in the file. Other files do not use it.
    pub prefix: Option<String>,
    /// An index into [`Catalog::groups`]: the group of every error in the file. Other files do not
    /// use it.
    pub group: Option<usize>,
}

/// The history of an error: when it was added, changed and deprecated.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    /// The version that added the error.
    pub since: Option<String>,
    /// The changes, in the order of the catalog.
    pub changed: Vec<Changed>,
    /// The deprecation, if the error is deprecated.
    pub deprecated: Option<Deprecated>,
}

/// A change of an error in a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The version, as any text.
    pub version: String,
    /// Markdown: what changed.
    pub note: String,
}

/// The deprecation of an error.
#[derive(Debug, Clone)]
pub struct Deprecated {
    /// The version that deprecated the error.
    pub since: Option<String>,
    /// An index into [`Catalog::errors`]: the replacement.
    pub replacement: Option<usize>,
    /// Markdown: the reason.
    pub note: Option<String>,
}

/// Who can see an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone.
    Public,
    /// Rust code only. Docs, `OpenAPI` and the JSON export do not contain the error. Clients
    /// receive its mask.
    Internal(Mask),
}

/// The public error that clients receive instead of an internal one. It has one status and no
/// required detail, so any internal error can be sent as it.
///
/// ```
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors:
///   BROKEN: {status: 500, fix: Try again.}
///   DB_DOWN: {status: 503, visibility: internal, fix: Restart it.}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let [broken, db_down] = catalog.errors.as_slice() else { panic!("two errors") };
/// assert_eq!(db_down.mask().expect("an internal error").index(), 0);
/// assert_eq!(catalog.sent(db_down).name.id, "BROKEN");
/// assert_eq!(catalog.sent(broken).name.id, "BROKEN");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask(usize);

impl Mask {
    /// Only `lower.rs` makes a mask, from an error that the checks have accepted.
    pub(crate) fn new(index: usize) -> Self {
        Mask(index)
    }

    /// The index into [`Catalog::errors`].
    pub fn index(self) -> usize {
        self.0
    }
}

/// A code example for clients.
#[derive(Debug, Clone)]
pub struct Snippet {
    /// The language, as in a markdown code fence.
    pub lang: String,
    /// The code, without a trailing newline.
    pub code: String,
}

/// A rendered example: what a client receives.
#[derive(Debug, Clone)]
pub struct Example {
    /// The title of the example, or of the error.
    pub title: String,
    /// `None` for messages.
    pub status: Option<u16>,
    /// The rendered message.
    pub message: String,
    /// Every header of the response, except the content type.
    pub headers: Vec<(String, String)>,
    /// The body; `None` for messages and responses without a body.
    pub body: Option<Value>,
    /// The values of the details, in the order of the error, without absent ones.
    pub details: Vec<(String, Value)>,
    /// The values of the context fields, without absent ones.
    pub context: Vec<(String, Value)>,
}

/// Markdown around the generated reference.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    /// Files before the tables.
    pub before: Vec<ProseFile>,
    /// Files after the tables.
    pub after: Vec<ProseFile>,
}

/// A markdown file. It is a Tera template with access to the catalog.
#[derive(Debug, Clone)]
pub struct ProseFile {
    /// The path, relative to the catalog's folder, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
}

/// Settings of the audit.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// Whether the compiler warns of each variant of the generated `Error` that its crate never
    /// constructs.
    pub warns_of_unused: bool,
    /// Accepted findings of `errbook audit`.
    pub allow: Vec<Allowance>,
    /// The project's own functions, methods and macros that send an error by its code.
    pub legacy: Vec<Helper>,
}

/// An entry of `audit.legacy`: a function, method or macro whose call with a code as a literal
/// sends that error.
#[derive(Debug, Clone)]
pub struct Helper {
    /// The name, or the end of the path: `reply` or `ApiError::new`.
    pub path: String,
    /// The place in the catalog.
    pub origin: Origin,
}

/// An entry of `audit.allow`: accepted findings.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// The rule.
    pub rule: audit::Rule,
    /// The id of the error; `None` for any.
    pub id: Option<String>,
    /// The file, relative to the catalog's folder; `None` for any.
    pub path: Option<String>,
    /// Why the findings are accepted.
    pub reason: String,
    /// The place in the catalog.
    pub origin: Origin,
}

/// The policy of `errbook diff`.
#[derive(Debug, Clone, Default)]
pub struct DiffPolicy {
    /// Changes with another rating.
    pub levels: Vec<(diff::Rule, diff::Rating)>,
    /// Breaking changes that count as additive.
    pub accept: Vec<Acceptance>,
}

/// An entry of `diff.accept`: accepted changes.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// The kind of the change.
    pub rule: diff::Rule,
    /// The path of the change, or its start; `None` for any.
    pub path: Option<String>,
    /// Why the changes are accepted.
    pub reason: String,
    /// The first version, or the first day, on which they no longer are.
    pub until: String,
    /// The place in the catalog.
    pub origin: Origin,
}

/// Files that `errbook generate` writes without `--out`. Paths are relative to the catalog's
/// folder, with `/`.
#[derive(Debug, Clone, Default)]
pub struct Generate {
    /// The markdown reference.
    pub docs: Option<GenerateDocs>,
    /// The file of redirects from the pages of renamed errors. Its name decides the format.
    pub docs_redirects: Option<String>,
    /// The `OpenAPI` document.
    pub openapi: Option<GenerateOpenapi>,
    /// An existing `OpenAPI` document, to which errbook adds the errors.
    pub openapi_into: Option<String>,
    /// Whether clients must expect errors that are not in the catalog yet.
    pub openapi_open: bool,
    /// The start of the name of each component: ASCII letters and digits, first an upper-case
    /// letter.
    pub openapi_prefix: Option<String>,
    /// The client generators for which operations have the retries of their errors.
    pub openapi_retries: BTreeSet<RetryExtension>,
    /// The JSON export.
    pub json: Option<String>,
    /// The summary for language models.
    pub llms: Option<String>,
    /// The Rust file.
    pub rust: Option<String>,
    /// The client in TypeScript.
    pub typescript: Option<String>,
    /// The client in Python.
    pub python: Option<String>,
    /// The languages of the snippets on each error's page, each once.
    pub snippets: Vec<SnippetLanguage>,
}

/// `generate.docs`.
#[derive(Debug, Clone)]
pub struct GenerateDocs {
    /// The folder.
    pub dir: String,
    /// The site generator that reads the pages.
    pub flavor: Flavor,
    /// The navigation file. Only the flavors mdbook and mkdocs have one.
    pub nav: Option<String>,
    /// A folder of templates, which replace errbook's templates of the same name.
    pub templates: Option<String>,
}

words! {
    /// The site generators that read the pages. Each has its own markdown.
    ///
    /// ```
    /// use errbook_catalog::model::Flavor;
    /// assert_eq!(Flavor::Mdbook.name(), "mdbook");
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub enum Flavor {
        /// GitHub markdown, the default.
        Plain = "plain" #[default],
        /// For mdBook.
        Mdbook = "mdbook",
        /// For Docusaurus 3.
        Docusaurus = "docusaurus",
        /// For MkDocs with the Material theme.
        Mkdocs = "mkdocs",
        /// For Astro's Starlight.
        Starlight = "starlight",
        /// For VitePress.
        Vitepress = "vitepress",
    }
}

/// `generate.openapi`.
#[derive(Debug, Clone)]
pub struct GenerateOpenapi {
    /// The file. Its extension decides between YAML and JSON.
    pub file: String,
    /// The version of `OpenAPI`.
    pub version: OpenapiVersion,
}

words! {
    /// The versions of `OpenAPI` that errbook writes.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub enum OpenapiVersion {
        /// OpenAPI 3.1, the default.
        V3_1 = "3.1" #[default],
        /// OpenAPI 3.0.
        V3_0 = "3.0",
        /// OpenAPI 3.2.
        V3_2 = "3.2",
    }
}

words! {
    /// The languages of generated snippets.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum SnippetLanguage {
        /// With the client of the crate `errbook`.
        Rust = "rust",
        /// With the client of `generate.typescript`.
        Typescript = "typescript",
        /// With the client of `generate.python`.
        Python = "python",
        /// With curl and jq in a shell.
        Curl = "curl",
    }
}

words! {
    /// The client generators with an extension for retries.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum RetryExtension {
        /// Speakeasy: the statuses to retry, and the waits.
        Speakeasy = "speakeasy",
        /// Fern: whether to retry at all.
        Fern = "fern",
    }
}

/// A place in the catalog: `errors/auth.yaml:12`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The path, relative to the root catalog's folder, with `/`.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Catalog {
    /// The group of an error.
    pub fn group_of(&self, error: &ErrorDef) -> Option<&Group> {
        error.group.map(|index| &self.groups[index])
    }

    /// The envelope of an error.
    pub fn envelope_of(&self, error: &ErrorDef) -> Option<&Envelope> {
        error.envelope.map(|index| &self.envelopes[index])
    }

    /// What clients receive of an error: the error, or the mask of an internal one.
    pub fn sent<'a>(&'a self, error: &'a ErrorDef) -> &'a ErrorDef {
        error.mask().map_or(error, |mask| &self.errors[mask.index()])
    }

    /// Every header of an error's response: its own, then those of its envelope that it does not
    /// override. Header names ignore case (RFC 9110 section 5.1).
    pub fn headers<'a>(&'a self, error: &'a ErrorDef) -> Vec<&'a Header> {
        let own = error.headers.iter();
        let inherited = self.envelope_of(error).into_iter().flat_map(|envelope| &envelope.headers);
        own.chain(
            inherited.filter(|header| !error.headers.iter().any(|own| own.name.eq_ignore_ascii_case(&header.name))),
        )
        .collect()
    }

    /// The owner of a place in the catalog.
    pub fn owner_of(&self, origin: &Origin) -> Option<&Owner> {
        self.owners.iter().find(|owner| owner.file == origin.file)
    }

    /// The retired ids that clients and readers may see.
    ///
    /// ```
    /// let text = b"errbook: 1
    /// api: {name: Shop}
    /// errors: {BROKEN: {status: 500, fix: Wait.}, DB_DOWN: {status: 503, visibility: internal, fix: Restart it.}}
    /// retired: {DB_GONE: {use: DB_DOWN, visibility: internal}, CRASHED: {use: BROKEN}}
    /// ";
    /// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.unwrap();
    /// let ids: Vec<&str> = catalog.public_retired().map(|retired| retired.name.id.as_str()).collect();
    /// assert_eq!(ids, ["CRASHED"]);
    /// ```
    pub fn public_retired(&self) -> impl Iterator<Item = &Retired> {
        self.retired.iter().filter(|retired| retired.is_public)
    }

    /// The URL of the page of a retired id, if the catalog has a `doc_url`.
    ///
    /// ```
    /// let text = b"errbook: 1
    /// api: {name: Shop, doc_url: 'https://shop.example/errors/{slug}'}
    /// retired: {SOLD_OUT: {since: 2.0.0}}
    /// ";
    /// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    /// assert_eq!(catalog.retired_url(&catalog.retired[0]).unwrap(), "https://shop.example/errors/sold-out");
    /// ```
    pub fn retired_url(&self, retired: &Retired) -> Option<String> {
        // The code and the group of a retired error are unknown.
        let template = self.api.doc_url.as_ref().filter(|template| is_of_id_alone(template))?;
        Some(fill_url(template, &retired.name, None, None))
    }

    /// The URL of the generated page of an error. Its own `doc_url` can be another one.
    pub fn page_url(&self, error: &ErrorDef) -> Option<String> {
        let code = error.code.as_ref().map(ToString::to_string);
        let group = self.group_of(error).map(|group| group.id.as_str());
        self.api.doc_url.as_ref().map(|template| fill_url(template, &error.name, code.as_deref(), group))
    }

    /// The replacement of a retired id, if its page can redirect to the page of the replacement.
    /// The replacement must be public. A retired id with a note keeps its page, which shows the
    /// note.
    ///
    /// ```
    /// let text = b"errbook: 1
    /// api: {name: Shop}
    /// errors: {OUT_OF_STOCK: {status: 409, fix: Choose another.}}
    /// retired:
    ///   SOLD_OUT: {use: OUT_OF_STOCK}
    ///   NO_STOCK: {use: OUT_OF_STOCK, note: It was for whole shelves.}
    ///   GONE: {}
    /// ";
    /// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    /// let led: Vec<bool> = catalog.retired.iter().map(|retired| catalog.redirect_of(retired).is_some()).collect();
    /// assert_eq!(led, [true, false, false]);
    /// ```
    pub fn redirect_of(&self, retired: &Retired) -> Option<&ErrorDef> {
        let replacement = retired.replacement.map(|index| &self.errors[index]);
        replacement.filter(|error| error.is_public() && retired.note.is_none())
    }

    /// The predicates that match the error at `index`, in the order of the catalog.
    pub fn predicates_of(&self, index: usize) -> impl Iterator<Item = &Predicate> {
        self.predicates.iter().filter(move |predicate| predicate.members.contains(&index))
    }

    /// The same for every error at once, by its index.
    pub fn predicates_by_error(&self) -> Vec<Vec<&Predicate>> {
        let mut by_error = vec![Vec::new(); self.errors.len()];
        for predicate in &self.predicates {
            for &index in &predicate.members {
                by_error[index].push(predicate);
            }
        }
        by_error
    }
}

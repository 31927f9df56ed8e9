//! The checked catalog: what every emitter sees. Only `lower.rs` makes one, so whatever could make an emitter fail
//! was refused before a [`Catalog`] existed.
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
//! assert_eq!(sold_out.retry, Retry::Never);
//! assert_eq!(sold_out.refund, Some(Refund::NotCharged));
//! assert_eq!(sold_out.doc_url.as_deref(), Some("https://shop.example/errors/sold-out"));
//! assert_eq!(catalog.group_of(sold_out).expect("a group").title, "Orders");
//! assert_eq!(sold_out.examples.len(), 2, "one for each status");
//! assert_eq!(sold_out.origin.to_string(), "errors.yaml:6");
//! ```

pub mod name;
pub(crate) mod placeholder;
pub mod template;
pub(crate) mod url;
pub mod value;

use std::fmt;

use crate::model::name::Name;
use crate::model::template::{BodyObject, Template};
use crate::model::url::{fill_url, is_of_id_alone};
use crate::model::value::Value;
use crate::problem::audit;
use crate::words;

/// Everything one API says about its errors.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// What the API is called and where its documentation lives.
    pub api: Api,
    /// Facts about the request that a response carries, in the order of the file.
    pub context: Vec<Field>,
    /// Shapes of a response; [`ErrorDef::envelope`] points into this list.
    pub envelopes: Vec<Envelope>,
    /// Named retry policies, in the order of the file.
    pub retry_policies: Vec<NamedPolicy>,
    /// Sections of the reference; [`ErrorDef::group`] points into this list.
    pub groups: Vec<Group>,
    /// Named questions a client asks of a code.
    pub predicates: Vec<Predicate>,
    /// Named detail types, and those that an inline `{type: enum}` made; [`DetailType::Named`] points into this list.
    pub types: Vec<TypeDef>,
    /// Every error, in the order of the file (an included file stands where its pattern stands, after the root's own).
    pub errors: Vec<ErrorDef>,
    /// Ids that may never come back.
    pub retired: Vec<Retired>,
    /// Who answers for which file, in the order in which the files are included. No output for clients shows it.
    pub owners: Vec<Owner>,
    /// Markdown around the generated reference.
    pub prose: Prose,
    /// What the code is held to.
    pub audit: Audit,
    /// What `errbook generate` writes, relative to the catalog's folder.
    pub generate: Generate,
    /// The operations of the API that return its errors. A catalog does not say: whoever has read an `OpenAPI` document of the API
    /// fills them in.
    pub operations: Vec<Operation>,
}

/// An operation of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The method, in capital letters (RFC 9110 section 9.1).
    pub method: String,
    /// The path, parameters in braces.
    pub path: String,
    /// Indexes into [`Catalog::errors`], ascending.
    pub errors: Vec<usize>,
}

/// The `api` section.
#[derive(Debug, Clone)]
pub struct Api {
    /// Shown in docs and in `OpenAPI`'s `info.title`.
    pub name: String,
    /// Kebab-case; names folders.
    pub slug: String,
    /// Any string.
    pub version: Option<String>,
    /// Markdown.
    pub summary: Option<String>,
    /// The template of every error's `doc_url`, as written.
    pub doc_url: Option<String>,
    /// Where users get help: an address or a URL.
    pub support: Option<String>,
}

/// One entry under `errors`.
#[derive(Debug, Clone)]
pub struct ErrorDef {
    /// The id and the names that follow from it.
    pub name: Name,
    /// What stands on the wire in place of `{code}`; `None` where the API sends none (`code: null`, and symptoms).
    pub code: Option<Code>,
    /// RFC 9110 statuses, 100 to 599, in the order of the file. Empty for messages and symptoms.
    pub statuses: Vec<u16>,
    /// Short, plain text.
    pub title: String,
    /// What the API sends; `None` for symptoms. A response without a written message sends its title.
    pub message: Option<Template>,
    /// Markdown: what it means, when it fires.
    pub description: Option<String>,
    /// Markdown: the usual cause.
    pub cause: Option<String>,
    /// Markdown: what the reader does about it.
    pub fix: Option<String>,
    /// Markdown: the long text of the error's own page.
    pub notes: Option<String>,
    /// May the client repeat the request, and how.
    pub retry: Retry,
    /// What happens to the charge; `None` where the catalog does not say.
    pub refund: Option<Refund>,
    /// The resolved URL of this error's page, where the catalog names one.
    pub doc_url: Option<String>,
    /// Index into [`Catalog::groups`].
    pub group: Option<usize>,
    /// Index into [`Catalog::envelopes`]; `None` for messages, symptoms and catalogs without an envelope.
    pub envelope: Option<usize>,
    /// The error's own headers; the envelope's come on top of these, and an own one wins. See [`Catalog::headers`].
    pub headers: Vec<Header>,
    /// Typed facts of one occurrence.
    pub details: Vec<Field>,
    /// Rendered examples: at least one for each status of a response; for messages, those the catalog gives.
    pub examples: Vec<Example>,
    /// Client code.
    pub snippets: Vec<Snippet>,
    /// When it came and whether it is on its way out.
    pub lifecycle: Lifecycle,
    /// Who may see it.
    pub visibility: Visibility,
    /// The Rust variant carries an underlying error.
    pub source: bool,
    /// Where the catalog defines it.
    pub origin: Origin,
}

/// What an entry is, which follows from what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It has a status: Rust variant, schema, page, example.
    Response,
    /// It has a message and no status: Rust variant and page.
    Message,
    /// It has neither: a page and a row, nothing in Rust.
    Symptom,
}

impl ErrorDef {
    /// Response, message or symptom.
    pub fn kind(&self) -> Kind {
        if !self.statuses.is_empty() {
            Kind::Response
        } else if self.message.is_some() {
            Kind::Message
        } else {
            Kind::Symptom
        }
    }

    /// Whether public docs, `OpenAPI` and the JSON export show it.
    pub fn is_public(&self) -> bool {
        self.visibility == Visibility::Public
    }
}

/// A code as it stands on the wire.
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

/// Whether repeating the request can help.
#[derive(Debug, Clone, PartialEq)]
pub enum Retry {
    /// It will fail again.
    Never,
    /// It may succeed; with how to go about it, where the catalog says.
    Always(Option<Policy>),
    /// It may succeed, and only a request that is safe to repeat (RFC 9110 section 9.2.2) should be.
    Idempotent(Option<Policy>),
}

impl Retry {
    /// How to go about it, where repeating helps and the catalog says how.
    pub fn policy(&self) -> Option<&Policy> {
        match self {
            Retry::Never => None,
            Retry::Always(policy) | Retry::Idempotent(policy) => policy.as_ref(),
        }
    }
}

/// How to repeat a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The policy's name under `retry`, where it has one.
    pub name: Option<String>,
    /// What in the response says how long to wait; it wins over the backoff.
    pub after: Option<After>,
    /// How long to wait where the response does not say.
    pub backoff: Option<Backoff>,
    /// How many times to repeat, not counting the first try; `None`: no limit.
    pub attempts: Option<u32>,
}

/// A policy with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPolicy {
    /// Its key under `retry`.
    pub name: String,
    /// What it says.
    pub policy: Policy,
}

/// Where a response says when to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// A header's name, as `Retry-After` (RFC 9110 section 10.2.3).
    Header(String),
    /// A detail's name.
    Detail(String),
}

/// The wait between tries, in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Backoff {
    /// The same wait each time; with `max_ms`, anywhere between the two.
    Fixed {
        /// The wait, or the shortest wait.
        initial_ms: u64,
        /// The longest wait, where it is a range.
        max_ms: Option<u64>,
    },
    /// Each wait is `factor` times the one before.
    Exponential {
        /// The first wait.
        initial_ms: u64,
        /// More than 1.
        factor: f64,
        /// No wait is longer.
        max_ms: Option<u64>,
    },
}

/// What happens to what the request cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refund {
    /// Charged, then given back.
    Refunded,
    /// Charged, and kept.
    Kept,
    /// Never charged.
    NotCharged,
    /// Given back under a condition.
    Conditional {
        /// Markdown: the condition.
        when: String,
    },
}

/// A named value with a type: a detail, a fact of the request, or a member of an object type.
#[derive(Debug, Clone)]
pub struct Field {
    /// The JSON member's name, as written.
    pub name: String,
    /// The Rust field's name: snake case, never a keyword (a keyword gets a trailing underscore).
    pub ident: String,
    /// Its type.
    pub ty: DetailType,
    /// May be absent.
    pub optional: bool,
    /// Kept out of logs and examples.
    pub sensitive: bool,
    /// Markdown.
    pub doc: Option<String>,
    /// The example that the catalog gives.
    pub example: Option<Value>,
}

/// The closed list of types. Each has one Rust type, one JSON Schema and one example value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetailType {
    /// Text.
    String,
    /// 64 bits, signed.
    Integer,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// RFC 3339 text.
    DateTime,
    /// Seconds, as a JSON number: `Retry-After` counts in them too.
    Duration,
    /// RFC 9562 text.
    Uuid,
    /// RFC 3986 text.
    Uri,
    /// Any JSON.
    Json,
    /// A list.
    Array(Box<DetailType>),
    /// An object with free member names.
    Map(Box<DetailType>),
    /// Index into [`Catalog::types`].
    Named(usize),
}

/// A named type.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// The Rust type's and the schema's name, in Pascal case.
    pub name: String,
    /// Markdown.
    pub doc: Option<String>,
    /// What it is.
    pub shape: TypeShape,
}

/// What a named type is.
#[derive(Debug, Clone)]
pub enum TypeShape {
    /// One of these strings.
    Enum(Vec<EnumValue>),
    /// An object with these members.
    Object(Vec<Field>),
}

/// One value of an enum type.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// As it stands on the wire.
    pub value: String,
    /// The Rust variant, in Pascal case.
    pub variant: String,
}

/// A response header.
#[derive(Debug, Clone)]
pub struct Header {
    /// Its field name, RFC 9110 section 5.1.
    pub name: String,
    /// Its value; a template with a single optional placeholder drops the header where the value is absent.
    pub value: Template,
}

/// The shape of a response.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Its key under `envelopes`.
    pub name: String,
    /// The Rust and schema name, in Pascal case: `Default`, `Problem`.
    pub type_name: String,
    /// The media type.
    pub content_type: String,
    /// The JSON body.
    pub body: BodyObject,
    /// Headers of every response in this envelope.
    pub headers: Vec<Header>,
}

/// A section of the reference.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its key under `groups`.
    pub id: String,
    /// The heading.
    pub title: String,
    /// Markdown under the heading.
    pub summary: Option<String>,
    /// The columns of its table, in order, with their headings; empty where the catalog names none.
    pub columns: Vec<(Column, String)>,
}

words! {
    /// A column of a reference table, to which the catalog may give a heading of its own.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Column {
        /// The heading over the ids.
        Id = "id",
        /// The heading over the wire codes.
        Code = "code",
        /// The heading over the statuses.
        Status = "status",
        /// The heading over the titles.
        Title = "title",
        /// The heading over the messages.
        Message = "message",
        /// The heading over the descriptions.
        Description = "description",
        /// The heading over the causes.
        Cause = "cause",
        /// The heading over what to do.
        Fix = "fix",
        /// The heading over whether and how to retry.
        Retry = "retry",
        /// The heading over the refunds.
        Refund = "refund",
    }
}

/// A named question a client asks of a code.
#[derive(Debug, Clone)]
pub struct Predicate {
    /// Snake case; a Rust method's name, never that of a generated one.
    pub name: String,
    /// Indexes into [`Catalog::errors`], in the order written.
    pub members: Vec<usize>,
}

/// An id that may never come back.
#[derive(Debug, Clone)]
pub struct Retired {
    /// The id and the names that followed from it.
    pub name: Name,
    /// The version that dropped it.
    pub since: Option<String>,
    /// Index into [`Catalog::errors`]: what replaced it.
    pub replacement: Option<usize>,
    /// What Rust keeps of its name; there is a replacement that Rust has, then.
    pub rust: Option<RetiredName>,
    /// Markdown.
    pub note: Option<String>,
    /// Where the catalog says so.
    pub origin: Origin,
}

words! {
    /// What Rust keeps of the name of a retired error.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum RetiredName {
        /// A deprecated alias of what replaced it.
        Alias = "alias",
    }
}

/// The team that answers for an included file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Relative to the root catalog's folder, with `/`.
    pub file: String,
    /// As a CODEOWNERS file names it; several are separated by one space.
    pub team: String,
    /// How every id of the file begins, and no other.
    pub prefix: Option<String>,
    /// Index into [`Catalog::groups`]: where every error of the file stands, and no other.
    pub group: Option<usize>,
}

/// When an error came, what became otherwise, and whether it is on its way out.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    /// The version that brought it.
    pub since: Option<String>,
    /// What became otherwise since, in the order of the catalog.
    pub changed: Vec<Changed>,
    /// Set where it should no longer be relied on.
    pub deprecated: Option<Deprecated>,
}

/// What a version made otherwise of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The version, any text.
    pub version: String,
    /// Markdown: what is otherwise.
    pub note: String,
}

/// Why and for what an error was given up.
#[derive(Debug, Clone)]
pub struct Deprecated {
    /// The version that deprecated it.
    pub since: Option<String>,
    /// Index into [`Catalog::errors`]: what to expect in its place.
    pub replacement: Option<usize>,
    /// Markdown.
    pub note: Option<String>,
}

words! {
    /// Who may see an error.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Visibility {
        /// Everyone.
        Public = "public",
        /// Rust code only: not in docs, OpenAPI or the JSON export.
        Internal = "internal",
    }
}

/// Client code for one error.
#[derive(Debug, Clone)]
pub struct Snippet {
    /// The language, as a markdown fence names it.
    pub lang: String,
    /// The code, without a trailing newline.
    pub code: String,
}

/// One occurrence, rendered: what a client receives.
#[derive(Debug, Clone)]
pub struct Example {
    /// The author's title, or the error's own.
    pub title: String,
    /// `None` for messages.
    pub status: Option<u16>,
    /// The rendered message.
    pub message: String,
    /// Every header of the response, the content type not among them.
    pub headers: Vec<(String, String)>,
    /// The body in its envelope; `None` for messages and catalogs without an envelope.
    pub body: Option<Value>,
    /// The details it was rendered from, in the error's order, absent ones left out.
    pub details: Vec<(String, Value)>,
    /// The facts of the request it was rendered from, likewise.
    pub context: Vec<(String, Value)>,
}

/// Markdown around the generated reference.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    /// Before the tables.
    pub before: Vec<ProseFile>,
    /// After them.
    pub after: Vec<ProseFile>,
}

/// One markdown file, a Tera template that sees the catalog.
#[derive(Debug, Clone)]
pub struct ProseFile {
    /// Relative to the catalog's folder, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What the code that answers with the errors is held to.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// The compiler warns of each variant of the generated `Error` that its crate never constructs.
    pub warns_of_unused: bool,
    /// Findings of `errbook audit` that are meant to be.
    pub allow: Vec<Allowance>,
}

/// An entry of `audit.allow`: findings that are meant to be.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// Of which rule.
    pub rule: audit::Rule,
    /// The id of the error that they are about; `None`: any.
    pub id: Option<String>,
    /// The file that they are about, relative to the catalog's folder; `None`: any.
    pub path: Option<String>,
    /// Why that is so.
    pub reason: String,
    /// Where the catalog allows it.
    pub origin: Origin,
}

/// What `errbook generate` writes without `--out`. Paths are relative to the catalog's folder, with `/`.
#[derive(Debug, Clone, Default)]
pub struct Generate {
    /// The markdown reference.
    pub docs: Option<GenerateDocs>,
    /// The file of redirects from pages of renamed errors; its name says for which server or generator of sites.
    pub docs_redirects: Option<String>,
    /// The `OpenAPI` document.
    pub openapi: Option<GenerateOpenapi>,
    /// The `OpenAPI` document that somebody else writes and the errors go into.
    pub openapi_into: Option<String>,
    /// The JSON export.
    pub json: Option<String>,
    /// The errors in short, for language models.
    pub llms: Option<String>,
    /// The Rust file.
    pub rust: Option<String>,
}

/// `generate.docs`.
#[derive(Debug, Clone)]
pub struct GenerateDocs {
    /// The folder.
    pub dir: String,
    /// For which generator of sites the pages are.
    pub flavor: Flavor,
    /// The file of the site in which the pages are listed; of the flavors mdbook and mkdocs alone.
    pub nav: Option<String>,
    /// A folder of templates that replace errbook's own, file by file.
    pub templates: Option<String>,
}

words! {
    /// The generators of sites that read the pages, each its own markdown.
    ///
    /// ```
    /// use errbook_catalog::model::Flavor;
    /// assert_eq!(Flavor::Mdbook.name(), "mdbook");
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub enum Flavor {
        /// Markdown as GitHub reads it, the default.
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
    /// The file; its ending says YAML or JSON.
    pub file: String,
    /// Which `OpenAPI`.
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

/// A place in the catalog, as people write it: `errors/auth.yaml:12`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Relative to the root catalog's folder, with `/`.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Catalog {
    /// The group that an error stands in.
    pub fn group_of(&self, error: &ErrorDef) -> Option<&Group> {
        error.group.map(|index| &self.groups[index])
    }

    /// The envelope that an error's response comes in.
    pub fn envelope_of(&self, error: &ErrorDef) -> Option<&Envelope> {
        error.envelope.map(|index| &self.envelopes[index])
    }

    /// Every header of an error's response: its own, then those of its envelope that it does not replace. Names are
    /// compared without case, as RFC 9110 section 5.1 asks.
    pub fn headers<'a>(&'a self, error: &'a ErrorDef) -> Vec<&'a Header> {
        let own = error.headers.iter();
        let inherited = self.envelope_of(error).into_iter().flat_map(|envelope| &envelope.headers);
        own.chain(
            inherited.filter(|header| !error.headers.iter().any(|own| own.name.eq_ignore_ascii_case(&header.name))),
        )
        .collect()
    }

    /// Who answers for what is written there.
    pub fn owner_of(&self, origin: &Origin) -> Option<&Owner> {
        self.owners.iter().find(|owner| owner.file == origin.file)
    }

    /// The address of a retired id's page, where the catalog says where its pages are.
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
        // Nobody remembers its code, or the group that it stood in.
        let template = self.api.doc_url.as_ref().filter(|template| is_of_id_alone(template))?;
        Some(fill_url(template, &retired.name, None, None))
    }

    /// Where the page that is generated for an error is, which its own `doc_url` need not say.
    pub fn page_url(&self, error: &ErrorDef) -> Option<String> {
        let code = error.code.as_ref().map(ToString::to_string);
        let group = self.group_of(error).map(|group| group.id.as_str());
        self.api.doc_url.as_ref().map(|template| fill_url(template, &error.name, code.as_deref(), group))
    }

    /// What takes a retired id's place so that nothing is lost if its page leads there at once: a public error, where no note says
    /// what else changed.
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

    /// The predicates that hold for the error at `index`, in the catalog's order.
    pub fn predicates_of(&self, index: usize) -> impl Iterator<Item = &Predicate> {
        self.predicates.iter().filter(move |predicate| predicate.members.contains(&index))
    }
}

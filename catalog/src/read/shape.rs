//! The tables of the format: the keys of each mapping, with their types and descriptions. The
//! parser checks and reads a catalog by these tables. The JSON Schema of the format is generated
//! from them.

use crate::model::{Column, Fault, Flavor, OpenapiVersion, RetiredName};
use crate::problem::Level;
use crate::problem::audit;
use crate::read::keys::{Key, Shape, key_of, shapes};
use crate::read::syntax::{BackoffKind, Preset, RefundWord, RetryableWord, Unused, VisibilityWord};
use crate::read::yaml::Node;
use crate::words::Word;

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ty {
    /// Text of one or more lines.
    Text,
    /// Markdown text.
    Markdown,
    /// Text with `{placeholders}`.
    Template,
    /// An error's id.
    Id,
    /// `true` or `false`.
    Bool,
    /// An integer in a range.
    Integer(i64, i64),
    /// An HTTP status.
    Status,
    /// A number greater than a bound.
    NumberAbove(f64),
    /// `2s`, `500ms`, `1m`, `1h`.
    Duration,
    /// One of these words, each with its meaning.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Text, an integer, or null.
    Code,
    /// Any value.
    Json,
    /// A JSON value with templates in its texts.
    Body,
    /// A list.
    List(&'static Ty),
    /// A single value, or a list.
    OneOrMany(&'static Ty),
    /// A mapping with any keys: the kind of key, and the type of the value.
    Map(&'static str, &'static Ty),
    /// A mapping with these keys.
    Shape(&'static Shape),
    /// One of several types. No two of them accept the same kind of YAML value.
    Either(&'static [Ty]),
}

impl Ty {
    /// The shape of a mapping, or of the mappings in a list.
    pub(crate) fn shape(&self) -> Option<&'static Shape> {
        match self {
            Ty::Shape(shape) => Some(shape),
            Ty::Either(choices) => choices.iter().find_map(Ty::shape),
            Ty::OneOrMany(item) => item.shape(),
            _ => None,
        }
    }

    /// The type of the value under a key.
    pub(crate) fn value(&self, key: &str) -> Option<&'static Ty> {
        match self {
            Ty::Shape(shape) => shape.keys.iter().find(|known| known.name == key).map(|known| &known.ty),
            Ty::Map(_, value) => Some(value),
            Ty::Either(choices) => choices.iter().find_map(|choice| choice.value(key)),
            Ty::OneOrMany(item) => item.value(key),
            _ => None,
        }
    }

    /// The type of the items of a list.
    pub(crate) fn item(&self) -> Option<&'static Ty> {
        match self {
            Ty::List(item) | Ty::OneOrMany(item) => Some(item),
            Ty::Either(choices) => choices.iter().find_map(Ty::item),
            _ => None,
        }
    }
}

/// The type of a value that is one of the words of an enum.
trait OneOf: Word {
    const TY: Ty = Ty::OneOf(Self::WORDS);
}

impl<W: Word> OneOf for W {}

/// The kinds of keys that need special treatment.
pub(crate) const ERROR: &str = "error";
pub(crate) const RETIRED: &str = "retired error";
pub(crate) const LINT: &str = "lint";
pub(crate) const STATUS: &str = "status";

/// The range of HTTP statuses of final responses (RFC 9110 section 15.2).
pub(crate) const STATUSES: (i64, i64) = (200, 599);

const RETRYABLE: Ty = Ty::Either(&[Ty::Bool, RetryableWord::TY]);
const POLICY_REF: Ty = Ty::Either(&[Ty::Text, RetryPolicy::TY]);
const REFUND: Ty = Ty::Either(&[Ty::Bool, RefundWord::TY, ConditionalRefund::TY]);
const HEADERS: Ty = Ty::Map("header", &Ty::Template);
const VISIBILITY: Ty = VisibilityWord::TY;
const ENUM_VALUES: Ty = Ty::List(&Ty::Either(&[Ty::Text, EnumValue::TY]));
const FIELD: Ty = Ty::Either(&[Ty::Text, Field::TY]);

/// The columns of a table. No struct has them, because their order has a meaning.
pub(crate) const COLUMNS: &Shape = &Shape { name: "Columns", keys: &columns() };

const fn columns() -> [Key; Column::ALL.len()] {
    let mut keys = [Key { name: "", ty: Ty::Text, required: false, doc: "" }; Column::ALL.len()];
    let mut at = 0;
    while at < keys.len() {
        (keys[at].name, keys[at].doc) = Column::WORDS[at];
        at += 1;
    }
    keys
}

shapes! {
    /// The root catalog.
    Catalog {
        /// The version of the format: 1.
        errbook: Ty::Integer(1, 1), required;
        /// The name of the API, and the URLs of its documentation.
        api: Api::TY, required;
        /// Includes more files, by path or pattern (`errors/*.yaml`), from below this file's
        /// folder. An included file can have only owner, groups, types, errors and retired.
        include: Ty::OneOrMany(&Ty::Text);
        /// Defaults for every error. A group's defaults override them, and an error overrides both.
        defaults: Defaults::TY;
        /// Context fields: values of the request that responses contain.
        context: Ty::Map("field", &FIELD);
        /// The formats of responses. An error without an envelope uses `default`. If no envelope has
        /// this name, it is predefined: problem details (RFC 9457) with a `code`.
        envelopes: Ty::Map("envelope", &Envelope::TY);
        /// Named retry policies.
        retry: Ty::Map("policy", &RetryPolicy::TY);
        /// Sections of the reference, in this order.
        groups: Ty::Map("group", &Group::TY);
        /// Named groups of codes, for clients: each lists the ids that it matches.
        predicates: Ty::Map("predicate", &Ty::List(&Ty::Id));
        /// The errors to send for requests that the framework rejects, by status: `404`, or `4XX`
        /// for all others of a class. Needs `4XX` and `5XX`.
        rejections: Ty::Map(STATUS, &Ty::Id);
        /// What clients do about errors that are not in the catalog, by status: `502` or `5XX`.
        unknown: Ty::Map(STATUS, &UnknownError::TY);
        /// Named types for details.
        types: Ty::Map("type", &Type::TY);
        /// Errors, by id. Every output keeps their order.
        errors: Ty::Map(ERROR, &Error::TY);
        /// Ids and codes that must not be used again.
        retired: Ty::Map(RETIRED, &Retired::TY);
        /// Markdown files around the generated reference.
        prose: Prose::TY;
        /// Levels of lints, by name.
        lints: Ty::Map(LINT, &Level::TY);
        /// Settings of `errbook audit` and of compiler warnings.
        audit: Audit::TY;
        /// Files that `errbook generate` writes, relative to this file.
        generate: Generate::TY;
    }

    /// A file that the root catalog includes.
    Included {
        /// The team that owns this file and its errors.
        owner: Owner::TY;
        /// Sections of the reference, after those of the root catalog.
        groups: Ty::Map("group", &Group::TY);
        /// Named types for details.
        types: Ty::Map("type", &Type::TY);
        /// Errors, by id.
        errors: Ty::Map(ERROR, &Error::TY);
        /// Ids and codes that must not be used again.
        retired: Ty::Map(RETIRED, &Retired::TY);
    }

    /// The owner of an included file.
    Owner {
        /// Owners, as in a CODEOWNERS file: `@user`, `@organization/team` or an email address.
        /// Separate several with spaces.
        team: Ty::Text, required;
        /// The prefix of every id in this file. Other files cannot use it.
        prefix: Ty::Text;
        /// The group of every error in this file. Other files cannot use it.
        group: Ty::Text;
    }

    /// The API, and its documentation.
    Api {
        /// The name in docs and OpenAPI.
        name: Ty::Text, required;
        /// The name of the API's folders, in kebab-case. Derived from the name by default.
        slug: Ty::Text;
        /// The version of the API, as any text.
        version: Ty::Text;
        /// Describes the API in a sentence or two.
        summary: Ty::Markdown;
        /// The URL of each error's page. Can use `{slug}`, `{id}`, `{code}` and `{group}`.
        doc_url: Ty::Template;
        /// Where users get help: an email address or a URL.
        support: Ty::Text;
    }

    /// Values that errors inherit.
    Defaults {
        /// Whether a client can retry the request.
        retryable: RETRYABLE;
        /// The retry policy: its name, or a mapping.
        retry: POLICY_REF;
        /// Whether the charge is refunded.
        refund: REFUND;
        /// Whose fault it is.
        fault: Fault::TY;
        /// The name of the envelope, or `none` for responses without a body.
        envelope: Ty::Text;
        /// Headers of every response. An error's own headers override them.
        headers: HEADERS;
        /// Who can see the error.
        visibility: VISIBILITY;
        /// The public error that clients receive instead of an internal one.
        mask: Ty::Id;
        /// Whether the Rust variant contains an underlying error.
        source: Ty::Bool;
    }

    /// A refund under a condition.
    ConditionalRefund {
        /// The condition of the refund.
        when: Ty::Markdown, required;
    }

    /// What clients do about an error that is not in the catalog.
    UnknownError {
        /// Whether a client can retry the request.
        retryable: RETRYABLE;
        /// The retry policy: its name, or a mapping. Implies retryable: true.
        retry: POLICY_REF;
    }

    /// How to retry a request.
    RetryPolicy {
        /// The header or the detail that says when to retry: a number of seconds, a date, or a Unix
        /// time. It overrides the backoff.
        after: Ty::Text;
        /// How the waits grow.
        backoff: BackoffKind::TY;
        /// The first wait: 500ms, 2s, 1m, 1h.
        initial: Ty::Duration;
        /// The factor of an exponential backoff; 2 by default.
        factor: Ty::NumberAbove(1.0);
        /// The longest wait.
        max: Ty::Duration;
        /// The maximum number of retries, after the first attempt.
        attempts: Ty::Integer(1, 1000);
    }

    /// A section of the reference.
    Group {
        /// The heading. Derived from the id by default.
        title: Ty::Text;
        /// Text below the heading.
        summary: Ty::Markdown;
        /// The columns of its table, in this order, with their headings.
        columns: Ty::Shape(COLUMNS);
        /// Defaults for every error of the group.
        defaults: Defaults::TY;
    }

    /// The shape of a response.
    Envelope {
        /// A predefined shape. A `body` next to it adds members.
        preset: Preset::TY;
        /// The media type; application/json by default.
        content_type: Ty::Text;
        /// The JSON body. Its texts can contain {placeholders}. The member `"...": "{details}"`
        /// adds each detail as a member.
        body: Ty::Map("member", &Ty::Body);
        /// Headers of every response with this envelope.
        headers: HEADERS;
    }

    /// A detail, a member of a type, or a context field.
    Field {
        /// The type: `string`, `integer`, `number`, `boolean`, `date-time`, `duration`, `uuid`,
        /// `uri`, `json`, `array<T>`, `map<T>`, `enum`, or the name of a type under `types`.
        r#type: Ty::Text, required;
        /// The name in Rust, if it is not the name in `snake_case`. The name in JSON can then be
        /// any text: `"@type"`.
        rust: Ty::Text;
        /// The values of an `enum`.
        values: ENUM_VALUES;
        /// Whether clients must expect other values of an `enum`, too.
        open: Ty::Bool;
        /// An example value for the reference.
        example: Ty::Json;
        /// Describes the value in the reference.
        doc: Ty::Markdown;
        /// Whether the value can be absent.
        optional: Ty::Bool;
        /// Keeps the value out of logs and examples.
        sensitive: Ty::Bool;
    }

    /// A value of an enum, with its name in Rust.
    EnumValue {
        /// The value.
        value: Ty::Text, required;
        /// The variant in Rust.
        rust: Ty::Text, required;
    }

    /// A named type.
    Type {
        /// The values of an enum.
        values: ENUM_VALUES;
        /// Whether clients must expect other values of the enum, too.
        open: Ty::Bool;
        /// The members of an object.
        fields: Ty::Map("field", &FIELD);
        /// Describes the type in the reference.
        doc: Ty::Markdown;
    }

    /// An entry under `errors`.
    Error {
        /// The wire code; the id by default. null if the API sends no code.
        code: Ty::Code;
        /// The HTTP status, or several. An error without a status is not an HTTP response.
        status: Ty::OneOrMany(&Ty::Status);
        /// A short title. Derived from the id by default.
        title: Ty::Text;
        /// The message that the API sends; the title by default. {NAME} is a detail.
        message: Ty::Template;
        /// What the error means, and when it occurs.
        description: Ty::Markdown;
        /// The usual cause.
        cause: Ty::Markdown;
        /// What the reader should do about it.
        fix: Ty::Markdown;
        /// Whether a client can retry the request. If absent, the catalog does not say.
        retryable: RETRYABLE;
        /// The retry policy: its name, or a mapping. Implies retryable: true.
        retry: POLICY_REF;
        /// Whether the charge is refunded: true, false (kept), not_charged, or a condition.
        refund: REFUND;
        /// Whose fault it is.
        fault: Fault::TY;
        /// The URL of the error's page, if it differs from api.doc_url.
        doc_url: Ty::Template;
        /// The section of the reference: a group.
        group: Ty::Text;
        /// The name of the envelope, or `none` for responses without a body.
        envelope: Ty::Text;
        /// Headers of the response, as constants or templates.
        headers: HEADERS;
        /// Typed values of one occurrence.
        details: Ty::Map("detail", &FIELD);
        /// Example occurrences. By default, one is made from the examples of the details.
        examples: Ty::List(&Example::TY);
        /// Code examples for clients.
        snippets: Ty::List(&Snippet::TY);
        /// A long text for the error's own page.
        notes: Ty::Markdown;
        /// The version that added the error.
        since: Ty::Text;
        /// What changed, by version.
        changed: Ty::Map("version", &Ty::Markdown);
        /// Marks the error as deprecated.
        deprecated: Deprecated::TY;
        /// Who can see the error.
        visibility: VISIBILITY;
        /// The public error that clients receive instead of this internal one. It has one status
        /// and no required detail. By default, the only public error with the status 500 that
        /// qualifies.
        mask: Ty::Id;
        /// Whether the Rust variant contains an underlying error.
        source: Ty::Bool;
    }

    /// One occurrence of an error.
    Example {
        /// The title of the example.
        title: Ty::Text;
        /// The status, if the error has several.
        status: Ty::Status;
        /// Values of the details.
        details: Ty::Map("detail", &Ty::Json);
        /// Values of the context fields.
        context: Ty::Map("field", &Ty::Json);
    }

    /// A code example for clients.
    Snippet {
        /// The language, as in a markdown code fence.
        lang: Ty::Text, required;
        /// The code.
        code: Ty::Text, required;
    }

    /// The deprecation of an error.
    Deprecated {
        /// The version that deprecated the error.
        since: Ty::Text;
        /// The id of the error that replaces it.
        r#use: Ty::Id;
        /// Why the error is deprecated.
        note: Ty::Markdown;
    }

    /// An entry under `retired`.
    Retired {
        /// The version that removed the error.
        since: Ty::Text;
        /// The id of the error that replaces it.
        r#use: Ty::Id;
        /// What Rust keeps of its name.
        rust: RetiredName::TY;
        /// Who can see the id. `errbook rename` writes `internal` for an internal error.
        visibility: VISIBILITY;
        /// Why the error was retired.
        note: Ty::Markdown;
    }

    /// Markdown around the generated reference.
    Prose {
        /// Files before the tables.
        before: Ty::OneOrMany(&Ty::Text);
        /// Files after the tables.
        after: Ty::OneOrMany(&Ty::Text);
    }

    /// Settings of the audit.
    Audit {
        /// Compiler warnings for errors that a crate never constructs.
        unused: Unused::TY;
        /// Accepted findings of `errbook audit`.
        allow: Ty::List(&Allowance::TY);
    }

    /// An accepted finding of the audit.
    Allowance {
        /// The name of the rule.
        rule: audit::Rule::TY, required;
        /// The error of the finding; any by default.
        id: Ty::Id;
        /// The file of the finding, relative to this file; any by default.
        path: Ty::Text;
        /// Why the finding is accepted.
        reason: Ty::Text, required;
    }

    /// Files that `errbook generate` writes.
    Generate {
        /// The markdown reference.
        docs: GenerateDocs::TY;
        /// OpenAPI: set `file`, `into` or both.
        openapi: GenerateOpenapi::TY;
        /// The path of the JSON export.
        json: Ty::Text;
        /// The path of the summary for language models (.txt), in the format of
        /// [llms.txt](https://llmstxt.org).
        llms: Ty::Text;
        /// The path of the Rust file, for crates without build.rs and macro.
        rust: Ty::Text;
    }

    /// `generate.docs`.
    GenerateDocs {
        /// The folder of the reference.
        dir: Ty::Text, required;
        /// The site generator that reads the pages.
        flavor: Flavor::TY;
        /// The navigation file: the `SUMMARY.md` of mdBook or a `mkdocs.yml`. errbook lists the
        /// pages between two marker lines.
        nav: Ty::Text;
        /// A folder of templates, which replace errbook's templates of the same name.
        templates: Ty::Text;
        /// The file of redirects from renamed errors to their new pages: `_redirects` (Netlify,
        /// Cloudflare Pages), .json (Docusaurus) or .yml (MkDocs).
        redirects: Ty::Text;
    }

    /// `generate.openapi`.
    GenerateOpenapi {
        /// The path of a document with only the errors: .yaml, .yml or .json.
        file: Ty::Text;
        /// The document of the API. errbook adds the errors to it; see `errbook help openapi`.
        into: Ty::Text;
        /// The OpenAPI version of the file.
        version: OpenapiVersion::TY;
    }
}

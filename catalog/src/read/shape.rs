//! The format as tables: which keys each mapping has, of which type, and what they mean. The parser checks a catalog
//! against them and reads it through them, and the JSON Schema of the format is written from them.

use crate::model::{Column, Flavor, OpenapiVersion, RetiredName, Visibility};
use crate::problem::Level;
use crate::problem::audit;
use crate::read::keys::{Key, Shape, key_of, shapes};
use crate::read::syntax::{BackoffKind, Preset, RefundWord, RetryableWord, Unused};
use crate::read::yaml::Node;
use crate::words::Word;

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ty {
    /// Text on a line or more.
    Text,
    /// Text that is shown as markdown.
    Markdown,
    /// Text with `{placeholders}`.
    Template,
    /// An error's id.
    Id,
    /// `true` or `false`.
    Bool,
    /// A whole number in a range.
    Integer(i64, i64),
    /// An HTTP status.
    Status,
    /// A number above a bound.
    NumberAbove(f64),
    /// `2s`, `500ms`, `1m`, `1h`.
    Duration,
    /// One of these words, each with what it means.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Text, an integer, or null.
    Code,
    /// Any value.
    Json,
    /// A JSON value with templates in its texts.
    Body,
    /// A list.
    List(&'static Ty),
    /// One, or a list.
    OneOrMany(&'static Ty),
    /// A mapping with free keys: what a key is, and its value.
    Map(&'static str, &'static Ty),
    /// A mapping with these keys.
    Shape(&'static Shape),
    /// Any of these; no two may accept the same kind of YAML value.
    Either(&'static [Ty]),
}

impl Ty {
    /// The shape of a mapping, or of each in a list of them.
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

    /// The type of a list's items.
    pub(crate) fn item(&self) -> Option<&'static Ty> {
        match self {
            Ty::List(item) | Ty::OneOrMany(item) => Some(item),
            Ty::Either(choices) => choices.iter().find_map(Ty::item),
            _ => None,
        }
    }
}

/// The type of a value that is one of an enum's words.
trait OneOf: Word {
    const TY: Ty = Ty::OneOf(Self::WORDS);
}

impl<W: Word> OneOf for W {}

/// What the keys of some mappings are that are not like the others.
pub(crate) const ERROR: &str = "error";
pub(crate) const RETIRED: &str = "retired error";
pub(crate) const LINT: &str = "lint";

/// The statuses that there are.
pub(crate) const STATUSES: (i64, i64) = (100, 599);

const RETRYABLE: Ty = Ty::Either(&[Ty::Bool, RetryableWord::TY]);
const POLICY_REF: Ty = Ty::Either(&[Ty::Text, RetryPolicy::TY]);
const REFUND: Ty = Ty::Either(&[Ty::Bool, RefundWord::TY, ConditionalRefund::TY]);
const HEADERS: Ty = Ty::Map("header", &Ty::Template);
const VISIBILITY: Ty = Visibility::TY;
const FIELD: Ty = Ty::Either(&[Ty::Text, Field::TY]);

/// The columns of a table: their order is what the catalog says, so no struct has them.
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
        /// What the API is called and where its documentation lives.
        api: Api::TY, required;
        /// More files, by path or pattern (`errors/*.yaml`), below this file's folder. They hold
        /// only owner, groups, types, errors and retired.
        include: Ty::OneOrMany(&Ty::Text);
        /// For every error; a group's defaults win over these, and an error over both.
        defaults: Defaults::TY;
        /// Facts about the request that a response carries.
        context: Ty::Map("fact", &FIELD);
        /// Shapes of a response; `default` is used where an error names none.
        envelopes: Ty::Map("envelope", &Envelope::TY);
        /// Named retry policies.
        retry: Ty::Map("policy", &RetryPolicy::TY);
        /// Sections of the reference, in this order.
        groups: Ty::Map("group", &Group::TY);
        /// Named questions a client asks of a code: the ids for which the answer is yes.
        predicates: Ty::Map("predicate", &Ty::List(&Ty::Id));
        /// Named types of details.
        types: Ty::Map("type", &Type::TY);
        /// Every error, by its id; this order is the order of every output.
        errors: Ty::Map(ERROR, &Error::TY);
        /// Ids and codes that may never come back.
        retired: Ty::Map(RETIRED, &Retired::TY);
        /// Markdown files around the generated reference.
        prose: Prose::TY;
        /// Levels of lints, by name.
        lints: Ty::Map(LINT, &Level::TY);
        /// What the code is held to, by `errbook audit` and by the compiler.
        audit: Audit::TY;
        /// What `errbook generate` writes, relative to this file.
        generate: Generate::TY;
    }

    /// A file that the root catalog includes.
    Included {
        /// The team that answers for this file, and the errors that stand in no other one.
        owner: Owner::TY;
        /// Sections of the reference, after those of the root catalog.
        groups: Ty::Map("group", &Group::TY);
        /// Named types of details.
        types: Ty::Map("type", &Type::TY);
        /// Errors, by their ids.
        errors: Ty::Map(ERROR, &Error::TY);
        /// Ids and codes that may never come back.
        retired: Ty::Map(RETIRED, &Retired::TY);
    }

    /// The team that answers for an included file.
    Owner {
        /// As a CODEOWNERS file names it: @user, @organisation/team or an address; several with
        /// spaces.
        team: Ty::Text, required;
        /// How the ids of this file begin, and those of no other.
        prefix: Ty::Text;
        /// The group that the errors of this file stand in, and those of no other.
        group: Ty::Text;
    }

    /// The API, and where its documentation is.
    Api {
        /// Shown in docs and OpenAPI.
        name: Ty::Text, required;
        /// Kebab-case; names folders. By default made from the name.
        slug: Ty::Text;
        /// The API's version, any text.
        version: Ty::Text;
        /// What the API is, in a sentence or two.
        summary: Ty::Markdown;
        /// Every error's doc_url; may hold `{slug}`, `{id}`, `{code}` and `{group}`.
        doc_url: Ty::Template;
        /// Where users get help: an address or a URL.
        support: Ty::Text;
    }

    /// What errors inherit.
    Defaults {
        /// May the client repeat the request?
        retryable: RETRYABLE;
        /// How to repeat it.
        retry: POLICY_REF;
        /// What happens to the charge.
        refund: REFUND;
        /// The name of an envelope.
        envelope: Ty::Text;
        /// Headers of every response; an error's own win.
        headers: HEADERS;
        /// Who may see the error.
        visibility: VISIBILITY;
        /// The Rust variant carries an underlying error.
        source: Ty::Bool;
    }

    /// A refund under a condition.
    ConditionalRefund {
        /// The condition under which the charge is given back.
        when: Ty::Markdown, required;
    }

    /// How to repeat a request.
    RetryPolicy {
        /// The header, or the detail, that says when to try again; it wins over the backoff.
        after: Ty::Text;
        /// How the waits grow.
        backoff: BackoffKind::TY;
        /// The first wait: 500ms, 2s, 1m, 1h.
        initial: Ty::Duration;
        /// By how much an exponential wait grows; 2 by default.
        factor: Ty::NumberAbove(1.0);
        /// The longest wait.
        max: Ty::Duration;
        /// How many times to repeat, not counting the first try.
        attempts: Ty::Integer(1, 1000);
    }

    /// A section of the reference.
    Group {
        /// The heading; by default the id in words.
        title: Ty::Text;
        /// Under the heading.
        summary: Ty::Markdown;
        /// The columns of its table, in this order, with their headings.
        columns: Ty::Shape(COLUMNS);
        /// For every error of the group.
        defaults: Defaults::TY;
    }

    /// The shape of a response.
    Envelope {
        /// A ready-made shape, in place of `body`.
        preset: Preset::TY;
        /// The media type; application/json by default.
        content_type: Ty::Text;
        /// The JSON body, with {placeholders} where its values go.
        body: Ty::Map("member", &Ty::Body);
        /// Headers of every response in this envelope.
        headers: HEADERS;
    }

    /// A detail, a member of a type, or a fact of the request.
    Field {
        /// `string`, `integer`, `number`, `boolean`, `date-time`, `duration`, `uuid`, `uri`,
        /// `json`, `array<T>`, `map<T>`, `enum`, or a name under `types`.
        r#type: Ty::Text, required;
        /// The values of an `enum`.
        values: Ty::List(&Ty::Text);
        /// A value that the reference shows.
        example: Ty::Json;
        /// What it tells.
        doc: Ty::Markdown;
        /// The member may be absent.
        optional: Ty::Bool;
        /// Kept out of logs and examples.
        sensitive: Ty::Bool;
    }

    /// A named type.
    Type {
        /// Makes it an enum: the values that it has.
        values: Ty::List(&Ty::Text);
        /// Makes it an object: the members that it has.
        fields: Ty::Map("field", &FIELD);
        /// What it is.
        doc: Ty::Markdown;
    }

    /// An entry under `errors`.
    Error {
        /// What goes on the wire; by default the id; null where the API sends none.
        code: Ty::Code;
        /// The HTTP status, or several; absent for an error that is not an HTTP response.
        status: Ty::OneOrMany(&Ty::Status);
        /// Short; by default the id in words.
        title: Ty::Text;
        /// What the API sends; {NAME} is a detail. By default the title.
        message: Ty::Template;
        /// What it means, when it fires.
        description: Ty::Markdown;
        /// The usual cause.
        cause: Ty::Markdown;
        /// What the reader does about it.
        fix: Ty::Markdown;
        /// May the client repeat the request? false by default.
        retryable: RETRYABLE;
        /// How to repeat it: a policy's name, or a policy. Implies retryable: true.
        retry: POLICY_REF;
        /// What happens to the charge: true (refunded), false (kept), not_charged, or a condition.
        refund: REFUND;
        /// Its page, where it is not the one that api.doc_url makes.
        doc_url: Ty::Template;
        /// The section of the reference that it stands in.
        group: Ty::Text;
        /// The name of an envelope.
        envelope: Ty::Text;
        /// Headers of the response, constants or templates.
        headers: HEADERS;
        /// Typed facts of one occurrence.
        details: Ty::Map("detail", &FIELD);
        /// Occurrences to show; without any, one is made from the details' examples.
        examples: Ty::List(&Example::TY);
        /// Client code.
        snippets: Ty::List(&Snippet::TY);
        /// The long text of the error's own page.
        notes: Ty::Markdown;
        /// The version that brought it.
        since: Ty::Text;
        /// What became otherwise, by the version that changed it.
        changed: Ty::Map("version", &Ty::Markdown);
        /// It should no longer be relied on.
        deprecated: Deprecated::TY;
        /// Who may see it.
        visibility: VISIBILITY;
        /// The Rust variant carries an underlying error.
        source: Ty::Bool;
    }

    /// One occurrence of an error.
    Example {
        /// What it shows.
        title: Ty::Text;
        /// Which status, where the error has several.
        status: Ty::Status;
        /// Values of the details.
        details: Ty::Map("detail", &Ty::Json);
        /// Values of the facts of the request.
        context: Ty::Map("fact", &Ty::Json);
    }

    /// Client code.
    Snippet {
        /// The language, as a markdown fence names it.
        lang: Ty::Text, required;
        /// The code.
        code: Ty::Text, required;
    }

    /// Why an error should no longer be relied on.
    Deprecated {
        /// The version that deprecated it.
        since: Ty::Text;
        /// What to expect in its place.
        r#use: Ty::Id;
        /// Why.
        note: Ty::Markdown;
    }

    /// An entry under `retired`.
    Retired {
        /// The version that dropped it.
        since: Ty::Text;
        /// What replaced it.
        r#use: Ty::Id;
        /// What Rust keeps of its name.
        rust: RetiredName::TY;
        /// Why.
        note: Ty::Markdown;
    }

    /// Markdown around the generated reference.
    Prose {
        /// Before the tables.
        before: Ty::OneOrMany(&Ty::Text);
        /// After them.
        after: Ty::OneOrMany(&Ty::Text);
    }

    /// What the code is checked for.
    Audit {
        /// What the compiler says of errors that a crate does not use.
        unused: Unused::TY;
        /// Findings of `errbook audit` that are meant to be.
        allow: Ty::List(&Allowance::TY);
    }

    /// Findings of an audit that are meant to be.
    Allowance {
        /// The name of the rule.
        rule: audit::Rule::TY, required;
        /// The error that it is about; by default all.
        id: Ty::Id;
        /// The file that it is about, relative to this one; by default all.
        path: Ty::Text;
        /// Why that is so.
        reason: Ty::Text, required;
    }

    /// What `errbook generate` writes.
    Generate {
        /// The markdown reference.
        docs: GenerateDocs::TY;
        /// OpenAPI: `file`, `into` or both.
        openapi: GenerateOpenapi::TY;
        /// The JSON export.
        json: Ty::Text;
        /// The errors in short, as [llms.txt](https://llmstxt.org) asks for it: .txt.
        llms: Ty::Text;
        /// The Rust file, where neither build.rs nor the macro is used.
        rust: Ty::Text;
    }

    /// `generate.docs`.
    GenerateDocs {
        /// The folder of the reference.
        dir: Ty::Text, required;
        /// For which generator of sites the pages are.
        flavor: Flavor::TY;
        /// The `SUMMARY.md` of an mdBook, or a `mkdocs.yml`, in which the pages are listed between
        /// two lines.
        nav: Ty::Text;
        /// A folder of templates that replace errbook's own, file by file.
        templates: Ty::Text;
        /// Where renamed errors are redirected to their new pages: `_redirects` (Netlify, Cloudflare
        /// Pages), .json (Docusaurus) or .yml (MkDocs).
        redirects: Ty::Text;
    }

    /// `generate.openapi`.
    GenerateOpenapi {
        /// A document of the errors alone: .yaml, .yml or .json.
        file: Ty::Text;
        /// The document of the API, which the errors go into; `errbook help openapi` says how.
        into: Ty::Text;
        /// Which OpenAPI the file is of.
        version: OpenapiVersion::TY;
    }
}

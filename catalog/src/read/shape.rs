//! The tables of the format: the keys of each mapping, with their types and descriptions. The
//! parser checks and reads a catalog by these tables. The JSON Schema of the format is generated
//! from them.

use crate::model::{Column, Fault, Flavor, OpenapiVersion, RetiredName, RetryExtension, SnippetLanguage};
use crate::problem::Level;
use crate::problem::audit;
use crate::problem::diff::{self, Rating};
use crate::read::keys::{Key, Presence, Shape, key_of, shapes};
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
pub(crate) const CHANGE: &str = "change";

/// The range of HTTP statuses of final responses (RFC 9110 section 15.2).
pub(crate) const STATUSES: (i64, i64) = (200, 599);

const RETRYABLE: Ty = Ty::Either(&[Ty::Bool, RetryableWord::TY]);
const POLICY_REF: Ty = Ty::Either(&[Ty::Text, RetryPolicy::TY]);
const REFUND: Ty = Ty::Either(&[Ty::Bool, RefundWord::TY, ConditionalRefund::TY]);
const HEADERS: Ty = Ty::Map("header", &Ty::Template);
const TYPESCRIPT: Ty = Ty::Either(&[Ty::Bool, Ty::Text, GenerateTypescript::TY]);
const PYTHON: Ty = Ty::Either(&[Ty::Bool, Ty::Text, GeneratePython::TY]);
const VISIBILITY: Ty = VisibilityWord::TY;
const ENUM_VALUES: Ty = Ty::List(&Ty::Either(&[Ty::Text, EnumValue::TY]));
const FIELD: Ty = Ty::Either(&[Ty::Text, Field::TY]);

/// The columns of a table. No struct has them, because their order has a meaning.
pub(crate) const COLUMNS: &Shape = &Shape {
    name: "Columns",
    snippets: &[("columns", "{status: Status, code: Code, description: Meaning, fix: What to do}")],
    keys: &columns(),
};

/// A heading of each column, as an example.
const HEADINGS: [&[&str]; Column::ALL.len()] = [
    &["Id"],
    &["Code"],
    &["HTTP status"],
    &["Name"],
    &["Message"],
    &["Meaning"],
    &["When it occurs"],
    &["What to do"],
    &["Retries"],
    &["Refunded?"],
];

const fn columns() -> [Key; Column::ALL.len()] {
    let mut keys =
        [Key { name: "", ty: Ty::Text, presence: Presence::Optional, doc: "", examples: &[] }; HEADINGS.len()];
    let mut at = 0;
    while at < keys.len() {
        (keys[at].name, keys[at].doc) = Column::WORDS[at];
        keys[at].examples = HEADINGS[at];
        at += 1;
    }
    keys
}

shapes! {
    /// The root catalog.
    Catalog {
        "catalog" =>
            "{errbook: 1, api: {name: Shop}, errors: {out_of_stock: \
             {status: 409, description: The last one is gone., fix: Choose another.}}}";
        /// The version of the format: 1.
        errbook: Ty::Integer(1, 1), required => "1";
        /// The name of the API, and the URLs of its documentation.
        api: Api::TY, required => "{name: Shop}";
        /// Includes more files, by path or pattern (`errors/*.yaml`), from below this file's
        /// folder. An included file can have only owner, groups, types, errors and retired.
        include: Ty::OneOrMany(&Ty::Text) => "teams/*.yaml", "[orders.yaml, payments.yaml]";
        /// Defaults for every error. A group's defaults override them, and an error overrides both.
        defaults: Defaults::TY => "{retryable: false, fault: caller}";
        /// Context fields: values of the request that responses contain.
        context: Ty::Map("field", &FIELD) => "{request_id: {type: string, example: req-7f3a}}";
        /// The formats of responses. An error without an envelope uses `default`. If no envelope has
        /// this name, it is predefined: problem details (RFC 9457) with a `code`.
        envelopes: Ty::Map("envelope", &Envelope::TY) =>
            "{default: {body: {code: '{code}', message: '{message}'}}}";
        /// Named retry policies.
        retry: Ty::Map("policy", &RetryPolicy::TY) =>
            "{overload: {after: Retry-After, attempts: 5}}";
        /// Sections of the reference, in this order.
        groups: Ty::Map("group", &Group::TY) => "{payments: {title: Payments}}";
        /// Named groups of codes, for clients: each lists the ids that it matches.
        predicates: Ty::Map("predicate", &Ty::List(&Ty::Id)) =>
            "{is_sold_out: [out_of_stock, sold_out]}";
        /// The errors to send for requests that the framework rejects, by status: `404`, or `4XX`
        /// for all others of a class. Needs `4XX` and `5XX`.
        rejections: Ty::Map(STATUS, &Ty::Id) =>
            "{404: not_found, 4XX: invalid_request, 5XX: internal}";
        /// What clients do about errors that are not in the catalog, by status: `502` or `5XX`.
        unknown: Ty::Map(STATUS, &UnknownError::TY) =>
            "{502: {retryable: true}, 5XX: {retryable: idempotent}}";
        /// Named types for details. Their names are in PascalCase.
        types: Ty::Map("type", &Type::TY) => "{Size: {values: [small, large]}}";
        /// Errors, by id. Every output keeps their order.
        errors: Ty::Map(ERROR, &Error::TY) =>
            "{out_of_stock: {status: 409, description: The last one is gone., fix: Choose another.}}";
        /// Ids and codes that must not be used again.
        retired: Ty::Map(RETIRED, &Retired::TY) => "{gone: {since: '2.0', use: sold_out}}";
        /// Markdown files around the generated reference.
        prose: Prose::TY => "{before: intro.md, after: support.md}";
        /// Levels of lints, by name.
        lints: Ty::Map(LINT, &Level::TY) => "{missing-fix: error, missing-example: allow}";
        /// Settings of `errbook audit` and of compiler warnings.
        audit: Audit::TY => "{unused: warn}";
        /// Ratings of `errbook diff`, and the breaking changes that it accepts.
        diff: Diff::TY => "{levels: {enum-value-added: additive}}";
        /// Files that `errbook generate` writes, relative to this file.
        generate: Generate::TY => "{docs: {dir: docs/errors}, json: errors.json}";
    }

    /// A file that the root catalog includes.
    Included {
        "errors of a team" =>
            "{owner: {team: '@shop/payments'}, errors: {card_expired: \
             {status: 402, description: The card has expired., fix: Use another card.}}}";
        /// The team that owns this file and its errors.
        owner: Owner::TY => "{team: '@shop/payments'}";
        /// Sections of the reference, after those of the root catalog.
        groups: Ty::Map("group", &Group::TY) => "{payments: {title: Payments}}";
        /// Named types for details. Their names are in PascalCase.
        types: Ty::Map("type", &Type::TY) => "{Size: {values: [small, large]}}";
        /// Errors, by id.
        errors: Ty::Map(ERROR, &Error::TY) =>
            "{out_of_stock: {status: 409, description: The last one is gone., fix: Choose another.}}";
        /// Ids and codes that must not be used again.
        retired: Ty::Map(RETIRED, &Retired::TY) => "{gone: {since: '2.0', use: sold_out}}";
    }

    /// The owner of an included file.
    Owner {
        "team" => "{team: '@shop/payments'}";
        "team with a prefix and a group" =>
            "{team: '@shop/payments', prefix: card_, group: payments}";
        /// Owners, as in a CODEOWNERS file: `@user`, `@organization/team` or an email address.
        /// Separate several with spaces.
        team: Ty::Text, required => "'@shop/payments'", "'@ann bob@shop.example'";
        /// The prefix of every id in this file. Other files cannot use it.
        prefix: Ty::Text => "card_";
        /// The group of every error in this file. Other files cannot use it.
        group: Ty::Text => "payments";
    }

    /// The API, and its documentation.
    Api {
        "api" =>
            "{name: Shop, doc_url: 'https://shop.example/errors/{slug}', support: help@shop.example}";
        /// The name in docs and OpenAPI.
        name: Ty::Text, required => "Shop";
        /// The name of the API's folders, in kebab-case. Derived from the name by default.
        slug: Ty::Text => "shop";
        /// The version of the API, as any text.
        version: Ty::Text => "'2.1'", "'2026-05-01'";
        /// Describes the API in a sentence or two.
        summary: Ty::Markdown => "Sells books. Every error has a stable code.";
        /// The URL of each error's page. Can use `{slug}`, `{id}`, `{code}` and `{group}`.
        doc_url: Ty::Template => "'https://shop.example/errors/{slug}'";
        /// Where users get help: an email address or a URL.
        support: Ty::Text => "help@shop.example", "https://shop.example/help";
    }

    /// Values that errors inherit.
    Defaults {
        "defaults" => "{retryable: false, fault: caller}";
        /// Whether a client can retry the request.
        retryable: RETRYABLE => "true", "idempotent";
        /// The retry policy: its name, or a mapping.
        retry: POLICY_REF => "overload", "{initial: 1s, attempts: 3}";
        /// Whether the charge is refunded.
        refund: REFUND => "true", "not_charged", "{when: The order was not shipped.}";
        /// Whose fault it is.
        fault: Fault::TY => "caller";
        /// The name of the envelope, or `none` for responses without a body.
        envelope: Ty::Text => "legacy", "none";
        /// Headers of every response. An error's own headers override them.
        headers: HEADERS => "{Cache-Control: no-store}";
        /// Who can see the error.
        visibility: VISIBILITY => "internal";
        /// The public error that clients receive instead of an internal one.
        mask: Ty::Id => "internal";
        /// Whether the Rust variant contains an underlying error.
        source: Ty::Bool => "true";
        /// Whether details are behind pointers in Rust, so that `Error` is small.
        boxed: Ty::Bool => "true";
    }

    /// A refund under a condition.
    ConditionalRefund {
        "condition" => "{when: The order was not shipped.}";
        /// The condition of the refund.
        when: Ty::Markdown, required => "The order was not shipped.";
    }

    /// What clients do about an error that is not in the catalog.
    UnknownError {
        "retryable" => "{retryable: true, retry: {initial: 1s, attempts: 3}}";
        "not retryable" => "{retryable: false}";
        /// Whether a client can retry the request.
        retryable: RETRYABLE => "true", "idempotent";
        /// The retry policy: its name, or a mapping. Implies retryable: true.
        retry: POLICY_REF => "overload", "{initial: 1s, attempts: 3}";
    }

    /// How to retry a request.
    RetryPolicy {
        "header" => "{after: Retry-After}";
        "fixed" => "{initial: 2s, attempts: 5}";
        "exponential" => "{backoff: exponential, initial: 500ms, factor: 2, max: 1m, attempts: 5}";
        /// The header or the detail that says when to retry: a number of seconds, a date, or a Unix
        /// time. It overrides the backoff.
        after: Ty::Text => "Retry-After", "retry_after";
        /// How the waits grow.
        backoff: BackoffKind::TY, default "fixed" => "exponential";
        /// The first wait: 500ms, 2s, 1m, 1h.
        initial: Ty::Duration => "500ms", "2s";
        /// The factor of an exponential backoff; 2 by default.
        factor: Ty::NumberAbove(1.0), default "2" => "3", "1.5";
        /// The longest wait.
        max: Ty::Duration => "1m";
        /// The maximum number of retries, after the first attempt.
        attempts: Ty::Integer(1, 1000) => "5";
    }

    /// A section of the reference.
    Group {
        "group" => "{title: Payments, summary: Errors of cards and banks.}";
        /// The heading. Derived from the id by default.
        title: Ty::Text => "Payments";
        /// Text below the heading.
        summary: Ty::Markdown => "Errors of cards and banks.";
        /// The first columns of its table, in this order, with their headings. `status`, `retry` and
        /// `refund` follow if they are not named.
        columns: Ty::Shape(COLUMNS) => "{code: Code, description: Meaning, fix: What to do}";
        /// Defaults for every error of the group.
        defaults: Defaults::TY => "{fault: caller, headers: {Cache-Control: no-store}}";
    }

    /// The shape of a response.
    Envelope {
        "members" => "{body: {code: '{code}', message: '{message}', details: '{details?}'}}";
        "problem details" => "{preset: rfc9457, body: {code: '{code}'}}";
        /// A predefined shape. A `body` next to it adds members.
        preset: Preset::TY => "rfc9457";
        /// The media type. By default `application/problem+json` with a preset, else
        /// `application/json`.
        content_type: Ty::Text => "application/vnd.shop+json";
        /// The JSON body. Its texts can contain {placeholders}. The member `"...": "{details}"`
        /// adds each detail as a member.
        body: Ty::Map("member", &Ty::Body) =>
            "{code: '{code}', message: '{message}', details: '{details?}'}",
            "{error: {code: '{code}', '...': '{details}'}}";
        /// Headers of every response with this envelope.
        headers: HEADERS => "{Content-Language: en}";
    }

    /// A detail, a member of a type, or a context field.
    Field {
        "value" => "{type: string, example: ord_123, doc: The id of the order.}";
        "enum" => "{type: enum, values: [small, large], example: small, doc: The size.}";
        /// The type: `string`, `integer`, `number`, `boolean`, `date-time`, `duration`, `uuid`,
        /// `uri`, `json`, `array<T>`, `map<T>`, `enum`, or the name of a type under `types`.
        r#type: Ty::Text, required => "string", "array<uuid>", "Size";
        /// The name in Rust, if it is not the name in `snake_case`. The name in JSON can then be
        /// any text: `"@type"`.
        rust: Ty::Text => "kind";
        /// The values of an `enum`.
        values: ENUM_VALUES => "[small, large]", "[{value: Etc/GMT+1, rust: EtcGmtPlus1}]";
        /// Whether clients must expect other values of an `enum`, too.
        open: Ty::Bool, default "false" => "true";
        /// An example value for the reference.
        example: Ty::Json => "ord_123", "60", "[1, 2]";
        /// Describes the value in the reference.
        doc: Ty::Markdown => "The id of the order.";
        /// Whether the value can be absent.
        optional: Ty::Bool, default "false" => "true";
        /// Keeps the value out of logs and examples.
        sensitive: Ty::Bool, default "false" => "true";
    }

    /// A value of an enum, with its name in Rust.
    EnumValue {
        "value" => "{value: Etc/GMT+1, rust: EtcGmtPlus1}";
        /// The value.
        value: Ty::Text, required => "Etc/GMT+1";
        /// The variant in Rust.
        rust: Ty::Text, required => "EtcGmtPlus1";
    }

    /// A named type.
    Type {
        "enum" => "{values: [small, large], doc: The size of a parcel.}";
        "object" =>
            "{fields: {name: {type: string, example: email}}, doc: A field of the form.}";
        /// The values of an enum.
        values: ENUM_VALUES => "[small, large]";
        /// Whether clients must expect other values of the enum, too.
        open: Ty::Bool, default "false" => "true";
        /// The members of an object.
        fields: Ty::Map("field", &FIELD) =>
            "{name: string, sizes: {type: array<Size>, optional: true}}";
        /// Describes the type in the reference.
        doc: Ty::Markdown => "The size of a parcel.";
    }

    /// An entry under `errors`.
    Error {
        "response" => "{status: 409, description: The last one is gone., fix: Choose another.}";
        "retryable response" =>
            "{status: 503, description: The warehouse is closed., fix: Try again later., \
             retry: {initial: 1s, attempts: 3}}";
        "message" =>
            "{message: The cart is empty., description: The order has no item., fix: Add an item.}";
        "symptom" =>
            "{title: The page is blank, cause: The browser blocks scripts., fix: Allow scripts.}";
        /// The wire code; the id by default. null if the API sends no code.
        code: Ty::Code => "OUT_OF_STOCK", "1001", "null";
        /// The HTTP status, or several. An error without a status is not an HTTP response.
        status: Ty::OneOrMany(&Ty::Status) => "409", "[404, 410]";
        /// A short title. Derived from the id by default.
        title: Ty::Text => "Out of stock";
        /// The message that the API sends; the title by default. {NAME} is a detail.
        message: Ty::Template => "'There is no {sku} left.'";
        /// What the error means, and when it occurs.
        description: Ty::Markdown => "The last one is gone.";
        /// The usual cause.
        cause: Ty::Markdown => "Another customer bought the last one.";
        /// What the reader should do about it.
        fix: Ty::Markdown => "Choose another.";
        /// Whether a client can retry the request. If absent, the catalog does not say.
        retryable: RETRYABLE => "true", "idempotent";
        /// The retry policy: its name, or a mapping. Implies retryable: true.
        retry: POLICY_REF => "overload", "{initial: 1s, attempts: 3}";
        /// Whether the charge is refunded: true, false (kept), not_charged, or a condition.
        refund: REFUND => "true", "not_charged", "{when: The order was not shipped.}";
        /// Whose fault it is.
        fault: Fault::TY => "caller";
        /// The URL of the error's page, if it differs from api.doc_url.
        doc_url: Ty::Template => "'https://shop.example/help/{slug}'";
        /// The section of the reference: a group.
        group: Ty::Text => "payments";
        /// The name of the envelope, or `none` for responses without a body.
        envelope: Ty::Text => "legacy", "none";
        /// Headers of the response, as constants or templates.
        headers: HEADERS => "{Retry-After: '120'}", "{Retry-After: '{details.wait}'}";
        /// Typed values of one occurrence.
        details: Ty::Map("detail", &FIELD) =>
            "{sku: string}", "{sku: {type: string, example: B-17, doc: The id of the book.}}";
        /// Example occurrences. By default, one is made from the examples of the details.
        examples: Ty::List(&Example::TY) => "[{title: The last book, details: {sku: B-17}}]";
        /// Code examples for clients.
        snippets: Ty::List(&Snippet::TY) =>
            "[{lang: sh, code: 'curl https://shop.example/orders'}]";
        /// A long text for the error's own page.
        notes: Ty::Markdown => "The stock is counted once a minute.";
        /// The version that added the error.
        since: Ty::Text => "'1.4'";
        /// What changed, by version.
        changed: Ty::Map("version", &Ty::Markdown) => "{'1.5': The status was 400.}";
        /// Marks the error as deprecated.
        deprecated: Deprecated::TY => "{since: '1.4', use: sold_out}";
        /// Who can see the error.
        visibility: VISIBILITY => "internal";
        /// The public error that clients receive instead of this internal one. It has one status
        /// and no required detail. By default, the only public error with the status 500 that
        /// qualifies.
        mask: Ty::Id => "internal";
        /// Whether the Rust variant contains an underlying error.
        source: Ty::Bool => "true";
        /// Whether details are behind pointers in Rust, so that `Error` is small.
        boxed: Ty::Bool => "true";
    }

    /// One occurrence of an error.
    Example {
        "example" => "{title: The last book, details: {sku: B-17}}";
        /// The title of the example.
        title: Ty::Text => "The last book";
        /// The status, if the error has several.
        status: Ty::Status => "409";
        /// Values of the details.
        details: Ty::Map("detail", &Ty::Json) => "{sku: B-17}";
        /// Values of the context fields.
        context: Ty::Map("field", &Ty::Json) => "{request_id: req-7f3a}";
    }

    /// A code example for clients.
    Snippet {
        "code" => "{lang: sh, code: curl https://shop.example/orders}";
        /// The language, as in a markdown code fence.
        lang: Ty::Text, required => "sh", "python";
        /// The code.
        code: Ty::Text, required => "curl https://shop.example/orders";
    }

    /// The deprecation of an error.
    Deprecated {
        "deprecated" => "{since: '1.4', use: sold_out, note: The name was not clear.}";
        /// The version that deprecated the error.
        since: Ty::Text => "'1.4'";
        /// The id of the error that replaces it.
        r#use: Ty::Id => "sold_out";
        /// Why the error is deprecated.
        note: Ty::Markdown => "The name was not clear.";
    }

    /// An entry under `retired`.
    Retired {
        "retired" => "{since: '2.0', use: sold_out, note: The name was not clear.}";
        /// The version that removed the error.
        since: Ty::Text => "'2.0'";
        /// The id of the error that replaces it.
        r#use: Ty::Id => "sold_out";
        /// What Rust keeps of its name.
        rust: RetiredName::TY => "alias";
        /// Who can see the id. `errbook rename` writes `internal` for an internal error.
        visibility: VISIBILITY, default "public" => "internal";
        /// Why the error was retired.
        note: Ty::Markdown => "The name was not clear.";
    }

    /// Markdown around the generated reference.
    Prose {
        "prose" => "{before: intro.md, after: support.md}";
        /// Files before the tables.
        before: Ty::OneOrMany(&Ty::Text) => "intro.md", "[intro.md, codes.md]";
        /// Files after the tables.
        after: Ty::OneOrMany(&Ty::Text) => "support.md";
    }

    /// Settings of the audit.
    Audit {
        "unused" => "{unused: warn}";
        /// Compiler warnings for errors that a crate never constructs.
        unused: Unused::TY, default "allow" => "warn";
        /// Accepted findings of `errbook audit`.
        allow: Ty::List(&Allowance::TY) =>
            "[{rule: never-constructed, id: sold_out, reason: The gateway sends it.}]";
        /// Your own functions, methods and macros that send an error by its code: a call with a code
        /// as a literal counts as the use of that error.
        legacy: Ty::List(&Ty::Text) => "[reply, \"ApiError::new\", bail]";
    }

    /// An accepted finding of the audit.
    Allowance {
        "finding" => "{rule: never-constructed, id: sold_out, reason: The gateway sends it.}";
        /// The name of the rule.
        rule: audit::Rule::TY, required => "never-constructed";
        /// The error of the finding; any by default.
        id: Ty::Id => "sold_out";
        /// The file of the finding, relative to this file; any by default.
        path: Ty::Text => "src/gateway.rs";
        /// Why the finding is accepted.
        reason: Ty::Text, required => "The gateway sends it.";
    }

    /// The policy of `errbook diff`.
    Diff {
        "levels" => "{levels: {enum-value-added: additive}}";
        "an accepted change" =>
            "{accept: [{rule: detail-removed, path: errors.sold_out.details.item, until: 2.0.0, \
             reason: Nobody reads it.}]}";
        /// The ratings of changes, by the name of the change.
        levels: Ty::Map(CHANGE, &Rating::TY) => "{enum-value-added: additive}";
        /// Breaking changes that count as additive.
        accept: Ty::List(&Acceptance::TY) =>
            "[{rule: detail-removed, until: 2.0.0, reason: Nobody reads it.}]";
    }

    /// A breaking change that is accepted.
    Acceptance {
        "change" =>
            "{rule: detail-removed, path: errors.sold_out.details.item, until: 2.0.0, \
             reason: Nobody reads it.}";
        /// The name of the change.
        rule: diff::Rule::TY, required => "detail-removed";
        /// The path of the change, or its start; any by default.
        path: Ty::Text => "errors.sold_out.details.item";
        /// Why the change is accepted.
        reason: Ty::Text, required => "Nobody reads it.";
        /// The first version, or the first day, on which the change is no longer accepted.
        until: Ty::Text, required => "2.0.0", "'2027-06-30'";
    }

    /// Files that `errbook generate` writes.
    Generate {
        "all outputs" =>
            "{docs: {dir: docs/errors}, openapi: {file: openapi.yaml}, json: errors.json, \
             llms: llms.txt, rust: src/errors.rs}";
        /// The markdown reference.
        docs: GenerateDocs::TY => "{dir: docs/errors, flavor: mdbook}";
        /// OpenAPI: set `file`, `into` or both, or settings for `errbook openapi`.
        openapi: GenerateOpenapi::TY => "{file: openapi.yaml}";
        /// The path of the JSON export.
        json: Ty::Text => "errors.json";
        /// The path of the summary for language models (.txt), in the format of
        /// [llms.txt](https://llmstxt.org).
        llms: Ty::Text => "llms.txt";
        /// The path of the Rust file, for crates without build.rs and macro.
        rust: Ty::Text => "src/errors.rs";
        /// The client in TypeScript: `true` for `errors.ts`, or its path.
        typescript: TYPESCRIPT => "true", "client/errors.ts", "{file: client/errors.ts}";
        /// The client in Python: `true` for `errors.py`, or its path.
        python: PYTHON => "true", "shop/errors.py", "{file: shop/errors.py}";
        /// The languages in which each error's page shows how a client handles the error, in this
        /// order: one, or a list. Snippets in TypeScript and Python use the generated clients.
        snippets: Ty::OneOrMany(&SnippetLanguage::TY) => "curl", "[rust, curl]";
    }

    /// `generate.typescript`.
    GenerateTypescript {
        "file" => "{file: client/errors.ts}";
        /// The path of the module (.ts or .mts).
        file: Ty::Text, required => "client/errors.ts";
    }

    /// `generate.python`.
    GeneratePython {
        "file" => "{file: shop/errors.py}";
        /// The path of the module (.py).
        file: Ty::Text, required => "shop/errors.py";
    }

    /// `generate.docs`.
    GenerateDocs {
        "plain" => "{dir: docs/errors}";
        "mdBook" => "{dir: docs/errors, flavor: mdbook, nav: docs/SUMMARY.md}";
        /// The folder of the reference.
        dir: Ty::Text, required => "docs/errors";
        /// The site generator that reads the pages.
        flavor: Flavor::TY, default "plain" => "mdbook";
        /// The navigation file: the `SUMMARY.md` of mdBook or a `mkdocs.yml`. errbook lists the
        /// pages between two marker lines.
        nav: Ty::Text => "docs/SUMMARY.md";
        /// A folder of templates, which replace errbook's templates of the same name.
        templates: Ty::Text => "templates";
        /// The file of redirects from renamed errors to their new pages: `_redirects` (Netlify,
        /// Cloudflare Pages), .json (Docusaurus) or .yml (MkDocs).
        redirects: Ty::Text => "docs/_redirects";
    }

    /// `generate.openapi`.
    GenerateOpenapi {
        "file" => "{file: openapi.yaml}";
        "into a document" => "{into: api.yaml}";
        /// The path of a document with only the errors: .yaml, .yml or .json.
        file: Ty::Text => "openapi.yaml";
        /// The document of the API. errbook adds the errors to it; see `errbook help openapi`.
        into: Ty::Text => "api.yaml";
        /// The OpenAPI version of the file.
        version: OpenapiVersion::TY, default "'3.1'" => "'3.0'";
        /// Whether clients must expect errors that are not in the catalog yet. Each union of errors
        /// then also accepts other codes.
        open: Ty::Bool, default "false" => "true";
        /// The start of the name of each component, such as `Billing`. Two catalogs in one document
        /// need different names.
        prefix: Ty::Text => "Billing";
        /// Client generators. Operations get their extensions for retries, as far as the catalog
        /// says whether to retry.
        retries: Ty::OneOrMany(&RetryExtension::TY) => "speakeasy", "[speakeasy, fern]";
    }
}

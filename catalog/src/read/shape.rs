//! The format as tables: which keys each mapping has, of which type, and what they mean. The parser checks a catalog
//! against them, and the JSON Schema of the format is written from them.

use crate::problem::audit;

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

/// A mapping with fixed keys.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its name in messages and in the JSON Schema.
    pub(crate) name: &'static str,
    /// Its keys, in the order that the format page has them.
    pub(crate) keys: &'static [Key],
}

/// A key of a mapping.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) ty: Ty,
    pub(crate) required: bool,
    pub(crate) doc: &'static str,
}

const fn key(name: &'static str, ty: Ty, doc: &'static str) -> Key {
    Key { name, ty, required: false, doc }
}

const fn required(name: &'static str, ty: Ty, doc: &'static str) -> Key {
    Key { name, ty, required: true, doc }
}

/// The root catalog.
pub(crate) static CATALOG: Shape = Shape {
    name: "Catalog",
    keys: &[
        required("errbook", Ty::Integer(1, 1), "The version of the format: 1."),
        required("api", Ty::Shape(&API), "What the API is called and where its documentation lives."),
        key(
            "include",
            Ty::OneOrMany(&Ty::Text),
            "More files, by path or pattern (`errors/*.yaml`), below this file's folder. They hold only owner, groups, types, errors and retired.",
        ),
        key(
            "defaults",
            Ty::Shape(&DEFAULTS),
            "For every error; a group's defaults win over these, and an error over both.",
        ),
        key("context", Ty::Map("fact", &FIELD), "Facts about the request that a response carries."),
        key(
            "envelopes",
            Ty::Map("envelope", &Ty::Shape(&ENVELOPE)),
            "Shapes of a response; `default` is used where an error names none.",
        ),
        key("retry", Ty::Map("policy", &Ty::Shape(&POLICY)), "Named retry policies."),
        key("groups", Ty::Map("group", &Ty::Shape(&GROUP)), "Sections of the reference, in this order."),
        key(
            "predicates",
            Ty::Map("predicate", &Ty::List(&Ty::Id)),
            "Named questions a client asks of a code: the ids for which the answer is yes.",
        ),
        key("types", Ty::Map("type", &Ty::Shape(&TYPE)), "Named types of details."),
        key(
            "errors",
            Ty::Map("error", &Ty::Shape(&ERROR)),
            "Every error, by its id; this order is the order of every output.",
        ),
        key("retired", Ty::Map("retired error", &Ty::Shape(&RETIRED)), "Ids and codes that may never come back."),
        key("prose", Ty::Shape(&PROSE), "Markdown files around the generated reference."),
        key("lints", Ty::Map("lint", &LEVEL), "Levels of lints, by name."),
        key("audit", Ty::Shape(&AUDIT), "What the code is held to, by `errbook audit` and by the compiler."),
        key("generate", Ty::Shape(&GENERATE), "What `errbook generate` writes, relative to this file."),
    ],
};

/// A file that the root catalog includes.
pub(crate) static INCLUDED: Shape = Shape {
    name: "Included",
    keys: &[
        key(
            "owner",
            Ty::Shape(&OWNER),
            "The team that answers for this file, and the errors that stand in no other one.",
        ),
        key(
            "groups",
            Ty::Map("group", &Ty::Shape(&GROUP)),
            "Sections of the reference, after those of the root catalog.",
        ),
        key("types", Ty::Map("type", &Ty::Shape(&TYPE)), "Named types of details."),
        key("errors", Ty::Map("error", &Ty::Shape(&ERROR)), "Errors, by their ids."),
        key("retired", Ty::Map("retired error", &Ty::Shape(&RETIRED)), "Ids and codes that may never come back."),
    ],
};

static OWNER: Shape = Shape {
    name: "Owner",
    keys: &[
        required(
            "team",
            Ty::Text,
            "As a CODEOWNERS file names it: @user, @organisation/team or an address; several with spaces.",
        ),
        key("prefix", Ty::Text, "How the ids of this file begin, and those of no other."),
        key("group", Ty::Text, "The group that the errors of this file stand in, and those of no other."),
    ],
};

static API: Shape = Shape {
    name: "Api",
    keys: &[
        required("name", Ty::Text, "Shown in docs and OpenAPI."),
        key("slug", Ty::Text, "Kebab-case; names folders. By default made from the name."),
        key("version", Ty::Text, "The API's version, any text."),
        key("summary", Ty::Markdown, "What the API is, in a sentence or two."),
        key("doc_url", Ty::Template, "Every error's doc_url; may hold `{slug}`, `{id}`, `{code}` and `{group}`."),
        key("support", Ty::Text, "Where users get help: an address or a URL."),
    ],
};

static DEFAULTS: Shape = Shape {
    name: "Defaults",
    keys: &[
        key("retryable", RETRYABLE, "May the client repeat the request?"),
        key("retry", POLICY_REF, "How to repeat it."),
        key("refund", REFUND, "What happens to the charge."),
        key("envelope", Ty::Text, "The name of an envelope."),
        key("headers", HEADERS, "Headers of every response; an error's own win."),
        key("visibility", VISIBILITY, "Who may see the error."),
        key("source", Ty::Bool, "The Rust variant carries an underlying error."),
    ],
};

const RETRYABLE: Ty =
    Ty::Either(&[Ty::Bool, Ty::OneOf(&[("idempotent", "Only a request that is safe to repeat should be repeated.")])]);

const POLICY_REF: Ty = Ty::Either(&[Ty::Text, Ty::Shape(&POLICY)]);

const REFUND: Ty = Ty::Either(&[
    Ty::Bool,
    Ty::OneOf(&[("not_charged", "The request is never charged.")]),
    Ty::Shape(&Shape {
        name: "ConditionalRefund",
        keys: &[required("when", Ty::Markdown, "The condition under which the charge is given back.")],
    }),
]);

const HEADERS: Ty = Ty::Map("header", &Ty::Template);

const VISIBILITY: Ty =
    Ty::OneOf(&[("public", "Everyone."), ("internal", "Rust code only: not in docs, OpenAPI or the JSON export.")]);

const LEVEL: Ty =
    Ty::OneOf(&[("allow", "Say nothing."), ("warn", "Report it."), ("error", "Report it and refuse the catalog.")]);

static POLICY: Shape = Shape {
    name: "RetryPolicy",
    keys: &[
        key("after", Ty::Text, "The header, or the detail, that says when to try again; it wins over the backoff."),
        key(
            "backoff",
            Ty::OneOf(&[
                ("fixed", "The same wait each time; with `max`, anywhere between `initial` and `max`."),
                ("exponential", "Each wait is `factor` times the one before."),
            ]),
            "How the waits grow.",
        ),
        key("initial", Ty::Duration, "The first wait: 500ms, 2s, 1m, 1h."),
        key("factor", Ty::NumberAbove(1.0), "By how much an exponential wait grows; 2 by default."),
        key("max", Ty::Duration, "The longest wait."),
        key("attempts", Ty::Integer(1, 1000), "How many times to repeat, not counting the first try."),
    ],
};

static GROUP: Shape = Shape {
    name: "Group",
    keys: &[
        key("title", Ty::Text, "The heading; by default the id in words."),
        key("summary", Ty::Markdown, "Under the heading."),
        key("columns", Ty::Shape(&COLUMNS), "The columns of its table, in this order, with their headings."),
        key("defaults", Ty::Shape(&DEFAULTS), "For every error of the group."),
    ],
};

static COLUMNS: Shape = Shape {
    name: "Columns",
    keys: &[
        key("id", Ty::Text, "The heading over the ids."),
        key("code", Ty::Text, "The heading over the wire codes."),
        key("status", Ty::Text, "The heading over the statuses."),
        key("title", Ty::Text, "The heading over the titles."),
        key("message", Ty::Text, "The heading over the messages."),
        key("description", Ty::Text, "The heading over the descriptions."),
        key("cause", Ty::Text, "The heading over the causes."),
        key("fix", Ty::Text, "The heading over what to do."),
        key("retry", Ty::Text, "The heading over whether and how to retry."),
        key("refund", Ty::Text, "The heading over the refunds."),
    ],
};

static ENVELOPE: Shape = Shape {
    name: "Envelope",
    keys: &[
        key(
            "preset",
            Ty::OneOf(&[(
                "rfc9457",
                "Problem details: type, title, status, detail, instance, and the details as members.",
            )]),
            "A ready-made shape, in place of `body`.",
        ),
        key("content_type", Ty::Text, "The media type; application/json by default."),
        key("body", Ty::Map("member", &Ty::Body), "The JSON body, with {placeholders} where its values go."),
        key("headers", HEADERS, "Headers of every response in this envelope."),
    ],
};

/// The names of the built-in types, with what each is.
pub(crate) static BUILT_IN_TYPES: &[(&str, &str)] = &[
    ("string", "Text."),
    ("integer", "A whole number of 64 bits."),
    ("number", "Any number."),
    ("boolean", "true or false."),
    ("date-time", "RFC 3339 text."),
    ("duration", "Seconds, as a number."),
    ("uuid", "RFC 9562 text."),
    ("uri", "RFC 3986 text."),
    ("json", "Any JSON."),
];

const FIELD: Ty = Ty::Either(&[Ty::Text, Ty::Shape(&FIELD_SHAPE)]);

static FIELD_SHAPE: Shape = Shape {
    name: "Field",
    keys: &[
        required(
            "type",
            Ty::Text,
            "`string`, `integer`, `number`, `boolean`, `date-time`, `duration`, `uuid`, `uri`, `json`, `array<T>`, `map<T>`, `enum`, or a name under `types`.",
        ),
        key("values", Ty::List(&Ty::Text), "The values of an `enum`."),
        key("example", Ty::Json, "A value that the reference shows."),
        key("doc", Ty::Markdown, "What it tells."),
        key("optional", Ty::Bool, "The member may be absent."),
        key("sensitive", Ty::Bool, "Kept out of logs and examples."),
    ],
};

static TYPE: Shape = Shape {
    name: "Type",
    keys: &[
        key("values", Ty::List(&Ty::Text), "Makes it an enum: the values that it has."),
        key("fields", Ty::Map("field", &FIELD), "Makes it an object: the members that it has."),
        key("doc", Ty::Markdown, "What it is."),
    ],
};

static ERROR: Shape = Shape {
    name: "Error",
    keys: &[
        key("code", Ty::Code, "What goes on the wire; by default the id; null where the API sends none."),
        key(
            "status",
            Ty::OneOrMany(&Ty::Integer(100, 599)),
            "The HTTP status, or several; absent for an error that is not an HTTP response.",
        ),
        key("title", Ty::Text, "Short; by default the id in words."),
        key("message", Ty::Template, "What the API sends; {NAME} is a detail. By default the title."),
        key("description", Ty::Markdown, "What it means, when it fires."),
        key("cause", Ty::Markdown, "The usual cause."),
        key("fix", Ty::Markdown, "What the reader does about it."),
        key("retryable", RETRYABLE, "May the client repeat the request? false by default."),
        key("retry", POLICY_REF, "How to repeat it: a policy's name, or a policy. Implies retryable: true."),
        key(
            "refund",
            REFUND,
            "What happens to the charge: true (refunded), false (kept), not_charged, or a condition.",
        ),
        key("doc_url", Ty::Template, "Its page, where it is not the one that api.doc_url makes."),
        key("group", Ty::Text, "The section of the reference that it stands in."),
        key("envelope", Ty::Text, "The name of an envelope."),
        key("headers", HEADERS, "Headers of the response, constants or templates."),
        key("details", Ty::Map("detail", &FIELD), "Typed facts of one occurrence."),
        key(
            "examples",
            Ty::List(&Ty::Shape(&EXAMPLE)),
            "Occurrences to show; without any, one is made from the details' examples.",
        ),
        key("snippets", Ty::List(&Ty::Shape(&SNIPPET)), "Client code."),
        key("notes", Ty::Markdown, "The long text of the error's own page."),
        key("since", Ty::Text, "The version that brought it."),
        key("changed", Ty::Map("version", &Ty::Markdown), "What became otherwise, by the version that changed it."),
        key("deprecated", Ty::Shape(&DEPRECATED), "It should no longer be relied on."),
        key("visibility", VISIBILITY, "Who may see it."),
        key("source", Ty::Bool, "The Rust variant carries an underlying error."),
    ],
};

static EXAMPLE: Shape = Shape {
    name: "Example",
    keys: &[
        key("title", Ty::Text, "What it shows."),
        key("status", Ty::Integer(100, 599), "Which status, where the error has several."),
        key("details", Ty::Map("detail", &Ty::Json), "Values of the details."),
        key("context", Ty::Map("fact", &Ty::Json), "Values of the facts of the request."),
    ],
};

static SNIPPET: Shape = Shape {
    name: "Snippet",
    keys: &[
        required("lang", Ty::Text, "The language, as a markdown fence names it."),
        required("code", Ty::Text, "The code."),
    ],
};

static DEPRECATED: Shape = Shape {
    name: "Deprecated",
    keys: &[
        key("since", Ty::Text, "The version that deprecated it."),
        key("use", Ty::Id, "What to expect in its place."),
        key("note", Ty::Markdown, "Why."),
    ],
};

static RETIRED: Shape = Shape {
    name: "Retired",
    keys: &[
        key("since", Ty::Text, "The version that dropped it."),
        key("use", Ty::Id, "What replaced it."),
        key("rust", Ty::OneOf(&[("alias", "A deprecated alias of what replaced it.")]), "What Rust keeps of its name."),
        key("note", Ty::Markdown, "Why."),
    ],
};

static PROSE: Shape = Shape {
    name: "Prose",
    keys: &[
        key("before", Ty::OneOrMany(&Ty::Text), "Before the tables."),
        key("after", Ty::OneOrMany(&Ty::Text), "After them."),
    ],
};

static AUDIT: Shape = Shape {
    name: "Audit",
    keys: &[
        key(
            "unused",
            Ty::OneOf(&[
                ("allow", "Say nothing, the default."),
                (
                    "warn",
                    "The compiler warns of each variant of the generated `Error` that its crate never constructs.",
                ),
            ]),
            "What the compiler says of errors that a crate does not use.",
        ),
        key("allow", Ty::List(&Ty::Shape(&ALLOWANCE)), "Findings of `errbook audit` that are meant to be."),
    ],
};

static ALLOWANCE: Shape = Shape {
    name: "Allowance",
    keys: &[
        required("rule", Ty::OneOf(audit::NAMES), "The name of the rule."),
        key("id", Ty::Id, "The error that it is about; by default all."),
        key("path", Ty::Text, "The file that it is about, relative to this one; by default all."),
        required("reason", Ty::Text, "Why that is so."),
    ],
};

static GENERATE: Shape = Shape {
    name: "Generate",
    keys: &[
        key(
            "docs",
            Ty::Shape(&Shape {
                name: "GenerateDocs",
                keys: &[
                    required("dir", Ty::Text, "The folder of the reference."),
                    key(
                        "flavor",
                        Ty::OneOf(&[
                            ("plain", "Markdown as GitHub reads it, the default."),
                            ("mdbook", "For mdBook."),
                            ("docusaurus", "For Docusaurus 3."),
                            ("mkdocs", "For MkDocs with the Material theme."),
                            ("starlight", "For Astro's Starlight."),
                            ("vitepress", "For VitePress."),
                        ]),
                        "For which generator of sites the pages are.",
                    ),
                    key(
                        "nav",
                        Ty::Text,
                        "The `SUMMARY.md` of an mdBook, or a `mkdocs.yml`, in which the pages are listed between two lines.",
                    ),
                    key("templates", Ty::Text, "A folder of templates that replace errbook's own, file by file."),
                    key(
                        "redirects",
                        Ty::Text,
                        "Where renamed errors are redirected to their new pages: `_redirects` (Netlify, Cloudflare Pages), .json (Docusaurus) or .yml (MkDocs).",
                    ),
                ],
            }),
            "The markdown reference.",
        ),
        key(
            "openapi",
            Ty::Shape(&Shape {
                name: "GenerateOpenapi",
                keys: &[
                    key("file", Ty::Text, "A document of the errors alone: .yaml, .yml or .json."),
                    key(
                        "into",
                        Ty::Text,
                        "The document of the API, which the errors go into; `errbook help openapi` says how.",
                    ),
                    key(
                        "version",
                        Ty::OneOf(&[
                            ("3.1", "OpenAPI 3.1, the default."),
                            ("3.0", "OpenAPI 3.0."),
                            ("3.2", "OpenAPI 3.2."),
                        ]),
                        "Which OpenAPI the file is of.",
                    ),
                ],
            }),
            "OpenAPI: `file`, `into` or both.",
        ),
        key("json", Ty::Text, "The JSON export."),
        key("llms", Ty::Text, "The errors in short, as [llms.txt](https://llmstxt.org) asks for it: .txt."),
        key("rust", Ty::Text, "The Rust file, where neither build.rs nor the macro is used."),
    ],
};

#[cfg(test)]
mod tests {
    use super::{CATALOG, GENERATE, INCLUDED, Shape, Ty};
    use crate::model::Flavor;

    fn keys(shape: &'static Shape, found: &mut Vec<&'static str>) {
        for key in shape.keys {
            if !found.contains(&key.name) {
                found.push(key.name);
                keys_of(&key.ty, found);
            }
        }
    }

    fn keys_of(ty: &'static Ty, found: &mut Vec<&'static str>) {
        match ty {
            Ty::Shape(shape) => keys(shape, found),
            Ty::List(inner) | Ty::OneOrMany(inner) | Ty::Map(_, inner) => keys_of(inner, found),
            Ty::Either(choices) => choices.iter().for_each(|ty| keys_of(ty, found)),
            _ => {}
        }
    }

    #[test]
    fn every_flavor_can_be_written() {
        let docs = GENERATE.keys.iter().find(|key| key.name == "docs").expect("docs");
        let Ty::Shape(docs) = docs.ty else { panic!("docs is a mapping") };
        let flavor = docs.keys.iter().find(|key| key.name == "flavor").expect("flavor");
        let Ty::OneOf(words) = flavor.ty else { panic!("flavor is a word") };
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        assert_eq!(words, Flavor::ALL.map(Flavor::name));
    }

    #[test]
    fn every_key_is_read() {
        let parser = include_str!("parse.rs");
        let mut found = Vec::new();
        keys(&CATALOG, &mut found);
        keys(&INCLUDED, &mut found);
        let unread: Vec<_> = found.into_iter().filter(|key| !parser.contains(&format!("\"{key}\""))).collect();
        assert!(unread.is_empty(), "in the tables and not in parse.rs: {unread:?}");
    }
}

//! The JSON Schema of the export. Its objects are closed, so that it cannot fall behind what is emitted.

use serde_json::{Map, Value as Json, json};

use super::FORM;

/// Describes `errors.json`, as JSON Schema, draft 2020-12.
pub fn schema() -> Json {
    let members = closed(&[
        ("errbook", said("The version of this form.", json!({ "const": FORM }))),
        ("api", reference("api")),
        ("context", said("Facts about the request that a response carries.", map_of(&reference("field")))),
        ("envelopes", list_of(&reference("envelope"))),
        ("types", said("Named types of details.", list_of(&reference("type")))),
        ("groups", said("Sections of the reference.", list_of(&reference("group")))),
        ("predicates", said("Named questions a client asks of a code.", list_of(&reference("predicate")))),
        ("errors", said("Every public error, in the catalog's order.", list_of(&reference("error")))),
        ("retired", said("Ids that may never come back.", list_of(&reference("retired")))),
        (
            "operations",
            said(
                "The operations of the API that return its errors; empty where no OpenAPI document was read.",
                list_of(&reference("operation")),
            ),
        ),
    ]);
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("errbook's export of a catalog, errors.json"));
    if let Json::Object(members) = members {
        schema.extend(members);
    }
    schema.insert("$defs".into(), definitions());
    Json::Object(schema)
}

fn definitions() -> Json {
    json!({
        "api": closed(&[
            ("name", text()),
            ("slug", said("Kebab-case; names folders.", text())),
            ("version", or_null(&text())),
            ("summary", markdown()),
            ("doc_url", said("The template of every error's page.", or_null(&text()))),
            ("support", said("Where users get help: an address or a URL.", or_null(&text()))),
        ]),
        "error": error(),
        "policy": closed(&[
            ("name", said("Its name in the catalog; null where the error has a policy of its own.", or_null(&text()))),
            ("backoff", one_of(&[json!("fixed"), json!("exponential"), json!(null)])),
            ("initial_ms", said("The first wait.", or_null(&count()))),
            ("factor", said("Each wait is this times the one before.", json!({ "type": ["number", "null"] }))),
            ("max_ms", said("No wait is longer.", or_null(&count()))),
            ("attempts", said("How many times to repeat, not counting the first try; null: no limit.", or_null(&count()))),
            ("after", said("The header or detail that says how long to wait; it wins over the backoff.", or_null(&text()))),
            ("after_in", said("Where `after` is found.", one_of(&[json!("header"), json!("details"), json!(null)]))),
        ]),
        "refund": closed(&[
            ("kind", one_of(&[json!("refunded"), json!("kept"), json!("not_charged"), json!("conditional")])),
            ("when", said("Markdown: the condition of a conditional refund.", or_null(&text()))),
        ]),
        "field": closed(&[
            ("type", said("As the catalog writes it: `integer`, `array<FieldError>`; a name is one under `types`.", text())),
            ("optional", flag("May be absent.")),
            ("sensitive", flag("Kept out of logs and examples.")),
            ("doc", markdown()),
            ("example", said("Any JSON; null where there is none.", json!({}))),
        ]),
        "type": closed(&[
            ("name", text()),
            ("doc", markdown()),
            ("values", said("Of an enum; null for an object.", or_null(&list_of(&text())))),
            ("fields", said("Of an object; null for an enum.", or_null(&map_of(&reference("field"))))),
        ]),
        "envelope": closed(&[
            ("name", text()),
            ("content_type", text()),
            ("body", said(
                "A template: `{name}` stands for a value, `{name?}` drops the member where there is none. The member `...` \
                 stands for the details, each as a member of its own.",
                json!({ "type": "object" }),
            )),
            ("headers", headers()),
        ]),
        "group": closed(&[
            ("id", text()),
            ("title", text()),
            ("summary", markdown()),
            ("columns", said("Columns of its table, with their headings.", json!({
                "type": "object",
                "propertyNames": one_of(&[
                    json!("id"), json!("code"), json!("status"), json!("title"), json!("message"), json!("description"),
                    json!("cause"), json!("fix"), json!("retry"), json!("refund"),
                ]),
                "additionalProperties": text(),
            }))),
        ]),
        "operation": closed(&[
            ("method", said("In capital letters.", text())),
            ("path", said("With its parameters in braces.", text())),
            ("errors", said("Ids.", list_of(&text()))),
        ]),
        "predicate": closed(&[("name", text()), ("errors", said("Ids.", list_of(&text())))]),
        "retired": closed(&[
            ("id", text()),
            ("slug", text()),
            ("since", said("The version that dropped it.", or_null(&text()))),
            ("use", replacement()),
            ("note", markdown()),
        ]),
    })
}

fn error() -> Json {
    let example = closed(&[
        ("title", text()),
        ("status", or_null(&status())),
        ("message", text()),
        ("headers", said("Every header, the content type among them.", map_of(&text()))),
        ("body", said("Any JSON; null where there is no body.", json!({}))),
    ]);
    let deprecated = closed(&[("since", or_null(&text())), ("use", replacement()), ("note", markdown())]);
    closed(&[
        ("id", said("Unique and stable.", text())),
        ("slug", said("The page and the URL.", text())),
        (
            "kind",
            said(
                "A response has a status, a message is text alone, a symptom is what users describe.",
                one_of(&[json!("response"), json!("message"), json!("symptom")]),
            ),
        ),
        (
            "code",
            said(
                "As it stands on the wire; null where the API sends none.",
                json!({ "type": ["string", "integer", "null"] }),
            ),
        ),
        ("status", said("Empty for messages and symptoms.", list_of(&status()))),
        ("title", text()),
        ("message", said("A template: `{name}` stands for a detail. Null for symptoms.", or_null(&text()))),
        ("description", markdown()),
        ("cause", markdown()),
        ("fix", markdown()),
        ("notes", markdown()),
        (
            "retryable",
            said(
                "`idempotent`: only where repeating the request is safe.",
                one_of(&[json!(true), json!(false), json!("idempotent")]),
            ),
        ),
        ("retry", or_null(&reference("policy"))),
        ("refund", or_null(&reference("refund"))),
        ("doc_url", or_null(&text())),
        ("group", said("The id of a group.", or_null(&text()))),
        ("envelope", said("The name of an envelope.", or_null(&text()))),
        ("headers", headers()),
        ("details", said("Typed facts of one occurrence.", map_of(&reference("field")))),
        ("predicates", said("Those that hold for it.", list_of(&text()))),
        ("snippets", list_of(&closed(&[("lang", text()), ("code", text())]))),
        ("examples", list_of(&example)),
        ("since", said("The version that brought it.", or_null(&text()))),
        ("changed", said("What became otherwise, by the version that changed it.", map_of(&text()))),
        ("deprecated", or_null(&deprecated)),
    ])
}

/// An object with exactly these members.
fn closed(members: &[(&str, Json)]) -> Json {
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Json> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

/// The schema with a description.
fn said(description: &str, schema: Json) -> Json {
    let mut described = Map::new();
    described.insert("description".into(), json!(description));
    if let Json::Object(schema) = schema {
        described.extend(schema);
    }
    Json::Object(described)
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn text() -> Json {
    json!({ "type": "string" })
}

fn markdown() -> Json {
    said("Markdown.", or_null(&text()))
}

fn count() -> Json {
    json!({ "type": "integer", "minimum": 0 })
}

fn status() -> Json {
    json!({ "type": "integer", "minimum": 100, "maximum": 599 })
}

fn flag(description: &str) -> Json {
    said(description, json!({ "type": "boolean" }))
}

fn replacement() -> Json {
    said("The id of the error to expect in its place.", or_null(&text()))
}

fn headers() -> Json {
    said("Names and values; a value is a template.", map_of(&text()))
}

fn or_null(schema: &Json) -> Json {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn one_of(values: &[Json]) -> Json {
    json!({ "enum": values })
}

fn list_of(item: &Json) -> Json {
    json!({ "type": "array", "items": item })
}

fn map_of(value: &Json) -> Json {
    json!({ "type": "object", "additionalProperties": value })
}

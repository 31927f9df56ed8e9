//! The JSON Schema of the export. Its objects are closed, so that a test fails if it lacks a
//! member.

use serde_json::{Map, Value as Json, json};

use super::FORM;

/// Returns the JSON Schema of `errors.json`, draft 2020-12.
pub fn schema() -> Json {
    let members = closed(&[
        ("errbook", described("The version of the export format.", json!({ "const": FORM }))),
        ("api", reference("api")),
        (
            "context",
            described("Context fields: data about the request that responses carry.", map_of(&reference("field"))),
        ),
        ("envelopes", list_of(&reference("envelope"))),
        ("types", described("Named types of details.", list_of(&reference("type")))),
        ("policies", described("Retry policies of errors, by name.", map_of(&reference("policy")))),
        ("groups", described("Sections of the reference.", list_of(&reference("group")))),
        ("predicates", described("Predicates: named sets of errors.", list_of(&reference("predicate")))),
        (
            "unknown",
            described("What clients do about errors that are not listed, by status.", list_of(&reference("unknown"))),
        ),
        ("errors", described("Public errors, in catalog order.", list_of(&reference("error")))),
        ("retired", described("Retired ids, which will not be used again.", list_of(&reference("retired")))),
        (
            "operations",
            described(
                "The API's operations and their errors. Empty without an OpenAPI document.",
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
            ("slug", described("The kebab-case name, used for folders.", text())),
            ("version", or_null(&text())),
            ("summary", markdown()),
            ("doc_url", described("The URL template of the errors' pages.", or_null(&text()))),
            ("support", described("The support contact: a mail address or a URL.", or_null(&text()))),
        ]),
        "error": error(),
        "unknown": closed(&[
            ("status", described("A status, or a class: `4XX` or `5XX`. A status comes before its class.", text())),
            ("retryable", retryable()),
            ("retry", retry()),
        ]),
        "policy": closed(&[
            ("name", described("The name in the catalog; null for the error's own policy.", or_null(&text()))),
            ("backoff", one_of(&[json!("fixed"), json!("exponential"), json!(null)])),
            ("initial_ms", described("The first wait.", or_null(&count()))),
            ("factor", described("The growth factor of the wait.", json!({ "type": ["number", "null"] }))),
            ("max_ms", described("The longest wait.", or_null(&count()))),
            ("attempts", described("The maximum number of retries, without the first request; null if the catalog does not say.", or_null(&count()))),
            ("after", described("The header or detail that says how long to wait. It overrides the backoff.", or_null(&text()))),
            ("after_in", described("The place of `after`.", one_of(&[json!("header"), json!("details"), json!(null)]))),
        ]),
        "refund": closed(&[
            ("kind", one_of(&[json!("refunded"), json!("kept"), json!("not_charged"), json!("conditional")])),
            ("when", described("The condition of a conditional refund, as markdown.", or_null(&text()))),
        ]),
        "field": closed(&[
            ("type", described("The type as in the catalog, such as `integer` or `array<FieldError>`. Names are in `types`.", text())),
            ("optional", flag("May be absent.")),
            ("sensitive", flag("Not in logs or examples.")),
            ("doc", markdown()),
            ("example", described("Any JSON; null if there is none.", json!({}))),
        ]),
        "type": closed(&[
            ("name", text()),
            ("doc", markdown()),
            ("values", described("The values of an enum; null for an object.", or_null(&list_of(&text())))),
            ("open", described(
                "Whether clients must expect values that are not listed; null for an object.",
                or_null(&json!({ "type": "boolean" })),
            )),
            ("fields", described("The fields of an object; null for an enum.", or_null(&map_of(&reference("field"))))),
        ]),
        "envelope": closed(&[
            ("name", text()),
            ("content_type", text()),
            ("body", described(
                "A template. `{name}` is a value; `{name?}` omits the member if there is no value. The member `...` is \
                 replaced by a member for each detail.",
                json!({ "type": "object" }),
            )),
            ("headers", headers()),
            ("slots", described(
                "Where a client finds the values in the body. The details of `{details}` are members of the object there.",
                list_of(&closed(&[
                    ("pointer", described("A JSON pointer (RFC 6901).", text())),
                    ("value", described("The placeholder of the value, such as `{code}`.", text())),
                ])),
            )),
            ("required", described("JSON pointers to what every response has, possibly null.", list_of(&text()))),
        ]),
        "group": closed(&[
            ("id", text()),
            ("title", text()),
            ("summary", markdown()),
            ("columns", described("The columns of the table, with their headings.", json!({
                "type": "object",
                "propertyNames": one_of(&[
                    json!("id"), json!("code"), json!("status"), json!("title"), json!("message"), json!("description"),
                    json!("cause"), json!("fix"), json!("retry"), json!("refund"),
                ]),
                "additionalProperties": text(),
            }))),
        ]),
        "operation": closed(&[
            ("method", described("The method, in upper case.", text())),
            ("path", described("The path, with parameters in braces.", text())),
            ("errors", described("The ids of the errors.", list_of(&text()))),
        ]),
        "predicate": closed(&[("name", text()), ("errors", described("The ids of the errors.", list_of(&text())))]),
        "retired": closed(&[
            ("id", text()),
            ("slug", text()),
            ("since", described("The API version that retired it.", or_null(&text()))),
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
        ("headers", described("All headers, including the content type.", map_of(&text()))),
        ("body", described("Any JSON; null if there is no body.", json!({}))),
    ]);
    let deprecated = closed(&[("since", or_null(&text())), ("use", replacement()), ("note", markdown())]);
    closed(&[
        ("id", described("The unique, stable id.", text())),
        ("slug", described("The name in URLs and of the page.", text())),
        (
            "kind",
            described(
                "A response has a status. A message is only text. A symptom is described by users.",
                one_of(&[json!("response"), json!("message"), json!("symptom")]),
            ),
        ),
        ("code", described("The wire code; null if there is none.", json!({ "type": ["string", "integer", "null"] }))),
        ("status", described("The HTTP statuses. Empty for messages and symptoms.", list_of(&status()))),
        ("title", text()),
        ("message", described("A template; `{name}` is a detail. Null for symptoms.", or_null(&text()))),
        ("description", markdown()),
        ("cause", markdown()),
        ("fix", markdown()),
        ("notes", markdown()),
        ("retryable", retryable()),
        ("retry", retry()),
        ("refund", or_null(&reference("refund"))),
        (
            "fault",
            described(
                "Whose fault it is. Null where the catalog does not say.",
                one_of(&[json!("caller"), json!("api"), json!("upstream"), Json::Null]),
            ),
        ),
        ("doc_url", or_null(&text())),
        ("group", described("The id of a group.", or_null(&text()))),
        ("envelope", described("The name of an envelope.", or_null(&text()))),
        ("headers", headers()),
        ("details", described("The typed details of an occurrence.", map_of(&reference("field")))),
        ("predicates", described("The predicates that are true for the error.", list_of(&text()))),
        ("snippets", list_of(&closed(&[("lang", text()), ("code", text())]))),
        ("examples", list_of(&example)),
        ("since", described("The API version that introduced the error.", or_null(&text()))),
        ("changed", described("What changed, by version.", map_of(&text()))),
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

fn retryable() -> Json {
    described(
        "`idempotent`: only if repeating the request is safe. Null if the catalog does not say.",
        one_of(&[json!(true), json!(false), json!("idempotent"), Json::Null]),
    )
}

fn retry() -> Json {
    described(
        "The name of a policy in `policies`, or the error's own policy. Null if there is none.",
        json!({ "anyOf": [text(), reference("policy"), { "type": "null" }] }),
    )
}

/// Adds a description to a schema.
fn described(description: &str, schema: Json) -> Json {
    let mut with_description = Map::new();
    with_description.insert("description".into(), json!(description));
    if let Json::Object(schema) = schema {
        with_description.extend(schema);
    }
    Json::Object(with_description)
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn text() -> Json {
    json!({ "type": "string" })
}

fn markdown() -> Json {
    described("Markdown.", or_null(&text()))
}

fn count() -> Json {
    json!({ "type": "integer", "minimum": 0 })
}

fn status() -> Json {
    json!({ "type": "integer", "minimum": 100, "maximum": 599 })
}

fn flag(description: &str) -> Json {
    described(description, json!({ "type": "boolean" }))
}

fn replacement() -> Json {
    described("The id of the error to expect instead.", or_null(&text()))
}

fn headers() -> Json {
    described("Names and values; a value is a template.", map_of(&text()))
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

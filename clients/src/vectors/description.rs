//! The JSON Schema of the vectors.

use serde_json::{Value as Json, json};

use super::FORM;

/// Returns the JSON Schema of `vectors.json`, draft 2020-12.
pub fn schema() -> Json {
    let header = json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "string" }], "items": false, "minItems": 2 });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Test vectors for clients of an errbook catalog, vectors.json",
        "type": "object",
        "required": ["errbook", "api", "vectors"],
        "additionalProperties": false,
        "properties": {
            "errbook": { "const": FORM, "description": "The version of the format." },
            "api": { "type": "string", "description": "The name of the API in kebab case." },
            "vectors": { "type": "array", "items": { "$ref": "#/$defs/vector" } },
        },
        "$defs": {
            "vector": {
                "type": "object",
                "required": ["name", "response", "attempt", "idempotent", "expected"],
                "additionalProperties": false,
                "properties": {
                    "name": { "type": "string", "description": "What the response is." },
                    "response": {
                        "type": "object",
                        "required": ["status", "headers", "body"],
                        "additionalProperties": false,
                        "properties": {
                            "status": { "type": "integer", "minimum": 100, "maximum": 599 },
                            "headers": { "type": "array", "items": header, "description": "Pairs of names and values." },
                            "body": { "type": "string", "description": "The body as text. It need not be JSON." },
                        },
                    },
                    "attempt": { "type": "integer", "minimum": 0, "description": "The number of repeats before this response." },
                    "idempotent": { "type": "boolean", "description": "Whether several identical requests have the effect of one." },
                    "expected": { "$ref": "#/$defs/expected" },
                },
            },
            "expected": {
                "description": "What a client reads. It does not check what is absent.",
                "type": "object",
                "required": ["code", "wire_code", "message", "predicates"],
                "dependentRequired": { "details": ["mismatch"], "mismatch": ["details"] },
                "additionalProperties": false,
                "properties": {
                    "code": { "type": ["string", "null"], "description": "The id of the error; null if the catalog does not have it." },
                    "wire_code": { "type": ["string", "null"], "description": "The code on the wire. An integer is text." },
                    "message": { "type": ["string", "null"], "description": "The message that the server sent." },
                    "details": { "type": ["object", "null"], "description": "The typed details; null if they do not match the catalog, or if it does not have the error." },
                    "mismatch": { "type": ["string", "null"], "description": "The first detail that does not match the catalog." },
                    "predicates": { "type": "array", "items": { "type": "string" }, "description": "The predicates that are true." },
                    "advice": {
                        "type": "object",
                        "required": ["kind"],
                        "additionalProperties": false,
                        "properties": {
                            "kind": { "enum": ["wait", "stop", "unsaid"] },
                            "seconds": { "type": "number", "minimum": 0.1, "description": "How long to wait." },
                        },
                        "if": { "properties": { "kind": { "const": "wait" } } },
                        "then": { "required": ["seconds"] },
                        "else": { "not": { "required": ["seconds"] } },
                    },
                },
            },
        },
    })
}

//! Checks the JSON export of every catalog.

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

use errbook_schema::json;
use serde_json::{Value, json};

fn everything() -> Value {
    json::emit(&catalogs::everything())
}

fn bundled(name: &str) -> Value {
    let path = format!("{}/../catalog/apis/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    json::emit(&errbook_catalog::load(path.as_ref()).catalog.expect("a bundled catalog"))
}

/// The errors of an export with this code, in order.
fn with_code(export: &Value, code: &Value) -> Vec<Value> {
    export["errors"].as_array().expect("errors").iter().filter(|error| error["code"] == *code).cloned().collect()
}

fn error(export: &Value, id: &str) -> Value {
    let errors = export["errors"].as_array().expect("errors");
    errors.iter().find(|error| error["id"] == id).unwrap_or_else(|| panic!("no {id}")).clone()
}

#[test]
fn every_export_is_what_its_schema_says() {
    let schema = json::schema();
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    for (name, catalog) in catalogs::all() {
        let export = json::emit(&catalog);
        let problems: Vec<String> =
            validator.iter_errors(&export).map(|problem| format!("{problem} at {}", problem.instance_path())).collect();
        assert_eq!(problems, [""; 0], "{name}");
    }
}

#[test]
fn the_schema_is_closed() {
    let validator = jsonschema::draft202012::new(&json::schema()).expect("a schema");
    let mut export = everything();
    for pointer in [
        "",
        "/api",
        "/errors/0",
        "/policies/limited",
        "/errors/0/refund",
        "/errors/0/examples/0",
        "/groups/0",
        "/unknown/0",
        "/retired/0",
    ] {
        let object = export.pointer_mut(pointer).and_then(Value::as_object_mut).expect(pointer);
        object.insert("new".into(), json!(1));
        assert!(!validator.is_valid(&export), "{pointer:?} is open");
        export.pointer_mut(pointer).and_then(Value::as_object_mut).expect(pointer).shift_remove("new");
    }
    assert!(validator.is_valid(&export));
}

#[test]
fn an_error_says_everything_the_catalog_says() {
    let limited = error(&everything(), "RATE_LIMITED");
    let expected = json!({
        "id": "RATE_LIMITED",
        "slug": "rate-limited",
        "kind": "response",
        "code": "RATE_LIMITED",
        "status": [429],
        "title": "Too * many `calls`",
        "message": "Wait {retry_after} s{window?}; {{braces}}.",
        "description": "More calls than the plan has.\n\n```\na # b: c\n```",
        "cause": "A loop.",
        "fix": "- Wait.\n- Call less.",
        "notes": null,
        "retryable": true,
        "retry": "limited",
        "refund": { "kind": "conditional", "when": "The *window* was ours." },
        "fault": null,
        "doc_url": "https://example.dev/errors/rate-limited",
        "group": "auth",
        "envelope": "default",
        "headers": { "Retry-After": "{details.retry_after}", "X-Limit": "30" },
        "details": {
            "retry_after": { "type": "duration", "optional": false, "sensitive": false, "doc": null, "example": 30 },
            "window": { "type": "Window", "optional": true, "sensitive": false, "doc": "Which bucket.", "example": "no" },
            "nested": {
                "type": "map<array<ErrorCode2>>", "optional": false, "sensitive": false, "doc": "Everything nested.", "example": null,
            },
            "kind": { "type": "RateLimitedKind", "optional": false, "sensitive": false, "doc": null, "example": "hard" },
        },
        "predicates": ["is_limited"],
        "snippets": [{ "lang": "python", "code": "try:\n\tcall()\nexcept Limited: pass" }],
        "since": "1.2.0",
        "changed": {},
        "deprecated": { "since": "2.0.0", "use": "SLOW_DOWN", "note": "Two names for one thing." },
    });
    let mut without_examples = limited.clone();
    let examples = without_examples.as_object_mut().and_then(|error| error.shift_remove("examples")).expect("examples");
    assert_eq!(without_examples, expected);
    assert!(
        limited["description"].as_str().expect("text").starts_with("More calls than the plan has.\n\n```\na # b: c")
    );
    assert_eq!(examples[0]["title"], "First: one");
    assert_eq!(examples[0]["status"], 429);
    assert_eq!(
        examples[0]["headers"],
        json!({
            "Content-Type": "application/json", "Retry-After": "45", "X-Limit": "30", "X-Request-Id": "1e3", "X-Error": "RATE_LIMITED",
        })
    );
    assert_eq!(examples[0]["body"]["meta"], json!({ "retry_after": 45 }));
    assert_eq!(examples[0]["body"]["error"]["label"], "{RATE_LIMITED} under 429");
}

#[test]
fn a_policy_with_a_name_is_written_once() {
    let expected = json!({
        "name": "limited", "backoff": "fixed", "initial_ms": 1000, "factor": null, "max_ms": null, "attempts": null,
        "after": "Retry-After", "after_in": "header",
    });
    assert_eq!(everything()["policies"]["limited"], expected);
    let catalog = "errbook: 1\napi: {name: Shop}\nretry: {slow: {backoff: fixed, initial: 9s}}\n\
                   unknown: {'502': {retry: slow}}\nerrors:\n  \
                   A: {status: 503, fix: Wait., retry: slow}\n  \
                   B: {status: 504, fix: Wait., retry: {attempts: 7}}\n  \
                   C: {status: 409, fix: Stop., retryable: false}\n";
    let loaded = errbook_catalog::load_text("errors.yaml", catalog.as_bytes());
    let export = json::emit(&loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false))));
    assert_eq!(export["policies"]["slow"]["initial_ms"], 9000);
    assert_eq!(export["unknown"][0]["retry"], "slow");
    assert_eq!(error(&export, "A")["retry"], "slow");
    let own = error(&export, "B")["retry"].clone();
    assert_eq!((&own["name"], &own["attempts"]), (&Value::Null, &json!(7)));
    assert_eq!(error(&export, "C")["retry"], Value::Null);
    assert!(jsonschema::draft202012::new(&json::schema()).expect("a schema").is_valid(&export));
}

#[test]
fn messages_and_symptoms_have_only_their_own_keys() {
    let export = everything();
    let message = error(&export, "REQUEST_ERROR");
    assert_eq!(
        (&message["kind"], &message["status"], &message["message"]),
        (&json!("message"), &json!([]), &json!("The key {key} is gone."))
    );
    assert_eq!(message["examples"][0]["message"], "The key k is gone.");
    let symptom = error(&export, "SYMPTOM");
    assert_eq!(
        (&symptom["kind"], &symptom["code"], &symptom["message"]),
        (&json!("symptom"), &Value::Null, &Value::Null)
    );
    assert_eq!(symptom["retry"], Value::Null);
}

#[test]
fn retryable_and_code_keep_their_types() {
    let export = everything();
    assert_eq!(error(&export, "STATUS_403")["retryable"], "idempotent");
    assert_eq!(error(&export, "NO_CODE")["retryable"], false);
    assert_eq!(error(&export, "NO_CODE")["code"], Value::Null);
    assert_eq!(error(&export, "NUMBERED")["code"], 1042);
    assert_eq!(error(&export, "SLOW_DOWN")["status"], json!([429, 503]));
}

#[test]
fn envelopes_are_as_the_catalog_writes_them() {
    let export = everything();
    let names: Vec<&Value> =
        export["envelopes"].as_array().expect("envelopes").iter().map(|envelope| &envelope["name"]).collect();
    assert_eq!(names, ["default", "problem", "list"]);
    assert_eq!(export["envelopes"][0]["body"]["error"]["label"], "{{{code?}}} under {status}");
    assert_eq!(
        export["envelopes"][0]["body"]["meta"],
        json!({ "retry_after": "{details.retry_after?}", "trace": "{context.trace?}" })
    );
    assert_eq!(export["envelopes"][1]["body"]["..."], "{details}");
}

#[test]
fn internal_errors_are_absent() {
    let export = everything();
    let text = json::text(&catalogs::everything());
    for absent in ["SECRET", "Hidden", "hush", "is_secret", "hunter2"] {
        assert!(!text.contains(absent), "{absent}");
    }
    assert_eq!(export["predicates"], json!([{ "name": "is_limited", "errors": ["RATE_LIMITED", "SLOW_DOWN"] }]));
    assert_eq!(
        export["retired"],
        json!([
            { "id": "GONE", "slug": "gone", "since": "2.0.0", "use": "SLOW_DOWN", "note": "Gone." },
            { "id": "GONE_TOO", "slug": "gone-too", "since": null, "use": null, "note": null },
        ])
    );
}

#[test]
fn the_text_is_json_with_a_final_newline_and_the_same_each_time() {
    let text = json::text(&catalogs::everything());
    assert!(text.ends_with("}\n"));
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), everything());
    assert_eq!(text, json::text(&catalogs::everything()));
}

/// A diff of two releases names the errors that changed.
#[test]
fn each_error_has_a_line() {
    let export = everything();
    let text = json::text(&catalogs::everything());
    for error in export["errors"].as_array().expect("errors") {
        let line = format!("    {error}");
        assert!(text.lines().any(|found| found.trim_end_matches(',') == line), "{error}");
    }
    assert!(text.contains(",\n  \"policies\": {\n    \"transient\": {\"name\":\"transient\","), "{text}");
}

#[test]
fn socia_hive_has_two_statuses_and_a_predicate_over_two_codes() {
    let export = bundled("socia-hive");
    assert_eq!(with_code(&export, &json!("upstream_error"))[0]["status"], json!([502, 503]));
    for code in ["state_error", "conflict"] {
        assert_eq!(with_code(&export, &json!(code))[0]["predicates"], json!(["is_state_error"]));
    }
}

#[test]
fn social_api_has_one_code_under_two_statuses_and_an_error_without_one() {
    let export = bundled("social-api");
    let unauthorized = with_code(&export, &json!("unauthorized"));
    let statuses: Vec<&Value> = unauthorized.iter().map(|error| &error["status"]).collect();
    assert_eq!(statuses, [&json!([401]), &json!([403])]);
    let nameless = with_code(&export, &Value::Null);
    assert_eq!(nameless.len(), 1);
    assert_eq!(nameless[0]["status"], json!([500]));
    assert!(nameless[0]["examples"][0]["body"].get("code").is_none());
}

#[test]
fn social_crawl_has_constant_headers_and_a_conditional_refund() {
    let export = bundled("social-crawl");
    assert_eq!(error(&export, "METHOD_NOT_ALLOWED")["headers"]["Allow"], "GET");
    assert_eq!(error(&export, "SERVICE_UNAVAILABLE")["headers"]["Retry-After"], "30");
    let refund = &error(&export, "RESOURCE_NOT_FOUND")["refund"];
    assert_eq!(refund["kind"], "conditional");
    assert!(refund["when"].is_string());
}

#[test]
fn social_neuron_has_messages_and_symptoms() {
    let export = bundled("social-neuron");
    let errors = export["errors"].as_array().expect("errors");
    let count = |kind: &str| errors.iter().filter(|error| error["kind"] == kind).count();
    assert_eq!((count("message"), count("symptom")), (12, 4));
}

#[test]
fn publishing_api_has_a_retry_time_only_on_429() {
    for error in bundled("publishing-api")["errors"].as_array().expect("errors") {
        for example in error["examples"].as_array().expect("examples") {
            let limited = error["status"] == json!([429]);
            assert_eq!(example["body"]["meta"].get("retry_after").is_some(), limited, "{}", error["id"]);
        }
    }
}

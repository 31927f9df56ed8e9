//! Compares the bundled catalogs with the known data of the APIs: each error in a line, and whole
//! responses.

use std::fmt::Write as _;
use std::path::Path;

use errbook_catalog::model::{After, Backoff, Catalog, ErrorDef, Fault, Kind, Policy, Refund, Retry};
use serde_json::{Value, json};

/// A bundled catalog, without errors and warnings.
fn catalog(slug: &str) -> Catalog {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("apis/{slug}.yaml"));
    let loaded = errbook_catalog::load(&path);
    assert!(loaded.report.is_empty(), "{}", loaded.report.render_text(false));
    let catalog = loaded.catalog.expect("a catalog without problems");
    assert_eq!(catalog.api.slug, slug);
    catalog
}

fn error<'a>(catalog: &'a Catalog, id: &str) -> &'a ErrorDef {
    catalog.errors.iter().find(|error| error.name.id == id).expect(id)
}

/// Each error as `id code status retry refund fault`, with a dash for each absent value.
fn lines(catalog: &Catalog) -> String {
    let mut lines = String::new();
    for error in &catalog.errors {
        let code = error.code.as_ref().map_or("-".to_owned(), ToString::to_string);
        let statuses: Vec<_> = error.statuses.iter().map(ToString::to_string).collect();
        let status = if statuses.is_empty() { "-".to_owned() } else { statuses.join("/") };
        let (retry, refund) = (retry(&error.retry), refund(error.refund.as_ref()));
        let fault = error.fault.map_or("-", Fault::name);
        writeln!(lines, "{} {code} {status} {retry} {refund} {fault}", error.name.id).expect("memory");
    }
    lines
}

fn retry(retry: &Retry) -> String {
    match retry {
        Retry::Unsaid => "-".to_owned(),
        Retry::Never => "never".to_owned(),
        Retry::Always(None) => "retry".to_owned(),
        Retry::Always(Some(policy)) => policy_words(policy),
        Retry::Idempotent(_) => "idempotent".to_owned(),
    }
}

fn policy_words(policy: &Policy) -> String {
    let Policy { name: _, after, backoff, attempts } = policy;
    let after = after.as_ref().map(|after| match after {
        After::Header(name) | After::Detail(name) => name.clone(),
    });
    let until = |max: &Option<u64>| max.map_or(String::new(), |max| format!("..{max}ms"));
    let backoff = backoff.as_ref().map(|backoff| match backoff {
        Backoff::Fixed { initial_ms, max_ms } => format!("{initial_ms}ms{}", until(max_ms)),
        Backoff::Exponential { initial_ms, factor, max_ms } => format!("{initial_ms}ms*{factor}{}", until(max_ms)),
    });
    let attempts = attempts.map(|attempts| format!("{attempts}x"));
    [after, backoff, attempts].into_iter().flatten().collect::<Vec<_>>().join(",")
}

fn refund(refund: Option<&Refund>) -> &'static str {
    match refund {
        None => "-",
        Some(Refund::Refunded) => "refunded",
        Some(Refund::Kept) => "kept",
        Some(Refund::NotCharged) => "not_charged",
        Some(Refund::Conditional { .. }) => "conditional",
    }
}

/// The body of an error's first example.
fn body(catalog: &Catalog, id: &str) -> Value {
    let example = &error(catalog, id).examples[0];
    serde_json::from_str(&example.body.as_ref().expect(id).to_string()).expect("JSON")
}

/// The headers of an error's first example, as HTTP writes them.
fn headers(catalog: &Catalog, id: &str) -> Vec<String> {
    let example = &error(catalog, id).examples[0];
    example.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect()
}

/// The ids for which a predicate is true.
fn members<'a>(catalog: &'a Catalog, predicate: &str) -> Vec<&'a str> {
    let predicate = catalog.predicates.iter().find(|known| known.name == predicate).expect(predicate);
    predicate.members.iter().map(|&at| catalog.errors[at].name.id.as_str()).collect()
}

#[test]
fn social_crawl_errors() {
    assert_eq!(
        lines(&catalog("social-crawl")),
        "\
MISSING_API_KEY MISSING_API_KEY 401 - not_charged caller
INVALID_API_KEY INVALID_API_KEY 401 - not_charged caller
INSUFFICIENT_CREDITS INSUFFICIENT_CREDITS 402 - - -
INVALID_REQUEST INVALID_REQUEST 400 - not_charged caller
METHOD_NOT_ALLOWED METHOD_NOT_ALLOWED 405 - not_charged -
ENDPOINT_NOT_FOUND ENDPOINT_NOT_FOUND 404 - not_charged caller
RESOURCE_NOT_FOUND RESOURCE_NOT_FOUND 404 - conditional -
IDEMPOTENCY_KEY_CONFLICT IDEMPOTENCY_KEY_CONFLICT 409 - not_charged -
IDEMPOTENCY_KEY_PAYLOAD_MISMATCH IDEMPOTENCY_KEY_PAYLOAD_MISMATCH 422 - not_charged -
CONCURRENCY_LIMIT CONCURRENCY_LIMIT 429 - - -
UPSTREAM_ERROR UPSTREAM_ERROR 502 retry refunded upstream
SERVICE_UNAVAILABLE SERVICE_UNAVAILABLE 503 Retry-After,30000ms refunded -
INTERNAL_ERROR INTERNAL_ERROR 500 retry refunded api
"
    );
}

#[test]
fn social_crawl_responses() {
    let catalog = catalog("social-crawl");
    assert_eq!(
        body(&catalog, "INSUFFICIENT_CREDITS"),
        json!({
            "success": false,
            "error": {
                "type": "INSUFFICIENT_CREDITS",
                "message": "Your account has 0 credits remaining. This endpoint requires 1 credits.",
                "status": 402,
                "doc_url": "https://www.socialcrawl.dev/docs/errors/insufficient-credits"
            },
            "credits_remaining": 0,
            "request_id": "req-abc123"
        })
    );
    assert_eq!(headers(&catalog, "INSUFFICIENT_CREDITS"), ["X-Request-Id: req-abc123"]);
    assert_eq!(headers(&catalog, "METHOD_NOT_ALLOWED"), ["Allow: GET", "X-Request-Id: req-abc123"]);
    assert_eq!(headers(&catalog, "SERVICE_UNAVAILABLE"), ["Retry-After: 30", "X-Request-Id: req-abc123"]);
}

#[test]
fn publishing_api_errors() {
    assert_eq!(
        lines(&catalog("publishing-api")),
        "\
VALIDATION_ERROR VALIDATION_ERROR 400 never - caller
UNAUTHORIZED UNAUTHORIZED 401 never - caller
INSUFFICIENT_CREDITS INSUFFICIENT_CREDITS 402 - - -
FORBIDDEN FORBIDDEN 403 never - caller
NOT_FOUND NOT_FOUND 404 never - caller
CONFLICT CONFLICT 409 - - -
PRECONDITION_FAILED PRECONDITION_FAILED 412 - - -
RATE_LIMIT_EXCEEDED RATE_LIMIT_EXCEEDED 429 Retry-After,1000ms*2 - -
INTERNAL_ERROR INTERNAL_ERROR 500 1000ms*2,3x - api
"
    );
}

#[test]
fn publishing_api_responses() {
    let catalog = catalog("publishing-api");
    let response = |code: &str, message: &str, request_id: &str| {
        json!({
            "success": false,
            "error": {"code": code, "message": message},
            "meta": {"request_id": request_id, "timestamp": "2026-02-01T12:00:00Z"}
        })
    };
    let known = [
        ("VALIDATION_ERROR", "topic is required and must be 3-500 characters", "req_abc123"),
        ("UNAUTHORIZED", "Invalid or expired API key", "req_def456"),
        ("INSUFFICIENT_CREDITS", "This operation requires 40 credits but your balance is 12", "req_ghi789"),
        ("FORBIDDEN", "API key lacks 'write' permission required for this endpoint", "req_jkl012"),
    ];
    for (code, message, request_id) in known {
        assert_eq!(body(&catalog, code), response(code, message, request_id));
        assert_eq!(headers(&catalog, code), [""; 0]);
    }
    let mut limited = response("RATE_LIMIT_EXCEEDED", "Rate limit exceeded. Retry after 45 seconds.", "req_mno345");
    limited["meta"]["retry_after"] = json!(45);
    assert_eq!(body(&catalog, "RATE_LIMIT_EXCEEDED"), limited);
    assert_eq!(headers(&catalog, "RATE_LIMIT_EXCEEDED"), ["Retry-After: 45"]);
    assert_eq!(body(&catalog, "CONFLICT")["meta"]["request_id"], "req_abc123def456");
}

#[test]
fn socia_hive_errors() {
    let catalog = catalog("socia-hive");
    assert_eq!(
        lines(&catalog),
        "\
auth_error auth_error 401 - - -
not_found not_found 404 - - -
invalid_input invalid_input 400 - - -
validation_error validation_error 422 never - -
conflict conflict 409 - - -
keyword_conflict keyword_conflict 409 - - -
state_error state_error 409 - - -
tier_error tier_error 402 - - -
limit_reached limit_reached 422 - - -
no_account_selected no_account_selected 400 - - -
rate_limit rate_limit 429 Retry-After - -
upstream_error upstream_error 502/503 1000ms*2 - upstream
unknown_error unknown_error 500 1x - -
pending_confirmation pending_confirmation 200 - - -
"
    );
    assert_eq!(members(&catalog, "is_auth_error"), ["auth_error"]);
    assert_eq!(members(&catalog, "is_rate_limited"), ["rate_limit"]);
    assert_eq!(members(&catalog, "is_not_found"), ["not_found"]);
    assert_eq!(members(&catalog, "is_state_error"), ["state_error", "conflict"]);
}

#[test]
fn socia_hive_responses() {
    let catalog = catalog("socia-hive");
    let upstream = body(&catalog, "upstream_error");
    assert_eq!(upstream["code"], "upstream_error");
    assert_eq!(upstream["details"], json!({"upstream": "Instagram"}));
    // The wait is in the header and not among the details.
    assert_eq!(body(&catalog, "rate_limit")["details"], json!({"window": "write"}));
    assert_eq!(headers(&catalog, "rate_limit"), ["Retry-After: 30"]);
    assert_eq!(body(&catalog, "conflict"), json!({"error": "Duplicate resource", "code": "conflict"}));
    assert_eq!(
        body(&catalog, "pending_confirmation"),
        json!({
            "__mcp_envelope": "pending_confirmation",
            "confirmToken": "...",
            "summary": "Delete flow 'Welcome series' — 4 nodes, 1.2K executions",
            "affectedEntities": [{"type": "flow", "id": "..."}]
        })
    );
    let names = |id| error(&catalog, id).details.iter().map(|detail| detail.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names("validation_error"), ["reason"]);
    assert_eq!(names("state_error"), ["suggestion"]);
    assert!(error(&catalog, "state_error").details[0].optional);
    assert_eq!(names("tier_error"), ["required_tier"]);
    assert_eq!(names("unknown_error"), ["request_id"]);
}

#[test]
fn social_api_errors() {
    let catalog = catalog("social-api");
    assert_eq!(
        lines(&catalog),
        "\
missing_metadata missing_metadata 400 - - -
unsupported_platform unsupported_platform 400 - - -
unauthorized unauthorized 401 - - -
invalid_token invalid_token 401 - - -
invalid_credentials invalid_credentials 401 - - -
oauth_state_mismatch unauthorized 403 - - -
account_not_found account_not_found 404 - - -
not_found not_found 404 - - -
account_already_linked account_already_linked 409 - - -
storage_quota_exceeded storage_quota_exceeded 413 - - -
rate_limit_exceeded rate_limit_exceeded 429 - - -
platform_rate_limit platform_rate_limit 429 60000ms not_charged upstream
internal_error - 500 - - api
not_supported not_supported 501 - - -
"
    );
    assert_eq!(body(&catalog, "internal_error"), json!({"error": "Internal server error"}));
    assert_eq!(body(&catalog, "oauth_state_mismatch")["code"], "unauthorized");
    let python = |id| error(&catalog, id).snippets.iter().filter(|snippet| snippet.lang == "python").count();
    assert_eq!((python("invalid_token"), python("storage_quota_exceeded")), (1, 1));
}

#[test]
fn social_neuron_errors() {
    let catalog = catalog("social-neuron");
    assert_eq!(
        lines(&catalog),
        "\
validation_error - 400 never - caller
authentication_failed - 401 never - caller
insufficient_credits - 402 never - caller
scope_not_allowed - 403 never - caller
resource_not_found - 404 - - -
invalid_parameters - 422 - - -
rate_limited - 429 X-RateLimit-Reset,2000ms*2..30000ms - -
server_error - 500 2000ms*2..30000ms,1x - api
access_denied - - - - -
duplicate_record - - - - -
referenced_record_not_found - - - - -
content_generation_failed - - retry - -
ai_rate_limit_reached - - 30000ms..60000ms - -
content_blocked - - - - -
media_generation_failed - - retry - -
payment_processing_error - - retry - -
external_service_unavailable - - retry - upstream
network_request_failed - - retry - -
authentication_expired - - - - -
service_temporarily_unavailable - - retry - -
token_expired_when_posting - - - - -
invalid_grant_during_login - - - - -
scope_denied_after_connecting - - - - -
posts_fail_on_one_platform - - - - -
"
    );
    let names = headers(&catalog, "resource_not_found");
    assert_eq!(names, ["X-RateLimit-Remaining: 42", "X-RateLimit-Reset: 1767225600"]);
    // The page does not say whether to retry a 404.
    assert_eq!(body(&catalog, "resource_not_found"), json!({"message": "Resource Not Found"}));
    assert_eq!(body(&catalog, "insufficient_credits")["retryable"], json!(false));
    assert_eq!(body(&catalog, "rate_limited")["retryable"], json!(true));
}

#[test]
fn social_neuron_messages_and_symptoms() {
    let catalog = catalog("social-neuron");
    let of = |kind| catalog.errors.iter().filter(move |error| error.kind() == kind);
    let messages: Vec<_> = of(Kind::Message).map(|error| error.examples[0].message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "Access denied. Check your account permissions.",
            "A duplicate record already exists.",
            "Referenced record not found.",
            "Content generation failed. Please try again.",
            "AI service rate limit reached. Please wait and retry.",
            "Content was blocked by the AI safety filter. Try rephrasing.",
            "Media generation failed. Please try again.",
            "Payment processing error. Please try again.",
            "External service unavailable. Please try again.",
            "Network request failed. Please try again.",
            "Authentication expired. Please re-authenticate.",
            "Service temporarily unavailable. Please try again.",
        ]
    );
    let symptoms: Vec<_> = of(Kind::Symptom).map(|error| error.title.as_str()).collect();
    assert_eq!(
        symptoms,
        [
            "\"Token expired\" when posting",
            "\"Invalid grant\" during login",
            "\"Scope denied\" after connecting",
            "Posts fail on one platform but not others",
        ]
    );
}

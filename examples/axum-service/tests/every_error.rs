//! Provokes every error of both catalogs over a socket, by realistic causes. Compares each response
//! with the catalog's JSON export and with the schema that the service publishes.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum_service::platform::{Condition, Platforms};
use axum_service::{World, crawl, hive};
use errbook::client::{Kind, Received};
use errbook::{CatalogCode as _, CatalogError};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Each test has its own service, so that tests do not affect each other.
struct Service {
    origin: String,
    client: Client,
    platforms: Arc<Platforms>,
}

impl Service {
    async fn start(patience: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let platforms = Arc::new(Platforms::default());
        let app = axum_service::app(World { platforms: platforms.clone(), patience });
        tokio::spawn(async { axum::serve(listener, app).await });
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { origin, client, platforms }
    }

    fn send(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin))
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.send(Method::GET, path)
    }

    fn crawl(&self, key: &str, path: &str) -> RequestBuilder {
        self.get(path).header("x-api-key", key)
    }

    fn hive(&self, key: &str, path: &str, body: &Value) -> RequestBuilder {
        self.send(Method::POST, path).header("x-api-key", key).json(body)
    }

    /// Creates a flow and returns its id.
    async fn flow(&self, keywords: &[&str]) -> String {
        let flow = json!({"account_id": "acc_ada", "keywords": keywords, "nodes": [{"id": "a", "kind": "message"}]});
        let response = self.hive("hive_ada", "/hive/flows", &flow).send().await.expect("a response");
        let flow: Value = response.json().await.expect("a flow");
        flow["id"].as_str().expect("an id").to_owned()
    }

    async fn activate(&self, flow: &str) -> Response {
        let path = format!("/hive/flows/{flow}/activate");
        self.hive("hive_ada", &path, &Value::Null).send().await.expect("a response")
    }
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("a response")
}

/// The response, its details, and its context fields as far as the test knows them.
struct Provoked {
    response: Response,
    details: Value,
    facts: Value,
}

fn provoked(response: Response, details: Value, facts: Value) -> Provoked {
    Provoked { response, details, facts }
}

const RICH: i64 = 10_000_000;
const PROFILE: &str = "/v1/tiktok/profile?handle=ada";

/// Provokes an error of the crawl API; `None` for an unknown error.
async fn provoke_crawl(id: &str, service: &Service) -> Option<Provoked> {
    let nobody = json!({"credits_remaining": 0});
    let rich = json!({"credits_remaining": RICH});
    let none = json!({});
    Some(match id {
        "MISSING_API_KEY" => provoked(send(service.get(PROFILE)).await, none, nobody),
        "INVALID_API_KEY" => {
            let response = send(service.crawl("sc_expired", PROFILE)).await;
            provoked(response, none, nobody)
        }
        "INSUFFICIENT_CREDITS" => {
            let response = send(service.crawl("sc_poor", "/v1/tiktok/post?id=1")).await;
            provoked(response, json!({"balance": 3, "cost": 5}), json!({"credits_remaining": 3}))
        }
        "INVALID_REQUEST" => {
            let response = send(service.crawl("sc_rich", "/v1/tiktok/profile?handle=not+a+handle")).await;
            provoked(response, none, rich)
        }
        "METHOD_NOT_ALLOWED" => {
            let response = send(service.send(Method::POST, PROFILE).header("x-api-key", "sc_rich")).await;
            provoked(response, none, nobody)
        }
        "ENDPOINT_NOT_FOUND" => {
            let response = send(service.crawl("sc_rich", "/v1/friendster/profile?handle=ada")).await;
            provoked(response, none, rich)
        }
        "RESOURCE_NOT_FOUND" => {
            // A 404 of the platform costs as much as a success. An empty response is refunded.
            let response = send(service.crawl("sc_rich", "/v1/tiktok/profile?handle=gone.ada")).await;
            let balance = response.json::<Value>().await.expect("a body")["credits_remaining"].clone();
            assert_eq!(balance, RICH - 1);
            let response = send(service.crawl("sc_rich", "/v1/tiktok/profile?handle=ghost.ada")).await;
            provoked(response, none, json!({"credits_remaining": RICH - 1}))
        }
        "IDEMPOTENCY_KEY_CONFLICT" => {
            send(service.crawl("sc_other", PROFILE).header("idempotency-key", "k")).await;
            let response = send(service.crawl("sc_rich", PROFILE).header("idempotency-key", "k")).await;
            provoked(response, none, rich)
        }
        "IDEMPOTENCY_KEY_PAYLOAD_MISMATCH" => {
            let first = send(service.crawl("sc_rich", PROFILE).header("idempotency-key", "k")).await;
            let again = send(service.crawl("sc_rich", PROFILE).header("idempotency-key", "k")).await;
            assert_eq!((first.status().as_u16(), again.status().as_u16()), (200, 200));
            let other = service.crawl("sc_rich", "/v1/tiktok/profile?handle=bob").header("idempotency-key", "k");
            // Of two equal requests, the first was paid for.
            provoked(send(other).await, none, json!({"credits_remaining": RICH - 1}))
        }
        "CONCURRENCY_LIMIT" => {
            service.platforms.set("tiktok", Condition::Silent);
            let mut requests = JoinSet::new();
            for _ in 0..=50 {
                requests.spawn(service.crawl("sc_rich", PROFILE).send());
            }
            // Fifty requests wait for the platform, so the first response is for the one above the
            // limit.
            let response = requests.join_next().await.expect("a task").expect("no panic").expect("a response");
            provoked(response, none, json!({"credits_remaining": null}))
        }
        "UPSTREAM_ERROR" => {
            service.platforms.set("tiktok", Condition::Down);
            provoked(send(service.crawl("sc_rich", PROFILE)).await, none, rich)
        }
        "SERVICE_UNAVAILABLE" => {
            service.platforms.set("tiktok", Condition::Silent);
            for _ in 0..3 {
                assert_eq!(send(service.crawl("sc_rich", PROFILE)).await.status(), 502);
            }
            service.platforms.set("tiktok", Condition::Up);
            let response = send(service.crawl("sc_rich", PROFILE)).await;
            let circuits: Value = send(service.get("/v1/status")).await.json().await.expect("circuits");
            assert!(circuits[1]["open"] == true && circuits[0]["open"] == false, "{circuits}");
            provoked(response, none, rich)
        }
        "INTERNAL_ERROR" => {
            service.platforms.set("tiktok", Condition::Changed);
            provoked(send(service.crawl("sc_rich", PROFILE)).await, none, rich)
        }
        _ => return None,
    })
}

/// The same for the hive API, in which one error has two statuses.
async fn provoke_hive(id: &str, status: u64, service: &Service) -> Option<Provoked> {
    let none = json!({});
    let facts = json!({"retry_after": null});
    let randomizer = json!({"account_id": "acc_bob", "keywords": [], "nodes": [{"id": "a", "kind": "randomizer"}]});
    let hook = |number: u32| json!({"target_url": format!("https://bob.example/{number}")});
    let question = json!({"account_id": "acc_ada"});
    Some(match id {
        "auth_error" => {
            let response = send(service.hive("hive_ada_reader", "/hive/webhooks", &hook(1))).await;
            let unknown = send(service.hive("hive_revoked", "/hive/webhooks", &hook(1))).await;
            assert_eq!((response.status().as_u16(), unknown.status().as_u16()), (401, 401));
            provoked(response, none, facts)
        }
        "not_found" => {
            let flow = format!("/hive/flows/{}", service.flow(&[]).await);
            assert_eq!(send(service.crawl("hive_ada_reader", &flow)).await.status(), 200);
            provoked(send(service.crawl("hive_bob", &flow)).await, none, facts)
        }
        "invalid_input" => {
            let post = json!({"account_id": "acc_bob", "text": 5, "tags": []});
            let response = send(service.hive("hive_bob", "/hive/posts", &post)).await;
            provoked(response, json!({"fields": ["text", "scheduled_at"]}), facts)
        }
        "validation_error" => {
            let post = json!({"account_id": "acc_bob", "text": "Bread!", "tags": [], "scheduled_at": 86400});
            let response = send(service.hive("hive_bob", "/hive/posts", &post)).await;
            provoked(response, json!({"reason": "scheduled_at is in the past"}), facts)
        }
        "conflict" => {
            assert_eq!(send(service.hive("hive_bob", "/hive/webhooks", &hook(1))).await.status(), 201);
            provoked(send(service.hive("hive_bob", "/hive/webhooks", &hook(1))).await, none, facts)
        }
        "keyword_conflict" => {
            let (one, other) = (service.flow(&["hello", "hi"]).await, service.flow(&["hi"]).await);
            assert_eq!(service.activate(&one).await.status(), 200);
            provoked(service.activate(&other).await, none, facts)
        }
        "state_error" => {
            let flow = service.flow(&[]).await;
            service.activate(&flow).await;
            let again: Value = service.activate(&flow).await.json().await.expect("a body");
            assert_eq!((&again["code"], again["details"].get("suggestion")), (&json!("state_error"), None));
            let edit = service.send(Method::PUT, &format!("/hive/flows/{flow}/nodes"));
            let response = send(edit.header("x-api-key", "hive_ada").json(&json!({"nodes": []}))).await;
            provoked(response, json!({"suggestion": "Call duplicate_flow and edit the draft."}), facts)
        }
        "tier_error" => {
            let response = send(service.hive("hive_bob", "/hive/flows", &randomizer)).await;
            provoked(response, json!({"required_tier": "Pro"}), facts)
        }
        "limit_reached" => {
            for number in 1..=2 {
                assert_eq!(send(service.hive("hive_bob", "/hive/webhooks", &hook(number))).await.status(), 201);
            }
            provoked(send(service.hive("hive_bob", "/hive/webhooks", &hook(3))).await, none, facts)
        }
        "no_account_selected" => {
            let response = send(service.hive("hive_bob", "/hive/tools/analytics", &json!({}))).await;
            provoked(response, none, facts)
        }
        "rate_limit" => {
            for _ in 0..5 {
                let question = json!({"account_id": "acc_bob"});
                assert_eq!(send(service.hive("hive_bob", "/hive/tools/analytics", &question)).await.status(), 200);
            }
            let response = send(service.hive("hive_bob", "/hive/tools/analytics", &question)).await;
            let wait: u64 = header(&response, "retry-after").and_then(|wait| wait.parse().ok()).expect("a wait");
            assert!((30..=60).contains(&wait), "{wait}");
            provoked(response, json!({"window": "expensive"}), json!({"retry_after": wait}))
        }
        "upstream_error" => {
            let condition = if status == 502 { Condition::Down } else { Condition::Silent };
            service.platforms.set("instagram", condition);
            let response = send(service.hive("hive_ada", "/hive/tools/analytics", &question)).await;
            provoked(response, json!({"upstream": "Instagram"}), facts)
        }
        "unknown_error" => {
            service.platforms.set("instagram", Condition::Changed);
            let response = send(service.hive("hive_ada", "/hive/tools/analytics", &question)).await;
            provoked(response, json!({"request_id": null}), facts)
        }
        "pending_confirmation" => {
            let flow = service.flow(&[]).await;
            let delete = |token: Value| {
                service.hive("hive_ada", "/hive/tools/delete_flow", &json!({"flow_id": flow, "__confirmToken": token}))
            };
            // The token is invalid, so the service asks for confirmation again.
            assert_eq!(send(delete(json!("guessed"))).await.status(), 200);
            let asked: Value = send(delete(Value::Null)).await.json().await.expect("a body");
            let response = send(delete(Value::Null)).await;
            assert_eq!(send(delete(asked["confirmToken"].clone())).await.status(), 204);
            assert_eq!(send(service.crawl("hive_ada", &format!("/hive/flows/{flow}"))).await.status(), 404);
            let entities = json!([{"type": "flow", "id": flow}]);
            let details = json!({"confirmToken": null, "summary": null, "affectedEntities": entities});
            provoked(response, details, facts)
        }
        _ => return None,
    })
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).map(|value| value.to_str().expect("text").to_owned())
}

fn export(catalog: &str) -> Value {
    let path = format!("{}/../../docs-out/{catalog}/errors.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the export")).expect("JSON")
}

/// The values of an envelope's placeholders in one response. `null` for a value that only the
/// service knows.
struct Facts(Map<String, Value>);

impl Facts {
    fn of(error: &Value, status: u64, details: &Value, facts: &Value) -> Self {
        let mut message = error["message"].as_str().expect("a message").to_owned();
        for (name, detail) in details.as_object().expect("details") {
            message = message.replace(&format!("{{{name}}}"), &detail.to_string());
        }
        let mut known = Map::from_iter([
            ("code".to_owned(), error["code"].clone()),
            ("message".to_owned(), message.into()),
            ("status".to_owned(), status.into()),
            ("doc_url".to_owned(), error["doc_url"].clone()),
            ("details".to_owned(), details.clone()),
        ]);
        for (name, detail) in details.as_object().expect("details") {
            known.insert(format!("details.{name}"), detail.clone());
        }
        for (name, fact) in facts.as_object().expect("facts") {
            known.insert(format!("context.{name}"), fact.clone());
        }
        Self(known)
    }

    /// Compares a value of the body with its template; `None` is an absent member.
    fn check(&self, template: &Value, value: Option<&Value>, place: &str) {
        match template {
            Value::Object(members) => {
                let object = value.and_then(Value::as_object).unwrap_or_else(|| panic!("{place}: no object"));
                for (name, template) in members {
                    self.check(template, object.get(name), &format!("{place}.{name}"));
                }
                let surplus: Vec<_> = object.keys().filter(|name| !members.contains_key(*name)).collect();
                assert!(surplus.is_empty(), "{place}: {surplus:?}");
            }
            Value::String(text) if text.starts_with('{') => {
                let name = text.trim_matches(['{', '}', '?']);
                let expected = self.0.get(name).unwrap_or_else(|| panic!("{place}: {name} is unknown to the test"));
                let is_absent = text.ends_with("?}") && *expected == json!({});
                match value {
                    None => assert!(is_absent, "{place} is absent"),
                    Some(value) => check_fact(expected, value, place),
                }
            }
            constant => assert_eq!(value, Some(constant), "{place}"),
        }
    }

    /// The value of a header; `None` if the header is optional.
    fn header(&self, template: &str) -> Option<String> {
        if !template.starts_with('{') {
            return Some(template.to_owned());
        }
        match &self.0[template.trim_matches(['{', '}', '?'])] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// Compares a value with the expected one.
fn check_fact(expected: &Value, value: &Value, place: &str) {
    match expected {
        Value::Null => assert!(!value.is_null(), "{place}"),
        Value::Object(members) => {
            let object = value.as_object().unwrap_or_else(|| panic!("{place}: no object"));
            assert!(object.keys().eq(members.keys()), "{place}: {object:?}");
            for (name, expected) in members {
                check_fact(expected, &object[name], &format!("{place}.{name}"));
            }
        }
        expected => assert_eq!(value, expected, "{place}"),
    }
}

/// Validates a body against the schema of its operation and status.
fn check_schema(document: &Value, path: &str, status: u64, body: &Value) {
    let fits = |template: &str| {
        let (parts, template): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
        parts.len() == template.len()
            && template.iter().zip(&parts).all(|(template, part)| template.starts_with('{') || template == part)
    };
    let paths = document["paths"].as_object().expect("paths");
    let (_, operations) = paths.iter().find(|(template, _)| fits(template)).expect("a path of the document");
    // Each path has one method. A rejection of another method uses the schema of that one.
    let operation = operations.as_object().expect("operations").values().next().expect("an operation");
    let schema = &operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{path} has no schema for {status}");
    let whole = json!({"allOf": [schema], "components": document["components"]});
    let validator = jsonschema::validator_for(&whole).expect("a schema");
    let faults: Vec<_> = validator.iter_errors(body).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{path} {status}: {faults:?}\n{body}");
}

/// Checks that a client with the same catalog recognizes the error and its details from the
/// response alone.
fn check_received(export: &Value, id: &str, status: u64, headers: &HeaderMap, body: &[u8]) {
    fn check<E: CatalogError>(received: &Received<E>, id: &str) {
        assert!(matches!(received.kind, Kind::Known(_)), "{id}: {received:?}");
        assert_eq!(received.code().map(|code| code.info().id()), Some(id));
    }
    let status = u16::try_from(status).expect("a status");
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    match export["api"]["slug"].as_str() {
        Some("social-crawl") => check(&crawl::errors::ReceivedError::parse(status, headers, body), id),
        Some("socia-hive") => check(&hive::errors::ReceivedError::parse(status, headers, body), id),
        other => panic!("{other:?} has no client here"),
    }
}

/// Checks the response of an error against the export and the document.
async fn check(export: &Value, document: &Value, error: &Value, status: u64, mut provoked: Provoked) {
    let id = error["id"].as_str().expect("an id");
    let response = provoked.response;
    assert_eq!(u64::from(response.status().as_u16()), status, "{id}");
    if let Some(request_id) = header(&response, "x-request-id") {
        provoked.facts["request_id"] = request_id.into();
    }
    let path = response.url().path().to_owned();
    let headers = response.headers().clone();
    let body = response.bytes().await.expect("a body");
    check_received(export, id, status, &headers, &body);
    let body: Value = serde_json::from_slice(&body).expect("a body of JSON");

    let facts = Facts::of(error, status, &provoked.details, &provoked.facts);
    let envelopes = export["envelopes"].as_array().expect("envelopes");
    let envelope = envelopes.iter().find(|envelope| envelope["name"] == error["envelope"]).expect("its envelope");
    facts.check(&envelope["body"], Some(&body), id);
    assert_eq!(headers["content-type"], envelope["content_type"].as_str().expect("a type"), "{id}");
    for (name, template) in [&envelope["headers"], &error["headers"]].into_iter().filter_map(Value::as_object).flatten()
    {
        let sent = headers.get(name).map(|value| value.to_str().expect("text").to_owned());
        assert_eq!(sent, facts.header(template.as_str().expect("a template")), "{id}: {name}");
    }
    check_schema(document, &path, status, &body);
}

#[tokio::test]
async fn every_error_of_both_catalogs_has_a_cause() {
    let (mut ids, mut provoked) = (0, 0);
    let mut missing = Vec::new();
    for catalog in ["social-crawl", "socia-hive"] {
        let export = export(catalog);
        for error in export["errors"].as_array().expect("errors") {
            let id = error["id"].as_str().expect("an id");
            let statuses = error["status"].as_array().expect("statuses");
            if statuses.is_empty() {
                continue;
            }
            ids += 1;
            let mut is_provoked = true;
            for status in statuses.iter().filter_map(Value::as_u64) {
                // The request above the limit must come before the fifty others time out.
                let patience = if id == "CONCURRENCY_LIMIT" { 60_000 } else { 100 };
                let service = Service::start(Duration::from_millis(patience)).await;
                let document = send(service.get(&format!("/openapi/{catalog}.json"))).await;
                let document: Value = document.json().await.expect("a document");
                let result = match catalog {
                    "social-crawl" => provoke_crawl(id, &service).await,
                    _ => provoke_hive(id, status, &service).await,
                };
                match result {
                    Some(provoked) => check(&export, &document, error, status, provoked).await,
                    None => is_provoked = false,
                }
            }
            if is_provoked {
                provoked += 1;
            } else {
                missing.push(id.to_owned());
            }
        }
    }
    println!("{provoked} of {ids} errors provoked");
    assert!(missing.is_empty(), "nothing provokes {missing:?}");
}

/// axum's own rejections, and the codes that are sent instead.
#[tokio::test]
async fn rejections_of_axum_have_the_envelope() {
    let service = Service::start(Duration::from_millis(100)).await;
    let post = |body: String, content_type: &str| {
        let request = service.send(Method::POST, "/hive/posts").header("x-api-key", "hive_ada");
        request.header("content-type", content_type).body(body)
    };
    let json = "application/json";
    let crawl = [
        (404, "ENDPOINT_NOT_FOUND", service.get("/v1/no/such/endpoint/here")),
        (405, "METHOD_NOT_ALLOWED", service.send(Method::DELETE, "/v1/status")),
        (400, "INVALID_REQUEST", service.crawl("sc_rich", "/v1/%ff/profile?handle=ada")),
    ];
    for (status, code, request) in crawl {
        let response = send(request).await;
        assert_eq!(response.status(), status, "{code}");
        let id = header(&response, "x-request-id").expect("an id");
        let body: Value = response.json().await.expect("a body");
        assert_eq!((&body["error"]["type"], &body["request_id"]), (&json!(code), &json!(id)));
    }
    let hive = [
        (404, "not_found", service.get("/hive/nothing")),
        (404, "not_found", service.send(Method::DELETE, "/hive/posts")),
        // 415, 413, 400 and 422 of axum.
        (400, "invalid_input", post("{}".to_owned(), "text/plain")),
        (400, "invalid_input", post(" ".repeat(3_000_000), json)),
        (400, "invalid_input", post("{".to_owned(), json)),
        (400, "invalid_input", post("[]".to_owned(), json)),
    ];
    for (status, code, request) in hive {
        let response = send(request).await;
        assert_eq!(response.status(), status, "{code}");
        let body: Value = response.json().await.expect("a body");
        assert_eq!(body["code"], code);
    }
}

#[tokio::test]
async fn a_rejected_method_lists_the_allowed_ones() {
    let service = Service::start(Duration::from_millis(100)).await;
    let allow = |response: Response| header(&response, "allow").expect("Allow");
    assert_eq!(allow(send(service.send(Method::POST, "/v1/status")).await), "GET");
    assert_eq!(allow(send(service.send(Method::DELETE, "/hive/posts")).await), "POST");
}

#[tokio::test]
async fn a_post_in_the_future_is_planned() {
    let service = Service::start(Duration::from_millis(100)).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    // A whole number with a decimal point is an integer too.
    for scheduled_at in [json!(now + 3600), json!(4_102_444_800.0)] {
        let post = json!({"account_id": "acc_ada", "text": "Hello", "tags": ["art"], "scheduled_at": scheduled_at});
        let response = send(service.hive("hive_ada", "/hive/posts", &post)).await;
        assert_eq!(response.status(), 201);
        let answer: Value = response.json().await.expect("a post");
        assert_eq!(answer["scheduled_at"].as_f64(), scheduled_at.as_f64());
    }
}

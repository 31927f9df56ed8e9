//! Errors of a catalog as axum responses. Compares each response with the error's own status,
//! headers and body.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Json, Query};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Router, http};
use errbook::Current;
use errbook::axum::CatalogLayer;
use errbook::http::Rejection;
use http::{Request, Response};
use std::future::{Ready, ready};

use futures_util::future::Either;
use tower::{Service, ServiceExt as _};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::trace::TraceLayer;

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/service.yaml");
}
use errors::{Context, Error, InvalidBuilder, InvalidStatus, LimitedBuilder, ReplicaDownRequired};

impl Current for Context {
    fn current() -> Self {
        errbook::scoped().unwrap_or_else(|| Context::new("none", -1, None))
    }
}

fn facts(request: &http::request::Parts) -> Context {
    assert!(!request.headers.contains_key("x-no-facts"), "no facts");
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Context::new(header("x-request-id").unwrap_or_default(), 3, header("x-trace"))
}

fn rejected(rejection: &Rejection) -> Error {
    match rejection.status() {
        404 => Error::not_found(),
        405 => Error::wrong_method(),
        413 => Error::too_large(),
        415 => Error::wrong_type(),
        400 => InvalidBuilder::new(rejection.reason()).with_status(InvalidStatus::Http400).build(),
        422 => InvalidBuilder::new(rejection.reason()).with_status(InvalidStatus::Http422).build(),
        _ if rejection.is_panic() => Error::internal(rejection.reason().to_owned()),
        status => panic!("not a rejection of axum's: {status}"),
    }
}

#[derive(serde::Deserialize)]
struct Order {
    name: String,
}

async fn order(Json(order): Json<Order>) -> Result<String, Error> {
    errbook::update_scope(|context: &mut Context| context.credits -= 1);
    if order.name == "tea" { Ok(order.name) } else { Err(Error::named(order.name)) }
}

async fn limited() -> Result<String, Error> {
    Err(LimitedBuilder::new(std::time::Duration::from_secs(30)).with_token("s3cret").build())
}

async fn internal() -> Result<String, Error> {
    Err(Error::replica_down(
        ReplicaDownRequired { host: "db-7".into(), password: errbook::Sensitive::new("s3cret".into()) },
        "no route",
    ))
}

async fn page(Query(_): Query<Order>) -> impl IntoResponse {
    (http::StatusCode::CONFLICT, [("content-type", "text/html")], "<p>a page of the handler's own</p>")
}

async fn broken() -> String {
    panic!("on purpose")
}

/// A rejection as a compression layer below would change it.
async fn compressed() -> impl IntoResponse {
    (
        http::StatusCode::BAD_REQUEST,
        [("content-type", "text/plain"), ("content-encoding", "gzip")],
        vec![0x1f, 0x8b, 8, 0],
    )
}

fn app() -> Router {
    Router::new()
        .route("/orders", post(order))
        .route("/limited", get(limited))
        .route("/internal", get(internal))
        .route("/page", get(page))
        .route("/broken", get(broken))
        .route("/compressed", get(compressed))
        .route("/proxied", get(proxied))
        .route("/partly", get(partly))
        .route("/boxed", get(boxed))
        .layer(DefaultBodyLimit::max(100))
        .layer(tower::layer::layer_fn(Hasty))
        .layer(CatalogLayer::new(facts, rejected))
}

/// A slow response of another server.
async fn proxied() -> impl IntoResponse {
    let body = futures_util::stream::once(async { Ok::<_, std::io::Error>("slow") });
    (http::StatusCode::BAD_GATEWAY, [("content-type", "text/plain")], Body::from_stream(body))
}

/// A rejection with headers that only the framework knows.
async fn partly() -> impl IntoResponse {
    let headers = [
        ("content-type", "Text/Plain"),
        ("content-range", "bytes */7"),
        ("allow", "PATCH"),
        ("content-security-policy", "default-src 'none'"),
        ("etag", "\"1\""),
    ];
    (http::StatusCode::METHOD_NOT_ALLOWED, headers, "no")
}

async fn boxed() -> Result<String, Box<Error>> {
    Err(Box::new(Error::named("coffee")))
}

/// A layer that answers or panics at once, before it returns a future.
#[derive(Clone)]
struct Hasty<S>(S);

impl<S: Service<Request<Body>, Response = axum::response::Response>> Service<Request<Body>> for Hasty<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<S::Future, Ready<Result<S::Response, S::Error>>>;

    fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match request.headers().get("x-hasty").and_then(|value| value.to_str().ok()) {
            Some("panic") => panic!("at once"),
            Some(_) => Either::Right(ready(Ok(Error::named("at once").into_response()))),
            None => Either::Left(self.0.call(request)),
        }
    }
}

async fn send(request: http::request::Builder, body: &str) -> Response<String> {
    let request = request.header("x-request-id", "req-7").body(Body::from(body.to_owned())).expect("a request");
    let (parts, body) = app().oneshot(request).await.expect("a response").into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    Response::from_parts(parts, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

fn json(path: &str) -> http::request::Builder {
    Request::post(path).header("content-type", "application/json")
}

/// Compares a response with the error's own status, headers and body.
#[track_caller]
fn check(response: &Response<String>, error: &Error, credits: i64) {
    let context = Context::new("req-7", credits, None);
    assert_eq!(Some(response.status().as_u16()), error.status());
    let body: serde_json::Value = serde_json::from_str(response.body()).expect("JSON");
    assert_eq!(body, serde_json::to_value(error.body(&context)).expect("JSON"));
    assert_eq!(response.headers()["content-type"], error.code().content_type().expect("a content type"));
    for (name, value) in error.headers(&context) {
        assert_eq!(response.headers()[name], *value, "{name}");
    }
}

#[tokio::test]
async fn an_error_is_its_status_headers_and_body() {
    let response = send(json("/orders"), r#"{"name": "coffee"}"#).await;
    check(&response, &Error::named("coffee"), 2);
    assert_eq!(response.headers()["x-name"], "coffee");
    assert_eq!(response.headers()["x-request-id"], "req-7");
    assert!(!response.headers().contains_key("x-trace"));
}

#[tokio::test]
async fn an_internal_error_is_sent_as_its_mask() {
    let response = send(Request::get("/internal"), "").await;
    check(&response, &Error::internal("another"), 3);
    let text = format!("{response:?}");
    for secret in ["replica", "db-7", "s3cret", "no route"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn a_problem_follows_rfc_9457() {
    let response = send(Request::get("/limited").header("x-trace", "abc"), "").await;
    check(&response, &LimitedBuilder::new(std::time::Duration::from_secs(30)).with_token("s3cret").build(), 3);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["retry-after"], "30");
    let body: serde_json::Value = serde_json::from_str(response.body()).expect("JSON");
    assert_eq!(body["type"], "https://service.example/errors/limited");
    assert_eq!((&body["status"], &body["wait"], &body["token"]), (&429.into(), &30.into(), &"s3cret".into()));
}

#[tokio::test]
async fn no_detail_splits_a_header() {
    let response = send(json("/orders"), r#"{"name": "a\r\nx-evil: b"}"#).await;
    assert_eq!(response.headers()["x-name"], "a  x-evil: b");
    assert!(!response.headers().contains_key("x-evil"));
}

#[tokio::test]
async fn rejections_of_axum_have_the_envelope() {
    check(&send(Request::get("/nowhere"), "").await, &Error::not_found(), 3);
    let response = send(Request::get("/orders"), "").await;
    check(&response, &Error::wrong_method(), 3);
    assert_eq!(response.headers()["allow"], "POST");
    check(&send(json("/orders"), &"x".repeat(101)).await, &Error::too_large(), 3);
    check(&send(Request::post("/orders"), "{}").await, &Error::wrong_type(), 3);

    for (body, status) in [("{", InvalidStatus::Http400), (r#"{"nam": 1}"#, InvalidStatus::Http422)] {
        let response = send(json("/orders"), body).await;
        let parsed: serde_json::Value = serde_json::from_str(response.body()).expect("JSON");
        let reason = parsed["details"]["reason"].as_str().expect("a reason");
        assert!(reason.starts_with("Failed to"), "{reason}");
        check(&response, &InvalidBuilder::new(reason).with_status(status).build(), 3);
    }
    let response = send(Request::get("/page"), "").await;
    assert_eq!(response.status(), 400, "a query without its members");
    let response = send(Request::get("/compressed"), "").await;
    check(&response, &InvalidBuilder::new("").with_status(InvalidStatus::Http400).build(), 3);
    assert!(!response.headers().contains_key("content-encoding"));
}

#[tokio::test]
async fn a_panic_is_an_error_without_a_cause_for_clients() {
    let response = send(Request::get("/broken"), "").await;
    check(&response, &Error::internal("on purpose"), 3);
    assert!(!response.body().contains("on purpose"));
}

#[tokio::test]
async fn responses_of_handlers_stay_as_they_are() {
    let response = send(Request::get("/page?name=tea"), "").await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (409, "<p>a page of the handler's own</p>"));
    let response = send(json("/orders"), r#"{"name": "tea"}"#).await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "tea"));
}

#[tokio::test]
async fn a_body_of_unknown_size_is_not_a_rejection() {
    let response = send(Request::get("/proxied"), "").await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (502, "slow"));
}

#[tokio::test]
async fn the_framework_knows_the_methods_and_the_range() {
    let response = send(Request::get("/partly"), "").await;
    check(&response, &Error::wrong_method(), 3);
    let header = |name: &str| response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
    let headers: [Vec<&str>; 4] = ["allow", "content-range", "content-security-policy", "etag"].map(header);
    assert_eq!(headers, [vec!["PATCH"], vec!["bytes */7"], vec!["default-src 'none'"], vec![]]);
}

#[tokio::test]
async fn a_rejection_knows_when_to_come_back_and_how_to_sign_in() {
    let throttled = async || {
        let headers = [
            ("retry-after", "7"),
            ("ratelimit", "limit=3"),
            ("www-authenticate", "Basic"),
            ("set-cookie", "seen=1"),
            ("x-trace", "of the limit"),
        ];
        (http::StatusCode::TOO_MANY_REQUESTS, headers, "Too many")
    };
    let limited = |_: &Rejection| Error::limited(std::time::Duration::from_secs(1));
    let app = Router::new().fallback(throttled).layer(CatalogLayer::new(facts, limited));
    let request = Request::get("/").header("x-trace", "own").body(Body::empty()).expect("a request");
    let response = app.oneshot(request).await.expect("a response");
    let header = |name: &str| response.headers()[name].to_str().expect("text");
    let headers = ["retry-after", "ratelimit", "www-authenticate", "set-cookie"].map(header);
    assert_eq!(headers, ["7", "limit=3", "Basic", "seen=1"]);
    assert_eq!(response.headers().get_all("retry-after").iter().count(), 1);
}

#[tokio::test]
async fn a_panic_in_the_function_for_rejections_is_a_500() {
    let panics = |_: &Rejection| -> Error { panic!("in the function for rejections") };
    let app = Router::new().layer(CatalogLayer::new(facts, panics));
    let response = app.clone().oneshot(Request::get("/").body(Body::empty()).expect("a request")).await;
    let response = response.expect("a response");
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (500, &"application/json".parse().unwrap())
    );
    let body = axum::body::to_bytes(response.into_body(), 1000).await.expect("a body");
    assert!(body.starts_with(br#"{"code":"internal""#), "{body:?}");
    // Without a context either.
    let request = Request::get("/").header("x-no-facts", "1").body(Body::empty()).expect("a request");
    assert_eq!(app.oneshot(request).await.expect("a response").status(), 500);
}

#[tokio::test]
async fn layers_inside_may_change_the_body() {
    let layers = tower::ServiceBuilder::new()
        .layer(CatalogLayer::new(facts, rejected))
        .layer(TraceLayer::new_for_http())
        .layer(RequestBodyLimitLayer::new(10));
    let mut app = Router::new().route("/orders", post(order)).route("/page", get(page)).layer(layers);
    let mut send = async |request: http::request::Builder, body: String| {
        let request = request.header("x-request-id", "req-7").body(Body::from(body)).expect("a request");
        let (parts, body) = app.call(request).await.expect("a response").into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Response::from_parts(parts, String::from_utf8(body.to_vec()).expect("UTF-8"))
    };
    check(&send(json("/orders").header("content-length", "11"), "x".repeat(11)).await, &Error::too_large(), 3);
    check(&send(Request::get("/nowhere"), String::new()).await, &Error::not_found(), 3);
    let response = send(Request::get("/page?name=tea"), String::new()).await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (409, "<p>a page of the handler's own</p>"));
}

#[tokio::test]
async fn a_box_is_a_response() {
    check(&send(Request::get("/boxed"), "").await, &Error::named("coffee"), 3);
}

#[tokio::test]
async fn a_layer_that_answers_at_once_has_the_context() {
    check(&send(Request::get("/page").header("x-hasty", "answer"), "").await, &Error::named("at once"), 3);
    check(&send(Request::get("/page").header("x-hasty", "panic"), "").await, &Error::internal("at once"), 3);
    let response = send(Request::get("/page").header("x-no-facts", "1"), "").await;
    assert_eq!((response.status().as_u16(), &response.headers()["x-request-id"]), (500, &"none".parse().unwrap()));
}

#[test]
fn an_error_that_is_not_a_response_is_a_500() {
    let response = Error::stopped().into_response();
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers()["content-type"], "application/json");
}

#[test]
fn a_sensitive_detail_is_only_in_the_body() {
    let error = LimitedBuilder::new(std::time::Duration::from_secs(30)).with_token("s3cret").build();
    assert!(!format!("{error:?} {error}").contains("s3cret"));
    let body = serde_json::to_string(&error.body(&Context::new("req", 0, None))).expect("JSON");
    assert!(body.contains("s3cret"));
}

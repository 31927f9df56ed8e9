//! `assert_rejections!`: which responses of a router it accepts, and what it says of others.

use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use errbook::axum::CatalogLayer;
use errbook::http::from_rejection;
use errbook_testing::router::{Fault, Probes, Report, rejections};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/router.yaml");
}
use errors::{Context, Error, LateBuilder, LateStatus};

impl errbook::Current for Context {
    fn current() -> Self {
        errbook::scoped().unwrap_or_else(|| Self::new("none"))
    }
}

#[derive(serde::Deserialize)]
struct Order {
    name: String,
}

async fn order(Json(order): Json<Order>) -> Result<String, Error> {
    if order.name == "tea" { Ok(order.name) } else { Err(Error::lost()) }
}

/// A router whose layers reject requests.
fn bare() -> Router {
    Router::new()
        .route("/orders", post(order))
        .layer(RequestBodyLimitLayer::new(1024))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(30)))
}

fn shop() -> Router {
    bare().layer(CatalogLayer::new(|_| Context::new("req-7"), from_rejection::<Error>))
}

async fn fail(router: Router, probes: Probes) -> String {
    rejections(env!("CARGO_MANIFEST_DIR"), "tests/router.yaml", router, probes).await.expect_err("a report")
}

#[tokio::test(start_paused = true)]
async fn every_rejection_of_a_router_with_the_layer_is_an_error() {
    let probes = Probes::new().json("POST", "/orders");
    let Report { answered, not_tried } = errbook_testing::assert_rejections!("tests/router.yaml", shop(), probes);
    let answered: Vec<(u16, &str)> =
        answered.iter().map(|(_, status, ids)| (*status, ids.first().expect("an error").as_str())).collect();
    let expected = [
        (404, "LOST"),
        (405, "INVALID"),
        (413, "INVALID"),
        (415, "INVALID"),
        (400, "INVALID"),
        (422, "INVALID"),
        (500, "BROKEN"),
        (408, "LATE"),
    ];
    assert_eq!((answered.as_slice(), not_tried.as_slice()), (expected.as_slice(), [].as_slice()));
}

#[tokio::test(start_paused = true)]
async fn what_a_router_without_the_layer_answers_is_shown() {
    let report = fail(bare(), Probes::new().json("POST", "/orders")).await;
    for part in [
        "responses are not errors of `tests/router.yaml`\n",
        "  GET /errbook/unknown/path\n    404: the content type is `absent`, and not `application/json`\n    there is no body\n",
        "  POST /orders with a large body\n    413: the content type is `text/plain; charset=utf-8`",
        "  POST /orders with a body that panics\n    the panic leaves the service, and closes the connection\n",
        "  POST /orders with a body that never ends\n    408: ",
    ] {
        assert!(report.contains(part), "{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_no_request_provokes_is_not_passed() {
    let report = fail(shop(), Probes::new().path("/orders").without(&[Fault::WrongType])).await;
    let head = "no request tried these rejections of `tests/router.yaml`\n\n  a body that is too large (413)\n  \
                a malformed body (400 or 422)\n  a panic (500)\n  a timeout (408, 503 or 504)\n\n";
    assert!(report.starts_with(head), "{report}");

    // A handler that ignores its body has no such rejections.
    let router = Router::new()
        .route("/orders", post(|| async { "done" }))
        .layer(CatalogLayer::new(|_| Context::new("req-7"), from_rejection::<Error>));
    let report = fail(router, Probes::new().json("POST", "/orders")).await;
    assert!(report.contains("  POST /orders with a large body: the status is 200\n"), "{report}");
    assert!(report.contains("  POST /orders with a body that never ends: the status is 200\n"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_router_without_a_timeout_is_not_waited_for_for_ever() {
    let router = Router::new()
        .route("/orders", post(order))
        .layer(CatalogLayer::new(|_| Context::new("req-7"), from_rejection::<Error>));
    let report = fail(router, Probes::new().json("POST", "/orders").patience(Duration::from_secs(3))).await;
    assert!(report.contains("\n\n  a timeout (408, 503 or 504)\n\n"), "{report}");
    assert!(report.contains("  POST /orders with a body that never ends: no response in 3s\n"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn requests_of_a_users_own_are_sent_with_their_headers() {
    async fn broken() -> String {
        panic!("on purpose")
    }
    async fn late() -> Error {
        LateBuilder::new().with_status(LateStatus::Http504).build()
    }
    let router = Router::new()
        .route("/broken", get(broken))
        .route("/late", get(late))
        .route_layer(axum::middleware::from_fn(|request: axum::extract::Request, next: axum::middleware::Next| async {
            if request.headers().contains_key("x-key") {
                next.run(request).await
            } else {
                StatusCode::OK.into_response()
            }
        }))
        .layer(CatalogLayer::new(|_| Context::new("req-7"), from_rejection::<Error>));
    let without = [Fault::TooLarge, Fault::WrongType, Fault::Malformed];
    let probes =
        Probes::new().path("/late").rejected("GET", "/broken", 500).rejected("GET", "/late", 504).without(&without);
    let report = fail(router.clone(), probes.clone()).await;
    assert!(report.contains("  GET /broken\n    the status is 200, and not 500\n"), "{report}");
    let report = errbook_testing::assert_rejections!("tests/router.yaml", router, probes.header("x-key", "1"));
    assert_eq!(
        report.to_string(),
        "GET /errbook/unknown/path: 404 LOST\nTRACE /late: 405 INVALID\nGET /broken: 500 BROKEN\nGET /late: 504 LATE\n"
    );
}

/// The report about one response to an unknown path.
async fn judged(content_type: &'static str, request_id: Option<&'static str>, body: &'static str) -> String {
    let answer = move || async move {
        let id = request_id.map(|id| [("x-request-id", id)]);
        let mut response = (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, content_type)], body).into_response();
        for (name, value) in id.into_iter().flatten() {
            response.headers_mut().insert(name, value.parse().expect("a value"));
        }
        response
    };
    let probes = Probes::new().without(&Fault::ALL[1..]);
    let router = Router::new().fallback(answer);
    let judged = rejections(env!("CARGO_MANIFEST_DIR"), "tests/router.yaml", router, probes).await;
    judged.map_or_else(|report| report, |report| report.to_string())
}

#[tokio::test]
async fn an_error_has_its_code_and_its_envelope() {
    let json = "application/json";
    let good = r#"{"code": "LOST", "message": "There is nothing here.", "request_id": "req-1", "more": 1}"#;
    assert_eq!(judged(json, Some("1"), good).await, "GET /errbook/unknown/path: 404 LOST\n");
    for (content_type, id, body, why) in [
        ("text/html", Some("1"), "<h1>404</h1>", "the content type is `text/html`, and not `application/json`"),
        (json, Some("1"), "[]", "the body is not a JSON object"),
        (json, None, good, "the header `X-Request-Id` is missing"),
        (json, Some("1"), r#"{"code": "LOST", "message": "no id"}"#, "`request_id` is missing"),
        (json, Some("1"), r#"{"code": "LOST", "message": 1, "request_id": ""}"#, "`message` is 1"),
        (
            json,
            Some("1"),
            r#"{"code": "GONE", "message": "", "request_id": ""}"#,
            "`code` is \"GONE\", which is not that",
        ),
        (json, Some("1"), r#"{"code": "LOST", "message": "", "request_id": 7}"#, "`request_id` has another type"),
    ] {
        let report = judged(content_type, id, body).await;
        assert!(report.contains(&format!("404: {why}")), "{report}");
    }
}

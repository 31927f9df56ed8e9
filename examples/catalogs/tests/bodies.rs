//! Sends requests, and compares the bodies.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use example_catalogs::{two, versions};
use tower::ServiceExt as _;

/// The status, the content type and the body.
async fn answer(service: Router, method: &str, path: &str) -> (u16, String, String) {
    let request = Request::builder().method(method).uri(path).header("x-request-id", "req-7");
    let response = service.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 4096).await.unwrap();
    (status, content_type, String::from_utf8(body.to_vec()).unwrap())
}

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

#[tokio::test]
async fn each_version_has_its_own_errors_from_the_same_handler() {
    for (method, path, status, content_type, body) in [
        ("POST", "/v1/buy/Teapot", 400, JSON, r#"{"error":"SOLD_OUT","message":"Teapot is sold out"}"#),
        (
            "POST",
            "/v2/buy/Teapot",
            409,
            PROBLEM,
            r#"{"title":"Out of stock","status":409,"detail":"Teapot is sold out","code":"out_of_stock","item":"Teapot"}"#,
        ),
        ("GET", "/v1/buy/Teapot", 405, JSON, r#"{"error":"BAD_REQUEST","message":"Bad request"}"#),
        (
            "GET",
            "/v2/buy/Teapot",
            405,
            PROBLEM,
            r#"{"title":"Invalid request","status":405,"detail":"Invalid request","code":"invalid_request"}"#,
        ),
        ("GET", "/v1/random", 404, JSON, r#"{"error":"NOT_FOUND","message":"Not found"}"#),
        (
            "GET",
            "/v2/random",
            404,
            PROBLEM,
            r#"{"title":"Not found","status":404,"detail":"Not found","code":"not_found"}"#,
        ),
        (
            "GET",
            "/random",
            404,
            PROBLEM,
            r#"{"title":"Not found","status":404,"detail":"Not found","code":"not_found"}"#,
        ),
    ] {
        let expected = (status, content_type.to_owned(), body.to_owned());
        assert_eq!(answer(versions::service(), method, path).await, expected, "{method} {path}");
    }
    assert_eq!(answer(versions::service(), "POST", "/v1/buy/Cup").await.2, "sold");
}

#[tokio::test]
async fn a_handler_returns_errors_of_two_catalogs() {
    for (method, path, status, content_type, body) in [
        ("POST", "/buy/Palace", 402, JSON, r#"{"errorCode":1001,"errorText":"The card is declined","trace":"req-7"}"#),
        (
            "POST",
            "/buy/Teapot",
            409,
            PROBLEM,
            r#"{"title":"Out of stock","status":409,"detail":"Teapot is sold out","code":"out_of_stock","item":"Teapot"}"#,
        ),
        (
            "GET",
            "/buy/Teapot",
            405,
            PROBLEM,
            r#"{"title":"Invalid request","status":405,"detail":"Invalid request","code":"invalid_request"}"#,
        ),
    ] {
        let expected = (status, content_type.to_owned(), body.to_owned());
        assert_eq!(answer(two::service(), method, path).await, expected, "{method} {path}");
    }
}

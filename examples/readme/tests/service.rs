//! The tests of a service with a catalog.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use example_readme::errors::Error;
use example_readme::files::first_line;
use example_readme::service::shop;
use tower::ServiceExt as _;

#[test]
fn a_function_returns_this_error() {
    // `==` compares everything but sources.
    assert_eq!(first_line("/nowhere"), Err(Error::internal("any source")));
    assert_eq!(first_line("/nowhere").unwrap_err().to_string(), "Internal");
}

#[tokio::test]
async fn clients_see_this_response() {
    let request = Request::post("/buy").header("x-request-id", "req-7").body(Body::empty()).unwrap();
    let response = shop().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 409);
    let body = to_bytes(response.into_body(), 4096).await.unwrap();
    insta::assert_snapshot!(String::from_utf8_lossy(&body), @r#"{"code":"out_of_stock","message":"Teapot is sold out","details":{"item":"Teapot"},"request_id":"req-7"}"#);
}

#[test]
fn the_promise_to_clients_is_unchanged() {
    errbook_testing::assert_promise!("errors.yaml");
}

#[test]
fn no_output_has_a_secret() {
    let (outputs, secrets) = errbook_testing::assert_no_secrets!("errors.yaml");
    println!("{outputs} outputs, {secrets} secrets");
}

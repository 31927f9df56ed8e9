use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt as _;

/// The status and the body of the response to a request.
async fn answer(request: Request<Body>) -> (u16, serde_json::Value) {
    let (head, body) = super::shop().oneshot(request).await.expect("an answer").into_parts();
    let body = to_bytes(body, 4096).await.expect("a short body");
    (head.status.as_u16(), serde_json::from_slice(&body).expect("JSON"))
}

#[tokio::test]
async fn the_answer_is_the_one_that_the_readme_shows() {
    let (status, body) = answer(Request::post("/buy").body(Body::empty()).expect("a request")).await;
    assert_eq!(status, 409);
    let readme = include_str!("../../../README.md");
    let (_, shown) = readme.split_once("HTTP/1.1 409 Conflict\n").expect("an answer in the README");
    let (_, shown) = shown.split_once("\n\n").expect("a body");
    let (shown, _) = shown.split_once("\n```").expect("its end");
    assert_eq!(body, serde_json::from_str::<serde_json::Value>(shown).expect("JSON"));
}

#[tokio::test]
async fn an_unknown_path_is_answered_in_the_envelope() {
    let (status, body) = answer(Request::get("/tea").body(Body::empty()).expect("a request")).await;
    assert_eq!((status, &body["code"]), (404, &"not_found".into()));
}

#[tokio::test]
async fn another_method_is_answered_with_its_own_status() {
    let response = super::shop().oneshot(Request::get("/buy").body(Body::empty()).expect("a request")).await;
    let (head, body) = response.expect("an answer").into_parts();
    assert_eq!((head.status.as_u16(), &head.headers["allow"]), (405, &"POST".parse().expect("a value")));
    let body: serde_json::Value = serde_json::from_slice(&to_bytes(body, 4096).await.expect("a body")).expect("JSON");
    assert_eq!(body["code"], "invalid_request");
}

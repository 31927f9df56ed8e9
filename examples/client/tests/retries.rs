//! Runs the client against a scripted server. The clock is paused and skips each wait.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::{Router, routing};
use errbook::Json;
use errbook::client::{Kind, Retries};
use errbook::reqwest::{Failure, checked};
use example_client::client;
use example_client::errors::{Error, ErrorCode, ReceivedError};
use reqwest::{Method, Url};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use tokio::net::TcpListener;
use tokio::time::Instant;

/// A status, `Retry-After` and a body.
type Reply = (u16, Option<&'static str>, &'static str);

const DONE: Reply = (200, None, "tea");
const BROKEN: Reply = (500, None, r#"{"code": "broken", "message": "Broken", "request_id": "req-1"}"#);

const fn limited(retry_after: Option<&'static str>) -> Reply {
    (429, retry_after, r#"{"code": "too_many_requests", "message": "Too many requests", "request_id": "req-1"}"#)
}

/// The result of a request to a server that sends these replies in turn.
struct Outcome {
    result: Result<String, Box<ReceivedError>>,
    waited: Duration,
    /// The replies that were not requested.
    left: usize,
}

async fn play(method: Method, script: &[Reply]) -> Outcome {
    play_with(&client(), method, script).await
}

async fn play_with(client: &ClientWithMiddleware, method: Method, script: &[Reply]) -> Outcome {
    let replies = Arc::new(Mutex::new(VecDeque::from(script.to_vec())));
    let script = Arc::clone(&replies);
    let reply = move || {
        let (status, retry_after, body) = script.lock().unwrap().pop_front().expect("a request that the script has");
        let status = StatusCode::from_u16(status).unwrap();
        let retry_after = retry_after.map(|value| [(header::RETRY_AFTER, value)]);
        async move { (status, retry_after, body) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async { axum::serve(listener, Router::new().route("/", routing::any(reply))).await });

    let start = Instant::now();
    let response = client.request(method, url).send().await.unwrap();
    let result = match checked(response).await {
        Ok(response) => Ok(response.text().await.unwrap()),
        Err(error) => Err(error),
    };
    let left = replies.lock().unwrap().len();
    Outcome { result, waited: start.elapsed(), left }
}

#[tokio::test(start_paused = true)]
async fn the_header_is_honoured() {
    let outcome = play(Method::POST, &[limited(Some("7")), DONE]).await;
    assert_eq!(outcome.result.unwrap(), "tea");
    assert_eq!(outcome.waited.as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn without_the_header_waits_grow_until_the_attempts_are_used_up() {
    let outcome = play(Method::GET, &[limited(None), limited(None), limited(None), DONE]).await;
    let error = outcome.result.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::TooManyRequests));
    assert_eq!(error.fact("request_id"), Some(&Json::from("req-1")));
    assert_eq!(outcome.left, 1);
    // Half of it to all of it: of one second, then of two.
    let waited = outcome.waited.as_secs_f64();
    assert!((1.5..=3.1).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn permanent_failures_are_not_repeated() {
    let sold_out =
        r#"{"code": "out_of_stock", "message": "Tea is sold out", "details": {"item": "Tea"}, "request_id": "r"}"#;
    let outcome = play(Method::GET, &[(409, Some("1"), sold_out), DONE]).await;
    assert!(matches!(&outcome.result.unwrap_err().kind, Kind::Known(Error::OutOfStock { item, .. }) if item == "Tea"));
    assert_eq!((outcome.left, outcome.waited.as_secs()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn only_idempotent_requests_are_repeated_if_the_catalog_says_so() {
    let outcome = play(Method::PUT, &[BROKEN, DONE]).await;
    assert_eq!(outcome.result.unwrap(), "tea");
    let outcome = play(Method::POST, &[BROKEN, DONE]).await;
    assert_eq!(outcome.result.unwrap_err().code(), Some(ErrorCode::Broken));
    assert_eq!(outcome.left, 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_error_is_kept_whole() {
    const NEW: &str = r#"{"code": "moved", "message": "We moved.", "to": "next door"}"#;
    let outcome = play(Method::GET, &[(400, None, NEW), DONE]).await;
    let error = outcome.result.unwrap_err();
    assert_eq!(error.to_string(), "unknown error moved (400): We moved.");
    assert_eq!(error.raw(), NEW.as_bytes());
    assert_eq!(outcome.left, 1);
    // A proxy's error is not in the catalog, even if it asks for a retry.
    let outcome = play(Method::GET, &[(503, Some("2"), "<h1>Busy</h1>"), DONE]).await;
    assert_eq!(outcome.result.unwrap_err().retry_after(), Some(Duration::from_secs(2)));
}

#[tokio::test(start_paused = true)]
async fn a_wait_above_the_maximum_is_left_to_the_caller() {
    let outcome = play(Method::GET, &[limited(Some("3600")), DONE]).await;
    assert_eq!(outcome.result.unwrap_err().retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!((outcome.left, outcome.waited.as_secs()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_failure_names_the_error_or_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let sold_out = || async {
        (
            StatusCode::CONFLICT,
            r#"{"code": "out_of_stock", "message": "Sold out", "details": {"item": "Tea"}, "request_id": "r"}"#,
        )
    };
    let server =
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/stock", routing::get(sold_out))).await });
    let failure = example_client::stock(&client(), &url).await.unwrap_err();
    assert_eq!(failure.to_string(), "out_of_stock (409): Sold out");
    server.abort();
    _ = server.await;
    let failure = example_client::stock(&client(), &url).await.unwrap_err();
    assert!(matches!(&failure, Failure::Connection(error) if error.is_connect()), "{failure:?}");
}

#[tokio::test(start_paused = true)]
async fn the_line_that_the_guide_shows_is_the_logged_one() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&log);
    let retries = Retries::<Error>::new().on_failure(move |attempt| lines.lock().unwrap().push(attempt.to_string()));
    let client = ClientBuilder::new(reqwest::Client::new()).with(retries).build();
    play_with(&client, Method::GET, &[limited(Some("7")), DONE]).await;
    let shown = include_str!("../../../docs/client.md").split("```console\n").nth(1).unwrap();
    assert_eq!(*log.lock().unwrap(), shown.lines().take_while(|line| *line != "```").collect::<Vec<_>>());
}

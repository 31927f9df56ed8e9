//! A shop that counts its requests by operation, status and error, and logs each error.

use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::{Router, http::request::Parts, response::Response, routing};
use errbook::{ErrorInfo, axum::CatalogLayer, http::from_rejection};
use prometheus::{IntCounterVec, TextEncoder, gather, register_int_counter_vec};
use std::sync::LazyLock;

errbook::catalog!("errors.yaml");

static REQUESTS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!("requests_total", "Responses.", &["operation", "status", "code"]).expect("a new name")
});

async fn count(path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    // Clients choose other paths and methods, and a label must not have endless values.
    let path = path.filter(|_| response.status() != 405);
    let operation = path.map_or("unmatched".to_owned(), |path| format!("{method} {}", path.as_str()));
    let code = response.extensions().get::<ErrorInfo>().map_or("", |error| error.id());
    REQUESTS.with_label_values(&[&operation, response.status().as_str(), code]).inc();
    response
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).init();
    let id = |request: &Parts| Some(request.headers.get("x-request-id")?.to_str().ok()?.to_owned());
    let layer = CatalogLayer::new(move |request| Context::new(id(request)), from_rejection::<Error>);
    let buy = async || Err::<(), _>(Error::out_of_stock("Teapot"));
    let metrics = async || TextEncoder::new().encode_to_string(&gather()).unwrap_or_default();
    let app = Router::new().route("/buy", routing::post(buy)).layer(layer).layer(from_fn(count));
    let app = app.route("/metrics", routing::get(metrics));
    let listener = tokio::net::TcpListener::bind(std::env::args().nth(1).unwrap_or("127.0.0.1:3000".into())).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}

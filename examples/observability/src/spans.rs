//! A span for each request, with the names of OpenTelemetry.

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;
use errbook::ErrorInfo;
use errbook::axum::CatalogLayer;
use errbook::http::from_rejection;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::errors::{Context, Error};

/// Answers a request in a span.
pub async fn trace(path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %request.method(),
        http.route = path.as_ref().map(MatchedPath::as_str),
        http.response.status_code = Empty,
        error.type = Empty,
    );
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    if let Some(error) = response.extensions().get::<ErrorInfo>() {
        span.record("error.type", error.id());
    }
    // An error of the client is not one of the service.
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    response
}

async fn buy() -> Result<(), Error> {
    Err(Error::out_of_stock("Teapot"))
}

async fn pay() -> Result<(), Error> {
    Err(Error::internal(std::io::Error::other("the bank is closed")))
}

/// The shop.
pub fn shop() -> Router {
    let router = Router::new().route("/buy", post(buy)).route("/pay", post(pay));
    router.layer(CatalogLayer::new(|_| Context::default(), from_rejection::<Error>)).layer(from_fn(trace))
}

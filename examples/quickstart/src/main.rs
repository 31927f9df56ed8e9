//! The shop of the quick start. Its errors come from `errors.yaml`.

use axum::Router;
use axum::routing::post;
use errbook::axum::CatalogLayer;
use errbook::http::Rejection;

mod errors {
    errbook::catalog!("errors.yaml");
}
use errors::{Context, Error};

async fn buy() -> Result<String, Error> {
    Err(Error::out_of_stock("Teapot"))
}

/// The error to send instead of a response of axum: an unknown path, a malformed body, a panic.
fn rejected(rejection: &Rejection) -> Error {
    match rejection.status() {
        404 => Error::NotFound,
        500.. => Error::Internal,
        _ => Error::InvalidRequest,
    }
}

fn shop() -> Router {
    Router::new().route("/buy", post(buy)).layer(CatalogLayer::new(|_| Context::default(), rejected))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, shop()).await
}

#[cfg(test)]
mod tests;

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

/// Answers for axum: an unknown path, a wrong method, a malformed body, a panic.
fn rejected(rejection: &Rejection) -> Error {
    if rejection.status() < 500 { Error::NotFound } else { Error::Internal }
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

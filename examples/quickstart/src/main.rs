//! The shop of the quick start: every answer is an error of `errors.yaml`.

use axum::Router;
use axum::routing::post;
use errbook::axum::CatalogLayer;
use errbook::http::Refusal;

mod errors {
    errbook::catalog!("errors.yaml");
}
use errors::{Context, Error};

async fn buy() -> Result<String, Error> {
    Err(Error::out_of_stock("Teapot"))
}

/// Answers for axum: an unknown path, a wrong method, a malformed body, a panic.
fn refused(refusal: &Refusal) -> Error {
    if refusal.status() < 500 { Error::NotFound } else { Error::Internal }
}

fn shop() -> Router {
    Router::new().route("/buy", post(buy)).layer(CatalogLayer::new(|_| Context::default(), refused))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, shop()).await
}

#[cfg(test)]
mod tests;

//! The shop of the quick start. Its errors come from `errors.yaml`.

use axum::Router;
use axum::routing::post;
use errbook::axum::CatalogLayer;
use errbook::http::from_rejection;

mod errors {
    errbook::catalog!("errors.yaml");
}
use errors::{Context, Error};

async fn buy() -> Result<String, Error> {
    Err(Error::out_of_stock("Teapot"))
}

fn shop() -> Router {
    let answers = CatalogLayer::new(|_| Context::default(), from_rejection::<Error>);
    Router::new().route("/buy", post(buy)).layer(answers)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, shop()).await
}

#[cfg(test)]
mod tests;

//! Errors of two catalogs from one handler, with the context of one request.

use axum::Router;
use axum::extract::{Path, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use errbook::Current;
use errbook::axum::CatalogLayer;
use errbook::http::from_rejection;

pub use crate::versions::v2 as shop;

pub mod bank {
    //! The errors of the bank.
    errbook::catalog!("bank.yaml");
}

/// The id of a request, for every catalog.
#[derive(Debug, Clone)]
struct Trace(String);

impl Current for bank::Context {
    fn current() -> Self {
        Self::new(errbook::scoped().map_or_else(|| "none".to_owned(), |Trace(id)| id))
    }
}

/// An error of either catalog.
#[derive(Debug)]
pub enum Failure {
    /// An error of the shop.
    Shop(shop::Error),
    /// An error of the bank.
    Bank(bank::Error),
}

impl From<shop::Error> for Failure {
    fn from(error: shop::Error) -> Self {
        Failure::Shop(error)
    }
}

impl From<bank::Error> for Failure {
    fn from(error: bank::Error) -> Self {
        Failure::Bank(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::Shop(error) => error.into_response(),
            Failure::Bank(error) => error.into_response(),
        }
    }
}

fn pay(item: &str) -> Result<(), bank::Error> {
    if item == "Palace" { Err(bank::Error::declined()) } else { Ok(()) }
}

async fn buy(Path(item): Path<String>) -> Result<&'static str, Failure> {
    pay(&item)?;
    if item == "Teapot" { Err(shop::Error::out_of_stock(item))? } else { Ok("sold") }
}

/// The service. Rejected requests get errors of the shop.
pub fn service() -> Router {
    let layer = CatalogLayer::new(|_| shop::Context::default(), from_rejection::<shop::Error>);
    Router::new().route("/buy/{item}", post(buy)).layer(layer).layer(from_fn(trace))
}

/// Keeps the id of a request for both catalogs.
async fn trace(request: Request, next: Next) -> Response {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    let trace = Trace(id.unwrap_or("none").to_owned());
    errbook::scope(trace, next.run(request)).await
}

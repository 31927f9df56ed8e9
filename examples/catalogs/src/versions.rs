//! Two versions of an API in one service. Both have the same handlers.

use axum::Router;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::post;
use errbook::axum::CatalogLayer;
use errbook::http::from_rejection;

pub mod v1 {
    //! The errors of the first version.
    errbook::catalog!("v1.yaml");
}

pub mod v2 {
    //! The errors of the second version.
    errbook::catalog!("v2.yaml");
}

/// Why the shop does not sell something, in any version.
#[derive(Debug)]
pub enum Refusal {
    /// The last one is gone.
    SoldOut {
        /// What it is.
        item: String,
    },
}

impl From<Refusal> for v1::Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SoldOut { item } => v1::Error::sold_out(item),
        }
    }
}

impl From<Refusal> for v2::Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SoldOut { item } => v2::Error::out_of_stock(item),
        }
    }
}

/// The shop itself, which knows no version.
fn sell(item: String) -> Result<&'static str, Refusal> {
    if item == "Teapot" { Err(Refusal::SoldOut { item }) } else { Ok("sold") }
}

async fn buy<E: From<Refusal>>(Path(item): Path<String>) -> Result<&'static str, E> {
    Ok(sell(item)?)
}

fn routes<E>(not_found: fn() -> E) -> Router
where
    E: From<Refusal> + IntoResponse + 'static,
{
    // Without a fallback of its own, a nested router leaves unknown paths to the outer one.
    Router::new().route("/buy/{item}", post(buy::<E>)).fallback(move || async move { not_found() })
}

/// The service: `/v1` and `/v2`, each with its own errors and its own layer.
pub fn service() -> Router {
    let v1 = CatalogLayer::new(|_| v1::Context::default(), from_rejection::<v1::Error>);
    let v2 = CatalogLayer::new(|_| v2::Context::default(), from_rejection::<v2::Error>);
    Router::new()
        .nest("/v1", routes(v1::Error::not_found).layer(v1))
        .nest("/v2", routes(v2::Error::not_found).layer(v2))
        // A path outside any version.
        .layer(v2)
}

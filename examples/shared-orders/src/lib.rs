//! A service that takes orders. It asks another service for the stock, and passes on the errors
//! that both know.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use errbook::client::{Kind, Retries};
use errbook::reqwest::{Failure, checked};
use example_shared_errors::{Context, Error, layer};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};

/// The address of the stock, and the client for it.
#[derive(Debug, Clone)]
struct Stock {
    url: String,
    client: ClientWithMiddleware,
}

impl Stock {
    async fn left(&self, item: &str) -> Result<String, Failure<Error>> {
        let context: Option<Context> = errbook::scoped();
        let id = context.map_or_else(|| "none".to_owned(), |context| context.request_id);
        let request = self.client.get(format!("{}/stock/{item}", self.url)).header("x-request-id", id);
        Ok(checked(request.send().await?).await?.text().await?)
    }
}

async fn order(State(stock): State<Stock>, Path(item): Path<String>) -> Result<String, Error> {
    match stock.left(&item).await {
        Ok(left) => Ok(format!("one of {left}")),
        // An error about the order is the answer to it, and the others are about this service.
        Err(Failure::Api(received)) => match received.kind {
            Kind::Known(error @ Error::OutOfStock { .. }) => Err(error),
            _ => Err(Error::unavailable(received)),
        },
        Err(failure) => Err(Error::unavailable(failure)),
    }
}

/// The service, with the address of the stock.
pub fn service(stock: String) -> Router {
    let client = ClientBuilder::new(reqwest::Client::new()).with(Retries::<Error>::new()).build();
    Router::new().route("/orders/{item}", post(order)).with_state(Stock { url: stock, client }).layer(layer())
}

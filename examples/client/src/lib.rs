//! A client that retries its requests as the API's catalog says.

pub mod errors {
    //! The errors of the API.
    errbook::catalog!("errors.yaml");
}

use errbook::client::Retries;
use errbook::reqwest::{Failure, checked};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};

use crate::errors::Error;

/// A client that repeats its requests as the catalog says.
pub fn client() -> ClientWithMiddleware {
    let retries = Retries::<Error>::new().on_failure(|attempt| eprintln!("{attempt}"));
    ClientBuilder::new(reqwest::Client::new()).with(retries).build()
}

/// What is in stock.
pub async fn stock(client: &ClientWithMiddleware, shop: &str) -> Result<String, Failure<Error>> {
    let response = client.get(format!("{shop}/stock")).send().await?;
    Ok(checked(response).await?.text().await?)
}

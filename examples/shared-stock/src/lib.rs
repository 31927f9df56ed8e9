//! A service that knows what is in stock. It returns the errors of another crate.

use std::path::PathBuf;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use errbook::OrError as _;
use example_shared_errors::{Error, layer};

/// Reads a line such as `Teapot 3` for each item.
async fn stock(State(file): State<PathBuf>, Path(item): Path<String>) -> Result<String, Error> {
    // The orphan rule forbids `From<io::Error>` here; `or_internal` needs none.
    let lines = std::fs::read_to_string(file).or_internal()?;
    let mut stock = lines.lines().filter_map(|line| line.split_once(' '));
    match stock.find(|(name, _)| *name == item) {
        Some((_, "0")) => Err(Error::out_of_stock(item)),
        Some((_, left)) => Ok(left.to_owned()),
        None => Err(Error::not_found()),
    }
}

/// The service, with the file of its stock.
pub fn service(file: PathBuf) -> Router {
    Router::new().route("/stock/{item}", get(stock)).with_state(file).layer(layer())
}

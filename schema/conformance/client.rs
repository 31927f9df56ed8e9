//! The errors of an operation in a progenitor client: a variant for each, with its details.

progenitor::generate_api!("openapi.yaml");

use types::{ClosedError, OrderErrors409, SoldOutError};

pub fn explain(error: &OrderErrors409) -> String {
    match error {
        OrderErrors409::SoldOutError(SoldOutError { details, .. }) => format!("{}: {}", details.item, details.left),
        OrderErrors409::ClosedError(ClosedError { details, .. }) => details.opens.clone(),
    }
}

pub async fn order(client: &Client) -> Result<(), String> {
    match client.order().await {
        Ok(_) => Ok(()),
        Err(Error::ErrorResponse(error)) => Err(explain(&error)),
        Err(other) => Err(other.to_string()),
    }
}

fn main() {
    let read = |body: &str| explain(&serde_json::from_str(body).expect("an error of the operation"));
    let sold_out = r#"{"code": "SOLD_OUT", "message": "tea is sold out.", "details": {"item": "tea", "left": 0}}"#;
    let closed = r#"{"code": "CLOSED", "message": "Closed until 9:00.", "details": {"opens": "9:00"}}"#;
    assert_eq!([read(sold_out), read(closed)], ["tea: 0", "9:00"]);
}

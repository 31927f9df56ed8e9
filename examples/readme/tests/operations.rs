//! The errors of one operation.

use example_readme::errors::ErrorCode;
use example_readme::operations::{CreateOrderError, create_order};

#[test]
fn an_operation_returns_its_errors() {
    assert_eq!(create_order("Teapot"), Err(CreateOrderError::out_of_stock("Teapot")));
    // There is no price.
    assert_eq!(create_order("Cup").unwrap_err().code(), ErrorCode::Internal);
}

//! A shop whose handlers cannot return an error that its OpenAPI document leaves out.

/// The errors of the shop.
pub mod errors {
    include!(concat!(env!("OUT_DIR"), "/errors.rs"));
}

/// The errors of each operation, from the document.
pub mod operations {
    include!(concat!(env!("OUT_DIR"), "/operations.rs"));
}

use operations::{BuyBookError, FindBookError};

/// Handles `GET /books/{title}`.
///
/// # Errors
///
/// The errors of the operation.
pub fn find_book(title: &str) -> Result<&'static str, FindBookError> {
    match title {
        "Momo" => Ok("B7"),
        // Clients receive `internal`.
        "Emil" => Err(FindBookError::shelf_missing("C1")),
        _ => Err(FindBookError::not_found()),
    }
}

/// Handles `POST /books/{title}`.
///
/// # Errors
///
/// The errors of the operation.
pub fn buy_book(title: &str) -> Result<(), BuyBookError> {
    match title {
        "Momo" => Err(BuyBookError::sold_out(title)),
        "Emil" => Ok(()),
        _ => Err(BuyBookError::not_found()),
    }
}

#[cfg(test)]
mod tests {
    use errbook::{CatalogError as _, Operation as _};

    use super::errors::{Context, ErrorCode};
    use super::operations::{BuyBookError, FindBookError};
    use super::{buy_book, find_book};

    #[test]
    fn each_type_has_the_errors_of_its_operation() {
        assert_eq!(FindBookError::IDS, ["not_found", "internal", "shelf_missing"]);
        assert_eq!(BuyBookError::IDS, ["not_found", "sold_out", "internal", "shelf_missing"]);
    }

    #[test]
    fn each_type_describes_its_errors() {
        use errbook::utoipa::IntoResponses as _;

        let statuses = |responses| {
            let responses = serde_json::to_value(responses).unwrap();
            responses.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(statuses(FindBookError::responses()), ["404", "500"]);
        assert_eq!(statuses(BuyBookError::responses()), ["404", "409", "500"]);
    }

    #[test]
    fn the_shop_answers_with_them() {
        assert_eq!(find_book("Momo"), Ok("B7"));
        assert_eq!(find_book("Tea"), Err(FindBookError::not_found()));
        assert_eq!(buy_book("Momo"), Err(BuyBookError::sold_out("Momo")));
        let lost = find_book("Emil").unwrap_err();
        assert_eq!((lost.code(), lost.status()), (ErrorCode::ShelfMissing, Some(500)));
        let body = serde_json::to_value(lost.body(&Context::new())).unwrap();
        assert_eq!(body["code"], "internal");
    }
}

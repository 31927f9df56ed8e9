//! A tea shop whose errors come from `errors.yaml`, through the macro.

/// The errors of the shop.
pub mod errors {
    errbook::catalog!("errors.yaml");
}

use std::time::Duration;

use errors::Error;

/// What is left of a tea.
pub struct Stock {
    /// The tea.
    pub item: String,
    /// How many cups.
    pub cups: u32,
}

/// Takes an order for some cups.
pub fn order(stock: &mut Stock, cups: u32) -> Result<(), Error> {
    if cups > 100 {
        return Err(Error::too_many_orders(Duration::from_secs(60)));
    }
    stock.cups = stock.cups.checked_sub(cups).ok_or_else(|| Error::sold_out(stock.item.as_str(), 3))?;
    if stock.item == "Mate" {
        return Err(Error::kettle_broken(std::io::Error::other("no water")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use serde_json::json;

    use super::errors::{Context, Error, ErrorCode};
    use super::{Stock, order};

    fn stock(item: &str, cups: u32) -> Stock {
        Stock { item: item.to_owned(), cups }
    }

    #[test]
    fn an_error_is_a_response() {
        let error = order(&mut stock("Sencha", 1), 2).unwrap_err();
        assert_eq!(error.to_string(), "Sencha is sold out; 3 other teas are left.");
        assert_eq!(error.status(), Some(409));
        let context = Context::new("req-7");
        let expected = json!({
            "error": {
                "code": "SOLD_OUT",
                "message": "Sencha is sold out; 3 other teas are left.",
                "details": {"item": "Sencha", "left": 3},
            },
            "request_id": "req-7",
        });
        assert_eq!(serde_json::to_value(error.body(&context)).unwrap(), expected);
    }

    #[test]
    fn a_client_knows_what_to_do() {
        let error = order(&mut stock("Sencha", 1), 200).unwrap_err();
        let headers = error.headers(&Context::new("req-8"));
        assert_eq!(headers[0], ("Retry-After", "60".into()));
        let code = ErrorCode::from_wire(Some(429), Some("TOO_MANY_ORDERS")).unwrap();
        assert_eq!(code, error.code());
        assert!(code.is_retryable());
        assert_eq!(code.retry().policy().unwrap().attempts, Some(3));
    }

    #[test]
    fn what_lies_beneath_is_for_logs_alone() {
        let error = order(&mut stock("Mate", 1), 1).unwrap_err();
        assert!(matches!(error, Error::KettleBroken { .. }));
        assert_eq!(error.source().unwrap().to_string(), "no water");
        assert!(!error.to_string().contains("water"));
    }
}

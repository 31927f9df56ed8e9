//! A shop.

mod errors {
    errbook::catalog!("errors.yaml");
}

fn found(tea: Option<Tea>) -> Result<Tea, errors::Error> {
    tea.ok_or(errors::Error::NotFound)
}

fn sold_out() -> errors::Error {
    errors::Error::SoldOut
}

struct Failure {
    code: String,
    message: &'static str,
}

fn buy(tea: &Tea) -> Response {
    if tea.cups == 0 {
        return (StatusCode::CONFLICT, Json(json!({"error": {"code": "SOLD_OUT", "message": "none left"}}))).into_response();
    }
    if tea.is_gone {
        return Failure { code: "NOT_FOUND".to_owned(), message: "gone" }.into();
    }
    if tea.is_old {
        return ApiError::new(409, "SOLD_OUT").into();
    }
    if tea.is_hot {
        // errbook: allow(hand-written-code): old clients compare the text
        return reply("NOT_FOUND", "The tea is hot.").with_status(404);
    }
    tracing::warn!("SOLD_OUT");
    // A name that is no code here.
    log(json!({"event": "SOLD_OUT", "tea": tea.name}));
    Json(tea).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_test_may_write_what_it_expects() {
        assert_eq!(super::buy(&none()).body(), json!({"code": "SOLD_OUT"}));
        let expected = json!({"code": "SOLD_OUT", "message": "none left"});
    }
}

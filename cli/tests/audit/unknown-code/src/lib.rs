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

fn buy(tea: &Tea) -> Response {
    if tea.is_hot {
        return (StatusCode::CONFLICT, Json(json!({"code": "TOO_HOT", "message": "wait"}))).into_response();
    }
    if tea.is_cold {
        return HttpResponse::Conflict().json(json!({"errors": [{"code": "SOLD_UOT"}]}));
    }
    if tea.is_old {
        return ApiError { code: "OLD_TEA".into(), detail: None }.into_response();
    }
    if tea.is_green {
        deny!("TOO_GREEN", "Wait.");
    }
    deny!("Sentences are no codes.", 5);
    // A currency, and words in another style than the catalog's.
    Json(json!({"code": "EUR", "price": 3, "kind": {"type": "tea"}, "error": "none"})).into_response()
}

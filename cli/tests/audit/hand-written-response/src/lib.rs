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

async fn tea(path: Path<String>) -> Response {
    match find(&path) {
        Some(tea) => (StatusCode::OK, Json(tea)).into_response(),
        None if path.is_empty() => StatusCode::NOT_FOUND.into_response(),
        None => (StatusCode::NOT_FOUND, "there is no such tea").into_response(),
    }
}

fn closed() -> Response {
    Response::builder().status(503).body(Body::from("closed")).unwrap()
}

fn ours(error: errors::Error) -> Response {
    (StatusCode::CONFLICT, Json(error.body(&context()))).into_response()
}

fn ready() -> Response {
    // errbook: allow(hand-written-response): the load balancer asks, and no client
    (StatusCode::SERVICE_UNAVAILABLE, "draining").into_response()
}

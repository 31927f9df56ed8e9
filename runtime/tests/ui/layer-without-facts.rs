mod errors {
    errbook::catalog!("service.yaml");
}

fn main() {
    let _ = errbook::axum::CatalogLayer::new(
        |_| errors::Context::new("req-1", 0, None),
        |_| errors::Error::not_found(),
    );
}

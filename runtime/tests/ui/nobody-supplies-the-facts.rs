mod errors {
    errbook::catalog!("service.yaml");
}

fn main() {
    let error = errors::Error::not_found();
    let _ = errbook::axum::response(&error);
}

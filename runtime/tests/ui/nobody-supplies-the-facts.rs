mod errors {
    errbook::catalog!("service.yaml");
}

fn main() {
    let error = errors::Error::NotFound;
    let _ = errbook::axum::response(&error);
}

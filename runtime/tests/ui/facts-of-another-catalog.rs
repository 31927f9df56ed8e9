mod errors {
    errbook::catalog!("service.yaml");
}

impl errbook::Current for errors::Context {
    fn current() -> Self {
        errbook::scoped().expect("inside of a request")
    }
}

fn main() {
    let _ = errbook::axum::CatalogLayer::new(|_| ("req-1", 0), |_| errors::Error::not_found());
}

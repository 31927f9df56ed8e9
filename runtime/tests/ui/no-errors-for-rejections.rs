mod errors {
    errbook::catalog!("service.yaml");
}

fn main() {
    let _ = errbook::http::from_rejection::<errors::Error>;
}

mod errors {
    errbook::catalog!("service.yaml");
}

impl errbook::Current for errors::Context {
    fn current() -> Self {
        errors::Context::new("req-1", None)
    }
}

fn main() {}

mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors, openapi)]
enum OrderError {
    #[error(transparent)]
    #[catalog(transparent)]
    Inner(errors::Error),
}

fn main() {}

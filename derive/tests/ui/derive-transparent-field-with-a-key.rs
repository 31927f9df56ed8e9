mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error(transparent)]
    #[catalog(transparent)]
    Inner(#[catalog(ignore)] errors::Error),
}

fn main() {}

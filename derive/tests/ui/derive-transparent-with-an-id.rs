mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error(transparent)]
    #[catalog(transparent, id = "SOLD_OUT")]
    Inner(errors::Error),
}

fn main() {}

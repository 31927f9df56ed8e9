mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
#[error("no")]
struct OrderError;

fn main() {}

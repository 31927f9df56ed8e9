mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors, exhaustive = "orders")]
enum OrderError {
    #[error("no")]
    SoldOut { item: String },
}

fn main() {}

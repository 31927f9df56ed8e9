mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors, exhaustive)]
enum OrderError {
    #[error("no")]
    NoPrinter,
    #[error("no")]
    SoldOut { item: String },
}

fn main() {}

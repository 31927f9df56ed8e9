mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
#[catalog("shop.yaml")]
enum OrderError {
    #[error("no")]
    NoPrinter,
}

fn main() {}

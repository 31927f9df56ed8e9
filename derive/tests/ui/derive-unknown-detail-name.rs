mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error("no")]
    SoldOut { #[catalog(detail = "itme")] what: String },
}

fn main() {}

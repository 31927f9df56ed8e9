mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, serde::Serialize)]
struct Opaque;

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error("no")]
    SoldOut { item: Opaque },
}

fn main() {}

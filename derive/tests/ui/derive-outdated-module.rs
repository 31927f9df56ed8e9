// The module is of an older copy of the catalog.
mod errors {
    include!("written/outdated.rs");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error("no")]
    SoldOut { item: String },
}

fn main() {}

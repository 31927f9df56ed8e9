//! The module is of an older copy of the catalog, with other texts for readers.

mod errors {
    include!("../written/reworded.rs");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error("no")]
    SoldOut { item: String },
}

fn main() {
    use errbook::CatalogError as _;
    let error = OrderError::SoldOut { item: "tea".to_owned() };
    assert_eq!(error.code().fix(), Some("Come back."));
}

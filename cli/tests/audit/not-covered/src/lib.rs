//! A shop with an enum of its own.

mod errors {
    errbook::catalog!("errors.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("errors.yaml")]
enum OrderError {
    #[error("gone")]
    SoldOut,
    #[error("the store")]
    #[catalog(id = "BROKEN")]
    Store(#[from] std::io::Error),
    #[error(transparent)]
    #[catalog(transparent)]
    Inner(InnerError),
}

fn order() -> Result<(), OrderError> {
    std::fs::read("orders")?;
    Err(OrderError::SoldOut)
}

/// One error as a struct.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("errors.yaml", id = "SLOW")]
#[error("slow")]
struct TooSlow;

mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError<T: std::fmt::Debug> {
    #[error("no")]
    SoldOut { item: T },
}

fn main() {}

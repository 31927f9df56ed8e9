mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError<T: std::fmt::Debug> {
    #[error("no")]
    SoldOut { item: T },
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum BorrowedError<'a> {
    #[error("no")]
    SoldOut { item: &'a str },
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
#[error("no")]
struct SoldOut<const N: usize> {
    item: [u8; N],
}

fn main() {
    // The traits are there all the same.
    fn code<E: errbook::CatalogError>(_: &E) {}
    code(&OrderError::SoldOut { item: "tea".to_owned() });
    code(&BorrowedError::SoldOut { item: "tea" });
    code(&SoldOut { item: [1] });
}

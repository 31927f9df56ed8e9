mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog(orders.yaml, module = errors)]
enum OrderError {
    #[error("no")]
    NoPrinter,
}

fn main() {
    // The traits are there all the same.
    fn code<E: errbook::CatalogError>(_: &E) {}
    let _: fn(&OrderError) = code;
}

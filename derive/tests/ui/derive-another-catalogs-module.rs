mod errors {
    errbook::catalog!("orders.yaml");
}

mod shop {
    errbook::catalog!("shop.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = shop)]
enum OrderError {
    #[error("no")]
    NoPrinter,
}

fn main() {}

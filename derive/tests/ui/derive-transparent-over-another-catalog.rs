mod errors {
    errbook::catalog!("orders.yaml");
}

mod shop {
    errbook::catalog!("shop.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error(transparent)]
    #[catalog(transparent)]
    Inner(shop::Error),
}

fn main() {}

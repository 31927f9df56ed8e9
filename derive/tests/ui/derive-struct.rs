mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
#[error("no")]
struct SoldOut {
    itme: String,
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
#[error("no")]
struct OutOfStock;

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors, id = "SOLD_OTU")]
#[error("no")]
struct Gone;

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors, exhaustive)]
#[error("no")]
struct NoPrinter;

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors, error = "SOLD_OUT")]
#[error("no")]
struct Sold;

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors, id = "UPSTREAM")]
#[error("no")]
struct Late;

fn main() {
    // The traits are there all the same.
    fn code<E: errbook::CatalogError>(_: &E) {}
    let _: (fn(&SoldOut), fn(&Late)) = (code, code);
}

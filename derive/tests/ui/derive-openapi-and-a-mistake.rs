mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors, openapi)]
enum OrderError {
    #[error("no")]
    NoPrinters,
}

fn main() {
    // The traits are there all the same.
    let _ = <OrderError as errbook::utoipa::IntoResponses>::responses();
}

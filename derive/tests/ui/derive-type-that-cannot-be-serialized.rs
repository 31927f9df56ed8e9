mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug)]
struct Opaque;

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error("no")]
    Refused { reason: Opaque, lines: Vec<u32>, urgent: bool },
}

fn main() {}

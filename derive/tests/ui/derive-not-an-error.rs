mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    NoPrinter,
}

fn main() {}

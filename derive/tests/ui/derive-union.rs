mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
union OrderError {
    code: u32,
}

fn main() {}

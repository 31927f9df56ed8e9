mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    NoPrinter,
    SoldOut { item: String },
    TooFast { seconds: u32 },
    Upstream { status: errors::UpstreamStatus },
}

fn main() {}

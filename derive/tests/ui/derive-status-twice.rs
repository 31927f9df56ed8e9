mod errors {
    errbook::catalog!("orders.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("orders.yaml", module = errors)]
enum OrderError {
    #[error("no")]
    #[catalog(status = 502)]
    Upstream { status: errors::UpstreamStatus },
}

fn main() {}

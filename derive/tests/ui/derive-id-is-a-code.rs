mod errors {
    errbook::catalog!("codes.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("codes.yaml", module = errors)]
enum OrderError {
    #[error("no")]
    #[catalog(id = "out_of_stock")]
    Gone { item: String },
    #[error("no")]
    #[catalog(id = "no_stock")]
    None,
    #[error("no")]
    #[catalog(id = "busy")]
    Busy,
    #[error("no")]
    #[catalog(id = "17")]
    Number,
    #[error("no")]
    OutOfStok { item: String },
    #[error("no")]
    #[catalog(id = "out_of_stok")]
    Typo { item: String },
    #[error("no")]
    #[catalog("out_of_stock")]
    Bare { item: String },
    #[error("no")]
    #[catalog("SOLD_OUTT")]
    BareTypo { item: String },
    #[error("no")]
    #[catalog("codes.yaml")]
    Path,
}

errbook::openapi!("codes.yaml", errors::Error, ["out_of_stock"]);

fn main() {}

mod errors {
    errbook::catalog!("$ERRBOOK_NO_SUCH_VARIABLE/errors.yaml");
}

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("$ERRBOOK_NO_SUCH_VARIABLE", module = errors)]
enum OrderError {
    #[error("no")]
    NoPrinter,
}

errbook::openapi!("$ERRBOOK_NO_SUCH_VARIABLE", errors::Error);

fn main() {}

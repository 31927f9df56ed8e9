//! A service without a catalog of its own. Its errors come from the crate of the shop's catalog,
//! which could be in another repository.

/// Written by the build script.
pub mod errors {
    include!(concat!(env!("OUT_DIR"), "/errors.rs"));
}

/// The same through the macro. A service needs only one.
pub mod through_the_macro {
    errbook::catalog!("$SHOP_CATALOG");
}

/// The errors of this service, written by hand.
#[allow(missing_docs, reason = "the snippet of the docs, which is short")]
pub mod orders {
    use errbook::CatalogError;

    #[derive(Debug, thiserror::Error, CatalogError)]
    #[catalog("$SHOP_CATALOG")]
    pub enum OrderError {
        #[error("no {item} left for order {order}")]
        OutOfStock {
            item: String,
            #[catalog(ignore)]
            order: u64,
        },
    }
}

#[cfg(test)]
mod tests {
    use errbook::CatalogError as _;

    use super::{errors, orders::OrderError, through_the_macro};

    #[test]
    fn every_entry_point_reads_the_catalog_of_the_dependency() {
        let error = OrderError::OutOfStock { item: "Teapot".to_owned(), order: 7 };
        assert_eq!(error.code(), errors::ErrorCode::OutOfStock);
        assert_eq!(error.message().to_string(), errors::Error::out_of_stock("Teapot").to_string());
        let ids: Vec<&str> = errors::ErrorCode::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(ids, ["not_found", "internal", "out_of_stock"]);
        let expanded: Vec<&str> = through_the_macro::ErrorCode::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(expanded, ids);
    }
}

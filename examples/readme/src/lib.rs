//! The README's shop: the same errors through both doors, of which a project uses one.

/// Written by the build script.
pub mod errors {
    include!(concat!(env!("OUT_DIR"), "/errors.rs"));
}

/// Expanded by the macro.
pub mod through_the_macro {
    errbook::catalog!("errors.yaml");
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_the_readme_says_of_the_generated_code_holds() {
        use crate::errors::{Context, Error, ErrorCode};

        let error = Error::out_of_stock("Teapot");
        assert_eq!(error.to_string(), "Teapot is sold out");
        assert_eq!(error.status(), Some(409));
        assert!(!error.code().is_retryable());

        let body = serde_json::to_value(error.body(&Context::new("req-7"))).unwrap();
        assert_eq!(body["details"]["item"], "Teapot");

        let code = ErrorCode::from_wire(Some(429), Some("too_many_requests")).unwrap();
        assert_eq!(code.fix(), Some("Wait as long as the header says."));
        assert_eq!(code.retry().policy().unwrap().attempts, Some(3));
    }

    #[test]
    fn both_doors_lead_to_the_same_errors() {
        use crate::{errors, through_the_macro};

        let codes: Vec<&str> = errors::ErrorCode::ALL.iter().map(|code| code.id()).collect();
        let expanded: Vec<&str> = through_the_macro::ErrorCode::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(codes, expanded);
    }
}

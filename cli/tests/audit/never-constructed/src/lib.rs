//! A shop.

mod errors {
    errbook::catalog!("errors.yaml");
}
mod orders;
mod macros;

use errors::{Error, ErrorCode};

/// Of the same names, and nothing of the catalog's.
enum Answer {
    Shadowed,
}

fn find(answer: Answer) -> Result<(), Error> {
    match answer {
        Answer::Shadowed => Err(Error::NotFound),
    }
}

fn is_known(error: &Error) -> bool {
    error.code() == ErrorCode::Compared || matches!(error, Error::Matched) || match error {
        Error::Matched => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks() {
        assert!(!is_known(&make(Error::Broken)));
    }
}

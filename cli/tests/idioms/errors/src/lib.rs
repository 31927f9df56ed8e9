//! The errors of the board, for its other crates.

mod generated {
    errbook::catalog!("../errors.yaml");
}

pub use generated::{Error as BoardError, ErrorCode};

pub type Result<T, E = BoardError> = std::result::Result<T, E>;

pub mod prelude {
    pub use super::{BoardError, ErrorCode, Failure, Result, reply};
    pub use crate::{deny, ensure_that};
}

/// What old handlers return.
pub struct Failure {
    code: &'static str,
    status: u16,
}

impl Failure {
    pub fn new(status: u16, code: &'static str) -> Self {
        Failure { code, status }
    }

    pub fn reply(self, code: &'static str) -> Self {
        Failure { code, ..self }
    }
}

pub fn reply(code: &'static str) -> Failure {
    Failure::new(400, code)
}

#[macro_export]
macro_rules! deny {
    ($name:ident) => {
        return Err($crate::BoardError::$name)
    };
}

#[macro_export]
macro_rules! ensure_that {
    ($condition:expr, $error:expr) => {
        if !$condition {
            return Err($error.into());
        }
    };
}

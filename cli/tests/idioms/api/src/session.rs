//! The session, with the errors under another name.

pub mod errors {
    pub type Fault = super::super::BoardError;
}

/// A name of the catalog that is another thing here.
pub struct TokenExpired;

pub fn is_new(session: &Session) -> bool {
    session.error.is_none() && !session.is::<TokenExpired>()
}

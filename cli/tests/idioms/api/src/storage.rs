//! Conversions with `?`, by hand and by a derive.

use crate::BoardError;

pub enum StoreError {
    NoRow,
    Broken(String),
}

impl From<StoreError> for BoardError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoRow => BoardError::RowMissing, // row_missing
            StoreError::Broken(_) => Self::StorageFailed, // storage_failed
            _ => unreachable!(),
        }
    }
}

/// What background jobs fail with.
#[derive(Debug, Deserialize, thiserror::Error, errbook::CatalogError)]
#[catalog("../errors.yaml")]
pub enum JobError {
    #[error("no mail")]
    #[catalog(id = "mail_failed")] // mail_failed
    Mail(#[from] smtp::Error), // mail_failed
    #[error("no upload")] // upload_failed
    UploadFailed(#[from] object_store::Error), // upload_failed
}

pub fn send(mail: &Mail) -> Result<(), JobError> {
    smtp::send(mail)?;
    object_store::put(mail.attachment())?;
    Ok(())
}

pub struct Claims;

impl TryFrom<jwt::Error> for Claims {
    type Error = BoardError;

    fn try_from(error: jwt::Error) -> Result<Self, Self::Error> {
        match error.kind() {
            jwt::Kind::Expired => Err(crate::BoardError::TokenExpired), // token_expired
            _ => Ok(Claims),
        }
    }
}

impl From<serde_json::Error> for BoardError {
    fn from(_: serde_json::Error) -> BoardError {
        let error = None;
        let error = Some(Self::BadJson); // bad_json
        error.unwrap()
    }
}

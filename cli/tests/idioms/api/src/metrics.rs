//! Reads every error, and constructs none.

use board_errors::{BoardError, ErrorCode};

pub fn is_known(error: &BoardError, code: ErrorCode) -> bool {
    match error {
        BoardError::NotLoggedIn { .. } => true,
        BoardError::NotFound { .. } => true,
        BoardError::NoticeLocked { .. } => true,
        BoardError::TitleTooLong { .. } => true,
        BoardError::BannedFromBoard { .. } => true,
        BoardError::BoardClosed { .. } => true,
        BoardError::VoteTwice { .. } => true,
        BoardError::SiteInReview { .. } => true,
        BoardError::RowMissing { .. } => true,
        BoardError::StorageFailed { .. } => true,
        BoardError::MailFailed { .. } => true,
        BoardError::UploadFailed { .. } => true,
        BoardError::TokenExpired { .. } => true,
        BoardError::BadJson { .. } => true,
        _ => is_late(code) || is_of_a_peer(error),
    }
}

fn is_late(code: ErrorCode) -> bool {
    code == ErrorCode::RateLimited
        || code == ErrorCode::CaptchaWrong
        || code == ErrorCode::CaptchaMissing
        || code == ErrorCode::InviteUsed
        || code == ErrorCode::EmailTaken
        || code == ErrorCode::NameTaken
        || code == ErrorCode::NotAModerator
        || code == ErrorCode::NotAnAdmin
        || code == ErrorCode::CannotBanSelf
        || code == ErrorCode::ReportTooShort
        || code == ErrorCode::ReasonRequired
        || code == ErrorCode::FeedTooDeep
        || code == ErrorCode::QueueFull
}

fn is_of_a_peer(error: &BoardError) -> bool {
    matches!(
        error,
        BoardError::InvalidUrl { .. }
            | BoardError::InvalidImage { .. }
            | BoardError::ImageTooLarge { .. }
            | BoardError::UnknownLanguage { .. }
            | BoardError::PageOutOfRange { .. }
            | BoardError::QueryTooBroad { .. }
            | BoardError::BlockedWord { .. }
            | BoardError::BlockedDomain { .. }
            | BoardError::BlockedUser { .. }
            | BoardError::FederationOff { .. }
            | BoardError::PeerUnknown { .. }
            | BoardError::PeerSlow { .. }
            | BoardError::SignatureWrong { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_known() {
        for error in [
            BoardError::NotLoggedIn,
            BoardError::NotFound,
            BoardError::NoticeLocked,
            BoardError::TitleTooLong,
            BoardError::BannedFromBoard,
            BoardError::BoardClosed,
            BoardError::VoteTwice,
            BoardError::SiteInReview,
            BoardError::RowMissing,
            BoardError::StorageFailed,
            BoardError::MailFailed,
            BoardError::UploadFailed,
            BoardError::TokenExpired,
            BoardError::BadJson,
            BoardError::RateLimited,
            BoardError::CaptchaWrong,
            BoardError::CaptchaMissing,
            BoardError::InviteUsed,
            BoardError::EmailTaken,
            BoardError::NameTaken,
        ] {
            assert!(is_known(&error, error.code()));
        }
    }
}

//! Calls the board.

use board_errors::BoardError;

#[test]
fn every_error_has_a_status() {
    for error in [
        BoardError::NotAModerator,
        BoardError::NotAnAdmin,
        BoardError::CannotBanSelf,
        BoardError::ReportTooShort,
        BoardError::ReasonRequired,
        BoardError::FeedTooDeep,
        BoardError::QueueFull,
        BoardError::InvalidUrl,
        BoardError::InvalidImage,
        BoardError::ImageTooLarge,
        BoardError::UnknownLanguage,
        BoardError::PageOutOfRange,
        BoardError::QueryTooBroad,
        BoardError::BlockedWord,
        BoardError::BlockedDomain,
        BoardError::BlockedUser,
        BoardError::FederationOff,
        BoardError::PeerUnknown,
        BoardError::PeerSlow,
        BoardError::SignatureWrong,
    ] {
        assert!(error.status() >= 400);
    }
}

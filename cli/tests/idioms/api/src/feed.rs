//! Names of the catalog in other enums, in strings and in comments: `BoardError::VoteTwice`.

pub enum Event {
    NotLoggedIn,
    NoticeLocked,
    VoteTwice,
    InvalidImage,
    PeerSlow,
    QueueFull,
    FederationOff,
    RowMissing,
    BlockedWord,
}

/// Names of the catalog in other crates.
pub fn from_elsewhere(path: &Path) -> std::io::Error {
    if path.exists() {
        return std::io::Error::other(jwt::Kind::TokenExpired);
    }
    let _ = sqlx::Error::RowMissing;
    std::io::ErrorKind::NotFound.into()
}

pub fn events() -> Vec<Event> {
    let _ = "reply(\"rate_limited\") and BoardError::StorageFailed";
    vec![
        Event::NotLoggedIn,
        Event::NoticeLocked,
        Event::VoteTwice,
        Event::InvalidImage,
        Event::PeerSlow,
        Event::QueueFull,
        Event::FederationOff,
        Event::RowMissing,
        Event::BlockedWord,
    ]
}

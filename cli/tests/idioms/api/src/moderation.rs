//! Macros: of this project, of others, and around blocks.

use board_errors::{deny, ensure_that, prelude::*};

pub fn ban(by: &User, user: &User, reason: &str) -> Result<()> {
    if !by.is_moderator {
        deny!(NotAModerator); // not_a_moderator
    }
    ensure_that!(by.is_admin || !user.is_admin, BoardError::NotAnAdmin); // not_an_admin
    if by == user {
        bail!(BoardError::CannotBanSelf); // cannot_ban_self
    }
    ensure!(reason.len() > 3, BoardError::ReportTooShort); // report_too_short
    ensure!(matches!(by.role, Role::Moderator | Role::Admin), "no role");
    let reason = unwrap_or!(Reason::parse(reason), return Err(BoardError::ReasonRequired)); // reason_required
    store(reason)
}

pub async fn work(mut queue: Queue) -> Result<()> {
    tokio::select! {
        job = queue.next() => run(job).await,
        _ = queue.full() => Err(BoardError::QueueFull), // queue_full
        depth = queue.depth(), if depth > 9 => Err(BoardError::FeedTooDeep), // feed_too_deep
    }
}

//! Variants in expressions: returned, given to `ok_or`, boxed, and in `let ... else`.

use board_errors::BoardError as E;

use crate::storage::Store;

const MAX: i64 = 120;

pub async fn publish(store: &Store, title: &str, token: Option<&str>) -> Result<u64, E> {
    if token.is_none() {
        return Err(E::NotLoggedIn); // not_logged_in
    }
    let board = store.board();
    if board.is_closed {
        Err(E::BoardClosed)?; // board_closed
    }
    if title.len() > 120 {
        return Err(E::TitleTooLong { max: MAX }); // title_too_long
    }
    Ok(store.insert(title).await)
}

pub fn read(store: &Store, id: u64) -> Result<String, Box<E>> {
    let found = store.notice(id);
    let found = found.ok_or(Box::new(E::NotFound))?; // not_found
    if found.locked {
        return Err::<_, Box<E>>(E::NoticeLocked.into()); // notice_locked
    }
    Ok(found.text)
}

pub fn vote(store: &Store, user: u64, id: u64) -> Result<(), E> {
    match store.votes(id).iter().find(|vote| vote.user == user) {
        Some(_) => return Err(E::VoteTwice), // vote_twice
        None => store.add(user, id),
    }
    let run = move || async move {
        if store.banned(user) {
            return Err(E::BannedFromBoard); // banned_from_board
        }
        Ok(())
    };
    if store.in_review() {
        store.set_error(&E::SiteInReview); // site_in_review
    }
    block_on(run())
}

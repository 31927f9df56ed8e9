//! The board.

mod feed;
mod images;
mod legacy;
mod metrics;
mod moderation;
mod notices;
mod peers;
mod session;
mod storage;

pub(crate) use board_errors::{BoardError, ErrorCode};

//! Several catalogs in one service. Each is a module of its own, and their types do not mix by
//! accident.

pub mod two;
pub mod versions;

//! Compares two versions of a catalog: what changed and whom it affects, what a release promises, and edits that keep a promise.
//!
//! [`diff`] compares two catalogs. [`lock`] is the text that a release leaves for the next one to be compared with, [`release`]
//! makes it, and [`rename`] gives an error another id. Nothing here reads or writes a file.

pub mod diff;
pub mod lock;
pub mod release;
pub mod rename;
pub mod version;

//! Compares two versions of a catalog, and edits a catalog for a release.
//!
//! [`diff`] compares two catalogs. [`lock`] reads and writes the text of a released catalog, which
//! the next release is compared with. [`release`] makes a release, and [`rename`] changes the id of
//! an error. This crate does not read or write files.

pub mod diff;
pub mod lock;
pub mod release;
pub mod rename;
pub mod version;

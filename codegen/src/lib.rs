//! Turns a checked [`Catalog`](errbook_catalog::model::Catalog) into Rust, and is the entry point for build scripts.
//!
//! The emitter is total: it takes a catalog and returns its output. It reads and writes no file, looks at no environment, and
//! cannot fail: every mistake is rejected before a catalog exists.

pub mod build;
pub mod commonmark;
pub mod rust;
pub mod words;

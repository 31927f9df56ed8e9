//! Generates Rust from a checked [`Catalog`](errbook_catalog::model::Catalog); the entry point for
//! build scripts.
//!
//! The emitter is a total function of the catalog: it reads no files and no environment, and it
//! cannot fail. Every mistake is rejected before a catalog exists.

#[cfg(feature = "build")]
pub mod build;
pub mod commonmark;
pub mod rust;
pub mod words;

//! Converts a checked [`Catalog`](errbook_catalog::model::Catalog) to OpenAPI and JSON, and merges
//! it into an existing OpenAPI document.
//!
//! Everything happens in memory. Only the entry point for build scripts reads and writes files.

#[cfg(feature = "build")]
pub mod build;
pub mod facts;
pub mod json;
pub mod openapi;
mod tree;

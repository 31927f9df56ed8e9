//! Converts a checked [`Catalog`](errbook_catalog::model::Catalog) to OpenAPI and JSON, and merges
//! it into an existing OpenAPI document.
//!
//! Everything happens in memory; this crate reads and writes no files.

pub mod facts;
pub mod json;
pub mod openapi;

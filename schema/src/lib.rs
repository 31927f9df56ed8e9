//! Turns a checked [`Catalog`](errbook_catalog::model::Catalog) into OpenAPI and JSON, and merges it into an OpenAPI document
//! that somebody else writes.
//!
//! Everything happens in memory: nothing here reads or writes a file.

pub mod facts;
pub mod json;
pub mod openapi;

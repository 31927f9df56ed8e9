//! Reads the files of a catalog into a [`Document`](syntax::Document), in which every value has its
//! place.
//!
//! `yaml` parses text into a tree with places. `shape` has the tables of the format. `parse` checks
//! the tree by the tables and reads it. `scope` resolves names.

pub(crate) mod advice;
pub mod format;
/// Tables of keys.
pub(crate) mod keys;
pub(crate) mod nesting;
pub(crate) mod parse;
pub(crate) mod path;
pub mod schema;
pub(crate) mod scope;
pub(crate) mod secrets;
pub(crate) mod shape;
pub(crate) mod snippet;
pub(crate) mod syntax;
pub(crate) mod yaml;

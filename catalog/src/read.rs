//! Text to a [`Document`](syntax::Document): what a catalog's files say, with the place of everything.
//!
//! `yaml` makes a tree that keeps its places, `shape` has the format as tables, `parse` compares the two and reads, and `scope`
//! finds what names refer to.

pub mod format;
/// Tables of keys.
pub(crate) mod keys;
pub(crate) mod parse;
pub(crate) mod path;
pub mod schema;
pub(crate) mod scope;
pub(crate) mod shape;
pub(crate) mod syntax;
pub(crate) mod yaml;

//! Turns a checked [`Catalog`](errbook_catalog::model::Catalog) into files.
//!
//! Emitters are total: they take a catalog and return their output. None of them reads or writes a file, looks at the
//! environment or calls another emitter; whatever could make one fail was refused before the catalog existed.
//!
//! A build script or a macro needs the Rust emitter alone, so everything else stands behind the feature `docs`, which the
//! command switches on. The macro for utoipa and aide asks for one part of it, `openapi`. `testing` is for test suites.

#[cfg(feature = "docs")]
pub mod audit;
pub mod build;
mod commonmark;
#[cfg(feature = "openapi")]
mod facts;
#[cfg(feature = "docs")]
pub mod import;
#[cfg(feature = "docs")]
pub mod json;
#[cfg(feature = "docs")]
pub mod markdown;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod output;
#[cfg(feature = "docs")]
pub mod redirects;
pub mod rust;
#[cfg(feature = "docs")]
pub mod site;
#[cfg(feature = "docs")]
pub mod target;
#[cfg(feature = "testing")]
pub mod testing;

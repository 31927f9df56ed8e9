//! The catalog of the shop. Services depend on this crate, and have no copy of the catalog.

/// The path of the catalog, for the build scripts of services.
pub const CATALOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/errors.yaml");

//! How much a catalog may ask for. Each limit is tested before the memory or the time is spent, and is far above what the
//! largest catalogs that were measured need; `docs/limits.md` has all of them.

/// How many bytes the catalog, the files that it includes and its prose have together: ten times the largest catalog
/// that was measured.
pub const BYTES: usize = 64 << 20;

/// How many bytes a document or page has that is imported.
pub const IMPORT_BYTES: usize = 64 << 20;

/// How many files a catalog includes.
pub const FILES: usize = 4_096;

/// How deep collections of YAML nest.
pub const YAML_DEPTH: usize = 64;

/// How many keys, values and items a catalog has, in all of its files together: 64 for each error that there can be.
pub const YAML_NODES: usize = 64 * ERRORS;

/// How many errors a catalog has: generated code numbers them with 16 bits. No mapping or list has more entries.
pub const ERRORS: usize = 65_535;

/// How many levels of types a value has. Each type counts, and each `array` and `map` around one; types that hold each
/// other count together. At about twice that the Rust compiler gives up.
pub const TYPE_DEPTH: usize = 32;

/// How many members and items an example has that is made up for a detail. Where a list, a map or an optional member
/// would have more, it stays empty or absent.
pub const EXAMPLE_NODES: usize = 2_000;

/// How many members and items all examples of a catalog have together.
pub const ALL_EXAMPLE_NODES: usize = 4_000_000;

/// How many levels of quotes, lists, emphasis and links a text has on pages. What is deeper is there without its level.
pub const MARKDOWN_DEPTH: usize = 32;

//! The limits of catalogs. Each limit is checked before memory or time is spent, and is far above
//! the needs of the largest known catalogs. `docs/limits.md` lists all of them.

/// The total size of a catalog, its included files and its prose, in bytes: ten times the largest
/// known catalog.
pub const BYTES: usize = 64 << 20;

/// The size of an imported document or page, in bytes.
pub const IMPORT_BYTES: usize = 64 << 20;

/// The size of a response on the standard input of a command, in bytes.
pub const RESPONSE_BYTES: usize = 1 << 20;

/// The number of included files.
pub const FILES: usize = 4_096;

/// The depth of YAML collections.
pub const YAML_DEPTH: usize = 64;

/// The number of keys, values and items in all files of a catalog: 64 for each possible error.
pub const YAML_NODES: usize = 64 * ERRORS;

/// The number of errors, and of entries in any mapping or list. Generated code numbers errors with
/// 16 bits.
pub const ERRORS: usize = 65_535;

/// The number of details of an error, of fields of a type, and of context fields.
pub const FIELDS: usize = 1_000;

/// The number of headers of an error, an envelope, or defaults. Servers and clients have similar
/// limits.
pub const HEADERS: usize = 100;

/// The number of levels of types in a value. Each type counts, and each `array` and `map` around
/// it. The types of a cycle count together. The Rust compiler fails at about twice this depth.
pub const TYPE_DEPTH: usize = 32;

/// The number of `array` and `map` around the type of a field.
pub const WRITTEN_DEPTH: usize = 8;

/// The number of members and items in a made-up example of a detail. Beyond it, lists and maps are
/// empty, and optional members are absent.
pub const EXAMPLE_NODES: usize = 2_000;

/// The number of members and items in all examples of a catalog.
pub const ALL_EXAMPLE_NODES: usize = 4_000_000;

/// The number of nested quotes, lists, emphases and links in a text on pages. Deeper content is
/// shown without its nesting.
pub const MARKDOWN_DEPTH: usize = 32;

/// The length of a header value with placeholders, in bytes. Generated code cuts longer values.
/// The runtime has the same limit.
pub const HEADER_BYTES: usize = 4_096;

/// The length of a text in the table of generated Rust, in bytes. A longer text is cut.
pub const RUST_TEXT_BYTES: usize = 1_000_000;

/// The memory of a command that renders templates or prose files, in bytes. They are programs.
pub const RENDER_BYTES: usize = 2 << 30;

/// The processor time of a command that renders templates or prose files, in seconds.
pub const RENDER_SECONDS: usize = 300;

/// The number of values that an import copies from the schemas of a response. Schemas that refer to
/// each other several times can describe any number of values.
pub const IMPORT_VALUES: usize = 1_000_000;

/// The number of values that an import copies from the schemas of all responses.
pub const ALL_IMPORT_VALUES: usize = 50_000_000;

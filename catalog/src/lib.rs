//! Reads an errbook catalog, which is one YAML file and the files that it includes, into a valid
//! [`model::Catalog`].
//!
//! The stages are: `yaml` parses text into a tree with places, `parse` reads the tree into a
//! document, `check` reports errors, `lower` is the only constructor of a [`model::Catalog`], and
//! `lint` reports warnings. Every problem of a catalog is reported in one run. Apart from [`load`]
//! and [`disk`], nothing here touches the file system.
//!
//! ```
//! let loaded = errbook_catalog::load_text("errors.yaml", b"
//! errbook: 1
//! api: {name: Shop}
//! errors:
//!   SOLD_OUT: {statsu: 409, fix: Choose another.}
//! ");
//! let report = loaded.report.render_text(false);
//! assert!(report.contains("an error has no key `statsu`"));
//! assert!(report.contains("errors.yaml:5:14"));
//! assert!(report.contains("did you mean `status`?"));
//! ```

pub mod canary;
mod check;
pub mod disk;
pub mod edit;
pub mod limits;
mod lint;
mod load;
mod lower;
pub mod model;
pub mod problem;
mod read;
pub mod source;
pub mod words;

pub use check::{is_date_time, is_uri, is_uuid, is_valid_header};
pub use lint::baseline;
pub use load::{Disk, Files, Loaded, load, load_from, load_text, load_unlinted};
pub use lower::example;
pub use read::secrets::masked;
pub use read::{format, schema};

//! Reads an errbook catalog: one YAML file, and the files it includes, to a checked [`model::Catalog`].
//!
//! The stages stand in a line: `yaml` (text to a tree that keeps its places), `parse` (tree to what was written),
//! `check` (what is refused), `lower` (the only constructor of a [`model::Catalog`]), `lint` (what is better otherwise).
//! Every problem of a catalog is reported in one run. Apart from [`load`], nothing here touches the file system.
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

mod check;
pub mod edit;
mod lint;
mod load;
mod lower;
pub mod model;
pub mod problem;
mod read;
pub mod source;
pub mod words;

pub use lint::baseline;
pub use load::{Files, Loaded, load, load_from, load_text};
pub use lower::example;
pub use read::{format, schema};

//! Generates clients in TypeScript and Python from a checked
//! [`Catalog`](errbook_catalog::model::Catalog), and test vectors for clients in any language.
//!
//! A client is one module without dependencies. It reads a response into the typed error that the
//! server sent, as the Rust client of the crate `errbook` does, and says whether to repeat the
//! request. Its tables are written from the catalog; the code that reads them is the same for every
//! catalog (`typescript/runtime.ts`, `python/runtime.py`).
//!
//! `exports` lists the names in a client that follow from the catalog. `snippets` shows how code handles one error with each client.
//!
//! Clients have no internal errors, and only errors with a status. This crate reads and writes no
//! files.

pub mod exports;
mod hidden;
mod names;
pub mod python;
pub mod snippets;
mod surface;
pub mod typescript;
pub mod vectors;

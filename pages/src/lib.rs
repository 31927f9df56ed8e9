//! Turns a checked [`Catalog`](errbook_catalog::model::Catalog) into the reference that people read: markdown pages, a site,
//! redirects and `llms.txt`. [`plan`] lists every file that a catalog gives.

mod depth;
pub mod markdown;
pub mod plan;
mod print;
pub mod prose;
pub mod redirects;
pub mod site;

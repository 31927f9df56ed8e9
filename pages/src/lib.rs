//! Generates the reference from a checked [`Catalog`](errbook_catalog::model::Catalog): markdown
//! pages, a site, redirects and `llms.txt`. [`plan`] lists all output files of a catalog.

mod depth;
pub mod markdown;
pub mod plan;
mod print;
pub mod prose;
pub mod redirects;
pub mod site;

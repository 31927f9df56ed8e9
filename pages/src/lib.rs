//! Generates the reference from a checked [`Catalog`](errbook_catalog::model::Catalog): markdown
//! pages, a site, redirects and `llms.txt`. [`plan`] lists all output files of a catalog.

pub mod changelog;
mod depth;
pub mod markdown;
pub mod outline;
mod part;
pub mod plan;
mod print;
pub mod prose;
pub mod redirects;
pub mod site;

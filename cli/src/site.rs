//! `errbook site`

use std::path::PathBuf;

use errbook_pages::plan::{self, Disk};

use crate::generate;
use crate::load::{self, Warnings};
use crate::outcome::Outcome;
use crate::terminal::Progress;

/// Write the reference as a static site
///
/// HTML pages that any server can serve and any browser can open from the disk: the list of all errors with search and
/// filters, and a page for each. One catalog is the whole site; several get a folder each, with the slug of the API as its
/// name, and a front page lists them. Nothing on a page is fetched from elsewhere.
///
/// A file is written only where its bytes change. What an earlier run wrote and this one does not is removed; a list of it is
/// kept in `.errbook`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook site --out public
  errbook site catalog/apis/*.yaml --out public
  errbook site --out public --check                  in CI, where the site is committed

With --check, exits with 1 where a file is missing, changed or left over.
`errbook serve` shows the site while the catalog is written.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// The folder of the site
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing: say what would be written, and how
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let sources = load::all(&args.catalogs, Warnings::Counted)?;
    let mut progress = Progress::new(sources.iter().map(|source| source.catalog.errors.len()).sum());
    progress.step(|| "laying the pages out".to_owned());
    let plan = plan::site(&args.out, sources, &Disk)?;
    generate::finish(plan, args.check, &generate::mending("site", &args.catalogs, Some(&args.out)), progress)
}

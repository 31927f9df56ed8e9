//! `errbook site`

use std::path::PathBuf;

use errbook_pages::plan::{self, Disk};

use crate::generate;
use crate::limits;
use crate::load::{self, Warnings};
use crate::outcome::Outcome;
use crate::terminal::Progress;

/// Generate the reference as a static website
///
/// Writes HTML pages that work on any server and from the disk: the list of all errors with search
/// and filters, and a page for each error. Several catalogs get a subfolder each, named after the
/// slug of the API, and a front page. The pages load nothing from other hosts.
///
/// errbook writes only files that change, and removes files of an earlier run that are no longer
/// generated. The list of generated files is in `.errbook`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook site --out public
  errbook site catalog/apis/*.yaml --out public
  errbook site --out public --check                  in CI, for a committed site

With --check, exits with 1 if a file is missing, changed or left over.
`errbook serve` previews the site while you edit the catalog.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// The folder of the site
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing, and show the files that are not up to date
    #[arg(long)]
    check: bool,
}

impl Args {
    /// The catalogs that the command renders.
    pub(crate) fn catalogs(&self) -> &[PathBuf] {
        &self.catalogs
    }
}

pub(crate) fn run(args: &Args) -> Outcome {
    let sources = load::all(&args.catalogs, Warnings::Counted)?;
    let mut progress = Progress::new(sources.iter().map(|source| source.catalog.errors.len()).sum());
    progress.step(|| "rendering pages".to_owned());
    limits::before_rendering(sources.iter().map(|source| &source.catalog));
    let plan = plan::site(&args.out, sources, &Disk)?;
    generate::finish(plan, args.check, &generate::update_command("site", &args.catalogs, Some(&args.out)), progress)
}

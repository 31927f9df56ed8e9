//! `errbook schema`

use crate::outcome::Outcome;
use crate::terminal;

/// Print the JSON Schema of the catalog format, for editors
///
/// An editor with a YAML language server completes and checks a catalog that names the schema in its first line:
/// `# yaml-language-server: $schema=errbook.schema.json`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook schema > errbook.schema.json
  errbook schema --export > errors.schema.json")]
pub(crate) struct Args {
    /// The schema of the export, errors.json, instead
    #[arg(long)]
    export: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if args.export {
        terminal::print_raw(&errbook_schema::json::text(&errbook_schema::json::schema()))
    } else {
        terminal::print_raw(&errbook_catalog::schema::json())
    }
}

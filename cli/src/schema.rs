//! `errbook schema`

use crate::outcome::Outcome;
use crate::terminal;

/// Print the JSON Schema of the catalog format
///
/// Editors with a YAML language server complete and check a catalog whose first line names the
/// schema: `# yaml-language-server: $schema=errbook.schema.json`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook schema > errbook.schema.json
  errbook schema --export > errors.schema.json
  errbook schema --vectors > vectors.schema.json")]
pub(crate) struct Args {
    /// Print the schema of the JSON export, errors.json
    #[arg(long)]
    export: bool,

    /// Print the schema of the test vectors of clients, vectors.json
    #[arg(long, conflicts_with = "export")]
    vectors: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if args.vectors {
        terminal::print_raw(&errbook_schema::json::indented(&errbook_clients::vectors::schema()))
    } else if args.export {
        terminal::print_raw(&errbook_schema::json::indented(&errbook_schema::json::schema()))
    } else {
        terminal::print_raw(&errbook_catalog::schema::json())
    }
}

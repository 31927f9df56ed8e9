//! The `errbook` command: a shell around the catalog and its emitters, one file for each subcommand.

mod audit;
mod baseline;
mod check;
mod completions;
mod diff;
mod eject;
mod explain;
mod fmt;
mod generate;
mod import;
mod init;
mod list;
mod load;
mod lock;
mod openapi;
mod outcome;
mod owners;
mod release;
mod rename;
mod schema;
mod serve;
mod site;
mod terminal;
mod unified;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::outcome::{Outcome, Stop};

const EXAMPLES: &str = "\
Examples:
  errbook init                                   start a catalog: errors.yaml
  errbook import openapi.yaml --out errors.yaml  start it from what there is
  errbook check                                  say everything that is wrong with it
  errbook audit                                  do the code and the pages agree with it?
  errbook generate --out generated               write Rust, OpenAPI, JSON and markdown
  errbook generate --out generated --check       in CI: is what is committed up to date?
  errbook site --out public                      the reference as a static site
  errbook serve                                  the same site while you write the catalog
  errbook list --status 4xx --retryable          the errors as a table
  errbook openapi --into openapi.yaml            the errors in the OpenAPI document that you write
  errbook explain 429                            all that the catalog says about them
  errbook owners --format codeowners             who answers for which file of the catalog
  errbook diff --against v1.4.0                  what changed since, and whom it breaks
  errbook release 1.5.0                          is that the next version? then stamp and lock it
  errbook rename SOLD_OUT OUT_OF_STOCK           in every file, with a tombstone
  errbook fmt                                    put the keys of each entry in order

Exit codes:
  0  done, and nothing to report
  1  findings: a catalog was refused, a file is not up to date or in order, nothing has the code,
     a change is as bad as --fail-on says, a release or another id is refused
  2  wrong usage, or a file that cannot be read or written

Results go to stdout, diagnostics to stderr. Colour is used on a terminal only; NO_COLOR=1 turns it off, CLICOLOR_FORCE=1 on.";

/// One YAML catalog of an API's errors to Rust, OpenAPI, JSON and markdown
#[derive(Debug, Parser)]
#[command(name = "errbook", version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(generate::Args),
    Site(site::Args),
    Serve(serve::Args),
    Check(check::Args),
    Audit(audit::Args),
    List(list::Args),
    Openapi(openapi::Args),
    Explain(explain::Args),
    Owners(owners::Args),
    Diff(diff::Args),
    Release(release::Args),
    Rename(rename::Args),
    Fmt(fmt::Args),
    Init(init::Args),
    Import(import::Args),
    Templates(eject::Args),
    Schema(schema::Args),
    Completions(completions::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Generate(args) => generate::run(&args),
        Command::Site(args) => site::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::List(args) => list::run(&args),
        Command::Openapi(args) => openapi::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Owners(args) => owners::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Release(args) => release::run(&args),
        Command::Rename(args) => rename::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Templates(args) => eject::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args),
    };
    exit_code(outcome)
}

fn exit_code(outcome: Outcome) -> ExitCode {
    match outcome {
        // Whoever closed the pipe has seen enough: `errbook list | head`.
        Ok(()) | Err(Stop::ClosedPipe) => ExitCode::SUCCESS,
        Err(Stop::Findings) => ExitCode::from(1),
        Err(Stop::Unreadable) => ExitCode::from(2),
        Err(Stop::Failed { message, help }) => {
            terminal::complain(&message, help.as_deref());
            ExitCode::from(2)
        }
    }
}

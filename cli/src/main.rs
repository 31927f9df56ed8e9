//! The `errbook` command. Each subcommand has its own module.

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
mod limits;
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
mod timings;
mod unified;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::outcome::{Outcome, Stop};

const EXAMPLES: &str = "\
Examples:
  errbook init                                   create a catalog, errors.yaml
  errbook import openapi.yaml --out errors.yaml  or import one from OpenAPI
  errbook check                                  check the catalog
  errbook audit                                  compare code and docs with it
  errbook generate --out generated               write code, schemas and docs
  errbook generate --out generated --check       in CI: check generated files
  errbook site --out public                      write the docs as a website
  errbook serve                                  preview the website
  errbook list --status 4xx --retryable          list errors in a table
  errbook openapi --into openapi.yaml            add the errors to your document
  errbook explain 429                            show everything about an error
  curl -si URL | errbook explain -               explain the response of an API
  errbook owners --format codeowners             print the owners of the files
  errbook diff --against v1.4.0                  show the changes since v1.4.0
  errbook release 1.5.0                          check the version, and lock it
  errbook rename SOLD_OUT OUT_OF_STOCK           rename an error in every file
  errbook fmt                                    format the catalog

Exit codes:
  0  success
  1  findings: a catalog is invalid, a file is not up to date or not formatted,
     no error matches, a change reaches --fail-on, or a release or a rename is
     rejected
  2  wrong usage, or a file that cannot be read or written

Results go to stdout, diagnostics to stderr. Output has colors only on a
terminal. Set NO_COLOR=1 to turn them off, or CLICOLOR_FORCE=1 to turn them on.";

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Generate Rust, OpenAPI, JSON and markdown from one YAML catalog of API errors
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
    Lock(lock::Args),
    Rename(rename::Args),
    Fmt(fmt::Args),
    Init(init::Args),
    Import(import::Args),
    Templates(eject::Args),
    Schema(schema::Args),
    Completions(completions::Args),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let renders = match &command {
        Command::Check(args) => args.catalogs(),
        Command::Generate(args) => args.catalogs(),
        Command::Site(args) => args.catalogs(),
        _ => &[],
    };
    if let Some(code) = limits::in_child(renders) {
        return code;
    }
    let outcome = match command {
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
        Command::Lock(args) => lock::run(&args),
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
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Findings) => ExitCode::from(1),
        Err(Stop::Unreadable) => ExitCode::from(2),
        Err(Stop::Failed { message, help }) => {
            terminal::complain(&message, help.as_deref());
            ExitCode::from(2)
        }
    }
}

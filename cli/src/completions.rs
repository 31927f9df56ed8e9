//! `errbook completions`

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::outcome::Outcome;
use crate::{Cli, terminal};

/// Print shell completions
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook completions bash > ~/.local/share/bash-completion/completions/errbook
  errbook completions zsh > \"${fpath[1]}/_errbook\"
  errbook completions fish > ~/.config/fish/completions/errbook.fish")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Outcome {
    // Write to memory first, because clap_complete panics on a write error.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "errbook", &mut script);
    terminal::print_raw(&String::from_utf8_lossy(&script))
}

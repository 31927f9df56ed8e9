//! `errbook completions`

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::outcome::Outcome;
use crate::{Cli, terminal};

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook completions bash > ~/.local/share/bash-completion/completions/errbook
  errbook completions zsh > \"${fpath[1]}/_errbook\"
  errbook completions fish > ~/.config/fish/completions/errbook.fish")]
pub(crate) struct Args {
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Outcome {
    // Into memory first: clap_complete panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "errbook", &mut script);
    terminal::print_raw(&String::from_utf8_lossy(&script))
}

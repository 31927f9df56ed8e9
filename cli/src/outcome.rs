//! How a subcommand ends.

use std::fmt::Display;
use std::io;

use errbook_pages::plan::PlanError;

use crate::{generate, openapi, terminal};

/// What a subcommand returns; `main` makes an exit code of it.
pub(crate) type Outcome = Result<(), Stop>;

/// Why a subcommand did not end well.
#[derive(Debug)]
pub(crate) enum Stop {
    /// There are findings, and they are printed.
    Findings,
    /// A catalog cannot be read, and its report is printed.
    Unreadable,
    /// Wrong usage or I/O, yet to be said.
    Failed {
        /// What is wrong, in one sentence without a full stop.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// Nobody reads what is printed.
    ClosedPipe,
}

impl Stop {
    /// Wrong usage or I/O.
    pub(crate) fn failed(message: impl Display) -> Self {
        Stop::Failed { message: message.to_string(), help: None }
    }

    /// The same with advice.
    pub(crate) fn help(self, advice: impl Display) -> Self {
        match self {
            Stop::Failed { message, help: _ } => Stop::Failed { message, help: Some(advice.to_string()) },
            other => other,
        }
    }
}

/// For writing to stdout.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::ClosedPipe,
            _ => Stop::failed(format_args!("the output cannot be written: {error}")),
        }
    }
}

/// A mistake in a template, a prose file or a document is a finding, as one in the catalog is.
impl From<PlanError> for Stop {
    fn from(error: PlanError) -> Self {
        let stop = Stop::failed(&error);
        match (error.help(), &error) {
            (_, PlanError::Merge { path, error }) => openapi::complain(path, error),
            (_, PlanError::Template { .. }) => {
                terminal::complain(&error.to_string(), None);
                Stop::Findings
            }
            (_, PlanError::Nothing { catalog }) => stop.help(generate::how_to_ask(catalog)),
            (Some(help), _) => stop.help(help),
            (None, _) => stop,
        }
    }
}

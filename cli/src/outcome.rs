//! The result of a subcommand.

use std::fmt::Display;

use errbook_pages::plan::PlanError;

use crate::{generate, openapi, terminal};

/// The result of a subcommand. `main` converts it to an exit code.
pub(crate) type Outcome = Result<(), Stop>;

/// The reason why a subcommand failed.
#[derive(Debug)]
pub(crate) enum Stop {
    /// There are findings. They are already printed.
    Findings,
    /// A catalog cannot be read. Its report is already printed.
    Unreadable,
    /// Wrong usage or an I/O error, which is not printed yet.
    Failed {
        /// The problem, in one sentence without a full stop.
        message: String,
        /// How to fix it.
        help: Option<String>,
    },
}

impl Stop {
    /// Wrong usage or an I/O error.
    pub(crate) fn failed(message: impl Display) -> Self {
        Stop::Failed { message: message.to_string(), help: None }
    }

    /// Adds a help line.
    pub(crate) fn help(self, advice: impl Display) -> Self {
        match self {
            Stop::Failed { message, help: _ } => Stop::Failed { message, help: Some(advice.to_string()) },
            other => other,
        }
    }
}

/// An error in a template, a prose file or a document is a finding, like an error in a catalog.
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

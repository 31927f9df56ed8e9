//! Errors of a catalog become reports of anyhow and eyre, and reports become errors.

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/service.yaml");
}

use std::error::Error as _;

use errbook::OrError as _;
use errors::{Error, ErrorCode};

/// A failure with another beneath it.
#[derive(Debug, thiserror::Error)]
#[error("the shop has no file")]
struct NoFile(#[source] std::num::ParseIntError);

fn no_file() -> Result<(), NoFile> {
    "x".parse::<u8>().map(drop).map_err(NoFile)
}

/// The texts of an error and of all beneath it.
fn chain(error: &Error) -> Vec<String> {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    std::iter::once(error.to_string()).chain(sources.map(ToString::to_string)).collect()
}

macro_rules! reports {
    ($name:ident: $report:ty, $wrap:ident) => {
        mod $name {
            use super::*;

            type Report = $report;

            fn named() -> Result<(), Report> {
                Err(Error::named("tea"))?;
                Ok(())
            }

            fn with_context() -> Result<(), Report> {
                no_file()?;
                Ok(())
            }

            fn internal() -> Result<(), Error> {
                with_context().or_internal()?;
                Ok(())
            }

            fn by_constructor() -> Result<(), Error> {
                with_context().map_err(|report| report.$wrap("while the shop opened")).or_error(Error::internal)?;
                Ok(())
            }

            #[test]
            fn an_error_becomes_a_report_and_comes_back() {
                let report = named().expect_err("an error");
                assert_eq!(report.to_string(), Error::named("tea").to_string());
                assert_eq!(report.chain().count(), 1);
                assert_eq!(report.downcast_ref::<Error>().map(Error::code), Some(ErrorCode::Named));
                let error = report.downcast::<Error>().unwrap_or_else(Error::internal);
                assert_eq!(error.code(), ErrorCode::Named);
                // The sources of an error are those of its report.
                let report = Report::from(internal().expect_err("an error"));
                let texts: Vec<_> = report.chain().map(ToString::to_string).collect();
                assert_eq!(texts, ["Something broke.", "the shop has no file", "invalid digit found in string"]);
                // A report of something else stays beneath a 500.
                let report = with_context().expect_err("a failure");
                let error = report.downcast::<Error>().unwrap_or_else(Error::internal);
                assert_eq!((error.code(), error.status()), (ErrorCode::Internal, Some(500)));
            }

            #[test]
            fn a_report_is_a_source() {
                let error = internal().expect_err("an error");
                assert_eq!((error.code(), error.to_string()), (ErrorCode::Internal, "Something broke.".to_owned()));
                assert_eq!(
                    chain(&error),
                    ["Something broke.", "the shop has no file", "invalid digit found in string"]
                );

                let error = by_constructor().expect_err("an error");
                assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("while the shop opened"));
                assert_eq!(chain(&error).len(), 4);
            }
        }
    };
}

reports!(by_anyhow: anyhow::Error, context);
reports!(by_eyre: eyre::Report, wrap_err);

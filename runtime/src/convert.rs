//! Converts any error into one of a catalog, with the original beneath it.

use core::fmt;

#[cfg(target_has_atomic = "ptr")]
use crate::ArcError;
use crate::BoxError;

/// Turns the error of a `Result` into one of a catalog. `?` then returns it.
///
/// The orphan rule forbids `From<std::io::Error>` for an error type of another crate, such as the
/// crate of a catalog that several services share. This trait needs no `From`.
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// use errbook::OrError as _;
/// use errors::Error;
///
/// fn cups(path: &str) -> Result<u32, Error> {
///     let text = std::fs::read_to_string(path).or_internal()?;
///     text.trim().parse().or_error(|error| Error::invalid_request(format!("{error}")))
/// }
///
/// let lost = cups("/no/such/file").unwrap_err();
/// assert_eq!(lost.status(), Some(500));
/// assert!(std::error::Error::source(&lost).unwrap().is::<std::io::Error>());
/// ```
pub trait OrError<T, S>: Sized {
    /// Replaces the error. The function is mostly the constructor of an error with `source: true`,
    /// which takes the original as its source.
    ///
    /// # Errors
    ///
    /// The error that the function returns, if this is an error.
    fn or_error<E>(self, error: impl FnOnce(S) -> E) -> Result<T, E>;

    /// Replaces the error by one that `?` converts into the catalog's error for the status 500.
    ///
    /// That is the error for 500 under `rejections`, or else the only public error that has the
    /// status 500 and no required detail. It must have `source: true`, so that the original is not
    /// lost: otherwise `?` does not compile, and the compiler says what to write.
    ///
    /// # Errors
    ///
    /// The original error, if this is one.
    fn or_internal(self) -> Result<T, Internal>
    where
        S: Into<BoxError>;
}

impl<T, S> OrError<T, S> for Result<T, S> {
    fn or_error<E>(self, error: impl FnOnce(S) -> E) -> Result<T, E> {
        self.map_err(error)
    }

    fn or_internal(self) -> Result<T, Internal>
    where
        S: Into<BoxError>,
    {
        self.map_err(|source| Internal(source.into()))
    }
}

/// Any error, on its way to the catalog's error for the status 500. See [`OrError::or_internal`].
///
/// ```
/// use errbook::OrError as _;
///
/// let internal = "x".parse::<u8>().or_internal().unwrap_err();
/// assert!(internal.into_source().is::<std::num::ParseIntError>());
/// ```
pub struct Internal(BoxError);

impl Internal {
    /// The original error.
    pub fn into_source(self) -> BoxError {
        self.0
    }
}

/// What `?` after [`OrError::or_internal`] needs. Generated code has it as a bound where the catalog
/// has no error that can keep the original, and no type implements it. The compiler then prints
/// this message instead of one about `From`, which is not ours to explain.
#[diagnostic::on_unimplemented(
    message = "`or_internal` has no error of the catalog that can keep the original",
    label = "write `source: true` in the catalog, on the error for 500 under `rejections`, or on the only public one \
             with the status 500 and no required detail; the type of an operation also needs it in its list"
)]
pub trait FromInternal: Sized {
    /// Never called.
    fn from_internal(internal: Internal) -> Self;
}

/// Debugs the original error.
impl fmt::Debug for Internal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The source of an error that is `Clone`.
#[cfg(target_has_atomic = "ptr")]
pub fn shared(source: impl Into<BoxError>) -> ArcError {
    source.into().into()
}

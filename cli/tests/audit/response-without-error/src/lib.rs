//! No errors.

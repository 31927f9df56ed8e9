//! A retired error that keeps its Rust name: old code compiles, with a warning that names the
//! replacement.
#![deny(missing_docs, unused, nonstandard_style, clippy::all, clippy::pedantic)]

/// The shop's errors, two of which were renamed.
pub mod errors {
    // The catalog of the case that shows the warnings.
    errbook::catalog!("tests/ui/retired.yaml");
}

use errors::{Error, ErrorCode};

#[test]
#[allow(deprecated)]
fn the_old_name_is_the_new_error() {
    assert_eq!(ErrorCode::SoldOut, ErrorCode::OutOfStock);
    assert_eq!(ErrorCode::Shut.id(), "closed");
    // The alias also works in patterns.
    let is_sold_out = |code: ErrorCode| matches!(code, ErrorCode::SoldOut);
    assert!(is_sold_out(ErrorCode::OutOfStock) && !is_sold_out(ErrorCode::Closed));
    const { assert!(matches!(ErrorCode::Shut, ErrorCode::Closed)) };
}

#[test]
#[allow(deprecated)]
fn the_old_constructor_makes_the_new_error() {
    let error = Error::sold_out("Teapot");
    assert_eq!((error.code(), error.to_string().as_str()), (ErrorCode::OutOfStock, "Teapot is sold out"));
    assert_eq!(Error::shut().code(), ErrorCode::Closed);
}

#[test]
fn a_retired_error_is_not_on_the_wire_and_not_among_the_ids() {
    assert_eq!(ErrorCode::ALL.len(), 2);
    for retired in ["sold_out", "shut", "forgotten"] {
        assert_eq!(ErrorCode::from_id(retired), None);
        assert_eq!(ErrorCode::from_wire(Some(409), Some(retired)), None);
    }
}

//! What a service tells its operators about the errors of a catalog: spans with axum, and metrics
//! with actix-web. The program of this crate has metrics with axum, and logs.

pub mod errors {
    //! The errors of the shop.
    errbook::catalog!("errors.yaml");
}
pub mod actix;
pub mod spans;

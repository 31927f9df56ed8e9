// A retired name that Rust keeps is a warning that says what to write.
#![deny(deprecated)]

mod errors {
    errbook::catalog!("retired.yaml");
}

fn main() {
    let code = errors::ErrorCode::SoldOut;
    let error = errors::Error::sold_out("Teapot");
    let closed = matches!(error, errors::Error::Closed { .. }) || code == errors::ErrorCode::Shut;
    println!("{error} {closed} {}", errors::Error::shut());
    // One without an alias is not there.
    println!("{}", errors::ErrorCode::Forgotten);
}

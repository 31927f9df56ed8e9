#![deny(dead_code)]

// With `audit: {unused: warn}`, the list of an operation is not a use of its errors.
mod errors {
    errbook::catalog!("watched.yaml");
}

errbook::operation!("watched.yaml", BuyError: errors::Error, [SOLD_OUT, CLOSED, GONE]);

fn main() {
    let errors = [BuyError::sold_out("Tea"), BuyError::gone()];
    println!("{} {}", errors[0], errors[1].code().id());
}

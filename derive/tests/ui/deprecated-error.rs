#![deny(warnings)]

// The expansion uses what is deprecated without a word; the user who does is told.
mod errors {
    errbook::catalog!("shop.yaml");
}

fn main() {
    println!("{}", errors::Error::gone());
}

#![deny(dead_code)]

// With `audit: {unused: warn}`, the compiler reports unused errors at the path of the catalog.
mod errors {
    errbook::catalog!("watched.yaml");
}

// As a build script writes it, which a test does here: at the variants.
mod written {
    include!("written/watched.rs");
}

fn main() {
    let errors = [errors::Error::sold_out("Tea"), errors::Error::not_found()];
    println!("{} {}", errors[0], errors[1].code().id());
    let errors = [written::Error::sold_out("Tea"), written::Error::gone()];
    println!("{} {}", errors[0], errors[1].code().id());
}

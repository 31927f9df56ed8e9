//! A shop.

mod errors {
    errbook::catalog!("errors.yaml");
}

fn found(tea: Option<Tea>) -> Result<Tea, errors::Error> {
    tea.ok_or(errors::Error::NotFound)
}

fn sold_out() -> errors::Error {
    errors::Error::SoldOut
}

fn a() {
    // errbook: allow(hand-written-response)
    b();
    // errbook: allow(handwritten-code): so
    c();
    d(); // errbook: allow
    let text = "// errbook: allow(nothing)";
}

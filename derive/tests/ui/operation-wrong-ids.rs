mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!(
    "orders.yaml",
    pub OrderError: errors::Error,
    [SOLD_UOT, UPSTREAM, "UPSTREAM", NO_PRINTER, SLOW_DAY],
);

fn main() {
    // The type has what is right.
    let _ = OrderError::upstream();
}

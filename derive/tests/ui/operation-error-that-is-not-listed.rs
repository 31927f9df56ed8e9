mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!("orders.yaml", pub OrderError: errors::Error, [SOLD_OUT]);

fn order() -> Result<(), OrderError> {
    Err(OrderError::upstream())
}

fn main() {
    let _ = order();
}

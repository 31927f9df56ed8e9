mod errors {
    errbook::catalog!("shop.yaml");
}

errbook::operation!("broken.yaml", pub OrderError: errors::Error, [SOLD_OUT]);

fn order() -> Result<(), OrderError> {
    Err(OrderError::sold_out("tea"))
}

fn main() {
    let _ = order();
}

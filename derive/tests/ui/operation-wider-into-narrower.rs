mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!("orders.yaml", pub ReserveError: errors::Error, [SOLD_OUT]);
errbook::operation!("orders.yaml", pub OrderError: errors::Error, [SOLD_OUT, UPSTREAM], from(ReserveError));

fn order() -> Result<(), OrderError> {
    Err(OrderError::upstream())
}

fn reserve() -> Result<(), ReserveError> {
    Ok(order()?)
}

fn charge() -> Result<(), ReserveError> {
    Err(errors::Error::upstream())?
}

fn main() {
    let _ = (reserve(), charge());
}

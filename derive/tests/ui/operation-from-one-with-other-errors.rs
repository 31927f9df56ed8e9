mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!("orders.yaml", pub ReserveError: errors::Error, [SOLD_OUT, UPSTREAM, REFUSED]);
errbook::operation!("orders.yaml", pub OrderError: errors::Error, [SOLD_OUT], from(ReserveError));

fn main() {}

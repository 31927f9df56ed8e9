mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!("orders.yaml", pub OrderError: errors::Error, [UPSTREAM]);
errbook::operation!("orders.yaml", pub ReserveError: errors::Error, [SOLD_OUT, UPSTREAM], into(OrderError));

fn main() {}

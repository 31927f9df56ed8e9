mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!("orders.yaml", pub OrderError: errors::Error, [SOLD_OUT], form(ReserveError));

errbook::operation!("orders.yaml", pub BuyError: errors::Error, [SOLD_OUT], from(A), into(B), from(C));

fn main() {}

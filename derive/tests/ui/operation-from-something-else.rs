mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!("orders.yaml", pub OrderError: errors::Error, [SOLD_OUT], from(std::fmt::Error));

fn main() {}

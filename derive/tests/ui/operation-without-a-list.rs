mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!("orders.yaml", pub OrderError: errors::Error);

fn main() {}

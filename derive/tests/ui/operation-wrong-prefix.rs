mod errors {
    errbook::catalog!("market.yaml");
}

errbook::operation!("market.yaml", pub BuyError: errors::Error, [SOLD_OUT], prefix = "My Market");

fn main() {
    // The type is there all the same.
    let _ = BuyError::sold_out();
}

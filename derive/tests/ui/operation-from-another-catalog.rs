mod errors {
    errbook::catalog!("orders.yaml");
}

mod shop {
    errbook::catalog!("shop.yaml");
}

errbook::operation!("shop.yaml", pub BuyError: shop::Error, [SOLD_OUT]);
errbook::operation!("orders.yaml", pub OrderError: errors::Error, [SOLD_OUT], from(BuyError));

fn main() {}

// The module and the operation have another type for the same detail.
mod errors {
    errbook::catalog!("orders.yaml", types(item = u8));
}

errbook::operation!("orders.yaml", pub SellError: errors::Error, [SOLD_OUT], types(item = u16));

fn main() {}

// The module and the operation have other types of details.
mod errors {
    errbook::catalog!("orders.yaml", types(item = super::Item));
}

#[derive(serde::Serialize, serde::Deserialize)]
pub struct Item(String);

errbook::operation!("orders.yaml", pub BuyError: errors::Error, [SOLD_OUT]);
errbook::operation!("orders.yaml", pub SellError: errors::Error, [SOLD_OUT], types(item = Item, itme = Item, item = String));

fn main() {}

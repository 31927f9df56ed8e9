// The type of a detail has no `Clone`.
mod errors {
    errbook::catalog!("shop.yaml", clone, types(item = super::Item));
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Item;

fn main() {
    let _ = errors::Error::sold_out(Item).clone();
}

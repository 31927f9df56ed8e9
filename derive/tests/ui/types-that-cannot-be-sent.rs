// A type without serde's traits.
mod errors {
    errbook::catalog!("shop.yaml", types(item = super::Item));
}

#[derive(Debug)]
pub struct Item;

fn main() {
    let _ = errors::Error::sold_out(Item).to_string();
}

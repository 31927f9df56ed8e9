#![deny(warnings)]

mod shop {
    errbook::catalog!("shop.yaml");
}

mod other {
    errbook::catalog!("shop.yaml");
}

fn main() {
    assert_eq!(shop::Error::sold_out("tea").to_string(), "tea is sold out.");
    assert_eq!(other::ErrorCode::from_id("SOLD_OUT"), Some(other::ErrorCode::SoldOut));
}

struct Error;

errbook::openapi!("shop.yaml", Error, SOLD_OUT);

fn main() {}

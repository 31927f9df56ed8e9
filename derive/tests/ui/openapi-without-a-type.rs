errbook::openapi!("shop.yaml");

fn main() {}

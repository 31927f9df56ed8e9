errbook::catalog!("shop.yaml", "broken.yaml");

fn main() {}

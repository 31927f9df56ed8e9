errbook::catalog!();

fn main() {}

errbook::catalog!("/no/such/errors.yaml");

fn main() {}

errbook::catalog!(errors.yaml);

fn main() {}

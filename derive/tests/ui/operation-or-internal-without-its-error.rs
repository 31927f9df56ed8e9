mod errors {
    errbook::catalog!("orders.yaml");
}

errbook::operation!("orders.yaml", pub OrderError: errors::Error, [SOLD_OUT]);

fn cups(path: &str) -> Result<String, OrderError> {
    use errbook::OrError as _;
    Ok(std::fs::read_to_string(path).or_internal()?)
}

fn main() {
    let _ = cups("tea.txt");
}

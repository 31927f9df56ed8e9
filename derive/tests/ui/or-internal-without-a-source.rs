mod errors {
    errbook::catalog!("shop.yaml");
}

fn cups(path: &str) -> Result<String, errors::Error> {
    use errbook::OrError as _;
    Ok(std::fs::read_to_string(path).or_internal()?)
}

fn main() {
    let _ = cups("tea.txt");
}

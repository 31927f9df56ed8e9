// Every mistake of the catalog is in one error, and what uses the catalog's types is none.
mod errors {
    errbook::catalog!("broken.yaml");
}

fn sell() -> Result<(), errors::Error> {
    use errbook::OrError as _;
    "x".parse::<u8>().or_internal()?;
    Ok(())
}

fn main() {
    if let Err(error) = sell() {
        let context = errors::Context::new();
        let code: errors::ErrorCode = error.code();
        println!("{error} {code} {:?} {:?}", error.status(), error.headers(&context));
    }
}

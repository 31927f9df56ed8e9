//! A worker that finds the price of each item of its input, and writes what failed as JSON.

use std::{fs, io, thread};

use errbook::{Answer, CatalogError as _, OrError as _};

errbook::catalog!("errors.yaml");

fn price(item: &str) -> Result<String, Error> {
    let prices = fs::read_to_string("prices.txt").or_error(Error::prices_missing)?;
    let mut prices = prices.lines().filter_map(|line| line.split_once(' '));
    let (_, price) = prices.find(|(name, _)| *name == item).ok_or_else(|| Error::unknown_item(item))?;
    Ok(price.to_owned())
}

fn finish(item: &str) -> Result<String, Error> {
    let mut repeats = 0;
    loop {
        let result = price(item);
        let Err(error) = &result else { return result };
        errbook::tracing::record(error);
        let Answer::Wait(wait) = error.code().retry().answer(repeats, None) else { return result };
        thread::sleep(wait);
        repeats += 1;
    }
}

fn main() {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    for item in io::stdin().lines().map_while(Result::ok) {
        match finish(&item) {
            Ok(price) => println!("{item} {price}"),
            Err(error) => {
                let failed = serde_json::json!({"code": error.code(), "details": error.details(), "item": item});
                println!("{failed}");
            }
        }
    }
}

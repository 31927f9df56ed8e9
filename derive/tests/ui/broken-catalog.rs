// Every mistake of the catalog is in one error, and what uses the catalog's types is none.
mod errors {
    errbook::catalog!("broken.yaml");
}

use errors::{Context, Error, ErrorCode, UnpaidBuilder};

// `errors::Context` has required fields as soon as the catalog is valid.
impl errbook::Current for Context {
    fn current() -> Self {
        Self::new("none")
    }
}

impl From<std::fmt::Error> for Error {
    fn from(_: std::fmt::Error) -> Self {
        Error::sold_out("tea")
    }
}

#[derive(Debug)]
enum Failure {
    Known(Error),
    Unpaid { reason: errors::Reason },
}

fn sell() -> Result<(), Error> {
    use errbook::OrError as _;
    "x".parse::<u8>().or_internal()?;
    Err(UnpaidBuilder::new(3).with_amount(5).build())
}

fn main() {
    if let Err(error) = sell() {
        let context = errors::Context::new("req-7");
        let code: ErrorCode = error.code();
        println!("{error} {code} {:?} {:?}", error.status(), error.headers(&context));
        match error {
            Error::SoldOut { item, .. } => println!("{item}"),
            other => println!("{:?}", Failure::Known(other)),
        }
        println!("{:?} {:?}", ErrorCode::ALL, Failure::Unpaid { reason: errors::Reason::Late });
    }
}

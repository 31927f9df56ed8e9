use crate::errors::Error;

macro_rules! fail {
    ($name:ident) => {
        return Err(crate::errors::Error::$name)
    };
    ($name:ident, $item:expr) => {
        return Err(crate::errors::Error::$name($item))
    };
    ($name:ident if $condition:expr) => {
        if $condition {
            return Err(crate::errors::Error::$name);
        }
    };
}

fn order(item: &str, printed: &str) -> Result<(), Error> {
    println!("{}", printed);
    fail!(Listed if item == "lid");
    match item {
        "pot" => fail!(Completed),
        "pan" => fail!(called, item),
        _ => Err(<Error>::Qualified),
    }
}

impl From<std::io::Error> for Error {
    fn from(_: std::io::Error) -> Self {
        <Self>::InItsType
    }
}

#[cfg(any(test, feature = "fake"))]
fn either() -> Error {
    Error::Either
}

#[cfg(all(unix, any(test, all(test, feature = "fake"))))]
fn both() -> Error {
    Error::Both
}

#[cfg(test)]
mod checks {
    #[path = "elsewhere.rs"]
    mod moved;
}

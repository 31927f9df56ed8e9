use super::errors as e;
use crate::errors::Error::*;

type Failure = e::Error;

fn old() -> Failure {
    Failure::OldName
}

fn order(item: Option<&str>) -> Result<&str, Failure> {
    ensure!(item != Some("star"), e::Error::InAMacro);
    item.ok_or_else(|| Failure::sold_out("tea")).and_then(|item| if item.is_empty() { Err(Failure::Kettle) } else { Err(Star) })
}

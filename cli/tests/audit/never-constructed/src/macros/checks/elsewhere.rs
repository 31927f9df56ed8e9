fn moved() -> crate::errors::Error {
    crate::errors::Error::Moved
}

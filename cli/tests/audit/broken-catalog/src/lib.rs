//! A shop.

mod errors {
    errbook::catalog!("error.yaml");
}

mod refused {
    errbook::catalog!("refused.yaml");
}

#[cfg(test)]
mod tests {}

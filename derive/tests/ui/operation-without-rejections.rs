mod errors {
    errbook::catalog!("market.yaml");
}

errbook::operation!("market.yaml", pub BuyError: errors::Error, [SOLD_OUT, BROKEN]);

fn layer<E: errbook::FromRejection>() {}

fn main() {
    layer::<errors::Error>();
    layer::<BuyError>();
}

mod errors {
    errbook::catalog!("orders.yaml");
}

use errors::Error;

errbook::operation!("orders.yaml", pub OrderError: Error, [SOLD_OUT]);

fn main() {
    let _: Option<Error> = None;
}

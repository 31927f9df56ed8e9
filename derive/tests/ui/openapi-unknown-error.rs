enum OrderError {
    SoldOut,
    Gone,
}

errbook::openapi!("shop.yaml", OrderError, [SOLD_UOT, GONE, "shop.closed"]);

fn main() {
    // The traits are there all the same.
    let _ = <OrderError as errbook::utoipa::IntoResponses>::responses();
}

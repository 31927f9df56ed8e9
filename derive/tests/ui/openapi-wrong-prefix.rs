struct Error;

errbook::openapi!("shop.yaml", Error, prefix = "The Shop");

struct Other;

errbook::openapi!("shop.yaml", Other, prefx = "Shop");

fn main() {
    // The traits are there all the same.
    let _ = <Error as errbook::utoipa::IntoResponses>::responses();
}

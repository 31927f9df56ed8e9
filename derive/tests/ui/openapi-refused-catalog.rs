struct Error;

errbook::openapi!("broken.yaml", Error);

fn main() {
    // The traits are there all the same.
    let _ = <Error as errbook::utoipa::IntoResponses>::responses();
}

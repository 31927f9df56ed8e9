//! Fails if the shop answers a bad request with anything but an error of the catalog.

use errbook_testing::router::{Fault, Probes};
use example_readme::service::shop;

#[tokio::test(start_paused = true)]
async fn every_rejection_is_an_error_of_the_catalog() {
    let probes = Probes::new().path("/buy").without(&Fault::OF_BODY);
    let report = errbook_testing::assert_rejections!("errors.yaml", shop(), probes);
    println!("{report}");
}

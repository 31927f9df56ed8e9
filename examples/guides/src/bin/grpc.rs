//! A method of a gRPC service that fails with an error of the catalog, and its caller.

use errbook::tonic::received;
use tonic::{Request, Response, Status};

errbook::catalog!("errors.yaml");

/// In a service, this is a method of the trait that tonic generates from a `.proto` file.
async fn buy(request: Request<String>) -> Result<Response<String>, Status> {
    let item = request.into_inner();
    if item == "Teapot" {
        Err(Error::out_of_stock(item))?;
    }
    Ok(Response::new("yours".to_owned()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match buy(Request::new("Teapot".to_owned())).await {
        Ok(response) => println!("{}", response.into_inner()),
        Err(status) => {
            println!("{:?}: {}", status.code(), status.message());
            if let Some(error) = received::<ErrorCode>(&status) {
                println!("{} {:?}: {}", error.code, error.details, error.code.info().fix().unwrap_or_default());
            }
        }
    }
}

//! A method of a gRPC service that fails with an error of the catalog, and its caller.

use errbook::tonic::received;
use tonic::{Request, Response, Status};

errbook::catalog!("errors.yaml");

/// In a service, this is an async method of the trait that tonic generates from a `.proto` file.
fn buy(request: Request<String>) -> Result<Response<String>, Status> {
    let item = request.into_inner();
    if item == "Teapot" {
        Err(Error::out_of_stock(item))?;
    }
    Ok(Response::new("yours".to_owned()))
}

fn main() {
    match buy(Request::new("Teapot".to_owned())) {
        Ok(response) => println!("{}", response.into_inner()),
        Err(status) => {
            println!("{:?}: {}", status.code(), status.message());
            if let Some(error) = received::<ErrorCode>(&status) {
                println!("{} {:?}: {}", error.code, error.details, error.code.info().fix().unwrap_or_default());
            }
        }
    }
}

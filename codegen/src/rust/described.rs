//! What a type says about its responses in an OpenAPI document.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The responses of a type in an OpenAPI document, as JSON.
#[derive(Debug, Clone)]
pub struct Description {
    /// The name of the schema.
    pub name: String,
    /// The schema of any body.
    pub schema: String,
    /// The schema components that the others refer to, by name.
    pub schemas: String,
    /// The responses, by status.
    pub responses: String,
}

/// Generates the traits of utoipa and aide for a type, which also describes the types that it wraps.
/// Without a feature of the runtime for these crates, it is a macro call that expands to nothing.
pub fn described(ty: &impl ToTokens, description: &Description, wrapped: &[impl ToTokens]) -> TokenStream {
    let Description { name, schema, schemas, responses } = description;
    quote! { ::errbook::integrate_openapi! { #ty, #name, #schema, #schemas, #responses, [#(#wrapped),*] } }
}

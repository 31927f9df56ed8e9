//! The ids of errors in the arguments of a macro.

use errbook_catalog::model::Catalog;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, bracketed};

use crate::ids;

/// An id, as an identifier or a quoted string.
pub(crate) struct Id {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Parse for Id {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            return Ok(Id { text: text.value(), span: text.span() });
        }
        let name = input.call(Ident::parse_any)?;
        Ok(Id { text: name.unraw().to_string(), span: name.span() })
    }
}

impl Id {
    /// Parses ids in brackets.
    pub(crate) fn list(input: ParseStream) -> syn::Result<Vec<Self>> {
        let list;
        bracketed!(list in input);
        Ok(Punctuated::<Id, Token![,]>::parse_terminated(&list)?.into_iter().collect())
    }

    /// The index of the error. `Err` if the catalog does not have it.
    pub(crate) fn find(&self, catalog: &Catalog) -> syn::Result<usize> {
        ids::find(catalog, &self.text).map_err(|message| syn::Error::new(self.span, message))
    }
}

//! The ids of errors in the arguments of a macro.

use std::collections::BTreeSet;

use errbook_catalog::model::{Catalog, Kind};
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

    /// Adds the index of the error to a list. `Err` if the catalog does not have it, if no response is
    /// of it, or if the list has it already.
    pub(crate) fn add(&self, errors: &mut BTreeSet<usize>, catalog: &Catalog) -> syn::Result<()> {
        let mistake = |message| syn::Error::new(self.span, message);
        let index = ids::find(catalog, &self.text).map_err(mistake)?;
        let def = &catalog.errors[index];
        // Clients receive the mask of an internal error, which needs no status of its own.
        if def.kind() == Kind::Symptom || catalog.sent(def).kind() != Kind::Response {
            return Err(mistake(format!("`{}` ({}) has no status, so no response is of it", self.text, def.origin)));
        }
        if !errors.insert(index) {
            return Err(mistake(format!("`{}` is in the list twice", self.text)));
        }
        Ok(())
    }
}

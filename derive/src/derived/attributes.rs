//! `#[catalog(..)]` on a type, a variant or a field: its keys and their values.

use errbook_catalog::problem::near::nearest;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitInt, LitStr, Path, Token};

use super::Mistakes;

/// A kind of item with attributes, and the keys that it accepts.
pub(super) struct Place {
    /// The item in messages.
    name: &'static str,
    /// The meaning of a text without a key.
    bare: Bare,
    /// Each key, with the forms of its value.
    keys: &'static [(&'static str, &'static [Form])],
}

/// The meaning of a text without a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bare {
    /// The path of the catalog.
    Catalog,
    /// Probably an id. The caller reports it, because it knows the catalog.
    Id,
    Nothing,
}

/// The form of a key's value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Nothing,
    Text,
    Number,
    Path,
}

pub(super) const ENUM: &Place = &Place {
    name: "an enum",
    bare: Bare::Catalog,
    keys: &[("module", &[Form::Path]), ("exhaustive", &[Form::Nothing, Form::Text]), ("openapi", &[Form::Nothing])],
};

pub(super) const STRUCT: &Place = &Place {
    name: "a struct",
    bare: Bare::Catalog,
    keys: &[
        ("module", &[Form::Path]),
        ("id", &[Form::Text]),
        ("status", &[Form::Number]),
        ("transparent", &[Form::Nothing]),
        ("openapi", &[Form::Nothing]),
    ],
};

pub(super) const VARIANT: &Place = &Place {
    name: "a variant",
    bare: Bare::Id,
    keys: &[("id", &[Form::Text]), ("status", &[Form::Number]), ("transparent", &[Form::Nothing])],
};

pub(super) const FIELD: &Place = &Place {
    name: "a field",
    bare: Bare::Nothing,
    keys: &[("detail", &[Form::Text]), ("status", &[Form::Nothing]), ("ignore", &[Form::Nothing])],
};

pub(super) const TRANSPARENT_FIELD: &Place =
    &Place { name: "the field of a transparent error", bare: Bare::Nothing, keys: &[] };

/// The keys of `#[catalog(..)]` on one item, each at most once.
pub(super) struct Attributes {
    items: Vec<Item>,
}

/// `"errors.yaml"`, `ignore` or `id = "not_found"`.
struct Item {
    /// `None` for the path of a catalog, or what is probably an id.
    key: Option<Ident>,
    value: Value,
}

enum Value {
    Nothing,
    Text(LitStr),
    Number(LitInt),
    Path(Path),
}

impl Attributes {
    /// Parses the `catalog` attributes of an item; `None` if one is invalid.
    pub(super) fn parse(attributes: &[Attribute], place: &Place, mistakes: &mut Mistakes) -> Option<Self> {
        let mut items: Vec<Item> = Vec::new();
        let mut is_good = true;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("catalog")) {
            match attribute.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated) {
                Err(error) => {
                    is_good = false;
                    mistakes.add(error);
                }
                Ok(said) => {
                    for item in said {
                        match place.mistake(&item, &items) {
                            Some(message) => {
                                is_good = false;
                                mistakes.push(item.span(), message);
                            }
                            None => items.push(item),
                        }
                    }
                }
            }
        }
        is_good.then_some(Attributes { items })
    }

    /// The text without a key: the path of the catalog.
    pub(super) fn bare(&self) -> Option<&LitStr> {
        self.items.iter().find(|item| item.key.is_none()).and_then(Item::as_text)
    }

    /// The span of a key, if it is present.
    pub(super) fn flag(&self, key: &str) -> Option<Span> {
        self.item(key).map(Item::span)
    }

    /// The string value of a key.
    pub(super) fn text(&self, key: &str) -> Option<&LitStr> {
        self.item(key).and_then(Item::as_text)
    }

    /// The number value of a key.
    pub(super) fn number(&self, key: &str) -> Option<&LitInt> {
        match &self.item(key)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The path value of a key.
    pub(super) fn path(&self, key: &str) -> Option<&Path> {
        match &self.item(key)?.value {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The keys that are present.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Ident> {
        self.items.iter().filter_map(|item| item.key.as_ref())
    }

    fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key.as_ref().is_some_and(|said| said == key))
    }
}

impl Place {
    /// The problem of an item that follows others.
    fn mistake(&self, item: &Item, before: &[Item]) -> Option<String> {
        let Some(said) = &item.key else {
            return match self.bare {
                Bare::Nothing => Some(self.not_a_path()),
                Bare::Catalog if before.iter().any(|item| item.key.is_none()) => {
                    Some(format!("a second catalog: {} has the errors of one catalog", self.name))
                }
                Bare::Catalog | Bare::Id => None,
            };
        };
        let Some((key, forms)) = self.keys.iter().find(|(key, _)| said == key) else {
            let name = said.unraw().to_string();
            // Words that others use for the id.
            let near = match name.as_str() {
                "error" | "code" if self.keys.iter().any(|(key, _)| *key == "id") => Some("id"),
                _ => nearest(&name, self.keys.iter().map(|(key, _)| *key)),
            };
            let hint = near.map_or_else(|| self.list(), |near| format!("did you mean `{near}`?"));
            return Some(format!("{} has no key `{name}`; {hint}", self.name));
        };
        if before.iter().any(|item| item.key.as_ref().is_some_and(|before| before == key)) {
            return Some(format!("duplicate key `{key}`"));
        }
        let is_right = forms.iter().any(|form| *form == item.value.form());
        (!is_right).then(|| format!("write {}", usages(key, forms)))
    }

    /// Rejects a text without a key.
    pub(super) fn not_a_path(&self) -> String {
        format!("the path of the catalog goes on the type; {}", self.list())
    }

    /// Lists the keys that the item accepts.
    fn list(&self) -> String {
        if self.keys.is_empty() {
            return format!("{} accepts no keys", self.name);
        }
        let usages: Vec<String> = self.keys.iter().map(|(key, forms)| usages(key, forms)).collect();
        format!("{} accepts {}", self.name, usages.join(", "))
    }
}

/// Shows how to write a key.
fn usages(key: &str, forms: &[Form]) -> String {
    let usage = |form: &Form| match form {
        Form::Nothing => format!("`{key}`"),
        Form::Text => format!("`{key} = \"..\"`"),
        Form::Number => format!("`{key} = 503`"),
        Form::Path => format!("`{key} = crate::errors`"),
    };
    forms.iter().map(usage).collect::<Vec<_>>().join(" or ")
}

impl Item {
    fn span(&self) -> Span {
        match (&self.key, &self.value) {
            (Some(key), _) => key.span(),
            (None, Value::Text(text)) => text.span(),
            (None, _) => Span::call_site(),
        }
    }

    fn as_text(&self) -> Option<&LitStr> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Value {
    fn form(&self) -> Form {
        match self {
            Value::Nothing => Form::Nothing,
            Value::Text(_) => Form::Text,
            Value::Number(_) => Form::Number,
            Value::Path(_) => Form::Path,
        }
    }
}

impl Parse for Item {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Ok(Item { key: None, value: Value::Text(input.parse()?) });
        }
        let key = input.call(Ident::parse_any)?;
        if input.peek(Token![.]) {
            return Err(syn::Error::new(key.span(), "the path of the catalog must be in quotes"));
        }
        let equals: Option<Token![=]> = input.parse()?;
        let value = if equals.is_none() {
            Value::Nothing
        } else if input.peek(LitStr) {
            Value::Text(input.parse()?)
        } else if input.peek(LitInt) {
            Value::Number(input.parse()?)
        } else {
            Value::Path(input.call(Path::parse_mod_style)?)
        };
        Ok(Item { key: Some(key), value })
    }
}

//! Types of details that the entry point chooses. They are not in the catalog, which services and
//! clients share.

use std::fmt;

use errbook_catalog::model::{Catalog, DetailType, Field, TypeShape};
use errbook_catalog::problem::near::nearest;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The types of a catalog whose Rust type can be chosen, with the name of their format in the
/// runtime.
const TYPES: [(&str, DetailType, &str); 8] = [
    ("string", DetailType::String, "Text"),
    ("integer", DetailType::Integer, "Integer"),
    ("number", DetailType::Number, "Number"),
    ("boolean", DetailType::Boolean, "Boolean"),
    ("date_time", DetailType::DateTime, "DateTime"),
    ("duration", DetailType::Duration, "Duration"),
    ("uuid", DetailType::Uuid, "Uuid"),
    ("uri", DetailType::Uri, "Uri"),
];

/// Rust types for the details of a catalog, by the type in the catalog or by the name of a detail.
///
/// ```
/// use errbook_codegen::rust::{Types, file_with};
///
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another., details: {order: uuid}}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let mut types = Types::default();
/// types.choose(&catalog, "uuid", "uuid::Uuid".parse()?)?;
/// assert!(file_with(&catalog, &types).contains("Custom<uuid::Uuid, __errbook::format::Uuid>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Types {
    chosen: Vec<(String, TokenStream)>,
    clones: bool,
}

/// Why a type cannot be chosen.
#[derive(Debug)]
pub enum WrongType {
    /// The name is neither a type that can be chosen nor a detail of such a type.
    Unknown {
        /// The name.
        name: String,
        /// A similar name.
        nearest: Option<String>,
    },
    /// A type was already chosen for this name.
    Second(String),
    /// The text of a type is not Rust.
    NotRust(String),
}

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, nearest) = match self {
            WrongType::Unknown { name, nearest } => (name, nearest),
            WrongType::Second(name) => return write!(f, "a second type for `{name}`"),
            WrongType::NotRust(rust) => return write!(f, "`{rust}` is not a Rust type"),
        };
        write!(f, "`{name}` is neither a type that can be chosen nor a detail of such a type")?;
        match nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => write!(f, "; the types are {}", TYPES.map(|(name, ..)| format!("`{name}`")).join(", ")),
        }
    }
}

impl std::error::Error for WrongType {}

impl Types {
    /// Chooses types that are written as text: pairs of a name and a Rust type.
    ///
    /// # Errors
    ///
    /// See [`WrongType`]. An invalid type can also be a sequence of tokens that the compiler rejects
    /// later.
    ///
    /// ```
    /// use errbook_codegen::rust::Types;
    ///
    /// # let text = b"{errbook: 1, api: {name: Shop}, errors: {SOLD_OUT: {status: 409, fix: Wait.}}}";
    /// # let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    /// assert!(Types::parse(&catalog, [("uuid", "uuid::Uuid")]).is_ok());
    /// assert!(Types::parse(&catalog, [("uuid", "uuid::Uuid"), ("uuid", "String")]).is_err());
    /// assert!(Types::parse(&catalog, [("uuid", "(uuid::Uuid")]).is_err());
    /// ```
    pub fn parse<N, R>(catalog: &Catalog, pairs: impl IntoIterator<Item = (N, R)>) -> Result<Self, WrongType>
    where
        N: AsRef<str>,
        R: AsRef<str>,
    {
        let mut types = Types::default();
        for (name, rust) in pairs {
            let rust = rust.as_ref();
            let tokens = rust.parse().ok().filter(|tokens: &TokenStream| !tokens.is_empty());
            types.choose(catalog, name.as_ref(), tokens.ok_or_else(|| WrongType::NotRust(rust.to_owned()))?)?;
        }
        Ok(types)
    }

    /// Chooses the Rust type of a type of the catalog, such as `uuid` or `date_time`, or of the
    /// details, members and context fields with a name in Rust.
    ///
    /// # Errors
    ///
    /// If the catalog has neither, or the name has a type already.
    pub fn choose(&mut self, catalog: &Catalog, name: &str, rust: TokenStream) -> Result<(), WrongType> {
        let of_types = catalog.types.iter().flat_map(|def| match &def.shape {
            TypeShape::Object(fields) => fields.as_slice(),
            TypeShape::Enum { .. } => &[],
        });
        let details = catalog.errors.iter().flat_map(|error| &error.details);
        let fields = catalog.context.iter().chain(details).chain(of_types);
        let fields = fields.filter(|field| format_of(leaf(&field.ty)).is_some()).map(|field: &Field| &*field.ident);
        let names: Vec<&str> = TYPES.iter().map(|(name, ..)| *name).chain(fields).collect();
        if !names.contains(&name) {
            let nearest = nearest(name, names).map(str::to_owned);
            return Err(WrongType::Unknown { name: name.to_owned(), nearest });
        }
        if self.chosen.iter().any(|(own, _)| own == name) {
            return Err(WrongType::Second(name.to_owned()));
        }
        self.chosen.push((name.to_owned(), rust));
        Ok(())
    }

    /// Makes errors `Clone`. Each keeps its source in an `Arc` then.
    ///
    /// ```
    /// use errbook_codegen::rust::{Types, file_with};
    ///
    /// # let text = b"{errbook: 1, api: {name: Shop}, errors: {BROKEN: {status: 500, fix: Wait., source: true}}}";
    /// # let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    /// let mut types = Types::default();
    /// types.clone_errors();
    /// assert!(file_with(&catalog, &types).contains("source: __errbook::ArcError"));
    /// ```
    pub fn clone_errors(&mut self) {
        self.clones = true;
    }

    /// The attribute of `Error` and of what it is made from.
    pub(super) fn clone_attribute(&self) -> Option<TokenStream> {
        self.clones.then(|| quote!(#[derive(::core::clone::Clone)]))
    }

    /// The type of the source of an error.
    pub(super) fn source(&self) -> TokenStream {
        if self.clones { quote!(__errbook::ArcError) } else { quote!(__errbook::BoxError) }
    }

    /// The source of an error from a value that converts to a `BoxError`. `boxed` is that conversion.
    pub(super) fn source_of(&self, value: &TokenStream, boxed: TokenStream) -> TokenStream {
        if self.clones { quote!(__errbook::shared(#value)) } else { boxed }
    }

    /// The names that have a type, in order and separated by commas.
    ///
    /// ```
    /// use errbook_codegen::rust::Types;
    ///
    /// # let text = b"{errbook: 1, api: {name: Shop}, errors: {SOLD_OUT: {status: 409, fix: Wait.}}}";
    /// # let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    /// let types = Types::parse(&catalog, [("uuid", "uuid::Uuid"), ("date_time", "jiff::Timestamp")]);
    /// assert_eq!(types.unwrap().names(), "date_time, uuid");
    /// ```
    pub fn names(&self) -> String {
        let mut names: Vec<&str> = self.chosen.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.join(", ")
    }

    /// The Rust type and the format of a value, if one was chosen. The name of a detail wins over
    /// the name of a type, unless both are the same.
    pub(super) fn of(&self, field: &str, ty: &DetailType) -> Option<(&TokenStream, Ident)> {
        let (word, format) = format_of(ty)?;
        let by = |name: &str| self.chosen.iter().find(|(own, _)| own == name);
        let is_type = TYPES.iter().any(|(name, ..)| *name == field);
        let (_, rust) = by(field).filter(|_| !is_type).or_else(|| by(word))?;
        Some((rust, format_ident!("{format}")))
    }

    /// Whether the values of a field have a type that was chosen.
    pub(super) fn has(&self, field: &Field) -> bool {
        self.of(&field.ident, leaf(&field.ty)).is_some()
    }
}

fn format_of(ty: &DetailType) -> Option<(&'static str, &'static str)> {
    TYPES.iter().find(|(_, own, _)| own == ty).map(|(word, _, format)| (*word, *format))
}

/// The type of the items, at any depth.
pub(super) fn leaf(ty: &DetailType) -> &DetailType {
    match ty {
        DetailType::Array(item) | DetailType::Map(item) => leaf(item),
        other => other,
    }
}

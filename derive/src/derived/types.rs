//! Compares the types of fields with the types of details.
//!
//! A macro sees types only as written. It knows the usual ones by name and leaves the others to the
//! compiler, which requires that they implement `Serialize` and, if a message uses them, `Display`.

use errbook_catalog::model::{Catalog, DetailType, Field, TypeShape};
use proc_macro2::TokenStream;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// A type that the macro knows by name.
enum Known<'a> {
    Text,
    Integer,
    Unsigned,
    Number,
    Boolean,
    Seconds,
    /// `Duration`, which serializes as an object of seconds and nanoseconds.
    Duration,
    Json,
    List(&'a Type),
    Map(&'a Type),
    Option(&'a Type),
    Sensitive(&'a Type),
}

/// Says why the type of a field does not fit its detail.
pub(super) fn mistake(catalog: &Catalog, module: &TokenStream, detail: &Field, ty: &Type) -> Option<String> {
    let (is_option, inner) = match known(ty) {
        Some(Known::Option(inner)) => (true, inner),
        _ => (false, ty),
    };
    let wanted = rust_name(catalog, module, detail);
    if is_option && !detail.optional {
        return Some(format!("is required: the type must be `{wanted}`"));
    }
    match (known(inner), detail.sensitive) {
        (Some(Known::Sensitive(inner)), true) if fits(catalog, &detail.ty, inner) => None,
        (Some(Known::Sensitive(_)), false) => Some(format!("is not sensitive: the type must be `{wanted}`")),
        (_, true) => Some(format!("is sensitive: the type must be `{wanted}`, which stays out of logs")),
        (_, false) if fits(catalog, &detail.ty, inner) => None,
        (_, false) => Some(format!("must have the type `{wanted}`{}", also(&detail.ty))),
    }
}

/// Whether a type is an `Option`.
pub(super) fn is_option(ty: &Type) -> bool {
    matches!(known(ty), Some(Known::Option(_)))
}

/// Whether a type is written with this name, in any module.
pub(super) fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name)
}

/// The type that the generated `Error` gives the field.
pub(super) fn rust_name(catalog: &Catalog, module: &TokenStream, detail: &Field) -> String {
    let mut name = type_name(catalog, module, &detail.ty);
    if detail.sensitive {
        name = format!("errbook::Sensitive<{name}>");
    }
    if detail.optional {
        name = format!("Option<{name}>");
    }
    name
}

/// A path without spaces.
pub(super) fn path_text(path: &TokenStream) -> String {
    path.to_string().replace(' ', "")
}

fn type_name(catalog: &Catalog, module: &TokenStream, ty: &DetailType) -> String {
    match ty {
        DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => "String".to_owned(),
        DetailType::Integer => "i64".to_owned(),
        DetailType::Number => "f64".to_owned(),
        DetailType::Boolean => "bool".to_owned(),
        DetailType::Duration => "errbook::Seconds".to_owned(),
        DetailType::Json => "errbook::Json".to_owned(),
        DetailType::Array(item) => format!("Vec<{}>", type_name(catalog, module, item)),
        DetailType::Map(item) => format!("BTreeMap<String, {}>", type_name(catalog, module, item)),
        DetailType::Named(at) => format!("{}::{}", path_text(module), catalog.types[*at].name),
    }
}

/// Other types that fit, if that is not obvious.
fn also(ty: &DetailType) -> &'static str {
    match ty {
        DetailType::Integer => ", or another integer",
        DetailType::Duration => ", or an unsigned integer of seconds",
        _ => "",
    }
}

/// Whether a type can have the values of a detail. Unknown types are accepted.
fn fits(catalog: &Catalog, wanted: &DetailType, ty: &Type) -> bool {
    let Some(known) = known(ty) else { return true };
    match (wanted, known) {
        (DetailType::Json, Known::Duration | Known::Sensitive(_)) => false,
        (DetailType::Json, _) => true,
        (DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri, known) => {
            matches!(known, Known::Text)
        }
        (DetailType::Integer, known) => matches!(known, Known::Integer | Known::Unsigned),
        (DetailType::Number, known) => matches!(known, Known::Integer | Known::Unsigned | Known::Number),
        (DetailType::Boolean, known) => matches!(known, Known::Boolean),
        (DetailType::Duration, known) => matches!(known, Known::Seconds | Known::Unsigned),
        (DetailType::Array(item), Known::List(ty)) | (DetailType::Map(item), Known::Map(ty)) => fits(catalog, item, ty),
        // The user's own type may be called `Duration`.
        (DetailType::Named(at), Known::Duration) => matches!(catalog.types[*at].shape, TypeShape::Object(_)),
        (DetailType::Array(_) | DetailType::Map(_) | DetailType::Named(_), _) => false,
    }
}

fn known(ty: &Type) -> Option<Known<'_>> {
    match ty {
        Type::Paren(paren) => return known(&paren.elem),
        Type::Group(group) => return known(&group.elem),
        Type::Reference(reference) => return known(&reference.elem),
        Type::Slice(slice) => return Some(Known::List(&slice.elem)),
        Type::Array(array) => return Some(Known::List(&array.elem)),
        _ => {}
    }
    let segment = last_segment(ty)?;
    let name = segment.ident.to_string();
    let arguments = arguments(segment);
    match (name.as_str(), arguments.as_slice()) {
        ("String" | "str" | "char", []) => Some(Known::Text),
        ("i8" | "i16" | "i32" | "i64" | "isize", []) => Some(Known::Integer),
        ("u8" | "u16" | "u32" | "u64" | "usize", []) => Some(Known::Unsigned),
        ("f32" | "f64", []) => Some(Known::Number),
        ("bool", []) => Some(Known::Boolean),
        ("Seconds", []) => Some(Known::Seconds),
        ("Duration", []) => Some(Known::Duration),
        ("Json", []) => Some(Known::Json),
        ("Box" | "Rc" | "Arc" | "Cow", [inner]) => known(inner),
        ("Vec" | "VecDeque" | "BTreeSet" | "HashSet", [item, ..]) => Some(Known::List(item)),
        ("BTreeMap" | "HashMap", [_, item, ..]) => Some(Known::Map(item)),
        ("Option", [inner]) => Some(Known::Option(inner)),
        ("Sensitive", [inner]) => Some(Known::Sensitive(inner)),
        _ => None,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

fn arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

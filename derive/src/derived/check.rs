//! Checks a type against the catalog.

use errbook_catalog::model::{Catalog, ErrorDef, Kind};
use errbook_catalog::problem::near::nearest;
use errbook_codegen::rust::{Derived, DerivedVariant, Given, Meaning, Member, Status};
use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Field, Fields, Ident, LitInt, LitStr};

use super::attributes::{Attributes, FIELD, TRANSPARENT_FIELD, VARIANT};
use super::{Item, Mistakes, types};
use crate::ids;

/// Checks the type and returns the meaning of its variants. The result is complete if there are no
/// mistakes.
pub(super) fn check(
    catalog: &Catalog,
    ident: &Ident,
    module: &TokenStream,
    item: &Item<'_>,
    attributes: &Attributes,
    mistakes: &mut Mistakes,
) -> Derived {
    let mut derived = Derived { ident: ident.clone(), module: module.clone(), variants: Vec::new() };
    match item {
        Item::Struct(fields) => {
            let meaning = meaning(catalog, module, Case { ident, fields }, attributes, mistakes);
            derived.variants.extend(meaning.map(|meaning| DerivedVariant { ident: None, meaning }));
        }
        Item::Enum(variants) => {
            for variant in variants {
                let Some(attributes) = Attributes::parse(&variant.attrs, VARIANT, mistakes) else { continue };
                if let Some(bare) = attributes.bare() {
                    mistakes.push(bare.span(), not_a_key(catalog, bare));
                    continue;
                }
                let case = Case { ident: &variant.ident, fields: &variant.fields };
                let meaning = meaning(catalog, module, case, &attributes, mistakes);
                let ident = Some(variant.ident.clone());
                derived.variants.extend(meaning.map(|meaning| DerivedVariant { ident, meaning }));
            }
        }
    }
    // After a mistake, the errors that the variants cover are unknown.
    if mistakes.is_empty() {
        exhaustive(catalog, &derived.variants, attributes, mistakes);
    }
    derived
}

/// A variant, or a struct: one error.
#[derive(Clone, Copy)]
struct Case<'a> {
    ident: &'a Ident,
    fields: &'a Fields,
}

fn meaning(
    catalog: &Catalog,
    module: &TokenStream,
    case: Case<'_>,
    attributes: &Attributes,
    mistakes: &mut Mistakes,
) -> Option<Meaning> {
    match attributes.flag("transparent") {
        Some(_) => transparent(case, attributes, mistakes),
        None => {
            Error::find(catalog, module, case, attributes, mistakes).map(|error| error.meaning(attributes, mistakes))
        }
    }
}

/// A text without a key on a variant: probably an id.
fn not_a_key(catalog: &Catalog, text: &LitStr) -> String {
    let ids: Vec<String> =
        ids::candidates(catalog, &text.value()).into_iter().map(|id| format!("`id = \"{id}\"`")).collect();
    if ids.is_empty() { VARIANT.not_a_path() } else { format!("name the error with a key: {}", ids.join(" or ")) }
}

/// A transparent error delegates to the one in its field.
fn transparent(case: Case<'_>, attributes: &Attributes, mistakes: &mut Mistakes) -> Option<Meaning> {
    for key in attributes.keys().filter(|key| *key == "id" || *key == "status") {
        let message = format!("remove `{key}`: a transparent error uses that of the error in its field");
        mistakes.push(key.span(), message);
    }
    let mut fields = case.fields.members().zip(case.fields);
    let (Some((member, field)), None) = (fields.next(), fields.next()) else {
        mistakes.push(case.ident.span(), "a transparent error must have exactly one field: the error");
        return None;
    };
    Attributes::parse(&field.attrs, TRANSPARENT_FIELD, mistakes);
    Some(Meaning::Transparent(located(member, field)))
}

/// The field of a variant, with the span of the field for reports.
fn located(member: syn::Member, field: &Field) -> Member {
    match member {
        syn::Member::Named(name) => Member::Named(name),
        syn::Member::Unnamed(index) => Member::Unnamed(index.index, field.ty.span()),
    }
}

/// A variant or a struct, and its error in the catalog.
struct Error<'a> {
    catalog: &'a Catalog,
    module: &'a TokenStream,
    case: Case<'a>,
    index: usize,
}

/// The role of a field.
enum Role {
    /// Index into the error's details.
    Detail(usize),
    Status,
    /// The field is not sent to clients.
    Own,
}

impl<'a> Error<'a> {
    /// Finds the error that a variant or struct names, or the error with its name.
    fn find(
        catalog: &'a Catalog,
        module: &'a TokenStream,
        case: Case<'a>,
        attributes: &Attributes,
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        let found = match attributes.text("id") {
            Some(id) => by_id(catalog, id).map_err(|message| (id.span(), message)),
            None => by_name(catalog, case.ident).map_err(|message| (case.ident.span(), message)),
        };
        match found {
            Ok(index) => Some(Error { catalog, module, case, index }),
            Err((span, message)) => {
                mistakes.push(span, message);
                None
            }
        }
    }

    fn def(&self) -> &'a ErrorDef {
        &self.catalog.errors[self.index]
    }

    /// The error's id and its place in the catalog.
    fn name(&self) -> String {
        named(self.def())
    }

    fn meaning(&self, attributes: &Attributes, mistakes: &mut Mistakes) -> Meaning {
        let mut details: Vec<Given> = Vec::new();
        let mut status_field = None;
        let mut all_have_a_role = true;
        for (member, field) in self.case.fields.members().zip(self.case.fields) {
            let place = field.ident.as_ref().map_or_else(|| field.ty.span(), Ident::span);
            match self.role(field, mistakes) {
                None => all_have_a_role = false,
                Some(Role::Own) => {}
                Some(Role::Status) if status_field.is_some() => mistakes.push(place, "a second field for the status"),
                Some(Role::Status) => {
                    self.check_status_type(field, mistakes);
                    status_field = Some((located(member, field), place));
                }
                Some(Role::Detail(index)) if details.iter().any(|given| given.index == index) => {
                    let name = &self.def().details[index].name;
                    mistakes.push(place, format!("a second field for the detail `{name}`"));
                }
                Some(Role::Detail(index)) => {
                    let detail = &self.def().details[index];
                    if let Some(mistake) = types::mistake(self.catalog, self.module, detail, &field.ty) {
                        let message = format!("`{}` of {} {mistake}", detail.name, self.name());
                        mistakes.push_at(&field.ty, message);
                    }
                    let is_option = types::is_option(&field.ty);
                    details.push(Given { index, member: located(member, field), is_option });
                }
            }
        }
        // A field without a role is probably the missing detail.
        if all_have_a_role {
            self.check_missing(&details, mistakes);
        }
        details.sort_by_key(|given| given.index);
        let status = self.status(attributes.number("status"), status_field, mistakes);
        Meaning::Error { index: self.index, fields: self.case.fields.len(), details, status }
    }

    /// Returns the role of a field; `None`, with a report, if it has none.
    fn role(&self, field: &Field, mistakes: &mut Mistakes) -> Option<Role> {
        let attributes = Attributes::parse(&field.attrs, FIELD, mistakes)?;
        if let [_, second, ..] = attributes.keys().collect::<Vec<_>>().as_slice() {
            mistakes.push(second.span(), "conflicting keys: a field is a detail, the status, or ignored");
        }
        let def = self.def();
        if let Some(name) = attributes.text("detail") {
            let found = self.detail(&name.value());
            if found.is_none() {
                mistakes.push(name.span(), self.no_detail(&name.value()));
            }
            return found.map(Role::Detail);
        }
        if attributes.flag("status").is_some() {
            return Some(Role::Status);
        }
        if attributes.flag("ignore").is_some() || is_source(field) {
            return Some(Role::Own);
        }
        let Some(ident) = &field.ident else {
            let message = format!(
                "which detail of {} is this? Add `#[catalog(detail = \"..\")]`, or `#[catalog(ignore)]` to keep it \
                 from clients",
                self.name(),
            );
            mistakes.push_at(&field.ty, message);
            return None;
        };
        let name = ident.unraw().to_string();
        if let Some(index) = self.detail(&name) {
            return Some(Role::Detail(index));
        }
        if name == "status" && def.statuses.len() > 1 {
            return Some(Role::Status);
        }
        let message = format!("{} To keep the field from clients, add `#[catalog(ignore)]`", self.no_detail(&name));
        mistakes.push(ident.span(), message);
        None
    }

    /// Finds a detail by its name in the catalog or in Rust.
    fn detail(&self, name: &str) -> Option<usize> {
        self.def().details.iter().position(|detail| detail.name == name || detail.ident == name)
    }

    fn no_detail(&self, name: &str) -> String {
        let details = || self.def().details.iter().map(|detail| detail.name.as_str());
        let hint = match nearest(name, details()) {
            Some(near) => format!(": did you mean `{near}`?"),
            None if self.def().details.is_empty() => ": the error has no details.".to_owned(),
            None => format!(": its details are {}.", list(details().map(|name| format!("`{name}`")))),
        };
        format!("{} has no detail `{name}`{hint}", self.name())
    }

    /// Every required detail needs a field.
    fn check_missing(&self, given: &[Given], mistakes: &mut Mistakes) {
        let details = self.def().details.iter().enumerate();
        let missing: Vec<String> = details
            .filter(|(index, detail)| !detail.optional && given.iter().all(|given| given.index != *index))
            .map(|(_, detail)| format!("`{}: {}`", detail.ident, types::rust_name(self.catalog, self.module, detail)))
            .collect();
        if !missing.is_empty() {
            let message = format!("{} has required details without a field: {}", self.name(), list(missing));
            mistakes.push(self.case.ident.span(), message);
        }
    }

    fn check_status_type(&self, field: &Field, mistakes: &mut Mistakes) {
        let name = format!("{}Status", self.def().name.variant);
        let has_several = self.def().statuses.len() > 1;
        if has_several && !types::is_named(&field.ty, &name) {
            let module = types::path_text(self.module);
            mistakes.push_at(&field.ty, format!("the status of {} must have the type `{module}::{name}`", self.name()));
        }
    }

    /// Returns how the variant gets its status.
    fn status(&self, fixed: Option<&LitInt>, field: Option<(Member, Span)>, mistakes: &mut Mistakes) -> Status {
        let def = self.def();
        let statuses = list_or(def.statuses.iter().map(u16::to_string));
        if let (Some(fixed), Some(_)) = (fixed, &field) {
            mistakes.push(fixed.span(), "a field already has the status");
        } else if let Some(fixed) = fixed {
            match fixed.base10_parse::<u16>().ok().filter(|status| def.statuses.contains(status)) {
                Some(status) if def.statuses.len() > 1 => return Status::Fixed(status),
                Some(_) => {}
                None if def.statuses.is_empty() => {
                    mistakes.push(fixed.span(), format!("{} has no status: it is only a message", self.name()));
                }
                None => mistakes.push(fixed.span(), format!("{} has the status {statuses}", self.name())),
            }
        } else if let Some((member, place)) = field {
            if def.statuses.len() > 1 {
                return Status::Field(member);
            }
            let message = format!("{} does not have several statuses", self.name());
            mistakes.push(place, message);
        } else if let [first, _, ..] = def.statuses.as_slice() {
            let module = types::path_text(self.module);
            let message = format!(
                "{} has several statuses, {statuses}: choose one with `#[catalog(status = {first})]`, or add a field \
                 `status: {module}::{}Status`",
                self.name(),
                def.name.variant,
            );
            mistakes.push(self.case.ident.span(), message);
        }
        Status::Only
    }
}

/// Whether thiserror treats the field as the source.
fn is_source(field: &Field) -> bool {
    let is_named = field.ident.as_ref().is_some_and(|ident| ident == "source" || ident == "backtrace");
    is_named
        || field
            .attrs
            .iter()
            .any(|attribute| ["source", "from", "backtrace"].iter().any(|name| attribute.path().is_ident(name)))
}

fn by_id(catalog: &Catalog, id: &LitStr) -> Result<usize, String> {
    in_rust(catalog, ids::find(catalog, &id.value())?)
}

fn by_name(catalog: &Catalog, ident: &Ident) -> Result<usize, String> {
    let name = ident.unraw().to_string();
    if let Some(index) = catalog.errors.iter().position(|def| def.name.variant == name) {
        return in_rust(catalog, index);
    }
    let near = nearest(&name, catalog.errors.iter().map(|def| def.name.variant.as_str()));
    let hint = match (near, ids::by_similar_code(catalog, &name)) {
        (Some(near), _) => format!("did you mean `{near}`? Or name the error: `#[catalog(id = \"..\")]`"),
        (None, Some((code, def))) => {
            let id = &def.name.id;
            format!("did you mean `#[catalog(id = \"{id}\")]`, which has the wire code `{code}`?")
        }
        (None, None) => "name the error: `#[catalog(id = \"..\")]`".to_owned(),
    };
    Err(format!("the catalog has no error of this name; {hint}"))
}

fn in_rust(catalog: &Catalog, index: usize) -> Result<usize, String> {
    let def = &catalog.errors[index];
    if def.kind() == Kind::Symptom {
        return Err(format!(
            "{} is a symptom and cannot be returned: it has neither a status nor a message",
            named(def)
        ));
    }
    Ok(index)
}

/// Checks that each error of the catalog, or of a group, has a variant, if the enum asks for it.
fn exhaustive(catalog: &Catalog, variants: &[DerivedVariant], attributes: &Attributes, mistakes: &mut Mistakes) {
    let Some(span) = attributes.flag("exhaustive") else { return };
    let group = attributes.text("exhaustive");
    let found = group.and_then(|id| catalog.groups.iter().position(|group| group.id == id.value()));
    if let (Some(id), None) = (group, found) {
        let near = nearest(&id.value(), catalog.groups.iter().map(|group| group.id.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        mistakes.push(id.span(), format!("the catalog has no group `{}`{hint}", id.value()));
        return;
    }
    let is_covered = |index| {
        variants.iter().any(|variant| matches!(variant.meaning, Meaning::Error { index: own, .. } if own == index))
    };
    let defs = catalog.errors.iter().enumerate();
    let missing: Vec<String> = defs
        .filter(|(_, def)| def.kind() != Kind::Symptom && (group.is_none() || def.group == found))
        .filter(|(index, _)| !is_covered(*index))
        .map(|(_, def)| named(def))
        .collect();
    if !missing.is_empty() {
        mistakes.push(span, format!("these errors of the catalog have no variant: {}", list(missing)));
    }
}

/// An error's id and its place in the catalog.
fn named(def: &ErrorDef) -> String {
    format!("`{}` ({})", def.name.id, def.origin)
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(", ")
}

fn list_or(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(" or ")
}

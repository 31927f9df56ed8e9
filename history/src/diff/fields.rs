//! Compares typed values: the details of an error, the context fields, and the types of both.

use std::collections::{BTreeSet, HashMap};

use errbook_catalog::model::name::inline_enum_name;
use errbook_catalog::model::name::pascal;
use errbook_catalog::model::template::{Placeholder, Slot, Template};
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{After, Catalog, DetailType, EnumValue, ErrorDef, Field, Kind, TypeDef, TypeShape};

use super::{Comparison, Place, Rating, Rule, body, pair};

/// The relation of a new type's values to those of the old type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    Same,
    /// Every value of the new type is a value of the old one.
    Narrower,
    Other,
}

impl<'a> Comparison<'a> {
    pub(super) fn context(&mut self) {
        let place = Place::of_catalog("context");
        let paired = pair(&self.old.context, &self.new.context, |field| &field.name);
        for field in paired.removed {
            let was = self.old_type(&field.ty);
            self.push(Rule::FactListChanged, &place.at(&field.name), Some(was), None);
        }
        for (old, new) in paired.both {
            let path = format!("context.{}", old.name);
            let place = Place::shared(path, &self.users(|catalog, error| shows(catalog, error, &new.name)));
            let is_sent = !place.errors.is_empty();
            self.field(&place, old, new, is_sent);
        }
        for field in paired.added {
            let is = self.new_type(&field.ty);
            self.push(Rule::FactListChanged, &place.at(&field.name), None, Some(is));
            self.set_sdk(Some(Rating::Additive));
        }
        self.order(Rule::ContextReordered, &place, &names(&self.old.context), &names(&self.new.context));
    }

    pub(super) fn details(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        let place = place.at("details");
        let paired = pair(&old.details, &new.details, |field| &field.name);
        for field in paired.removed {
            let was_sent = sends(self.old, old, &field.name);
            let rule = if was_sent { Rule::DetailRemoved } else { Rule::ParameterChanged };
            self.push(rule, &place.at(&field.name), Some(self.old_type(&field.ty)), None);
        }
        for (was, is) in paired.both {
            let is_sent = reaches(self.old, old, &was.name) && reaches(self.new, new, &is.name);
            self.field(&place.at(&was.name), was, is, is_sent);
        }
        for field in paired.added {
            let is_sent = sends(self.new, new, &field.name);
            let rule = if is_sent { Rule::DetailAdded } else { Rule::ParameterChanged };
            self.push(rule, &place.at(&field.name), None, Some(self.new_type(&field.ty)));
            self.set_sdk(Some(Rating::Additive));
            // No constructor takes it, and every pattern ends in `..`. A symptom has neither.
            if field.optional || old.kind() == Kind::Symptom {
                self.set_rust(Some(Rating::Additive));
            }
        }
        self.order(Rule::OrderChanged, &place, &names(&old.details), &names(&new.details));
    }

    /// `is_sent` says whether clients received the value, and still do. If they only did before, the
    /// response changed, which is reported there.
    fn field(&mut self, place: &Place<'a>, old: &Field, new: &Field, is_sent: bool) {
        let Field { name: _, ident, ty, optional, sensitive, doc, example, boxed: _ } = old;
        let of_clients = |rule: Rule| if is_sent { rule } else { Rule::ParameterChanged };
        let was = self.old_type(ty);
        let is = self.new_type(&new.ty);
        match self.relation(ty, &new.ty, &mut Vec::new()) {
            Relation::Same if self.is_renamed(ty, &new.ty) => {
                self.push(of_clients(Rule::TypeRenamed), place, Some(was), Some(is));
            }
            Relation::Same => {}
            Relation::Narrower => self.push(of_clients(Rule::DetailNarrowed), place, Some(was), Some(is)),
            Relation::Other => self.push(of_clients(Rule::DetailRetyped), place, Some(was), Some(is)),
        }
        let presence = |optional: bool| if optional { "optional" } else { "required" };
        let rule = if new.optional { Rule::DetailMadeOptional } else { Rule::DetailMadeRequired };
        self.value(of_clients(rule), place, Some(&presence(*optional)), Some(&presence(new.optional)));
        if *ident != new.ident {
            self.push(Rule::RustNameChanged, &place.at("rust"), Some(ident.clone()), Some(new.ident.clone()));
        }
        let of_logs = place.at("sensitive");
        self.value(Rule::SensitivityChanged, &of_logs, Some(sensitive), Some(&new.sensitive));
        self.value(Rule::ProseChanged, &place.at("doc"), doc.as_ref(), new.doc.as_ref());
        // The example of a sensitive value is made up. A member that only one version calls
        // sensitive is in the example of the other.
        let has_secrets = has_secrets(self.old, ty, &mut Vec::new()) || has_secrets(self.new, &new.ty, &mut Vec::new());
        if !sensitive && !new.sensitive && *example != new.example {
            let [was, is] = [example, &new.example].map(|example| example.as_ref().filter(|_| !has_secrets));
            self.push(Rule::ExampleChanged, &place.at("example"), was.map(Value::to_string), is.map(Value::to_string));
        }
    }

    pub(super) fn types(&mut self) {
        let [inline_before, inline] = self.inline.clone();
        let mut users = self.users_of_types();
        let places = |types: &'a [TypeDef]| -> HashMap<&'a str, usize> {
            types.iter().enumerate().map(|(at, def)| (def.name.as_str(), at)).collect()
        };
        let (before, after) = (places(&self.old.types), places(&self.new.types));
        let of_catalog = Place::of_catalog("types");
        for (at, def) in self.old.types.iter().enumerate() {
            if let Some(&other) = after.get(def.name.as_str()) {
                let path = inline[other].clone().unwrap_or_else(|| format!("types.{}", def.name));
                let place = Place::shared(path, &std::mem::take(&mut users[at]));
                self.type_def(&place, def, &self.new.types[other], inline[other].is_some());
            } else if inline_before[at].is_none() {
                self.listed(Rule::TypeListChanged, &of_catalog, Some(def.name.clone()), None);
            }
        }
        for (at, def) in self.new.types.iter().enumerate() {
            if !before.contains_key(def.name.as_str()) && inline[at].is_none() {
                self.listed(Rule::TypeListChanged, &of_catalog, None, Some(def.name.clone()));
            }
        }
    }

    fn type_def(&mut self, place: &Place<'a>, old: &TypeDef, new: &TypeDef, is_inline: bool) {
        let TypeDef { name: _, doc, shape } = old;
        // The `doc` of an inline enum is its field's.
        if !is_inline {
            self.value(Rule::ProseChanged, &place.at("doc"), doc.as_ref(), new.doc.as_ref());
        }
        match (shape, &new.shape) {
            (TypeShape::Enum { values: old, open: was }, TypeShape::Enum { values: new, open: is }) => {
                if was != is {
                    let rule = if *is { Rule::EnumOpened } else { Rule::EnumClosed };
                    self.push(rule, &place.at("open"), Some(was.to_string()), Some(is.to_string()));
                }
                // Clients that expect other values handle those that come with `open`, too.
                self.enum_values(&place.at("values"), old, new, *was || *is);
            }
            (TypeShape::Object(old), TypeShape::Object(new)) => self.members(&place.at("fields"), old, new),
            (TypeShape::Enum { .. }, TypeShape::Object(_)) => {
                self.push(Rule::DetailRetyped, place, Some("values".to_owned()), Some("fields".to_owned()));
            }
            (TypeShape::Object(_), TypeShape::Enum { .. }) => {
                self.push(Rule::DetailRetyped, place, Some("fields".to_owned()), Some("values".to_owned()));
            }
        }
    }

    fn enum_values(&mut self, place: &Place<'a>, old: &[EnumValue], new: &[EnumValue], is_open: bool) {
        let paired = pair(old, new, |EnumValue { value, variant: _ }| value);
        for (old, new) in paired.both {
            if old.variant != new.variant {
                let place = place.at(&old.value).at("rust");
                self.push(Rule::RustNameChanged, &place, Some(old.variant.clone()), Some(new.variant.clone()));
            }
        }
        for gone in paired.removed {
            self.push(Rule::EnumValueRemoved, place, Some(gone.value.clone()), None);
        }
        for come in paired.added {
            let rule = if is_open { Rule::OpenEnumValueAdded } else { Rule::EnumValueAdded };
            self.push(rule, place, None, Some(come.value.clone()));
        }
        let order = |values: &[EnumValue]| values.iter().map(|value| value.value.clone()).collect::<Vec<_>>();
        self.order(Rule::OrderChanged, place, &order(old), &order(new));
    }

    fn members(&mut self, place: &Place<'a>, old: &[Field], new: &[Field]) {
        let paired = pair(old, new, |field| &field.name);
        for field in paired.removed {
            self.push(Rule::DetailRemoved, &place.at(&field.name), Some(self.old_type(&field.ty)), None);
        }
        for (old, new) in paired.both {
            self.field(&place.at(&old.name), old, new, true);
        }
        for field in paired.added {
            self.push(Rule::DetailAdded, &place.at(&field.name), None, Some(self.new_type(&field.ty)));
        }
        self.order(Rule::OrderChanged, place, &names(old), &names(new));
    }

    /// For each old type, the errors whose responses contained a value of it in some place, and
    /// still do.
    fn users_of_types(&self) -> Vec<Vec<(&'a ErrorDef, &'a ErrorDef)>> {
        let mut users = vec![Vec::new(); self.old.types.len()];
        for (old, new) in self.users(|_, _| true) {
            let mut seen = BTreeSet::new();
            for (was, is) in pair(&self.old.context, &self.new.context, |fact| &fact.name).both {
                if shows(self.old, old, &was.name) && shows(self.new, new, &is.name) {
                    self.reach(&was.ty, &is.ty, &mut seen);
                }
            }
            for (was, is) in pair(&old.details, &new.details, |detail| &detail.name).both {
                if sends(self.old, old, &was.name) && sends(self.new, new, &is.name) {
                    self.reach(&was.ty, &is.ty, &mut seen);
                }
            }
            let same_name = |(was, is): &(usize, usize)| self.old.types[*was].name == self.new.types[*is].name;
            for (at, _) in seen.into_iter().filter(same_name) {
                users[at].push((old, new));
            }
        }
        users
    }

    /// Adds the pairs of named types that two values can contain in the same place.
    fn reach(&self, old: &DetailType, new: &DetailType, seen: &mut BTreeSet<(usize, usize)>) {
        match (old, new) {
            (DetailType::Array(was), DetailType::Array(is)) | (DetailType::Map(was), DetailType::Map(is)) => {
                self.reach(was, is, seen);
            }
            (DetailType::Named(was), DetailType::Named(is)) if seen.insert((*was, *is)) => {
                if let (TypeShape::Object(was), TypeShape::Object(is)) =
                    (&self.old.types[*was].shape, &self.new.types[*is].shape)
                {
                    for (was, is) in pair(was, is, |field| &field.name).both {
                        self.reach(&was.ty, &is.ty, seen);
                    }
                }
            }
            _ => {}
        }
    }

    fn old_type(&self, ty: &DetailType) -> String {
        type_name(self.old, &self.inline[0], ty)
    }

    fn new_type(&self, ty: &DetailType) -> String {
        type_name(self.new, &self.inline[1], ty)
    }

    /// Whether a type with the same values has another name. A name that is removed, and that of an
    /// error or a detail that is renamed, is reported there.
    fn is_renamed(&self, old: &DetailType, new: &DetailType) -> bool {
        use DetailType::{Array, Map, Named};
        match (old, new) {
            (Array(was), Array(is)) | (Map(was), Map(is)) => self.is_renamed(was, is),
            (Named(was), Named(is)) => {
                let (name, is_inline) = (&self.old.types[*was].name, self.inline[0][*was].is_some());
                let is_left = if is_inline {
                    self.inline[1][*is].is_none()
                } else {
                    self.new.types.iter().any(|def| def.name == *name)
                };
                *name != self.new.types[*is].name && is_left
            }
            _ => false,
        }
    }

    /// `open` lists the named types under comparison: a recursive type is the same if the rest of
    /// it is.
    fn relation(&self, old: &DetailType, new: &DetailType, open: &mut Vec<(usize, usize)>) -> Relation {
        use DetailType::{Array, DateTime, Duration, Integer, Json, Map, Named, Number, String, Uri, Uuid};
        match (old, new) {
            (Named(was), Named(is)) => self.named_relation(*was, *is, open),
            (Array(was), Array(is)) | (Map(was), Map(is)) => self.relation(was, is, open),
            (was, is) if was == is => Relation::Same,
            (String, DateTime | Uuid | Uri) | (Number, Integer | Duration) | (Json, _) => Relation::Narrower,
            (String, Named(is)) if matches!(self.new.types[*is].shape, TypeShape::Enum { .. }) => Relation::Narrower,
            _ => Relation::Other,
        }
    }

    fn named_relation(&self, old: usize, new: usize, open: &mut Vec<(usize, usize)>) -> Relation {
        let (was, is) = (&self.old.types[old], &self.new.types[new]);
        // Two types of the same name are compared separately.
        if was.name == is.name || open.contains(&(old, new)) {
            return Relation::Same;
        }
        open.push((old, new));
        match (&was.shape, &is.shape) {
            (TypeShape::Enum { values: was, open: was_open }, TypeShape::Enum { values: is, open: is_open }) => {
                let paired = pair(was, is, |EnumValue { value, variant: _ }| value);
                let same_values = paired.removed.is_empty() && paired.added.is_empty();
                match (was_open, is_open) {
                    (true, true) | (false, false) if same_values => Relation::Same,
                    (true, true) if paired.removed.is_empty() => Relation::Narrower,
                    _ => Relation::Other,
                }
            }
            (TypeShape::Object(was), TypeShape::Object(is)) => {
                let paired = pair(was, is, |field| &field.name);
                let members = paired.both.iter().map(|(was, is)| match (was.optional, is.optional) {
                    (false, true) => Relation::Other,
                    (true, false) => Relation::Narrower.max(self.relation(&was.ty, &is.ty, open)),
                    (false, false) | (true, true) => self.relation(&was.ty, &is.ty, open),
                });
                let members = members.max().unwrap_or(Relation::Same);
                if paired.removed.is_empty() && paired.added.is_empty() { members } else { Relation::Other }
            }
            _ => Relation::Other,
        }
    }
}

fn names(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

/// A type as the catalog writes it: `array<Window>`, or `enum [pot, pan]` for one that a field
/// defines.
fn type_name(catalog: &Catalog, inline: &[Option<String>], ty: &DetailType) -> String {
    match ty {
        DetailType::String => "string".to_owned(),
        DetailType::Integer => "integer".to_owned(),
        DetailType::Number => "number".to_owned(),
        DetailType::Boolean => "boolean".to_owned(),
        DetailType::DateTime => "date-time".to_owned(),
        DetailType::Duration => "duration".to_owned(),
        DetailType::Uuid => "uuid".to_owned(),
        DetailType::Uri => "uri".to_owned(),
        DetailType::Json => "json".to_owned(),
        DetailType::Array(item) => format!("array<{}>", type_name(catalog, inline, item)),
        DetailType::Map(item) => format!("map<{}>", type_name(catalog, inline, item)),
        DetailType::Named(at) => match (&catalog.types[*at].shape, &inline[*at]) {
            (TypeShape::Enum { values, open: _ }, Some(_)) => {
                let values: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
                format!("enum [{}]", values.join(", "))
            }
            _ => catalog.types[*at].name.clone(),
        },
    }
}

/// Whether a client can receive the detail, other than in a message.
pub(super) fn sends(catalog: &Catalog, error: &ErrorDef, detail: &str) -> bool {
    let is_unknown = error.kind() == Kind::Response && error.envelope.is_none();
    let is_awaited = matches!(
        error.retry.policy().and_then(|policy| policy.after.as_ref()),
        Some(After::Detail(name)) if name == detail
    );
    let is_in = |placeholder: &Placeholder| match placeholder {
        Placeholder::Details => true,
        Placeholder::Detail(name) => name == detail,
        _ => false,
    };
    is_unknown || is_awaited || body::sent(catalog, error).into_iter().any(is_in)
}

/// Whether generated clients read the detail by the template of the message.
pub(super) fn is_in_message(error: &ErrorDef, detail: &str) -> bool {
    let is_it = |slot: &Slot| matches!(&slot.placeholder, Placeholder::Detail(name) if name == detail);
    error.kind() == Kind::Response && error.message.iter().flat_map(Template::slots).any(is_it)
}

/// Whether a client can receive the detail.
fn reaches(catalog: &Catalog, error: &ErrorDef, detail: &str) -> bool {
    sends(catalog, error, detail) || is_in_message(error, detail)
}

/// Whether the response of the error contains the context field.
fn shows(catalog: &Catalog, error: &ErrorDef, fact: &str) -> bool {
    let is_it = |placeholder: &Placeholder| matches!(placeholder, Placeholder::Context(name) if name == fact);
    body::sent(catalog, error).into_iter().any(is_it)
}

/// For each inline type, the path of the field that defines it; `None` for a named type.
pub(super) fn inline_owners(catalog: &Catalog) -> Vec<Option<String>> {
    let mut owners = vec![None; catalog.types.len()];
    let mut visit = |owner: &str, path: &str, fields: &[Field]| {
        for field in fields {
            if let DetailType::Named(at) = field.ty
                && catalog.types[at].name == inline_enum_name(owner, &field.ident)
            {
                owners[at] = Some(format!("{path}.{}", field.name));
            }
        }
    };
    visit("Context", "context", &catalog.context);
    for def in &catalog.types {
        if let TypeShape::Object(fields) = &def.shape {
            visit(&pascal(&def.name), &format!("types.{}.fields", def.name), fields);
        }
    }
    for error in &catalog.errors {
        visit(&pascal(&error.name.id), &format!("errors.{}.details", error.name.id), &error.details);
    }
    owners
}

/// Whether a type has a sensitive member at any depth. `open` lists the types around it.
fn has_secrets(catalog: &Catalog, ty: &DetailType, open: &mut Vec<usize>) -> bool {
    match ty {
        DetailType::Array(item) | DetailType::Map(item) => has_secrets(catalog, item, open),
        DetailType::Named(at) if !open.contains(at) => {
            open.push(*at);
            let TypeShape::Object(fields) = &catalog.types[*at].shape else { return false };
            fields.iter().any(|field| field.sensitive || has_secrets(catalog, &field.ty, open))
        }
        _ => false,
    }
}

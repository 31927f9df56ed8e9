//! The names that callers of a client use, as far as they follow from the catalog.
//!
//! A name can depend on other things of the catalog: two errors cannot have one class. The clients are
//! written with these names, and a comparison of two releases finds the names that changed.

use errbook_catalog::model::{Catalog, ErrorDef, Field, TypeDef, TypeShape};

use crate::python::{self, constants, field_names};
use crate::surface::Surface;
use crate::typescript;

/// What a name belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Thing {
    /// The class of an error, by the error's id.
    Error(String),
    /// The member of `Code` of an error.
    Code(String),
    /// The class of an error's details.
    Details(String),
    /// A detail of an error: the id of the error, and the name of the detail.
    Detail(String, String),
    /// The class or the guard of a predicate, by the predicate's name.
    Predicate(String),
    /// The property of a predicate.
    Property(String),
    /// A type of the catalog, by its name.
    Type(String),
    /// A field of a type: the name of the type, and that of the field.
    Field(String, String),
    /// A value of a type: the name of the type, and the value.
    Value(String, String),
}

/// A name in a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// What has the name.
    pub thing: Thing,
    /// The name.
    pub name: String,
}

fn export(thing: Thing, name: &str) -> Export {
    Export { thing, name: name.to_owned() }
}

/// Returns the names in the client in TypeScript, without the class of all errors. Ids and details
/// have their names of the catalog there.
///
/// ```
/// use errbook_clients::exports::{Export, Thing, typescript};
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// predicates: {is_gone: [SOLD_OUT]}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let [Export { thing, name }] = &typescript(&catalog)[..] else { panic!("one name") };
/// assert_eq!((thing, name.as_str()), (&Thing::Predicate("is_gone".to_owned()), "isGone"));
/// ```
pub fn typescript(catalog: &Catalog) -> Vec<Export> {
    let surface = Surface::new(catalog);
    let typescript::Named { class: _, types, predicates } = typescript::Named::new(&surface);
    let types = surface.types().zip(types).map(|(def, name)| export(Thing::Type(def.name.clone()), &name));
    let predicates = surface.predicates().zip(predicates);
    types.chain(predicates.map(|((own, _), name)| export(Thing::Predicate(own.name.clone()), &name))).collect()
}

/// Returns the names in the client in Python, without the class of all errors.
///
/// ```
/// use errbook_clients::exports::{Thing, python};
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}, ON_SALE: {status: 400, fix: Pay more.}}
/// predicates: {sold_out: [SOLD_OUT, ON_SALE]}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let names = python(&catalog);
/// let name = |thing: &Thing| names.iter().find(|own| own.thing == *thing).map(|own| own.name.as_str());
/// assert_eq!(name(&Thing::Predicate("sold_out".to_owned())), Some("SoldOutError"));
/// assert_eq!(name(&Thing::Error("SOLD_OUT".to_owned())), Some("SoldOutErrorOnly"));
/// ```
pub fn python(catalog: &Catalog) -> Vec<Export> {
    let surface = Surface::new(catalog);
    let client = python::Client::new(&surface);
    let mut exports = Vec::new();
    for ((predicate, _), (class, property)) in surface.predicates().zip(&client.predicates) {
        exports.push(export(Thing::Predicate(predicate.name.clone()), class));
        exports.push(export(Thing::Property(predicate.name.clone()), property));
    }
    for (TypeDef { name, doc: _, shape }, own) in surface.types().zip(&client.types) {
        exports.push(export(Thing::Type(name.clone()), own));
        match shape {
            TypeShape::Object(fields) => {
                let thing = |field: &Field| Thing::Field(name.clone(), field.name.clone());
                exports.extend(fields.iter().zip(field_names(fields)).map(|(field, own)| export(thing(field), &own)));
            }
            TypeShape::Enum { values, open: false } => {
                let names = constants(values.iter().map(|value| value.variant.as_str()));
                let thing = |value: &str| Thing::Value(name.clone(), value.to_owned());
                exports.extend(values.iter().zip(names).map(|(value, own)| export(thing(&value.value), &own)));
            }
            // Its values have no names.
            TypeShape::Enum { values: _, open: true } => {}
        }
    }
    let codes = constants(surface.responses().map(|error| error.name.id.as_str()));
    for ((ErrorDef { name, details, .. }, class), code) in surface.responses().zip(&client.classes).zip(codes) {
        exports.push(export(Thing::Error(name.id.clone()), &class.name));
        exports.push(export(Thing::Code(name.id.clone()), &format!("Code.{code}")));
        exports.extend(class.details.as_ref().map(|own| export(Thing::Details(name.id.clone()), own)));
        let thing = |field: &Field| Thing::Detail(name.id.clone(), field.name.clone());
        exports.extend(details.iter().zip(field_names(details)).map(|(field, own)| export(thing(field), &own)));
    }
    exports
}

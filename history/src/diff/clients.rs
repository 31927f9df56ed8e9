//! Compares the names in the generated TypeScript and Python.
//!
//! A name can go to something new, although what had it is unchanged: two errors cannot have one class.
//! So the names are compared, and not what they are made of.

use std::collections::HashMap;

use errbook_catalog::model::{Catalog, ErrorDef};
use errbook_clients::exports::{self, Export, Thing};

use super::{Comparison, Place, Rule};

impl<'a> Comparison<'a> {
    pub(super) fn clients(&mut self) {
        let (old, new) = (&self.old.generate, &self.new.generate);
        if old.typescript.is_some() && new.typescript.is_some() {
            self.exports("typescript", exports::typescript);
        }
        if old.python.is_some() && new.python.is_some() {
            self.exports("python", exports::python);
        }
    }

    fn exports(&mut self, language: &str, exports: impl Fn(&Catalog) -> Vec<Export>) {
        let places = Places {
            errors: [self.old, self.new]
                .map(|catalog| catalog.errors.iter().map(|error| (error.name.id.as_str(), error)).collect()),
            types: self.new.types.iter().zip(0..).map(|(def, at)| (def.name.as_str(), at)).collect(),
        };
        let after: HashMap<Thing, String> =
            exports(self.new).into_iter().map(|Export { thing, name }| (thing, name)).collect();
        for Export { thing, name } in exports(self.old) {
            // What is removed or renamed is reported as such.
            if let Some(is) = after.get(&thing).filter(|is| **is != name) {
                let place = self.place_of(&thing, &places).at(language);
                self.push(Rule::ClientRenamed, &place, Some(name), Some(is.clone()));
            }
        }
    }

    fn place_of(&self, thing: &Thing, places: &Places<'a>) -> Place<'a> {
        let of_error = |id: &String| {
            let [was, is] = places.errors.each_ref().map(|errors| errors.get(id.as_str()).copied());
            Place::error(was, is)
        };
        // The field that defines the type, if one does.
        let of_type = |name: &String| {
            let inline = places.types.get(name.as_str()).and_then(|&at| self.inline[1][at].clone());
            Place::of_catalog(&inline.unwrap_or_else(|| format!("types.{name}")))
        };
        match thing {
            Thing::Error(id) | Thing::Code(id) | Thing::Details(id) => of_error(id),
            Thing::Detail(id, name) => of_error(id).at("details").at(name),
            Thing::Predicate(name) | Thing::Property(name) => Place::of_catalog("predicates").at(name),
            Thing::Type(name) => of_type(name),
            Thing::Field(name, field) => of_type(name).at("fields").at(field),
            Thing::Value(name, value) => of_type(name).at("values").at(value),
        }
    }
}

/// Where the errors of both catalogs, and the types of the new one, are.
struct Places<'a> {
    errors: [HashMap<&'a str, &'a ErrorDef>; 2],
    types: HashMap<&'a str, usize>,
}

//! Compares the sections of the catalog as a whole.

use std::collections::{BTreeSet, HashMap, HashSet};

use errbook_catalog::model::{
    Api, Catalog, Flavor, Generate, GenerateDocs, GenerateOpenapi, Group, Owner, Predicate, Prose, ProseFile,
    Rejection, Retired, RetiredName, RetryExtension, SnippetLanguage,
};

use super::{Comparison, Place, Rating, Rule, keys, pair, promise};

/// Where the errors of each catalog are in [`Comparison::pairs`].
struct Kept {
    old: HashMap<usize, usize>,
    new: HashMap<usize, usize>,
}

impl<'a> Comparison<'a> {
    pub(super) fn api(&mut self) {
        let place = Place::of_catalog("api");
        let Api { name, slug, version, summary, doc_url: _, support } = &self.old.api;
        let new = &self.new.api;
        self.value(Rule::ApiChanged, &place.at("name"), Some(name), Some(&new.name));
        let Generate { typescript, python, .. } = &self.old.generate;
        let rule = if typescript.is_some() || python.is_some() { Rule::ClientRenamed } else { Rule::ApiChanged };
        self.value(rule, &place.at("slug"), Some(slug), Some(&new.slug));
        self.value(Rule::ApiChanged, &place.at("version"), version.as_ref(), new.version.as_ref());
        self.value(Rule::ApiChanged, &place.at("support"), support.as_ref(), new.support.as_ref());
        self.value(Rule::ProseChanged, &place.at("summary"), summary.as_ref(), new.summary.as_ref());
        self.api_doc_url();
    }

    pub(super) fn groups(&mut self) {
        let of_catalog = Place::of_catalog("groups");
        let paired = pair(&self.old.groups, &self.new.groups, |group| &group.id);
        for group in paired.removed {
            self.push(Rule::SectionChanged, &of_catalog, Some(group.id.clone()), None);
        }
        for (old, new) in paired.both {
            let Group { id, title, summary, columns } = old;
            let place = of_catalog.at(id);
            self.value(Rule::SectionChanged, &place.at("title"), Some(title), Some(&new.title));
            self.value(Rule::SectionChanged, &place.at("summary"), summary.as_ref(), new.summary.as_ref());
            if *columns != new.columns {
                self.push(Rule::SectionChanged, &place.at("columns"), None, None);
            }
        }
        for group in paired.added {
            self.push(Rule::SectionChanged, &of_catalog, None, Some(group.id.clone()));
        }
        let ids = |groups: &[Group]| groups.iter().map(|group| group.id.clone()).collect::<Vec<_>>();
        self.order(Rule::SectionChanged, &of_catalog, &ids(&self.old.groups), &ids(&self.new.groups));
    }

    pub(super) fn predicates(&mut self) {
        let of_catalog = Place::of_catalog("predicates");
        let paired = pair(&self.old.predicates, &self.new.predicates, |predicate| &predicate.name);
        let kept = Kept {
            old: self.pairs.iter().enumerate().map(|(at, (old, _))| (*old, at)).collect(),
            new: self.pairs.iter().enumerate().map(|(at, (_, new))| (*new, at)).collect(),
        };
        for predicate in paired.removed {
            self.push(Rule::PredicateRemoved, &of_catalog, Some(predicate.name.clone()), None);
        }
        for (old, new) in paired.both {
            self.members_of(&of_catalog.at(&old.name), old, new, &kept);
        }
        for predicate in paired.added {
            self.push(Rule::PredicateAdded, &of_catalog, None, Some(predicate.name.clone()));
        }
    }

    /// Compares the errors for rejected requests. A status without an entry of its own has the error
    /// of its class.
    pub(super) fn rejections(&mut self) {
        let of_catalog = Place::of_catalog("rejections");
        let (old, new) = (&self.old.rejections, &self.new.rejections);
        for statuses in keys(old, new, |rejection| rejection.statuses) {
            let error = |list: &[Rejection]| statuses.among(list, |rejection| rejection.statuses).map(|of| of.error);
            let (was, is) = (error(old), error(new));
            let is_kept = was.zip(is).is_some_and(|pair| self.pairs.contains(&pair));
            if !is_kept {
                let id = |catalog: &Catalog, at: usize| catalog.errors[at].name.id.clone();
                let rule = if was.is_some() { Rule::RejectionChanged } else { Rule::RejectionStated };
                let (before, after) = (was.map(|at| id(self.old, at)), is.map(|at| id(self.new, at)));
                self.push(rule, &of_catalog.at(&statuses.to_string()), before, after);
                if new.is_empty() {
                    // Rust has no trait for the answers any more.
                    self.set_rust(Some(Rating::Breaking));
                }
            }
        }
    }

    /// Compares the errors for which a predicate is true. Removed errors are reported as removed,
    /// not here.
    fn members_of(&mut self, place: &Place<'a>, old: &Predicate, new: &Predicate, kept: &Kept) {
        let [before, after] = [old, new].map(|predicate| predicate.members.iter().copied().collect::<HashSet<usize>>());
        // The pairs in which it is true of one or both, in order.
        let held = before.iter().filter_map(|was| kept.old.get(was));
        let pairs: BTreeSet<usize> = held.chain(after.iter().filter_map(|is| kept.new.get(is))).copied().collect();
        for (was, is) in pairs.into_iter().map(|at| self.pairs[at]).collect::<Vec<_>>() {
            let (held, holds) = (before.contains(&was), after.contains(&is));
            let is_published = !self.old.errors[was].is_public() && self.new.errors[is].is_public();
            if is_published && holds {
                self.extended(place, is);
            } else if held != holds {
                let error = &self.old.errors[was];
                let id = Some(self.new.errors[is].name.id.clone());
                let place = Place {
                    errors: id.iter().cloned().collect(),
                    promise: promise(Some(error), Some(&self.new.errors[is])),
                    old: Some(&error.origin),
                    new: Some(&self.new.errors[is].origin),
                    ..place.clone()
                };
                let (before, after) = if held { (id, None) } else { (None, id) };
                self.push(Rule::PredicateChanged, &place, before, after);
            }
        }
        for &member in &new.members {
            if !kept.new.contains_key(&member) {
                self.extended(place, member);
            }
        }
    }

    /// Reports an error that is new to clients, and for which a predicate is true.
    fn extended(&mut self, place: &Place<'a>, member: usize) {
        let error = &self.new.errors[member];
        let id = error.name.id.clone();
        let place = Place {
            errors: [id.clone()].into(),
            promise: promise(None, Some(error)),
            new: Some(&error.origin),
            ..place.clone()
        };
        self.push(Rule::PredicateExtended, &place, None, Some(id));
    }

    pub(super) fn retired(&mut self) {
        let paired = pair(&self.old.retired, &self.new.retired, |entry| &entry.name.id);
        let place = |entry: &Retired| Place {
            promise: if entry.is_public { Rating::Breaking } else { Rating::Internal },
            ..Place::of_catalog(&format!("retired.{}", entry.name.id))
        };
        let in_use: HashSet<&str> = self.new.errors.iter().map(|error| error.name.id.as_str()).collect();
        for entry in paired.removed {
            // An id that is in use again is reported as such.
            if !in_use.contains(entry.name.id.as_str()) {
                let place = Place { old: Some(&entry.origin), ..place(entry) };
                self.push(Rule::TombstoneRemoved, &place, None, None);
            }
        }
        for (old, new) in paired.both {
            let Retired { name: _, since, replacement, rust, is_public, note, origin } = old;
            let place = Place { old: Some(origin), new: Some(&new.origin), ..place(new) };
            self.value(Rule::SinceChanged, &place.at("since"), since.as_ref(), new.since.as_ref());
            let ids = self.replacements(*replacement, new.replacement);
            self.value(Rule::TombstoneChanged, &place.at("use"), ids.0.as_ref(), ids.1.as_ref());
            let words = |rust: Option<RetiredName>| rust.map(|rust| rust.name().to_owned());
            if *rust != new.rust {
                self.listed(Rule::AliasChanged, &place.at("rust"), words(*rust), words(new.rust));
            }
            let words = |is_public: bool| if is_public { "public" } else { "internal" };
            self.value(
                Rule::TombstoneChanged,
                &place.at("visibility"),
                Some(&words(*is_public)),
                Some(&words(new.is_public)),
            );
            self.value(Rule::TombstoneChanged, &place.at("note"), note.as_ref(), new.note.as_ref());
        }
        for entry in paired.added {
            if self.old.errors.iter().all(|error| error.name.id != entry.name.id) {
                let place = Place { new: Some(&entry.origin), ..place(entry) };
                self.push(Rule::TombstoneAdded, &place, None, None);
            }
        }
    }

    pub(super) fn owners(&mut self) {
        let of_catalog = Place::of_catalog("owner");
        let paired = pair(&self.old.owners, &self.new.owners, |owner| &owner.file);
        for owner in paired.removed {
            self.push(Rule::OwnerChanged, &of_catalog.at(&owner.file), Some(owner_words(self.old, owner)), None);
        }
        for (old, new) in paired.both {
            let (was, is) = (owner_words(self.old, old), owner_words(self.new, new));
            self.value(Rule::OwnerChanged, &of_catalog.at(&old.file), Some(&was), Some(&is));
        }
        for owner in paired.added {
            self.push(Rule::OwnerChanged, &of_catalog.at(&owner.file), None, Some(owner_words(self.new, owner)));
        }
    }

    pub(super) fn prose(&mut self) {
        let Prose { before, after } = &self.old.prose;
        self.prose_files("prose.before", before, &self.new.prose.before);
        self.prose_files("prose.after", after, &self.new.prose.after);
    }

    fn prose_files(&mut self, path: &str, old: &[ProseFile], new: &[ProseFile]) {
        let place = Place::of_catalog(path);
        let paths = |files: &[ProseFile]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
        if paths(old) != paths(new) {
            self.push(Rule::ProseChanged, &place, Some(paths(old).join(", ")), Some(paths(new).join(", ")));
        }
        for (old, new) in pair(old, new, |ProseFile { path, text: _ }| path).both {
            if old.text != new.text {
                self.push(Rule::ProseChanged, &place.at(&old.path), None, None);
            }
        }
    }

    pub(super) fn generate(&mut self) {
        let Generate {
            docs,
            docs_redirects,
            openapi,
            openapi_into,
            openapi_open,
            openapi_prefix,
            openapi_retries,
            json,
            llms,
            rust,
            typescript,
            python,
            snippets,
        } = &self.old.generate;
        let new = &self.new.generate;
        let place = Place::of_catalog("generate");
        let docs_words = |GenerateDocs { dir, flavor, nav, templates }: &GenerateDocs| {
            let flavor = Some(flavor).filter(|flavor| **flavor != Flavor::Plain);
            let flavor = flavor.map(|flavor| format!(" for {}", flavor.name())).unwrap_or_default();
            let templates = templates.as_ref().map(|templates| format!(" through {templates}")).unwrap_or_default();
            let nav = nav.as_ref().map(|nav| format!(", listed in {nav}")).unwrap_or_default();
            format!("{dir}{flavor}{templates}{nav}")
        };
        let openapi_words =
            |GenerateOpenapi { file, version }: &GenerateOpenapi| format!("{file} ({})", version.name());
        let (was, is) = (docs.as_ref().map(docs_words), new.docs.as_ref().map(docs_words));
        self.value(Rule::OutputChanged, &place.at("docs"), was.as_ref(), is.as_ref());
        let (was, is) = (docs_redirects.as_ref(), new.docs_redirects.as_ref());
        self.value(Rule::OutputChanged, &place.at("docs.redirects"), was, is);
        let (was, is) = (openapi.as_ref().map(openapi_words), new.openapi.as_ref().map(openapi_words));
        self.value(Rule::OutputChanged, &place.at("openapi"), was.as_ref(), is.as_ref());
        self.value(Rule::OutputChanged, &place.at("openapi.into"), openapi_into.as_ref(), new.openapi_into.as_ref());
        self.value(
            Rule::SchemaPrefixChanged,
            &place.at("openapi.prefix"),
            openapi_prefix.as_ref(),
            new.openapi_prefix.as_ref(),
        );
        let rule = if new.openapi_open { Rule::ErrorsOpened } else { Rule::ErrorsClosed };
        self.value(rule, &place.at("openapi.open"), Some(openapi_open), Some(&new.openapi_open));
        let names =
            |retries: &BTreeSet<RetryExtension>| retries.iter().map(|own| own.name()).collect::<Vec<_>>().join(", ");
        let (was, is) = (names(openapi_retries), names(&new.openapi_retries));
        let [was, is] = [&was, &is].map(|names| Some(names).filter(|names| !names.is_empty()));
        self.value(Rule::OutputChanged, &place.at("openapi.retries"), was, is);
        self.value(Rule::OutputChanged, &place.at("json"), json.as_ref(), new.json.as_ref());
        self.value(Rule::OutputChanged, &place.at("llms"), llms.as_ref(), new.llms.as_ref());
        self.value(Rule::OutputChanged, &place.at("rust"), rust.as_ref(), new.rust.as_ref());
        for (key, was, is) in [("typescript", typescript, &new.typescript), ("python", python, &new.python)] {
            let rule = if is.is_none() { Rule::ClientRemoved } else { Rule::OutputChanged };
            self.value(rule, &place.at(key), was.as_ref(), is.as_ref());
        }
        let names =
            |languages: &[SnippetLanguage]| languages.iter().map(|own| own.name()).collect::<Vec<_>>().join(", ");
        let [was, is] = [snippets, &new.snippets].map(|list| Some(names(list)).filter(|names| !names.is_empty()));
        self.value(Rule::OutputChanged, &place.at("snippets"), was.as_ref(), is.as_ref());
    }
}

/// `@shop/payments (PAY_, group payments)`
fn owner_words(catalog: &Catalog, owner: &Owner) -> String {
    let Owner { file: _, team, prefix, group } = owner;
    let group = group.map(|group| format!("group {}", catalog.groups[group].id));
    let parts: Vec<String> = prefix.clone().into_iter().chain(group).collect();
    if parts.is_empty() { team.clone() } else { format!("{team} ({})", parts.join(", ")) }
}

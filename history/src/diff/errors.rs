//! Matches the errors of two catalogs, and compares each pair.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use errbook_catalog::example::example_value;
use errbook_catalog::model::template::{BodyMember, BodyNode, Placeholder, Slot, Template};
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{
    Catalog, Changed, Code, Deprecated, ErrorDef, Example, Field, Kind, Lifecycle, Retired, Snippet, Visibility,
};

use super::{Comparison, Place, Rating, Rule, body, fields, pair, promise};

/// The indexes of the errors that are in both catalogs, in the old one's order. An error is in both
/// if it keeps its id, if `retired` names its new id, or if clients cannot tell the new error from
/// the old one.
pub(super) fn pairs(old: &Catalog, new: &Catalog) -> Vec<(usize, usize)> {
    let (old_ids, new_ids) = (ids(old), ids(new));
    let mut is_free: Vec<bool> = new.errors.iter().map(|error| !old_ids.contains_key(error.name.id.as_str())).collect();
    // A catalog can have thousands of messages without a code, so all that are alike are found at once.
    let mut alike: HashMap<Identity, VecDeque<usize>> = HashMap::new();
    for (at, error) in new.errors.iter().enumerate().filter(|(at, _)| is_free[*at]) {
        if let Some(identity) = identity(error) {
            alike.entry(identity).or_default().push_back(at);
        }
    }
    let tombstones = tombstones(new);
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (at, error) in old.errors.iter().enumerate() {
        let renamed = || {
            let entry = tombstones.get(error.name.id.as_str());
            let named = entry.and_then(|entry| entry.replacement).filter(|other| is_free[*other]);
            named.or_else(|| {
                let others = alike.get_mut(&identity(error)?)?;
                std::iter::from_fn(|| others.pop_front()).find(|other| is_free[*other])
            })
        };
        if let Some(other) = new_ids.get(error.name.id.as_str()).copied().or_else(renamed) {
            is_free[other] = false;
            pairs.push((at, other));
        }
    }
    pairs
}

/// The pairs of two catalogs with one in between, which has the ids of both steps.
pub(super) fn pairs_through(old: &Catalog, middle: &Catalog, new: &Catalog) -> Vec<(usize, usize)> {
    let second: HashMap<usize, usize> = pairs(middle, new).into_iter().collect();
    let first = pairs(old, middle).into_iter();
    let mut followed: BTreeMap<usize, usize> = first.filter_map(|(was, at)| Some((was, *second.get(&at)?))).collect();
    let mut known: BTreeSet<usize> = followed.values().copied().collect();
    // An error that only the one in between lacks.
    for (was, is) in pairs(old, new) {
        if !followed.contains_key(&was) && known.insert(is) {
            followed.insert(was, is);
        }
    }
    followed.into_iter().collect()
}

fn ids(catalog: &Catalog) -> HashMap<&str, usize> {
    catalog.errors.iter().enumerate().map(|(at, error)| (error.name.id.as_str(), at)).collect()
}

/// The code, the statuses and the message of an error.
type Identity<'a> = (Option<&'a Code>, BTreeSet<u16>, Option<String>);

/// What two errors have in common if clients cannot tell them apart. Clients do not see a symptom.
fn identity(error: &ErrorDef) -> Option<Identity<'_>> {
    let identity_is_message = error.code.is_none() && error.statuses.is_empty();
    let message = error.message.as_ref().filter(|_| identity_is_message).map(Template::to_source);
    (error.kind() != Kind::Symptom).then(|| (error.code.as_ref(), error.statuses.iter().copied().collect(), message))
}

fn tombstones(catalog: &Catalog) -> HashMap<&str, &Retired> {
    catalog.retired.iter().map(|entry| (entry.name.id.as_str(), entry)).collect()
}

/// Two codes, with quotes if only their types differ: `17` and `"17"`.
fn code_words(old: Option<&Code>, new: Option<&Code>) -> [Option<String>; 2] {
    let same_text = old.map(ToString::to_string) == new.map(ToString::to_string);
    [old, new].map(|code| {
        code.map(|code| match code {
            Code::Text(text) if same_text => format!("{text:?}"),
            code => code.to_string(),
        })
    })
}

/// The statuses and code of an error: `409 sold_out`.
fn in_short(error: &ErrorDef) -> String {
    let statuses = error.statuses.iter().map(ToString::to_string);
    let words: Vec<String> = statuses.chain(error.code.as_ref().map(ToString::to_string)).collect();
    if words.is_empty() { error.title.clone() } else { words.join(" ") }
}

impl<'a> Comparison<'a> {
    pub(super) fn errors(&mut self) {
        let tombstones = tombstones(self.new);
        for error in self.removed() {
            let place = Place::error(Some(error), None);
            let was = Some(in_short(error));
            match tombstones.get(error.name.id.as_str()) {
                None => self.push(Rule::ErrorRemoved, &place, was, None),
                Some(entry) => {
                    let replacement = entry.replacement.map(|at| self.new.errors[at].name.id.clone());
                    let place = Place { new: Some(&entry.origin), ..place };
                    self.push(Rule::ErrorRetired, &place, was, replacement);
                }
            }
        }
        for (old, new) in self.pairs.clone() {
            self.error(&self.old.errors[old], &self.new.errors[new]);
        }
        for error in self.added() {
            let place = Place::error(None, Some(error));
            self.push(Rule::ErrorAdded, &place, None, Some(in_short(error)));
        }
        self.returned();
        let places: Vec<usize> = self.pairs.iter().map(|(_, new)| *new).collect();
        if !places.is_sorted() {
            self.push(Rule::OrderChanged, &Place::of_catalog("errors"), None, None);
        }
    }

    /// Errors whose id or code is retired in the old catalog.
    fn returned(&mut self) {
        let tombstones = tombstones(self.old);
        for (at, error) in self.new.errors.iter().enumerate() {
            // Clients would mistake the error for a retired one with its id or its code.
            let code = error.code.as_ref().map(ToString::to_string);
            let mut known = [Some(error.name.id.as_str()), code.as_deref()].into_iter().flatten();
            let entry = known.find_map(|id| tombstones.get(id));
            let is_undone = |entry: &&&Retired| {
                // An error that gets its old name back is the one that clients know.
                let old = self.pairs.iter().find(|(_, new)| *new == at).map(|(old, _)| *old);
                entry.replacement == old && old.is_some_and(|old| self.old.errors[old].code == error.code)
            };
            if let Some(entry) = entry.filter(|entry| !is_undone(entry)) {
                let (place, id) = (Place::error(None, Some(error)), entry.name.id.clone());
                // No client knows an id that was internal.
                let promise = if entry.is_public { place.promise } else { Rating::Internal };
                let place = Place { promise, ..place };
                self.push(Rule::RetiredIdReturned, &place, Some(id), Some(in_short(error)));
            }
        }
    }

    fn removed(&self) -> Vec<&'a ErrorDef> {
        let kept: BTreeSet<usize> = self.pairs.iter().map(|(old, _)| *old).collect();
        (0..self.old.errors.len()).filter(|at| !kept.contains(at)).map(|at| &self.old.errors[at]).collect()
    }

    fn added(&self) -> Vec<&'a ErrorDef> {
        let known: BTreeSet<usize> = self.pairs.iter().map(|(_, new)| *new).collect();
        (0..self.new.errors.len()).filter(|at| !known.contains(at)).map(|at| &self.new.errors[at]).collect()
    }

    fn error(&mut self, old: &'a ErrorDef, new: &'a ErrorDef) {
        let ErrorDef {
            name,
            code,
            statuses: _,
            title,
            message: _,
            description,
            cause,
            fix,
            notes,
            retry: _,
            refund: _,
            fault,
            doc_url: _,
            group: _,
            envelope: _,
            headers: _,
            details: _,
            examples: _,
            snippets: _,
            lifecycle: _,
            visibility,
            source,
            boxed,
            origin: _,
        } = old;
        let place = Place::error(Some(old), Some(new));
        if name.id != new.name.id {
            self.push(Rule::ErrorRenamed, &place, Some(name.id.clone()), Some(new.name.id.clone()));
            for (placeholder, key, was, is) in [
                (Placeholder::Id, "id", &name.id, &new.name.id),
                (Placeholder::Slug, "slug", &name.slug, &new.name.slug),
            ] {
                if self.sends(old, &placeholder) {
                    self.value(Rule::SentValueChanged, &place.at(key), Some(was), Some(is));
                }
            }
        }
        match (visibility, new.visibility) {
            (Visibility::Public, Visibility::Public) => {}
            (Visibility::Public, Visibility::Internal(_)) => self.push(Rule::ErrorHidden, &place, None, None),
            (Visibility::Internal(_), Visibility::Public) => self.push(Rule::ErrorPublished, &place, None, None),
            (Visibility::Internal(was), Visibility::Internal(is)) => {
                let ids = self.replacements(Some(was.index()), Some(is.index()));
                // Clients receive the mask.
                let place = Place { promise: Rating::Additive, ..place.clone() };
                self.value(Rule::MaskChanged, &place.at("mask"), ids.0.as_ref(), ids.1.as_ref());
            }
        }
        let code_rule = match (code, &new.code) {
            (Some(_), None) => Rule::CodeRemoved,
            (None, Some(_)) => Rule::CodeAdded,
            (None, None) | (Some(_), Some(_)) => Rule::CodeChanged,
        };
        if *code != new.code {
            let [was, is] = code_words(code.as_ref(), new.code.as_ref());
            self.push(code_rule, &place.at("code"), was, is);
        }
        self.statuses(&place, old, new);
        self.message(&place, old, new);
        self.retry(&place, old, new);
        self.refund(&place.at("refund"), old, new);
        self.fault(&place.at("fault"), *fault, new.fault);
        self.details(&place, old, new);
        self.headers(&place, old, new);
        self.response(&place, old, new);
        self.group(&place, old, new);
        self.value(Rule::SourceChanged, &place.at("source"), Some(source), Some(&new.source));
        self.value(Rule::BoxedChanged, &place.at("boxed"), Some(boxed), Some(&new.boxed));
        self.lifecycle(&place, &old.lifecycle, &new.lifecycle);
        let is_sent = self.sends(old, &Placeholder::Title);
        let rule = if is_sent { Rule::SentTextChanged } else { Rule::TitleChanged };
        self.value(rule, &place.at("title"), Some(title), Some(&new.title));
        self.value(Rule::ProseChanged, &place.at("description"), description.as_ref(), new.description.as_ref());
        self.value(Rule::ProseChanged, &place.at("cause"), cause.as_ref(), new.cause.as_ref());
        let rule = match self.sends(old, &Placeholder::Fix) {
            true if fix.is_some() && new.fix.is_none() => Rule::SentValueChanged,
            true => Rule::SentTextChanged,
            false => Rule::ProseChanged,
        };
        self.value(rule, &place.at("fix"), fix.as_ref(), new.fix.as_ref());
        self.value(Rule::ProseChanged, &place.at("notes"), notes.as_ref(), new.notes.as_ref());
        self.doc_url(&place, old, new);
        self.examples(&place, old, new);
        if snippets(old) != snippets(new) {
            self.push(Rule::ExampleChanged, &place.at("snippets"), None, None);
        }
    }

    fn statuses(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        let place = place.at("status");
        let gone: Vec<u16> = old.statuses.iter().copied().filter(|status| !new.statuses.contains(status)).collect();
        let come: Vec<u16> = new.statuses.iter().copied().filter(|status| !old.statuses.contains(status)).collect();
        // An error with several statuses has a type for them.
        let rust = (old.statuses.len() > 1 || new.statuses.len() > 1).then_some(Rating::Breaking);
        if let ([was], [is]) = (gone.as_slice(), come.as_slice()) {
            self.push(Rule::StatusChanged, &place, Some(was.to_string()), Some(is.to_string()));
            self.set_rust(rust);
            return;
        }
        for status in gone {
            self.push(Rule::StatusRemoved, &place, Some(status.to_string()), None);
            self.set_rust(rust);
        }
        for status in come {
            self.push(Rule::StatusAdded, &place, None, Some(status.to_string()));
            self.set_rust(Some(Rating::Additive));
        }
        let first = |error: &ErrorDef| error.statuses.first().copied();
        if first(old) != first(new) && first(old).is_some_and(|first| new.statuses.contains(&first)) {
            let shown = |error: &ErrorDef| first(error).map(|status| status.to_string());
            self.push(Rule::FirstStatusChanged, &place, shown(old), shown(new));
        }
        self.order(Rule::OrderChanged, &place, &old.statuses, &new.statuses);
    }

    fn message(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        // A symptom with a message is an error, which clients recognize by it.
        if old.kind() == Kind::Symptom && new.kind() == Kind::Message && new.code.is_none() {
            self.push(Rule::ErrorAdded, place, None, Some(in_short(new)));
            return;
        }
        let is_identity = old.kind() == Kind::Message && old.code.is_none();
        let is_only_there =
            |field: &Field| fields::is_in_message(old, &field.name) && !fields::sends(self.old, old, &field.name);
        let rule = if is_identity {
            Rule::MessageIdentityChanged
        } else if old.details.iter().any(is_only_there) {
            Rule::MessageWithDetailsChanged
        } else {
            Rule::MessageChanged
        };
        let source = |error: &ErrorDef| error.message.as_ref().map(Template::to_message_source);
        self.value(rule, &place.at("message"), source(old).as_ref(), source(new).as_ref());
    }

    /// Whether the old response of an error contains such a value outside of its message.
    pub(super) fn sends(&self, old: &ErrorDef, placeholder: &Placeholder) -> bool {
        body::sent(self.old, old).contains(&placeholder)
    }

    fn group(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        let was = self.old.group_of(old).map(|group| &group.id);
        let is = self.new.group_of(new).map(|group| &group.id);
        let was_sent = was.is_some() && self.sends(old, &Placeholder::Group);
        let rule = if was_sent { Rule::SentValueChanged } else { Rule::GroupChanged };
        self.value(rule, &place.at("group"), was, is);
    }

    /// Compares the URL of one error. If it follows the URL of all errors, the change is reported
    /// there.
    fn doc_url(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        let rule = self.doc_url_rule(old, new);
        if rule == Rule::SentValueChanged || !self.follows_api(old, new) {
            self.value(rule, &place.at("doc_url"), old.doc_url.as_ref(), new.doc_url.as_ref());
        }
    }

    /// Compares the URL template of all errors.
    pub(super) fn api_doc_url(&mut self) {
        let (was, is) = (self.old.api.doc_url.as_ref(), self.new.api.doc_url.as_ref());
        let pairs = self.pairs.iter().map(|(old, new)| (&self.old.errors[*old], &self.new.errors[*new]));
        let followers = pairs.filter(|(old, new)| old.doc_url != new.doc_url && self.follows_api(old, new));
        let is_sent = |(old, new): &(&ErrorDef, &ErrorDef)| self.doc_url_rule(old, new) == Rule::SentTextChanged;
        let senders: Vec<(&ErrorDef, &ErrorDef)> = followers.filter(is_sent).collect();
        if senders.is_empty() {
            self.value(Rule::DocUrlChanged, &Place::of_catalog("api.doc_url"), was, is);
        } else {
            let place = Place::shared("api.doc_url".to_owned(), &senders);
            self.value(Rule::SentTextChanged, &place, was, is);
        }
    }

    /// The kind of change of a URL. It is a link for people, unless it is a problem's `type` (RFC
    /// 9457), or responses contained it and no longer do.
    fn doc_url_rule(&self, old: &ErrorDef, new: &ErrorDef) -> Rule {
        let was_sent = self.sends(old, &Placeholder::DocUrl);
        let is_gone = old.doc_url.is_some() && new.doc_url.is_none();
        // A problem with neither a type nor a code is known by its status, and with a type it is
        // another problem.
        let is_identity = old.doc_url.is_some() || old.code.is_none() || !self.sends(old, &Placeholder::Code);
        match was_sent {
            true if is_gone || (is_identity && is_problem_type(self.old, old)) => Rule::SentValueChanged,
            true => Rule::SentTextChanged,
            false => Rule::DocUrlChanged,
        }
    }

    /// Whether both URLs come from the template of all errors, and the template changed.
    fn follows_api(&self, old: &ErrorDef, new: &ErrorDef) -> bool {
        let follows = |url: Option<&String>, template: Option<&String>| match (url, template) {
            (None, None) => true,
            (Some(url), Some(template)) => url.starts_with(template.split('{').next().unwrap_or_default()),
            (Some(_), None) | (None, Some(_)) => false,
        };
        let (was, is) = (self.old.api.doc_url.as_ref(), self.new.api.doc_url.as_ref());
        was != is && follows(old.doc_url.as_ref(), was) && follows(new.doc_url.as_ref(), is)
    }

    fn lifecycle(&mut self, place: &Place<'a>, old: &Lifecycle, new: &Lifecycle) {
        let Lifecycle { since, changed, deprecated } = old;
        self.value(Rule::SinceChanged, &place.at("since"), since.as_ref(), new.since.as_ref());
        self.changed(&place.at("changed"), changed, &new.changed);
        let place = place.at("deprecated");
        match (deprecated, &new.deprecated) {
            (None, None) => {}
            (None, Some(_)) => self.push(Rule::ErrorDeprecated, &place, None, None),
            (Some(_), None) => self.push(Rule::DeprecationWithdrawn, &place, None, None),
            (Some(Deprecated { since, replacement, note }), Some(new)) => {
                self.value(Rule::SinceChanged, &place.at("since"), since.as_ref(), new.since.as_ref());
                let ids = self.replacements(*replacement, new.replacement);
                self.value(Rule::ReplacementChanged, &place.at("use"), ids.0.as_ref(), ids.1.as_ref());
                self.value(Rule::ProseChanged, &place.at("note"), note.as_ref(), new.note.as_ref());
            }
        }
    }

    /// Compares the changes that the catalog lists for earlier versions.
    fn changed(&mut self, place: &Place<'a>, old: &[Changed], new: &[Changed]) {
        let paired = pair(old, new, |change| &change.version);
        for Changed { version, note } in paired.removed {
            self.push(Rule::ProseChanged, &place.at(version), Some(note.clone()), None);
        }
        for (old, new) in paired.both {
            self.value(Rule::ProseChanged, &place.at(&old.version), Some(&old.note), Some(&new.note));
        }
        for Changed { version, note } in paired.added {
            self.push(Rule::ProseChanged, &place.at(version), None, Some(note.clone()));
        }
    }

    /// The ids of two errors, one of each catalog, under their names in the new catalog.
    pub(super) fn replacements(&self, old: Option<usize>, new: Option<usize>) -> (Option<String>, Option<String>) {
        let new_id = |at: usize| self.new.errors[at].name.id.clone();
        let kept = |at: usize| self.pairs.iter().find(|(old, _)| *old == at).map(|(_, new)| new_id(*new));
        let was = old.map(|at| kept(at).unwrap_or_else(|| self.old.errors[at].name.id.clone()));
        (was, new.map(new_id))
    }

    /// Compares what the author chose for an example. Values that come from elsewhere (rendered
    /// texts, the example of a detail) are reported there.
    fn examples(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        // The status of an internal error's example is that of the mask.
        let is_own = old.is_public() && new.is_public();
        let in_both = |example: &&Example| {
            !is_own
                || example.status.is_none_or(|status| old.statuses.contains(&status) && new.statuses.contains(&status))
        };
        let was: Vec<&Example> = old.examples.iter().filter(in_both).collect();
        let is: Vec<&Example> = new.examples.iter().filter(in_both).collect();
        let differ = |was: &Example, is: &Example| {
            let Example { title, status, message: _, headers: _, body: _, details, context } = was;
            let title_is_own = |title: &String, error: &ErrorDef| *title == error.title;
            let same_title = *title == is.title || (title_is_own(title, old) && title_is_own(&is.title, new));
            !same_title
                || (is_own && *status != is.status)
                || self.shown(&old.details, &new.details, details, &is.details)
                || self.shown(&self.old.context, &self.new.context, context, &is.context)
        };
        let are_alike = old.kind() == new.kind() && old.is_public() == new.is_public();
        if are_alike && (was.len() != is.len() || was.iter().zip(&is).any(|(was, is)| differ(was, is))) {
            self.push(Rule::ExampleChanged, &place.at("examples"), None, None);
        }
    }

    /// Whether an example shows a different value for an unchanged field.
    fn shown(
        &self,
        old_fields: &[Field],
        new_fields: &[Field],
        old: &[(String, Value)],
        new: &[(String, Value)],
    ) -> bool {
        let value = |values: &[(String, Value)], name: &str| {
            values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        old_fields.iter().any(|field| {
            let Some(other) = new_fields.iter().find(|other| other.name == field.name) else { return false };
            let same = field.optional == other.optional
                && field.sensitive == other.sensitive
                && field.example.is_some() == other.example.is_some()
                && example_value(self.old, field) == example_value(self.new, other);
            same && value(old, &field.name) != value(new, &field.name)
        })
    }
}

impl<'a> Place<'a> {
    pub(super) fn error(old: Option<&'a ErrorDef>, new: Option<&'a ErrorDef>) -> Self {
        let id = new.or(old).map_or(String::new(), |error| error.name.id.clone());
        let is_for_readers = [old, new].into_iter().flatten().all(|error| error.kind() == Kind::Symptom);
        let promise = promise(old, new);
        Place {
            path: format!("errors.{id}"),
            errors: [id].into(),
            // The API never sends a symptom: only its page comes and goes.
            promise: if is_for_readers { promise.min(Rating::Text) } else { promise },
            is_for_readers,
            old: old.map(|error| &error.origin),
            new: new.map(|error| &error.origin),
        }
    }
}

/// Whether `type` is the documentation URL: clients identify problems by it (RFC 9457, section
/// 3.1.1).
fn is_problem_type(catalog: &Catalog, error: &ErrorDef) -> bool {
    catalog.envelope_of(error).is_some_and(|envelope| {
        envelope.content_type.starts_with("application/problem+")
            && envelope.body.members.iter().any(|member| match member {
                BodyMember::Field(name, BodyNode::Value(Slot { placeholder, optional: _ })) => {
                    name == "type" && *placeholder == Placeholder::DocUrl
                }
                _ => false,
            })
    })
}

fn snippets(error: &ErrorDef) -> Vec<(&str, &str)> {
    error.snippets.iter().map(|Snippet { lang, code }| (lang.as_str(), code.as_str())).collect()
}

//! Clients can tell the public errors of a status apart.
//!
//! This is the rule of `runtime/src/client/response.rs`, applied to the values of a response that
//! the catalog knows. A detail or a context field can have any value, and identifies no error.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::Checker;
use crate::model::name::Name;
use crate::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot};
use crate::model::url::fill_url;
use crate::model::value::Value;
use crate::model::{Code, Kind};
use crate::problem::{Problem, Rule};
use crate::read::scope::{Scope, field, kind, wire_code};
use crate::read::syntax::{Envelope, ErrorEntry, Field};
use crate::{limits, lower};

/// The number of places in an envelope, and of errors with one value, that are compared. Catalogs
/// have a few; a hostile one has a million.
const COMPARED: usize = 128;

/// The number of pairs of an error and an envelope that are compared, for each status.
const PAIRS: usize = COMPARED * limits::ERRORS;

/// A value that identifies an error, the strongest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Mark {
    Code,
    Id,
    Url,
    Slug,
}

/// How a client recognizes an error, the weakest way first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Status,
    Described,
    Named,
}

/// What is known of a value in a response.
pub(super) enum Seen {
    Text(String),
    /// It is not text, or can be any text.
    Any,
    /// It is null or absent.
    Nothing,
}

/// The members and items of a body, as a tree. Without an envelope, it has only the root.
struct Places {
    /// What is at each place. The root is the first.
    nodes: Vec<BodyNode>,
    /// The place around each place, and the number of its own name.
    paths: Vec<(usize, usize)>,
    /// The opposite of `paths`.
    members: HashMap<(usize, usize), usize>,
    marks: Vec<(Mark, usize)>,
    /// The places that have a value in the response of every error.
    required: Vec<usize>,
    /// The objects that have the details as members.
    details: Vec<usize>,
}

/// Where a place of one body is in another.
enum Found {
    Place(usize),
    /// Below an object that has the details as members: the number of the member's name.
    InDetails(usize),
    Nowhere,
}

/// The names of members, each with a number, so that long names are compared once.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, usize>,
    texts: Vec<String>,
}

/// The errors of one status in one envelope, as indexes.
struct Users {
    envelope: Option<usize>,
    errors: Vec<usize>,
    by_mark: HashMap<(Mark, String), Vec<usize>>,
    /// The errors that a client also recognizes without a code.
    without_code: Vec<usize>,
}

impl<'a> Checker<'a, '_> {
    pub(super) fn identities(&mut self) {
        let identities = Identities::new(&self.scope);
        let found: BTreeMap<usize, (usize, i64)> = identities
            .by_status()
            .into_iter()
            .flat_map(|(status, by_envelope)| {
                let users: Vec<Users> =
                    by_envelope.into_iter().map(|(envelope, errors)| identities.users(envelope, errors)).collect();
                let mistaken = identities.mistaken(status, &users);
                mistaken.into_iter().map(move |(error, other)| (error, (other, status)))
            })
            .collect();
        for (error, (other, status)) in found {
            let (error, other) = (&self.document.errors[error], &self.document.errors[other]);
            let code = wire_code(error);
            if code == wire_code(other) {
                self.has_same_code(error, other, &words_of(code.as_ref(), Some(status)));
            } else {
                self.looks_like(error, other);
            }
        }
    }

    pub(super) fn has_same_code(&mut self, error: &ErrorEntry, other: &ErrorEntry, words: &str) {
        let message = format!("`{}` and `{}` both have {words}", other.id.value, error.id.value);
        let place = |error: &ErrorEntry| error.code.as_ref().map_or(error.id.span, |code| code.span);
        self.push(
            Problem::new(Rule::DuplicateCode, place(error), message)
                .label("clients cannot tell this error")
                .related(place(other), "from this one"),
        );
    }

    fn looks_like(&mut self, error: &'a ErrorEntry, other: &'a ErrorEntry) {
        let (id, other_id) = (&error.id.value, &other.id.value);
        let message = format!("a client cannot tell `{id}` from `{other_id}`: no member of the body identifies it");
        let problem = Problem::new(Rule::DuplicateCode, error.id.span, message);
        let problem = problem.related(other.id.span, "the other error");
        let envelope = self.scope.envelope(error).map(|at| self.scope.envelope_def(at));
        let problem = match envelope.filter(|envelope| !envelope.is_predefined) {
            Some(envelope) => problem.related(envelope.name.span, "its envelope"),
            None => problem,
        };
        self.push(problem.help(match (wire_code(error), envelope) {
            (None, _) => "give it a code, and add `{code}` to the body",
            (Some(_), None) => "remove `envelope: none`, so that the response has a body with its code",
            (Some(_), Some(_)) => "add `{code}` to the body",
        }));
    }
}

struct Identities<'s, 'a> {
    scope: &'s Scope<'a>,
    places: Vec<Places>,
    bare: Places,
    names: Names,
}

impl<'s, 'a> Identities<'s, 'a> {
    fn new(scope: &'s Scope<'a>) -> Self {
        let mut names = Names::default();
        let places = |envelope: &Envelope| {
            let mut places = Places::default();
            places.object(0, lower::envelope(scope, envelope).body, scope, &mut names);
            places
        };
        let places = scope.document.envelopes.iter().map(places).collect();
        Identities { scope, places, bare: Places::default(), names }
    }

    fn error(&self, at: usize) -> &'a ErrorEntry {
        &self.scope.document.errors[at]
    }

    fn places(&self, envelope: Option<usize>) -> &Places {
        envelope.map_or(&self.bare, |at| &self.places[at])
    }

    fn by_status(&self) -> BTreeMap<i64, BTreeMap<Option<usize>, Vec<usize>>> {
        let mut statuses: BTreeMap<i64, BTreeMap<Option<usize>, Vec<usize>>> = BTreeMap::new();
        for (at, error) in self.scope.document.errors.iter().enumerate() {
            if kind(error) == Kind::Response && !self.scope.is_internal(error) {
                for status in &error.status {
                    let by_envelope = statuses.entry(status.value).or_default();
                    by_envelope.entry(self.scope.envelope(error)).or_default().push(at);
                }
            }
        }
        statuses
    }

    fn users(&self, envelope: Option<usize>, errors: Vec<usize>) -> Users {
        let has_code = self.places(envelope).marks.iter().any(|(mark, _)| *mark == Mark::Code);
        let mut by_mark: HashMap<(Mark, String), Vec<usize>> = HashMap::new();
        let mut without_code = Vec::new();
        for &at in &errors {
            let is_without = !has_code || wire_code(self.error(at)).is_none();
            without_code.extend(is_without.then_some(at));
            let marks =
                if is_without { &[Mark::Code, Mark::Id, Mark::Url, Mark::Slug][..] } else { &[Mark::Code, Mark::Id] };
            for &mark in marks {
                if let Some(text) = self.mark(at, mark) {
                    by_mark.entry((mark, text)).or_default().push(at);
                }
            }
        }
        Users { envelope, errors, by_mark, without_code }
    }

    /// Each error that a client takes for another one. Of two errors that it takes for each other,
    /// the second.
    fn mistaken(&self, status: i64, all: &[Users]) -> Vec<(usize, usize)> {
        let errors: usize = all.iter().map(|users| users.errors.len()).sum();
        let compared = PAIRS / errors.max(1);
        let mut mistaken = Vec::new();
        for (at, users) in all.iter().enumerate() {
            for &error in &users.errors {
                let own = (at >= compared).then_some(users);
                let other = all.iter().take(compared).chain(own).find_map(|others| {
                    let other = self.taken_for(error, status, users, others)?;
                    let is_mutual = || self.taken_for(other, status, others, users).is_some_and(|back| back < other);
                    (other < error || !is_mutual()).then_some(other)
                });
                mistaken.extend(other.map(|other| (error, other)));
            }
        }
        mistaken
    }

    /// The error among `others` that a client finds in the response of an error, if it is as like
    /// the response as the error itself.
    fn taken_for(&self, error: usize, status: i64, own: &Users, others: &Users) -> Option<usize> {
        let (rank, other) = self.found(error, status, own, others)?;
        let marks = self.places(own.envelope).marks.iter().map(|(mark, _)| *mark);
        let mark = marks.filter(|mark| self.mark(error, *mark).is_some()).min();
        (rank >= rank_of(mark)).then_some(other)
    }

    fn found(&self, error: usize, status: i64, own: &Users, others: &Users) -> Option<(Rank, usize)> {
        // A response without a body is like no response with one.
        if own.envelope.is_some() != others.envelope.is_some() {
            return None;
        }
        let (body, places) = (self.places(own.envelope), self.places(others.envelope));
        let mut marks: BTreeMap<Mark, String> = BTreeMap::new();
        for (mark, place) in &places.marks {
            match self.seen(error, status, body, &body.find(places, *place)) {
                Seen::Nothing => {}
                Seen::Any => return None,
                Seen::Text(text) => {
                    let text = if *mark == Mark::Url { same_url(&text) } else { text };
                    if marks.insert(*mark, text.clone()).is_some_and(|first| first != text) {
                        return None;
                    }
                }
            }
        }
        let rank = rank_of(marks.keys().next().copied());
        // A code or an id is enough; otherwise both the URL and the slug count.
        marks.retain(|mark, _| rank_of(Some(*mark)) == rank);
        // An id and a slug are those of one error.
        let like = match marks.pop_last() {
            Some(mark) => others.by_mark.get(&mark)?,
            None if others.without_code.is_empty() => return None,
            None => {
                let is_sent = |place: &usize| self.is_sent(error, body, &body.find(places, *place));
                places.required.iter().all(is_sent).then_some(&others.without_code)?
            }
        };
        let agrees = |other: usize| marks.iter().all(|(mark, text)| self.mark(other, *mark).as_ref() == Some(text));
        let other = like.iter().copied().filter(|other| *other != error).take(COMPARED).find(|other| agrees(*other));
        other.map(|other| (rank, other))
    }

    /// The value by which a client knows an error.
    fn mark(&self, error: usize, mark: Mark) -> Option<String> {
        let entry = self.error(error);
        match mark {
            Mark::Code => wire_code(entry).map(|code| code.to_string()),
            Mark::Id => Some(entry.id.value.clone()),
            Mark::Slug => Some(Name::new(&entry.id.value).slug),
            Mark::Url => url(self.scope, entry).map(|url| same_url(&url)),
        }
    }

    fn detail(&self, error: usize, name: usize) -> Option<&'a Field> {
        field(&self.error(error).details, &self.names.texts[name])
    }

    /// Whether a place has a value in every response of an error.
    fn is_sent(&self, error: usize, body: &Places, found: &Found) -> bool {
        let entry = self.error(error);
        let place = match *found {
            Found::Place(place) => place,
            Found::InDetails(name) => return self.detail(error, name).is_some_and(|field| !field.optional),
            Found::Nowhere => return false,
        };
        let BodyNode::Value(slot) = &body.nodes[place] else { return true };
        match &slot.placeholder {
            Placeholder::Detail(name) => field(&entry.details, name).is_some_and(|field| !field.optional),
            Placeholder::Context(name) => self.scope.context.get(name.as_str()).is_some_and(|field| !field.optional),
            Placeholder::Details => !slot.optional,
            other => !matches!(value(self.scope, entry, 0, other), Seen::Nothing),
        }
    }

    /// What is at a place of the response of an error.
    fn seen(&self, error: usize, status: i64, body: &Places, found: &Found) -> Seen {
        let place = match *found {
            Found::Place(place) => place,
            Found::InDetails(name) => return self.detail(error, name).map_or(Seen::Nothing, |_| Seen::Any),
            Found::Nowhere => return Seen::Nothing,
        };
        let entry = self.error(error);
        match &body.nodes[place] {
            BodyNode::Constant(Value::Null) => Seen::Nothing,
            BodyNode::Constant(Value::String(text)) => Seen::Text(text.clone()),
            BodyNode::Constant(Value::Integer(number)) => Seen::Text(number.to_string()),
            BodyNode::Constant(_) | BodyNode::Array(_) | BodyNode::Object(_) => Seen::Any,
            BodyNode::Value(slot) => value(self.scope, entry, status, &slot.placeholder),
            BodyNode::Text(template) => {
                let mut whole = String::new();
                for part in &template.parts {
                    match part {
                        Part::Text(text) => whole.push_str(text),
                        Part::Slot(slot) => match value(self.scope, entry, status, &slot.placeholder) {
                            Seen::Text(text) => whole.push_str(&text),
                            Seen::Nothing => {}
                            Seen::Any => return Seen::Any,
                        },
                    }
                }
                Seen::Text(whole)
            }
        }
    }
}

impl Default for Places {
    fn default() -> Self {
        Places {
            nodes: vec![BodyNode::Object(BodyObject::default())],
            paths: vec![(0, 0)],
            members: HashMap::new(),
            marks: Vec::new(),
            required: Vec::new(),
            details: Vec::new(),
        }
    }
}

impl Places {
    fn object(&mut self, at: usize, object: BodyObject, scope: &Scope<'_>, names: &mut Names) {
        for member in object.members {
            match member {
                BodyMember::DetailsSpread => self.details.push(at),
                BodyMember::Field(name, node) => self.node((at, names.number(name)), node, scope, names),
            }
        }
    }

    fn node(&mut self, path: (usize, usize), node: BodyNode, scope: &Scope<'_>, names: &mut Names) {
        let at = self.nodes.len();
        self.paths.push(path);
        self.members.insert(path, at);
        match node {
            BodyNode::Array(items) => {
                self.nodes.push(BodyNode::Array(Vec::new()));
                // An optional item shifts the items after it.
                let is_there = |item: &&BodyNode| !matches!(item, BodyNode::Value(slot) if !keeps_place(slot, scope));
                let fixed = items.iter().take_while(is_there).count();
                let known = if fixed + 1 == items.len() { items.len() } else { fixed };
                for (number, item) in items.into_iter().take(known).enumerate() {
                    self.node((at, names.number(number.to_string())), item, scope, names);
                }
            }
            BodyNode::Object(object) => {
                self.nodes.push(BodyNode::Object(BodyObject::default()));
                self.object(at, object, scope, names);
            }
            BodyNode::Constant(_) | BodyNode::Text(_) => {
                self.nodes.push(node);
                self.require(at);
            }
            BodyNode::Value(slot) => {
                let mark = match slot.placeholder {
                    Placeholder::Code => Some(Mark::Code),
                    Placeholder::Id => Some(Mark::Id),
                    Placeholder::DocUrl => Some(Mark::Url),
                    Placeholder::Slug => Some(Mark::Slug),
                    _ => None,
                };
                self.marks.extend(mark.filter(|_| self.marks.len() < COMPARED).map(|mark| (mark, at)));
                self.details.extend((slot.placeholder == Placeholder::Details).then_some(at));
                if fills(&slot, scope) {
                    self.require(at);
                }
                self.nodes.push(BodyNode::Value(slot));
            }
        }
    }

    fn require(&mut self, at: usize) {
        if self.required.len() < COMPARED {
            self.required.push(at);
        }
    }

    /// The place of another body in this one.
    fn find(&self, other: &Places, place: usize) -> Found {
        if place == 0 {
            return Found::Place(0);
        }
        let (parent, name) = other.paths[place];
        let Found::Place(parent) = self.find(other, parent) else { return Found::Nowhere };
        match self.members.get(&(parent, name)) {
            Some(&place) => Found::Place(place),
            None if self.details.contains(&parent) => Found::InDetails(name),
            None => Found::Nowhere,
        }
    }
}

impl Names {
    fn number(&mut self, name: String) -> usize {
        let next = self.texts.len();
        match self.numbers.entry(name) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                self.texts.push(entry.key().clone());
                *entry.insert(next)
            }
        }
    }
}

/// Whether a placeholder has a value in the response of every error.
fn fills(slot: &Slot, scope: &Scope<'_>) -> bool {
    match &slot.placeholder {
        Placeholder::Id | Placeholder::Slug | Placeholder::Title | Placeholder::Message => true,
        Placeholder::Detail(_) => false,
        Placeholder::Context(name) => scope.context.get(name.as_str()).is_some_and(|field| !field.optional),
        _ => !slot.optional,
    }
}

/// Whether an item of a list is in the response of every error.
fn keeps_place(slot: &Slot, scope: &Scope<'_>) -> bool {
    match slot.placeholder {
        Placeholder::Detail(_) => !slot.optional,
        _ => fills(slot, scope),
    }
}

/// What identifies an error, in words.
pub(super) fn words_of(code: Option<&Code>, status: Option<i64>) -> String {
    match (code, status) {
        (Some(code), Some(status)) => format!("code `{code}` and status {status}"),
        (Some(code), None) => format!("code `{code}` and no status"),
        (None, Some(status)) => format!("status {status} and no code"),
        (None, None) => "no code and no status".to_owned(),
    }
}

fn rank_of(mark: Option<Mark>) -> Rank {
    match mark {
        Some(Mark::Code | Mark::Id) => Rank::Named,
        Some(Mark::Url | Mark::Slug) => Rank::Described,
        None => Rank::Status,
    }
}

/// A client ignores a slash at the end of a URL.
fn same_url(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

/// The value of a placeholder in the response of an error.
pub(super) fn value<'a>(scope: &Scope<'a>, error: &'a ErrorEntry, status: i64, placeholder: &Placeholder) -> Seen {
    let text = |text: Option<String>| text.map_or(Seen::Nothing, Seen::Text);
    let any = |is_there: bool| if is_there { Seen::Any } else { Seen::Nothing };
    let title = || error.title.as_ref().map_or_else(|| Name::new(&error.id.value).words(), |title| title.value.clone());
    match placeholder {
        Placeholder::Id => text(Some(error.id.value.clone())),
        Placeholder::Code => text(wire_code(error).map(|code| code.to_string())),
        Placeholder::Slug => text(Some(Name::new(&error.id.value).slug)),
        Placeholder::Status => text(Some(status.to_string())),
        Placeholder::Title => text(Some(title())),
        Placeholder::Message => match &error.message {
            Some(message) if message.value.contains('{') => Seen::Any,
            Some(message) => text(Some(message.value.clone())),
            None => text(Some(title())),
        },
        Placeholder::DocUrl => text(url(scope, error)),
        Placeholder::Group => text(error.group.as_ref().map(|group| group.value.clone())),
        Placeholder::Fix => any(error.fix.is_some()),
        Placeholder::Retryable => any(scope.retry(error).0.is_some()),
        Placeholder::Refund => any(scope.refund(error).is_some()),
        Placeholder::Details => any(!error.details.is_empty()),
        Placeholder::Detail(name) => any(field(&error.details, name).is_some()),
        Placeholder::Context(_) => Seen::Any,
    }
}

fn url<'a>(scope: &Scope<'a>, error: &'a ErrorEntry) -> Option<String> {
    let url = scope.doc_url(error)?;
    let code = wire_code(error).map(|code| code.to_string());
    let group = error.group.as_ref().map(|group| group.value.as_str());
    Some(fill_url(&url.value, &Name::new(&error.id.value), code.as_deref(), group))
}

//! JSON values that borrow their texts from the catalog, and what documents are written to.
//!
//! A document is handed to a [`Sink`] entry by entry, so only its text is ever whole in memory.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::mem;

use errbook_catalog::model::value::Value;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Number, Value as Json};

/// A JSON value. Its objects are searched from front to back, so they have few members.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Tree<'a>>),
    Object(Members<'a>),
}

/// The members of an object, in order. No two have the same name.
pub(crate) type Members<'a> = Vec<(Cow<'a, str>, Tree<'a>)>;

/// Takes a document member by member, from its first to its last.
pub(crate) trait Sink {
    /// Begins an object that is a member.
    fn open(&mut self, name: &str);
    /// Takes a member of what is open.
    fn member(&mut self, name: &str, value: Tree);
    /// Ends what was begun last.
    fn close(&mut self);
}

/// A sink that takes a list item by item, too.
pub(crate) trait ListSink: Sink {
    /// Begins a list that is a member.
    fn open_list(&mut self, name: &str);
    /// Takes an item of the list that is open.
    fn item(&mut self, value: Tree);
}

/// An object with these members, or any other value, like `json!`.
macro_rules! tree {
    ({ $($name:literal: $value:expr),* $(,)? }) => {
        $crate::tree::Tree::Object(vec![$((std::borrow::Cow::Borrowed($name), $crate::tree::Tree::from($value))),*])
    };
    ($value:expr) => {
        $crate::tree::Tree::from($value)
    };
}
pub(crate) use tree;

/// An object. If two members have the same name, the last wins, in the place of the first.
pub(crate) fn object_of<'a, K: Into<Cow<'a, str>>>(members: impl Iterator<Item = (K, Tree<'a>)>) -> Tree<'a> {
    let members: Members = members.map(|(name, value)| (name.into(), value)).collect();
    let mut seen = Seen::default();
    if members.iter().all(|(name, _)| seen.insert(name)) {
        return Tree::Object(members);
    }
    let mut object = Tree::Object(Vec::with_capacity(members.len()));
    for (name, value) in members {
        object.set(name, value);
    }
    object
}

/// How many names are compared with each other. More are hashed.
pub(crate) const FEW: usize = 16;

/// The names that an object has so far.
#[derive(Default)]
pub(crate) struct Seen<'n> {
    few: [&'n str; FEW],
    count: usize,
    more: HashSet<&'n str>,
}

impl<'n> Seen<'n> {
    /// Adds a name, and returns whether it is new.
    pub(crate) fn insert(&mut self, name: &'n str) -> bool {
        if self.few[..self.count].contains(&name) {
            return false;
        }
        if self.count == FEW {
            return self.more.insert(name);
        }
        self.few[self.count] = name;
        self.count += 1;
        true
    }
}

/// The values without those that are equal to an earlier one.
pub(crate) fn distinct<'t, 'a: 't>(values: impl Iterator<Item = &'t Tree<'a>>) -> Vec<&'t Tree<'a>> {
    let mut seen = BTreeSet::new();
    values.filter(|value| seen.insert(value.key())).collect()
}

impl<'a> Tree<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&Tree<'a>> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Tree<'a>> {
        let Tree::Object(members) = self else { return None };
        members.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Tree::Text(text) = self { Some(text) } else { None }
    }

    /// The items of a list; none of any other value.
    pub(crate) fn items(&self) -> &[Tree<'a>] {
        if let Tree::List(items) = self { items } else { &[] }
    }

    /// The members of an object; none of any other value.
    pub(crate) fn members(&self) -> &[(Cow<'a, str>, Tree<'a>)] {
        if let Tree::Object(members) = self { members } else { &[] }
    }

    /// Adds a member to an object, or replaces it.
    pub(crate) fn set(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Tree<'a>>) {
        let (name, value) = (name.into(), value.into());
        match (self.get_mut(&name), value) {
            (Some(known), value) => *known = value,
            (None, value) => {
                if let Tree::Object(members) = self {
                    members.push((name, value));
                }
            }
        }
    }

    /// Adds the members of another object, whose names this one does not have.
    pub(crate) fn extend(&mut self, more: Tree<'a>) {
        if let (Tree::Object(members), Tree::Object(more)) = (self, more) {
            members.extend(more);
        }
    }

    /// Removes a member from an object.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Tree<'a>> {
        let Tree::Object(members) = self else { return None };
        let at = members.iter().position(|(known, _)| known == name)?;
        Some(members.remove(at).1)
    }

    /// A key that equal values share, and no others.
    pub(crate) fn key(&self) -> (bool, Cow<'_, str>) {
        match self {
            Tree::Text(text) => (true, Cow::Borrowed(text)),
            other => (false, Cow::Owned(other.to_json_text())),
        }
    }

    /// The value as JSON without spaces.
    pub(crate) fn to_json_text(&self) -> String {
        serde_json::to_string(self).expect("a tree has only keys of text")
    }
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Null => serializer.serialize_unit(),
            Tree::Bool(flag) => serializer.serialize_bool(*flag),
            Tree::Number(number) => number.serialize(serializer),
            Tree::Text(text) => serializer.serialize_str(text),
            Tree::List(items) => serializer.collect_seq(items),
            Tree::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'a> From<&'a str> for Tree<'a> {
    fn from(text: &'a str) -> Self {
        Tree::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Tree<'a> {
    fn from(text: &'a String) -> Self {
        Tree::from(text.as_str())
    }
}

impl From<String> for Tree<'_> {
    fn from(text: String) -> Self {
        Tree::Text(Cow::Owned(text))
    }
}

impl From<bool> for Tree<'_> {
    fn from(flag: bool) -> Self {
        Tree::Bool(flag)
    }
}

impl From<()> for Tree<'_> {
    fn from((): ()) -> Self {
        Tree::Null
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Tree<'_> {
            fn from(number: $integer) -> Self {
                Tree::Number(number.into())
            }
        }
    )*};
}
from_integers!(u16 u32 i64 u64 usize);

impl From<f64> for Tree<'_> {
    fn from(number: f64) -> Self {
        Number::from_f64(number).map_or(Tree::Null, Tree::Number)
    }
}

impl<'a, T: Into<Tree<'a>>> From<Option<T>> for Tree<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Tree::Null, Into::into)
    }
}

impl<'a> From<&'a Option<String>> for Tree<'a> {
    fn from(text: &'a Option<String>) -> Self {
        text.as_deref().into()
    }
}

impl<'a, T: Into<Tree<'a>>, const N: usize> From<[T; N]> for Tree<'a> {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<'a, T: Into<Tree<'a>>> FromIterator<T> for Tree<'a> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Tree::List(items.into_iter().map(Into::into).collect())
    }
}

impl<'a> From<&'a Value> for Tree<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Tree::Null,
            Value::Bool(flag) => Tree::from(*flag),
            Value::Integer(number) => Tree::from(*number),
            Value::Number(number) => Tree::from(*number),
            Value::String(text) => Tree::from(text),
            Value::Array(items) => items.iter().collect(),
            Value::Object(members) => object_of(members.iter().map(|(name, member)| (name, Tree::from(member)))),
        }
    }
}

impl<'a> From<&'a Json> for Tree<'a> {
    fn from(json: &'a Json) -> Self {
        match json {
            Json::Null => Tree::Null,
            Json::Bool(flag) => Tree::from(*flag),
            Json::Number(number) => Tree::Number(number.clone()),
            Json::String(text) => Tree::from(text),
            Json::Array(items) => items.iter().collect(),
            Json::Object(members) => members.into(),
        }
    }
}

impl<'a> From<&'a Map<String, Json>> for Tree<'a> {
    fn from(members: &'a Map<String, Json>) -> Self {
        Tree::Object(members.iter().map(|(name, member)| (name.as_str().into(), member.into())).collect())
    }
}

impl From<Tree<'_>> for Json {
    fn from(tree: Tree<'_>) -> Self {
        match tree {
            Tree::Null => Json::Null,
            Tree::Bool(flag) => Json::Bool(flag),
            Tree::Number(number) => Json::Number(number),
            Tree::Text(text) => Json::String(text.into_owned()),
            Tree::List(items) => items.into_iter().map(Json::from).collect(),
            Tree::Object(members) => {
                members.into_iter().map(|(name, member)| (name.into_owned(), Json::from(member))).collect()
            }
        }
    }
}

/// A sink that keeps the document.
pub(crate) struct Whole {
    /// The document, or what is open.
    value: Json,
    /// What is around it, each with the name of what is open inside.
    around: Vec<(Json, String)>,
}

impl Whole {
    pub(crate) fn new() -> Self {
        Whole { value: Json::Object(Map::new()), around: Vec::new() }
    }

    pub(crate) fn finish(self) -> Json {
        self.value
    }

    fn begin(&mut self, name: &str, value: Json) {
        self.around.push((mem::replace(&mut self.value, value), name.to_owned()));
    }

    fn put(&mut self, name: String, value: Json) {
        if let Json::Object(members) = &mut self.value {
            members.insert(name, value);
        }
    }
}

impl Sink for Whole {
    fn open(&mut self, name: &str) {
        self.begin(name, Json::Object(Map::new()));
    }

    fn member(&mut self, name: &str, value: Tree) {
        self.put(name.to_owned(), value.into());
    }

    fn close(&mut self) {
        if let Some((around, name)) = self.around.pop() {
            let value = mem::replace(&mut self.value, around);
            self.put(name, value);
        }
    }
}

impl ListSink for Whole {
    fn open_list(&mut self, name: &str) {
        self.begin(name, Json::Array(Vec::new()));
    }

    fn item(&mut self, value: Tree) {
        if let Json::Array(items) = &mut self.value {
            items.push(value.into());
        }
    }
}

/// A sink that writes JSON. Lists and objects of the first `levels` have a line for each entry, so
/// that a diff shows which entries changed. Whatever is inside has no spaces: only programs read it.
pub(crate) struct Lines {
    out: Vec<u8>,
    levels: usize,
    /// For the document and each that is open, the byte that ends it, and whether it is empty.
    open: Vec<(u8, bool)>,
}

impl Lines {
    /// Begins a document, which is an object, of about as many bytes as `capacity`.
    pub(crate) fn new(levels: usize, capacity: usize) -> Self {
        let mut out = Vec::with_capacity(capacity);
        out.push(b'{');
        Lines { out, levels, open: vec![(b'}', true)] }
    }

    /// The text, with a final newline.
    pub(crate) fn finish(mut self) -> String {
        self.close();
        self.out.push(b'\n');
        String::from_utf8(self.out).expect("JSON of texts is UTF-8")
    }

    fn begin_inside(&mut self, [start, end]: [u8; 2]) {
        self.out.push(start);
        self.open.push((end, true));
    }

    fn begin_line(&mut self, level: usize) {
        self.out.push(b'\n');
        (0..level).for_each(|_| self.out.extend(b"  "));
    }

    /// Begins an entry of what is open.
    fn begin(&mut self, name: Option<&str>) {
        let level = self.open.len();
        if let Some((_, is_empty)) = self.open.last_mut()
            && !mem::replace(is_empty, false)
        {
            self.out.push(b',');
        }
        if level <= self.levels {
            self.begin_line(level);
        }
        if let Some(name) = name {
            self.write(name);
            self.out.extend(if level <= self.levels { b": ".as_slice() } else { b":" });
        }
    }

    fn value(&mut self, value: &Tree) {
        match value {
            Tree::Object(members) if self.open.len() < self.levels => {
                self.begin_inside(*b"{}");
                for (name, member) in members {
                    self.begin(Some(name));
                    self.value(member);
                }
                self.close();
            }
            Tree::List(items) if self.open.len() < self.levels => {
                self.begin_inside(*b"[]");
                for item in items {
                    self.begin(None);
                    self.value(item);
                }
                self.close();
            }
            value => self.write(value),
        }
    }

    fn write(&mut self, value: impl Serialize) {
        serde_json::to_writer(&mut self.out, &value).expect("a tree has only keys of text");
    }
}

impl Sink for Lines {
    fn open(&mut self, name: &str) {
        self.begin(Some(name));
        self.begin_inside(*b"{}");
    }

    fn member(&mut self, name: &str, value: Tree) {
        self.begin(Some(name));
        self.value(&value);
    }

    fn close(&mut self) {
        let Some((end, is_empty)) = self.open.pop() else { return };
        if !is_empty && self.open.len() < self.levels {
            self.begin_line(self.open.len());
        }
        self.out.push(end);
    }
}

impl ListSink for Lines {
    fn open_list(&mut self, name: &str) {
        self.begin(Some(name));
        self.begin_inside(*b"[]");
    }

    fn item(&mut self, value: Tree) {
        self.begin(None);
        self.value(&value);
    }
}

/// Writes a document to a sink.
pub(crate) fn copy(document: &Json, sink: &mut impl Sink) {
    for (name, member) in document.as_object().into_iter().flatten() {
        sink.member(name, member.into());
    }
}

// This file has no `//!`, so that the examples below can include it.

use crate::read::shape::Ty;

/// A mapping with fixed keys.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its name in messages and in the JSON Schema.
    pub(crate) name: &'static str,
    /// Values for editors to insert, as YAML, each with its label.
    pub(crate) snippets: &'static [(&'static str, &'static str)],
    /// Its keys, in the order of the format page.
    pub(crate) keys: &'static [Key],
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A key of a mapping.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) ty: Ty,
    pub(crate) presence: Presence,
    pub(crate) doc: &'static str,
    /// Example values, as YAML.
    pub(crate) examples: &'static [&'static str],
}

/// Whether a mapping has a key, and what its absence means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Presence {
    Required,
    /// Absence means nothing, or it depends on other keys.
    Optional,
    /// Absence means this value, written as YAML.
    Default(&'static str),
}

/// The name of a key: `type` for the identifier `r#type`. Keys that are Rust keywords need the
/// `r#`.
pub(crate) const fn key_of(ident: &'static str) -> &'static str {
    match ident.as_bytes() {
        [b'r', b'#', ..] => ident.split_at(2).1,
        _ => ident,
    }
}

/// Declares shapes: first the snippets of each for editors, then its keys with their descriptions,
/// types and examples. Examples, snippets and defaults are written as YAML. Each shape is also a
/// struct with a field for each key, which has the value under the key. Readers destructure the
/// struct.
///
/// ```
/// # mod read { pub mod shape { #[derive(Debug, Clone, Copy)] pub enum Ty { Text, Shape(&'static crate::Shape) } } }
/// # mod yaml { pub struct Node; impl Node { pub fn get(&self, _: &str) -> Option<&Node> { Some(self) } } }
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/read/keys.rs"));
/// # use yaml::Node;
/// shapes! {
///     /// An entry under `retired`.
///     Retired {
///         "renamed" => "{since: '2.0', use: sold_out}";
///         /// The version that removed it.
///         since: Ty::Text, required => "'1.4'", "'2.0'";
///         /// What replaced it.
///         r#use: Ty::Text, default "none" => "sold_out";
///     }
/// }
///
/// fn read(node: &Node) -> [Option<&Node>; 2] {
///     let Retired { since, r#use: replacement } = Retired::of(node);
///     [since, replacement]
/// }
///
/// # fn main() {
/// assert_eq!(Retired::SHAPE.keys[0].doc, "The version that removed it.");
/// assert_eq!(Retired::SHAPE.keys[1].name, "use");
/// # assert!(read(&Node).iter().all(Option::is_some));
/// assert_eq!(Retired::SHAPE.keys[0].presence, Presence::Required);
/// assert_eq!(Retired::SHAPE.keys[1].presence, Presence::Default("none"));
/// # }
/// ```
///
/// A key without an example does not compile, and neither does a key in the table that no reader
/// uses:
///
/// ```compile_fail,E0027
/// # mod read { pub mod shape { #[derive(Debug, Clone, Copy)] pub enum Ty { Text, Shape(&'static crate::Shape) } } }
/// # mod yaml { pub struct Node; impl Node { pub fn get(&self, _: &str) -> Option<&Node> { Some(self) } } }
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/read/keys.rs"));
/// # use yaml::Node;
/// shapes! {
///     /// An entry under `retired`.
///     Retired {
///         "renamed" => "{since: '2.0', use: sold_out}";
///         /// The version that removed it.
///         since: Ty::Text, required => "'1.4'", "'2.0'";
///         /// What replaced it.
///         r#use: Ty::Text => "sold_out";
///         /// Why.
///         note: Ty::Text => "The name was not clear.";
///     }
/// }
///
/// fn read(node: &Node) -> [Option<&Node>; 2] {
///     let Retired { since, r#use: replacement } = Retired::of(node);
///     [since, replacement]
/// }
/// # fn main() {}
/// ```
macro_rules! shapes {
    (
        $(
            $(#[$meta:meta])+
            $name:ident {
                $( $label:literal => $snippet:literal; )+
                $(
                    $(#[doc = $doc:literal])+
                    $key:ident: $ty:expr $(, $presence:ident $($default:literal)?)? => $($example:literal),+;
                )+
            }
        )+
    ) => {
        $(
            $(#[$meta])+
            #[derive(Default)]
            pub(crate) struct $name<'a> {
                $( pub(crate) $key: Option<&'a Node>, )+
            }

            impl<'a> $name<'a> {
                pub(crate) const TY: Ty = Ty::Shape(Self::SHAPE);
                pub(crate) const SHAPE: &'static Shape = &Shape {
                    name: stringify!($name),
                    snippets: &[ $( ($label, $snippet), )+ ],
                    keys: &[ $( Key {
                        name: key_of(stringify!($key)),
                        ty: $ty,
                        presence: shapes!(@presence $($presence $($default)?)?),
                        doc: concat!($($doc),+).trim_ascii(),
                        examples: &[ $( $example, )+ ],
                    }, )+ ],
                };

                /// The value under each key, if the node is a mapping.
                pub(crate) fn of(node: &'a Node) -> Self {
                    Self { $( $key: node.get(const { key_of(stringify!($key)) }), )+ }
                }
            }
        )+
    };
    (@presence) => { Presence::Optional };
    (@presence required) => { Presence::Required };
    (@presence default $value:literal) => { Presence::Default($value) };
}
pub(crate) use shapes;

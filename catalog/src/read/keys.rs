// This file has no `//!`, so that the examples below can include it.

use crate::read::shape::Ty;

/// A mapping with fixed keys.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its name in messages and in the JSON Schema.
    pub(crate) name: &'static str,
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
    pub(crate) required: bool,
    pub(crate) doc: &'static str,
}

/// The name of a key: `type` for the identifier `r#type`. Keys that are Rust keywords need the
/// `r#`.
pub(crate) const fn key_of(ident: &'static str) -> &'static str {
    match ident.as_bytes() {
        [b'r', b'#', ..] => ident.split_at(2).1,
        _ => ident,
    }
}

/// Declares shapes: the keys of each, with their types and descriptions. Each shape is also a
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
///         /// The version that removed it.
///         since: Ty::Text, required;
///         /// What replaced it.
///         r#use: Ty::Text;
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
/// # assert!(Retired::SHAPE.keys[0].required && !Retired::SHAPE.keys[1].required);
/// # }
/// ```
///
/// A key in the table that no reader uses does not compile:
///
/// ```compile_fail,E0027
/// # mod read { pub mod shape { #[derive(Debug, Clone, Copy)] pub enum Ty { Text, Shape(&'static crate::Shape) } } }
/// # mod yaml { pub struct Node; impl Node { pub fn get(&self, _: &str) -> Option<&Node> { Some(self) } } }
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/read/keys.rs"));
/// # use yaml::Node;
/// shapes! {
///     /// An entry under `retired`.
///     Retired {
///         /// The version that removed it.
///         since: Ty::Text, required;
///         /// What replaced it.
///         r#use: Ty::Text;
///         /// Why.
///         note: Ty::Text;
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
                $( $(#[doc = $doc:literal])+ $key:ident: $ty:expr $(, $required:ident)?; )+
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
                    keys: &[ $( Key {
                        name: key_of(stringify!($key)),
                        ty: $ty,
                        required: shapes!(@is_required $($required)?),
                        doc: concat!($($doc),+).trim_ascii(),
                    }, )+ ],
                };

                /// The value under each key, if the node is a mapping.
                pub(crate) fn of(node: &'a Node) -> Self {
                    Self { $( $key: node.get(const { key_of(stringify!($key)) }), )+ }
                }
            }
        )+
    };
    (@is_required) => { false };
    (@is_required required) => { true };
}
pub(crate) use shapes;

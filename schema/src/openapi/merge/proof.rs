//! Proves that a merge changed only errbook's parts. Both texts are parsed again and compared as
//! trees.

use errbook_catalog::edit::tree::{Node, Order, Tree, Value};

use super::MARK;
use super::inside::CHOICE;

/// The keys that lead to an entry.
pub(super) type Path<'a> = Vec<&'a str>;

/// The parts of a document that errbook owns.
#[derive(Debug, Default)]
pub(super) struct Owned<'a> {
    /// The entries that a merge has written.
    pub(super) entries: Vec<Path<'a>>,
    /// The mappings around them, the inner ones first. A merge adds and removes them with their
    /// entries.
    pub(super) around: Vec<Path<'a>>,
    /// The schemas that a merge has put into a choice.
    pub(super) choices: Vec<Path<'a>>,
    /// The operations. Their only members may be errbook's.
    pub(super) operations: Vec<Path<'a>>,
}

/// A document without errbook's parts.
#[derive(Debug)]
pub(super) struct Foreign(Tree);

impl Foreign {
    /// `None` if the text cannot be parsed, or nests too deeply.
    pub(super) fn read(text: &str, slug: &str, owned: &Owned<'_>) -> Option<Self> {
        let mut tree = Tree::read(text)?;
        for path in &owned.choices {
            take_out(tree.root.at_mut(path)?, slug)?;
        }
        for path in &owned.entries {
            tree.root.remove(path);
        }
        for path in &owned.around {
            if tree.root.at(path).is_some_and(Node::is_empty) {
                tree.root.remove(path);
            }
        }
        for path in &owned.operations {
            if let Some(operation) = tree.root.at_mut(path).filter(|operation| operation.is_empty()) {
                operation.value = Value::Mapping(Vec::new());
            }
        }
        Some(Foreign(tree))
    }
}

/// Replaces the choice of an API with its first schema. It can be inside the choice of another API.
fn take_out(schema: &mut Node, slug: &str) -> Option<()> {
    let is_own = schema.get(MARK)?.text() == Some(slug);
    let Value::List { items, .. } = &mut schema.at_mut(&[CHOICE])?.value else { return None };
    if !is_own {
        return take_out(items.first_mut()?, slug);
    }
    *schema = std::mem::take(items).into_iter().next()?;
    Some(())
}

impl PartialEq for Foreign {
    fn eq(&self, other: &Self) -> bool {
        self.0.difference(&other.0, Order::Same).is_none()
    }
}

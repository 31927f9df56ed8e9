//! Page data as templates see it.

use std::borrow::Cow;
use std::rc::Rc;

use pulldown_cmark::Event;
use tera::{Map, Value};

use crate::prose::{Inline, Prose};

/// Prints the texts of page data for one output.
pub(crate) trait Printer {
    /// Writes a line.
    fn write_line(&self, line: &Inline, to: &mut String);

    /// Writes a line in a table cell.
    fn write_cell(&self, line: &Inline, to: &mut String) {
        self.write_line(line, to);
    }

    /// Writes paragraphs.
    fn write_prose(&self, prose: &Prose, to: &mut String);

    /// A page's title in the front matter.
    fn page_title(&self, plain: &str) -> String;

    /// A page's description in the front matter.
    fn description(&self, plain: &str) -> String {
        self.front_matter(plain)
    }

    /// Any other text in the front matter.
    fn front_matter(&self, plain: &str) -> String;

    /// A line.
    fn line(&self, line: &Inline) -> String {
        written(|to| self.write_line(line, to))
    }

    /// Paragraphs.
    fn prose(&self, prose: &Prose) -> String {
        written(|to| self.write_prose(prose, to))
    }
}

/// What a function writes.
pub(crate) fn written(write: impl FnOnce(&mut String)) -> String {
    let mut text = String::new();
    write(&mut text);
    text
}

/// A value of page data. Its texts are printed only if a template shows them.
#[derive(Clone)]
pub(crate) enum Node<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Line(&'a Inline),
    Cell(&'a Inline),
    Prose(&'a Prose),
    Number(usize),
    List(Rc<[Node<'a>]>),
    Fields(&'a dyn Fields),
    /// Data of the catalog, unescaped.
    Data(Value),
}

/// An object of page data.
pub(crate) trait Fields {
    fn names(&self) -> &'static [&'static str];

    /// The field with this name, or nothing.
    fn field(&self, name: &str, printer: &dyn Printer) -> Node<'_>;
}

/// Page data that a template gets as a value.
pub(crate) trait Print {
    fn node(&self) -> Node<'_>;

    /// The value for Tera.
    fn print(&self, printer: &dyn Printer) -> Value {
        self.node().value(printer)
    }
}

impl Node<'_> {
    /// Writes a text or a number.
    pub(crate) fn write(&self, printer: &dyn Printer, to: &mut String) {
        match self {
            Node::Nothing | Node::List(_) | Node::Fields(_) => {}
            Node::Text(text) => to.push_str(text),
            Node::Line(line) => printer.write_line(line, to),
            Node::Cell(line) => printer.write_cell(line, to),
            Node::Prose(prose) => printer.write_prose(prose, to),
            Node::Number(number) => to.push_str(&number.to_string()),
            Node::Data(value) => to.push_str(&value.to_string()),
        }
    }

    /// Whether it is a condition that is true: something that is not empty.
    pub(crate) fn is_true(&self, printer: &dyn Printer) -> bool {
        let is_seen = |events: &[Event<'_>]| {
            // Most texts have a word, so that they need not be printed for this.
            let has_words = |event: &Event<'_>| matches!(event, Event::Text(text) | Event::Code(text) if text.contains(char::is_alphanumeric));
            events.iter().any(has_words) || !written(|to| self.write(printer, to)).is_empty()
        };
        match self {
            Node::Nothing => false,
            Node::Text(text) => !text.is_empty(),
            Node::Line(line) | Node::Cell(line) => is_seen(line.events()),
            Node::Prose(prose) => is_seen(prose.events()),
            Node::Number(number) => *number != 0,
            Node::List(items) => !items.is_empty(),
            Node::Fields(fields) => !fields.names().is_empty(),
            Node::Data(value) => value.is_truthy(),
        }
    }

    fn value(self, printer: &dyn Printer) -> Value {
        match self {
            Node::Nothing => Value::none(),
            Node::Text(text) => text.into_owned().into(),
            Node::Line(_) | Node::Cell(_) | Node::Prose(_) => written(|to| self.write(printer, to)).into(),
            Node::Number(number) => Value::from_serializable(&number),
            Node::List(items) => items.iter().map(|item| item.clone().value(printer)).collect::<Vec<Value>>().into(),
            Node::Fields(fields) => {
                let field = |name: &'static str| (name.into(), fields.field(name, printer).value(printer));
                fields.names().iter().map(|name| field(name)).collect::<Map>().into()
            }
            Node::Data(value) => value,
        }
    }
}

impl Print for Inline {
    fn node(&self) -> Node<'_> {
        Node::Line(self)
    }
}

impl Print for Prose {
    fn node(&self) -> Node<'_> {
        Node::Prose(self)
    }
}

impl Print for String {
    fn node(&self) -> Node<'_> {
        Node::Text(self.into())
    }
}

impl Print for &'static str {
    fn node(&self) -> Node<'_> {
        Node::Text((*self).into())
    }
}

impl Print for usize {
    fn node(&self) -> Node<'_> {
        Node::Number(*self)
    }
}

impl<T: Print> Print for Option<T> {
    fn node(&self) -> Node<'_> {
        self.as_ref().map_or(Node::Nothing, Print::node)
    }
}

impl<T: Print> Print for Vec<T> {
    fn node(&self) -> Node<'_> {
        Node::List(self.iter().map(Print::node).collect())
    }
}

/// Defines page data that all outputs print the same way.
macro_rules! plain {
    ($($plain:ty),+ $(,)?) => {$(
        impl $crate::print::Print for $plain {
            fn node(&self) -> $crate::print::Node<'_> {
                $crate::print::Node::Data(tera::Value::from_serializable(self))
            }
        }
    )+};
}
pub(crate) use plain;

/// Defines a type of page data, with the same fields in templates.
macro_rules! printed {
    ($page:ty { $($field:ident),+ $(,)? }) => {
        impl $crate::print::Fields for $page {
            fn names(&self) -> &'static [&'static str] {
                &[$(stringify!($field)),+]
            }

            fn field(&self, name: &str, _: &dyn $crate::print::Printer) -> $crate::print::Node<'_> {
                let Self { $($field),+ } = self;
                match name {
                    $(stringify!($field) => $crate::print::Print::node($field),)+
                    _ => $crate::print::Node::Nothing,
                }
            }
        }

        impl $crate::print::Print for $page {
            fn node(&self) -> $crate::print::Node<'_> {
                $crate::print::Node::Fields(self)
            }
        }
    };
}
pub(crate) use printed;

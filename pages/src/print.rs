//! From page data to what a template sees.

use tera::{Map, Value};

use crate::prose::{Inline, Prose};

/// Prints the texts of page data for one kind of reader.
pub(crate) trait Printer {
    /// A line.
    fn line(&self, line: &Inline) -> String;

    /// A line in a cell of a table.
    fn cell(&self, line: &Inline) -> String;

    /// Paragraphs.
    fn prose(&self, prose: &Prose) -> String;

    /// The title of a page in its front matter.
    fn page_title(&self, plain: &str) -> String;

    /// Any other text of the front matter.
    fn front_matter(&self, plain: &str) -> String;
}

/// Page data that a template sees as a value.
pub(crate) trait Print {
    fn print(&self, printer: &dyn Printer) -> Value;
}

impl Print for Inline {
    fn print(&self, printer: &dyn Printer) -> Value {
        printer.line(self).into()
    }
}

impl Print for Prose {
    fn print(&self, printer: &dyn Printer) -> Value {
        printer.prose(self).into()
    }
}

impl<T: Print> Print for Option<T> {
    fn print(&self, printer: &dyn Printer) -> Value {
        self.as_ref().map_or_else(Value::none, |value| value.print(printer))
    }
}

impl<T: Print> Print for Vec<T> {
    fn print(&self, printer: &dyn Printer) -> Value {
        self.iter().map(|value| value.print(printer)).collect::<Vec<Value>>().into()
    }
}

/// A value of several fields.
pub(crate) fn map<const N: usize>(fields: [(&'static str, Value); N]) -> Value {
    fields.into_iter().map(|(name, value)| (name.into(), value)).collect::<Map>().into()
}

/// Page data that no printer changes.
macro_rules! plain {
    ($($plain:ty),+ $(,)?) => {$(
        impl $crate::print::Print for $plain {
            fn print(&self, _: &dyn $crate::print::Printer) -> tera::Value {
                tera::Value::from_serializable(self)
            }
        }
    )+};
}
pub(crate) use plain;

plain!(String, &'static str, usize);

/// A type of page data, which a template sees with the same fields.
macro_rules! printed {
    ($page:ty { $($field:ident),+ $(,)? }) => {
        impl $crate::print::Print for $page {
            fn print(&self, printer: &dyn $crate::print::Printer) -> tera::Value {
                let Self { $($field),+ } = self;
                $crate::print::map([$((stringify!($field), $field.print(printer))),+])
            }
        }
    };
}
pub(crate) use printed;

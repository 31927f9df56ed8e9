//! Converts page data to template values.

use tera::{Map, Value};

use crate::prose::{Inline, Prose};

/// Prints the texts of page data for one output.
pub(crate) trait Printer {
    /// A line.
    fn line(&self, line: &Inline) -> String;

    /// A line in a table cell.
    fn cell(&self, line: &Inline) -> String;

    /// Paragraphs.
    fn prose(&self, prose: &Prose) -> String;

    /// A page's title in the front matter.
    fn page_title(&self, plain: &str) -> String;

    /// A page's description in the front matter.
    fn description(&self, plain: &str) -> String {
        self.front_matter(plain)
    }

    /// Any other text in the front matter.
    fn front_matter(&self, plain: &str) -> String;
}

/// Page data that a template gets as a value.
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

/// An object with several fields.
pub(crate) fn map<const N: usize>(fields: [(&'static str, Value); N]) -> Value {
    fields.into_iter().map(|(name, value)| (name.into(), value)).collect::<Map>().into()
}

/// Page data that all outputs print the same way.
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

/// Defines a type of page data, with the same fields in templates.
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

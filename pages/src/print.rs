//! Page data as templates see it.

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

    /// A line in a table cell.
    fn cell(&self, line: &Inline) -> String {
        written(|to| self.write_cell(line, to))
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

impl Print for String {
    fn print(&self, _: &dyn Printer) -> Value {
        self.as_str().into()
    }
}

impl Print for &'static str {
    fn print(&self, _: &dyn Printer) -> Value {
        (*self).into()
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

/// The data of a whole page.
pub(crate) trait Page {
    /// Gives each field to `each`, which prints those that a template needs.
    fn fields<'a>(&'a self, each: &mut dyn FnMut(&'static str, &'a dyn Print));
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

plain!(usize);

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

/// Defines the data of a page, with the same fields in its template.
macro_rules! printed_page {
    ($page:ty { $($field:ident),+ $(,)? }) => {
        $crate::print::printed!($page { $($field),+ });

        impl $crate::print::Page for $page {
            fn fields<'a>(&'a self, each: &mut dyn FnMut(&'static str, &'a dyn $crate::print::Print)) {
                let Self { $($field),+ } = self;
                $(each(stringify!($field), $field);)+
            }
        }
    };
}
pub(crate) use printed_page;

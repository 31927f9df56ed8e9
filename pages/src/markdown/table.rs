//! Tables without empty columns.

use tera::Value;

use crate::print::{Print, Printer, map};
use crate::prose::Inline;

/// A table with at least one row and no empty column.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The heading of each column.
    pub headings: Vec<Inline>,
    /// Cells in the order of the headings.
    pub rows: Vec<Vec<Inline>>,
}

impl Table {
    /// Removes columns without content. `None` if nothing is left.
    pub(super) fn new(headings: Vec<Inline>, rows: Vec<Vec<Inline>>) -> Option<Self> {
        let filled: Vec<bool> =
            (0..headings.len()).map(|column| rows.iter().any(|row| !row[column].is_empty())).collect();
        let keep = |cells: Vec<Inline>| -> Vec<Inline> {
            cells.into_iter().zip(&filled).filter(|(_, filled)| **filled).map(|(cell, _)| cell).collect()
        };
        let headings = keep(headings);
        (!headings.is_empty()).then(|| Table { headings, rows: rows.into_iter().map(keep).collect() })
    }

    /// A table with fixed headings.
    pub(super) fn titled(headings: &[&str], rows: Vec<Vec<Inline>>) -> Option<Self> {
        Self::new(headings.iter().map(|heading| Inline::from(*heading)).collect(), rows)
    }
}

impl Print for Table {
    fn print(&self, printer: &dyn Printer) -> Value {
        let Table { headings, rows } = self;
        let cells = |cells: &Vec<Inline>| cells.iter().map(|cell| printer.cell(cell)).collect::<Vec<String>>();
        let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
        map([("headings", cells(headings).into()), ("rows", rows.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(cells: &[&str]) -> Vec<Inline> {
        cells.iter().map(|cell| Inline::from(*cell)).collect()
    }

    #[test]
    fn empty_columns_are_dropped() {
        let table = Table::titled(&["A", "B", "C"], vec![words(&["1", "", ""]), words(&["2", "", "x|y"])]).unwrap();
        assert_eq!(table.headings, words(&["A", "C"]));
        assert_eq!(table.rows, [words(&["1", ""]), words(&["2", "x|y"])]);
    }

    #[test]
    fn a_table_without_content_is_none() {
        assert_eq!(Table::titled(&["A"], vec![]), None);
        assert_eq!(Table::titled(&["A", "B"], vec![words(&["", ""])]), None);
    }
}

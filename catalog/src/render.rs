//! Report -> text.

use crate::problem::Report;

impl Report {
    /// Every problem on a line of its own, with its place. Colour is not used yet.
    pub fn render_text(&self, _color: bool) -> String {
        let line = |problem: &crate::problem::Problem| {
            let place = problem.span.map_or(String::new(), |span| {
                let (source, at) = self.sources.locate(span);
                format!(" --> {}:{at}", source.name)
            });
            let help = problem.help.as_ref().map_or(String::new(), |help| format!("\n  help: {help}"));
            format!("[{}]: {}{place}{help}\n", problem.rule, problem.message)
        };
        self.problems.iter().map(line).collect()
    }
}

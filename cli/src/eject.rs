//! `errbook templates eject`

use std::path::PathBuf;

use errbook_catalog::model::Flavor;
use errbook_files::Edit;
use errbook_pages::markdown::originals;

use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe_line};

/// Customize the templates of the reference
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook templates eject
  errbook templates eject api/errors.yaml --out api/templates")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Eject(Eject),
}

/// Write errbook's templates to a folder
///
/// The templates are those of the catalog's flavor. Each starts with a comment that lists its
/// variables. Keep the templates that you change, and name their folder in the catalog:
/// `generate: {docs: {templates: templates}}`. errbook uses its own templates for the others.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook templates eject
  errbook templates eject api/errors.yaml --out api/templates
  errbook templates eject --force    after an update, to see what changed")]
struct Eject {
    /// The catalog
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalog: PathBuf,
    /// Write the templates to this folder (default: the one that the catalog names, or `templates`)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Overwrite existing templates
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Command::Eject(args) = &args.command;
    let (loaded, catalog) = load::accepted(&args.catalog)?;
    let docs = catalog.generate.docs.as_ref();
    let flavor = docs.map_or(Flavor::Plain, |docs| docs.flavor);
    let named = docs.and_then(|docs| docs.templates.as_deref()).unwrap_or("templates");
    let folder = args.out.clone().unwrap_or_else(|| load::folder_of(&args.catalog).join(named));
    let files: Vec<(PathBuf, String)> =
        originals(flavor).into_iter().map(|(name, text)| (folder.join(name), text)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists() && !args.force) {
        return Err(Stop::failed(format_args!("`{}` already exists; nothing was written", path.display()))
            .help("name another folder with --out, or overwrite the templates with --force"));
    }
    // A template can be a link.
    let edit =
        |(path, text): &(PathBuf, String)| Edit { path: path.clone(), before: String::new(), after: text.clone() };
    errbook_files::check(&files.iter().map(edit).collect::<Vec<_>>(), &loaded.inputs).map_err(Stop::failed)?;
    for (path, text) in &files {
        let written = if path.exists() {
            let before = errbook_catalog::disk::text(path)
                .map_err(|error| Stop::failed(format_args!("`{}` cannot be read: {error}", path.display())))?;
            errbook_files::replace(&[Edit { path: path.clone(), before, after: text.clone() }]).map_err(Stop::failed)
        } else {
            errbook_files::create(path, text)
                .map_err(|error| Stop::failed(format_args!("`{}` cannot be written: {error}", path.display())))
        };
        written?;
    }
    let folder = safe_line(&folder.display().to_string());
    terminal::print(&format!(
        "Wrote {} templates for {} to {folder}.\n\n\
         Delete the templates that you do not change, and name the folder in the catalog:\n  \
         generate: {{docs: {{templates: ...}}}}\n",
        files.len(),
        flavor.name(),
    ))
}

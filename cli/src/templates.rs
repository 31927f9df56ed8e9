//! A user's own templates: a folder that the catalog names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use errbook_catalog::model::{Catalog, GenerateDocs};
use errbook_pages::markdown::{self, TemplateError, Templates};

use crate::load::folder_of;
use crate::outcome::{Outcome, Stop};
use crate::terminal;

/// errbook's templates, with the user's in place of some.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) templates: Templates,
    /// The files that were read.
    pub(crate) inputs: Vec<PathBuf>,
}

/// Reads every markdown file of the folder that the catalog names.
pub(crate) fn own(path: &Path, catalog: &Catalog) -> Result<Own, Stop> {
    let (mut texts, mut inputs) = (Vec::new(), Vec::new());
    if let Some(GenerateDocs { dir: _, flavor: _, nav: _, templates: Some(folder) }) = &catalog.generate.docs {
        let folder = folder_of(path).join(folder);
        let unreadable = |error: io::Error| {
            Stop::failed(format_args!("the templates in `{}` cannot be read: {error}", folder.display()))
        };
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            if let (Some(name), Some("md")) = (file.file_name(), file.extension().and_then(|ending| ending.to_str())) {
                texts.push((name.to_string_lossy().into_owned(), fs::read_to_string(&file).map_err(unreadable)?));
                inputs.push(file);
            }
        }
        // The order of a folder is nobody's choice.
        texts.sort();
    }
    let templates = Templates::new(&texts).map_err(|error| complain(path, &error))?;
    Ok(Own { templates, inputs })
}

/// Whether every page can be rendered.
pub(crate) fn check(path: &Path, catalog: &Catalog) -> Outcome {
    let Own { templates, inputs: _ } = own(path, catalog)?;
    markdown::emit(catalog, &templates).map(drop).map_err(|error| complain(path, &error))
}

/// A mistake in a template or a prose file is a finding, as one in the catalog is.
pub(crate) fn complain(path: &Path, error: &TemplateError) -> Stop {
    terminal::complain(&format!("the reference of `{}` cannot be rendered\n{error}", path.display()), None);
    Stop::Findings
}

//! Everything that a catalog generates, in one snapshot.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use errbook_catalog::edit::File;
use errbook_catalog::model::Catalog;
use errbook_history::lock;

use super::{accepted, changes, difference, held, illegible, report};
use errbook_pages::markdown::{TemplateError, Templates};
use errbook_pages::plan;

/// Before the path of a generated file, which stands below the files of the catalog.
const GENERATED: &str = "generated:";

#[doc(hidden)]
#[track_caller]
pub fn generated(manifest_dir: &str, name: &str, assert: impl FnOnce(&str)) {
    let path = Path::new(manifest_dir).join(name);
    let (mut files, catalog) = accepted(&path);
    files.extend(outputs(&path, &catalog));
    let text = lock::to_text(&files);
    let now = text.trim_end().to_owned();
    let description = format!("All that `{name}` generates; errbook_testing reads it.");
    if let Err(old) = held(&description, move |old| old == now, || assert(&text)) {
        let what =
            old.map(|old| lock::parse(&old).map_or_else(|_| illegible(), |old| rewritten(&old, &files, &catalog)));
        panic!("{}", report(name, "generates", what.as_deref(), &path));
    }
}

/// The generated files; a template that cannot be rendered fails the test.
#[track_caller]
fn outputs(path: &Path, catalog: &Catalog) -> Vec<File> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let files = templates(folder, catalog).and_then(|templates| {
        let wanted = plan::wanted(catalog, &templates)?;
        if wanted.is_empty() { plan::everything(catalog, &templates) } else { Ok(wanted) }
    });
    let files =
        files.unwrap_or_else(|error| panic!("the reference of `{}` cannot be rendered\n{error}", path.display()));
    files.into_iter().map(|file| File { path: format!("{GENERATED}{}", file.path), text: file.text }).collect()
}

/// The templates that the catalog names, which stand beside it.
fn templates(folder: &Path, catalog: &Catalog) -> Result<Templates, TemplateError> {
    let Some(own) = catalog.generate.docs.as_ref().and_then(|docs| docs.templates.as_ref()) else {
        return Templates::new(&[]);
    };
    let entries = fs::read_dir(folder.join(own)).into_iter().flatten().flatten();
    let texts = entries.filter_map(|entry| {
        let is_markdown = entry.path().extension().is_some_and(|ending| ending == "md");
        let name = entry.file_name().into_string().ok().filter(|_| is_markdown)?;
        Some((name, fs::read_to_string(entry.path()).ok()?))
    });
    Templates::new(&texts.collect::<Vec<_>>())
}

/// The files that changed, and what changed in the catalog.
fn rewritten(accepted: &[File], files: &[File], catalog: &Catalog) -> String {
    let is_generated = |file: &&File| file.path.starts_with(GENERATED);
    let mut text = String::new();
    let mut line = |word: &str, file: &File| {
        let _ = writeln!(text, "{word:<8} {}", &file.path[GENERATED.len()..]);
    };
    for file in files.iter().filter(is_generated) {
        match accepted.iter().find(|old| old.path == file.path) {
            None => line("new", file),
            Some(old) if old.text.trim_end() != file.text.trim_end() => line("changed", file),
            Some(_) => {}
        }
    }
    for file in accepted.iter().filter(is_generated).filter(|old| files.iter().all(|file| file.path != old.path)) {
        line("gone", file);
    }
    let of_catalog: Vec<File> = accepted.iter().filter(|file| !is_generated(file)).cloned().collect();
    let is_same = changes(&of_catalog, catalog).is_ok_and(|diff| diff.changes.is_empty());
    let why = if is_same {
        "The catalog says the same: another errbook, a template or a setting writes it otherwise.\n".to_owned()
    } else {
        difference(&of_catalog, catalog)
    };
    format!("{text}\n{why}")
}

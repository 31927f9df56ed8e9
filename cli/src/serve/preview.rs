//! Generates the site in memory, and watches its inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{io, thread};

use anstream::adapter::strip_str;
use errbook_catalog::Loaded;
use errbook_pages::plan::{self, Disk, PlanError};

use crate::load::{self, Source};
use crate::openapi;

/// The interval of polling. Polling a few files is cheap, and works on every file system.
const PAUSE: Duration = Duration::from_millis(200);

/// The current state of the site.
#[derive(Debug)]
pub(super) struct Shown {
    /// The version. It changes with each update.
    pub(super) version: u64,
    /// The files by path, or the report.
    pub(super) site: Result<BTreeMap<String, String>, String>,
}

/// Catalogs, and the files that were read for them.
#[derive(Debug)]
pub(super) struct Preview {
    catalogs: Vec<PathBuf>,
    version: u64,
    seen: BTreeMap<PathBuf, Stamp>,
}

/// The modification time and the size of a file; `None` if it does not exist.
type Stamp = Option<(SystemTime, u64)>;

impl Preview {
    pub(super) fn new(catalogs: Vec<PathBuf>) -> Self {
        Preview { catalogs, version: 0, seen: BTreeMap::new() }
    }

    /// Reads the catalogs, and generates the site.
    pub(super) fn show(&mut self) -> Shown {
        let mut inputs: BTreeSet<PathBuf> = self.catalogs.iter().cloned().collect();
        // Take the stamps before reading, so that later changes are detected.
        let before: BTreeMap<PathBuf, Stamp> =
            self.seen.keys().chain(&self.catalogs).map(|path| (path.clone(), stamp(path))).collect();
        let site = read(&self.catalogs, &mut inputs);
        // A folder changes if files are added or removed, which can match a pattern of `include`.
        let folders: Vec<PathBuf> = inputs.iter().map(|path| load::folder_of(path).to_owned()).collect();
        inputs.extend(folders);
        let stamped = |path: PathBuf| {
            let stamp = before.get(&path).copied().unwrap_or_else(|| stamp(&path));
            (path, stamp)
        };
        self.seen = inputs.into_iter().map(stamped).collect();
        self.version += 1;
        Shown { version: self.version, site }
    }

    /// Waits until an input changes.
    pub(super) fn wait(&self) {
        while self.seen.iter().all(|(path, seen)| stamp(path) == *seen) {
            thread::sleep(PAUSE);
        }
        // An editor may truncate a file before it writes it.
        thread::sleep(PAUSE / 4);
    }
}

fn stamp(path: &Path) -> Stamp {
    let known = fs::metadata(path).and_then(|known| io::Result::Ok((known.modified()?, known.len())));
    known.ok()
}

/// The files of the site, or a report. Adds the files that were read to `inputs`.
fn read(paths: &[PathBuf], inputs: &mut BTreeSet<PathBuf>) -> Result<BTreeMap<String, String>, String> {
    let mut sources = Vec::new();
    let mut reports = String::new();
    for path in paths {
        let Loaded { catalog, report, inputs: read } = errbook_catalog::load(path);
        inputs.extend(read.iter().cloned());
        match catalog {
            Some(catalog) => sources.push(Source { path: path.clone(), catalog, inputs: read }),
            None => reports.push_str(&report.render_text(false)),
        }
    }
    if !reports.is_empty() {
        return Err(reports);
    }
    match plan::site("", sources, &Disk) {
        Ok(plan) => {
            let files = plan.files().map(|planned| (planned.file.path.clone(), planned.file.text.clone())).collect();
            inputs.extend(plan.inputs);
            Ok(files)
        }
        Err(error) => {
            inputs.extend(error.foreign().map(Path::to_owned));
            Err(match &error {
                PlanError::Merge { path, error } => strip_str(&openapi::report(path, error)).to_string(),
                _ => format!("{error}\n"),
            })
        }
    }
}

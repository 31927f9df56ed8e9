//! What each step of `errbook generate` takes.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use errbook_files::GeneratedFile;
use errbook_pages::plan::{Disk, Reader, Target};

/// Reads from the disk, and takes the time between two outputs.
pub(crate) struct Timed {
    last: RefCell<Instant>,
    steps: RefCell<Vec<Step>>,
}

/// A step, for all catalogs together.
struct Step {
    name: &'static str,
    took: Duration,
    /// The most memory of the process until the end of the step, if the system tells it.
    peak: Option<u64>,
    bytes: usize,
    files: usize,
}

impl Default for Timed {
    fn default() -> Self {
        Timed { last: RefCell::new(Instant::now()), steps: RefCell::default() }
    }
}

impl Timed {
    /// Ends a step.
    pub(crate) fn step(&self, name: &'static str, bytes: usize, files: usize) {
        let now = Instant::now();
        let took = now - self.last.replace(now);
        let mut steps = self.steps.borrow_mut();
        let at = steps.iter().position(|step| step.name == name).unwrap_or_else(|| {
            steps.push(Step { name, took: Duration::ZERO, peak: None, bytes: 0, files: 0 });
            steps.len() - 1
        });
        let step = &mut steps[at];
        step.took += took;
        step.peak = peak();
        step.bytes += bytes;
        step.files += files;
    }

    /// A row for each step, and one for all.
    pub(crate) fn table(&self) -> String {
        let steps = self.steps.borrow();
        let mut text = format!("{:<12}{:>9}{:>9}{:>13}{:>8}\n", "", "seconds", "peak MB", "bytes", "files");
        let mut row = |name: &str, took: Duration, peak: Option<u64>, bytes: usize, files: usize| {
            let peak = peak.map_or_else(|| "-".to_owned(), |peak| (peak / 1_000_000).to_string());
            let _ = writeln!(text, "{name:<12}{:>9.3}{peak:>9}{bytes:>13}{files:>8}", took.as_secs_f64());
        };
        for Step { name, took, peak, bytes, files } in steps.iter() {
            row(name, *took, *peak, *bytes, *files);
        }
        let sum = |of: fn(&Step) -> usize| steps.iter().map(of).sum();
        let took = steps.iter().map(|step| step.took).sum();
        row(
            "all",
            took,
            steps.iter().filter_map(|step| step.peak).max(),
            sum(|step| step.bytes),
            sum(|step| step.files),
        );
        text
    }
}

impl Reader for Timed {
    fn read(&self, folder: &Path, path: &str) -> io::Result<String> {
        Disk.read(folder, path)
    }

    fn names(&self, folder: &Path, path: &str) -> io::Result<Vec<String>> {
        Disk.names(folder, path)
    }

    fn place(&self, path: &Path) -> io::Result<PathBuf> {
        Disk.place(path)
    }

    fn planned(&self, target: Target, files: &[GeneratedFile]) {
        let name = target.path().rsplit('/').next().unwrap_or_default();
        self.step(name, files.iter().map(|file| file.text.len()).sum(), files.len());
    }
}

/// The most memory that this process had. Linux tells it.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

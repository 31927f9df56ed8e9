//! Limits of the process, for templates and prose files. They are programs, and their language has
//! no limit of its own: a loop that doubles a text would take all memory of the machine. A process
//! that exceeds its memory ends at once, so it is the child of one that says why.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use errbook_catalog::limits::{RENDER_BYTES, RENDER_SECONDS};
use errbook_catalog::model::Catalog;

use crate::terminal;

/// Is set for the child.
const CHILD: &str = "ERRBOOK_CHILD";

/// Runs this command again in a child, if one of the catalogs can have templates or prose files.
/// Returns its exit code; `None` if this process has to do the work.
pub(crate) fn in_child(catalogs: &[PathBuf]) -> Option<ExitCode> {
    let can_have_programs = |path: &PathBuf| {
        let text = errbook_catalog::disk::text(path).unwrap_or_default();
        text.contains("templates") || text.contains("prose")
    };
    let is_needed = cfg!(target_os = "linux") && std::env::var_os(CHILD).is_none();
    if !is_needed || !catalogs.iter().any(can_have_programs) {
        return None;
    }
    let mut child = Command::new(std::env::current_exe().ok()?);
    let ended = child.args(std::env::args_os().skip(1)).env(CHILD, "1").status().ok()?;
    let Some(code) = ended.code() else {
        let most = format!("{} GiB of memory or {RENDER_SECONDS} seconds", RENDER_BYTES >> 30);
        let message = format!("the catalog, its templates or its prose files take more than {most}");
        terminal::complain(&message, Some("Look for a template with a loop that makes a text longer and longer."));
        return Some(ExitCode::from(1));
    };
    Some(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Limits the process if a catalog has templates or prose files. The system then ends a run that
/// takes more. Only Linux has both limits.
pub(crate) fn before_rendering<'a>(catalogs: impl IntoIterator<Item = &'a Catalog>) {
    let has_programs = |catalog: &Catalog| {
        let has_templates = catalog.generate.docs.as_ref().is_some_and(|docs| docs.templates.is_some());
        has_templates || !catalog.prose.before.is_empty() || !catalog.prose.after.is_empty()
    };
    if catalogs.into_iter().any(has_programs) {
        limit();
    }
}

#[cfg(target_os = "linux")]
fn limit() {
    use rustix::process::{Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit};

    if std::env::var_os(CHILD).is_some() {
        // The child does not outlive a killed parent.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
    for (resource, most) in [(Resource::As, RENDER_BYTES), (Resource::Cpu, RENDER_SECONDS)] {
        let most = most as u64;
        let Rlimit { current, maximum } = getrlimit(resource);
        if current.is_none_or(|current| current > most) {
            // An error leaves the limits of the system.
            let _ = setrlimit(resource, Rlimit { current: Some(most), maximum });
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn limit() {}

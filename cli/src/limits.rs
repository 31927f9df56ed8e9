//! Limits of the process, for templates and prose files. They are programs, and their language has
//! no limit of its own: a loop that doubles a text would take all memory of the machine.

use errbook_catalog::model::Catalog;

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
    use errbook_catalog::limits::{RENDER_BYTES, RENDER_SECONDS};
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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

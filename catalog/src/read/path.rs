//! Paths in a catalog.

use std::path::{Component, Path};

/// A relative path with `/`. `None` if the path leaves the folder.
pub(crate) fn normalized(path: &str) -> Option<String> {
    if path.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut names = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) => names.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!names.is_empty()).then(|| names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn paths_stay_below_the_folder() {
        assert_eq!(normalized("./errors/*.yaml").as_deref(), Some("errors/*.yaml"));
        for bad in ["../x", "/etc/passwd", "a/../../b", "C:\\x", "", ".", "a\\b"] {
            assert_eq!(normalized(bad), None, "{bad}");
        }
    }
}

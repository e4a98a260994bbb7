//! Where what outlasts a restart is kept.

use std::env;
use std::path::PathBuf;

use crate::store::StateDir;

/// The folder that is `told`, or the usual one: systemd's for the service, or the user's. A made-up machine has none
/// unless it is told.
pub(super) fn folder(told: Option<PathBuf>, is_demo: bool) -> StateDir {
    match told {
        Some(told) if told.as_os_str() == "none" => StateDir::None,
        Some(told) => StateDir::Told(told),
        None if is_demo => StateDir::None,
        None => usual(|name| env::var_os(name).map(PathBuf::from)).map_or(StateDir::None, StateDir::Usual),
    }
}

fn usual(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |name| variable(name).filter(|path| path.is_absolute());
    // A service may be given several; the first is its own.
    let service = absolute("STATE_DIRECTORY").and_then(|paths| env::split_paths(&paths).next());
    let user = || absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    service.or_else(|| Some(user()?.join("opsglass")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_goes_before_the_user() {
        let with = |variables: &[(&str, &str)]| {
            usual(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, path)| PathBuf::from(path)))
        };
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(with(&[("STATE_DIRECTORY", "/var/lib/opsglass:/b"), ("HOME", "/root")]), path("/var/lib/opsglass"));
        assert_eq!(with(&[("XDG_STATE_HOME", "/s"), ("HOME", "/root")]), path("/s/opsglass"));
        assert_eq!(with(&[("XDG_STATE_HOME", "odd"), ("HOME", "/root")]), path("/root/.local/state/opsglass"));
        assert_eq!(with(&[]), None);
    }

    #[test]
    fn what_is_told_goes_before_all() {
        assert_eq!(folder(Some("none".into()), false), StateDir::None);
        assert_eq!(folder(Some("/x".into()), true), StateDir::Told("/x".into()));
        assert_eq!(folder(None, true), StateDir::None);
    }
}

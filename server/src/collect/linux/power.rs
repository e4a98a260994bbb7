//! Batteries and mains, from `/sys/class/power_supply`.

use std::path::Path;

use super::text::{entries, flag, number, words};
use crate::collect::readings::PowerSupply;

/// What gives this machine power.
pub(super) fn power(folder: &Path) -> Vec<PowerSupply> {
    let read = |(name, path): (String, std::path::PathBuf)| PowerSupply {
        name,
        kind: words(path.join("type")).unwrap_or_default(),
        status: words(path.join("status")),
        technology: words(path.join("technology")),
        capacity: number(path.join("capacity")),
        online: flag(path.join("online")),
        cycles: number(path.join("cycle_count")),
    };
    entries(folder).into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::linux::text::tree;

    #[test]
    fn a_battery_and_mains() {
        let folder = tree(&[
            ("AC/type", "Mains\n"),
            ("AC/online", "1\n"),
            ("BAT0/type", "Battery\n"),
            ("BAT0/status", "Discharging\n"),
            ("BAT0/capacity", "87\n"),
        ]);
        let list = power(folder.path());
        assert_eq!((list[0].name.as_str(), list[0].online, list[0].capacity), ("AC", Some(true), None));
        assert_eq!((list[1].kind.as_str(), list[1].capacity), ("Battery", Some(87)));
        assert_eq!(list[1].status.as_deref(), Some("Discharging"));
    }
}

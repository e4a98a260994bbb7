use std::collections::VecDeque;

use app::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::{CALM, Change};

/// Changes of one alert that are told within [`CALM`] before it counts as flapping.
const MOST: usize = 8;

/// What has been told of an alert of late. One that changes too often tells of firing and resolving only, and is not
/// resolved before it has been calm for a while; so no alert floods, and none that matters is swallowed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Flaps {
    told: VecDeque<Timestamp>,
    /// Of these two the second is told only if the first was.
    told_pending: bool,
    told_recovering: bool,
    /// Changes that were not told since the last that was.
    pub(super) untold: u32,
}

impl Flaps {
    pub(super) fn is_flapping(&mut self, now: Timestamp) -> bool {
        self.forget(now);
        self.told.len() >= MOST
    }

    /// Whether nothing is remembered.
    pub(super) fn is_calm(&mut self, now: Timestamp) -> bool {
        self.forget(now);
        self.told.is_empty()
    }

    /// Whether `change` is to be told.
    pub(super) fn tell(&mut self, change: Change, now: Timestamp) -> bool {
        let flapping = self.is_flapping(now);
        let tell = match change {
            Change::Fired(_) | Change::Eased | Change::Cleared | Change::Lost => {
                (self.told_pending, self.told_recovering) = (false, self.told_recovering && change == Change::Eased);
                true
            }
            Change::Pending(_) => {
                // It may be told once more when it is less bad; then its end is owed all the same.
                self.told_pending |= !flapping;
                !flapping
            }
            Change::Withdrawn(_) => std::mem::take(&mut self.told_pending),
            Change::Recovering => {
                self.told_recovering = !flapping;
                !flapping
            }
            Change::Back => std::mem::take(&mut self.told_recovering),
        };
        if tell {
            self.told.push_back(now);
            // Twice as many as make it flap is enough to know.
            if self.told.len() > 2 * MOST {
                self.told.pop_front();
            }
        } else {
            self.untold = self.untold.saturating_add(1);
        }
        tell
    }

    fn forget(&mut self, now: Timestamp) {
        let span = u64::try_from(CALM.as_millis()).unwrap_or(u64::MAX);
        // After the clock was set back everything would be in the future.
        self.told.retain(|at| *at <= now && now.since(*at) < span);
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::{Reason, Severity};
    use super::*;

    #[test]
    fn what_flaps_tells_less() {
        let mut flaps = Flaps::default();
        let at = |s: u64| Timestamp::from_ms(1_000_000 + s * 1_000);
        let (pending, withdrawn) = (Change::Pending(Severity::Warning), Change::Withdrawn(Reason::Down));
        let told = (0..50).filter(|s| flaps.tell(if s % 2 == 0 { pending } else { withdrawn }, at(*s))).count();
        assert_eq!((told, flaps.untold), (8, 42));
        assert!(flaps.tell(Change::Fired(Severity::Warning), at(51)), "what matters is told");
        assert!(!flaps.is_flapping(at(603)), "told ones are forgotten in time");
        assert!(flaps.tell(pending, at(604)));
        assert!(flaps.is_calm(at(9_000)));
    }
}

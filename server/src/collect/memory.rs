//! Memory, swap and load.

use app::model::{Load, Memory, Swap};
use sysinfo::System;

use super::percent::percent;

/// Physical memory and swap; no swap where the host has none.
pub(super) fn read(system: &mut System) -> (Memory, Option<Swap>) {
    system.refresh_memory();
    let memory = memory(system.total_memory(), system.available_memory(), system.free_memory());
    (memory, swap(system.total_swap(), system.free_swap()))
}

fn memory(total: u64, available: u64, free: u64) -> Memory {
    let available = available.min(total);
    Memory { total, used: total - available, available, cache: available.saturating_sub(free) }
}

fn swap(total: u64, free: u64) -> Option<Swap> {
    let used = total.saturating_sub(free);
    (total > 0).then(|| Swap { total, used, percent: percent(used, total) })
}

/// Load averages; none on Windows, which keeps none.
pub(super) fn load() -> Option<Load> {
    if cfg!(windows) {
        return None;
    }
    let load = System::load_average().ok()?;
    Some(Load { one: load.one as f32, five: load.five as f32, fifteen: load.fifteen as f32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_add_up() {
        assert_eq!(memory(100, 60, 20), Memory { total: 100, used: 40, available: 60, cache: 40 });
        assert_eq!(memory(100, 130, 20).used, 0, "more available than there is, as containers can say");
        assert_eq!(memory(100, 10, 30).cache, 0, "little of the free memory is available");
    }

    #[test]
    fn no_swap_is_none() {
        assert_eq!(swap(0, 0), None);
        assert_eq!(swap(200, 150), Some(Swap { total: 200, used: 50, percent: 25.0 }));
    }
}

//! How well the system's clock is kept, as the kernel tells with `adjtimex(2)`, which here only asks.

use rtime_clock::adjtime::{Timex, adjtimex};

use crate::collect::readings::Clock;

/// `STA_UNSYNC`: nothing has set the clock of late.
const UNSYNCHRONISED: i32 = 0x0040;
/// `STA_NANO`: the offset is in nanoseconds, not in microseconds.
const IN_NANOSECONDS: i32 = 0x2000;

/// What the kernel says; none where it may not be asked, as in a unit with `ProtectClock=`.
pub(super) fn clock() -> Option<Clock> {
    let mut told = Timex::new();
    adjtimex(&mut told).ok()?;
    let told = told.0;
    Some(read(told.status, told.offset as f64, told.maxerror as f64, told.esterror as f64))
}

fn read(status: i32, offset: f64, max_error_us: f64, estimated_error_us: f64) -> Clock {
    let of_offset = if status & IN_NANOSECONDS == 0 { 1e6 } else { 1e9 };
    Clock {
        synchronised: status & UNSYNCHRONISED == 0,
        offset: offset / of_offset,
        max_error: max_error_us / 1e6,
        estimated_error: estimated_error_us / 1e6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_asked() {
        // Where it may be, it says either that the clock is kept, or by how much it may be wrong at most: 16 s.
        if let Some(clock) = clock() {
            assert!(clock.max_error >= 0.0 && clock.offset.abs() < 1.0, "{clock:?}");
            assert!(clock.synchronised || clock.max_error > 0.0, "{clock:?}");
        }
    }

    #[test]
    fn its_units_are_those_that_it_says() {
        let kept = Clock { synchronised: true, offset: -0.0625, max_error: 0.25, estimated_error: 0.5 };
        assert_eq!(read(0x2001, -62_500_000.0, 250_000.0, 500_000.0), kept);
        assert_eq!(read(0x0001, -62_500.0, 250_000.0, 500_000.0), kept);
        assert!(!read(0x0041, 0.0, 0.0, 0.0).synchronised);
    }
}

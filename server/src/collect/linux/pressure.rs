//! `/proc/pressure`. Not by procfs: it wants a second line, which a processor's has only since Linux 5.13.

use super::text::text;
use crate::collect::readings::{Pressure, Stall};

/// Time lost for want of processors, memory and disks; empty on a kernel that doesn't tell.
pub(super) fn pressure() -> Vec<Pressure> {
    let read = |resource| parse(resource, &text(format!("/proc/pressure/{resource}"))?);
    ["cpu", "memory", "io"].into_iter().filter_map(read).collect()
}

fn parse(resource: &'static str, text: &str) -> Option<Pressure> {
    let stall = |kind: &str| text.lines().find_map(|line| stall(line.strip_prefix(kind)?));
    Some(Pressure { resource, some: stall("some ")?, full: stall("full ") })
}

/// `avg10=94.44 avg60=89.29 avg300=52.00 total=6000914916`: percent, and microseconds.
fn stall(line: &str) -> Option<Stall> {
    let value = |name: &str| {
        let of = |field: &str| field.strip_prefix(name)?.strip_prefix('=')?.parse::<f64>().ok();
        line.split_ascii_whitespace().find_map(of)
    };
    let share = |name| Some(value(name)? / 100.0);
    Some(Stall { shares: [share("avg10")?, share("avg60")?, share("avg300")?], seconds: value("total")? / 1e6 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_and_full() {
        let text = "some avg10=94.50 avg60=89.00 avg300=52.00 total=6000914916\nfull avg10=0.00 avg60=0.00 avg300=1.00 total=5";
        let pressure = parse("cpu", text).unwrap();
        assert_eq!(pressure.some, Stall { shares: [0.945, 0.89, 0.52], seconds: 6_000.914_916 });
        assert_eq!(pressure.full, Some(Stall { shares: [0.0, 0.0, 0.01], seconds: 5e-6 }));
        let old = parse("cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1").unwrap();
        assert_eq!(old.full, None);
        assert_eq!(parse("cpu", "some avg10=x"), None);
    }
}

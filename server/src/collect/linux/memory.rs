//! `/proc/meminfo` and `/proc/vmstat`, by the names that the kernel gives: it gets new ones with each version.

use super::text::text;
use crate::collect::readings::{Count, Field, Unit};

/// Memory by kind.
pub(super) fn memory() -> Vec<Field> {
    text("/proc/meminfo").map(|text| meminfo(&text)).unwrap_or_default()
}

/// `Active(anon):   4711 kB`
fn meminfo(text: &str) -> Vec<Field> {
    let field = |line: &str| {
        let (name, rest) = line.split_once(':')?;
        let mut words = rest.split_ascii_whitespace();
        let value: u64 = words.next()?.parse().ok()?;
        let (value, unit) = match words.next() {
            Some("kB") => (value.saturating_mul(1024), Unit::Bytes),
            Some(_) => return None,
            None => (value, Unit::Number),
        };
        Some(Field { name: name.replace('(', "_").replace(')', ""), value, unit })
    };
    text.lines().filter_map(field).collect()
}

/// Paging, faults, and processes killed for want of memory: what of `/proc/vmstat` node_exporter has too.
pub(super) fn paging() -> Vec<Count> {
    text("/proc/vmstat").map(|text| vmstat(&text)).unwrap_or_default()
}

fn vmstat(text: &str) -> Vec<Count> {
    let wanted = |name: &str| {
        let fault = name.starts_with("pg") && name.contains("fault");
        fault || name.starts_with("pgpg") || name.starts_with("pswp") || name == "oom_kill"
    };
    let count = |line: &str| {
        let (name, value) = line.split_once(' ').filter(|(name, _)| wanted(name))?;
        Some(Count { name: name.to_owned(), value: value.parse().ok()? })
    };
    text.lines().filter_map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_memory_by_name() {
        let text =
            "MemTotal:       24684100 kB\nActive(anon):     123 kB\nHugePages_Total:       7\nOdd: 1 MB\nBad: x kB\n";
        let field = |name: &str, value, unit| Field { name: name.into(), value, unit };
        assert_eq!(
            meminfo(text),
            [
                field("MemTotal", 24_684_100 * 1024, Unit::Bytes),
                field("Active_anon", 123 * 1024, Unit::Bytes),
                field("HugePages_Total", 7, Unit::Number),
            ]
        );
    }

    #[test]
    fn paging_without_the_rest() {
        let text = "nr_free_pages 1\npgpgin 2\npgpgout 3\npswpin 4\npgfault 5\npgmajfault 6\npgfree 7\noom_kill 8\n";
        let names: Vec<_> = vmstat(text).into_iter().map(|count| (count.name, count.value)).collect();
        let expected =
            [("pgpgin", 2), ("pgpgout", 3), ("pswpin", 4), ("pgfault", 5), ("pgmajfault", 6), ("oom_kill", 8)];
        assert_eq!(names, expected.map(|(name, value)| (name.to_owned(), value)));
    }
}

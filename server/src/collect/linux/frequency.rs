//! Clocks of the processors: `cpufreq`, or what `/proc/cpuinfo` says where there is none (virtual machines).

use std::path::Path;

use super::text::{entries, number, numbered, text};
use crate::collect::readings::Frequency;

/// The clock of each processor under `folder` (`/sys/devices/system/cpu`), else by `cpuinfo`.
pub(super) fn frequencies(folder: &Path, cpuinfo: &Path) -> Vec<Frequency> {
    let cpus = entries(folder).into_iter().filter_map(|(name, path)| Some((numbered(&name, "cpu")?, path)));
    let mut list: Vec<Frequency> = cpus.filter_map(|(cpu, path)| scaling(cpu, &path.join("cpufreq"))).collect();
    list.sort_unstable_by_key(|frequency| frequency.cpu);
    if list.is_empty() { parse(&text(cpuinfo).unwrap_or_default()) } else { list }
}

fn scaling(cpu: u32, path: &Path) -> Option<Frequency> {
    let hertz = |file: &str| number::<f64>(path.join(file)).map(|kilohertz| kilohertz * 1_000.0);
    path.is_dir().then(|| Frequency {
        cpu,
        place: None,
        now: hertz("scaling_cur_freq"),
        allowed: [hertz("scaling_min_freq"), hertz("scaling_max_freq")],
        able: [hertz("cpuinfo_min_freq"), hertz("cpuinfo_max_freq")],
    })
}

/// A block of lines for each processor, `cpu MHz : 2596.152` among them.
fn parse(text: &str) -> Vec<Frequency> {
    let block = |block: &str| {
        let value = |key: &str| {
            let mut pairs = block.lines().filter_map(|line| line.split_once(':'));
            pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned())
        };
        let megahertz: f64 = value("cpu MHz")?.parse().ok()?;
        Some(Frequency {
            cpu: value("processor")?.parse().ok()?,
            place: Some([value("core id").unwrap_or_default(), value("physical id").unwrap_or_default()]),
            now: Some(megahertz * 1e6),
            ..Frequency::default()
        })
    };
    text.split("\n\n").filter_map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::linux::text::tree;

    #[test]
    fn scaled_else_as_the_processor_says() {
        let text = "processor\t: 0\ncpu MHz\t\t: 2596.5\nphysical id\t: 0\ncore id\t\t: 3\n\nprocessor\t: 1\n";
        let folder = tree(&[("cpuinfo", text)]);
        let cpuinfo = folder.path().join("cpuinfo");
        let list = frequencies(folder.path(), &cpuinfo);
        assert_eq!(list.len(), 1);
        assert_eq!((list[0].now, &list[0].place), (Some(2_596_500_000.0), &Some(["3".to_owned(), "0".to_owned()])));

        let scaled = tree(&[
            ("cpu10/cpufreq/scaling_cur_freq", "800000\n"),
            ("cpu2/cpufreq/scaling_cur_freq", "1200000\n"),
            ("cpu2/cpufreq/cpuinfo_max_freq", "3000000\n"),
            ("cpufreq/policy0", ""),
            ("cpu3/topology", ""),
        ]);
        let list = frequencies(scaled.path(), &cpuinfo);
        assert_eq!(list.iter().map(|frequency| frequency.cpu).collect::<Vec<_>>(), [2, 10]);
        assert_eq!((list[0].now, list[0].able), (Some(1.2e9), [None, Some(3e9)]));
    }
}

//! A made-up machine (`--demo`): a busy web server whose every value follows from the sample's number, so that it looks
//! the same each time.

mod machine;

use std::time::{Duration, SystemTime};

use app::model::{Host, Metrics, Timestamp};

use machine::{CORES, MEMORY, Moment};

use super::Source;

/// Seconds of samples before the first.
const PAST: u64 = 3_600;
/// Seconds before the first sample during which nothing was sampled, so that a gap can be seen.
const GAP: std::ops::Range<u64> = 540..605;
/// Seconds the machine has been up at the first sample: 41 days and 6 hours.
const UPTIME: u64 = 41 * 86_400 + 6 * 3_600;
/// Makes samples up.
#[derive(Debug)]
pub(super) struct Demo {
    interval_ms: u64,
    booted: Timestamp,
    /// The next sample's number; 0 is the first of the past.
    number: u64,
}

impl Demo {
    /// Begins where the past ends.
    pub(super) fn new(interval: Duration) -> Self {
        let interval_ms = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX).max(100);
        let booted = Timestamp::from(SystemTime::now()).minus(UPTIME * 1_000);
        Self { interval_ms, booted, number: PAST * 1_000 / interval_ms }
    }

    fn moment(&self, number: u64) -> Moment {
        Moment::new(number, number as f64 * self.interval_ms as f64 / 1_000.0)
    }
}

impl Source for Demo {
    fn host(&self) -> Host {
        Host {
            name: "demo-host".into(),
            os: Some("Debian 12".into()),
            kernel: Some("6.1.0-28-amd64".into()),
            arch: "x86_64".into(),
            cores: CORES as u32,
            memory: MEMORY,
            interval_ms: self.interval_ms,
            version: env!("CARGO_PKG_VERSION").into(),
            demo: true,
        }
    }

    fn sample(&mut self, _processes: bool) -> Option<Metrics> {
        let metrics = self.moment(self.number).metrics(SystemTime::now().into(), self.booted);
        self.number += 1;
        Some(metrics)
    }

    fn past(&mut self) -> Vec<Metrics> {
        let now = Timestamp::from(SystemTime::now());
        let ago = |number: u64| (self.number - number).saturating_mul(self.interval_ms);
        (0..self.number)
            .filter(|&number| !GAP.contains(&(ago(number) / 1_000)))
            .map(|number| self.moment(number).metrics(now.minus(ago(number)), self.booted))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::series::{History, Series};

    #[test]
    fn an_hour_with_one_gap_then_live() {
        let mut demo = Demo::new(Duration::from_secs(1));
        let past = demo.past();
        let steps: Vec<u64> = past.windows(2).map(|two| two[1].timestamp.since(two[0].timestamp)).collect();
        assert_eq!(steps.iter().filter(|&&step| step != 1_000).collect::<Vec<_>>(), [&66_000]);
        let live = demo.sample(true).unwrap();
        let after = live.timestamp.since(past.last().unwrap().timestamp);
        assert!((1_000..1_500).contains(&after), "{after} ms after the last of the past");

        let mut history = History::new(1_000);
        past.iter().for_each(|metrics| history.push(metrics, PAST * 1_000));
        let cpu = history.column(Series::Cpu);
        let usual = cpu.iter().filter(|cpu| cpu.is_some_and(|cpu| (25.0..35.0).contains(&cpu))).count();
        assert!(usual * 100 > cpu.len() * 70, "{usual} of {}", cpu.len());
        assert!(cpu.iter().flatten().any(|&cpu| cpu > 60.0), "a hump");
    }

    #[test]
    fn the_same_each_time_and_plausible() {
        let at = Timestamp::from_ms(1_900_000_000_000);
        let demo = Demo::new(Duration::from_secs(1));
        for number in 0..5_000 {
            let metrics = demo.moment(number).metrics(at, at.minus(60_000));
            assert_eq!(metrics, demo.moment(number).metrics(at, at.minus(60_000)));
            let percents = metrics.cores.iter().chain([&metrics.cpu, &metrics.memory]);
            assert!(percents.into_iter().all(|percent| (0.0..=100.0).contains(percent)));
            assert!((2..=4).contains(&metrics.active_users.unwrap()));
            assert_eq!(metrics.file_systems[3].percent.to_string(), "91.4");
            assert_eq!(metrics.uptime, 60);
        }
    }

    #[test]
    fn long_and_odd_intervals_have_a_past_too() {
        assert_eq!(Demo::new(Duration::from_secs(10)).past().len(), 360 - 7);
        assert!(Demo::new(Duration::from_secs(86_400)).past().is_empty());
        assert!(Demo::new(Duration::ZERO).sample(true).is_some());
    }
}

//! The process table, a line of `/proc/PID/stat` each. Not by sysinfo, which reads five files a process where one or two
//! do: the table is the dearest of all that is read.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::time::{Duration, Instant};

use sysinfo::Uid;

use crate::collect::processes::Row;

/// How old it gets whose a process is: that changes seldom (a login), and takes another file.
const OWNER_AGE: Duration = Duration::from_secs(10);

/// Remembers the processes of the last reading.
#[derive(Debug, Default)]
pub(in crate::collect) struct Table {
    command_lines: bool,
    known: HashMap<u32, Known>,
    read_at: Option<Instant>,
    owners_read_at: Option<Instant>,
}

/// A process that has been seen.
#[derive(Debug)]
struct Known {
    row: Row,
    /// Ticks after the system's start at which it was started: with its number, which process it is.
    started: u64,
    /// Ticks of processor that it has used.
    used: u64,
}

impl Table {
    /// Nothing is read yet. Command lines are read only where they may be told.
    pub(in crate::collect) fn new(command_lines: bool) -> Self {
        Self { command_lines, ..Self::default() }
    }

    /// Reads all processes.
    pub(in crate::collect) fn refresh(&mut self) {
        let now = Instant::now();
        let elapsed = self.read_at.replace(now).map(|at| now.saturating_duration_since(at));
        let owners = self.owners_read_at.is_none_or(|at| now.saturating_duration_since(at) >= OWNER_AGE);
        if owners {
            self.owners_read_at = Some(now);
        }
        let units = Units::read(elapsed);
        let mut last = std::mem::take(&mut self.known);
        for pid in pids() {
            let mut buffer = [0; 1_024];
            let Some(stat) = line(&format!("/proc/{pid}/stat"), &mut buffer).and_then(parse) else { continue };
            let before = last.remove(&pid).filter(|before| before.started == stat.started);
            let mut known = units.known(pid, &stat, before, owners);
            if self.command_lines && known.row.command.is_none() {
                known.row.command = command_line(pid);
            }
            self.known.insert(pid, known);
        }
    }

    /// The processes of the last reading, in no order.
    pub(in crate::collect) fn rows(&self) -> impl Iterator<Item = &Row> + Clone {
        self.known.values().map(|known| &known.row)
    }
}

fn pids() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The beginning of the file, as far as the buffer goes.
fn line<'a>(path: &str, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let length = File::open(path).ok()?.read(buffer).ok()?;
    buffer.get(..length)
}

/// What turns the kernel's numbers into ours.
#[derive(Debug)]
struct Units {
    ticks: f64,
    page: u64,
    /// Seconds since 1970.
    booted: u64,
    elapsed: Option<f64>,
}

impl Units {
    fn read(elapsed: Option<Duration>) -> Self {
        let ticks = procfs::ticks_per_second() as f64;
        let booted = procfs::boot_time_secs().unwrap_or(0);
        Self { ticks, page: procfs::page_size(), booted, elapsed: elapsed.as_ref().map(Duration::as_secs_f64) }
    }

    /// The process that said `stat`, and `before` what is in there.
    fn known(&self, pid: u32, stat: &Stat<'_>, before: Option<Known>, owners: bool) -> Known {
        let used = before.as_ref().and_then(|before| stat.used.checked_sub(before.used)).unwrap_or(0);
        let elapsed = self.elapsed.filter(|&elapsed| elapsed > 0.0);
        let cpu = elapsed.map_or(0.0, |elapsed| used as f64 / self.ticks / elapsed * 100.0);
        let (name, uid, command) = before.map_or((None, None, None), |Known { row, .. }| {
            let is_same = row.name.as_bytes() == stat.name;
            // Another name may be another program.
            (is_same.then_some(row.name), row.uid, row.command.filter(|_| is_same))
        });
        let row = Row {
            pid,
            started: self.booted + (stat.started as f64 / self.ticks) as u64,
            name: name.unwrap_or_else(|| text(stat.name)),
            command,
            uid: uid.filter(|_| !owners).or_else(|| owner(pid)),
            cpu: cpu as f32,
            memory: stat.pages.saturating_mul(self.page),
            state: stat.state,
            kernel: stat.kernel,
        };
        Known { row, started: stat.started, used: stat.used }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What it was started with, words apart by spaces, as far as the buffer goes. Empty for the kernel's own threads.
fn command_line(pid: u32) -> Option<String> {
    let mut buffer = [0; 1_024];
    let line = line(&format!("/proc/{pid}/cmdline"), &mut buffer)?;
    let words: Vec<String> = line.split(|&byte| byte == 0).filter(|word| !word.is_empty()).map(text).collect();
    Some(words.join(" "))
}

/// Who started it. The owner of its folder in `/proc` would be cheaper, but that is root's where a process may not be
/// looked into.
fn owner(pid: u32) -> Option<Uid> {
    let mut buffer = [0; 1_024];
    let status = line(&format!("/proc/{pid}/status"), &mut buffer)?;
    let text = String::from_utf8_lossy(status);
    let line = text.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// What is used of a line of `/proc/PID/stat`.
#[derive(Debug, PartialEq, Eq)]
struct Stat<'a> {
    name: &'a [u8],
    state: char,
    kernel: bool,
    used: u64,
    started: u64,
    pages: u64,
}

/// `42 (na)me) S 1 ...`: the name may hold anything, so its end is the last bracket.
fn parse(line: &[u8]) -> Option<Stat<'_>> {
    /// PF_KTHREAD
    const KERNEL: u64 = 0x0020_0000;
    let begin = line.iter().position(|&byte| byte == b'(')? + 1;
    let end = line.iter().rposition(|&byte| byte == b')')?;
    let rest = std::str::from_utf8(line.get(end + 1..)?).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    // Each skips what is between: flags are field 9, then 14 and 15, 22, 24.
    let mut number = |skipped: usize| fields.nth(skipped)?.parse::<u64>().ok();
    let flags = number(5)?;
    let used = number(4)? + number(0)?;
    Some(Stat {
        name: line.get(begin..end)?,
        state,
        kernel: flags & KERNEL != 0,
        used,
        started: number(6)?,
        pages: number(1)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_an_odd_name() {
        let line = b"42 (a) (b\xff S) R 1 42 42 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 3 0 9000 1000000 256 18446744073709551615 1\n";
        let stat = Stat { name: b"a) (b\xff S", state: 'R', kernel: false, used: 200, started: 9_000, pages: 256 };
        assert_eq!(parse(line), Some(stat));
        assert_eq!(
            parse(b"2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1 0 0 20 0 1 0 5 0 0").map(|stat| stat.kernel),
            Some(true)
        );
        assert_eq!(parse(b"42 (short) S 1 2"), None);
        assert_eq!(parse(b""), None);
    }

    #[test]
    fn use_is_measured_between_two_readings_of_one_process() {
        let stat = |used, started| Stat { name: b"a", state: 'S', kernel: false, used, started, pages: 2 };
        let units = Units { ticks: 100.0, page: 4_096, booted: 1_000, elapsed: Some(2.0) };
        let pid = std::process::id();
        let first = units.known(pid, &stat(100, 500), None, false);
        assert_eq!((first.row.cpu, first.row.memory, first.row.started), (0.0, 8_192, 1_005));
        assert!(first.row.uid.is_some());
        let second = units.known(pid, &stat(150, 500), Some(first), false);
        assert_eq!((second.row.cpu, second.row.name.as_str()), (25.0, "a"));
    }

    #[test]
    fn this_process_is_in_it() {
        let mut table = Table::default();
        table.refresh();
        let own = table.rows().find(|row| row.pid == std::process::id()).unwrap();
        let me: Uid = rustix::process::getuid().as_raw().to_string().parse().unwrap();
        assert_eq!(own.uid, Some(me));
        assert!(own.memory > 0 && !own.kernel);
    }
}

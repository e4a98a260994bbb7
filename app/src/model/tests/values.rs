//! Any value that the wire can carry.

use std::fmt::Debug;

use proptest::collection::{btree_map, vec};
use proptest::num::f32 as floats;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use crate::series::History;

const END_OF_9999: u64 = 253_402_300_799_999;

/// Finite: JSON has no other numbers.
pub(super) fn number() -> impl Strategy<Value = f32> {
    floats::POSITIVE | floats::NEGATIVE | floats::NORMAL | floats::SUBNORMAL | floats::ZERO
}

/// Any characters, those that are escaped more often than others.
pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\"\\\\/\u{0}-\u{1f}\u{7f}\u{2028}é😀]{0,8}"]
}

pub(super) fn few<T: Debug>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    vec(one, 0..3)
}

pub(super) fn timestamp() -> impl Strategy<Value = Timestamp> {
    (0..=END_OF_9999).prop_map(Timestamp::from_ms)
}

pub(super) fn cursor() -> impl Strategy<Value = Cursor> {
    any::<(u32, u64)>().prop_map(|(epoch, seq)| Cursor { epoch, seq })
}

fn network() -> impl Strategy<Value = NetworkRates> {
    let interface = (text(), any::<(Option<u64>, Option<u64>)>()).prop_map(|(name, (received, sent))| InterfaceRate {
        name,
        received,
        sent,
    });
    (any::<(Option<u64>, Option<u64>)>(), few(interface)).prop_map(|((received, sent), interfaces)| NetworkRates {
        received,
        sent,
        interfaces,
    })
}

fn disk() -> impl Strategy<Value = DiskRates> {
    let device = (text(), any::<(Option<u64>, Option<u64>)>()).prop_map(|(name, (read, written))| DeviceRate {
        name,
        read,
        written,
    });
    (any::<(Option<u64>, Option<u64>)>(), few(device)).prop_map(|((read, written), devices)| DiskRates {
        read,
        written,
        devices,
    })
}

fn file_system() -> impl Strategy<Value = FileSystem> {
    (text(), text(), text(), any::<(u64, u64, bool)>(), number()).prop_map(
        |(mount, device, kind, (total, used, read_only), percent)| FileSystem {
            mount,
            device,
            kind,
            total,
            used,
            percent,
            read_only,
        },
    )
}

fn user() -> impl Strategy<Value = UserUsage> {
    (text(), any::<(u32, u64)>(), number()).prop_map(|(name, (processes, memory), cpu)| UserUsage {
        name,
        processes,
        cpu,
        memory,
    })
}

fn processes() -> impl Strategy<Value = ProcessTable> {
    let process = (any::<(u32, u64, u64)>(), text(), option::of(text()), number()).prop_map(
        |((pid, started, memory), name, user, cpu)| {
            let command = user.clone();
            Process { pid, started, name, command, user, cpu, memory }
        },
    );
    let states = btree_map(text(), any::<u32>(), 0..3);
    (timestamp(), any::<(u32, u32)>(), states, few(process))
        .prop_map(|(timestamp, (total, running), states, top)| ProcessTable { timestamp, total, running, states, top })
}

pub(super) fn metrics() -> impl Strategy<Value = Metrics> {
    let modes = [number(), number(), number(), number()].prop_map(|[user, system, iowait, other]| CpuModes {
        user,
        system,
        iowait,
        other,
    });
    let memory = any::<[u64; 4]>().prop_map(|[total, used, available, cache]| Memory { total, used, available, cache });
    let swap = (any::<(u64, u64)>(), number()).prop_map(|((total, used), percent)| Swap { total, used, percent });
    let load = [number(), number(), number()].prop_map(|[one, five, fifteen]| Load { one, five, fifteen });
    let whole = (timestamp(), number(), number(), any::<Option<u32>>(), any::<u64>());
    let parts = (option::of(modes), few(number()), memory, option::of(swap), option::of(load));
    let lists = (network(), disk(), few(file_system()), few(user()), option::of(processes()));
    (whole, parts, lists).prop_map(|(whole, parts, lists)| {
        let (timestamp, cpu, memory, active_users, uptime) = whole;
        let (cpu_modes, cores, memory_bytes, swap, load) = parts;
        let (network, disk, file_systems, users, processes) = lists;
        Metrics {
            timestamp,
            cpu,
            memory,
            active_users,
            cpu_modes,
            cores,
            memory_bytes,
            swap,
            load,
            uptime,
            network,
            disk,
            file_systems,
            users,
            processes,
        }
    })
}

pub(super) fn alert() -> impl Strategy<Value = Alert> {
    let level = select(vec![AlertLevel::Info, AlertLevel::Warning, AlertLevel::Critical]);
    let state = select(vec![AlertState::Pending, AlertState::Firing, AlertState::Resolved]);
    ([text(), text(), text(), text()], level, state, [number(), number()], any::<u64>(), timestamp()).prop_map(
        |([id, name, message, unit], level, state, [value, threshold], hold, since)| Alert {
            id,
            name,
            level,
            state,
            message,
            value,
            threshold,
            unit,
            hold,
            since,
        },
    )
}

pub(super) fn log_entry() -> impl Strategy<Value = LogEntry> {
    let levels = vec![LogLevel::Trace, LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error];
    (timestamp(), select(levels), text(), text(), option::of(text()), btree_map(text(), text(), 0..3)).prop_map(
        |(timestamp, level, message, source, unit, fields)| LogEntry {
            timestamp,
            level,
            message,
            source,
            unit,
            fields,
        },
    )
}

fn host() -> impl Strategy<Value = Host> {
    ([text(), text(), text()], [option::of(text()), option::of(text())], any::<(u32, u64, u64, bool)>()).prop_map(
        |([name, arch, version], [os, kernel], (cores, memory, interval_ms, demo))| Host {
            name,
            os,
            kernel,
            arch,
            cores,
            memory,
            interval_ms,
            version,
            demo,
        },
    )
}

fn history() -> impl Strategy<Value = History> {
    (any::<u64>(), vec(metrics(), 0..4)).prop_map(|(step_ms, mut samples)| {
        samples.sort_by_key(|sample| sample.timestamp);
        let mut history = History::new(step_ms);
        samples.iter().for_each(|sample| history.push(sample, END_OF_9999));
        history
    })
}

pub(super) fn snapshot() -> impl Strategy<Value = Snapshot> {
    let log = (any::<u64>(), log_entry()).prop_map(|(seq, entry)| NumberedLog { seq, entry });
    let lists = (few(alert()), any::<u32>(), few(log));
    (cursor(), timestamp(), host(), option::of(metrics()), history(), lists).prop_map(
        |(cursor, server_time, host, metrics, history, (alerts, rules, logs))| Snapshot {
            cursor,
            server_time,
            host,
            metrics,
            history,
            alerts,
            rules,
            logs,
            drawn: None,
        },
    )
}

pub(super) fn connected() -> impl Strategy<Value = Connected> {
    (text(), few(text()), text(), cursor(), any::<(bool, u64, u64)>(), timestamp()).prop_map(
        |(client_id, channels, message, cursor, (resumed, missed, heartbeat_ms), server_time)| Connected {
            client_id,
            channels,
            message,
            cursor,
            resumed,
            missed,
            heartbeat_ms,
            server_time,
        },
    )
}

pub(super) fn heartbeat() -> impl Strategy<Value = Heartbeat> {
    (timestamp(), cursor(), any::<u64>()).prop_map(|(server_time, cursor, lag_ms)| Heartbeat {
        server_time,
        cursor,
        lag_ms,
    })
}

pub(super) fn gap() -> impl Strategy<Value = Gap> {
    (text(), any::<u64>(), cursor(), cursor(), text()).prop_map(|(channel, missed, from, to, reason)| Gap {
        channel,
        missed,
        from,
        to,
        reason,
    })
}

pub(super) fn bye() -> impl Strategy<Value = Bye> {
    text().prop_map(|reason| Bye { reason })
}

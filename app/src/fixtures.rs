//! Plain values for the tests of this crate.

use crate::model::{
    Alert, AlertState, Cursor, DiskRates, Drawn, Host, LogEntry, LogLevel, Memory, Metrics, NetworkRates, Snapshot,
    Timestamp,
};
use crate::series::History;

/// A sample with nothing in it, taken at `ms`.
pub(crate) fn metrics(ms: u64) -> Metrics {
    Metrics {
        timestamp: Timestamp::from_ms(ms),
        cpu: 12.5,
        memory: 45.5,
        active_users: None,
        cpu_modes: None,
        cores: Vec::new(),
        memory_bytes: Memory::default(),
        swap: None,
        load: None,
        uptime: 1,
        network: NetworkRates::default(),
        disk: DiskRates::default(),
        file_systems: Vec::new(),
        users: Vec::new(),
        processes: None,
    }
}

/// The page anew, with a sample of `ms` and nothing in it.
pub(crate) fn drawn(ms: u64) -> Box<Drawn> {
    let at = Timestamp::from_ms(ms);
    Box::new(Drawn { at, point: Vec::new(), cores: Vec::new(), alerts: Vec::new(), parts: Vec::new() })
}

/// A log line.
pub(crate) fn line(message: &str) -> LogEntry {
    LogEntry {
        timestamp: Timestamp::from_ms(1),
        level: LogLevel::Warn,
        message: message.to_owned(),
        source: "test".to_owned(),
        unit: None,
        fields: Default::default(),
    }
}

/// A snapshot with nothing in it.
pub(crate) fn snapshot(cursor: Cursor) -> Box<Snapshot> {
    Box::new(Snapshot {
        cursor,
        server_time: Timestamp::from_ms(1_000_000),
        host: Host {
            name: "web-1".to_owned(),
            os: None,
            kernel: None,
            arch: "x86_64".to_owned(),
            cores: 2,
            memory: 1 << 30,
            interval_ms: 1_000,
            version: "0.1.0".to_owned(),
            demo: false,
        },
        metrics: None,
        history: History::new(1_000),
        alerts: Vec::new(),
        rules: 0,
        logs: Vec::new(),
        drawn: None,
    })
}

/// An alert in a state.
pub(crate) fn alert(id: &str, state: AlertState) -> Alert {
    let json = format!(
        r#"{{"id":"{id}","name":"CPU high","level":"warning","state":"firing","message":"","value":95,"threshold":90,
        "unit":"%","hold":10,"since":"2026-01-31T23:59:59.000Z"}}"#
    );
    Alert { state, ..miniserde::json::from_str(&json).unwrap() }
}

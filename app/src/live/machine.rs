//! The life of the line to the server, as a pure state machine: it is told what happened and what time it is, and
//! answers what to do. It knows no browser; the driver does as it says.
//!
//! Whatever happens, there is an open source, a [deadline](Machine::deadline), or the reader is told that the line is
//! given up.

mod failure;
mod input;
mod limits;
mod output;
mod refusal;

pub use input::Input;
pub use limits::{FROZEN_CHECK_MS, GRACE_MS, LATE_MS, LONGEST_WAIT_MS, OFFLINE_CHECK_MS, SILENCE_MS, STABLE_MS};
pub use output::{Command, Line};
pub use refusal::Refusal;

use super::backoff::{TRIES, delay_ms};
use failure::Failure;
use limits::silence_ms;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Connecting,
    Open { since: u64 },
    Waiting,
    GivenUp,
    Refused(Refusal),
    DeviceOffline,
    Frozen,
}

/// The state. Times inside are of a clock of its own, which goes on as the caller's does but never back.
#[derive(Debug, Clone)]
pub struct Machine {
    random: fn() -> f64,
    phase: Phase,
    /// When [`Input::Tick`] has something to do.
    due: Option<u64>,
    time: u64,
    /// The caller's clock at the last step.
    clock: Option<u64>,
    /// The try that is waited for or being made; 0 before anything has failed.
    attempt: u32,
    silence_ms: u64,
    /// A connection has been made, or has failed.
    first_over: bool,
    device_offline: bool,
    /// The line has been checked after a sleep and hasn't opened since: the next failure counts.
    checked: bool,
    failure: Failure,
}

impl Machine {
    /// A machine that does nothing until [`Input::Start`]. `random` gives numbers in [0, 1).
    pub fn new(random: fn() -> f64) -> Self {
        Self {
            random,
            phase: Phase::Idle,
            due: None,
            time: 0,
            clock: None,
            attempt: 0,
            silence_ms: SILENCE_MS,
            first_over: false,
            device_offline: false,
            checked: false,
            failure: Failure::Unreachable,
        }
    }

    /// Takes in what happened at `now`, milliseconds of any clock; where the clock jumps back, no time has passed.
    pub fn step(&mut self, now: u64, input: Input) -> Vec<Command> {
        self.time = self.time.saturating_add(now.saturating_sub(self.clock.unwrap_or(now)));
        self.clock = Some(now);
        if self.overslept() && !matches!(input, Input::Frozen | Input::Close | Input::Bye { .. }) {
            self.note_device(&input);
            self.checked = true;
            return self.open();
        }
        match input {
            Input::Start if self.phase == Phase::Idle => self.open(),
            Input::Opened if self.phase == Phase::Connecting => self.opened(),
            Input::Event { heartbeat_ms } => self.event(heartbeat_ms),
            Input::Failed { closed } => self.fail(if closed { Failure::NoStream } else { Failure::Unreachable }),
            Input::Bye { reason } => self.fail(Failure::Bye(reason)),
            Input::Refused(refusal) => self.refused(refusal),
            Input::Wait { seconds } => self.put_off(seconds),
            Input::Close => self.stop(),
            Input::Tick => self.tick(),
            Input::Retry => self.retry(),
            Input::Reopen if self.has_source() => self.open(),
            Input::Online => self.online(),
            Input::Offline => self.offline(),
            Input::Frozen => self.freeze(),
            Input::Visible => self.visible(),
            Input::Start | Input::Opened | Input::Reopen => Vec::new(),
        }
    }

    /// When [`Input::Tick`] must be given, by the clock of the last step.
    pub fn deadline(&self) -> Option<u64> {
        Some(self.clock?.saturating_add(self.due?.saturating_sub(self.time)))
    }

    /// How the line stands, as of the last step.
    pub fn line(&self) -> Line {
        let attempt = self.attempt.max(1);
        match self.phase {
            Phase::Open { since } => Line::Open { for_ms: self.time.saturating_sub(since) },
            Phase::DeviceOffline => Line::Offline { reason: self.reason() },
            Phase::Connecting if self.device_offline && self.first_over => Line::Offline { reason: self.reason() },
            Phase::GivenUp => Line::Offline { reason: self.reason() },
            Phase::Refused(refusal) => Line::Refused(refusal),
            Phase::Waiting => Line::Down { in_ms: self.due.map_or(0, |due| due.saturating_sub(self.time)), attempt },
            Phase::Idle | Phase::Connecting | Phase::Frozen if !self.first_over => Line::First,
            Phase::Idle | Phase::Connecting | Phase::Frozen => Line::Down { in_ms: 0, attempt },
        }
    }

    fn reason(&self) -> String {
        if self.device_offline {
            return "this device is offline".to_owned();
        }
        self.failure.to_string()
    }

    fn has_source(&self) -> bool {
        matches!(self.phase, Phase::Connecting | Phase::Open { .. })
    }

    /// The line's deadline was missed by so much that nobody was awake to miss it: that was no silence. Said once, until
    /// the line opens again: a browser that holds back the timers of a hidden page must not make tries endless.
    fn overslept(&self) -> bool {
        let late = self.due.is_some_and(|due| self.time > due.saturating_add(LATE_MS));
        late && self.has_source() && !self.checked
    }

    fn note_device(&mut self, input: &Input) {
        match input {
            Input::Online => self.device_offline = false,
            Input::Offline => self.device_offline = true,
            _ => {}
        }
    }

    fn due_in(&mut self, ms: u64) {
        self.due = Some(self.time.saturating_add(ms));
    }

    fn open(&mut self) -> Vec<Command> {
        let commands = if self.has_source() { vec![Command::Close, Command::Open] } else { vec![Command::Open] };
        self.phase = Phase::Connecting;
        self.silence_ms = SILENCE_MS;
        self.due_in(SILENCE_MS);
        commands
    }

    fn close(&mut self, phase: Phase) -> Vec<Command> {
        let commands = if self.has_source() { vec![Command::Close] } else { Vec::new() };
        self.phase = phase;
        self.due = None;
        commands
    }

    fn opened(&mut self) -> Vec<Command> {
        self.phase = Phase::Open { since: self.time };
        self.first_over = true;
        self.checked = false;
        self.due_in(self.silence_ms);
        vec![Command::Connected]
    }

    fn event(&mut self, heartbeat_ms: Option<u64>) -> Vec<Command> {
        let Phase::Open { since } = self.phase else { return Vec::new() };
        if let Some(heartbeat_ms) = heartbeat_ms.filter(|&ms| ms > 0) {
            self.silence_ms = silence_ms(heartbeat_ms);
        }
        if self.time.saturating_sub(since) >= STABLE_MS {
            self.attempt = 0;
        }
        self.due_in(self.silence_ms);
        Vec::new()
    }

    fn fail(&mut self, failure: Failure) -> Vec<Command> {
        if !self.has_source() {
            return Vec::new();
        }
        // A server that said why it goes and then can't be reached has said why.
        if !(matches!(self.failure, Failure::Bye(_)) && failure == Failure::Unreachable && self.attempt > 0) {
            self.failure = failure;
        }
        self.first_over = true;
        if self.device_offline {
            let mut commands = self.await_device();
            commands.push(Command::Failed);
            return commands;
        }
        if self.attempt >= TRIES {
            self.close(Phase::GivenUp);
            return vec![Command::Close, Command::Failed, Command::GaveUp];
        }
        self.close(Phase::Waiting);
        self.attempt += 1;
        self.due_in(delay_ms(self.attempt, (self.random)()));
        vec![Command::Close, Command::Failed]
    }

    /// The answer comes after the failure that it explains, while another try is waited for or being made.
    fn refused(&mut self, refusal: Refusal) -> Vec<Command> {
        if !matches!(self.phase, Phase::Connecting | Phase::Waiting | Phase::GivenUp) {
            return Vec::new();
        }
        let mut commands = self.close(Phase::Refused(refusal));
        commands.push(Command::GaveUp);
        commands
    }

    /// The same. It adds to the machine's own wait, whose length differs from page to page: else all would come at once.
    fn put_off(&mut self, seconds: u32) -> Vec<Command> {
        if self.phase == Phase::Waiting {
            let latest = self.time.saturating_add(LONGEST_WAIT_MS);
            self.due = self.due.map(|due| due.saturating_add(u64::from(seconds) * 1_000).min(latest));
        }
        Vec::new()
    }

    /// As it was before the start, but for what it knows of the device.
    fn stop(&mut self) -> Vec<Command> {
        let commands = self.close(Phase::Idle);
        (self.attempt, self.first_over, self.checked) = (0, false, false);
        commands
    }

    fn tick(&mut self) -> Vec<Command> {
        if self.due.is_none_or(|due| self.time < due) {
            return Vec::new();
        }
        if self.has_source() { self.fail(Failure::Silent) } else { self.open() }
    }

    fn first_try(&mut self) -> Vec<Command> {
        self.attempt = 1;
        self.open()
    }

    fn retry(&mut self) -> Vec<Command> {
        if !matches!(self.phase, Phase::Waiting | Phase::GivenUp | Phase::Refused(_) | Phase::DeviceOffline) {
            return Vec::new();
        }
        self.device_offline = false;
        self.first_try()
    }

    fn online(&mut self) -> Vec<Command> {
        let was_offline = std::mem::replace(&mut self.device_offline, false);
        match self.phase {
            Phase::Waiting | Phase::GivenUp | Phase::DeviceOffline => self.first_try(),
            // Begun without a network: it may hang.
            Phase::Connecting if was_offline => self.open(),
            Phase::Connecting | Phase::Open { .. } | Phase::Idle | Phase::Refused(_) | Phase::Frozen => Vec::new(),
        }
    }

    fn offline(&mut self) -> Vec<Command> {
        self.device_offline = true;
        match self.phase {
            Phase::Waiting | Phase::GivenUp => self.await_device(),
            // To this very machine a line may well stand; else it shows soon.
            Phase::Connecting | Phase::Open { .. } => {
                let grace = self.time.saturating_add(GRACE_MS);
                self.due = Some(self.due.map_or(grace, |due| due.min(grace)));
                Vec::new()
            }
            Phase::DeviceOffline | Phase::Idle | Phase::Refused(_) | Phase::Frozen => Vec::new(),
        }
    }

    fn await_device(&mut self) -> Vec<Command> {
        let commands = self.close(Phase::DeviceOffline);
        self.due_in(OFFLINE_CHECK_MS);
        commands
    }

    fn freeze(&mut self) -> Vec<Command> {
        if matches!(self.phase, Phase::Idle | Phase::Refused(_)) {
            return Vec::new();
        }
        let commands = self.close(Phase::Frozen);
        self.due_in(FROZEN_CHECK_MS);
        commands
    }

    fn visible(&mut self) -> Vec<Command> {
        match self.phase {
            Phase::Frozen | Phase::Waiting => self.open(),
            Phase::GivenUp | Phase::DeviceOffline => self.first_try(),
            Phase::Idle | Phase::Refused(_) | Phase::Connecting | Phase::Open { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_time;

//! What is done about who may come in while the server runs.

use std::sync::PoisonError;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::register::{self, Register};
use super::{Doors, FileError, file};

/// How often it is looked after what has changed and what is over: twice in the 2 s after which a right that has ended must
/// have no effect.
const LOOK: Duration = Duration::from_millis(500);

impl Doors {
    /// Ends what is over and takes in what commands have changed, until `shutdown` is cancelled.
    pub async fn watch(self, shutdown: CancellationToken) {
        loop {
            let is_last = shutdown.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_none();
            let doors = self.clone();
            drop(tokio::task::spawn_blocking(move || doors.look(is_last)).await);
            if is_last {
                return;
            }
        }
    }

    /// Writes the sessions that are to outlast a restart, if some are others than were written.
    pub async fn keep(&self) {
        let doors = self.clone();
        drop(tokio::task::spawn_blocking(move || doors.write()).await);
    }

    /// Takes in what has been changed here, at once.
    pub(super) async fn take_up(&self) {
        let doors = self.clone();
        drop(tokio::task::spawn_blocking(move || doors.look_again()).await);
    }

    fn look_again(&self) {
        let Some(folder) = self.0.config.folder.as_deref() else { return };
        // What one has read must not take the place of what another has read since.
        let _reading = self.0.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let stamps = register::stamps(folder);
        if self.state().stamps != stamps {
            self.state().stamps = stamps;
            self.read_again();
        }
    }

    fn look(&self, is_last: bool) {
        self.look_again();
        self.sweep();
        self.0.audit.catch_up(is_last);
        self.write();
    }

    fn read_again(&self) {
        match Register::read(&self.0.config) {
            Ok(register) => {
                self.state().unreadable = None;
                let (users, tokens) = (register.users.len(), register.tokens.len());
                self.take(register);
                self.0.audit.tell(&format!("who may come in has changed: {users} users, {tokens} tokens"), &[]);
            }
            // What was read before stays in force, but for those who were let in because nobody was there.
            Err(error) => {
                self.lock();
                let state = &mut *self.state();
                state.stamps = Default::default();
                let reason = error.to_string();
                if state.unreadable.as_ref() != Some(&reason) {
                    tracing::error!("who may come in can't be read again: {reason}");
                    state.unreadable = Some(reason);
                }
            }
        }
    }

    fn write(&self) {
        let Some(folder) = self.0.config.folder.as_deref() else { return };
        let _writing = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let sessions: Vec<_> = {
            let sessions = &mut self.state().sessions;
            if !std::mem::take(&mut sessions.is_changed) {
                return;
            }
            sessions.all().cloned().collect()
        };
        let written: Result<(), FileError> = file::write(&register::sessions(folder), &sessions);
        if let Err(error) = written {
            tracing::error!("sessions will not outlast a restart: {error}");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::auth::{Config, Credential, Digest};
    use crate::client::Secret;
    use crate::hub::{Hub, Limits};
    use crate::logs::Outlet;
    use std::process::Command;

    /// A pipe is read for as long as the test wants.
    #[test]
    fn a_change_while_the_files_are_read_at_the_start_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = register::users(folder.path());
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let config = Config { folder: Some(folder.path().to_owned()), ..Config::default() };
        let outlet = Outlet::new(Hub::new(Limits::default()), 1_000);
        let starting = std::thread::spawn(move || Doors::new(config, outlet, |_| None).unwrap());
        let mut reader = std::fs::File::options().write(true).open(&path).unwrap();
        let hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA";
        let user = serde_json::json!([{ "name": "anna", "role": "viewer", "password_hash": hash }]);
        let new = folder.path().join("new");
        std::fs::write(&new, user.to_string()).unwrap();
        std::fs::rename(&new, &path).unwrap();
        std::io::Write::write_all(&mut reader, b"[]").unwrap();
        drop(reader);
        let doors = starting.join().unwrap();
        assert!(!doors.is_locked(), "what it has read is older");
        doors.look(false);
        assert!(doors.is_locked() && doors.state().users.get("anna").is_some());
    }

    /// With a `bye` at once, as the tests on the wire have it.
    #[tokio::test(start_paused = true)]
    async fn a_right_that_ends_has_no_effect_after_two_seconds() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = |channel: &str| {
            let token = serde_json::json!([{ "name": "ci", "scopes": ["read"], "channels": [channel],
                "created": "2026-01-01T00:00:00.000Z", "expires": null, "digest": Digest::of("secret") }]);
            file::write(&register::tokens(folder.path()), &token).unwrap();
        };
        tokens("first");
        let config = Config { folder: Some(folder.path().to_owned()), ..Config::default() };
        let outlet = Outlet::new(Hub::new(Limits::default()), 1_000);
        let doors = Doors::new(config, outlet, |_| None).unwrap();
        tokio::spawn(doors.clone().watch(CancellationToken::new()));
        let secret = Secret::new("og_secret");
        for n in 0..50 {
            // Between two looks, sooner and later.
            tokio::time::sleep(Duration::from_millis(n * 37)).await;
            let grant = doors.admit(Credential::Token(&secret), [192, 0, 2, 1].into()).unwrap();
            tokens(&n.to_string());
            let changed = tokio::time::Instant::now();
            while !grant.leave.is_ended() {
                tokio::time::sleep(Duration::from_millis(10)).await;
                assert!(changed.elapsed() < Duration::from_secs(2), "{n}");
            }
        }
    }
}

//! Who is logged in, as systemd's logind (or elogind) keeps it: a small file a session, which its own library reads too.

use std::path::Path;

use super::text::{entries, text};
use crate::collect::readings::Session;

/// The sessions in `folder` (`/run/systemd/sessions`); none where nobody keeps them.
pub(super) fn sessions(folder: &Path) -> Option<Vec<Session>> {
    // The folder is there without logind too (in containers): its own file of seats tells that it runs.
    let kept = folder.parent()?.join("seats/seat0").exists() || !entries(folder).is_empty();
    if !kept {
        return None;
    }
    // Beside each stands a pipe, `1.ref`, which must not be opened.
    let files = entries(folder).into_iter().filter(|(name, path)| !name.contains('.') && path.is_file());
    Some(files.filter_map(|(_, path)| parse(&text(path)?)).collect())
}

fn parse(text: &str) -> Option<Session> {
    let value = |key: &str| {
        let of = |line: &str| line.strip_prefix(key)?.strip_prefix('=').map(ToOwned::to_owned);
        text.lines().find_map(of)
    };
    let closing = value("STATE").is_some_and(|state| state == "closing");
    (!closing).then_some(Session {
        user: value("USER")?,
        seat: value("SEAT").unwrap_or_default(),
        remote: value("REMOTE").is_some_and(|remote| remote == "1"),
        kind: value("TYPE").unwrap_or_default(),
        class: value("CLASS").unwrap_or_default(),
        since: value("REALTIME").and_then(|us| us.parse::<u64>().ok()).map(|us| us / 1_000),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn each_session_once() {
        let run = tempfile::tempdir().unwrap();
        let folder = run.path().join("sessions");
        assert_eq!(sessions(&folder), None, "nobody keeps them");
        fs::create_dir(&folder).unwrap();
        assert_eq!(sessions(&folder), None, "nor here");
        let first =
            "UID=1000\nUSER=ann\nACTIVE=1\nSTATE=active\nREMOTE=1\nTYPE=tty\nCLASS=user\nREALTIME=1795416972000000\n";
        fs::write(folder.join("3"), first).unwrap();
        fs::write(folder.join("3.ref"), "").unwrap();
        fs::write(folder.join("c1"), "USER=gdm\nSEAT=seat0\nTYPE=wayland\nCLASS=greeter\n").unwrap();
        fs::write(folder.join("9"), "USER=bob\nSTATE=closing\n").unwrap();
        let list = sessions(&folder).unwrap();
        assert_eq!(list.len(), 2);
        let ann = Session {
            user: "ann".into(),
            remote: true,
            kind: "tty".into(),
            class: "user".into(),
            since: Some(1_795_416_972_000),
            ..Session::default()
        };
        assert_eq!(list[0], ann);
        assert_eq!((list[1].seat.as_str(), list[1].remote), ("seat0", false));
    }
}

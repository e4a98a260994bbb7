use std::fs::{self, OpenOptions};
use std::io::Write as _;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::logs::test_support;

/// A followed file in a folder of its own, and a clock that stands still until it is moved.
struct Scene {
    folder: tempfile::TempDir,
    path: PathBuf,
    follower: Follower,
    now: Instant,
}

impl Scene {
    /// A file that holds `before` when it is first looked at.
    fn with(before: &str) -> Self {
        let mut scene = Self::without();
        fs::write(&scene.path, before).unwrap();
        assert_eq!(scene.messages(), [""; 0]);
        scene
    }

    fn without() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        let follower = Follower::new(&path, "app.log".to_owned(), 100);
        Self { folder, path, follower, now: Instant::now() }
    }

    fn append(&self, bytes: impl AsRef<[u8]>) {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path).unwrap();
        file.write_all(bytes.as_ref()).unwrap();
    }

    fn other(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Looks until there is nothing more at once, and once more for what is held.
    fn entries(&mut self) -> Vec<LogEntry> {
        let mut entries = Vec::new();
        loop {
            let look = self.follower.look(self.now);
            entries.extend(look.entries);
            if !look.more {
                entries.extend(self.follower.look(self.now).entries);
                return entries;
            }
        }
    }

    fn messages(&mut self) -> Vec<String> {
        self.entries().into_iter().map(|entry| entry.message).collect()
    }

    fn messages_after(&mut self, time: Duration) -> Vec<String> {
        self.now += time;
        self.messages()
    }
}

#[test]
fn shows_what_is_appended() {
    let mut scene = Scene::with("before\n");
    scene.append("one\n\nWARN two\r\n");
    let entries = scene.entries();
    let shown: Vec<_> = entries.iter().map(|entry| (entry.level, entry.message.as_str())).collect();
    assert_eq!(shown, [(LogLevel::Info, "one"), (LogLevel::Info, ""), (LogLevel::Warn, "WARN two")]);
    assert_eq!(entries[0].source, "app.log");
    assert_eq!(scene.messages(), [""; 0]);
}

#[test]
fn a_last_line_is_held_for_a_second() {
    let mut scene = Scene::with("");
    scene.append("half");
    assert_eq!(scene.messages(), [""; 0]);
    assert_eq!(scene.messages_after(HELD / 2), [""; 0]);
    scene.append(" a line");
    assert_eq!(scene.messages_after(HELD / 2), [""; 0]);
    assert_eq!(scene.messages_after(HELD), ["half a line"]);
    scene.append("\nnext\n");
    assert_eq!(scene.messages(), ["next"]);
}

#[test]
fn follows_a_rename_without_loss() {
    let mut scene = Scene::with("");
    scene.append("1\n");
    fs::rename(&scene.path, scene.other("app.log.1")).unwrap();
    let mut old = OpenOptions::new().append(true).open(scene.other("app.log.1")).unwrap();
    assert_eq!(scene.messages(), ["1"]);
    old.write_all(b"2\n").unwrap();
    assert_eq!(scene.messages(), ["2"]);
    // The new file is there, but the writer has not moved over yet.
    scene.append("");
    assert_eq!(scene.messages(), [""; 0]);
    old.write_all(b"3\n4 without an end").unwrap();
    scene.append("5\n");
    assert_eq!(scene.messages(), ["3", "4 without an end", "5"]);
}

#[test]
fn follows_a_rename_between_two_looks() {
    let mut scene = Scene::with("");
    scene.append("1\n2\n");
    fs::rename(&scene.path, scene.other("app.log.1")).unwrap();
    scene.append("3\n");
    assert_eq!(scene.messages(), ["1", "2", "3"]);
}

#[test]
fn a_new_file_that_stays_empty_is_moved_to() {
    let mut scene = Scene::with("");
    fs::rename(&scene.path, scene.other("app.log.1")).unwrap();
    scene.append("");
    assert_eq!(scene.messages(), [""; 0]);
    assert_eq!(scene.messages_after(REPLACED_HELD), [""; 0]);
    assert_eq!(scene.follower.open.as_ref().unwrap().replaced, None);
    scene.append("1\n");
    assert_eq!(scene.messages(), ["1"]);
}

#[test]
fn a_deleted_file_is_missed_after_a_while_and_read_again_from_its_start() {
    let mut scene = Scene::with("");
    scene.append("1\n");
    fs::remove_file(&scene.path).unwrap();
    assert_eq!(scene.messages(), ["1"]);
    let said = scene.messages_after(REPLACED_HELD);
    let path = scene.path.display().to_string();
    assert_eq!(said, [format!("cannot read log file {path}: it does not exist; trying again")]);
    assert!(scene.follower.open.is_none(), "the disk space of a deleted file is given back");
    scene.append("2\n");
    assert_eq!(scene.messages_after(RETRY), [format!("reading log file {path}"), "2".to_owned()]);
}

#[test]
fn reads_a_truncated_file_from_its_start() {
    let mut scene = Scene::with("before\n");
    scene.append("1\n2 begun");
    assert_eq!(scene.messages(), ["1"]);
    fs::write(&scene.path, "3\n").unwrap();
    assert_eq!(scene.messages(), ["2 begun", "3"]);
    scene.append("4\n");
    assert_eq!(scene.messages(), ["4"]);
}

#[test]
fn copytruncate_under_a_writer_that_keeps_its_place() {
    let mut scene = Scene::with("");
    let mut writer = OpenOptions::new().write(true).open(&scene.path).unwrap();
    writer.write_all(&b"1\n".repeat(50_000)).unwrap();
    assert_eq!(scene.messages().len(), 50_000);
    OpenOptions::new().write(true).truncate(true).open(&scene.path).unwrap();
    assert_eq!(scene.messages(), [""; 0]);
    // What is written now stands behind a hole of 100,000 bytes.
    writer.write_all(b"2\n").unwrap();
    assert_eq!(scene.messages(), ["2"]);
}

#[cfg(unix)]
#[test]
fn follows_a_symbolic_link_that_is_pointed_elsewhere() {
    let mut scene = Scene::without();
    fs::write(scene.other("a"), "before\n").unwrap();
    fs::write(scene.other("b"), "2\n").unwrap();
    std::os::unix::fs::symlink(scene.other("a"), &scene.path).unwrap();
    assert_eq!(scene.messages(), [""; 0]);
    scene.append("1\n");
    fs::remove_file(&scene.path).unwrap();
    std::os::unix::fs::symlink(scene.other("b"), &scene.path).unwrap();
    assert_eq!(scene.messages(), ["1", "2"]);
}

#[test]
fn a_missing_file_is_one_warning_and_then_read_from_its_start() {
    let mut scene = Scene::without();
    let entries = scene.entries();
    assert_eq!((entries.len(), entries[0].level, entries[0].source.as_str()), (1, LogLevel::Warn, "opsglass"));
    assert!(entries[0].message.contains(scene.path.to_str().unwrap()));
    assert_eq!(scene.messages_after(RETRY), [""; 0]);
    assert_eq!(scene.messages_after(RETRY), [""; 0]);
    scene.append("first\n");
    scene.now += RETRY;
    let entries = scene.entries();
    assert_eq!((entries[0].level, entries[0].source.as_str()), (LogLevel::Info, "opsglass"));
    assert_eq!(entries[1].message, "first");
}

#[test]
fn what_is_no_regular_file_is_refused_once() {
    let mut scene = Scene::without();
    fs::create_dir(&scene.path).unwrap();
    assert!(scene.messages()[0].contains("it is a directory"));
    assert_eq!(scene.messages_after(RETRY), [""; 0]);
    fs::remove_dir(&scene.path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&scene.path).status().unwrap().success());
    assert!(scene.messages_after(RETRY)[0].contains("it is not a regular file"));
    assert_eq!(scene.messages_after(RETRY), [""; 0]);
    fs::remove_file(&scene.path).unwrap();
    scene.append("1\n");
    assert_eq!(scene.messages_after(RETRY)[1..], ["1"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_read_from_its_end_once_it_may() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut scene = Scene::without();
    scene.append("before\n");
    fs::set_permissions(&scene.path, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&scene.path).is_ok() {
        return; // Root may read everything.
    }
    assert!(scene.messages()[0].contains("permission denied"));
    fs::set_permissions(&scene.path, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(scene.messages_after(RETRY).len(), 1);
    scene.append("after\n");
    assert_eq!(scene.messages(), ["after"]);
}

#[test]
fn a_long_line_is_one_entry_in_bounded_memory() {
    let mut scene = Scene::with("");
    let mut long = vec![b'x'; 1 << 20];
    long.extend_from_slice(b"\nnext\n");
    scene.append(&long);
    assert_eq!(scene.messages(), [format!("{} … (1,048,576 bytes, cut)", "x".repeat(100)), "next".to_owned()]);
}

#[test]
fn a_look_reads_one_chunk_at_most() {
    let mut scene = Scene::with("");
    scene.append("x\n".repeat(CHUNK));
    let look = scene.follower.look(scene.now);
    assert_eq!((look.entries.len(), look.more), (CHUNK / 2 - 1, true), "the last is held");
}

#[test]
fn garbage_is_shown_as_text() {
    let mut scene = Scene::with("");
    scene.append(b"\x7fELF\x00\x01\xff\xfe\x1b[2Jx<script>\n");
    assert_eq!(scene.messages(), ["␡ELF␁\u{fffd}\u{fffd}x<script>"]);
}

#[tokio::test]
async fn publishes_until_it_is_told_to_stop() {
    let scene = Scene::with("before\n");
    let (outlet, mut reader) = test_support::outlet();
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(follow(scene.follower, outlet, shutdown.clone()));
    let mut file = OpenOptions::new().append(true).open(&scene.path).unwrap();
    for n in 0..3 {
        writeln!(file, "line {n}").unwrap();
        assert_eq!(reader.messages(n + 1).await.last(), Some(&format!("line {n}").as_str()));
    }
    shutdown.cancel();
    tokio::time::timeout(Duration::from_millis(200), task).await.expect("ends at once").unwrap();
}

#[test]
fn a_stack_trace_is_one_entry() {
    let mut scene = Scene::with("");
    scene.append("ERROR no\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\nnext\n");
    let entries = scene.entries();
    let messages: Vec<&str> = entries.iter().map(|entry| entry.message.as_str()).collect();
    assert_eq!(messages, ["ERROR no\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)", "next"]);
    assert_eq!(entries[0].level, LogLevel::Error);
}

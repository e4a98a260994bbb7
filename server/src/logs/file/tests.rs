use std::fs::{self, File, OpenOptions};
use std::io::Write as _;

use tokio_util::sync::CancellationToken;

use super::opening::RETRY;
use super::*;
use crate::logs::places::Places;
use crate::logs::test_support;

/// A followed file in a folder of its own, and a clock that stands still until it is moved.
struct Scene {
    folder: tempfile::TempDir,
    path: PathBuf,
    follower: Follower,
    /// What would be kept of it.
    place: Option<Place>,
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
        Self { folder, path, follower, place: None, now: Instant::now() }
    }

    /// What an earlier life has read up to, as it is read from the disk.
    fn place(&mut self) -> Place {
        let place = self.place.clone().expect("it was read");
        serde_json::from_value(serde_json::to_value(place).unwrap()).unwrap()
    }

    /// Another life begins where this one ended, in an orderly way or not.
    fn restart(&mut self, is_orderly: bool) -> Vec<String> {
        let last = if is_orderly { self.follower.finish() } else { Look::default() };
        self.place = last.place.or(self.place.take());
        let place = self.place();
        self.follower = Follower::new(&self.path, "app.log".to_owned(), 100).read_up_to(Some(place));
        last.entries.into_iter().map(|entry| entry.message).collect()
    }

    fn append(&self, bytes: impl AsRef<[u8]>) {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path).unwrap();
        file.write_all(bytes.as_ref()).unwrap();
    }

    /// As a program does that keeps its last files under numbers.
    fn rotate(&self, kept: u32) {
        let name = |number: u32| self.other(&format!("app.log.{number}"));
        for number in (1..kept).rev().filter(|&number| name(number).exists()) {
            fs::rename(name(number), name(number + 1)).unwrap();
        }
        fs::rename(&self.path, name(1)).unwrap();
    }

    fn other(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Looks until there is nothing more at once, and once more for what is held.
    fn entries(&mut self) -> Vec<LogEntry> {
        let mut entries = Vec::new();
        loop {
            let look = self.look();
            entries.extend(look.entries);
            if !look.more {
                entries.extend(self.look().entries);
                return entries;
            }
        }
    }

    fn look(&mut self) -> Look {
        let mut look = self.follower.look(self.now);
        self.place = look.place.take().or(self.place.take());
        look
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
fn a_line_is_held_for_one_look_and_that_is_said() {
    let mut scene = Scene::with("");
    scene.append("one\n");
    let look = scene.look();
    assert_eq!((look.entries.len(), look.holds), (0, true), "the next may go on with it");
    let look = scene.look();
    assert_eq!((look.entries.len(), look.holds), (1, false));
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
    let sink = Sink { outlet, places: Places::default(), name: "file".to_owned() };
    let task = tokio::spawn(follow(scene.follower, sink, shutdown.clone()));
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

#[test]
fn a_restart_misses_nothing_and_repeats_nothing() {
    for is_orderly in [true, false] {
        let mut scene = Scene::with("before\n");
        assert_eq!(scene.restart(is_orderly), [""; 0], "nothing was ever read");
        scene.append("1\n2\n3 begun");
        assert_eq!(scene.messages(), ["1", "2"]);
        assert_eq!(scene.restart(is_orderly), [""; 0]);
        scene.append(", 3 ended\n4\n");
        assert_eq!(scene.messages(), ["3 begun, 3 ended", "4"]);
        assert_eq!(scene.restart(is_orderly), [""; 0]);
        assert_eq!(scene.messages(), [""; 0]);
        scene.append("5\n");
        assert_eq!(scene.messages(), ["5"]);
    }
}

#[test]
fn what_was_held_for_a_stack_trace_is_told_once() {
    for (is_orderly, at_the_end, after) in [(true, vec!["ERROR 1"], vec!["2"]), (false, vec![], vec!["ERROR 1", "2"])] {
        let mut scene = Scene::with("");
        scene.append("ERROR 1\n");
        assert_eq!(scene.look().entries, []);
        assert_eq!(scene.restart(is_orderly), at_the_end);
        scene.append("2\n");
        assert_eq!(scene.messages(), after);
    }
}

#[test]
fn the_rest_of_a_line_that_was_shown_is_a_line_after_a_restart_too() {
    let mut scene = Scene::with("");
    scene.append("half");
    assert_eq!(scene.messages(), [""; 0]);
    assert_eq!(scene.messages_after(HELD), ["half"]);
    scene.restart(true);
    scene.append("\nnext\n");
    assert_eq!(scene.messages(), ["next"], "its end alone is none");
}

#[test]
fn what_was_rotated_away_meanwhile_is_read_first() {
    let mut scene = Scene::with("");
    scene.append("1\n2\n");
    assert_eq!(scene.messages(), ["1", "2"]);
    scene.restart(true);
    scene.append("3\n");
    fs::rename(&scene.path, scene.other("app.log.2")).unwrap();
    fs::write(scene.other("app.log.1"), "4\n5").unwrap();
    let later = SystemTime::now() + Duration::from_secs(5);
    File::options().append(true).open(scene.other("app.log.1")).unwrap().set_modified(later).unwrap();
    fs::write(scene.other("app.log-errors"), "never\n").unwrap();
    fs::write(scene.other("app.log.3.gz"), "never\n").unwrap();
    scene.append("6\n");
    assert_eq!(scene.messages(), ["3", "4", "5", "6"]);
    scene.restart(true);
    scene.append("7\n");
    assert_eq!(scene.messages(), ["7"]);
}

#[test]
fn a_copy_that_was_truncated_meanwhile_is_found() {
    let mut scene = Scene::with("");
    scene.append("1\n2\n");
    assert_eq!(scene.messages(), ["1", "2"]);
    scene.restart(true);
    scene.append("3\n");
    fs::copy(&scene.path, scene.other("app.log.1")).unwrap();
    fs::write(&scene.path, "4\n").unwrap();
    assert_eq!(scene.messages(), ["3", "4"]);
}

#[test]
fn a_file_that_has_become_another_is_read_anew_and_that_is_said() {
    for new in ["x\ny\nz\n", "x\n"] {
        let mut scene = Scene::with("");
        scene.append("1\n2\n");
        assert_eq!(scene.messages(), ["1", "2"]);
        scene.restart(true);
        fs::remove_file(&scene.path).unwrap();
        scene.append(new);
        let messages = scene.messages();
        assert!(messages[0].contains("was replaced while nobody read it"), "{messages:?}");
        assert_eq!(messages[1..].join("\n") + "\n", new);
    }
}

#[test]
fn a_file_that_came_while_nobody_looked_is_new() {
    let mut scene = Scene::without();
    assert_eq!(scene.messages().len(), 1);
    scene.restart(true);
    scene.append("1\n");
    assert_eq!(scene.messages(), ["1"]);
}

#[test]
fn of_too_much_the_last_is_read() {
    let mut scene = Scene::with("before\n");
    scene.restart(true);
    scene.append("a line of some bytes\n".repeat(100));
    scene.append("last but one\nlast\n");
    let place = scene.place();
    let follower = Follower::new(&scene.path, "app.log".to_owned(), 100).written_in(Charset::default(), 24);
    scene.follower = follower.read_up_to(Some(place));
    let messages = scene.messages();
    assert!(messages[0].starts_with("2,093 bytes of ") && messages[0].contains("passed over"), "{messages:?}");
    assert_eq!(messages[1..], ["last but one", "last"]);
}

#[test]
fn text_in_other_encodings_is_read_over_a_restart() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut scene = Scene::without();
    assert_eq!(scene.messages().len(), 1);
    scene.append(b"\xff");
    assert_eq!(scene.messages_after(RETRY).len(), 1, "half a mark is no line");
    scene.append([&b"\xfe"[..], &utf16("é1\n")].concat());
    assert_eq!(scene.messages(), ["é1"]);
    scene.append(utf16("é2\né3"));
    assert_eq!(scene.messages(), ["é2"]);
    scene.restart(true);
    scene.append(utf16("€\n"));
    assert_eq!(scene.messages(), ["é3€"]);

    let mut scene = Scene::without();
    scene.follower = scene.follower.written_in("latin1".parse().unwrap(), CATCH_UP);
    assert_eq!(scene.messages().len(), 1);
    scene.now += RETRY;
    scene.append(b"caf\xe9 \x80\n");
    assert_eq!(scene.messages()[1..], ["café €"]);
}

#[test]
fn json_and_logfmt_are_taken_apart() {
    let mut scene = Scene::with("");
    scene.append("{\"level\":\"error\",\"msg\":\"no\",\"time\":\"2026-01-02T03:04:05Z\",\"n\":1}\n\tat a.B\nlevel=warn msg=slow took=3ms\n");
    let entries = scene.entries();
    let shown: Vec<_> = entries.iter().map(|entry| (entry.level, entry.message.as_str(), entry.fields.len())).collect();
    assert_eq!(shown, [(LogLevel::Error, "no\n\tat a.B", 1), (LogLevel::Warn, "slow", 1)]);
    assert_eq!(entries[0].timestamp.to_string(), "2026-01-02T03:04:05.000Z");
    assert_eq!(entries[1].fields["took"], "3ms");
}

#[test]
fn lines_bear_the_time_with_which_they_begin() {
    let mut scene = Scene::with("");
    scene.append("2026-01-02T03:04:05Z one\n\tat a.B\n2999-01-01T00:00:00Z two\nthree\n");
    let entries = scene.entries();
    assert_eq!(entries[0].timestamp.to_string(), "2026-01-02T03:04:05.000Z");
    assert_eq!(entries[0].message, "2026-01-02T03:04:05Z one\n\tat a.B", "the line stays whole");
    let now: app::model::Timestamp = SystemTime::now().into();
    assert!(entries[1..].iter().all(|entry| now.since(entry.timestamp) < 60_000), "{entries:?}");
}

mod rotation;

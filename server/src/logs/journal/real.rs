//! The journal as it is: files that Debian's systemd-journal-remote writes, read by journalctl.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::tests::write_program;
use super::*;
use crate::logs::places::Marks;
use crate::logs::test_support::{self, Reader};
use crate::store::{self, Store};

const WRITER: &str = "/lib/systemd/systemd-journal-remote";
const GONE: &str = "the journal no longer has the entry up to which it was read";

/// A journal, and where it is kept how far it has been read.
struct Scene {
    folder: TempDir,
    /// Entries written so far: each is a second later than the one before.
    written: u64,
}

/// One life of what follows it.
struct Life {
    reader: Reader,
    places: Places,
    shutdown: CancellationToken,
    following: JoinHandle<()>,
    sources: TaskTracker,
    keeping: JoinHandle<()>,
}

impl Scene {
    /// None where there is nothing to write a journal with.
    fn new() -> Option<Self> {
        let is_there = |program: &str| Command::new(program).arg("--version").output().is_ok();
        if !is_there(WRITER) || !is_there("journalctl") {
            println!("skipped: there is no systemd-journal-remote here (scripts/setup-monitors installs it)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("journal")).unwrap();
        Some(Self { folder, written: 0 })
    }

    /// Writes messages at the end of a file.
    fn write(&mut self, file: &str, messages: &[&str]) {
        let fields: Vec<Vec<u8>> = messages.iter().map(|message| format!("MESSAGE={message}\n").into()).collect();
        self.write_raw(file, &fields);
    }

    /// The same of entries in the export format, without their times.
    fn write_raw(&mut self, file: &str, entries: &[Vec<u8>]) {
        let path = self.folder.path().join("journal").join(file);
        let mut writer = Command::new(WRITER);
        writer.arg("--output").arg(&path).arg("-").stdin(Stdio::piped()).stderr(Stdio::null());
        let mut writer = writer.spawn().unwrap();
        let mut input = writer.stdin.take().unwrap();
        for entry in entries {
            self.written += 1;
            let us = self.written * 1_000_000;
            let boot = "_BOOT_ID=11111111111111111111111111111111";
            let at = 1_700_000_000_000_000 + us;
            writeln!(input, "__REALTIME_TIMESTAMP={at}\n__MONOTONIC_TIMESTAMP={us}\n{boot}").unwrap();
            input.write_all(&[entry, &b"\n"[..]].concat()).unwrap();
        }
        drop(input);
        assert!(writer.wait().unwrap().success());
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.folder.path().join("journal").join(file)).unwrap();
    }

    fn follow(&self) -> Life {
        self.follow_with("journalctl".into())
    }

    fn follow_with(&self, program: OsString) -> Life {
        let (store, marks) = Store::open(&self.folder.path().join("state")).unwrap();
        let places = Places::new(marks);
        let (outlet, reader) = test_support::outlet();
        let (shutdown, sources) = (CancellationToken::new(), TaskTracker::new());
        let journal = Journal::new(Some(self.folder.path().join("journal")), 1_000, places.clone());
        let ms = Duration::from_millis;
        let pace = Pace { again: ms(10), again_most: Duration::from_secs(30), none: ms(50) };
        let journal = Journal { program, pace, ..journal };
        let following = sources.spawn(journal.follow(outlet, shutdown.clone()));
        let keeping = tokio::spawn(places.clone().keep(store, sources.clone()));
        Life { reader, places, shutdown, following, sources, keeping }
    }
}

impl Life {
    async fn end(self) {
        self.shutdown.cancel();
        self.following.await.unwrap();
        self.sources.close();
        self.keeping.await.unwrap();
    }

    /// As a SIGKILL does it, once it is written in `scene` how far the journal has been read.
    async fn die(self, scene: &Scene) {
        let is_written = || {
            let bytes = fs::read(scene.folder.path().join("state/logs.journal")).unwrap();
            let (written, _) = store::read::<Marks>(&bytes);
            Places::new(written).all::<Value>("") == self.places.all::<Value>("")
        };
        sleep(Duration::from_millis(300)).await;
        while !is_written() {
            sleep(Duration::from_millis(10)).await;
        }
        self.keeping.abort();
        let _ = self.keeping.await;
        self.following.abort();
        let _ = self.following.await;
    }
}

#[tokio::test]
async fn a_restart_misses_nothing_and_repeats_nothing() {
    let Some(mut scene) = Scene::new() else { return };
    scene.write("a.journal", &["1", "2"]);
    let mut life = scene.follow();
    assert_eq!(life.reader.messages(2).await, ["1", "2"]);
    scene.write("a.journal", &["3"]);
    assert_eq!(life.reader.messages(3).await[2], "3");
    life.end().await;

    let many: Vec<String> = (4..200).map(|number| number.to_string()).collect();
    scene.write("a.journal", &many.iter().map(String::as_str).collect::<Vec<_>>());
    let mut life = scene.follow();
    assert_eq!(life.reader.messages(196).await, many);
    life.die(&scene).await;

    let mut life = scene.follow();
    scene.write("a.journal", &["200"]);
    assert_eq!(life.reader.messages(1).await, ["200"]);
    scene.write("a.journal", &["201"]);
    assert_eq!(life.reader.messages(2).await, ["200", "201"]);
    life.end().await;
}

#[tokio::test]
async fn a_journal_that_was_rotated_is_read_through() {
    let Some(mut scene) = Scene::new() else { return };
    scene.write("a.journal", &["1", "2"]);
    let mut life = scene.follow();
    assert_eq!(life.reader.messages(2).await, ["1", "2"]);
    let at = |name: &str| scene.folder.path().join("journal").join(name);
    fs::rename(at("a.journal"), at("a@1.journal")).unwrap();
    scene.write("a.journal", &["3"]);
    assert_eq!(life.reader.messages(3).await[2], "3");
    life.end().await;
    scene.write("a.journal", &["4"]);
    scene.write("b.journal", &["5"]);
    let mut life = scene.follow();
    assert_eq!(life.reader.messages(2).await, ["4", "5"]);
    life.end().await;
}

#[tokio::test]
async fn a_place_that_is_gone_is_said_and_what_is_there_is_read() {
    let Some(mut scene) = Scene::new() else { return };
    scene.write("a@1.journal", &["1", "2"]);
    let mut life = scene.follow();
    assert_eq!(life.reader.messages(2).await, ["1", "2"]);
    life.end().await;
    scene.write("a@1.journal", &["3"]);
    scene.write("a.journal", &["4", "5"]);
    scene.remove("a@1.journal");
    let mut life = scene.follow();
    let messages = life.reader.messages(3).await;
    assert!(messages[0].starts_with(GONE), "{messages:?}");
    assert_eq!(messages[1..], ["4", "5"]);
    life.end().await;
}

#[tokio::test]
async fn a_place_that_means_nothing_is_said_and_the_end_is_shown() {
    let Some(mut scene) = Scene::new() else { return };
    scene.write("a.journal", &["1", "2"]);
    let folder = scene.folder.path().join("state");
    let (store, marks) = Store::open(&folder).unwrap();
    let (places, none) = (Places::new(marks), TaskTracker::new());
    places.set(&format!("journal {}", scene.folder.path().join("journal").display()), &"s=--help;\u{1b}");
    none.close();
    places.keep(store, none).await;
    let mut life = scene.follow();
    let messages = life.reader.messages(3).await;
    assert!(messages[0].starts_with("the journal can't go on where it was read up to (Failed to seek"), "{messages:?}");
    assert_eq!(messages[1..], ["1", "2"]);
    life.end().await;
}

/// A field of bytes, as the export format has it.
fn field(name: &str, value: &[u8]) -> Vec<u8> {
    [name.as_bytes(), b"\n", &(value.len() as u64).to_le_bytes(), value, b"\n"].concat()
}

#[tokio::test]
async fn whatever_an_entry_holds_it_is_one_entry() {
    let Some(mut scene) = Scene::new() else { return };
    let huge = vec![b'x'; 3_000_000];
    let entries = [
        field("MESSAGE", b"two\nlines\n"),
        field("MESSAGE", b"\xff\xfe\0bytes\x1b[31m"),
        [field("GARBAGE", &[0, 1, 0xff, b'\n', 0x80]), b"MESSAGE=beside garbage\nPRIORITY=loud\n".to_vec()].concat(),
        b"PRIORITY=3\n".to_vec(),
        field("MESSAGE", &huge),
        [b"MESSAGE=one\n".to_vec(), b"MESSAGE=another\n".to_vec()].concat(),
    ];
    scene.write_raw("a.journal", &entries);
    let mut life = scene.follow();
    let shown = life.reader.messages(6).await;
    let left_out = "a journal entry of 3,000,";
    assert_eq!(shown[..4], ["two\nlines", "\u{fffd}\u{fffd}bytes", "beside garbage", "(no message)"]);
    assert!(shown[4].starts_with(left_out) && shown[4].ends_with("was left out"), "{}", shown[4]);
    assert_eq!(shown[5], "one; another");
    life.end().await;
    scene.write("a.journal", &["next"]);
    let mut life = scene.follow();
    assert_eq!(life.reader.messages(1).await, ["next"]);
    life.end().await;
}

#[tokio::test]
async fn journalctl_that_is_killed_is_started_again_where_it_was() {
    let Some(mut scene) = Scene::new() else { return };
    let program = scene.folder.path().join("journalctl");
    let pid = scene.folder.path().join("pid");
    write_program(&program, &format!("#!/bin/sh\necho $$ > {}\nexec journalctl \"$@\"\n", pid.display()));
    scene.write("a.journal", &["1", "2"]);
    let mut life = scene.follow_with(program.into());
    assert_eq!(life.reader.messages(2).await, ["1", "2"]);
    let pid = fs::read_to_string(&pid).unwrap();
    assert!(Command::new("kill").args(["-9", pid.trim()]).status().unwrap().success());
    scene.write("a.journal", &["3", "4"]);
    let messages = life.reader.messages(5).await;
    assert_eq!(messages[2], "journalctl ended (signal: 9 (SIGKILL)); starting it again");
    assert_eq!(messages[3..], ["3", "4"]);
    life.end().await;
}

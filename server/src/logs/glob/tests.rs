use std::fs::{self, OpenOptions};
use std::io::Write as _;

use super::*;
use crate::logs::encoding::Charset;
use crate::logs::outlet::Outlet;
use crate::logs::places::Places;
use crate::logs::test_support::{self, Reader};

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn reading(outlet: Outlet) -> Reading {
    Reading { outlet, places: Places::default(), charset: Charset::default(), max_line: 100, catch_up: 1_000_000 }
}

/// Entries as `source: message`.
async fn shown(reader: &mut Reader, count: usize) -> Vec<String> {
    reader.first(count).await.iter().map(|entry| format!("{}: {}", entry.source, entry.message)).collect()
}

/// A folder with two logs, followed by a pattern.
struct Scene {
    folder: tempfile::TempDir,
    reader: Reader,
    shutdown: CancellationToken,
    following: JoinHandle<()>,
}

impl Scene {
    async fn of(pattern: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("web")).unwrap();
        append(&at("web/app.log"), "before\n");
        append(&at("db.log"), "before\n");
        let (outlet, reader) = test_support::outlet();
        let shutdown = CancellationToken::new();
        let files = Files::new(vec![(&at(pattern), reading(outlet))], Vec::new(), 10);
        let following = tokio::spawn(files.follow(shutdown.clone()));
        // Until the first look is over: then what is there has been opened at its end.
        tokio::time::sleep(Duration::from_millis(500)).await;
        Self { folder, reader, shutdown, following }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn end(self) {
        self.shutdown.cancel();
        tokio::time::timeout(Duration::from_secs(5), self.following).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn follows_what_fits_from_its_end_and_what_appears_from_its_beginning() {
    let mut scene = Scene::of("**/*.log").await;
    append(&scene.at("web/app.log"), "one\n");
    assert_eq!(shown(&mut scene.reader, 1).await, ["web/app.log: one"]);
    append(&scene.at("new.log"), "two\n");
    append(&scene.at("other.txt"), "never\n");
    append(&scene.at("new.log.1"), "never\n");
    assert_eq!(shown(&mut scene.reader, 2).await[1], "new.log: two");
    append(&scene.at("db.log"), "three\n");
    assert_eq!(shown(&mut scene.reader, 3).await[2], "db.log: three");
    scene.end().await;
}

#[tokio::test]
async fn a_file_that_was_read_is_not_read_again_under_another_name() {
    let mut scene = Scene::of("*.log").await;
    append(&scene.at("db.log"), "one\n");
    shown(&mut scene.reader, 1).await;
    fs::rename(scene.at("db.log"), scene.at("db-was.log")).unwrap();
    append(&scene.at("db.log"), "two\n");
    assert_eq!(shown(&mut scene.reader, 2).await, ["db.log: one", "db.log: two"]);
    tokio::time::sleep(EVERY + Duration::from_millis(500)).await;
    append(&scene.at("db.log"), "three\n");
    assert_eq!(shown(&mut scene.reader, 3).await[2], "db.log: three");
    scene.end().await;
}

#[tokio::test]
async fn a_file_that_goes_is_let_go_in_silence_and_may_come_again() {
    let mut scene = Scene::of("*.log").await;
    append(&scene.at("db.log"), "last words\n");
    fs::remove_file(scene.at("db.log")).unwrap();
    assert_eq!(shown(&mut scene.reader, 1).await, ["db.log: last words"]);
    tokio::time::sleep(Duration::from_secs(8)).await;
    append(&scene.at("db.log"), "again\n");
    assert_eq!(shown(&mut scene.reader, 2).await[1], "db.log: again");
    scene.end().await;
}

#[test]
fn what_a_rotation_leaves_behind_is_known_by_its_name() {
    for (name, expected) in [
        ("app.log", false),
        ("app-2.log", false),
        ("v1.2-app.log", false),
        ("app.log.1", true),
        ("app.log-20260131", true),
        ("app.log-1769812345", true),
        ("app.log.old", true),
        ("app.log.2.gz", true),
        ("app.log~", true),
    ] {
        assert_eq!(is_left_behind(Path::new(name)), expected, "{name}");
    }
}

#[tokio::test]
async fn so_many_are_followed_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..8 {
        append(&folder.path().join(format!("{number}.log")), "");
    }
    let (outlet, mut reader) = test_support::outlet();
    let mut files = Files::new(vec![(&folder.path().join("*.log"), reading(outlet))], Vec::new(), 5);
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    for _ in 0..2 {
        let found = found::look(&files.texts, &[]);
        files.compare(found, &shutdown);
    }
    assert_eq!(files.known.len(), 5);
    let said = reader.all_within(Duration::from_millis(100)).await;
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("3 files that fit ") && said[0].ends_with("are not followed: 5 are at most"),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_has_another_name_is_not_read_again_and_is_read_on() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let places = Places::default();
    let begin = || {
        let (outlet, reader) = test_support::outlet();
        let shutdown = CancellationToken::new();
        let reading = Reading { places: places.clone(), ..reading(outlet) };
        let files = Files::new(vec![(&at("*.log"), reading)], Vec::new(), 10);
        (reader, tokio::spawn(files.follow(shutdown.clone())), shutdown)
    };
    append(&at("app.log"), "before\n");
    let (mut reader, following, shutdown) = begin();
    tokio::time::sleep(Duration::from_millis(500)).await;
    append(&at("app.log"), "one\n");
    assert_eq!(shown(&mut reader, 1).await, ["app.log: one"]);
    fs::rename(at("app.log"), at("app.2026-01-31.log")).unwrap();
    append(&at("app.log"), "two\n");
    assert_eq!(shown(&mut reader, 2).await[1], "app.log: two");
    let name = format!("file {}", at("app.2026-01-31.log").display());
    while places.get::<serde_json::Value>(&name).is_none() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    append(&at("app.2026-01-31.log"), "late\n");
    assert_eq!(shown(&mut reader, 3).await[2], "app.2026-01-31.log: late");
    shutdown.cancel();
    following.await.unwrap();

    let (mut reader, following, shutdown) = begin();
    append(&at("app.2026-01-31.log"), "later\n");
    append(&at("app.log"), "three\n");
    let mut said = reader.all_within(Duration::from_secs(2)).await;
    said.sort_unstable();
    assert_eq!(said, ["later", "three"]);
    shutdown.cancel();
    following.await.unwrap();
}

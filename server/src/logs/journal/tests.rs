use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::*;
use crate::logs::test_support::{self, Reader};

/// A journal that a shell script prints in place of `journalctl`.
struct Scene {
    folder: tempfile::TempDir,
    reader: Reader,
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

/// A line as `journalctl` prints it.
const SHOW: &str = r#"show() { echo "{\"__CURSOR\":\"c$1\",\"MESSAGE\":\"entry $1\",\"PRIORITY\":\"6\"}"; }"#;

impl Scene {
    /// `$dir` is a folder of the scene's own, `$*` are the arguments.
    fn of(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("journalctl");
        let head = format!("#!/bin/sh\ndir={}\necho \"$*\" >> $dir/calls\n{SHOW}\n", folder.path().display());
        write_program(&program, &(head + script));
        Self::start(folder, program)
    }

    fn start(folder: tempfile::TempDir, program: PathBuf) -> Self {
        let (outlet, reader) = test_support::outlet();
        let shutdown = CancellationToken::new();
        let ms = Duration::from_millis;
        let pace = Pace { again: ms(10), again_most: Duration::from_secs(30), none: ms(50) };
        let journal = Journal { program: program.into(), pace, ..Journal::new(None, 100, Places::default()) };
        let task = tokio::spawn(journal.follow(outlet, shutdown.clone()));
        Self { folder, reader, shutdown, task }
    }

    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.folder.path().join("calls")).unwrap();
        calls.lines().map(|call| call.replace(&ALWAYS.join(" "), "").trim().to_owned()).collect()
    }

    async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(Duration::from_millis(200), self.task).await.expect("ends at once").unwrap();
    }
}

/// Another process does the writing: were it this one, a child forked meanwhile by another test could hold the file open
/// for writing, and then it can't be run.
pub(super) fn write_program(program: &Path, script: &str) {
    use std::io::Write as _;
    let write = "cat > \"$0\" && chmod +x \"$0\"";
    let mut shell = std::process::Command::new("sh");
    let mut shell = shell.args(["-c", write]).arg(program).stdin(Stdio::piped()).spawn().unwrap();
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(shell.wait().unwrap().success());
}

#[tokio::test]
async fn goes_on_after_the_last_entry_when_journalctl_dies() {
    let mut scene = Scene::of(
        r#"case "$*" in
        *--lines=1) show 0;;
        *--lines=50*) show 1; show 2; printf '{"__CURSOR":"broken'; echo out of files >&2; exit 3;;
        *=c2) show 2; show 3; exit 3;;
        *=c3) show 3; show 4; exec sleep 60;;
        esac"#,
    );
    let ended = "journalctl ended (exit status: 3: out of files); starting it again";
    assert_eq!(scene.reader.messages(5).await, ["entry 1", "entry 2", ended, "entry 3", "entry 4"]);
    let calls = scene.calls();
    assert_eq!(calls[..2], ["--lines=1", "--follow --lines=50 --quiet"]);
    assert_eq!(calls[2..], ["--follow --no-tail --cursor=c2", "--follow --no-tail --cursor=c3"]);
    scene.stop().await;
}

#[tokio::test]
async fn no_journalctl_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("journalctl");
    let mut scene = Scene::start(folder, program);
    assert_eq!(
        scene.reader.all_within(Duration::from_millis(300)).await,
        ["no journal on this host: journalctl is not installed"]
    );
    assert_eq!(scene.reader.first(1).await[0].level, LogLevel::Info);
    scene.stop().await;
}

#[tokio::test]
async fn no_journal_is_said_once_and_one_that_appears_is_followed() {
    let mut scene = Scene::of(
        r#"[ -e $dir/journal ] || { echo "No journal files were found." >&2; exit 1; }
        show 1
        case "$*" in *--follow*) exec sleep 60;; esac"#,
    );
    let absent = "no journal on this host: No journal files were found.";
    assert_eq!(scene.reader.all_within(Duration::from_millis(300)).await, [absent]);
    assert!(scene.calls().len() > 1, "asked again");
    fs::write(scene.folder.path().join("journal"), "").unwrap();
    assert_eq!(scene.reader.messages(2).await, [absent, "entry 1"]);
    scene.stop().await;
}

#[tokio::test]
async fn an_empty_journal_is_none() {
    let mut scene = Scene::of("exit 0");
    assert_eq!(scene.reader.messages(1).await, ["no journal on this host: it has no entries"]);
    scene.stop().await;
}

#[tokio::test]
async fn much_on_standard_error_and_garbage_stop_nothing() {
    let mut scene = Scene::of(
        r#"show 1
        case "$*" in *--follow*) ;; *) exit 0;; esac
        yes "a complaint" | head -c 300000 >&2
        echo "-- no json"; echo; echo "[1]"
        printf '{"MESSAGE":"'; head -c 3000000 /dev/zero | tr '\0' x; echo '"}'
        show 2
        exec sleep 60"#,
    );
    let left_out = "a journal entry of 3,000,014 bytes was left out";
    assert_eq!(scene.reader.messages(3).await, ["entry 1", left_out, "entry 2"]);
    scene.stop().await;
}

#[tokio::test]
async fn own_entries_are_left_to_the_own_source() {
    let own = std::process::id();
    let mut scene = Scene::of(&format!(
        r#"show 1
        echo '{{"MESSAGE":"own","_COMM":"opsglass","_PID":"{own}"}}'
        echo '{{"MESSAGE":"namesake","_COMM":"opsglass","_PID":"1"}}'
        case "$*" in *--follow*) exec sleep 60;; esac"#
    ));
    assert_eq!(scene.reader.messages(2).await, ["entry 1", "namesake"]);
    scene.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn no_process_is_left() {
    let mut scene = Scene::of(
        r#"show 1
        case "$*" in *--follow*) echo $$ > $dir/pid; trap '' TERM INT; show 2; exec sleep 60;; esac"#,
    );
    scene.reader.messages(2).await;
    let pid = fs::read_to_string(scene.folder.path().join("pid")).unwrap();
    let process = PathBuf::from(format!("/proc/{}", pid.trim()));
    assert!(process.exists());
    scene.stop().await;
    assert!(!process.exists());
}

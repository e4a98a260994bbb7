//! A file system that hangs: one that the kernel has mounted and that nobody serves, in a namespace of its own. Where that
//! isn't allowed nothing is asked.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::process::Command;

use support::exposition::{Exposition, Labels};
use support::process::Process;
use support::{ask, eventually};

/// Mounts what never answers on `$1` and runs the rest. It answers again, with an error, when the last who has the device
/// open is gone.
const MOUNT: &str = "exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 gone \"$1\" \
    && shift && exec \"$@\"";

/// A file system's place and whether it hangs.
fn hangs(exposition: &Exposition) -> Vec<(&Labels, bool)> {
    let errors = exposition.samples.get("node_filesystem_device_error");
    errors.into_iter().flatten().map(|(labels, value)| (labels, *value == 1.0)).collect()
}

#[tokio::test]
async fn a_file_system_that_hangs_is_named_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let mount = folder.path().to_str().unwrap();
    let config = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(config.path(), "[collect]\nslow = \"1s\"\n").unwrap();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]);
    command.args(["sh", "-c", MOUNT, "sh", mount, env!("CARGO_BIN_EXE_opsglass")]);
    command.args(["--listen", "127.0.0.1:0", "--no-journal", "--config"]).arg(config.path());
    let Some(server) = Process::run(&mut command) else {
        eprintln!("skipped: no namespaces, or no /dev/fuse");
        return;
    };
    let get = async |path: &str| ask(server.address, "GET", path, "", b"").await;

    let exposition = eventually(async || {
        let exposition = Exposition::read(get("/metrics").await.text());
        // Not with its first reading: one slow answer is no alarm.
        hangs(&exposition).iter().any(|&(_, hangs)| hangs).then_some(exposition)
    })
    .await;
    for (labels, hangs) in hangs(&exposition) {
        assert_eq!(hangs, labels["mountpoint"] == mount, "{labels:?}");
    }
    let sizes = &exposition.samples["node_filesystem_size_bytes"];
    assert!(sizes.keys().any(|labels| labels["mountpoint"] == "/"), "{sizes:?}");
    assert!(sizes.keys().all(|labels| labels["mountpoint"] != mount));

    let shown = eventually(async || {
        let json = get("/api/snapshot").await.json();
        json["metrics"]["fileSystems"].as_array().filter(|shown| !shown.is_empty()).cloned()
    })
    .await;
    assert!(shown.iter().any(|shown| shown["mount"] == "/") && shown.iter().all(|shown| shown["mount"] != mount));
    let page = get("/").await;
    let (_, row) = page.text().split_once(&format!("\">{mount}</th>")).unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    assert!(row.contains("does not answer"), "{row}");
    let logs = get("/api/logs?q=hangs").await;
    assert!(logs.text().contains(&format!("{mount} (gone) hangs")), "{}", logs.text());
}

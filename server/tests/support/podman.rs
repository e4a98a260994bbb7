//! Podman, with all that is its own in one folder.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What runs containers for it; the first that works here.
const RUNTIMES: [&str; 2] = ["crun", "runc"];
/// A container that does as it is told, line by line.
const OBEDIENT: &str = "exec 3<>/in/pipe; while read -r line <&3; do case $line in \
    end) exit 3;; err*) echo \"$line\" >&2;; *) echo \"$line\";; esac; done";
/// As it may be started several times in one process.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// An engine. What it runs ends with it.
pub(crate) struct Podman {
    folder: TempDir,
    runtime: &'static str,
    /// Of the control groups that it makes.
    group: String,
    service: Option<Child>,
}

/// A container that writes what it is told.
pub(crate) struct Obedient {
    pipe: fs::File,
}

impl Obedient {
    pub(crate) fn tell(&mut self, lines: &str) {
        self.pipe.write_all(lines.as_bytes()).unwrap();
    }
}

impl Podman {
    /// One that does not answer yet; none, with a word, where there is none that works.
    pub(crate) fn start() -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("podman").tempdir().unwrap();
        let group = format!("opsglass-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let mut podman = Self { folder, runtime: RUNTIMES[0], group, service: None };
        podman.lay_out();
        match podman.find_runtime() {
            Ok(()) => Some(podman),
            Err(why) => {
                eprintln!("skipped: {why}");
                None
            }
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path("podman.sock")
    }

    /// Begins to answer, once more or for the first time.
    pub(crate) fn serve(&mut self) {
        let address = format!("unix://{}", self.socket().display());
        // It ends by itself where this process can't end it.
        let mut command = self.command(&["system", "service", "--time", "60", &address]);
        self.service = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }

    /// Answers no more; what it runs goes on.
    pub(crate) fn fall_silent(&mut self) {
        if let Some(mut service) = self.service.take() {
            drop(service.kill());
            service.wait().unwrap();
        }
    }

    /// Runs a shell's `script` in a container of that name and doesn't wait for it.
    pub(crate) fn run(&self, name: &str, flags: &[&str], script: &str) {
        succeeds(self.run_command(&[&["--detach", "--name", name], flags].concat(), script));
    }

    /// Starts a container that writes the lines it is told, those that begin with `err` as errors; it ends at `end`.
    pub(crate) fn start_obedient(&self, name: &str) -> Obedient {
        let folder = self.path(&format!("in-{name}"));
        fs::create_dir(&folder).unwrap();
        let pipe = folder.join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // As a reader too, so that nothing waits for the container, or is lost before it reads.
        let pipe = fs::File::options().read(true).write(true).open(pipe).unwrap();
        self.run(name, &["--volume", &format!("{}:/in", folder.display())], OBEDIENT);
        Obedient { pipe }
    }

    /// Calls it with these arguments.
    pub(crate) fn call(&self, arguments: &[&str]) {
        succeeds(self.command(arguments));
    }

    fn find_runtime(&mut self) -> Result<(), String> {
        let mut said = String::new();
        for runtime in RUNTIMES {
            self.runtime = runtime;
            let tried = self.run_command(&["--rm"], "true").output();
            let tried = tried.map_err(|_| "there is no podman here (scripts/setup-podman installs it)")?;
            if tried.status.success() {
                return Ok(());
            }
            said.push_str(&String::from_utf8_lossy(&tried.stderr));
        }
        Err(format!("podman can't run a container here: {}", said.trim()))
    }

    /// Those that clean up after containers go on for a moment, and would write where all is to be removed.
    fn wait_for_its_processes(&self) {
        let folder = self.folder.path().as_os_str().as_encoded_bytes();
        let is_of_it = |process: PathBuf| {
            let command = fs::read(process.join("cmdline")).unwrap_or_default();
            command.windows(folder.len()).any(|part| part == folder)
        };
        let end = Instant::now() + super::PATIENCE;
        while Instant::now() < end && folders(Path::new("/proc")).into_iter().any(is_of_it) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A root for containers, of this system's own programs, and settings of its own.
    fn lay_out(&self) {
        for folder in ["rootfs", "rootfs/usr", "rootfs/in"] {
            fs::create_dir(self.path(folder)).unwrap();
        }
        for name in ["bin", "lib", "lib64"] {
            if let Ok(target) = fs::read_link(Path::new("/").join(name)) {
                symlink(target, self.path("rootfs").join(name)).unwrap();
            }
        }
        // Locks that it shares with no other.
        fs::write(self.path("containers.conf"), "[engine]\nlock_type = \"file\"\n").unwrap();
    }

    fn run_command(&self, flags: &[&str], script: &str) -> Command {
        let mut command = self.command(&["run", "--network", "none", "--log-driver", "k8s-file"]);
        // Its own limits may be higher than what may be asked for here.
        command.args(["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]);
        match self.runtime {
            "crun" => command.arg("--cgroups=disabled"),
            _ => command.arg("--cgroup-parent").arg(format!("/{}", self.group)),
        };
        for folder in ["/usr", "/bin", "/lib", "/lib64"] {
            if fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()) {
                command.arg("--volume").arg(format!("{folder}:{folder}:ro"));
            }
        }
        command.args(flags).arg("--rootfs").arg(self.path("rootfs")).args(["/bin/sh", "-c", script]);
        command
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("podman");
        for (flag, name) in [("--root", "root"), ("--runroot", "runroot"), ("--tmpdir", "tmp")] {
            command.arg(flag).arg(self.path(name));
        }
        command.args(["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "file"]);
        command.args(["--runtime", self.runtime]).args(arguments);
        command.env("CONTAINERS_CONF", self.path("containers.conf")).stdin(Stdio::null());
        command
    }
}

impl Drop for Podman {
    fn drop(&mut self) {
        self.fall_silent();
        drop(self.command(&["rm", "--all", "--force", "--time", "0"]).output());
        self.wait_for_its_processes();
        let all = Path::new("/sys/fs/cgroup");
        for groups in folders(all).into_iter().chain([all.to_owned()]) {
            let group = groups.join(&self.group);
            for folder in folders(&group).into_iter().chain([group]) {
                drop(fs::remove_dir(folder));
            }
        }
    }
}

fn folders(of: &Path) -> Vec<PathBuf> {
    fs::read_dir(of).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn succeeds(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

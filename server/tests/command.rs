//! The binary as a person meets it: flags, environment, file, exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

fn opsglass(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opsglass"));
    command.args(args).env_clear();
    command
}

fn output(args: &[&str]) -> Output {
    opsglass(args).output().unwrap()
}

/// The one line that says what is wrong; exit code 2.
#[track_caller]
fn refused(mut command: Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("opsglass: "), "{said}");
    said
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn it_says_what_it_is() {
    let version = output(&["--version"]);
    assert_eq!(String::from_utf8(version.stdout).unwrap(), format!("opsglass {}\n", env!("CARGO_PKG_VERSION")));
    let help = String::from_utf8(output(&["--help"]).stdout).unwrap();
    for told in
        ["--listen", "--interval", "--log-level", "--log-file", "--demo", "--config", "check", "OPSGLASS_LISTEN"]
    {
        assert!(help.contains(told), "{told} in {help}");
    }
}

#[test]
fn a_bad_flag_names_itself() {
    let said = refused(opsglass(&["--interval", "fast"]));
    assert!(said.contains("--interval") && said.contains("500ms") && said.contains("fast"), "{said}");
    assert!(refused(opsglass(&["--interval", "1ms"])).contains("interval: expected 250ms to 1m, got 1ms"));
    let said = refused(opsglass(&["--log-file", "/var/log/[a.log"]));
    assert!(said.contains("logs.files: expected a file or a pattern") && said.contains("/var/log/[a.log"), "{said}");
    let said = refused(opsglass(&["--syslog", "udp://localhost:514"]));
    assert!(
        said.contains("--syslog") && said.contains("udp://ADDRESS:PORT") && said.contains("localhost:514"),
        "{said}"
    );
    let said = refused(opsglass(&["--syslog", "udp://0.0.0.0:5514"]));
    assert!(said.contains("logs.syslog: expected an address that only this machine reaches"), "{said}");
    assert!(refused(opsglass(&["--colour"])).contains("--colour"));
    let said = refused(opsglass(&["--proxy", "10.0.0.0/8,nonsense"]));
    assert!(said.contains("--proxy") && said.contains("10.0.0.0/8") && said.contains("nonsense"), "{said}");
    for level in ["==", "bogus", "info,warning"] {
        assert!(refused(opsglass(&["--log-level", level])).contains("log_level"), "{level}");
    }
    assert_eq!(output(&["check", "--log-level", "info,server::logs=debug"]).status.code(), Some(0));
}

#[test]
fn a_bad_variable_names_the_flag() {
    let mut command = opsglass(&["check"]);
    command.env("OPSGLASS_LISTEN", "here");
    let said = refused(command);
    assert!(said.contains("--listen") && said.contains("here"), "{said}");
}

#[test]
fn a_broken_file_is_named_with_line_and_key() {
    for (text, place, expected) in [
        ("interval = 1\n", ":1:12: interval: ", "string"),
        ("\n\nintervall = \"1s\"\n", ":3:1: intervall: ", "unknown field"),
        ("[logs]\njournal = \"yes\"\n", ":2:11: logs.journal: ", "boolean"),
        ("[stream]\nheartbeat = \"often\"\n", ":2:13: stream.heartbeat: ", "15s"),
        ("listen = \n", ":1:10: listen: ", ""),
        ("[server]\nproxies = [\"127.0.0.1\", \"10.0.0.0/33\"]\n", ":2:11: server.proxies: ", "10.0.0.0/8"),
        ("[server]\nforwarded_header = \"via\"\n", ":2:20: server.forwarded_header: ", "x-forwarded-for"),
        ("[server]\nhead_timeout = \"1ms\"\n", ":2:16: server.head_timeout: expected 1s to 5m", "1ms"),
        ("[server]\nwrite_timeout = \"2h\"\n", ":2:17: server.write_timeout: expected 1s to 1h", "2h"),
        ("[server]\nstream_buffer = 1\n", ":2:17: server.stream_buffer: expected 4096 to ", ""),
        ("[limits]\nconnections = 0\n", ":2:15: limits.connections: expected 1 to 1000000", "0"),
        ("[limits]\nhead_bytes = 4096\n", ":2:14: limits.head_bytes: expected 8192 to 65536", "4096"),
        ("[limits]\nbody_bytes = -1\n", ":2:14: limits.body_bytes: ", ""),
        ("[shutdown]\nspread = \"5s\"\n", ":2:10: shutdown.spread: expected 0s to 750ms", "5s"),
        ("[shutdown]\ndeadline = \"1ms\"\n", ":2:12: shutdown.deadline: expected 500ms to 1h", "1ms"),
        ("[alerts.cpu]\nwarning = \"high\"\n", ":2:11: alerts.cpu.warning: ", ""),
        ("\ninterval = \"1ms\"\n", ":2:12: interval: expected 250ms to 1m", ""),
        ("[alerts.cpu]\nwarning_clear = 90\n", ":2:17: alerts.cpu.warning_clear: ", "90"),
        ("hub.idle = \"10ms\"\n", ":1:12: hub.idle: expected 1s to 30days", ""),
        ("[collect]\nslow = \"10ms\"\n", ":2:8: collect.slow: expected 1s to 1h", "10ms"),
        ("[collect]\ntcp_sockets = 10000001\n", ":2:15: collect.tcp_sockets: expected 0 to 10000000", ""),
        ("hub.latest = 1\n", ":1:14: hub.latest: expected 10 to 1000000", ""),
        ("hub.channels = 0\n", ":1:16: hub.channels: expected 1 to 100000", ""),
        ("hub.index = 1\n", ":1:13: hub.index: expected 4096 to 1073741824", ""),
        ("stream.channels = 0\n", ":1:19: stream.channels: expected 1 to 256", ""),
        ("publish.max_body = 10\n", ":1:20: publish.max_body: expected 1024 to 16777216", ""),
        ("\nhub.events = 1\n", ":2:14: hub.events: expected 200 to 10000000", ""),
        ("[[rule]]\nname = \"a\"\nwhen = \"cup > 1\"\n", ":3:9: rule \"a\": when: expected a metric", "`cup`"),
        ("[[rule]]\nname = \"a\"\nwhen = \"cpu > 1 and cpu / 0 > 2\"\n", ":3:27: rule \"a\": when: ", "divided"),
        ("[[rule]]\nname = \"a\"\nwhen = \"cpu > 1\"\nfor = -1\n", ":4:7: rule.for: ", "a span of time like"),
        ("[[rule]]\nname = \"a\"\nwhen = \"cpu > 1\"\nfor = \"-1\"\n", ":4:7: rule.for: ", "\"-1\""),
        ("[[rule]]\nname = \"a\"\nwhen = \"cpu > 1\"\nhold = 1\n", ":4:1: rule.hold: unknown field", "keep_firing_for"),
        ("[[rule]]\nname = \"cpu\"\nwhen = \"cpu > 1\"\n", ":2:8: rule \"cpu\": name: ", "no other rule"),
        (
            "[[rule]]\nname = \"a\"\nwhen = \"cpu > 1\"\nclear = 2\n",
            ":4:9: rule \"a\": clear: ",
            "at most the level (1)",
        ),
        ("[alerts.cpu]\nhold = \"soon\"\n", ":2:8: alerts.cpu.hold: ", "a span of time like"),
        ("[server]\nhead_timeout = \"soon\"\n", ":2:16: server.head_timeout: ", "15s"),
        ("interval = \"1s\"\n[[rule]]\nname = \"a\"\n", ":2:1: rule: ", "missing field `when`"),
        ("interval = \"1s\"\n[[rule]]\nwhen = \"cpu > 1\"\n", ":2:1: rule: ", "missing field `name`"),
        ("interval = \"1s\"\n[[rule]\nname = \"a\"\n", ":2:8: ", ""),
        ("# listen = 1\n[[receiver]]\nname = \"a\n", ":3:", ""),
        ("[[rule]]\nname = \"a\"\n", "missing field `when`", ":1:"),
        ("alerts.off = [\"disk\"]\n", ":1:14: alerts.off: ", "filesystem-fills"),
        ("alerts.files = [\"no-such-rules.toml\"]\n", "no-such-rules.toml: ", ""),
        ("[alerts.cpu]\nhold = \"9days\"\n[alerts.load]\nwarning = 1\n", ":2:8: alerts.cpu.hold: ", ""),
    ] {
        let file = file(text);
        let said = refused(opsglass(&["check", "--config", file.path().to_str().unwrap()]));
        assert!(said.contains(place) && said.contains(expected), "{text:?} gives {said}");
    }
    assert!(refused(opsglass(&["--config", "/no/such/file.toml"])).contains("/no/such/file.toml"));
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let named = folder.path().join("opsglass.toml");
    std::fs::write(&named, "alerts.files = [\"pipe.toml\"]\n").unwrap();
    for path in [&pipe, &named] {
        let said = refused(opsglass(&["check", "--config", path.to_str().unwrap()]));
        assert!(said.contains("pipe.toml: expected a regular file"), "{said}");
    }
}

#[test]
fn check_says_when_all_is_well() {
    let file = file("interval = \"2s\"\n[alerts.cpu]\nwarning = 70\nwarning_clear = 60\nhold = \"30s\"\n");
    let checked = output(&["check", "--config", file.path().to_str().unwrap()]);
    assert_eq!(checked.status.code(), Some(0));
    assert!(String::from_utf8(checked.stdout).unwrap().contains("all is well"));
}

#[test]
fn rules_in_files_of_their_own_are_checked_in_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("opsglass.toml", "alerts.files = [\"rules.toml\"]\n[[rule]]\nname = \"a\"\nwhen = \"cpu > 1\"\n");
    let path = folder.path().join("opsglass.toml");
    let check = || opsglass(&["check", "--config", path.to_str().unwrap()]);
    write("rules.toml", "[[rule]]\nname = \"b\"\nwhen = 'filesystem{mount=\"/var*\"} > 1'\n");
    assert_eq!(check().status().unwrap().code(), Some(0));
    write("rules.toml", "\n[[rule]]\nname = \"a\"\nwhen = \"cpu > 1\"\n");
    let said = refused(check());
    assert!(said.contains("rules.toml:3:8: rule \"a\": name: "), "{said}");
}

#[test]
fn an_open_door_is_refused() {
    let said = refused(opsglass(&["--listen", "0.0.0.0:0"]));
    assert!(said.contains("0.0.0.0:0") && said.contains("--insecure"), "{said}");
    assert_eq!(output(&["check", "--listen", "0.0.0.0:0", "--insecure"]).status.code(), Some(0));
    let folder = tempfile::tempdir().unwrap();
    let mut unlocked = opsglass(&["--listen", "0.0.0.0:0", "--demo", "--log-level", "off", "--tls-self-signed"]);
    unlocked.arg("--state-dir").arg(folder.path());
    let said = refused(unlocked);
    assert!(said.contains("nobody has to say who they are") && said.contains("opsglass user add"), "{said}");
    let mut behind_a_proxy =
        opsglass(&["--listen", "127.0.0.1:0", "--proxy", "127.0.0.1", "--demo", "--log-level", "off"]);
    behind_a_proxy.arg("--state-dir").arg(folder.path());
    let said = refused(behind_a_proxy);
    assert!(said.contains("server.proxies: ") && said.contains("opsglass user add"), "{said}");
    let file = file("insecure = true\nlisten = \"0.0.0.0:0\"\n");
    let mut shut = opsglass(&["check", "--config", file.path().to_str().unwrap()]);
    assert_eq!(shut.status().unwrap().code(), Some(0));
    shut.env("OPSGLASS_INSECURE", "false");
    assert!(refused(shut).contains("--insecure"), "what the file opens, the environment can shut");
}

#[test]
fn a_busy_port_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = refused(opsglass(&["--listen", &address]));
    let last = said.lines().last().unwrap();
    assert!(last.contains(&address) && last.contains("in use"), "{said}");
}

/// Starts the binary and returns it with the address that it says it listens on.
fn serving(mut command: Command) -> (std::process::Child, String) {
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.find(|line| line.as_ref().unwrap().contains("listening on http://")).unwrap().unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    let address = line.split("http://").nth(1).unwrap().trim().to_owned();
    (child, address)
}

#[test]
fn flags_go_before_the_environment_and_that_before_the_file() {
    let port = |address: &str| address.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = taken.local_addr().unwrap().to_string();
    let file = file(&format!("listen = \"{busy}\"\n"));
    let path = file.path().to_str().unwrap();
    // The file's address is taken, so whoever starts has been told another one.
    let mut by_environment = opsglass(&["--config", path, "--no-journal"]);
    by_environment.env("OPSGLASS_LISTEN", "127.0.0.1:0");
    let mut by_flag = opsglass(&["--config", path, "--listen", "127.0.0.1:0", "--no-journal"]);
    by_flag.env("OPSGLASS_LISTEN", &busy);
    for command in [by_environment, by_flag] {
        let (mut child, address) = serving(command);
        assert_ne!(port(&address), port(&busy));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(refused(opsglass(&["--config", path])).contains(&busy));
}

#[cfg(unix)]
#[test]
fn sigterm_ends_it_within_a_second_with_a_stream_open() {
    let (mut child, address) = serving(opsglass(&["--listen", "127.0.0.1:0", "--no-journal"]));
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "GET /api/dashboard-stream HTTP/1.1\r\nhost: {address}\r\n\r\n").unwrap();
    let mut first = [0; 1024];
    assert_ne!(stream.read(&mut first).unwrap(), 0);
    let begun = std::time::Instant::now();
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let status = child.wait().unwrap();
    assert!(begun.elapsed() < std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(status.code(), Some(0));
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("event: bye\n"), "{rest}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_it_waits_and_says_so_once() {
    let start = "ulimit -n 48; exec \"$0\" --listen 127.0.0.1:0 --no-journal";
    let mut server = Command::new("sh");
    server.args(["-c", start, env!("CARGO_BIN_EXE_opsglass")]).env_clear().stderr(Stdio::piped());
    let mut server = server.spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map(Result::unwrap);
    let listening = lines.find(|line| line.contains("http://")).unwrap();
    let address = listening.split("http://").nth(1).unwrap().trim().to_owned();
    let held: Vec<_> = (0..64).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let failed = lines.next().unwrap();
    assert!(failed.contains("cannot accept connections") && failed.contains("open files"), "{failed}");
    // It tries again some more times, and says nothing of it.
    std::thread::sleep(std::time::Duration::from_millis(300));
    drop(held);
    let mut socket = TcpStream::connect(&address).unwrap();
    write!(socket, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(lines.next().unwrap().contains("accepted again"));
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn users_and_tokens_are_kept_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let run = |args: &[&str], typed: &str| {
        let mut command = opsglass(args);
        command.args(["--state-dir", state.to_str().unwrap()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), said)
    };
    let add = ["user", "add", "anna", "--role", "operator", "--password-stdin"];
    assert_eq!(run(&add, "correct horse battery\n"), (0, "anna may sign in as operator\n".to_owned()));
    for (args, typed, expected) in [
        (&add[..], "correct horse battery", "name: there is a user anna already"),
        (
            &["user", "add", "ben", "--role", "viewer", "--password-stdin"],
            "short",
            "password: expected 8 to 1024 bytes",
        ),
        (&["user", "add", "a\nb", "--role", "viewer", "--password-stdin"], "x", "name: expected a name of 1 to 32"),
        (&["user", "add", "ben", "--role", "king"], "", "--role"),
        (&["user", "remove", "ben"], "", "name: there is no user \"ben\""),
        (&["token", "create", "--name", "x", "--scope", "administer"], "", "--scope"),
        (&["token", "create", "--name", "x", "--scope", "read", "--expires", "soon"], "", "expires: expected a span"),
        (&["token", "create", "--name", "x", "--scope", "read", "--channels", "a b"], "", "channels: expected"),
    ] {
        let (code, said) = run(args, typed);
        assert!(code == 2 && said.contains(expected), "{args:?}: {said}");
    }
    let create =
        ["token", "create", "--name", "ci", "--scope", "publish,logs", "--channels", "deploy-*", "--expires", "90d"];
    let (code, token) = run(&create, "");
    assert!(code == 0 && token.starts_with("og_") && token.trim().len() == 67, "{token}");
    let (_, users) = run(&["user", "list"], "");
    let (_, tokens) = run(&["token", "list"], "");
    assert!(users.contains("anna") && users.contains("operator"), "{users}");
    assert!(
        tokens.contains("publish,logs") && tokens.contains("deploy-*") && tokens.contains("expires 20"),
        "{tokens}"
    );
    for file in ["users.json", "tokens.json"] {
        let path = state.join(file);
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(!kept.contains("correct horse") && !kept.contains(&token.trim()[3..]), "{kept}");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }
    assert_eq!(run(&["token", "revoke", "ci"], ""), (0, "ci is revoked\n".to_owned()));
    assert_eq!(run(&["user", "remove", "anna"], ""), (0, "anna is removed\n".to_owned()));
    assert_eq!(run(&["user", "list"], ""), (0, String::new()));
}

#[test]
fn a_user_in_the_file_that_cannot_be_is_named_and_no_password_repeated() {
    let hash = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (lines, expected) in [
        ("role = \"viewer\"\npassword_hash = \"hunter2\"".to_owned(), "password_hash: expected an argon2id hash"),
        (format!("role = \"king\"\npassword_hash = {hash:?}"), "role"),
        (format!("role = \"viewer\"\npassword_hash = {hash:?}\nchannels = [\"a b\"]"), "channels"),
        (
            format!(
                "role = \"viewer\"\npassword_hash = {hash:?}\n[[users]]\nname = \"anna\"\nrole = \"viewer\"\npassword_hash = {hash:?}"
            ),
            "users.name: expected each name once, got anna",
        ),
    ] {
        let file = file(&format!("[[users]]\nname = \"anna\"\n{lines}\n"));
        let said = refused(opsglass(&["check", "--config", file.path().to_str().unwrap()]));
        assert!(said.contains(expected) && !said.contains("hunter2"), "{said}");
    }
    let file = file("[auth]\npause = \"0s\"\n");
    let said = refused(opsglass(&["check", "--config", file.path().to_str().unwrap()]));
    assert!(said.contains("auth.pause: expected 1s to 1day, got 0s"), "{said}");
}

#[tokio::test]
async fn tail_shows_the_token_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let state = state.to_str().unwrap();
    let create = ["token", "create", "--name", "x", "--scope", "read", "--state-dir", state];
    let token = output(&create).stdout;
    let process = support::process::Process::start(["--state-dir", state]);
    let (url, file) = (format!("http://{}", process.address), folder.path().join("token"));
    std::fs::write(&file, &token).unwrap();
    let tail = ["tail", &url, "--max-events", "1"];
    let refused = output(&tail);
    assert!(
        refused.status.code() == Some(1) && String::from_utf8_lossy(&refused.stderr).contains("token"),
        "{refused:?}"
    );
    for call in [&tail[..], &["logs", &url]] {
        let let_in = opsglass(call).args(["--token-file", file.to_str().unwrap()]).output().unwrap();
        assert_eq!(let_in.status.code(), Some(0), "{let_in:?}");
    }
}

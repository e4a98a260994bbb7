//! Alerts on the wire: what can be asked, who is told, and what is left after a crash.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use support::receivers::{Catcher, Mail, Manner};
use support::{PATIENCE, Server, config};

/// A rule that fires with the first sample, on a machine of which nothing else is told.
const RULE: &str = "alerts.off = ['cpu', 'memory', 'swap', 'load', 'filesystem', 'no-data', 'clock-skew',\
    'clock-not-synchronised', 'unit-failed']\n[[rule]]\nname = 'always'\n\
    title = 'Always'\nwhen = 'uptime >= 0'\nlabels = { team = 'ops' }\nsummary = 'up for {value}'\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(toml: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write(toml);
        folder
    }

    fn write(&self, toml: &str) {
        std::fs::write(self.config(), format!("{RULE}{toml}")).unwrap();
    }

    fn config(&self) -> std::path::PathBuf {
        self.0.path().join("opsglass.toml")
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts opsglass with this file and its state in this folder.
    async fn serve(&self) -> Server {
        let state = self.path().join("state");
        let (file, state) = (self.config(), state.to_str().unwrap().to_owned());
        let flags = ["opsglass", "--no-journal", "--interval", "250ms", "--config", file.to_str().unwrap()];
        Server::serve(config(flags.into_iter().chain(["--state-dir", &state]).map(Into::into))).await.ready().await
    }
}

async fn alerts(server: &Server) -> Value {
    server.get("/api/alerts").await.json()
}

/// Waits until the alerts are as `wanted`.
async fn until(server: &Server, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let waiting = async {
        loop {
            last = alerts(server).await;
            if wanted(&last) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(waited.is_ok(), "{last:#}");
    last
}

fn is_firing(view: &Value) -> bool {
    view["alerts"].as_array().unwrap().iter().any(|alert| alert["state"] == "firing")
}

async fn post(server: &Server, path: &str, body: &Value) -> support::Answer {
    let body = body.to_string();
    let headers = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    server.send("POST", path, &headers, body.as_bytes()).await
}

#[tokio::test]
async fn an_alert_is_listed_acknowledged_and_silenced() {
    let server = Folder::new("").serve().await;
    let view = until(&server, is_firing).await;
    let alert = &view["alerts"][0];
    assert_eq!((alert["id"].as_str(), alert["phase"].as_str()), (Some("always"), Some("firing")));
    assert_eq!(alert["labels"], json!({ "alertname": "always", "severity": "warning", "team": "ops" }));
    assert_eq!(alert["rule"]["when"], "uptime >= 0");
    assert!(alert["samples"][0]["value"].is_number() && alert["summary"].as_str().unwrap().starts_with("up for "));

    let answer = post(&server, "/api/alerts/always/ack", &json!({ "by": "me", "reason": "on it" })).await;
    assert_eq!((answer.status, answer.json()["by"].as_str()), (200, Some("me")), "{}", answer.text());
    assert_eq!(alerts(&server).await["alerts"][0]["acknowledged"]["reason"], "on it");
    assert_eq!(server.ask("DELETE", "/api/alerts/always/ack", "").await.status, 204);
    assert_eq!(alerts(&server).await["alerts"][0]["acknowledged"], Value::Null);

    let silence = json!({ "matchers": [{ "label": "team", "value": "o*" }], "reason": "known", "for": "2h" });
    let answer = post(&server, "/api/silences", &silence).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(alerts(&server).await["alerts"][0]["silencedBy"], json!([id]));
    assert_eq!(server.get("/api/silences").await.json()[0]["by"], "operator");
    assert_eq!(server.ask("DELETE", &format!("/api/silences/{id}"), "").await.status, 204);
    assert_eq!(server.get("/api/silences").await.json(), json!([]));
}

/// What no sample on the stream has, but `/metrics`.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_rule_can_name_what_no_page_shows() {
    let rule = "[[rule]]\nname = 'asleep'\nwhen = 'processes.state{state=\"sleeping\"} > 0 and files.open > 0'\n";
    let server = Folder::new(rule).serve().await;
    let asleep = |alert: &Value| alert["id"] == "asleep:sleeping" && alert["state"] == "firing";
    let view = until(&server, |view| view["alerts"].as_array().unwrap().iter().any(asleep)).await;
    let alert = view["alerts"].as_array().unwrap().iter().find(|alert| asleep(alert)).unwrap();
    assert_eq!((alert["labels"]["state"].as_str(), alert["instance"].as_str()), (Some("sleeping"), Some("sleeping")));
    assert!(alert["value"].as_f64().unwrap() >= 1.0, "{alert}");
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field() {
    let server = Folder::new("").serve().await;
    until(&server, is_firing).await;
    let matchers = json!([{ "label": "team", "value": "ops" }]);
    for (path, body, status, message) in [
        ("/api/alerts/nothing/ack", json!({}), 404, "no alert \"nothing\""),
        ("/api/alerts/filesystem:%2Fvar/ack", json!({}), 404, "no alert \"filesystem:/var\""),
        ("/api/alerts/always/ack", json!({ "by": "" }), 422, "by: expected a text of 1 to 160 bytes"),
        ("/api/alerts/always/ack", json!({ "who": "me" }), 422, "body: unknown field `who`"),
        ("/api/silences", json!({ "matchers": [], "reason": "x", "for": "1h" }), 422, "matchers: expected 1 to 32"),
        ("/api/silences", json!({ "matchers": matchers, "reason": "", "for": "1h" }), 422, "reason: expected"),
        ("/api/silences", json!({ "matchers": matchers, "reason": "x" }), 422, "until: expected either until or for"),
        ("/api/silences", json!({ "matchers": matchers, "reason": "x", "for": "soon" }), 422, "for: expected a span"),
        ("/api/silences", json!({ "matchers": matchers, "reason": "x", "for": "9000days" }), 422, "until: expected at"),
        (
            "/api/silences",
            json!({ "matchers": matchers, "reason": "x", "until": "2001-01-01T00:00:00Z" }),
            422,
            "until: expected a time after",
        ),
        (
            "/api/silences",
            json!({ "matchers": matchers, "reason": "x", "until": "soon" }),
            422,
            "until: expected a time like",
        ),
    ] {
        let answer = post(&server, path, &body).await;
        let said = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(answer.status == status && said.starts_with(message), "{body} gives {} {said}", answer.status);
    }
    let form = server.send("POST", "/api/silences", "content-length: 2\r\n", b"{}").await;
    assert_eq!(form.status, 415);
    assert_eq!(server.ask("DELETE", "/api/silences/1", "").await.status, 404);
}

#[tokio::test]
async fn a_webhook_gets_alertmanagers_payload() {
    let mut catcher = Catcher::start(vec![Manner::Takes]).await;
    let toml = format!("[[receiver]]\nname = 'ops'\nwebhook = '{}'\ntoken = 'hunter2'\n", catcher.url("/hook?x=1"));
    let server = Folder::new(&toml).serve().await;
    let request = catcher.request().await;
    assert!(request.head.starts_with("POST /hook?x=1 HTTP/1.1\r\n"), "{}", request.head);
    assert!(request.head.contains("authorization: Bearer hunter2\r\n"), "{}", request.head);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((body["version"].as_str(), body["status"].as_str()), (Some("4"), Some("firing")));
    assert_eq!((body["receiver"].as_str(), body["truncatedAlerts"].as_u64()), (Some("ops"), Some(0)));
    assert_eq!(body["groupLabels"], json!({ "alertname": "always" }));
    assert_eq!(body["commonLabels"]["team"], "ops");
    let alert = &body["alerts"][0];
    assert_eq!((alert["status"].as_str(), alert["endsAt"].as_str()), (Some("firing"), Some("0001-01-01T00:00:00Z")));
    assert_eq!(alert["fingerprint"].as_str().unwrap().len(), 16);
    assert!(alert["annotations"]["summary"].as_str().unwrap().starts_with("up for "));
    let view = until(&server, |view| view["receivers"][0]["delivered"] == 1).await;
    assert_eq!(view["receivers"][0]["waiting"], 0);
    assert!(!view.to_string().contains("hunter2"));
}

#[tokio::test]
async fn a_bad_webhook_is_bounded_tried_again_and_known() {
    let manners = [
        Manner::Hangs,
        Manner::Fails,
        Manner::RedirectsToItself,
        Manner::FailsWithoutEnd,
        Manner::TakesWithoutEnd,
        Manner::TakesInDrops,
        Manner::BreaksOff,
    ];
    let mut catchers = Vec::new();
    let mut toml = String::new();
    for (number, manner) in manners.into_iter().enumerate() {
        let catcher = Catcher::start(vec![manner, Manner::Takes]).await;
        let url = catcher.url("/");
        toml += &format!("[[receiver]]\nname = 'r{number}'\nwebhook = '{url}'\ntimeout = '1s'\n");
        catchers.push(catcher);
    }
    let server = Folder::new(&toml).serve().await;
    let failed = |receiver: &Value| receiver["notDeliveredSince"].is_string() && receiver["lastError"].is_string();
    for number in 0..catchers.len() {
        until(&server, |view| {
            let receiver = &view["receivers"][number];
            failed(receiver) || receiver["failed"].as_u64() > Some(0)
        })
        .await;
    }
    let all = |view: &Value| view["receivers"].as_array().unwrap().iter().all(|r| r["delivered"] == 1);
    let view = until(&server, all).await;
    for (receiver, catcher) in view["receivers"].as_array().unwrap().iter().zip(&mut catchers) {
        assert_eq!((receiver["failed"].as_u64(), receiver["notDeliveredSince"].clone()), (Some(1), Value::Null));
        let (first, second) = (catcher.request().await, catcher.request().await);
        assert_eq!(first.body, second.body, "the same is sent again");
        assert!(catcher.no_more().await, "a redirect is not followed");
        assert!(catcher.written() < 16 * 1024 * 1024, "{} bytes were taken", catcher.written());
        assert!(catcher.is_left_alone().await, "a connection is kept");
    }
}

#[tokio::test]
async fn a_mail_is_sent() {
    let mut mail = Mail::start().await;
    let toml = format!(
        "[[receiver]]\nname = 'mail'\nemail = ['ops@example.org', 'Boss <boss@example.org>']\nsmtp = '{}'\n\
         from = 'opsglass@example.org'\n",
        mail.address
    );
    let _server = Folder::new(&toml).serve().await;
    let (said, other) = (mail.received().await, mail.received().await);
    let (said, other) = if said.contains("boss") { (other, said) } else { (said, other) };
    assert!(other.contains("RCPT TO:<boss@example.org>") && other.contains("To: Boss <boss@example.org>"), "{other}");
    for line in [
        "MAIL FROM:<opsglass@example.org>",
        "RCPT TO:<ops@example.org>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Firing: Always",
        "up for ",
        "rule always: uptime >=",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    let id = |said: &str| said.lines().find(|line| line.starts_with("Message-ID: <")).unwrap().to_owned();
    assert!(id(&said).ends_with("@example.org>") && id(&said) != id(&other), "{said}");
    let subject = said.lines().find(|line| line.starts_with("Subject: ")).unwrap();
    assert!(subject.starts_with("Subject: [firing] ") && subject.ends_with(": Always"), "{subject}");
}

#[tokio::test]
async fn an_address_that_is_refused_keeps_no_mail_from_others() {
    let mut mail = Mail::without("left@example.org").await;
    let toml = format!(
        "[[receiver]]\nname = 'mail'\nemail = ['left@example.org', 'ops@example.org']\nsmtp = '{}'\n",
        mail.address
    );
    let server = Folder::new(&toml).serve().await;
    let view = until(&server, |view| {
        view["receivers"][1]["delivered"] == 1 && view["receivers"][0]["failed"].as_u64() >= Some(2)
    })
    .await;
    let left = &view["receivers"][0];
    assert_eq!((left["name"].as_str(), left["delivered"].as_u64()), (Some("mail <left@example.org>"), Some(0)));
    assert!(left["lastError"].as_str().unwrap().contains("no such user"), "{left}");
    assert_eq!((&view["receivers"][1]["waiting"], &view["receivers"][1]["lastError"]), (&json!(0), &Value::Null));
    let said = [mail.received().await, mail.received().await, mail.received().await];
    let taken = said.iter().filter(|said| said.contains("DATA")).count();
    assert_eq!(taken, 1, "what went through is not sent again: {said:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_is_told_on_its_input_and_ended_in_time() {
    let folder = Folder::new("");
    let told = folder.path().join("told.json");
    let toml = format!(
        "[[receiver]]\nname = 'file'\ncommand = ['sh', '-c', 'cat > \"$0\"', '{}']\n\
         [[receiver]]\nname = 'slow'\ncommand = ['sleep', '600']\ntimeout = '1s'\n\
         [[receiver]]\nname = 'none'\ncommand = ['/no/such/program']\n",
        told.display()
    );
    folder.write(&toml);
    let server = folder.serve().await;
    let view = until(&server, |view| {
        view["receivers"][0]["delivered"] == 1
            && view["receivers"][1]["failed"].as_u64() > Some(0)
            && view["receivers"][2]["failed"].as_u64() > Some(0)
    })
    .await;
    let body: Value = serde_json::from_slice(&std::fs::read(&told).unwrap()).unwrap();
    assert_eq!(body["alerts"][0]["labels"]["alertname"], "always");
    assert_eq!(view["receivers"][1]["lastError"], "not done within 1s");
    assert!(view["receivers"][2]["lastError"].as_str().unwrap().contains("No such file"));
}

#[cfg(unix)]
mod process {
    use std::collections::HashSet;
    use std::net::SocketAddr;
    use std::process::Command;

    use support::process::Process;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::task::JoinSet;

    use super::*;

    fn start(folder: &Folder) -> Process {
        let (file, state) = (folder.config(), folder.path().join("state"));
        let [file, state] = [&file, &state].map(|path| path.to_str().unwrap());
        Process::start(["--interval", "250ms", "--config", file, "--state-dir", state])
    }

    async fn until(process: &Process, wanted: impl Fn(&Value) -> bool) -> Value {
        support::eventually(async || {
            let view = support::ask(process.address, "GET", "/api/alerts", "", b"").await.json();
            wanted(&view).then_some(view)
        })
        .await
    }

    #[tokio::test]
    async fn sighup_reads_the_rules_again_and_a_broken_file_is_an_alert() {
        let folder = Folder::new("");
        let process = start(&folder);
        let rules = until(&process, is_firing).await["rules"].as_u64().unwrap();
        folder.write("[[rule]]\nname = 'odd'\nwhen = 'cup > 1'\n");
        process.signal("-HUP");
        let open = |view: &Value, id: &str| view["alerts"].as_array().unwrap().iter().find(|a| a["id"] == id).cloned();
        let view = until(&process, |view| open(view, "opsglass-rules").is_some()).await;
        let own = open(&view, "opsglass-rules").unwrap();
        let message = own["message"].as_str().unwrap();
        assert!(message.contains("opsglass.toml:10:9: rule \"odd\": when: expected a metric"), "{message}");
        assert_eq!(view["rules"], rules);
        folder.write("[[rule]]\nname = 'even'\nwhen = 'cpu > 100'\n");
        process.signal("-HUP");
        let view = until(&process, |view| view["rules"] == rules + 1).await;
        assert!(open(&view, "always").is_some() && open(&view, "opsglass-rules").is_none(), "{view:#}");
        let of = |id: &str| view["past"].as_array().unwrap().iter().filter(|change| change["id"] == id).count();
        assert_eq!((of("always"), of("opsglass-rules")), (1, 2), "what still fires was not told again");
    }

    #[tokio::test]
    async fn what_was_not_delivered_before_a_crash_is_delivered_after_it() {
        let mut catcher = Catcher::start(vec![Manner::Fails; 2]).await;
        let folder = Folder::new(&format!("[[receiver]]\nname = 'ops'\nwebhook = '{}'\n", catcher.url("/")));
        let process = start(&folder);
        until(&process, |view| view["receivers"][0]["failed"].as_u64() > Some(0)).await;
        let first = catcher.request().await;
        // SIGKILL.
        drop(process);
        let mut catcher = catcher.again(vec![Manner::Takes; 2]).await;
        let process = start(&folder);
        let second = catcher.request().await;
        assert_eq!(first.body, second.body);
        let number = |head: &str| head.lines().find(|line| line.starts_with("x-opsglass-delivery")).unwrap().to_owned();
        assert_eq!(number(&first.head), number(&second.head), "so that it can be told from another");
        let view = until(&process, |view| view["receivers"][0]["delivered"] == 1).await;
        assert_eq!((view["past"].as_array().unwrap().len(), view["past"][0]["change"].as_u64()), (1, Some(1)));
        assert!(catcher.no_more().await, "it is sent once");
    }

    /// Adds silences one after another until the server is gone, and returns the reasons of those that it has taken. One
    /// more at most is under way when it goes.
    async fn silence_until_it_is_gone(address: SocketAddr, author: usize) -> Vec<String> {
        let mut taken = Vec::new();
        for number in 0..100 {
            let reason = format!("{author}-{number}");
            let body = json!({ "matchers": [{ "label": "team", "value": "none" }], "reason": reason, "for": "2h" });
            let body = body.to_string();
            let head = format!(
                "POST /api/silences HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let Ok(mut socket) = TcpStream::connect(address).await else { break };
            let mut answer = Vec::new();
            let asked = socket.write_all(head.as_bytes()).await;
            if asked.is_err() || socket.read_to_end(&mut answer).await.is_err() || answer.is_empty() {
                break;
            }
            assert!(answer.starts_with(b"HTTP/1.1 201 "), "{}", String::from_utf8_lossy(&answer));
            taken.push(reason);
        }
        taken
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_taken_before_a_crash_in_a_burst_is_there_once_after_it() {
        const AUTHORS: usize = 8;
        let folder = Folder::new("");
        let process = start(&folder);
        until(&process, is_firing).await;
        let mut authors = JoinSet::new();
        for author in 0..AUTHORS {
            authors.spawn(silence_until_it_is_gone(process.address, author));
        }
        support::eventually(async || {
            let listed = support::ask(process.address, "GET", "/api/silences", "", b"").await.json();
            (listed.as_array().unwrap().len() >= 50).then_some(())
        })
        .await;
        // SIGKILL.
        drop(process);
        let taken: Vec<String> = authors.join_all().await.into_iter().flatten().collect();
        assert!((50 - AUTHORS..100 * AUTHORS).contains(&taken.len()), "{} were taken", taken.len());
        let process = start(&folder);
        let listed = support::ask(process.address, "GET", "/api/silences", "", b"").await.json();
        let listed = listed.as_array().unwrap().iter().map(|silence| silence["reason"].as_str().unwrap().to_owned());
        let listed: Vec<String> = listed.collect();
        let once: HashSet<&String> = listed.iter().collect();
        assert_eq!(once.len(), listed.len(), "none is there twice");
        let lost: Vec<_> = taken.iter().filter(|reason| !once.contains(reason)).collect();
        assert!(lost.is_empty(), "{lost:?}");
        assert!(listed.len() <= taken.len() + AUTHORS, "only what was under way may be there unanswered");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn alert_test_tries_the_receivers() {
        let mut catcher = Catcher::start(vec![Manner::Takes, Manner::Fails]).await;
        let folder = Folder::new(&format!(
            "[[receiver]]\nname = 'ops'\nwebhook = '{}'\ntoken = 'hunter2'\n[[receiver]]\nname = 'no'\ncommand = ['false']\n",
            catcher.url("/")
        ));
        let run = |more: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_opsglass"));
            command.args(["alert", "test", "--config"]).arg(folder.config()).args(more).env_clear();
            let output = command.output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            (output.status.code().unwrap(), String::from_utf8(said).unwrap())
        };
        assert_eq!(run(&["--receiver", "ops"]), (0, "ops (webhook): told\n".to_owned()));
        let body: Value = serde_json::from_slice(&catcher.request().await.body).unwrap();
        assert_eq!(body["alerts"][0]["labels"]["alertname"], "opsglass-test");
        let (code, said) = run(&[]);
        assert_eq!((code, said.lines().count()), (1, 2), "{said}");
        assert!(
            said.contains("ops (webhook): not told: answered 500") && said.contains("no (command): not told"),
            "{said}"
        );
        let (code, said) = run(&["--receiver", "who"]);
        assert!(code == 2 && said.contains("expected one of those configured (ops, no)"), "{said}");
    }

    #[tokio::test]
    async fn a_real_alertmanager_takes_them() {
        let Some(manager) = support::receivers::Alertmanager::start().await else {
            eprintln!("skipped: there is no prometheus-alertmanager here (scripts/setup-monitors)");
            return;
        };
        let folder = Folder::new(&format!("[[receiver]]\nname = 'am'\nalertmanager = 'http://{}'\n", manager.address));
        let server = folder.serve().await;
        super::until(&server, |view| view["receivers"][0]["delivered"] == 1).await;
        let listed = manager.until(|alerts| alerts.as_array().unwrap().len() == 1).await;
        assert_eq!(listed[0]["labels"]["alertname"], "always");
        assert_eq!(listed[0]["status"]["state"], "active");
        assert!(listed[0]["annotations"]["summary"].as_str().unwrap().starts_with("up for "));
    }

    /// A rule by which the alert `steps` is a warning, critical, or over.
    fn steps(level: &str) -> String {
        let (warning, critical) = match level {
            "critical" => (0, 1),
            "warning" => (0, 1_000_000_000),
            _ => (1_000_000_000, 2_000_000_000),
        };
        format!("[[rule]]\nname = 'steps'\nwhen = 'uptime >= {warning}'\ncritical = {critical}\n")
    }

    /// What a webhook is told next of each alert: its status, its severity and its fingerprint.
    async fn told(catcher: &mut Catcher) -> Vec<[String; 3]> {
        let body: Value = serde_json::from_slice(&catcher.request().await.body).unwrap();
        let alerts = body["alerts"].as_array().unwrap().iter();
        let said = |alert: &Value| [&alert["status"], &alert["labels"]["severity"], &alert["fingerprint"]].map(text);
        alerts.map(said).collect()
    }

    fn text(value: &Value) -> String {
        value.as_str().unwrap().to_owned()
    }

    /// The fingerprint of the one alert that an Alertmanager has, once it is of this severity.
    async fn listed(manager: &support::receivers::Alertmanager, severity: &str) -> String {
        let is_it = |alerts: &Value| alerts[0]["labels"]["severity"] == severity && alerts[1].is_null();
        text(&manager.until(is_it).await[0]["fingerprint"])
    }

    #[tokio::test]
    async fn a_webhook_and_a_real_alertmanager_know_an_alert_by_the_same_labels_until_it_ends() {
        let Some(manager) = support::receivers::Alertmanager::start().await else {
            eprintln!("skipped: there is no prometheus-alertmanager here (scripts/setup-monitors)");
            return;
        };
        let mut catcher = Catcher::start(vec![Manner::Takes]).await;
        let receivers = [("alertmanager", format!("http://{}", manager.address)), ("webhook", catcher.url("/"))];
        let receivers = receivers.map(|(kind, url)| {
            format!("[[receiver]]\nname = '{kind}'\n{kind} = '{url}'\nmatch = {{ alertname = 'steps' }}\n")
        });
        let file = |level: &str| steps(level) + &receivers.concat();
        let folder = Folder::new(&file("warning"));
        let process = start(&folder);
        let told_of =
            |status: &str, severity: &str, fingerprint: &str| [status, severity, fingerprint].map(str::to_owned);

        let warning = listed(&manager, "warning").await;
        assert_eq!(told(&mut catcher).await, [told_of("firing", "warning", &warning)]);

        folder.write(&file("critical"));
        process.signal("-HUP");
        let critical = listed(&manager, "critical").await;
        let worse = [told_of("firing", "critical", &critical), told_of("resolved", "warning", &warning)];
        assert_eq!(told(&mut catcher).await, worse);

        folder.write(&file("warning"));
        process.signal("-HUP");
        assert_eq!(listed(&manager, "warning").await, warning);
        assert!(catcher.no_more().await, "it is less bad");

        // SIGKILL.
        drop(process);
        folder.write(&file("over"));
        let process = start(&folder);
        manager.until(|alerts| alerts.as_array().unwrap().is_empty()).await;
        assert_eq!(told(&mut catcher).await, [told_of("resolved", "critical", &critical)], "as it was told");
        drop(process);
    }
}

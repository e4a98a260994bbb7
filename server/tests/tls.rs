//! What opsglass asks over TLS: who is believed, and what is said of those who are not.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::net::SocketAddr;

use serde_json::Value;
use support::receivers::{Catcher, Mail, Manner};
use support::tail::Tail;
use support::tls::{Authority, Identity};
use support::{Server, config, eventually};

const RULE: &str = "alerts.off = ['cpu', 'memory', 'swap', 'load', 'filesystem', 'no-data', 'clock-skew',\
    'clock-not-synchronised', 'unit-failed']\n[[rule]]\nname = 'always'\n\
    when = 'uptime >= 0'\n";

/// A server with an alert that fires, and these receivers.
async fn serve(receivers: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, format!("{RULE}{receivers}")).unwrap();
    let flags = ["opsglass", "--no-journal", "--interval", "250ms", "--state-dir", "none", "--config"];
    Server::serve(config(flags.map(Into::into).into_iter().chain([file.into()]))).await.ready().await
}

/// The receiver, once it has got something or it can be said why not.
async fn fate(server: &Server, number: usize) -> Value {
    eventually(async || {
        let receiver = server.get("/api/alerts").await.json()["receivers"][number].clone();
        (receiver["delivered"] != 0 || receiver["failed"] != 0).then_some(receiver)
    })
    .await
}

#[tokio::test]
async fn a_webhook_is_told_only_if_its_certificate_is_good() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let catcher = Catcher::start(vec![Manner::Takes]).await;
    let ours = format!("ca_file = '{}'", authority.file().display());
    let cases = [
        (authority.vouch("localhost"), ours.as_str(), None),
        (authority.vouch("localhost"), "", Some("not from anybody who is trusted here; a ca_file says whom to trust")),
        (stranger.vouch("localhost"), &ours, Some("not from anybody who is trusted here")),
        (Identity::of_its_own("localhost"), &ours, Some("not from anybody who is trusted here")),
        (authority.vouch("other.example.org"), &ours, Some("is not for localhost, but for")),
        (authority.vouched("localhost"), &ours, Some("has expired")),
    ];
    let (mut toml, mut expected) = (String::new(), Vec::new());
    for (number, (identity, trust, refusal)) in cases.into_iter().enumerate() {
        let port = identity.in_front_of(catcher.address()).await;
        toml += &format!("[[receiver]]\nname = 'r{number}'\nwebhook = 'https://localhost:{port}/hook'\n{trust}\n");
        expected.push(refusal);
    }
    let server = serve(&toml).await;
    for (number, refusal) in expected.into_iter().enumerate() {
        let receiver = fate(&server, number).await;
        match refusal {
            None => assert_eq!(receiver["delivered"], 1, "{receiver}"),
            Some(reason) => {
                let said = receiver["lastError"].as_str().unwrap_or_default();
                assert!(said.contains(reason), "{number}: {reason} is not in {receiver}");
                assert!(receiver["notDeliveredSince"].is_string(), "{receiver}");
            }
        }
    }
    let mut catcher = catcher;
    assert!(catcher.request().await.head.starts_with("POST /hook "));
    assert!(catcher.no_more().await, "only one had a good certificate");
}

#[tokio::test]
async fn one_certificate_of_its_own_can_be_trusted_by_file() {
    let mut catcher = Catcher::start(vec![Manner::Takes]).await;
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.pem");
    std::fs::write(&file, made.cert.pem()).unwrap();
    let port = Identity::from(made).in_front_of(catcher.address()).await;
    let toml = format!(
        "[[receiver]]\nname = 'a'\nalertmanager = 'https://ann:s3cret@localhost:{port}/am/'\nca_file = '{}'\n",
        file.display()
    );
    let server = serve(&toml).await;
    let request = catcher.request().await;
    assert!(request.head.starts_with("POST /am/api/v2/alerts HTTP/1.1\r\n"), "{}", request.head);
    assert!(request.head.contains("authorization: Basic YW5uOnMzY3JldA==\r\n"), "{}", request.head);
    assert!(!server.get("/api/alerts").await.text().contains("s3cret"));
}

#[tokio::test]
async fn a_connection_that_is_no_tls_is_said_to_be_none() {
    let catcher = Catcher::start(vec![Manner::Takes]).await;
    let toml = format!("[[receiver]]\nname = 'a'\nwebhook = 'https://{}/'\ntimeout = '2s'\n", catcher.address());
    let server = serve(&toml).await;
    let receiver = fate(&server, 0).await;
    assert_eq!((receiver["delivered"].as_u64(), receiver["failed"].as_u64()), (Some(0), Some(1)), "{receiver}");
}

#[tokio::test]
async fn mail_is_encrypted_or_not_sent() {
    let authority = Authority::new();
    let mails = [Mail::start().await, Mail::start().await, Mail::start().await];
    let [wrapped, upgraded, plain] = mails;
    let tls = authority.vouch("localhost").in_front_of(wrapped.address).await;
    let starttls = authority.vouch("localhost").starttls_in_front_of(upgraded.address).await;
    let expired = authority.vouched("localhost").starttls_in_front_of(plain.address).await;
    let of = |name: &str, port: u16, way: &str| {
        format!(
            "[[receiver]]\nname = '{name}'\nemail = ['ops@example.org']\nsmtp = 'localhost:{port}'\n\
             smtp_tls = '{way}'\nca_file = '{}'\n",
            authority.file().display()
        )
    };
    let toml = [
        of("wrapped", tls, "tls"),
        of("upgraded", starttls, "starttls"),
        of("plain", plain.address.port(), "starttls"),
        of("expired", expired, "starttls"),
    ];
    let server = serve(&toml.concat()).await;
    for mut mail in [wrapped, upgraded] {
        let said = mail.received().await;
        assert!(said.contains("RCPT TO:<ops@example.org>") && said.contains("Firing: always"), "{said}");
    }
    for (number, reason) in [(2, "STARTTLS"), (3, "has expired")] {
        let receiver = fate(&server, number).await;
        assert!(receiver["lastError"].as_str().unwrap_or_default().contains(reason), "{receiver}");
    }
    let mut plain = plain;
    let said = plain.received().await;
    assert!(!said.contains("MAIL FROM") && !said.contains("example.org"), "{said}");
}

#[tokio::test]
async fn tail_and_logs_follow_over_tls() {
    let authority = Authority::new();
    let server = Server::start(&[]).await.ready().await;
    let trusted = authority.vouch("localhost").in_front_of(server.address).await;
    let url = format!("https://ann:s3cret@localhost:{trusted}/");
    let file = authority.file();
    let file = file.to_str().unwrap();
    let mut tail = Tail::start(&[&url, "--ca-file", file, "--json", "--max-events", "1", "--event", "metrics"]);
    let said = tail.says("connected to").await;
    assert!(said.contains("https://localhost") && !said.contains("s3cret"), "{said}");
    assert!(tail.json().await["data"]["cpu"].is_number());
    assert_eq!(tail.ended().await.code, Some(0));

    let ending = Tail::run("logs", &[&url, "--ca-file", file]).await;
    assert_eq!(ending.code, Some(0), "{ending:?}");

    for (address, identity) in [
        (server.address, Identity::of_its_own("localhost")),
        (server.address, authority.vouch("other.example.org")),
        (server.address, authority.vouched("localhost")),
    ] {
        let port = identity.in_front_of(address).await;
        let url = format!("https://ann:s3cret@localhost:{port}/");
        for command in ["tail", "logs"] {
            let ending = Tail::run(command, &[&url, "--ca-file", file]).await;
            assert_eq!(ending.code, Some(1), "{ending:?}");
            assert!(ending.said.contains("the server's certificate"), "{ending:?}");
            assert!(!ending.said.contains("s3cret"), "{ending:?}");
        }
    }
}

/// Where a proxy in front asks who it is.
#[tokio::test]
async fn a_user_in_the_address_is_said_to_the_server() {
    let mut canned = support::canned::Canned::start([support::canned::stream("")]).await;
    let address: SocketAddr = canned.address;
    let _tail = Tail::start(&[&format!("http://ann:s3cret@{address}/")]);
    let head = canned.request().await;
    assert!(head.contains("authorization: Basic YW5uOnMzY3JldA=="), "{head}");
}

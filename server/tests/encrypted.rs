//! TLS on the way in: both versions of HTTP, certificates that are renewed or of our own making, and who dawdles.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::generate_simple_self_signed;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme, SupportedProtocolVersion, version};
use support::parser::{Message, Parser};
use support::{PATIENCE, Server, config, eventually};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Believes whoever comes: what it shows is looked at by the test.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signature, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signature, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

async fn connect(
    server: &Server,
    protocol: &str,
    versions: &[&'static SupportedProtocolVersion],
) -> TlsStream<TcpStream> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_protocol_versions(versions).unwrap().dangerous();
    let mut config = config.with_custom_certificate_verifier(Arc::new(Anybody)).with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let socket = TcpStream::connect(server.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, socket)).await.unwrap().unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
    stream
}

/// The certificate that is shown.
async fn shown(server: &Server) -> Vec<u8> {
    let stream = connect(server, "http/1.1", rustls::ALL_VERSIONS).await;
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

/// Many requests on one connection.
#[derive(Clone)]
struct Client(http2::SendRequest<Full<Bytes>>);

impl Client {
    async fn new(server: &Server) -> Self {
        let io = TokioIo::new(connect(server, "h2", &[&version::TLS13]).await);
        // What may wait on the way to each reader.
        let mut http = http2::Builder::new(TokioExecutor::new());
        http.initial_stream_window_size(64 * 1024).initial_connection_window_size(8 * 1024 * 1024);
        let (client, connection) = http.handshake(io).await.unwrap();
        tokio::spawn(connection);
        Self(client)
    }

    async fn get(&mut self, path: &str) -> Response<Incoming> {
        let request = Request::get(format!("https://localhost{path}")).body(Full::default()).unwrap();
        timeout(PATIENCE, self.0.send_request(request)).await.unwrap().unwrap()
    }

    async fn post(&mut self, path: &str, headers: &[(&str, &str)], body: String) -> Response<Incoming> {
        let mut request = Request::post(format!("https://localhost{path}")).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(body)).unwrap();
        timeout(PATIENCE, self.0.send_request(request)).await.unwrap().unwrap()
    }

    async fn follow(&mut self, path: &str) -> Stream {
        let response = self.get(path).await;
        assert_eq!((response.status().as_u16(), response.version()), (200, hyper::Version::HTTP_2));
        let mut stream = Stream { body: response.into_body(), parser: Parser::default(), ready: [].into() };
        stream.until("connected").await;
        stream
    }
}

struct Stream {
    body: Incoming,
    parser: Parser,
    ready: std::collections::VecDeque<Message>,
}

impl Stream {
    async fn next(&mut self) -> Option<Message> {
        while self.ready.is_empty() {
            let frame = timeout(PATIENCE, self.body.frame()).await.expect("an event in time")?;
            self.ready.extend(self.parser.feed(&frame.unwrap().into_data().unwrap_or_default()));
        }
        self.ready.pop_front()
    }

    async fn until(&mut self, event: &str) -> Message {
        loop {
            let message = self.next().await.expect("the stream goes on");
            if message.event == event {
                return message;
            }
        }
    }
}

fn write(folder: &Path, name: &str) -> Vec<u8> {
    let made = generate_simple_self_signed([name.to_owned()]).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    made.cert.der().to_vec()
}

/// A server whose certificate is in a folder of its own.
struct Site {
    server: Server,
    certificate: Vec<u8>,
    folder: TempDir,
}

impl Site {
    async fn serve(toml: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let certificate = write(folder.path(), "localhost");
        let [cert, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name).display().to_string());
        let server = start(folder.path(), &["--tls-cert", &cert, "--tls-key", &key], toml).await;
        Self { server, certificate, folder }
    }

    /// The same, and a connection to it.
    async fn with_client(toml: &str) -> (Self, Client) {
        let site = Self::serve(toml).await;
        let client = Client::new(&site.server).await;
        (site, client)
    }

    fn renew(&self) -> Vec<u8> {
        write(self.folder.path(), "localhost")
    }

    fn spoil(&self) {
        std::fs::write(self.folder.path().join("cert.pem"), "no certificate at all").unwrap();
    }
}

async fn start(folder: &Path, flags: &[&str], toml: &str) -> Server {
    let file = folder.join("opsglass.toml");
    let look = if toml.contains("tls.look") { "" } else { "tls.look = '100ms'\n" };
    std::fs::write(&file, format!("{look}{toml}")).unwrap();
    let all = ["opsglass", "--no-journal", "--demo", "--interval", "250ms", "--config", file.to_str().unwrap()];
    Server::serve(config(all.iter().chain(flags).map(Into::into))).await
}

#[tokio::test]
async fn http_1_is_spoken_over_both_versions_of_tls() {
    let site = Site::serve("").await;
    for version in [&version::TLS12, &version::TLS13] {
        let io = TokioIo::new(connect(&site.server, "http/1.1", &[version]).await);
        let (mut client, connection) = http1::handshake(io).await.unwrap();
        tokio::spawn(connection);
        let request = |path: &str| Request::get(path).header("host", "localhost").body(Empty::<Bytes>::new()).unwrap();
        let response = client.send_request(request("/healthz")).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["strict-transport-security"], "max-age=2592000");
        response.into_body().collect().await.unwrap();
        client.ready().await.unwrap();
        let response = client.send_request(request("/api/stream/a")).await.unwrap();
        assert_eq!(response.headers()["connection"], "close", "whoever asks next on it may be another, behind a proxy");
        let body = response.into_body();
        let mut stream = Stream { body, parser: Parser::default(), ready: [].into() };
        stream.until("connected").await;
    }
    // Who speaks in the clear is not answered.
    let mut plain = TcpStream::connect(site.server.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    drop(timeout(PATIENCE, plain.read_to_end(&mut answer)).await.unwrap());
    assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn forms_of_older_browsers_are_taken_from_here_and_from_nowhere_else() {
    let (_site, client) = Site::with_client("").await;
    let Client(mut client) = client;
    for (origin, status) in [("https://localhost", 303), ("https://evil.example", 403)] {
        let form = Request::post("https://localhost/chat").header("content-type", "application/x-www-form-urlencoded");
        let form = form.header("origin", origin).body(Full::from("name=Mira")).unwrap();
        let answer = timeout(PATIENCE, client.send_request(form)).await.unwrap().unwrap();
        assert_eq!(answer.status(), status, "{origin}");
    }
}

#[tokio::test]
async fn the_name_that_a_browser_keeps_is_never_sent_in_the_clear() {
    let (_site, client) = Site::with_client("").await;
    let Client(mut client) = client;
    for (name, kept) in
        [("Mira", "opsglass-name=Mira; Path=/; Max-Age=31536000;"), ("", "opsglass-name=; Path=/; Max-Age=0;")]
    {
        let form = Request::post("https://localhost/chat").header("content-type", "application/x-www-form-urlencoded");
        let form = form.header("sec-fetch-site", "same-origin").body(Full::from(format!("name={name}"))).unwrap();
        let answer = timeout(PATIENCE, client.send_request(form)).await.unwrap().unwrap();
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["set-cookie"], format!("{kept} HttpOnly; SameSite=Strict; Secure"));
    }
}

async fn open_streams(client: &mut Client) -> u64 {
    let body = client.get("/api/stats").await.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice::<serde_json::Value>(&body).unwrap()["streams"].as_u64().unwrap()
}

#[tokio::test]
async fn one_connection_carries_many_streams() {
    let (site, mut client) = Site::with_client("server.idle_timeout = '1s'\nstream.heartbeat = '1s'\n").await;
    let mut streams = Vec::new();
    for _ in 0..100 {
        streams.push(client.follow("/api/stream/a").await);
    }
    for stream in &mut streams {
        stream.until("heartbeat").await;
    }
    assert_eq!(open_streams(&mut client).await, 100);
    // Each is given back by itself, and as long as one of them is open the connection isn't idle.
    streams.truncate(1);
    for _ in 0..3 {
        streams[0].until("heartbeat").await;
    }
    eventually(async || (open_streams(&mut client).await == 1).then_some(())).await;
    drop((streams, client));
    let mut other = Client::new(&site.server).await;
    eventually(async || (open_streams(&mut other).await == 0).then_some(())).await;
}

/// Publishes more than waits on the way to a reader.
async fn flood(client: &mut Client, channel: &str) {
    let body = serde_json::json!({ "text": "x".repeat(60_000) }).to_string();
    for _ in 0..6 {
        assert_eq!(client.post(&format!("/api/publish/{channel}"), &[], body.clone()).await.status(), 202);
    }
}

#[tokio::test]
async fn who_takes_nothing_of_a_stream_loses_it_and_not_the_others() {
    let (_site, mut client) = Site::with_client("server.write_timeout = '1s'\nstream.heartbeat = '1s'\n").await;
    let mut stalled = client.follow("/api/stream/a").await;
    let mut reading = client.follow("/api/stream/a").await;
    let mut quiet = client.follow("/api/stream/b").await;
    assert_eq!(open_streams(&mut client).await, 3);
    let mut publisher = client.clone();
    let flood = tokio::spawn(async move { flood(&mut publisher, "a").await });
    for _ in 0..6 {
        assert_eq!(reading.until("message").await.data.len(), 60_000);
    }
    flood.await.unwrap();
    eventually(async || {
        tokio::select! {
            open = open_streams(&mut client) => (open == 2).then_some(()),
            () = async { loop { reading.next().await; } } => None,
        }
    })
    .await;
    // Both of the others go on, whoever reads much and who waits for something to read.
    for _ in 0..3 {
        quiet.until("heartbeat").await;
        reading.until("heartbeat").await;
    }
    let broken = timeout(PATIENCE, breaks(&mut stalled.body)).await.unwrap();
    assert!(broken, "it was reset, and not ended as if that were all");
}

/// Whether the answer ends before it is whole.
async fn breaks(body: &mut Incoming) -> bool {
    while let Some(frame) = body.frame().await {
        if frame.is_err() {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn who_takes_nothing_of_a_large_answer_loses_it_too() {
    let (_site, mut client) = Site::with_client("server.write_timeout = '1s'\n").await;
    let lines: String = (0..100).map(|n| format!("{{\"message\":\"{n} {}\"}}\n", "x".repeat(4_000))).collect();
    let json = [("content-type", "application/x-ndjson")];
    assert_eq!(client.post("/api/logs", &json, lines).await.status(), 202);
    let mut answer = client.get("/api/logs?limit=100").await;
    assert_eq!(answer.status(), 200);
    // Longer than that the server waits for nobody.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(timeout(PATIENCE, breaks(answer.body_mut())).await.unwrap());
    let mut again = client.get("/api/logs?limit=100").await;
    assert!(!timeout(PATIENCE, breaks(again.body_mut())).await.unwrap(), "who reads gets all of it");
}

#[tokio::test]
async fn who_takes_nothing_of_a_stream_does_not_outstay_its_right() {
    let users = support::doors::two();
    // Who is only slow would be cut off long after the test.
    let (_site, mut client) = Site::with_client(&format!("server.write_timeout = '60s'\n{users}")).await;
    let signed_in = |name: &str| format!(r#"{{"username":{name:?},"password":{:?}}}"#, support::doors::PASSWORD);
    let mut cookies = Vec::new();
    for name in ["anna", "ben"] {
        let answer = client.post("/api/session", &[], signed_in(name)).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        cookies.push(cookie);
    }
    let ask = |path: &str, cookie: &str| {
        Request::get(format!("https://localhost{path}")).header("cookie", cookie).body(Full::default()).unwrap()
    };
    let stalled = client.0.send_request(ask("/api/stream/a", &cookies[1])).await.unwrap();
    let body = serde_json::json!({ "text": "x".repeat(60_000) }).to_string();
    let anna = [("cookie", cookies[0].as_str()), ("sec-fetch-site", "same-origin")];
    for _ in 0..6 {
        assert_eq!(client.post("/api/publish/a", &anna, body.clone()).await.status(), 202);
    }
    let out = Request::delete("https://localhost/api/session").header("cookie", &cookies[1]);
    let out = out.header("sec-fetch-site", "same-origin").body(Full::default()).unwrap();
    assert_eq!(client.0.send_request(out).await.unwrap().status(), 204);
    eventually(async || {
        let stats = client.0.send_request(ask("/api/stats", &cookies[0])).await.unwrap();
        let stats = stats.into_body().collect().await.unwrap().to_bytes();
        let stats: serde_json::Value = serde_json::from_slice(&stats).unwrap();
        (stats["streams"] == 0).then_some(())
    })
    .await;
    drop(stalled);
}

#[tokio::test]
async fn streams_are_told_of_the_end_over_http_2_too() {
    let (site, mut client) = Site::with_client("").await;
    let mut streams = [client.follow("/api/stream/a").await, client.follow("/api/stream/b").await];
    site.server.shut_down();
    for stream in &mut streams {
        assert_eq!(stream.until("bye").await.json()["reason"], "the server is shutting down");
        assert_eq!(stream.next().await, None);
    }
    site.server.ended().await;
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_and_a_broken_one_is_not() {
    let site = Site::serve("").await;
    assert_eq!(shown(&site.server).await, site.certificate);
    let mut stream = Client::new(&site.server).await.follow("/api/stream/a").await;
    site.spoil();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(shown(&site.server).await, site.certificate, "the last good one stays");
    let second = site.renew();
    eventually(async || (shown(&site.server).await == second).then_some(())).await;
    site.server.shut_down();
    stream.until("bye").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_renewed_certificate_is_shown_at_once_when_it_is_told() {
    let site = Site::serve("tls.look = '1h'\n").await;
    assert_eq!(shown(&site.server).await, site.certificate);
    let hang_up = || {
        let killed = std::process::Command::new("kill").args(["-HUP", &std::process::id().to_string()]).status();
        assert!(killed.unwrap().success());
    };
    site.spoil();
    hang_up();
    assert_eq!(shown(&site.server).await, site.certificate, "the last good one stays");
    let second = site.renew();
    hang_up();
    eventually(async || (shown(&site.server).await == second).then_some(())).await;
}

#[tokio::test]
async fn one_of_our_own_making_outlasts_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--tls-self-signed", "--state-dir", folder.path().to_str().unwrap()];
    let server = start(folder.path(), &flags, "").await;
    let first = shown(&server).await;
    server.shut_down();
    server.ended().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = folder.path().join("tls/key.pem").metadata().unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(shown(&start(folder.path(), &flags, "").await).await, first);
    assert_ne!(shown(&start(folder.path(), &["--tls-self-signed", "--state-dir", "none"], "").await).await, first);
}

#[tokio::test]
async fn whoever_says_nothing_is_let_go() {
    let site = Site::serve("server.head_timeout = '1s'\n").await;
    let mut silent = TcpStream::connect(site.server.address).await.unwrap();
    let mut halting = TcpStream::connect(site.server.address).await.unwrap();
    // The beginning of a handshake, and no more.
    halting.write_all(&[22, 3, 1, 2, 0]).await.unwrap();
    let mut dawdling = connect(&site.server, "h2", rustls::ALL_VERSIONS).await;
    for socket in [&mut silent, &mut halting] {
        assert!(matches!(timeout(PATIENCE, socket.read(&mut [0; 1024])).await.unwrap(), Ok(0) | Err(_)));
    }
    let mut said = Vec::new();
    drop(timeout(PATIENCE, dawdling.read_to_end(&mut said)).await.unwrap());
}

#[test]
fn what_cannot_be_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    write(folder.path(), "localhost");
    let other = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(path("other.pem"), other.signing_key.serialize_pem()).unwrap();
    std::fs::write(path("empty.pem"), "").unwrap();
    for (flags, said) in [
        (vec!["--tls-cert", "cert.pem"], "tls.key: expected a file with the key of tls.cert, got none"),
        (vec!["--tls-key", "key.pem"], "tls.cert: expected a file with the certificate of tls.key, got none"),
        (vec!["--tls-cert", "none.pem", "--tls-key", "key.pem"], "none.pem: No such file"),
        (vec!["--tls-cert", "empty.pem", "--tls-key", "key.pem"], "empty.pem: expected a certificate in PEM"),
        (vec!["--tls-cert", "cert.pem", "--tls-key", "cert.pem"], "cert.pem: expected a private key in PEM"),
        (vec!["--tls-cert", "cert.pem", "--tls-key", "other.pem"], "cert.pem: expected a certificate of the key in"),
        (
            vec!["--tls-cert", "cert.pem", "--tls-key", "key.pem", "--tls-self-signed"],
            "tls.self_signed: expected either that or tls.cert and tls.key, got both",
        ),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_opsglass"));
        command.env_clear().args(["--listen", "127.0.0.1:0", "--demo", "--log-level", "off"]);
        command.args(flags.iter().map(|flag| if flag.ends_with(".pem") { path(flag) } else { (*flag).to_owned() }));
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(said), "{said} in {text}");
    }
}

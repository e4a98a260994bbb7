use std::time::Duration;

use lettre::message::{Mailbox, Message, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::payload::Item;
use super::{Encryption, Failure};
use crate::client::{Secret, Trust, certificate};

/// How a mail is sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) server: &'a (String, u16),
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) login: Option<&'a (String, Secret)>,
    pub(super) encryption: Encryption,
    pub(super) trust: &'a Trust,
    pub(super) timeout: Duration,
}

/// The address in `text`, which may name its owner too; nothing if it is none.
pub(super) fn address(text: &str) -> Option<String> {
    text.parse::<Mailbox>().ok().map(|mailbox| mailbox.email.to_string())
}

/// Sends one mail about `items`. Who gets it twice sees by `delivery` that it is the same.
pub(super) async fn send(way: Way<'_>, host: &str, items: &[Item<'_>], delivery: &str) -> Result<(), Failure> {
    let message = message(way, host, items, delivery)?;
    let (server, port) = way.server;
    let tls = match way.encryption {
        Encryption::None => Tls::None,
        Encryption::StartTls => Tls::Required(parameters(server, way.trust).await?),
        Encryption::Tls => Tls::Wrapper(parameters(server, way.trust).await?),
    };
    // "Dangerous" is that it would not encrypt unless told.
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server).port(*port).tls(tls);
    let mut transport = transport.timeout(Some(way.timeout));
    if let Some((name, password)) = way.login {
        transport = transport.credentials(Credentials::new(name.clone(), password.reveal().to_owned()));
    }
    let sent = tokio::time::timeout(way.timeout, transport.build().send(message)).await;
    match sent {
        Err(_) => Err(Failure::TimedOut(way.timeout)),
        Ok(Err(error)) if error.is_permanent() => Err(Failure::Refused(error.to_string())),
        Ok(Err(error)) => Err(Failure::Connection(certificate(&error).unwrap_or_else(|| error.to_string()))),
        Ok(Ok(_)) => Ok(()),
    }
}

/// Apart from the tasks: it reads whom the system trusts.
async fn parameters(server: &str, trust: &Trust) -> Result<TlsParameters, Failure> {
    let mut builder = TlsParameters::builder(server.to_owned());
    let unusable = |error: &lettre::transport::smtp::Error| Failure::Connection(error.to_string());
    if let Trust::Only(certificates) = trust {
        builder = builder.certificate_store(CertificateStore::None);
        for certificate in certificates {
            builder = builder
                .add_root_certificate(Certificate::from_der(certificate.to_vec()).map_err(|error| unusable(&error))?);
        }
    }
    let built = tokio::task::spawn_blocking(|| builder.build()).await;
    built.map_err(|error| Failure::Connection(error.to_string()))?.map_err(|error| unusable(&error))
}

fn message(way: Way<'_>, host: &str, items: &[Item<'_>], delivery: &str) -> Result<Message, Failure> {
    let unsendable = || Failure::Unsendable("the mail can't be written");
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| unsendable());
    let from = mailbox(way.from)?;
    let id = format!("<{delivery}@{}>", from.email.domain());
    let message = Message::builder().from(from).to(mailbox(way.to)?).subject(subject(host, items)).message_id(Some(id));
    message.singlepart(SinglePart::plain(text(items))).map_err(|_| unsendable())
}

fn subject(host: &str, items: &[Item<'_>]) -> String {
    let (first, is_firing) = match items {
        [(first, is_firing), ..] => (first.alert.name.as_str(), *is_firing),
        [] => ("", false),
    };
    let state = if is_firing { "firing" } else { "resolved" };
    let more = if items.len() > 1 { format!(" and {} more", items.len() - 1) } else { String::new() };
    let subject = format!("[{state}] {host}: {first}{more}");
    // A line end would begin another header.
    subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn text(items: &[Item<'_>]) -> String {
    let mut text = String::new();
    for (change, is_firing) in items {
        let state = if *is_firing { "Firing" } else { "Resolved" };
        text += &format!("{state}: {}\n{}\n", change.alert.name, change.alert.message);
        for extra in change.summary.iter().chain(&change.description).filter(|extra| **extra != change.alert.message) {
            text += &format!("{extra}\n");
        }
        text += &format!("Since {}, rule {}: {}\n", change.alert.since, change.rule.name, change.rule.when);
        for (label, value) in &change.labels {
            text += &format!("  {label}: {value}\n");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::sample::outgoing;
    use super::*;

    #[test]
    fn a_mail_says_what_its_text_is_written_in() {
        let server = ("localhost".to_owned(), 25);
        let way = Way {
            server: &server,
            from: "opsglass@example.org",
            to: "ops@example.org",
            login: None,
            encryption: Encryption::None,
            trust: &Trust::System,
            timeout: Duration::from_secs(1),
        };
        let mut alert = outgoing(1, 100).alert;
        alert.alert.message = "it is 66 \u{b0}C".to_owned();
        let message = message(way, "host", &[(&alert, true)], "1-2").unwrap();
        let said = String::from_utf8(message.formatted()).unwrap();
        for line in [
            "MIME-Version: 1.0\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n",
            "Message-ID: <1-2@example.org>\r\n",
            "it is 66 =C2=B0C\r\n",
        ] {
            assert!(said.contains(line), "{line:?} in {said}");
        }
    }
}

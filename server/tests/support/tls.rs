//! TLS in front of a server that speaks in the clear, with certificates of an authority of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What a server shows of itself.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

/// Who vouches for servers, and the file that says so.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Self { issuer, folder: tempfile::tempdir().unwrap() };
        std::fs::write(authority.file(), authority.issuer.pem()).unwrap();
        authority
    }

    /// The file that says whom to trust.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A server called `name` that this authority vouches for.
    pub(crate) fn vouch(&self, name: &str) -> Identity {
        self.sign(&CertificateParams::new([name.to_owned()]).unwrap())
    }

    /// The same, but that was some time ago.
    pub(crate) fn vouched(&self, name: &str) -> Identity {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity { certificate: certificate.der().clone(), key: key.into() }
    }
}

impl Identity {
    /// A server called `name` that vouches for itself.
    pub(crate) fn of_its_own(name: &str) -> Self {
        rcgen::generate_simple_self_signed([name.to_owned()]).unwrap().into()
    }

    fn acceptor(self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![self.certificate], self.key).unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    /// Speaks TLS and hands on to `behind` what is said; returns its port. Each connection is taken or breaks on its own.
    pub(crate) async fn in_front_of(self, behind: SocketAddr) -> u16 {
        self.serve(behind, false).await
    }

    /// The same for mail, which asks for TLS in the clear.
    pub(crate) async fn starttls_in_front_of(self, behind: SocketAddr) -> u16 {
        self.serve(behind, true).await
    }

    async fn serve(self, behind: SocketAddr, is_mail: bool) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = self.acceptor();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move { drop(hand_on(socket, acceptor, behind, is_mail).await) });
            }
        });
        port
    }
}

async fn hand_on(
    mut socket: TcpStream,
    acceptor: TlsAcceptor,
    behind: SocketAddr,
    is_mail: bool,
) -> std::io::Result<()> {
    if is_mail {
        let mut lines = BufReader::new(&mut socket);
        lines.get_mut().write_all(b"220 front ESMTP\r\n").await?;
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let wants_tls = line.starts_with("STARTTLS");
            let answer: &[u8] = if wants_tls { b"220 go on\r\n" } else { b"250-front\r\n250 STARTTLS\r\n" };
            lines.get_mut().write_all(answer).await?;
            if wants_tls {
                break;
            }
        }
    }
    let mut socket = acceptor.accept(socket).await?;
    let mut behind = BufReader::new(TcpStream::connect(behind).await?);
    if is_mail {
        // Its greeting was given already.
        behind.read_line(&mut String::new()).await?;
    }
    copy_bidirectional(&mut socket, &mut behind).await?;
    Ok(())
}

impl From<rcgen::CertifiedKey<KeyPair>> for Identity {
    fn from(made: rcgen::CertifiedKey<KeyPair>) -> Self {
        Self { certificate: made.cert.der().clone(), key: made.signing_key.into() }
    }
}

use std::io;
use std::net::{SocketAddr, TcpListener as StdTcpListener, UdpSocket as StdUdpSocket};
use std::sync::Arc;
use std::time::Duration;

use app::model::LogLevel;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::frames::Frames;
use super::{Address, MAX_MESSAGE, Taker};
use crate::logs::outlet::notice;

/// Bytes read at once from a connection.
const CHUNK: usize = 16 * 1024;
/// A connection that is silent for so long is asked whether its peer is still there.
const GONE: Duration = Duration::from_secs(60);
/// Before a socket that fails is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// A socket that is open.
#[derive(Debug)]
pub(super) enum Socket {
    Udp(UdpSocket),
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(unix::Named),
}

impl Socket {
    pub(super) fn bind(address: &Address) -> io::Result<Self> {
        Ok(match address {
            Address::Udp(address) => Self::Udp(udp(*address)?),
            Address::Tcp(address) => Self::Tcp(tcp(*address)?),
            #[cfg(unix)]
            Address::Unix(path) => Self::Unix(unix::Named::bind(path)?),
            #[cfg(not(unix))]
            Address::Unix(_) => return Err(io::ErrorKind::Unsupported.into()),
        })
    }

    /// Takes messages until `shutdown` is cancelled.
    pub(super) async fn serve(self, taker: Taker, shutdown: CancellationToken) {
        let serving = async {
            match self {
                Self::Tcp(listener) => connections(listener, taker).await,
                datagrams => datagrams.each(&taker).await,
            }
        };
        let _ = shutdown.run_until_cancelled(serving).await;
    }

    /// Each datagram is a message.
    async fn each(&self, taker: &Taker) {
        let mut buffer = vec![0; MAX_MESSAGE];
        loop {
            let received = match self {
                Self::Udp(socket) => socket.recv(&mut buffer).await,
                #[cfg(unix)]
                Self::Unix(named) => named.socket.recv(&mut buffer).await,
                Self::Tcp(_) => return,
            };
            match received {
                Ok(length) => taker.take(&buffer[..length], length as u64),
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }
}

fn udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = StdUdpSocket::bind(address)?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket)
}

fn tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = StdTcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

async fn connections(listener: TcpListener, taker: Taker) {
    let places = Arc::new(Semaphore::new(taker.connections));
    let mut full_said = false;
    // When this ends, so do the connections.
    let mut open = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        while open.try_join_next().is_some() {}
        match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => {
                full_said = false;
                open.spawn(connection(stream, taker.clone(), place));
            }
            Err(_) if std::mem::replace(&mut full_said, true) => {}
            Err(_) => {
                let message = format!("more than {} connections bring syslog: others are closed", taker.connections);
                taker.outlet.publish(notice(LogLevel::Warn, message));
            }
        }
    }
}

async fn connection(mut stream: TcpStream, taker: Taker, _place: OwnedSemaphorePermit) {
    // Where the system knows no such option, a peer that is gone keeps its place until it sends something.
    let _ = SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(GONE));
    let mut frames = Frames::new();
    let mut chunk = vec![0; CHUNK];
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        frames.push(&chunk[..read], |kept, length| taker.take(kept, length));
        // A sender that floods leaves others their turn.
        tokio::task::yield_now().await;
    }
    frames.finish(|kept, length| taker.take(kept, length));
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::unix::fs::FileTypeExt as _;
    use std::path::{Path, PathBuf};

    use tokio::net::UnixDatagram;

    /// A socket with a name in the file system, which goes with it.
    #[derive(Debug)]
    pub(in super::super) struct Named {
        pub(super) socket: UnixDatagram,
        path: PathBuf,
    }

    impl Named {
        pub(super) fn bind(path: &Path) -> io::Result<Self> {
            // One that nobody listens at was left behind. Any other answer comes from a socket that somebody has.
            let is_left_behind = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket())
                && std::os::unix::net::UnixDatagram::unbound()?
                    .connect(path)
                    .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
            if is_left_behind {
                std::fs::remove_file(path)?;
            }
            Ok(Self { socket: UnixDatagram::bind(path)?, path: path.to_owned() })
        }
    }

    impl Drop for Named {
        fn drop(&mut self) {
            // Who has removed it already has done no harm.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

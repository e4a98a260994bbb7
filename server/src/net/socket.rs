use std::io;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use super::Socket;

impl Socket {
    /// Tells the system how to treat `stream`.
    pub(super) fn apply(&self, stream: &TcpStream) -> io::Result<()> {
        let socket = SockRef::from(stream);
        // Events are small and must not wait for more to fill a packet.
        socket.set_tcp_nodelay(true)?;
        let probes = TcpKeepalive::new().with_time(self.keepalive_idle).with_interval(self.keepalive_interval);
        socket.set_tcp_keepalive(&probes.with_retries(self.keepalive_probes))?;
        #[cfg(target_os = "linux")]
        socket.set_tcp_user_timeout(Some(self.user_timeout))?;
        Ok(())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::net::line::Buffer as _;
    use std::time::Duration;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_peer_that_is_gone_is_noticed_by_the_system() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let told = Socket {
            stream_buffer: 20_000,
            keepalive_idle: Duration::from_secs(7),
            keepalive_interval: Duration::from_secs(3),
            keepalive_probes: 4,
            user_timeout: Duration::from_millis(12_345),
        };
        told.apply(&stream).unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), told.keepalive_idle);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), told.keepalive_interval);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), told.keepalive_probes);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(told.user_timeout));
        stream.narrow(told.stream_buffer);
        assert_eq!(socket.send_buffer_size().unwrap(), 40_000, "Linux doubles it");
    }
}

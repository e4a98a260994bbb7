use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// New connections that may wait to be taken. The system takes it down to what it allows, on Linux `net.core.somaxconn`, by
/// default 4,096. Where its queue is full it drops the greeting of whoever comes next, who then waits a second to try again.
const QUEUE: u32 = i32::MAX as u32;

/// Listens on `address`, with as long a queue as the system allows.
///
/// # Errors
/// When the address is another's, or not this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Elsewhere it would let another program take the port that this one has.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;
    use crate::net::make_room;

    #[tokio::test]
    async fn as_many_may_wait_as_the_system_allows() {
        // More than the 1,024 that a runtime asks for.
        const CROWD: usize = 1_200;
        make_room(CROWD);
        let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap().trim().parse().unwrap();
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let crowd: Vec<_> = (0..CROWD.min(allowed))
            .map(|_| {
                TcpStream::connect_timeout(&address, Duration::from_millis(900)).expect("nobody's greeting is dropped")
            })
            .collect();
        assert_eq!(crowd.len(), CROWD.min(allowed));
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_an_error() {
        let first = listen("[::1]:0".parse().unwrap()).unwrap();
        let second = listen(first.local_addr().unwrap()).unwrap_err();
        assert_eq!(second.kind(), io::ErrorKind::AddrInUse);
    }
}

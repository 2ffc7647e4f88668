//! The sockets that the server listens on.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::net::TcpSocket;

/// Connections that the system holds for each socket until they are accepted.
const BACKLOG: u32 = 1024;

/// A socket for every address that `host` stands for; for port 0 just one, since the system would choose another port
/// for each. Whoever connects and leaves what it was sent unread for longer than `patience` is cut off.
///
/// # Errors
/// When the host has no address, or an address cannot be listened on. One that this machine does not have is left out,
/// as long as there is another: `localhost` often stands for an IPv6 address where there is no IPv6.
///
/// # Panics
/// Outside of a runtime.
pub(crate) fn listen(
    host: &str,
    port: u16,
    patience: Duration,
) -> anyhow::Result<Vec<TcpListener>> {
    let addresses = (host, port)
        .to_socket_addrs()
        .with_context(|| format!("cannot find the address of server.host {host}"))?;
    let mut sockets = Vec::new();
    let mut missing = None;
    for address in addresses.collect::<Vec<SocketAddr>>() {
        match socket(address, patience) {
            Ok(socket) => sockets.push(socket),
            Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => {
                missing = Some((address, error));
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot listen on {address}"));
            }
        }
        if port == 0 && !sockets.is_empty() {
            break;
        }
    }
    match (sockets.is_empty(), missing) {
        (false, _) => Ok(sockets),
        (true, Some((address, error))) => {
            Err(error).with_context(|| format!("cannot listen on {address}"))
        }
        (true, None) => bail!("server.host {host} has no address"),
    }
}

fn socket(address: SocketAddr, patience: Duration) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // The port can be taken again at once after a restart.
    socket.set_reuseaddr(true)?;
    cut_off_after(&socket, patience)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// Lets the system end connections on which nothing that was sent has been taken for so long: what got lost on the way, and
/// what waits for a reader who has no room for it. Connections inherit it from the socket that they come in on. One on which
/// nothing is under way, such as a stream of events, may stay silent.
#[cfg(target_os = "linux")]
fn cut_off_after(socket: &TcpSocket, patience: Duration) -> io::Result<()> {
    socket2::SockRef::from(socket).set_tcp_user_timeout(Some(patience))
}

#[cfg(not(target_os = "linux"))]
fn cut_off_after(_: &TcpSocket, _: Duration) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn a_free_port_is_one_port() {
        let sockets = listen("localhost", 0, PATIENCE).unwrap();
        assert_eq!(sockets.len(), 1);
        assert_ne!(sockets[0].local_addr().unwrap().port(), 0);
    }

    #[tokio::test]
    async fn a_port_in_use_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = listen("127.0.0.1", address.port(), PATIENCE).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot listen on {address}"));
    }
}

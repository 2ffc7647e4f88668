//! The connection below the SMTP conversation.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::net::TcpStream;

/// First byte of a TLS handshake record.
const HANDSHAKE: u8 = 22;

/// A connection that gives out one byte at a time until TLS begins.
///
/// Who sits between could append lines of his own to the server's clear answer to STARTTLS. A reader that had taken
/// them along would believe them to be the server's, said under TLS. Byte by byte, it holds nothing when TLS begins:
/// the lines go into the handshake, which fails.
pub(super) struct ByteWise {
    inner: BufReader<TcpStream>,
    encrypted: bool,
}

impl ByteWise {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            inner: BufReader::new(stream),
            encrypted: false,
        }
    }
}

impl fmt::Debug for ByteWise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteWise").finish_non_exhaustive()
    }
}

impl AsyncRead for ByteWise {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.encrypted || into.remaining() == 0 {
            return Pin::new(&mut self.inner).poll_read(context, into);
        }
        let mut byte = [0; 1];
        let mut one = ReadBuf::new(&mut byte);
        let polled = Pin::new(&mut self.inner).poll_read(context, &mut one);
        into.put_slice(one.filled());
        polled
    }
}

impl AsyncWrite for ByteWise {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // No SMTP command begins with it.
        self.encrypted |= bytes.first() == Some(&HANDSHAKE);
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl AsyncTokioStream for ByteWise {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.get_ref().peer_addr()
    }
}

//! A small HTTP/1.1 client: one connection, kept alive, one request at a time. It reads what Linedesk sends (a length or
//! chunks) and nothing more, so that the measuring takes little of the processors that it measures.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// A request without its address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) token: Option<String>,
    /// JSON; empty for none.
    pub(crate) body: String,
}

/// An answer; its body stays in the connection until the next request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Request {
    pub(crate) fn get(path: impl Into<String>, token: &str) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            token: Some(token.to_owned()),
            body: String::new(),
        }
    }

    pub(crate) fn send(
        method: &'static str,
        path: impl Into<String>,
        token: &str,
        body: String,
    ) -> Self {
        Self {
            method,
            path: path.into(),
            token: Some(token.to_owned()),
            body,
        }
    }

    fn write_to(&self, out: &mut Vec<u8>) {
        let Self {
            method,
            path,
            token,
            body,
        } = self;
        out.extend_from_slice(
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n").as_bytes(),
        );
        if let Some(token) = token {
            out.extend_from_slice(format!("Authorization: Bearer {token}\r\n").as_bytes());
        }
        if *method != "GET" {
            let head = format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            );
            out.extend_from_slice(head.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(body.as_bytes());
    }
}

impl Connection {
    /// A connection that is opened with its first request.
    pub(crate) const fn to(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Vec::new(),
        }
    }

    /// Sends a request and waits for the whole answer. After an error the connection is opened anew.
    pub(crate) async fn ask(&mut self, request: &Request) -> io::Result<Answer<'_>> {
        let mut stream = if let Some(stream) = self.stream.take() {
            stream
        } else {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            stream
        };
        self.buffer.clear();
        request.write_to(&mut self.buffer);
        stream.write_all(&self.buffer).await?;
        self.buffer.clear();
        let head = head(&mut stream, &mut self.buffer).await?;
        let body = match head.length {
            Some(length) => {
                fill(&mut stream, &mut self.buffer, head.end + length).await?;
                head.end..head.end + length
            }
            None => head.end..unchunk(&mut stream, &mut self.buffer, head.end).await?,
        };
        if !head.closes {
            self.stream = Some(stream);
        }
        Ok(Answer {
            status: head.status,
            body: &self.buffer[body],
        })
    }
}

struct Head {
    status: u16,
    /// `None`: chunked.
    length: Option<usize>,
    closes: bool,
    /// Where the body begins.
    end: usize,
}

async fn head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Head> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, buffer).await?;
    };
    let text = std::str::from_utf8(&buffer[..end]).map_err(|_error| wrong("head is not text"))?;
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|code| code.parse().ok());
    let mut head = Head {
        status: status.ok_or_else(|| wrong("no status"))?,
        length: Some(0),
        closes: false,
        end,
    };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            head.length = Some(
                value
                    .parse()
                    .map_err(|_error| wrong("length is no number"))?,
            );
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            head.length = None;
        } else if name.eq_ignore_ascii_case("connection") {
            head.closes = value.eq_ignore_ascii_case("close");
        }
    }
    Ok(head)
}

/// Turns the chunks from `start` on into one body, in place. Answers where it ends.
async fn unchunk(stream: &mut TcpStream, buffer: &mut Vec<u8>, start: usize) -> io::Result<usize> {
    let (mut read, mut written) = (start, start);
    loop {
        let line = loop {
            if let Some(at) = buffer[read..]
                .windows(2)
                .position(|window| window == b"\r\n")
            {
                break read + at;
            }
            more(stream, buffer).await?;
        };
        let size = std::str::from_utf8(&buffer[read..line]).ok();
        let size = size.and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
        let size = size.ok_or_else(|| wrong("chunk size is no number"))?;
        let data = line + 2;
        fill(stream, buffer, data + size + 2).await?;
        buffer.copy_within(data..data + size, written);
        written += size;
        read = data + size + 2;
        if size == 0 {
            return Ok(written);
        }
    }
}

async fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) -> io::Result<()> {
    while buffer.len() < length {
        more(stream, buffer).await?;
    }
    Ok(())
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.reserve(16 * 1024);
    match stream.read_buf(buffer).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn wrong(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

//! As much of HTTP/1.1 as the servers of the tests need, close enough to the bytes to misbehave.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A request larger than this is refused: a long page in a prompt is a few megabytes.
const MAX_REQUEST: usize = 64 * 1024 * 1024;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A header's value; `name` is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A listener on loopback with one thread for each connection. It stops listening when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start(
        port: u16,
        serve: impl Fn(&mut Connection) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let server = Self {
            address: listener.local_addr()?,
            stopping: Arc::default(),
        };
        let stopping = Arc::clone(&server.stopping);
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopping.load(Ordering::Relaxed) {
                    return;
                }
                let serve = Arc::clone(&serve);
                thread::spawn(move || {
                    // An error is a client that went away: whoever needs to know has recorded it.
                    let _ended = Connection::new(stream).and_then(|mut client| serve(&mut client));
                });
            }
        });
        Ok(server)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is to stop.
        let _woken = TcpStream::connect(self.address);
    }
}

/// The server's end of a connection.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let received = Vec::new();
        Ok(Self { stream, received })
    }

    /// Waits for the next request; none when the client has closed.
    pub(crate) fn request(&mut self) -> io::Result<Option<Request>> {
        self.stream.set_read_timeout(None)?;
        let Some(end) = self.receive_until(head_end)? else {
            return Ok(None);
        };
        let head: Vec<u8> = self.received.drain(..end).collect();
        let mut request = parse(&head).ok_or(ErrorKind::InvalidData)?;
        let length = request
            .header("content-length")
            .map_or(Ok(0), str::parse::<usize>)
            .map_err(|_| ErrorKind::InvalidData)?;
        if length > MAX_REQUEST {
            return Err(ErrorKind::InvalidData.into());
        }
        let whole = |bytes: &[u8]| (bytes.len() >= length).then_some(length);
        self.receive_until(whole)?.ok_or(ErrorKind::UnexpectedEof)?;
        request.body = self.received.drain(..length).collect();
        Ok(Some(request))
    }

    fn receive_until(
        &mut self,
        complete: impl Fn(&[u8]) -> Option<usize>,
    ) -> io::Result<Option<usize>> {
        let mut bytes = [0; 16 * 1024];
        loop {
            if let Some(end) = complete(&self.received) {
                return Ok(Some(end));
            }
            match self.stream.read(&mut bytes)? {
                0 => return Ok(None),
                count => self.received.extend_from_slice(&bytes[..count]),
            }
        }
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Sends a whole response.
    pub(crate) fn respond(
        &mut self,
        status: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<()> {
        let length = body.len().to_string();
        let mut bytes = head(status, &[headers, &[("content-length", &length)]].concat());
        bytes.extend_from_slice(body);
        self.send(&bytes)
    }

    /// Sends one chunk of a chunked body.
    pub(crate) fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.send(&chunk)
    }

    /// Waits, noticing at once when the client closes, which is an error.
    pub(crate) fn pause(&self, duration: Duration) -> io::Result<()> {
        let end = Instant::now() + duration;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.stream.set_read_timeout(Some(left))?;
            match self.stream.peek(&mut [0]) {
                Ok(0) => return Err(ErrorKind::ConnectionAborted.into()),
                Ok(_) => thread::sleep(left),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Looks whether the client has closed, which is an error.
    pub(crate) fn look(&self) -> io::Result<()> {
        self.stream.set_nonblocking(true)?;
        let looked = self.stream.peek(&mut [0]);
        self.stream.set_nonblocking(false)?;
        match looked {
            Ok(0) => Err(ErrorKind::ConnectionAborted.into()),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Breaks the connection.
    pub(crate) fn break_off(&self) -> io::Result<()> {
        self.stream.shutdown(std::net::Shutdown::Both)
    }
}

/// The head of a response.
pub(crate) fn head(status: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    let end = b"\r\n\r\n";
    let found = bytes.windows(end.len()).position(|window| window == end);
    found.map(|start| start + end.len())
}

fn parse(head: &[u8]) -> Option<Request> {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    Some(Request {
        method,
        path,
        headers: lines.filter_map(header).collect(),
        body: Vec::new(),
    })
}

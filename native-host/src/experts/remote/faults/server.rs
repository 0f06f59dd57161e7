//! A server that does what its script says with every connection, and keeps what it was sent.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What is done with a connection after its request was read.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Send(Vec<u8>),
    Pause(Duration),
    /// Waits until the client closes.
    Hold,
    /// Breaks the connection instead of ending it.
    Reset,
}

pub(super) fn send(text: &str) -> Act {
    Act::Send(text.as_bytes().to_vec())
}

/// The head of an answer that ends with the connection.
pub(super) fn head(status: &str, headers: &str) -> Act {
    send(&format!(
        "HTTP/1.1 {status}\r\n{headers}connection: close\r\n\r\n"
    ))
}

pub(super) struct Server {
    /// Its `host:port`.
    pub(super) address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) async fn start(script: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap().to_string(),
            requests: Arc::default(),
        };
        let requests = Arc::clone(&server.requests);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(play(socket, script.clone(), Arc::clone(&requests)));
            }
        });
        server
    }

    /// All that it was asked, whole requests as text.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn play(mut socket: TcpStream, script: Vec<Act>, requests: Arc<Mutex<Vec<String>>>) {
    let request = request(&mut socket).await;
    requests.lock().unwrap().push(request);
    for act in script {
        match act {
            Act::Send(bytes) if socket.write_all(&bytes).await.is_err() => return,
            Act::Send(_) => {}
            Act::Pause(time) => tokio::time::sleep(time).await,
            Act::Hold => {
                let held = &mut [0; 64];
                while socket.read(held).await.is_ok_and(|length| length > 0) {}
            }
            Act::Reset => {
                let _ = socket.set_zero_linger();
            }
        }
    }
}

/// A whole request, or what came of it.
pub(super) async fn request(socket: &mut (impl AsyncRead + Unpin)) -> String {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = socket.read(&mut piece).await.unwrap_or(0);
        request.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if length == 0 {
                return text;
            }
            continue;
        };
        let header = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let expected = header.map_or(0, |length| length.parse().unwrap());
        if length == 0 || body.len() >= expected {
            return text;
        }
    }
}

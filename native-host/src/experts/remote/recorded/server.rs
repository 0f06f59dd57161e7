//! The vendor: answers on loopback as recorded, and tells what it was asked.

use std::collections::BTreeMap;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::file::RecordedExchange;

/// A request as the server got it.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) line: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

async fn receive(socket: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = socket.read(&mut piece).await.unwrap();
        bytes.extend_from_slice(&piece[..length]);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let (line, headers) = head.split_once("\r\n").unwrap();
            let header = |line: &str| {
                let (name, value) = line.split_once(": ").unwrap();
                (name.to_ascii_lowercase(), value.to_owned())
            };
            let headers: BTreeMap<_, _> = headers.split("\r\n").map(header).collect();
            let length = headers.get("content-length");
            let length = length.map_or(0, |length| length.parse().unwrap());
            let body = &bytes[end + 4..];
            if body.len() >= length {
                return Received {
                    line: line.trim_end_matches(" HTTP/1.1").to_owned(),
                    headers,
                    body: body.to_vec(),
                };
            }
        }
        assert!(length > 0, "a request is not whole");
    }
}

/// Answers one connection after another as recorded; in pieces of so many bytes.
pub(super) async fn serve(
    listener: TcpListener,
    exchanges: Vec<RecordedExchange>,
    piece: usize,
) -> Vec<Received> {
    let mut received = Vec::new();
    for exchange in exchanges {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        received.push(receive(&mut socket).await);
        let reply = exchange.reply;
        let mut head = format!(
            "HTTP/1.1 {} Recorded\r\nconnection: close\r\n",
            reply.status
        );
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let _ = socket.write_all(head.as_bytes()).await;
        for piece in reply.bytes().chunks(piece) {
            let _ = socket.write_all(piece).await;
        }
        let _ = socket.shutdown().await;
        drop(socket);
    }
    received
}

//! Scripted experts as vendors of the cloud, with prices.
//!
//! A server on loopback is an expert of this machine, which costs nothing. A vendor is spoken to
//! over TLS, by name. So tests give the host what any reader may have: files of their own in the
//! catalogue, a proxy in the environment, and certificates to trust. Names end in `.test`, which
//! nobody has.

use std::{
    fmt::Write as _,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use data_encoding::BASE64;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use thiserror::Error;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use crate::{
    experts::{NO_DISCOVERY, ScriptedServer},
    host::Surroundings,
    paths,
};

/// The name of the one server that all vendors are at.
const NAME: &str = "vendors.test";

/// The variable that holds the key of all vendors.
const KEY: &str = "VENDORS_TEST_KEY";

/// A head of a request to a proxy is no longer than this, in bytes.
const LONGEST_HEAD: usize = 8 * 1024;

/// Why no vendor could be made.
#[derive(Debug, Error)]
pub enum VendorsError {
    /// The system refused something.
    #[error("the proxy cannot be started: {0}")]
    Io(#[from] io::Error),
    /// There is no certificate.
    #[error("no certificate could be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The certificate is of no use.
    #[error("the certificate cannot be used: {0}")]
    Tls(#[from] rustls::Error),
}

/// A model of a vendor of its own, which is called as the model is.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// Its name. Its letters up to the first other sign are its family.
    pub name: &'static str,
    /// How good it is at everything, 0 to 1.
    pub skill: f64,
    /// Dollars for a million tokens sent, and received.
    pub price: (f64, f64),
    /// Tokens that it reads and writes at most.
    pub context: u32,
    /// Whether all that it does is to translate.
    pub engine: bool,
}

/// How long a vendor may keep the host waiting for its first byte and between two, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Patience(pub u64);

/// A proxy that leads whatever is asked of [`NAME`] to a scripted server.
pub struct Vendors {
    address: SocketAddr,
    certificate: PathBuf,
    _folder: TempDir,
    // Dropped last: it ends all connections.
    _runtime: Runtime,
}

impl Model {
    /// Its file in the catalogue.
    fn file(&self, patience: Patience) -> String {
        let Self {
            name,
            skill,
            price: (input, output),
            context,
            engine,
        } = self;
        let Patience(seconds) = patience;
        let skills = [
            "translate",
            "summarize",
            "write",
            "explain",
            "answer",
            "code",
            "math",
        ];
        let skills = skills.map(|it| format!("{it} = {skill:?}")).join(", ");
        let actions = if *engine {
            "actions = [\"translate\"]\n"
        } else {
            ""
        };
        format!(
            "id = \"{name}\"\nname = \"{name}\"\nsource = \"https://{NAME}/\"\n\
             checked = \"2026-11-23\"\nconfidence = \"high\"\n\
             [[key]]\nname = \"API key\"\nenvironment = [\"{KEY}\"]\n\
             [[endpoint]]\nbase_url = \"https://{NAME}/v1\"\ndialect = \"openai_chat\"\n\
             auth = {{ kind = \"bearer\" }}\n\
             patience = {{ first_byte = {seconds}, idle = {seconds} }}\n\
             [[model]]\nid = \"{name}\"\nname = \"{name}\"\ncontext = {context}\n{actions}\
             price = [{{ currency = \"USD\", tier = [{{ input = {input:?}, output = {output:?} }}] }}]\n\
             skills = {{ {skills} }}\n"
        )
    }
}

impl Vendors {
    /// Starts the way to a server, which has to live as long.
    ///
    /// # Errors
    /// When the system refuses it a port, a file or a certificate.
    pub fn before(server: &ScriptedServer) -> Result<Self, VendorsError> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec![NAME.to_owned()])?;
        let folder = paths::scratch("vendors-")?;
        let certificate = folder.path().join("vendors.pem");
        std::fs::write(&certificate, pem(cert.der()))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_io()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let to = server.address();
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // An error is an end that went away: the other one sees that.
                    let _ended = lead(client, &acceptor, to).await;
                });
            }
        });
        Ok(Self {
            address,
            certificate,
            _folder: folder,
            _runtime: runtime,
        })
    }

    /// What a host needs to have these models at its table, and no others but those built in.
    pub fn surroundings(&self, models: &[Model], patience: Patience) -> Surroundings {
        let mut config = NO_DISCOVERY.to_owned();
        let _ = writeln!(config, "[keys]\nsystem = false");
        let file = |model: &Model| (format!("{}.toml", model.name), model.file(patience));
        let proxy = format!("http://{}", self.address);
        let certificate = self.certificate.display().to_string();
        // All spellings: whoever runs the tests may have some of them set.
        let variables = [
            ("HTTPS_PROXY", proxy.as_str()),
            ("https_proxy", &proxy),
            ("ALL_PROXY", &proxy),
            ("all_proxy", &proxy),
            ("NO_PROXY", ""),
            ("no_proxy", ""),
            ("SSL_CERT_FILE", &certificate),
            (KEY, "canary"),
        ];
        Surroundings {
            config,
            catalog: models.iter().map(file).collect(),
            environment: variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        }
    }
}

/// A certificate as files hold it.
fn pem(certificate: &[u8]) -> String {
    let text = BASE64.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// One connection: through the proxy, and from behind its encryption to the server.
async fn lead(mut client: TcpStream, acceptor: &TlsAcceptor, to: SocketAddr) -> io::Result<()> {
    client.set_nodelay(true)?;
    let head = head(&mut client).await?;
    if !head.starts_with(&format!("CONNECT {NAME}:443 ")) {
        let refusal = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
        return client.write_all(refusal).await;
    }
    client
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await?;
    let mut client = acceptor.accept(client).await?;
    let mut server = TcpStream::connect(to).await?;
    server.set_nodelay(true)?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// The head of a request; a client says no more before it is answered.
async fn head(client: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD || client.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    String::from_utf8(head).map_err(|_| io::ErrorKind::InvalidData.into())
}

//! A provider on https whose certificate no public authority knows.

use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use rcgen::{Certificate, CertificateParams, KeyPair, date_time_ymd};
use rustls::{ServerConfig, ServerConnection, pki_types::PrivatePkcs8KeyDer};
use serde_json::json;

pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) certificate_pem: String,
}

impl Provider {
    /// Serves a discovery document and nothing else, on IPv4.
    pub(crate) fn start() -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST.into(), (2049, 12, 31)).unwrap()
    }

    /// The same at an address of this machine, with a certificate that is good until a day.
    pub(crate) fn start_at(address: IpAddr, good_until: (i32, u8, u8)) -> io::Result<Self> {
        let listener = TcpListener::bind((address, 0))?;
        let key = KeyPair::generate().unwrap();
        let certificate = certificate(address, &key, good_until);
        let private = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private.into())
            .unwrap();
        let issuer = format!("https://{}", listener.local_addr()?);
        let document = document(&issuer);
        thread::spawn(move || {
            let config = Arc::new(config);
            for stream in listener.incoming() {
                serve(stream.unwrap(), config.clone(), &document);
            }
        });
        Ok(Self {
            issuer,
            certificate_pem: certificate.pem(),
        })
    }
}

fn document(issuer: &str) -> String {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    })
    .to_string()
}

fn serve(mut socket: TcpStream, config: Arc<ServerConfig>, document: &str) {
    let mut connection = ServerConnection::new(config).unwrap();
    let mut stream = rustls::Stream::new(&mut connection, &mut socket);
    let mut buffer = [0; 4096];
    // A client that trusts nobody goes away during the handshake.
    if stream.read(&mut buffer).is_ok_and(|length| length > 0) {
        let length = document.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(document.as_bytes()).unwrap();
        stream.flush().unwrap();
    }
}

/// A self-signed certificate for the address.
fn certificate(address: IpAddr, key: &KeyPair, good_until: (i32, u8, u8)) -> Certificate {
    let mut params = CertificateParams::new(vec![address.to_string()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    let (year, month, day) = good_until;
    params.not_after = date_time_ymd(year, month, day);
    params.self_signed(key).unwrap()
}

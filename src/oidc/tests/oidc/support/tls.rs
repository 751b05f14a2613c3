//! A provider on https whose certificate no public authority knows.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use p256::{
    ecdsa::{DerSignature, SigningKey, signature::Signer as _},
    elliptic_curve::rand_core::OsRng,
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _},
};
use rustls::{
    ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use serde_json::json;

pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) certificate_pem: String,
}

impl Provider {
    /// Serves a discovery document and nothing else.
    pub(crate) fn start() -> Self {
        let key = SigningKey::random(&mut OsRng);
        let certificate = certificate(&key);
        let certificate_pem = format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            STANDARD.encode(&certificate)
        );
        let private = PrivatePkcs8KeyDer::from(key.to_pkcs8_der().unwrap().as_bytes().to_vec());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate)], private.into())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("https://{}", listener.local_addr().unwrap());
        let document = document(&issuer);
        thread::spawn(move || {
            let config = Arc::new(config);
            for stream in listener.incoming() {
                serve(stream.unwrap(), config.clone(), &document);
            }
        });
        Self {
            issuer,
            certificate_pem,
        }
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

/// A self-signed certificate for 127.0.0.1, good from 2020 to 2049 (RFC 5280, section 4.1).
fn certificate(key: &SigningKey) -> Vec<u8> {
    const SEQUENCE: u8 = 0x30;
    let algorithm = der(
        SEQUENCE,
        &[&[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]],
    );
    let common_name = [&[0x06, 0x03, 0x55, 0x04, 0x03][..], &der(0x0c, &[b"test"])].concat();
    let name = der(SEQUENCE, &[&der(0x31, &[&der(SEQUENCE, &[&common_name])])]);
    let validity = der(
        SEQUENCE,
        &[&der(0x17, &[b"200101000000Z"]), &der(0x17, &[b"491231235959Z"])],
    );
    let public = key.verifying_key().to_public_key_der().unwrap();
    let addresses = der(0x04, &[&der(SEQUENCE, &[&der(0x87, &[&[127, 0, 0, 1]])])]);
    let extension = der(SEQUENCE, &[&[0x06, 0x03, 0x55, 0x1d, 0x11], &addresses]);
    let extensions = der(0xa3, &[&der(SEQUENCE, &[&extension])]);
    let version_3 = der(0xa0, &[&der(0x02, &[&[2]])]);
    let serial = der(0x02, &[&[1]]);
    let parts: [&[u8]; 8] = [
        &version_3,
        &serial,
        &algorithm,
        &name,
        &validity,
        &name,
        public.as_bytes(),
        &extensions,
    ];
    let body = der(SEQUENCE, &parts);
    let signature: DerSignature = key.sign(&body);
    let signature = der(0x03, &[&[0], signature.as_bytes()]);
    der(SEQUENCE, &[&body, &algorithm, &signature])
}

/// A DER value of fewer than 65,536 bytes.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let [high, low] = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let head = match (high, low) {
        (0, 0..0x80) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, contents].concat()
}

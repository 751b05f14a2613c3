//! A certificate authority that is thrown away with the test.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// The authority's certificate, in PEM.
pub(super) struct Authority {
    pub(super) pem: String,
}

/// Makes an authority, and writes a certificate of its for the host into the folder, as `app.pem` and `app.key`.
pub(super) fn certify(host: &str, folder: &Path) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    std::fs::write(folder.join("app.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("app.key"), key.serialize_pem()).unwrap();
    Authority { pem: authority.pem() }
}

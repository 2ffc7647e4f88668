//! The server's side of TLS, with certificates made for the tests.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Who signed the good ones.
pub(crate) const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");

/// A certificate that a server shows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Certificate {
    /// For localhost and 127.0.0.1, by the authority.
    Good,
    /// By the authority, but for another host.
    Elsewhere,
    /// By the authority, for localhost, and over.
    Expired,
    /// For localhost, by itself.
    SelfSigned,
}

/// What accepts TLS with that certificate.
pub(crate) fn acceptor(certificate: Certificate) -> TlsAcceptor {
    let (chain, key): (&[u8], &[u8]) = match certificate {
        Certificate::Good => (
            include_bytes!("tls/localhost.pem"),
            include_bytes!("tls/localhost.key"),
        ),
        Certificate::Elsewhere => (
            include_bytes!("tls/elsewhere.pem"),
            include_bytes!("tls/elsewhere.key"),
        ),
        Certificate::Expired => (
            include_bytes!("tls/expired.pem"),
            include_bytes!("tls/expired.key"),
        ),
        Certificate::SelfSigned => (
            include_bytes!("tls/selfsigned.pem"),
            include_bytes!("tls/selfsigned.key"),
        ),
    };
    let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>();
    let key = PrivateKeyDer::from_pem_slice(key).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain.unwrap(), key);
    TlsAcceptor::from(Arc::new(config.unwrap()))
}

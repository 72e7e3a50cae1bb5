//! OSS's own host names by TLS, with a certificate made at the start. Nobody's browser trusts it: a test tells its browser to.

use std::{io, sync::Arc};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

/// For every bucket of the endpoint.
pub(crate) fn acceptor(endpoint: &str) -> io::Result<TlsAcceptor> {
    let names = vec![format!("*.{endpoint}"), endpoint.to_owned()];
    let made = rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            config
                .with_no_client_auth()
                .with_single_cert(vec![made.cert.into()], key)
        })
        .map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

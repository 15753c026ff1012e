//! TLS as libpq's sslmode means it. tokio-postgres itself verifies nothing: here rustls does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::joined_records::JoinedRecords;
use crate::settings::DatabaseSettings;
use crate::ssl_mode::SslMode;

/// Where RDS' certificate authorities lie in the package.
const BUNDLE_NAME: &str = "rds-ca-bundle.pem";

/// How a connection is protected.
#[derive(Clone)]
pub(super) struct Tls {
    /// What tokio-postgres asks the server for.
    pub(super) mode: tokio_postgres::config::SslMode,
    /// Verifies what the server shows.
    pub(super) connector: JoinedRecords,
}

impl Tls {
    /// Builds the connector; reads the CA bundle where one is needed.
    pub(super) fn new(settings: &DatabaseSettings) -> anyhow::Result<Self> {
        use tokio_postgres::config::SslMode as Wire;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let unverified = || Arc::new(Unverified(Arc::clone(&provider))) as Arc<dyn ServerCertVerifier>;
        let (mode, verifier) = match (settings.ssl_mode, &settings.ca_bundle) {
            (SslMode::Disable, _) => (Wire::Disable, unverified()),
            (SslMode::Prefer, _) => (Wire::Prefer, unverified()),
            (SslMode::Require, None) => (Wire::Require, unverified()),
            // libpq: with a root certificate given, require verifies like verify-ca.
            (SslMode::Require | SslMode::VerifyCa, _) => (
                Wire::Require,
                Arc::new(AnyName(verifier(settings, &provider)?)) as Arc<dyn ServerCertVerifier>,
            ),
            (SslMode::VerifyFull, _) => {
                (Wire::Require, verifier(settings, &provider)? as Arc<dyn ServerCertVerifier>)
            }
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("TLS cannot be set up")?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Self { mode, connector: JoinedRecords(MakeRustlsConnect::new(config)) })
    }
}

fn verifier(
    settings: &DatabaseSettings,
    provider: &Arc<CryptoProvider>,
) -> anyhow::Result<Arc<WebPkiServerVerifier>> {
    let path = match &settings.ca_bundle {
        Some(path) => path.clone(),
        None => bundle_beside_binary()?,
    };
    let roots = read_roots(&path)?;
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .with_context(|| format!("{} cannot be used to verify", path.display()))
}

fn bundle_beside_binary() -> anyhow::Result<PathBuf> {
    let binary = std::env::current_exe().context("the binary's own path is not known")?;
    let path = binary.with_file_name(BUNDLE_NAME);
    if !path.exists() {
        bail!(
            "there is no {} to verify the database's certificate with; set DATABASE_CA_BUNDLE, or for a server without TLS on this machine DATABASE_SSLMODE=disable",
            path.display()
        );
    }
    Ok(path)
}

fn read_roots(path: &Path) -> anyhow::Result<RootCertStore> {
    let unreadable = || format!("CA bundle {} cannot be read; expected certificates in PEM", path.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).with_context(unreadable)? {
        roots.add(certificate.with_context(unreadable)?).with_context(unreadable)?;
    }
    if roots.is_empty() {
        bail!("CA bundle {} holds no certificate; expected certificates in PEM", path.display());
    }
    Ok(roots)
}

/// `verify-ca`: the chain must hold, the name may be any.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // rustls looks at the name last, when the chain has already been found good.
        match self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// `prefer` and `require`: encrypted, but to whomever answers. libpq's meaning, chosen by whoever sets it.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

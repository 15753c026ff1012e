//! A certificate authority of one's own, so that local connections can be verified as they are in production.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

const DAYS: &str = "3650";

/// The files of a server's certificate.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    pub(super) authority: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Certificate {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self {
            authority: folder.join("ca.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server.key"),
        }
    }

    /// Makes an authority and, signed by it, a certificate for 127.0.0.1 and localhost.
    pub(super) fn make(folder: &Path) -> Result<()> {
        let files = Self::in_folder(folder);
        let authority_key = folder.join("ca.key");
        openssl(&files.authority, &authority_key, "/CN=pg_ingest local authority", |command| {
            command.args(["-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
        })?;
        openssl(&files.certificate, &files.key, "/CN=localhost", |command| {
            command.arg("-CA").arg(&files.authority).arg("-CAkey").arg(&authority_key);
            command.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
            command.args(["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]);
        })
    }
}

fn openssl(certificate: &Path, key: &Path, subject: &str, extend: impl FnOnce(&mut Command)) -> Result<()> {
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]);
    command.args(["-days", DAYS, "-subj", subject]).arg("-out").arg(certificate).arg("-keyout").arg(key);
    extend(&mut command);
    let output = command.output().context("openssl cannot be run; install the package openssl")?;
    ensure!(
        output.status.success(),
        "openssl made no certificate {}: {}",
        certificate.display(),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

//! What a cluster's folder holds: `data` (the server's own), `password`, `log`, and a certificate with its authority.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Installation;
use super::certificate::Certificate;
use super::settings::{Sizing, text};
use crate::scratch;

/// The folder of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    pub(super) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    fn password_file(&self) -> PathBuf {
        self.root.join("password")
    }

    /// Whether a cluster was made here before.
    pub(super) fn is_initialised(&self) -> bool {
        self.data().join("PG_VERSION").exists()
    }

    /// The superuser's password.
    pub(super) fn password(&self) -> Result<String> {
        let path = self.password_file();
        let text = fs::read_to_string(&path)
            .with_context(|| format!("the superuser's password cannot be read from {}", path.display()))?;
        Ok(text.trim().to_owned())
    }

    /// Makes the cluster (initdb) with a fresh password.
    pub(super) fn initialise(&self, installation: &Installation) -> Result<()> {
        fs::create_dir_all(&self.root)
            .with_context(|| format!("the folder {} cannot be made", self.root.display()))?;
        ensure!(
            self.is_vacant()?,
            "{} holds other files; name an empty folder, or one that this command made",
            self.root.display()
        );
        fs::write(self.password_file(), fresh_password()?)
            .context("the superuser's password cannot be kept")?;
        fs::set_permissions(self.password_file(), fs::Permissions::from_mode(0o600))
            .context("the password's file cannot be made private")?;
        fs::write(self.log(), "").context("the server's log cannot be made")?;
        Certificate::make(&self.root)?;
        self.hand_over(installation)?;
        let (data, password) = (self.data(), format!("--pwfile={}", self.password_file().display()));
        // C.UTF-8 exists wherever glibc does; data is synced by the server, not once more by initdb.
        let arguments: [&OsStr; 9] = [
            "--username=postgres".as_ref(),
            "--auth=scram-sha-256".as_ref(),
            "--encoding=UTF8".as_ref(),
            "--locale=C.UTF-8".as_ref(),
            "--no-sync".as_ref(),
            "--no-instructions".as_ref(),
            password.as_ref(),
            "--pgdata".as_ref(),
            data.as_os_str(),
        ];
        installation.run("initdb", &arguments).with_context(|| {
            format!(
                "no database cluster could be made in {} (may the user postgres enter it?)",
                self.root.display()
            )
        })?;
        Ok(())
    }

    /// The certificate for connections with TLS; every cluster has one, used or not.
    pub(super) fn certificate(&self) -> Certificate {
        Certificate::in_folder(&self.root)
    }

    /// Writes the settings that the next start reads.
    pub(super) fn configure(
        &self,
        installation: &Installation,
        sizing: Sizing,
        port: u16,
        extra: &[(String, String)],
    ) -> Result<()> {
        let files = self.certificate();
        let mut settings = Vec::new();
        if installation.has_tls(&self.data()) {
            settings.extend([
                ("ssl".to_owned(), "on".to_owned()),
                ("ssl_cert_file".to_owned(), files.certificate.display().to_string()),
                ("ssl_key_file".to_owned(), files.key.display().to_string()),
            ]);
        }
        settings.extend_from_slice(extra);
        let path = self.data().join("postgresql.auto.conf");
        fs::write(&path, text(sizing, port, &settings)?)
            .with_context(|| format!("the settings cannot be written to {}", path.display()))
    }

    fn is_vacant(&self) -> Result<bool> {
        let mut entries = fs::read_dir(&self.root)
            .with_context(|| format!("the folder {} cannot be read", self.root.display()))?;
        Ok(entries.next().is_none())
    }

    /// Gives the folder to the user whom the server runs as.
    fn hand_over(&self, installation: &Installation) -> Result<()> {
        installation.user().map_or(Ok(()), |user| scratch::give(&self.root, &user))
    }
}

/// 128 random bits as hexadecimal digits, which need no escaping in a URL.
fn fresh_password() -> Result<String> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("no random bytes could be read from /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

//! A connection to the database that libpq's environment variables name.
//!
//! `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER`, `PGPASSWORD`, `PGSSLMODE` and `PGSSLROOTCERT` mean what they mean to libpq,
//! with one difference. Of the modes only `verify-full` (the default) and `disable` are known, since everything between
//! them can be listened to or tricked.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use tokio::task::JoinHandle;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A client and the task that moves its bytes; dropping it ends the session.
pub(crate) struct Connection {
    pub(crate) client: Client,
    driver: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Where to connect, read from the environment.
pub(crate) struct Target {
    config: Config,
    tls: Tls,
    shown: String,
}

enum Tls {
    Off,
    VerifyFull { roots: PathBuf },
}

impl Target {
    /// The target that the process' environment names.
    ///
    /// # Errors
    /// As [`Target::read`].
    pub(crate) fn from_environment() -> Result<Self> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// The target that the variables name.
    ///
    /// # Errors
    /// When one that is needed is missing or has no meaning here; the text names it.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let needed = |name: &str| {
            variable(name).filter(|value| !value.is_empty()).with_context(|| {
                format!("{name} is not set; `cargo xtask migrate --help` names the variables that say where to connect")
            })
        };
        let (host, user, database) = (needed("PGHOST")?, needed("PGUSER")?, needed("PGDATABASE")?);
        let port_text = variable("PGPORT").unwrap_or_else(|| "5432".to_owned());
        let port: u16 =
            port_text.parse().map_err(|_| anyhow!("PGPORT must be a port number, not `{port_text}`"))?;
        let tls = match variable("PGSSLMODE").as_deref() {
            Some("disable") => Tls::Off,
            None | Some("verify-full") => {
                let roots = variable("PGSSLROOTCERT").filter(|value| !value.is_empty()).context(
                    "PGSSLROOTCERT is not set; expected the file of the authorities that vouch for the server, or \
                     PGSSLMODE=disable where the connection needs no TLS",
                )?;
                Tls::VerifyFull { roots: roots.into() }
            }
            Some(other) => bail!("PGSSLMODE must be verify-full or disable, not `{other}`"),
        };
        let mut config = Config::new();
        config.host(&host).port(port).user(&user).dbname(&database).application_name("pg_ingest migrate");
        if let Some(password) = variable("PGPASSWORD") {
            config.password(password);
        }
        Ok(Self { config, tls, shown: format!("{user}@{host}:{port}/{database}") })
    }

    /// Connects.
    ///
    /// # Errors
    /// When the server cannot be reached, shows a certificate that the roots do not vouch for, or refuses the login.
    pub(crate) async fn connect(&self) -> Result<Connection> {
        match &self.tls {
            Tls::Off => self.connect_over(NoTls).await,
            Tls::VerifyFull { roots } => self.connect_over(MakeRustlsConnect::new(trusting(roots)?)).await,
        }
    }

    async fn connect_over<T>(&self, tls: T) -> Result<Connection>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + 'static,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
        T::TlsConnect: Send,
    {
        let (client, connection) =
            self.config.connect(tls).await.with_context(|| format!("cannot connect to {}", self.shown))?;
        // What ends the connection is told to whoever waits for an answer on it.
        let driver = tokio::spawn(async move {
            let _ = connection.await;
        });
        Ok(Connection { client, driver })
    }
}

/// A TLS configuration that trusts the certificate authorities of one PEM file and no others.
fn trusting(file: &PathBuf) -> Result<ClientConfig> {
    let unreadable = || format!("PGSSLROOTCERT names {}, which cannot be read as PEM", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).with_context(unreadable)? {
        roots.add(certificate.with_context(unreadable)?).with_context(unreadable)?;
    }
    if roots.is_empty() {
        bail!("PGSSLROOTCERT names {}, which holds no certificate", file.display());
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Target> {
        Target::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const PLACE: [(&str, &str); 3] = [("PGHOST", "h"), ("PGUSER", "u"), ("PGDATABASE", "d")];

    #[test]
    fn tls_is_verified_unless_it_is_turned_off_by_name() {
        let error = read(&PLACE).err().unwrap().to_string();
        assert!(error.starts_with("PGSSLROOTCERT is not set; expected the file"), "{error}");
        let error = read(&[&PLACE[..], &[("PGSSLMODE", "prefer")]].concat()).err().unwrap().to_string();
        assert!(error.contains("verify-full or disable"), "{error}");
        assert!(matches!(read(&[&PLACE[..], &[("PGSSLMODE", "disable")]].concat()).unwrap().tls, Tls::Off));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = read(&PLACE[1..]).err().unwrap().to_string();
        assert!(error.starts_with("PGHOST is not set; `cargo xtask migrate --help`"), "{error}");
        let error = read(&[&PLACE[..], &[("PGPORT", "x")]].concat()).err().unwrap().to_string();
        assert!(error.contains("`x`"), "{error}");
    }
}

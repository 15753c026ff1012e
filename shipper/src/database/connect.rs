//! Connecting, and keeping one connection between invocations.

use std::time::Duration;

use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config};

use super::tls::Tls;
use super::transaction::Transaction;
use super::{DatabaseError, endpoint, release};
use crate::budget::Deadline;
use crate::login::Login;
use crate::secret::LoginSource;
use crate::settings::DatabaseSettings;

/// How long a silent peer is probed before the kernel gives a connection up.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
const KEEPALIVE_RETRIES: u32 = 3;
/// How long sent bytes may stay unacknowledged before the kernel gives a connection up.
const UNACKNOWLEDGED_LIMIT: Duration = Duration::from_secs(20);

/// The way to the database. Holds at most one connection, and only while it is known to be between transactions.
pub struct Database {
    settings: DatabaseSettings,
    logins: LoginSource,
    tls: Tls,
    kept: Option<Client>,
    connections: u64,
}

/// What the server says of a connection.
#[derive(Debug)]
pub struct ServerFacts {
    /// `server_version`.
    pub version: String,
    /// TLS version and cipher, `None` in plaintext.
    pub tls: Option<String>,
}

impl Database {
    /// Prepares; connects to nothing yet.
    ///
    /// # Errors
    /// TLS cannot be set up as asked, such as for want of a CA bundle.
    pub fn new(settings: &DatabaseSettings, aws: Option<aws_config::SdkConfig>) -> anyhow::Result<Self> {
        Ok(Self {
            settings: settings.clone(),
            logins: LoginSource::new(settings, aws),
            tls: Tls::new(settings)?,
            kept: None,
            connections: 0,
        })
    }

    /// Its settings.
    pub fn settings(&self) -> &DatabaseSettings {
        &self.settings
    }

    /// Connections made so far.
    pub fn connections(&self) -> u64 {
        self.connections
    }

    /// Begins a transaction: on the kept connection if it still answers, else on a new one. `BEGIN` itself is the
    /// liveness check, so that a healthy connection pays nothing for it.
    ///
    /// # Errors
    /// There is no connection to be had, or the server refuses.
    pub async fn begin(
        &mut self,
        request_id: &str,
        deadline: Deadline,
    ) -> Result<Transaction, DatabaseError> {
        if let Some(client) = self.kept.take().filter(|client| !client.is_closed()) {
            let begun = Transaction::begin(client, &self.settings, request_id);
            match tokio::time::timeout(self.settings.liveness_timeout.min(deadline.left()), begun).await {
                Ok(Ok(transaction)) => return Ok(transaction),
                Ok(Err(error)) => tracing::info!(%error, "the kept connection is gone; connecting anew"),
                Err(_) => tracing::info!("the kept connection does not answer; connecting anew"),
            }
        }
        let client = self.connect(deadline).await?;
        require_release(&client).await?;
        Transaction::begin(client, &self.settings, request_id).await
    }

    /// The kept connection, or a new one; for whoever gives it back by [`Self::keep`].
    pub(super) async fn between_transactions(&mut self, deadline: Deadline) -> Result<Client, DatabaseError> {
        match self.take_kept() {
            Some(client) => Ok(client),
            None => self.connect(deadline).await,
        }
    }

    /// The kept connection, where there is one.
    pub(super) fn take_kept(&mut self) -> Option<Client> {
        self.kept.take().filter(|client| !client.is_closed())
    }

    /// Keeps a connection whose transaction has ended cleanly.
    pub fn keep(&mut self, client: Client) {
        self.kept = Some(client);
    }

    /// Connects. A refused login is tried once more with what the secret says now: it may have been rotated.
    ///
    /// # Errors
    /// No connection, or none that may log in.
    pub async fn connect(&mut self, deadline: Deadline) -> Result<Client, DatabaseError> {
        match self.connect_once(deadline).await {
            Err(DatabaseError::LoginRefused(problem)) if self.logins.can_change() => {
                tracing::warn!(%problem, "the login was refused; reading the secret again");
                self.logins.forget();
                self.connect_once(deadline).await
            }
            outcome => outcome,
        }
    }

    async fn connect_once(&mut self, deadline: Deadline) -> Result<Client, DatabaseError> {
        let limit = self.settings.connect_timeout.min(deadline.left());
        let login = match tokio::time::timeout(limit, self.logins.login()).await {
            Ok(login) => login.map_err(|error| DatabaseError::NoLogin(format!("{error:#}").into()))?,
            Err(_) => {
                return Err(DatabaseError::NoLogin(
                    format!("the secret did not come within {limit:?}").into(),
                ));
            }
        };
        if let Some(refusal) = endpoint::refusal(&login.host) {
            return Err(DatabaseError::Refused(refusal.into()));
        }
        let config = self.config(&login);
        let connecting = config.connect(self.tls.connector.clone());
        let (client, connection) = match tokio::time::timeout(limit, connecting).await {
            Ok(connected) => connected.map_err(|error| DatabaseError::in_connecting(&error))?,
            Err(_) => return Err(DatabaseError::connect_timeout(limit)),
        };
        self.connections += 1;
        // The connection ends by itself when its client is dropped; what breaks it is told to whoever waits on it.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %DatabaseError::in_session(&error), "a connection ended");
            }
        });
        Ok(client)
    }

    fn config(&self, login: &Login) -> Config {
        let mut config = Config::new();
        config
            .host(&login.host)
            .port(login.port)
            .user(&login.user)
            .dbname(&login.database)
            .application_name("pg_ingest shipper")
            .ssl_mode(self.tls.mode)
            // After a failover a name may for a while still lead to what is now a reader.
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(self.settings.connect_timeout)
            .tcp_user_timeout(UNACKNOWLEDGED_LIMIT)
            .keepalives(true)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_RETRIES);
        if let Some(password) = &login.password {
            config.password(password.reveal());
        }
        config
    }
}

/// Refuses a schema whose functions this shipper does not know. Asked once a connection; the whole status would take
/// milliseconds for each dataset.
async fn require_release(client: &Client) -> Result<(), DatabaseError> {
    let told = match client.query_typed_one("SELECT ingest.version()", &[]).await {
        Ok(row) => Some(row.get::<_, String>(0)),
        // Before releases were told, the function did not exist.
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_FUNCTION) => None,
        Err(error) => return Err(DatabaseError::in_session(&error)),
    };
    match release::refusal(told.as_deref()) {
        Some(refusal) => Err(DatabaseError::Refused(refusal.into())),
        None => Ok(()),
    }
}

impl ServerFacts {
    /// Asks the server about the connection in use, in a transaction, as every batch needs one.
    ///
    /// # Errors
    /// The server does not answer, or a pooler allows no transaction.
    pub async fn read(client: &Client) -> Result<Self, DatabaseError> {
        let sql = "SELECT pg_catalog.current_setting('server_version'), s.ssl, s.version, s.cipher \
                   FROM (SELECT) AS one LEFT JOIN pg_catalog.pg_stat_ssl s ON s.pid = pg_catalog.pg_backend_pid()";
        let in_session = |error| DatabaseError::in_session(&error);
        client.batch_execute("BEGIN READ ONLY").await.map_err(in_session)?;
        // A role that the login takes on (ALTER ROLE … SET role) is not shown the login's own sessions.
        client.batch_execute("SET LOCAL ROLE NONE").await.map_err(in_session)?;
        let row = client.query_typed_one(sql, &[]).await.map_err(in_session)?;
        client.batch_execute("ROLLBACK").await.map_err(in_session)?;
        let (protocol, cipher): (Option<String>, Option<String>) = (row.get(2), row.get(3));
        let encrypted = row.get::<_, Option<bool>>(1) == Some(true);
        let tls =
            encrypted.then(|| format!("{} {}", protocol.unwrap_or_default(), cipher.unwrap_or_default()));
        Ok(Self { version: row.get(0), tls })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[tokio::test]
    async fn an_endpoint_of_aurora_dsql_is_refused_before_anyone_connects() {
        let settings = Settings::from_lookup(|name| match name {
            "DATABASE_URL" => Some("postgresql://u:p@abc.dsql.us-east-1.on.aws/d".to_owned()),
            "DATABASE_SSLMODE" => Some("disable".to_owned()),
            _ => None,
        })
        .unwrap();
        let mut database = Database::new(&settings.database, None).unwrap();
        let refused = database.begin("test", Deadline::none()).await.err().unwrap();
        assert!(matches!(refused, DatabaseError::Refused(_)), "{refused}");
        assert!(refused.to_string().contains("Aurora DSQL, which has no PL/pgSQL"), "{refused}");
    }
}

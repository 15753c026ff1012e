//! Where the database is and how to log in there: read once, read again when the login is refused.

use anyhow::Context;
use serde::Deserialize;

use crate::database_url::DatabaseUrl;
use crate::login::{Login, Sensitive};
use crate::settings::{DatabaseAuth, DatabaseSettings, DatabaseSource};

/// PostgreSQL's port (IANA).
const DEFAULT_PORT: u16 = 5432;

/// Reads logins.
#[derive(Debug)]
pub struct LoginSource {
    settings: DatabaseSettings,
    aws: Option<aws_config::SdkConfig>,
    known: Option<PartialLogin>,
}

impl LoginSource {
    /// AWS is needed for a secret and for IAM authentication; `None` does for a URL with a password.
    pub fn new(settings: &DatabaseSettings, aws: Option<aws_config::SdkConfig>) -> Self {
        Self { settings: settings.clone(), aws, known: None }
    }

    /// Whether reading again may bring another login.
    pub fn can_change(&self) -> bool {
        matches!(self.settings.source, DatabaseSource::Secret(_))
    }

    /// Forgets what was read, since the server refused it.
    pub fn forget(&mut self) {
        self.known = None;
    }

    /// The login to use now.
    ///
    /// # Errors
    /// The secret cannot be read, is not in RDS' shape, or something is said nowhere.
    pub async fn login(&mut self) -> anyhow::Result<Login> {
        let mut partial = match (&self.known, &self.settings.source) {
            (Some(known), _) => known.clone(),
            (None, DatabaseSource::Url(url)) => PartialLogin::of_url(url),
            (None, DatabaseSource::Variables) => PartialLogin::default(),
            (None, DatabaseSource::Secret(id)) => self.read_secret(id).await?,
        };
        self.known = Some(partial.clone());
        partial.override_with(&self.settings);
        let mut login = partial.complete()?;
        if self.settings.auth == DatabaseAuth::Iam {
            login.password = Some(crate::rds_token::sign(self.aws()?, &login).await?);
        }
        Ok(login)
    }

    fn aws(&self) -> anyhow::Result<&aws_config::SdkConfig> {
        self.aws.as_ref().context("AWS is not configured, but the database's login needs it")
    }

    async fn read_secret(&self, id: &str) -> anyhow::Result<PartialLogin> {
        let client = aws_sdk_secretsmanager::Client::new(self.aws()?);
        let answer = client.get_secret_value().secret_id(id).send().await.map_err(|error| {
            let told = aws_sdk_secretsmanager::error::DisplayErrorContext(&error).to_string();
            anyhow::anyhow!(
                "cannot read secret {id}: {told}; the role needs secretsmanager:GetSecretValue on it"
            )
        })?;
        let text = answer.secret_string().with_context(|| format!("secret {id} holds no text"))?;
        PartialLogin::parse_secret(text).with_context(|| format!("secret {id} is not in RDS' shape"))
    }
}

/// What one source says of a login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct PartialLogin {
    host: Option<String>,
    port: Option<u16>,
    database: Option<String>,
    user: Option<String>,
    password: Option<Sensitive>,
}

impl PartialLogin {
    /// RDS' shape: Secrets Manager User Guide, "JSON structure of AWS Secrets Manager secrets". The port is a number in
    /// some of its examples and a text in others.
    fn parse_secret(text: &str) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Port {
            Number(u16),
            Text(String),
        }
        #[derive(Deserialize)]
        struct Shape {
            username: Option<String>,
            password: Option<String>,
            host: Option<String>,
            port: Option<Port>,
            dbname: Option<String>,
        }
        // serde's own message quotes what it found, which here may be the password.
        let shape: Shape = serde_json::from_str(text)
            .map_err(|_| anyhow::anyhow!("expected JSON with username, password, host, port and dbname"))?;
        let port = match shape.port {
            None => None,
            Some(Port::Number(port)) => Some(port),
            Some(Port::Text(text)) => Some(text.parse().context("its port is no number")?),
        };
        let password = shape.password.map(Sensitive::new);
        Ok(Self { host: shape.host, port, database: shape.dbname, user: shape.username, password })
    }

    fn of_url(url: &DatabaseUrl) -> Self {
        Self {
            host: url.host.clone(),
            port: url.port,
            database: url.database.clone(),
            user: url.user.clone(),
            password: url.password.clone(),
        }
    }

    fn override_with(&mut self, settings: &DatabaseSettings) {
        self.host = settings.host.clone().or(self.host.take());
        self.port = settings.port.or(self.port);
        self.database = settings.name.clone().or(self.database.take());
        self.user = settings.user.clone().or(self.user.take());
    }

    fn complete(self) -> anyhow::Result<Login> {
        let user = self.user.context("no user for the database: the source names none; set DATABASE_USER")?;
        Ok(Login {
            host: self.host.context("no host for the database: the source names none; set DATABASE_HOST")?,
            port: self.port.unwrap_or(DEFAULT_PORT),
            database: self.database.unwrap_or_else(|| user.clone()),
            user,
            password: self.password,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_rds_shape_is_read_whether_its_port_is_a_number_or_a_text() {
        for port in ["5433", "\"5433\""] {
            let text = format!(
                r#"{{"engine":"postgres","username":"u","password":"p","host":"h","port":{port},"dbname":"d"}}"#
            );
            let login = PartialLogin::parse_secret(&text).unwrap().complete().unwrap();
            assert_eq!((login.host.as_str(), login.port, login.database.as_str()), ("h", 5433, "d"));
            assert_eq!((login.user.as_str(), login.password.unwrap().reveal()), ("u", "p"));
        }
    }

    #[test]
    fn a_secret_managed_by_rds_names_no_host_and_that_is_said() {
        let managed = PartialLogin::parse_secret(r#"{"username":"u","password":"p"}"#).unwrap();
        assert!(managed.complete().unwrap_err().to_string().contains("DATABASE_HOST"));
    }

    #[test]
    fn no_error_and_no_debug_output_shows_a_password() {
        let error = PartialLogin::parse_secret(r#"{"username":"u","password":["canary"]}"#).unwrap_err();
        assert!(!format!("{error:?}").contains("canary"));
        let login = PartialLogin::parse_secret(r#"{"username":"u","password":"canary"}"#).unwrap();
        assert!(!format!("{login:?}").contains("canary"));
    }
}

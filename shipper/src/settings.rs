//! Settings: read from the environment once, checked together, every fault named.
//!
//! Pure: the environment comes in as a function, so that tests need not touch the process's own.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::database_url::{self, DatabaseUrl};
use crate::ssl_mode::SslMode;

pub use crate::setting_table::{SETTINGS, Setting};

/// Everything that the shipper can be told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How to reach the database and behave there.
    pub database: DatabaseSettings,
    /// How to read objects.
    pub objects: ObjectSettings,
    /// Bytes of bodies after which a transaction takes no more.
    pub max_batch_bytes: u64,
    /// The last part of an invocation in which nothing new is begun.
    pub deadline_reserve: Duration,
    /// Level of the shipper's own log lines.
    pub log_level: String,
    /// CloudWatch namespace; `None` turns metrics off.
    pub metrics_namespace: Option<String>,
    /// Which numbers of a batch CloudWatch makes metrics of.
    pub metrics_sent: MetricsSent,
    /// What happens to an object once it is loaded.
    pub after_load: AfterLoad,
}

/// What happens to an object once it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterLoad {
    /// Nothing.
    #[default]
    None,
    /// The version that was loaded gets a tag.
    Tag,
}

/// Which numbers of a batch CloudWatch makes metrics of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MetricsSent {
    /// What needs a person, and only in batches that have it.
    #[default]
    Faults,
    /// Those of every batch, and what the dashboard draws.
    All,
}

/// How to reach the database and behave there.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Where host and login come from.
    pub source: DatabaseSource,
    /// Overrides the source's host.
    pub host: Option<String>,
    /// Overrides the source's port.
    pub port: Option<u16>,
    /// Overrides the source's database.
    pub name: Option<String>,
    /// Overrides the source's user.
    pub user: Option<String>,
    /// How the shipper proves who it is.
    pub auth: DatabaseAuth,
    /// libpq's sslmode.
    pub ssl_mode: SslMode,
    /// Explicitly given PEM file of certificate authorities.
    pub ca_bundle: Option<PathBuf>,
    /// Time for one connection attempt.
    pub connect_timeout: Duration,
    /// Time in which a kept connection must answer.
    pub liveness_timeout: Duration,
    /// PostgreSQL's `statement_timeout`.
    pub statement_timeout: Duration,
    /// PostgreSQL's `lock_timeout`.
    pub lock_timeout: Duration,
    /// PostgreSQL's `idle_in_transaction_session_timeout`.
    pub idle_in_transaction_timeout: Duration,
    /// Attempts at one batch's transaction.
    pub attempts: u32,
}

/// Where host and login come from.
#[derive(Debug, Clone)]
pub enum DatabaseSource {
    /// A Secrets Manager secret, by ARN or name.
    Secret(String),
    /// A connection string.
    Url(DatabaseUrl),
    /// `DATABASE_HOST`, `DATABASE_USER`… alone, for IAM authentication.
    Variables,
}

/// How the shipper proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DatabaseAuth {
    /// The secret's or URL's password.
    #[default]
    Password,
    /// A short-lived token signed with the function's own AWS credentials.
    Iam,
}

/// How to read objects.
#[derive(Debug, Clone)]
pub struct ObjectSettings {
    /// Buckets that may be read; empty means every bucket.
    pub allowed_buckets: Vec<String>,
    /// The account that must own the bucket.
    pub expected_bucket_owner: Option<String>,
    /// Path-style addressing; `None` decides by whether an endpoint is set.
    pub path_style: Option<bool>,
    /// Largest body that is loaded, before and after unpacking.
    pub max_object_bytes: u64,
    /// Objects fetched at the same time.
    pub max_inflight_objects: usize,
    /// Bytes of bodies held in memory at the same time.
    pub max_inflight_bytes: u32,
    /// Objects above this size stream instead of being held.
    pub stream_above_bytes: u32,
    /// Time for one attempt at a held object.
    pub object_timeout: Duration,
    /// Time within which the next bytes must arrive.
    pub stall_timeout: Duration,
    /// Attempts at one object, first and resumed reads together.
    pub attempts: u32,
}

impl Settings {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// Every fault that was found, one a line.
    pub fn from_environment() -> Result<Self, SettingFaults> {
        let unreadable: Vec<String> = SETTINGS
            .iter()
            .filter(|setting| std::env::var_os(setting.name).is_some_and(|value| value.to_str().is_none()))
            .map(|setting| format!("{} is no UTF-8", setting.name))
            .collect();
        if !unreadable.is_empty() {
            return Err(SettingFaults(unreadable));
        }
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads settings through `lookup`; an empty value counts as absent, except where empty has a meaning.
    ///
    /// # Errors
    /// Every fault that was found, one a line.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingFaults> {
        let mut reader = Reader { lookup: &lookup, faults: Vec::new() };
        let settings = Self {
            database: read_database(&mut reader),
            objects: read_objects(&mut reader),
            max_batch_bytes: reader.number("MAX_BATCH_BYTES", 1, 16_000_000_000),
            deadline_reserve: reader.milliseconds("DEADLINE_RESERVE_MS", 1_000),
            log_level: reader.parsed("LOG_LEVEL", |text| match text {
                "error" | "warn" | "info" | "debug" | "trace" => Ok(text.to_owned()),
                _ => Err(format!("is `{text}`; expected error, warn, info, debug or trace")),
            }),
            metrics_namespace: Some(
                lookup("METRICS_NAMESPACE").unwrap_or_else(|| default_of("METRICS_NAMESPACE").to_owned()),
            )
            .filter(|namespace| !namespace.is_empty()),
            metrics_sent: reader.parsed("METRICS", |text| match text {
                "faults" => Ok(MetricsSent::Faults),
                "all" => Ok(MetricsSent::All),
                _ => Err(format!("is `{text}`; expected faults or all")),
            }),
            after_load: reader.parsed("AFTER_LOAD", |text| match text {
                "none" => Ok(AfterLoad::None),
                "tag" => Ok(AfterLoad::Tag),
                _ => Err(format!("is `{text}`; expected none or tag")),
            }),
        };
        if settings.objects.stream_above_bytes > settings.objects.max_inflight_bytes {
            reader.fault(
                "STREAM_ABOVE_BYTES",
                "is above MAX_INFLIGHT_BYTES; a held object must fit the memory",
            );
        }
        if reader.faults.is_empty() { Ok(settings) } else { Err(SettingFaults(reader.faults)) }
    }
}

/// Every fault found in the settings.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingFaults(pub Vec<String>);

impl fmt::Display for SettingFaults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} fault(s) in the settings; `--help` explains each:", self.0.len())?;
        for fault in &self.0 {
            write!(formatter, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingFaults {}

fn default_of(name: &str) -> &'static str {
    SETTINGS.iter().find(|setting| setting.name == name).map_or("", |setting| setting.default)
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn fault(&mut self, name: &str, problem: &str) {
        self.faults.push(format!("{name} {problem}"));
    }

    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The value, or where it is absent or wrong the default, which the table's own test proves to be right.
    fn parsed<T: Default>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> T {
        if let Some(text) = self.text(name) {
            match parse(&text) {
                Ok(value) => return value,
                Err(problem) => self.fault(name, &problem),
            }
        }
        parse(default_of(name)).unwrap_or_default()
    }

    fn optional<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match parse(&self.text(name)?) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.fault(name, &problem);
                None
            }
        }
    }

    fn number(&mut self, name: &str, least: u64, most: u64) -> u64 {
        self.parsed(name, |text| match text.parse::<u64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ => Err(format!("is `{text}`; expected a whole number from {least} to {most}")),
        })
    }

    fn small_number(&mut self, name: &str, least: u64, most: u32) -> u32 {
        u32::try_from(self.number(name, least, most.into())).unwrap_or(most)
    }

    fn milliseconds(&mut self, name: &str, least: u64) -> Duration {
        Duration::from_millis(self.number(name, least, 900_000))
    }
}

fn read_database(reader: &mut Reader<'_>) -> DatabaseSettings {
    let auth = reader.parsed("DATABASE_AUTH", |text| match text {
        "password" => Ok(DatabaseAuth::Password),
        "iam" => Ok(DatabaseAuth::Iam),
        _ => Err(format!("is `{text}`; expected password or iam")),
    });
    let url = reader.optional("DATABASE_URL", database_url::parse);
    let in_url = url.as_ref().map(|url| (url.ssl_mode, url.ca_bundle.clone()));
    let (url_mode, url_bundle) = in_url.unwrap_or_default();
    let explicit_mode = reader.optional("DATABASE_SSLMODE", SslMode::from_str);
    let settings = DatabaseSettings {
        source: read_source(reader, url, auth),
        host: reader.text("DATABASE_HOST"),
        port: reader.optional("DATABASE_PORT", |text| {
            text.parse::<u16>().map_err(|_| format!("is `{text}`; expected a port from 1 to 65535"))
        }),
        name: reader.text("DATABASE_NAME"),
        user: reader.text("DATABASE_USER"),
        auth,
        ssl_mode: explicit_mode.or(url_mode).unwrap_or(SslMode::VerifyFull),
        ca_bundle: reader.text("DATABASE_CA_BUNDLE").map(PathBuf::from).or(url_bundle),
        connect_timeout: reader.milliseconds("DATABASE_CONNECT_TIMEOUT_MS", 100),
        liveness_timeout: reader.milliseconds("DATABASE_LIVENESS_TIMEOUT_MS", 50),
        statement_timeout: reader.milliseconds("STATEMENT_TIMEOUT_MS", 100),
        lock_timeout: reader.milliseconds("LOCK_TIMEOUT_MS", 10),
        idle_in_transaction_timeout: reader.milliseconds("IDLE_IN_TRANSACTION_TIMEOUT_MS", 100),
        attempts: reader.small_number("DATABASE_ATTEMPTS", 1, 20),
    };
    if auth == DatabaseAuth::Iam && matches!(settings.ssl_mode, SslMode::Disable | SslMode::Prefer) {
        reader.fault(
            "DATABASE_SSLMODE",
            "must be require or stricter with DATABASE_AUTH=iam: the token is a password",
        );
    }
    settings
}

fn read_source(reader: &mut Reader<'_>, url: Option<DatabaseUrl>, auth: DatabaseAuth) -> DatabaseSource {
    let url_was_given = reader.text("DATABASE_URL").is_some();
    match (reader.text("DATABASE_SECRET_ARN"), url) {
        (Some(_), _) if url_was_given => {
            reader.fault("DATABASE_URL", "and DATABASE_SECRET_ARN are both set; set one");
            DatabaseSource::Variables
        }
        (Some(secret), _) => DatabaseSource::Secret(secret),
        (None, Some(url)) => DatabaseSource::Url(url),
        (None, None) => {
            if auth == DatabaseAuth::Iam {
                for name in ["DATABASE_HOST", "DATABASE_NAME", "DATABASE_USER"] {
                    if reader.text(name).is_none() {
                        reader.fault(name, "is not set; with DATABASE_AUTH=iam and no secret it is required");
                    }
                }
            } else if !url_was_given {
                reader.fault("DATABASE_SECRET_ARN", "is not set; set it (or, outside Lambda, DATABASE_URL)");
            }
            DatabaseSource::Variables
        }
    }
}

fn read_objects(reader: &mut Reader<'_>) -> ObjectSettings {
    let allowed = reader.text("ALLOWED_BUCKETS").unwrap_or_default();
    ObjectSettings {
        allowed_buckets: allowed
            .split(',')
            .map(str::trim)
            .filter(|b| !b.is_empty())
            .map(str::to_owned)
            .collect(),
        expected_bucket_owner: reader.optional("EXPECTED_BUCKET_OWNER", |text| {
            let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_account { Ok(text.to_owned()) } else { Err(format!("is `{text}`; expected 12 digits")) }
        }),
        path_style: reader.parsed("S3_PATH_STYLE", |text| match text {
            "auto" => Ok(None),
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(format!("is `{text}`; expected auto, true or false")),
        }),
        // PostgreSQL holds no value above 1 GB, its header included (storage limits of the manual, appendix K).
        max_object_bytes: reader.number("MAX_OBJECT_BYTES", 1, 1_000_000_000),
        max_inflight_objects: usize::try_from(reader.number("MAX_INFLIGHT_OBJECTS", 1, 1_000)).unwrap_or(1),
        max_inflight_bytes: reader.small_number("MAX_INFLIGHT_BYTES", 65_536, 4_000_000_000),
        stream_above_bytes: reader.small_number("STREAM_ABOVE_BYTES", 1_024, 1_000_000_000),
        object_timeout: reader.milliseconds("OBJECT_TIMEOUT_MS", 100),
        stall_timeout: reader.milliseconds("OBJECT_STALL_TIMEOUT_MS", 50),
        attempts: reader.small_number("OBJECT_ATTEMPTS", 1, 100),
    }
}

#[cfg(test)]
mod tests;

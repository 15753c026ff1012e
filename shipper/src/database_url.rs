//! `DATABASE_URL`: a libpq connection string.
//!
//! tokio-postgres parses it, but knows neither `verify-full` nor `sslrootcert`: both are taken out before.

use std::path::PathBuf;
use std::str::FromStr;

use tokio_postgres::config::Host;

use crate::login::Sensitive;
use crate::notification::key::decode_percent;
use crate::ssl_mode::SslMode;

/// A parsed connection string.
#[derive(Debug, Clone)]
pub struct DatabaseUrl {
    /// Host name, address, or the directory of a Unix socket.
    pub host: Option<String>,
    /// Port.
    pub port: Option<u16>,
    /// Database.
    pub database: Option<String>,
    /// User.
    pub user: Option<String>,
    /// Password.
    pub password: Option<Sensitive>,
    /// `sslmode`.
    pub ssl_mode: Option<SslMode>,
    /// `sslrootcert`.
    pub ca_bundle: Option<PathBuf>,
}

/// Options that say where and who; timeouts and the like have settings of their own.
const KNOWN_OPTIONS: [&str; 6] = ["host", "port", "user", "password", "dbname", "application_name"];

/// Parses a `postgresql://` URL. Its own text is in no error, since it may hold a password.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<DatabaseUrl, String> {
    if !(text.starts_with("postgresql://") || text.starts_with("postgres://")) {
        return Err("does not begin with postgresql://".to_owned());
    }
    let (address, query) = text.split_once('?').unwrap_or((text, ""));
    let mut ssl_mode = None;
    let mut ca_bundle = None;
    let mut rest = Vec::new();
    for option in query.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("sslmode", mode)) => {
                let mode =
                    SslMode::from_str(mode).map_err(|problem| format!("has an sslmode that {problem}"))?;
                ssl_mode = Some(mode);
            }
            Some(("sslrootcert", path)) => ca_bundle = Some(PathBuf::from(decode(path)?)),
            Some((name, _)) if KNOWN_OPTIONS.contains(&name) => rest.push(option),
            _ => {
                return Err(format!(
                    "has an option that is none of sslmode, sslrootcert, {}",
                    KNOWN_OPTIONS.join(", ")
                ));
            }
        }
    }
    let config =
        tokio_postgres::Config::from_str(&format!("{address}?{}", rest.join("&"))).map_err(|_| {
            "is no connection string; expected postgresql://user:password@host:port/dbname?option=value"
                .to_owned()
        })?;
    let host = match config.get_hosts() {
        [] => None,
        [Host::Tcp(name)] => Some(name.clone()),
        [Host::Unix(path)] => Some(path.to_string_lossy().into_owned()),
        _ => return Err("names several hosts; name one".to_owned()),
    };
    let password = config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
    Ok(DatabaseUrl {
        host,
        port: config.get_ports().first().copied(),
        database: config.get_dbname().map(str::to_owned),
        user: config.get_user().map(str::to_owned),
        password: password.map(Sensitive::new),
        ssl_mode,
        ca_bundle,
    })
}

fn decode(text: &str) -> Result<String, String> {
    decode_percent(text.as_bytes(), false)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| "has an sslrootcert that is not percent-encoded UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_url_is_read() {
        let url =
            parse("postgresql://u:p%40ss@db.example:6432/d?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem")
                .unwrap();
        assert_eq!((url.host.as_deref(), url.port), (Some("db.example"), Some(6432)));
        assert_eq!((url.user.as_deref(), url.database.as_deref()), (Some("u"), Some("d")));
        assert_eq!(url.password.unwrap().reveal(), "p@ss");
        assert_eq!(url.ssl_mode, Some(SslMode::VerifyFull));
        assert_eq!(url.ca_bundle, Some(PathBuf::from("/etc/ca.pem")));
    }

    #[test]
    fn a_socket_s_directory_may_be_the_host() {
        let url = parse("postgresql://u@/d?host=/run/postgresql&port=5433").unwrap();
        assert_eq!((url.host.as_deref(), url.port), (Some("/run/postgresql"), Some(5433)));
    }

    #[test]
    fn a_wrong_url_is_refused_without_being_quoted() {
        for text in [
            "host=canary",
            "postgresql://u:canary@h/d?sslmode=always",
            "postgresql://u:canary@h/d?options=-csearch_path%3Dx",
            "postgresql://u:canary@h:port/d",
            "postgresql://u:canary@h,i/d",
        ] {
            assert!(!parse(text).unwrap_err().contains("canary"), "{text}");
        }
    }
}

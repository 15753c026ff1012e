//! The logins of the shipper and of dbt: created where they are absent, and given what they may do.

use anyhow::{Context, Result, bail};
use postgres_protocol::password::scram_sha_256;
use tokio_postgres::Client;

/// Creates one login and renews its rights. Read from `login.name`, `login.verifier`, `login.kind`, `login.iam`.
const ENSURE: &str = include_str!("logins.sql");

/// A login, as the environment describes it.
struct Login {
    kind: &'static str,
    name: String,
    /// `None` with IAM: the login has no password and never will.
    password: Option<String>,
}

/// Ensures both logins.
///
/// The password of a login that exists is left alone: its secret's rotation is in charge of it.
///
/// # Errors
/// When a variable is missing or has no meaning, or a statement fails; then neither login was changed.
pub(super) async fn ensure(client: &mut Client, variable: impl Fn(&str) -> Option<String>) -> Result<()> {
    let logins = read(variable)?;
    let transaction = client.transaction().await?;
    for login in &logins {
        // Only a verifier travels: the server's log of DDL must never hold a password.
        let verifier = login.password.as_deref().map(|password| scram_sha_256(password.as_bytes()));
        transaction
            .execute(
                "SELECT pg_catalog.set_config('login.name', $1, true), pg_catalog.set_config('login.kind', $2, true),
                        pg_catalog.set_config('login.verifier', $3, true)",
                &[&login.name, &login.kind, &verifier.unwrap_or_default()],
            )
            .await?;
        transaction
            .batch_execute(ENSURE)
            .await
            .with_context(|| format!("the login {} of the {} cannot be ensured", login.name, login.kind))?;
    }
    transaction.commit().await?;
    for login in &logins {
        println!("the login {} for {} is ready", login.name, login.kind);
    }
    Ok(())
}

fn read(variable: impl Fn(&str) -> Option<String>) -> Result<[Login; 2]> {
    let needed = |name: &str| {
        variable(name).filter(|value| !value.is_empty()).with_context(|| format!("{name} is not set"))
    };
    let shipper_password = match needed("SHIPPER_AUTH")?.as_str() {
        "iam" => None,
        "password" => Some(needed("SHIPPER_PASSWORD")?),
        other => bail!("SHIPPER_AUTH must be password or iam, not `{other}`"),
    };
    Ok([
        Login { kind: "shipper", name: needed("SHIPPER_USER")?, password: shipper_password },
        Login { kind: "dbt", name: needed("DBT_USER")?, password: Some(needed("DBT_PASSWORD")?) },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(variables: &[(&str, &str)]) -> Result<Vec<(String, bool)>> {
        let found =
            read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned()))?;
        Ok(found.into_iter().map(|login| (login.name, login.password.is_some())).collect())
    }

    const DBT: [(&str, &str); 2] = [("DBT_USER", "dbt"), ("DBT_PASSWORD", "d")];

    #[test]
    fn iam_needs_no_password() {
        let variables = [&DBT[..], &[("SHIPPER_AUTH", "iam"), ("SHIPPER_USER", "s")]].concat();
        assert_eq!(names(&variables).unwrap(), [("s".to_owned(), false), ("dbt".to_owned(), true)]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let variables = [&DBT[..], &[("SHIPPER_AUTH", "password"), ("SHIPPER_USER", "s")]].concat();
        assert_eq!(names(&variables).unwrap_err().to_string(), "SHIPPER_PASSWORD is not set");
    }
}

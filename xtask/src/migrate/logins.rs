//! The logins of the shipper, of the smoke test and of dbt: created where they are absent, and given what they may do.

use anyhow::{Context, Result, bail};
use postgres_protocol::password::scram_sha_256;
use tokio_postgres::Client;

/// Creates one login and renews its rights. Read from `login.name`, `login.verifier`, `login.kind`, `login.iam`.
const ENSURE: &str = include_str!("logins.sql");
/// The smoke test's dataset and its login's rights. Read from `login.name` and `smoke.prefix`.
const SMOKE: &str = include_str!("smoke.sql");

/// A login, as the environment describes it.
struct Login {
    kind: &'static str,
    name: String,
    /// `None` with IAM: the login has no password and never will.
    password: Option<String>,
}

/// Ensures all logins.
///
/// The password of a login that exists is left alone: its secret's rotation is in charge of it.
///
/// # Errors
/// When a variable is missing or has no meaning, or a statement fails; then no login was changed.
pub(super) async fn ensure(client: &mut Client, variable: impl Fn(&str) -> Option<String>) -> Result<()> {
    let (logins, smoke_prefix) = read(variable)?;
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
            .with_context(|| format!("the login {} for {} cannot be ensured", login.name, login.kind))?;
        if login.kind == "smoke" {
            let setting = "SELECT pg_catalog.set_config('smoke.prefix', $1, true)";
            transaction.execute(setting, &[&smoke_prefix]).await?;
            transaction
                .batch_execute(SMOKE)
                .await
                .context("the dataset of the smoke test cannot be ensured")?;
        }
    }
    transaction.commit().await?;
    for login in &logins {
        println!("the login {} for {} is ready", login.name, login.kind);
    }
    Ok(())
}

/// The logins, and the prefix of the smoke test's files.
fn read(variable: impl Fn(&str) -> Option<String>) -> Result<([Login; 3], String)> {
    let needed = |name: &str| {
        variable(name).filter(|value| !value.is_empty()).with_context(|| {
            format!("{name} is not set; `cargo xtask migrate --help` says which logins need what")
        })
    };
    let auth = needed("SHIPPER_AUTH")?;
    let password = |name: &str| match auth.as_str() {
        "iam" => Ok(None),
        "password" => needed(name).map(Some),
        other => bail!("SHIPPER_AUTH must be password or iam, not `{other}`"),
    };
    let logins = [
        Login { kind: "shipper", name: needed("SHIPPER_USER")?, password: password("SHIPPER_PASSWORD")? },
        // It logs in as the shipper does.
        Login { kind: "smoke", name: needed("SMOKE_USER")?, password: password("SMOKE_PASSWORD")? },
        Login { kind: "dbt", name: needed("DBT_USER")?, password: Some(needed("DBT_PASSWORD")?) },
    ];
    Ok((logins, needed("SMOKE_PREFIX")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(variables: &[(&str, &str)]) -> Result<Vec<(String, bool)>> {
        let (found, _) =
            read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned()))?;
        Ok(found.into_iter().map(|login| (login.name, login.password.is_some())).collect())
    }

    const OTHERS: [(&str, &str); 4] = [
        ("DBT_USER", "dbt"),
        ("DBT_PASSWORD", "d"),
        ("SMOKE_USER", "smoke"),
        ("SMOKE_PREFIX", "input/smoke_test/"),
    ];

    #[test]
    fn iam_needs_no_password() {
        let variables = [&OTHERS[..], &[("SHIPPER_AUTH", "iam"), ("SHIPPER_USER", "s")]].concat();
        let expected = [("s", false), ("smoke", false), ("dbt", true)];
        assert_eq!(names(&variables).unwrap(), expected.map(|(name, has)| (name.to_owned(), has)));
    }

    #[test]
    fn what_is_missing_is_named() {
        let variables = [&OTHERS[..], &[("SHIPPER_AUTH", "password"), ("SHIPPER_USER", "s")]].concat();
        assert!(names(&variables).unwrap_err().to_string().starts_with("SHIPPER_PASSWORD is not set; "));
        let variables = [&variables[..], &[("SHIPPER_PASSWORD", "p")]].concat();
        assert!(names(&variables).unwrap_err().to_string().starts_with("SMOKE_PASSWORD is not set; "));
    }
}

//! `pg-ingest check`: connects as the function does and says what is wrong.

mod status;

use serde_json::{Value, json};
use shipper::budget::Deadline;
use shipper::database::{DatabaseError, ServerFacts};
use shipper::settings::Settings;
use shipper::ssl_mode::SslMode;
use tokio_postgres::{Client, Row};

use crate::answer::out;
use crate::location::shown;
use crate::session::ask_in_utc;
use crate::{Outcome, Session, health};

/// Whether the schema is there and may be used: without that, the next question cannot even be asked.
const SCHEMA: &str = "SELECT pg_catalog.current_setting('is_superuser') = 'on', current_user::text, \
    pg_catalog.has_schema_privilege(pg_catalog.to_regnamespace('ingest'), 'USAGE')";

/// What the shipper's role must be able to do, and nothing more.
const NEEDED_RIGHTS: &str = "SELECT \
    pg_catalog.has_column_privilege('ingest.staging', 'body', 'INSERT'), \
    pg_catalog.has_function_privilege('public.ingest_process_staging(uuid)', 'EXECUTE'), \
    pg_catalog.has_function_privilege('public.ingest_reject_message(text,text,text,text)', 'EXECUTE'), \
    pg_catalog.has_function_privilege('public.ingest_status()', 'EXECUTE')";

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    /// Loading goes on, and somebody should know.
    Note,
    Wrong,
}

/// What was found, a sentence each.
#[derive(Debug, Default)]
struct Findings(Vec<(Grade, String)>);

impl Findings {
    fn good(&mut self, what: &str) {
        self.0.push((Grade::Good, what.to_owned()));
    }

    fn note(&mut self, what: &str) {
        self.0.push((Grade::Note, what.to_owned()));
    }

    fn wrong(&mut self, what: &str) {
        self.0.push((Grade::Wrong, what.to_owned()));
    }

    fn count(&self, grade: Grade) -> usize {
        self.0.iter().filter(|(of, _)| *of == grade).count()
    }

    fn lines(&self) -> Vec<String> {
        let word = |grade| match grade {
            Grade::Good => "ok     ",
            Grade::Note => "note   ",
            Grade::Wrong => "WRONG  ",
        };
        self.0.iter().map(|(grade, what)| format!("{}{}", word(*grade), shown(what))).collect()
    }

    fn conclusion(&self) -> String {
        match (self.count(Grade::Wrong), self.count(Grade::Note)) {
            (0, 0) => "everything is as it should be".to_owned(),
            (0, notes) => format!("files can be loaded; {notes} thing(s) to know"),
            (wrong, _) => format!("{wrong} thing(s) wrong"),
        }
    }

    fn json(&self) -> Value {
        let of = |grade| -> Vec<&str> {
            self.0.iter().filter(|(of, _)| *of == grade).map(|(_, what)| what.as_str()).collect()
        };
        json!({"ok": of(Grade::Good), "notes": of(Grade::Note), "wrong": of(Grade::Wrong)})
    }
}

/// Runs every check that can be run. Something wrong is a finding; a note is none.
pub(crate) async fn run(session: &Session) -> anyhow::Result<Outcome> {
    let mut findings = Findings::default();
    let checked = match session.database().await?.connect(Deadline::none()).await {
        Ok(client) => check_all(&session.settings, &client, &mut findings).await,
        Err(error) => {
            findings.wrong(&error.in_full());
            Ok(Outcome::NotRun)
        }
    };
    let outcome = checked.unwrap_or_else(|error| {
        findings.wrong(&error.in_full());
        // What was refused is a finding; of what could not be asked nothing is known.
        if matches!(error, DatabaseError::Lost(_)) { Outcome::NotRun } else { Outcome::Found }
    });
    if session.json {
        out(&findings.json().to_string())?;
    } else {
        findings.lines().iter().try_for_each(|line| out(line))?;
        out(&findings.conclusion())?;
    }
    Ok(if outcome == Outcome::Done { Outcome::found(findings.count(Grade::Wrong) > 0) } else { outcome })
}

async fn check_all(
    settings: &Settings,
    client: &Client,
    findings: &mut Findings,
) -> Result<Outcome, DatabaseError> {
    check_connection(settings, client, findings).await?;
    if !check_rights(client, findings).await? {
        return Ok(Outcome::NotRun);
    }
    check_status(client, findings).await?;
    check_health(client, findings).await?;
    Ok(Outcome::Done)
}

async fn check_connection(
    settings: &Settings,
    client: &Client,
    findings: &mut Findings,
) -> Result<(), DatabaseError> {
    let facts = ServerFacts::read(client).await?;
    findings.good(&format!("connected to PostgreSQL {}; transactions hold", facts.version));
    match (facts.tls, settings.database.ssl_mode) {
        (Some(tls), SslMode::VerifyFull) => {
            findings.good(&format!("{tls}; certificate and host name verified"))
        }
        (Some(tls), mode) => {
            findings.note(&format!("{tls}, but sslmode is {mode:?}: the server's name is not verified"))
        }
        (None, _) => findings.note("the connection is not encrypted"),
    }
    Ok(())
}

/// Whether there is a schema, about which more can be asked.
async fn check_rights(client: &Client, findings: &mut Findings) -> Result<bool, DatabaseError> {
    let row = ask(client, SCHEMA).await?;
    let user: String = row.get(1);
    if row.get(0) {
        findings
            .note(&format!("{user} is a superuser; the function needs a member of ingest_shipper, no more"));
    }
    match row.get::<_, Option<bool>>(2) {
        Some(true) => {}
        Some(false) => {
            let lack = format!("{user} lacks USAGE on schema ingest; GRANT ingest_shipper TO {user}");
            return Err(DatabaseError::Refused(lack.into()));
        }
        None => {
            findings.wrong("there is no schema ingest in this database; apply migrations/ to it");
            return Ok(false);
        }
    }
    let row = ask(client, NEEDED_RIGHTS).await?;
    let needed = [
        "INSERT on ingest.staging",
        "EXECUTE on public.ingest_process_staging(uuid)",
        "EXECUTE on public.ingest_reject_message(text, text, text, text)",
        "EXECUTE on public.ingest_status()",
    ];
    let lacks: Vec<&str> = needed
        .iter()
        .enumerate()
        .filter(|(place, _)| !row.get::<_, bool>(*place))
        .map(|(_, right)| *right)
        .collect();
    for right in &lacks {
        findings.wrong(&format!("{user} lacks {right}; GRANT ingest_shipper TO {user}"));
    }
    if lacks.is_empty() {
        findings.good(&format!("{user} has every right that the shipper needs"));
    }
    Ok(true)
}

async fn ask(client: &Client, sql: &str) -> Result<Row, DatabaseError> {
    client.query_typed_one(sql, &[]).await.map_err(|error| DatabaseError::in_session(&error))
}

async fn check_status(client: &Client, findings: &mut Findings) -> Result<(), DatabaseError> {
    let answered = ask_in_utc(client, "SELECT public.ingest_status()").await;
    for row in answered.map_err(|error| DatabaseError::in_session(&error))? {
        status::tell(&row.get(0), findings);
    }
    Ok(())
}

/// Datasets that are late or failing; one that is deferred is told with its fault, and one that is disabled as such.
async fn check_health(client: &Client, findings: &mut Findings) -> Result<(), DatabaseError> {
    for dataset in health::read(client).await?.unwrap_or_default() {
        let state = health::text(&dataset, "state");
        if matches!(state, "late" | "failing") {
            let name = health::text(&dataset, "dataset");
            findings.wrong(&format!("dataset {name} is {state}: {}", health::text(&dataset, "reason")));
        }
    }
    Ok(())
}

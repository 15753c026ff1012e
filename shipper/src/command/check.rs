//! `shipper check`: connects as the function does and says what is wrong.

mod status;

use std::process::ExitCode;

use serde_json::Value;
use tokio_postgres::{Client, Row};

use crate::budget::Deadline;
use crate::database::{Database, DatabaseError, ServerFacts};
use crate::settings::Settings;
use crate::ssl_mode::SslMode;

/// Whether the schema is there and may be used: without that, the next question cannot even be asked.
const SCHEMA: &str = "SELECT pg_catalog.current_setting('is_superuser') = 'on', current_user::text, \
    pg_catalog.has_schema_privilege(pg_catalog.to_regnamespace('ingest'), 'USAGE')";

/// What the shipper's role must be able to do, and nothing more.
const NEEDED_RIGHTS: &str = "SELECT \
    pg_catalog.has_column_privilege('ingest.staging', 'body', 'INSERT'), \
    pg_catalog.has_function_privilege('public.ingest_process_staging(uuid)', 'EXECUTE'), \
    pg_catalog.has_function_privilege('public.ingest_reject_message(text,text,text,text)', 'EXECUTE'), \
    pg_catalog.has_function_privilege('public.ingest_status()', 'EXECUTE')";

/// Findings, a line each, printed as they come.
#[derive(Default)]
struct Findings {
    lines: Vec<String>,
    wrong: usize,
    notes: usize,
}

impl Findings {
    fn good(&mut self, what: &str) {
        self.tell("ok     ", what);
    }

    /// Loading goes on, and somebody should know.
    fn note(&mut self, what: &str) {
        self.notes += 1;
        self.tell("note   ", what);
    }

    fn wrong(&mut self, what: &str) {
        self.wrong += 1;
        self.tell("WRONG  ", what);
    }

    fn tell(&mut self, grade: &str, what: &str) {
        let line = format!("{grade}{what}");
        println!("{line}");
        self.lines.push(line);
    }
}

/// Runs every check that can be run. Exit code 1 when something is wrong.
pub(super) async fn run(settings: &Settings) -> ExitCode {
    let mut findings = Findings::default();
    if let Some(client) = connect(settings, &mut findings).await {
        let checked = async {
            check_connection(settings, &client, &mut findings).await?;
            check_rights(&client, &mut findings).await?;
            check_status(&client, &mut findings).await
        };
        if let Err(error) = checked.await {
            findings.wrong(&error.in_full());
        }
    }
    match (findings.wrong, findings.notes) {
        (0, 0) => println!("everything is as it should be"),
        (0, notes) => println!("files can be loaded; {notes} thing(s) to know"),
        (wrong, _) => println!("{wrong} thing(s) wrong"),
    }
    if findings.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn connect(settings: &Settings, findings: &mut Findings) -> Option<Client> {
    let aws = super::aws_if_needed(settings).await;
    let mut database = match Database::new(&settings.database, aws) {
        Ok(database) => database,
        Err(error) => {
            findings.wrong(&format!("{error:#}"));
            return None;
        }
    };
    match database.connect(Deadline::none()).await {
        Ok(client) => Some(client),
        Err(error) => {
            findings.wrong(&error.in_full());
            None
        }
    }
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

async fn check_rights(client: &Client, findings: &mut Findings) -> Result<(), DatabaseError> {
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
            let lack = "there is no schema ingest in this database; apply migrations/ to it".to_owned();
            return Err(DatabaseError::Refused(lack.into()));
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
    Ok(())
}

async fn ask(client: &Client, sql: &str) -> Result<Row, DatabaseError> {
    client.query_typed_one(sql, &[]).await.map_err(|error| DatabaseError::in_session(&error))
}

async fn check_status(client: &Client, findings: &mut Findings) -> Result<(), DatabaseError> {
    let status: Value = ask(client, "SELECT public.ingest_status()").await?.get(0);
    status::tell(&status, findings);
    Ok(())
}

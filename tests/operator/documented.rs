//! What the pages show of `pg-ingest` works as typed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use local_stack::postgres::Installation;
use local_stack::repository;

use super::backfill::{prepared, run};
use super::commands::told;
use super::stand::{Stand, binary};

/// The lines of the blocks of shell on a page.
fn shell_blocks(text: &str) -> Vec<Vec<String>> {
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.map(|(block, _)| block.lines().map(str::to_owned).collect()).collect()
}

/// A folder with the program, for the search path.
fn beside(program: &Path) -> PathBuf {
    program.parent().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readmes_three_lines_infer_a_table_from_a_bucket_and_register_it() {
    let stand = Stand::start().await;
    for id in 1..=20 {
        let click = format!(
            r#"{{"clickId": {id}, "at": "2026-11-{id:02}T09:00:00Z", "page": {{"url": "/{id}"}}, "ms": {id}}}"#
        );
        stand.s3.put("my-bucket", &format!("input/clicks/{id}.json"), click);
    }
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let [block] = &shell_blocks(&readme)[..] else { panic!("the README has one block of shell") };
    assert_eq!(block.len(), 3, "three lines are promised");

    let folder = local_stack::scratch::folder().unwrap();
    // As the program is called with its settings, and psql as whoever owns the database.
    let settings = prepared(&stand, "infer", &[], &[]);
    let psql = Installation::find().unwrap().program("psql");
    let search = [beside(&binary("pg-ingest")), beside(&psql), "/usr/bin".into(), "/bin".into()];
    let mut shell = Command::new("sh");
    // Reading is a person's.
    let script = format!("less() {{ cat \"$@\"; }}\n{}", block.join("\n"));
    shell.arg("-euc").arg(script).current_dir(folder.path()).stdin(Stdio::null()).env_clear();
    shell.envs(settings.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", std::env::join_paths(search).unwrap());
    shell.envs([("PGHOST", "127.0.0.1"), ("PGUSER", "postgres"), ("PGPASSWORD", stand.cluster().password())]);
    shell.env("PGPORT", stand.cluster().port().to_string()).env("PGDATABASE", &stand.database);
    let output = shell.output().unwrap();
    let text = told(&output);
    assert!(output.status.success() && !text.contains("ERROR"), "{text}");

    let output = run(&stand, "backfill", &[], &["s3://my-bucket/input/clicks/"]);
    assert!(output.status.success(), "{}", told(&output));
    let whole = "SELECT count(*) FROM landing.clicks WHERE page_url = '/' || click_id AND at IS NOT NULL AND ms = click_id";
    assert_eq!(stand.number(whole).await, 20, "{text}");

    // And the page on operating goes on from here: a column comes, and what is loaded fills it.
    let later = "ALTER TABLE landing.clicks ADD COLUMN again text;
        SELECT ingest_register_dataset('clicks', columns => '{\"again\": \"$.page.url\"}')";
    stand.admin.batch_execute(later).await.unwrap();
    let output = run(&stand, "backfill", &[], &["s3://my-bucket/input/clicks/", "--again", "--dry-run"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let output = run(&stand, "backfill", &[], &["s3://my-bucket/input/clicks/", "--again"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(stand.number("SELECT count(*) FROM landing.clicks WHERE again = page_url").await, 20);
}

/// The commands of `pg-ingest` on a page, as arguments: those of its blocks, and those that stand in a sentence.
fn commands(text: &str) -> Vec<Vec<String>> {
    let lines = shell_blocks(text).into_iter().flatten();
    let quoted =
        text.split('`').skip(1).step_by(2).filter(|code| code.starts_with("pg-ingest ")).map(str::to_owned);
    let mut commands = Vec::new();
    for line in lines.chain(quoted) {
        let Some((_, command)) = line.split_once("pg-ingest ") else { continue };
        let words = command
            .split(|c: char| c.is_whitespace() || c == ')')
            .take_while(|word| !["#", ">", "|"].contains(word));
        commands.push(words.filter(|word| !word.is_empty()).map(str::to_owned).collect());
    }
    commands
}

#[test]
fn every_command_on_a_page_is_one_that_the_program_knows() {
    let folder = repository();
    let mut pages = vec![folder.join("README.md"), folder.join("shipper/README.md")];
    pages.extend(std::fs::read_dir(folder.join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    let mut seen = 0;
    for page in pages.iter().filter(|page| page.extension().is_some_and(|end| end == "md")) {
        for command in commands(&std::fs::read_to_string(page).unwrap()) {
            // Words are read from the first on, and the help ends it before anything is done.
            let output = Command::new(binary("pg-ingest")).args(&command).arg("--help").output().unwrap();
            assert!(
                output.status.success(),
                "{}: pg-ingest {}: {}",
                page.display(),
                command.join(" "),
                told(&output)
            );
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen} commands were found");
}

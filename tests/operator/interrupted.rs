//! `pg-ingest backfill` that is broken off, disturbed, or not alone: nothing is loaded twice, and nothing left out.

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use super::backfill::{ids, prepared, record, run};
use super::commands::told;
use super::stand::s3::Fault;
use super::stand::{BUCKET, Stand};

fn put(stand: &Stand, objects: u32) -> String {
    for id in 1..=objects {
        stand.s3.put(BUCKET, &format!("input/{id:03}.json"), record(id));
    }
    format!("s3://{BUCKET}/input/")
}

async fn require_each_once(stand: &Stand, objects: i64) {
    assert_eq!(ids(stand).await.len(), usize::try_from(objects).unwrap());
    assert_eq!(stand.number("SELECT count(*) FROM ingest.file WHERE status = 'loaded'").await, objects);
    // A file of one record is one row, whoever loaded it.
    assert_eq!(stand.number("SELECT sum(rows_loaded)::bigint FROM ingest.file").await, objects);
    assert_eq!(stand.number("SELECT count(DISTINCT key) FROM ingest.file").await, objects);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_killed_in_the_middle_goes_on_where_it_was() {
    let stand = Stand::start().await;
    let input = put(&stand, 250);
    // The second batch never ends.
    stand.s3.fail_always(BUCKET, "input/150.json", Fault::StallAfter(0));
    let mut child = prepared(&stand, "backfill", &[("LOG_LEVEL", "debug")], &[&input])
        .env("OBJECT_STALL_TIMEOUT_MS", "600000")
        .env("OBJECT_TIMEOUT_MS", "600000")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap()).lines();
    let committed = log.map_while(Result::ok).find(|line| line.contains("committed"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(committed.is_some());
    assert_eq!(ids(&stand).await.len(), 100);
    stand.s3.heal(BUCKET, "input/150.json");
    let output = run(&stand, "backfill", &[], &[&input]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(
        told(&output).contains("100 loaded already") && told(&output).contains("150 to load"),
        "{}",
        told(&output)
    );
    require_each_once(&stand, 250).await;
    assert_eq!(stand.number("SELECT count(*) FROM ingest.file WHERE deliveries > 1").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_load_each_object_once() {
    let stand = Stand::start().await;
    let input = put(&stand, 250);
    let begin = || {
        let mut command = prepared(&stand, "backfill", &[], &[&input]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let both = [begin(), begin()];
    for child in both {
        let output: Output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
    }
    require_each_once(&stand, 250).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_in_the_middle_ends_it_and_the_next_run_goes_on() {
    let stand = Stand::start().await;
    let input = put(&stand, 250);
    let away = "CREATE FUNCTION public.go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
          IF NEW.id = 150 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$;
        CREATE TRIGGER go BEFORE INSERT ON landing.things FOR EACH ROW EXECUTE FUNCTION public.go()";
    stand.admin.batch_execute(away).await.unwrap();
    let output = run(&stand, "backfill", &[("DATABASE_ATTEMPTS", "2")], &[&input]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("what is committed stays, so run the command again"), "{text}");
    assert!(text.contains("committed: 100 files"), "{text}");
    stand.admin.batch_execute("DROP TRIGGER go ON landing.things").await.unwrap();
    let output = run(&stand, "backfill", &[], &[&input]);
    assert!(output.status.success(), "{}", told(&output));
    require_each_once(&stand, 250).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_right_to_read_it_ends_and_does_not_go_through_all_objects() {
    let stand = Stand::start().await;
    let input = put(&stand, 250);
    for id in 1..=250 {
        stand.s3.fail_always(BUCKET, &format!("input/{id:03}.json"), Fault::Status(403, "AccessDenied"));
    }
    let output = run(&stand, "backfill", &[("OBJECT_ATTEMPTS", "1")], &[&input]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("S3 answered 403 AccessDenied"), "{text}");
    assert!(text.contains("none of 100 objects could be read") && text.contains("s3:GetObject"), "{text}");
    assert_eq!(stand.s3.gets().len(), 100);
    assert_eq!(ids(&stand).await, Vec::<i32>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_objects_that_alone_are_kept_from_it_hold_up_no_others() {
    let stand = Stand::start().await;
    let input = put(&stand, 250);
    for id in 101..=200 {
        stand.s3.fail_always(BUCKET, &format!("input/{id:03}.json"), Fault::Status(403, "AccessDenied"));
    }
    let output = run(&stand, "backfill", &[("OBJECT_ATTEMPTS", "1")], &[&input]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(ids(&stand).await, (1..=100).chain(201..=250).collect::<Vec<i32>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_asks_to_be_slower_is_asked_again() {
    let stand = Stand::start().await;
    let input = put(&stand, 5);
    let slow = || Fault::Status(503, "SlowDown");
    stand.s3.fail_next_listings(BUCKET, [slow(), slow()]);
    stand.s3.fail_next(BUCKET, "input/003.json", [slow(), slow()]);
    let output = run(&stand, "backfill", &[], &[&input]);
    assert!(output.status.success(), "{}", told(&output));
    require_each_once(&stand, 5).await;
}

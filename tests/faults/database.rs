//! What the database, the way to it, and the shipper's own death can do.

use std::time::{Duration, Instant};

use local_stack::lambda::Outcome;

use super::file;
use super::stand::events::Message;
use super::stand::proxy::Then;
use super::stand::{Settings, Stand, TIMEOUT, database, kill};

const NOTHING: [String; 0] = [];
/// Where a batch stands, by what the shipper says to the server.
const PROCESSING: &str = "public.ingest_process_staging(";
/// With the zero that ends it on the wire: `READ COMMITTED` stands in every BEGIN.
const COMMIT: &str = "COMMIT\0";

/// A stand whose shipper is warm, with one object loaded.
async fn warm(settings: Settings) -> Stand {
    let stand = settings.start().await;
    let first = stand.put("input/0.json", file(0, 100));
    assert_eq!(stand.deliver(&[first]).await, NOTHING, "{}", stand.log());
    stand
}

fn three(stand: &Stand) -> Vec<Message> {
    (1..=3).map(|id| stand.put(&format!("input/{id}.json"), file(id, 100_000))).collect()
}

/// All four objects are ledgered once and loaded once, and nothing is left over.
async fn assert_once(stand: &Stand) {
    let ledger = stand.ledger().await;
    let files: Vec<(&str, &str)> =
        ledger.iter().map(|(key, status, _)| (key.as_str(), status.as_str())).collect();
    let expected = [0, 1, 2, 3].map(|id| (format!("input/{id}.json"), "loaded"));
    let expected: Vec<(&str, &str)> = expected.iter().map(|(key, status)| (key.as_str(), *status)).collect();
    assert_eq!(files, expected);
    assert_eq!(stand.number("SELECT count(*) FROM landing.things").await, 4);
    assert_eq!(stand.number("SELECT count(*) FROM ingest.staging").await, 0);
}

/// Kills the shipper where the conversation is held, and delivers again to a new one.
async fn killed_where(stand: Stand, mut held: super::stand::proxy::Held, then: Then, committed: bool) {
    let messages = three(&stand);
    let process = stand.shipper_id();
    let (outcome, ()) = tokio::join!(stand.invoke(&messages), async {
        held.reached().await;
        assert!(kill(process));
        held.release(then);
    });
    assert!(matches!(outcome, Outcome::Crashed(_)), "{outcome:?}");
    if committed {
        assert_once(&stand).await;
    }
    assert_eq!(stand.deliver(&messages).await, NOTHING, "{}", stand.log());
    assert_once(&stand).await;
}

#[tokio::test]
async fn killed_in_the_copy_it_leaves_nothing_and_the_batch_is_loaded_once() {
    let stand = warm(Settings::usual()).await;
    let held = stand.proxy.hold_before("PGCOPY");
    killed_where(stand, held, Then::Cut, false).await;
}

#[tokio::test]
async fn killed_after_the_copy_it_leaves_nothing_and_the_batch_is_loaded_once() {
    let stand = warm(Settings::usual()).await;
    let held = stand.proxy.hold_before(PROCESSING);
    killed_where(stand, held, Then::Cut, false).await;
}

#[tokio::test]
async fn killed_before_its_commit_arrives_it_leaves_nothing_and_the_batch_is_loaded_once() {
    let stand = warm(Settings::usual()).await;
    let held = stand.proxy.hold_before(COMMIT);
    killed_where(stand, held, Then::Cut, false).await;
}

#[tokio::test]
async fn killed_after_its_commit_the_batch_is_there_and_its_redelivery_adds_nothing() {
    let stand = warm(Settings::usual()).await;
    let held = stand.proxy.hold_answer_to(COMMIT);
    killed_where(stand, held, Then::Cut, true).await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_found_out_by_the_ledger() {
    let stand = warm(Settings::usual()).await;
    let messages = three(&stand);
    let mut held = stand.proxy.hold_answer_to(COMMIT);
    let (returned, ()) = tokio::join!(stand.deliver(&messages), async {
        held.reached().await;
        held.release(Then::Cut);
    });
    assert_eq!(returned, NOTHING, "the second attempt finds the batch loaded");
    assert_once(&stand).await;
    assert!(stand.ledger().await[1..].iter().all(|(_, _, deliveries)| *deliveries == 2));
}

#[tokio::test]
async fn a_connection_cut_anywhere_costs_one_more_attempt() {
    for marker in ["BEGIN", "PGCOPY", PROCESSING, COMMIT] {
        let stand = warm(Settings::usual()).await;
        let messages = three(&stand);
        let mut held = stand.proxy.hold_before(marker);
        let (returned, ()) = tokio::join!(stand.deliver(&messages), async {
            held.reached().await;
            held.release(Then::Cut);
        });
        assert_eq!(returned, NOTHING, "cut at {marker}: {}", stand.log());
        assert_once(&stand).await;
    }
}

#[tokio::test]
async fn a_server_killed_in_the_copy_and_in_processing_loses_and_doubles_nothing() {
    for marker in ["PGCOPY", PROCESSING] {
        let mut stand = warm(Settings::usual().own_cluster(database::own_cluster().await)).await;
        let messages = three(&stand);
        let mut held = stand.proxy.hold_before(marker);
        let mut cluster = stand.take_cluster();
        let (returned, ()) = tokio::join!(stand.deliver(&messages), async {
            held.reached().await;
            cluster.crash();
            held.release(Then::Pass);
        });
        // A server process may outlive its postmaster for a moment, long enough to commit; in part it never can.
        assert!(returned.len() == 3 || returned.is_empty(), "{returned:?}");
        cluster.start_again().await.unwrap();
        stand.admin = cluster.connect(&stand.database).await.unwrap();
        assert_eq!(stand.deliver(&messages).await, NOTHING, "{}", stand.log());
        assert_once(&stand).await;
    }
}

#[tokio::test]
async fn a_server_restarted_between_invocations_is_not_even_noticed() {
    let mut stand = warm(Settings::usual().own_cluster(database::own_cluster().await)).await;
    let mut cluster = stand.take_cluster();
    cluster.stop();
    cluster.start_again().await.unwrap();
    stand.admin = cluster.connect(&stand.database).await.unwrap();
    assert_eq!(stand.deliver(&three(&stand)).await, NOTHING, "{}", stand.log());
    assert_once(&stand).await;
}

#[tokio::test]
async fn a_server_that_is_down_fails_the_batch_fast_and_says_so() {
    let mut stand = warm(Settings::usual().own_cluster(database::own_cluster().await)).await;
    let messages = three(&stand);
    let mut cluster = stand.take_cluster();
    cluster.stop();
    for _ in 0..3 {
        let began = Instant::now();
        let returned = stand.deliver(&messages).await;
        assert_eq!(returned, messages.iter().map(|message| message.id.clone()).collect::<Vec<_>>());
        assert!(began.elapsed() < TIMEOUT / 2, "the deadline was not waited for");
    }
    assert!(stand.log().contains("nothing of it was committed"), "{}", stand.log());
    cluster.start_again().await.unwrap();
    stand.admin = cluster.connect(&stand.database).await.unwrap();
    assert_eq!(stand.deliver(&messages).await, NOTHING);
    assert_once(&stand).await;
}

#[tokio::test]
async fn a_rotated_password_and_another_user_are_fetched_when_the_old_login_is_refused() {
    let stand = warm(Settings::usual()).await;
    let (role, twin) = (&stand.role, format!("{}_clone", stand.role));
    let rotate = format!(
        "ALTER ROLE {role} PASSWORD 'second';
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
    );
    stand.admin.batch_execute(&rotate).await.unwrap();
    stand.s3.set_secret(&database::secret(role, "second", stand.proxy.port, &stand.database));
    let messages = three(&stand);
    assert_eq!(stand.deliver(&messages[..1]).await, NOTHING, "{}", stand.log());
    assert_eq!(stand.s3.secret_reads(), 2);

    let alternate = format!(
        "CREATE ROLE {twin} LOGIN PASSWORD 'third' IN ROLE ingest_shipper; ALTER ROLE {role} NOLOGIN;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
    );
    stand.admin.batch_execute(&alternate).await.unwrap();
    stand.s3.set_secret(&database::secret(&twin, "third", stand.proxy.port, &stand.database));
    assert_eq!(stand.deliver(&messages[1..]).await, NOTHING, "{}", stand.log());
    assert_eq!(stand.s3.secret_reads(), 3);
    assert_once(&stand).await;
}

#[tokio::test]
async fn a_login_that_stays_refused_returns_the_batch_after_one_more_look_at_the_secret() {
    let stand = Stand::start().await;
    stand.s3.set_secret(&database::secret(&stand.role, "wrong", stand.proxy.port, &stand.database));
    let message = stand.put("input/0.json", file(0, 100));
    assert_eq!(stand.deliver(&[message.clone()]).await, [message.id]);
    assert_eq!(stand.s3.secret_reads(), 2);
    assert!(stand.log().contains("28P01"), "{}", stand.log());
}

#[tokio::test]
async fn a_connection_that_went_silent_between_invocations_is_replaced() {
    let stand = warm(Settings::usual().with("DATABASE_LIVENESS_TIMEOUT_MS", 500)).await;
    stand.proxy.freeze_connections();
    let began = Instant::now();
    assert_eq!(stand.deliver(&three(&stand)).await, NOTHING, "{}", stand.log());
    assert!(began.elapsed() < TIMEOUT / 2, "the deadline was not waited for");
    assert_eq!(stand.proxy.connections(), 2);
    assert_once(&stand).await;
}

#[tokio::test]
async fn a_copy_that_stalls_is_given_up_in_time_to_answer() {
    let stand = warm(Settings::usual()).await;
    let messages = three(&stand);
    let held = stand.proxy.hold_before("PGCOPY");
    let returned = stand.deliver_within(Duration::from_secs(12), &messages).await;
    assert_eq!(returned.len(), 3, "{}", stand.log());
    held.release(Then::Cut);
    assert_eq!(stand.deliver(&messages).await, NOTHING, "{}", stand.log());
    assert_once(&stand).await;
}

#[tokio::test]
async fn a_lock_held_by_another_is_waited_for_only_so_long() {
    let stand = warm(Settings::usual().with("LOCK_TIMEOUT_MS", 200)).await;
    let messages = three(&stand);
    let other = stand.cluster().connect(&stand.database).await.unwrap();
    other.batch_execute("BEGIN; LOCK TABLE landing.things IN ACCESS EXCLUSIVE MODE").await.unwrap();
    assert_eq!(stand.deliver(&messages).await.len(), 3, "a lock is a fault of the moment: {}", stand.log());
    assert_eq!(stand.number("SELECT count(*) FROM ingest.rejected_record").await, 0);
    other.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(stand.deliver(&messages).await, NOTHING);
    assert_once(&stand).await;
}

#[tokio::test]
async fn a_deadlock_is_tried_again_without_staging_anew() {
    let stand = warm(Settings::usual()).await;
    let once = "CREATE SEQUENCE public.tries;
        GRANT USAGE ON SEQUENCE public.tries TO ingest_loader;
        CREATE FUNCTION public.collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF nextval('public.tries') < 3 THEN RAISE EXCEPTION USING ERRCODE = '40P01', MESSAGE = 'deadlock'; END IF;
          RETURN NULL; END $$;
        CREATE TRIGGER collide BEFORE INSERT ON landing.things EXECUTE FUNCTION public.collide()";
    stand.admin.batch_execute(once).await.unwrap();
    let before = stand.s3.gets().len();
    assert_eq!(stand.deliver(&three(&stand)).await, NOTHING, "{}", stand.log());
    assert_eq!(stand.s3.gets().len() - before, 3, "no object is fetched twice");
    assert_once(&stand).await;
}

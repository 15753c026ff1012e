//! Behind PgBouncer: in transaction mode, where one server connection serves several shippers in turn;
//! in statement mode, where nothing can be loaded and that is said.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use local_stack::ports;
use local_stack::process::{Launch, Process};
use serde_json::json;
use tempfile::TempDir;

use super::stand::{PASSWORD_CANARY, Stand, binary, database};

struct Pooler {
    port: u16,
    process: Process,
    _folder: TempDir,
}

impl Pooler {
    /// One server connection for everyone: whatever a shipper leaves on it, the next one meets.
    async fn start(stand: &Stand, mode: &str) -> Self {
        let folder = local_stack::scratch::folder().unwrap();
        let port = ports::free().unwrap();
        let users = folder.path().join("users");
        fs::write(&users, format!("\"{}\" \"{PASSWORD_CANARY}\"\n", stand.role)).unwrap();
        let settings = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n{database} = host=127.0.0.1 port={server} dbname={database}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = plain\nauth_file = {users}\npool_mode = {mode}\ndefault_pool_size = 1\n",
            database = stand.database,
            server = stand.cluster().port(),
            users = users.display(),
        );
        fs::write(&settings, text).unwrap();
        for file in [&users, &settings] {
            fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        }
        let process = Launch::new("PgBouncer", "/usr/sbin/pgbouncer")
            .args([&settings])
            .user(stand.cluster().installation().user())
            .log(folder.path().join("pgbouncer.log"))
            .start()
            .unwrap();
        let mut pooler = Self { port, process, _folder: folder };
        pooler.wait_until_it_listens().await;
        pooler
    }

    async fn wait_until_it_listens(&mut self) {
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            self.process.require_running().unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn several_shippers_take_turns_on_one_pooled_connection() {
    let stand = Stand::start().await;
    let pooler = Pooler::start(&stand, "transaction").await;
    stand.s3.set_secret(&database::secret(&stand.role, PASSWORD_CANARY, pooler.port, &stand.database));
    for round in 0..5 {
        let batches: Vec<_> = (0..3)
            .map(|batch| {
                let id = round * 3 + batch;
                [stand.put(&format!("input/{id}.json"), json!({"id": id, "said": "x"}).to_string())]
            })
            .collect();
        let (one, two, three) =
            tokio::join!(stand.deliver(&batches[0]), stand.deliver(&batches[1]), stand.deliver(&batches[2]));
        assert_eq!((one.len(), two.len(), three.len()), (0, 0, 0), "{}", stand.log());
    }
    assert!(stand.function.cold_starts() >= 2, "more than one shipper took part");
    assert_eq!(stand.things().await.len(), 15);
    let left =
        "SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'shipper%' AND state LIKE 'idle in%'";
    assert_eq!(stand.number(left).await, 0);
}

#[tokio::test]
async fn in_statement_mode_check_and_the_log_say_what_to_set() {
    let stand = Stand::start().await;
    for (mode, is_well) in [("transaction", true), ("session", true), ("statement", false)] {
        let pooler = Pooler::start(&stand, mode).await;
        let url = format!(
            "postgresql://{}:{PASSWORD_CANARY}@127.0.0.1:{}/{}?sslmode=disable",
            stand.role, pooler.port, stand.database
        );
        let check = Command::new(binary("pg-ingest"))
            .env_clear()
            .env("DATABASE_URL", url)
            .arg("check")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&check.stdout).into_owned();
        assert_eq!(check.status.success(), is_well, "{mode}: {told}");
        assert_eq!(told.contains("pool_mode to transaction or session"), !is_well, "{mode}: {told}");
        if !is_well {
            stand.s3.set_secret(&database::secret(
                &stand.role,
                PASSWORD_CANARY,
                pooler.port,
                &stand.database,
            ));
            let message = stand.put("input/1.json", r#"{"id": 1, "said": "x"}"#);
            assert_eq!(stand.deliver(&[message.clone()]).await, [message.id]);
            assert!(stand.log().contains("pool_mode to transaction or session"), "{}", stand.log());
        }
    }
}

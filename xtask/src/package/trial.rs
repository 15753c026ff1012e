//! Whether a package of the extension works: installed by dpkg below a folder, used by a server there, and removed again.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use local_stack::postgres::{Cluster, Installation, Options};
use local_stack::scratch;

use super::{said, told};

/// Where packages lay their files, below a root.
const LIBRARIES: &str = "usr/lib/postgresql";
const SHARED: &str = "usr/share/postgresql";
/// What dpkg keeps.
const RECORDS: &str = "var/lib/dpkg";

/// One file, staged and processed in one transaction as the shipper does.
const LOAD: &str = "BEGIN;
    SELECT pg_catalog.set_config('ingest.hold_bodies', CASE public.ingest_engine() WHEN 'native' THEN 'on' ELSE 'off' END, true);
    INSERT INTO ingest.staging (batch_id, key, body) VALUES (md5('KEY')::uuid, 'KEY', '[{\"id\": 1}, {\"id\": \"x\"}]');
    SELECT * FROM public.ingest_process_staging(md5('KEY')::uuid);
    COMMIT";

/// Installs the package for a copy of that PostgreSQL, has it load a file, and removes it.
///
/// # Errors
/// When one of these fails, or a file of the package stays.
pub(super) async fn run(deb: &Path, installation: &Installation, major: u32) -> Result<()> {
    let root = scratch::folder()?;
    let whole = root.path().join("whole");
    link_libraries(installation, &whole)?;
    let installation = installation.copied_into(&whole.join("package/copy"))?;
    let dpkg = Dpkg::below(root.path(), &installation, major)?;
    dpkg.run(&["--install", &deb.display().to_string()])?;
    let options = Options { installation: Some(installation), passing: true, ..Options::default() };
    let cluster = Cluster::start(options).await?;
    cluster.create_database("tried").await?;
    let client = cluster.connect("tried").await?;
    client.batch_execute("CREATE EXTENSION pg_ingest").await.context("CREATE EXTENSION failed")?;
    client
        .batch_execute(
            "CREATE TABLE t (id int PRIMARY KEY, _source_time timestamptz);
             SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't');
             SELECT public.ingest_use_engine('auto')",
        )
        .await?;
    drop(client);
    require_load(&cluster, "before.json", "native").await?;
    let name = said("dpkg-deb", &["--field", &deb.display().to_string(), "Package"])?;
    dpkg.run(&["--purge", &name])?;
    let left = dpkg.files()?;
    ensure!(left.is_empty(), "removed, it left {left:?}");
    require_load(&cluster, "after.json", "sql").await
}

/// A wheel's programs look for its libraries beside the package in which they are, three folders up.
fn link_libraries(installation: &Installation, whole: &Path) -> Result<()> {
    fs::create_dir_all(whole).with_context(|| format!("{} cannot be made", whole.display()))?;
    let programs = installation.program("postgres");
    let Some(beside) = programs.ancestors().nth(4) else { return Ok(()) };
    for entry in fs::read_dir(beside).with_context(|| format!("{} cannot be read", beside.display()))? {
        let path = entry?.path();
        if let (Some("libs"), Some(name)) = (path.extension().and_then(|end| end.to_str()), path.file_name())
        {
            symlink(&path, whole.join(name))
                .with_context(|| format!("{} cannot be linked", path.display()))?;
        }
    }
    Ok(())
}

/// Loads a file in a session of its own, whose library is read anew.
async fn require_load(cluster: &Cluster, key: &str, engine: &str) -> Result<()> {
    let client = cluster.connect("tried").await?;
    client.batch_execute(&LOAD.replace("KEY", key)).await.context("the file was not loaded")?;
    let sql = "SELECT b.engine, f.status, (SELECT count(*) FROM t) FROM ingest.batch AS b, ingest.file AS f
               WHERE b.batch_id = md5($1)::uuid AND f.key = $1";
    let row = client.query_one(sql, &[&key]).await?;
    let (by, status, rows): (String, String, i64) = (row.get(0), row.get(1), row.get(2));
    ensure!(
        by == engine && status == "partially_loaded" && rows == 1,
        "{key} was {status} by {by}, with {rows} rows; expected partially_loaded by {engine}, with 1"
    );
    Ok(())
}

/// dpkg with a root and records of its own.
struct Dpkg {
    root: PathBuf,
    /// Where the package's files get.
    folders: [PathBuf; 2],
}

impl Dpkg {
    /// Its folders for PostgreSQL are those of a copy, so that a server finds what it installs.
    fn below(root: &Path, installation: &Installation, major: u32) -> Result<Self> {
        let asked =
            |what: &str| said(&installation.pg_config().display().to_string(), &[what]).map(PathBuf::from);
        let folders = [asked("--pkglibdir")?, asked("--sharedir")?.join("extension")];
        let major = major.to_string();
        let places = [(LIBRARIES, "lib", &folders[0]), (SHARED, "extension", &folders[1])];
        for (parent, name, folder) in places {
            let parent = root.join(parent).join(&major);
            fs::create_dir_all(&parent)
                .and_then(|()| symlink(folder, parent.join(name)))
                .with_context(|| format!("{} cannot be made a place of packages", parent.display()))?;
        }
        let records = root.join(RECORDS);
        for folder in ["info", "updates", "triggers"] {
            fs::create_dir_all(records.join(folder))
                .with_context(|| format!("{} cannot be made", records.display()))?;
        }
        fs::write(records.join("status"), "").context("dpkg's records cannot be begun")?;
        Ok(Self { root: root.to_path_buf(), folders })
    }

    fn run(&self, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new("dpkg");
        // What the package depends on is the machine's, which these records do not know.
        command.arg(format!("--root={}", self.root.display())).arg("--force-depends").arg("--force-not-root");
        command.args(arguments);
        told(command).map(drop)
    }

    /// Files of the extension that are there.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for folder in &self.folders {
            for entry in
                fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?
            {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if name.starts_with("pg_ingest.") || name.starts_with("pg_ingest--") {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }
}

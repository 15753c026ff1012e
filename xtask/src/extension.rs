//! Builds the extension `pg_ingest` and installs it into this checkout's PostgreSQL.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use local_stack::postgres::Installation;
use local_stack::process::Launch;
use local_stack::repository;

/// Builds it with optimisation and installs it; quick when nothing changed. Servers that run meanwhile keep what they have.
///
/// # Errors
/// When it does not build, or the installation's folders may not be written to.
pub(crate) async fn install(installation: &Installation) -> Result<()> {
    // Apart from the other packages' builds: pgrx sets flags of its own, and sharing would rebuild both each time.
    let target = repository().join("target/pgrx");
    fs::create_dir_all(&target).with_context(|| format!("{} cannot be made", target.display()))?;
    // Those who install at the same time take turns; each would take away what the other is copying.
    let lock = File::create(target.join("install.lock")).context("the extension's lock cannot be made")?;
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
        .await?
        .context("the extension's lock cannot be taken")?;
    let package = target.join("package");
    if package.exists() {
        fs::remove_dir_all(&package).with_context(|| format!("{} cannot be removed", package.display()))?;
    }
    Launch::new("cargo pgrx package", "cargo")
        .args(["pgrx", "package", "--pg-config"])
        .args([installation.pg_config()])
        .args(["--out-dir".as_ref(), package.as_os_str()])
        .folder(repository().join("pg_ingest"))
        .env("CARGO_TARGET_DIR", &target)
        // The headers too are this PostgreSQL's, not those that pgrx has on record.
        .env("PGRX_PG_CONFIG_PATH", installation.pg_config())
        .log(repository().join(".work/extension.log"))
        .run()
        .await
        .context("the extension pg_ingest could not be built")?;
    let outcome = put_in_place(&package, Path::new("/"));
    drop(lock);
    outcome
}

/// Puts each file of a package, which lies there under its whole path, where it belongs.
///
/// By renaming: a server that starts a session meanwhile finds the old file or the new one, never none and never half.
fn put_in_place(package: &Path, root: &Path) -> Result<()> {
    for file in files(package)? {
        let place = root.join(file.strip_prefix(package)?);
        let failed = || format!("{} cannot be put in place as {}", file.display(), place.display());
        let content = fs::read(&file).with_context(failed)?;
        if fs::read(&place).is_ok_and(|present| present == content) {
            continue;
        }
        let mut fresh = place.clone().into_os_string();
        fresh.push(".new");
        fs::copy(&file, &fresh).and_then(|_| fs::rename(&fresh, &place)).with_context(failed)?;
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("{} cannot be read", folder.display()))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn only_what_differs_is_replaced_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let (package, root) = (folder.path().join("package"), folder.path().join("root"));
        for (name, old, new) in [("same.sql", "1", "1"), ("lib.so", "old", "new")] {
            for (parent, content) in [(&package, new), (&root, old)] {
                let file = parent.join("usr/lib").join(name);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, content).unwrap();
            }
        }
        let at = |name: &str| root.join("usr/lib").join(name);
        let of = |name: &str| fs::metadata(at(name)).unwrap().ino();
        let mapped = File::open(at("lib.so")).unwrap();
        let before = (of("same.sql"), of("lib.so"));
        put_in_place(&package, &root).unwrap();
        assert_eq!(fs::read_to_string(at("lib.so")).unwrap(), "new");
        assert_eq!(std::io::read_to_string(mapped).unwrap(), "old");
        assert_eq!(of("same.sql"), before.0);
        assert_ne!(of("lib.so"), before.1);
    }
}

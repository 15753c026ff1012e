//! Debian packages.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use local_stack::process::Launch;

use super::{Need, logged};

/// Keeps Debian's package from making and starting a cluster of the machine's own.
const NO_MACHINE_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/pg_ingest.conf";
/// Debian asks this program whether a service may be started; 101 says no.
const SERVICE_POLICY: &str = "/usr/sbin/policy-rc.d";

/// A package and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Package {
    name: &'static str,
    purpose: &'static str,
    need: Need,
}

const PACKAGES: [Package; 16] = [
    Package { name: "postgresql-15", purpose: "the database", need: Need::Postgres },
    Package { name: "openssl", purpose: "certificates for TLS to the local database", need: Need::Postgres },
    Package {
        name: "build-essential",
        purpose: "the linker and C compiler that Rust uses",
        need: Need::Postgres,
    },
    Package { name: "postgresql-server-dev-15", purpose: "headers for the extension", need: Need::Extension },
    Package {
        name: "pkg-config",
        purpose: "finding libraries while building the extension",
        need: Need::Extension,
    },
    Package { name: "clang", purpose: "reading PostgreSQL's headers", need: Need::Extension },
    Package { name: "libclang-14-dev", purpose: "reading PostgreSQL's headers", need: Need::Extension },
    Package {
        name: "sudo",
        purpose: "running the extension's tests as another user than root",
        need: Need::Extension,
    },
    Package {
        name: "postgresql-15-postgis-3",
        purpose: "types of extensions in the checks",
        need: Need::Checks,
    },
    Package {
        name: "postgresql-15-semver",
        purpose: "types of extensions in the checks",
        need: Need::Checks,
    },
    Package { name: "postgresql-15-ip4r", purpose: "types of extensions in the checks", need: Need::Checks },
    Package { name: "postgresql-15-hll", purpose: "types of extensions in the checks", need: Need::Checks },
    Package {
        name: "postgresql-15-partman",
        purpose: "partitions that it keeps, in the checks",
        need: Need::Checks,
    },
    Package {
        name: "postgresql-15-pgaudit",
        purpose: "a server that audits, in the checks",
        need: Need::Checks,
    },
    Package { name: "pgbouncer", purpose: "testing the shipper through a pooler", need: Need::Checks },
    Package { name: "chromium", purpose: "looking at the dashboard in the checks", need: Need::Checks },
];

/// The packages that are not installed.
pub(super) fn missing(needs: &[Need]) -> Result<Vec<Package>> {
    let wanted: Vec<Package> = PACKAGES.into_iter().filter(|package| needs.contains(&package.need)).collect();
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"])
        .args(wanted.iter().map(|package| package.name))
        .output()
        .context("dpkg-query cannot be run: this needs Debian 12, or the packages named in the README put in by hand")?;
    let known = String::from_utf8_lossy(&output.stdout).into_owned();
    let installed = |name: &str| known.lines().any(|line| line == format!("{name} installed"));
    Ok(wanted.into_iter().filter(|package| !installed(package.name)).collect())
}

pub(super) fn why(packages: &[Package]) -> String {
    let told: Vec<String> =
        packages.iter().map(|package| format!("{} ({})", package.name, package.purpose)).collect();
    format!("Debian packages: {}", told.join(", "))
}

pub(super) async fn install(packages: &[Package]) -> Result<()> {
    let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
    let command = format!("apt-get install -y --no-install-recommends {}", names.join(" "));
    ensure!(
        rustix::process::geteuid().is_root(),
        "installing packages takes root; run `sudo {command}` and then this command again"
    );
    let _policy = ServicePolicy::put()?;
    apt(&["update"]).run().await.context("the package lists cannot be updated")?;
    let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
    apt(&arguments).run().await.with_context(|| format!("`{command}` failed"))
}

fn apt(arguments: &[&str]) -> Launch {
    logged("apt-get", "apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive")
}

/// While it lives, packages that bring a service do not start it; what was there before is left alone.
struct ServicePolicy {
    made: bool,
}

impl ServicePolicy {
    fn put() -> Result<Self> {
        if let Some(folder) = Path::new(NO_MACHINE_CLUSTER).parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        std::fs::write(NO_MACHINE_CLUSTER, "create_main_cluster = false\n")
            .with_context(|| format!("{NO_MACHINE_CLUSTER} cannot be written"))?;
        if Path::new(SERVICE_POLICY).exists() {
            return Ok(Self { made: false });
        }
        std::fs::write(SERVICE_POLICY, "#!/bin/sh\nexit 101\n")
            .and_then(|()| {
                let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
                std::fs::set_permissions(SERVICE_POLICY, mode)
            })
            .with_context(|| format!("{SERVICE_POLICY} cannot be written"))?;
        Ok(Self { made: true })
    }
}

impl Drop for ServicePolicy {
    fn drop(&mut self) {
        if self.made {
            let _ = std::fs::remove_file(SERVICE_POLICY);
        }
    }
}

//! What a process has used, as the kernel counts it.

use anyhow::{Context, Result};

/// Milliseconds that a process has run on a CPU since it started.
///
/// # Errors
/// When it is gone, or the kernel keeps no such count.
pub(crate) fn cpu_ms(process: u32) -> Result<f64> {
    let mut nanoseconds = 0;
    let threads = format!("/proc/{process}/task");
    for thread in std::fs::read_dir(&threads).with_context(|| format!("{threads} cannot be read"))? {
        let path = thread?.path().join("schedstat");
        // A thread may end between the listing and the reading; its time is then missing, as it is from the listing.
        if let Ok(text) = std::fs::read_to_string(&path) {
            nanoseconds += parse(&text).with_context(|| format!("{} reads {text:?}", path.display()))?;
        }
    }
    Ok(nanoseconds as f64 / 1e6)
}

/// The most memory that a process ever had resident, in bytes.
///
/// # Errors
/// When it is gone.
pub(crate) fn peak_memory_bytes(process: u32) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    kilobytes
        .map(|kilobytes: u64| kilobytes * 1024)
        .with_context(|| format!("{path} has no line VmHWM in kB"))
}

fn parse(schedstat: &str) -> Option<u64> {
    schedstat.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_time() {
        let before = cpu_ms(std::process::id()).unwrap();
        let sum: u64 = std::hint::black_box((0..20_000_000_u64).map(std::hint::black_box).sum());
        assert!(sum > 0 && cpu_ms(std::process::id()).unwrap() > before);
    }

    #[test]
    fn memory_that_was_used_is_remembered() {
        let before = peak_memory_bytes(std::process::id()).unwrap();
        drop(std::hint::black_box(vec![1_u8; 64 << 20]));
        assert!(peak_memory_bytes(std::process::id()).unwrap() >= before.max(64 << 20));
    }

    #[test]
    fn the_first_number_is_the_time_run() {
        assert_eq!(parse("120 33 4\n"), Some(120));
    }
}

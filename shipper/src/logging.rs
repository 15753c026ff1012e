//! Log lines: JSON on standard output, as CloudWatch Logs reads them.

use tracing_subscriber::EnvFilter;

/// Starts logging as JSON. Libraries stay at `warn`: at finer levels they log what they carry.
pub fn start_json(level: &str) {
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(true)
        .with_current_span(false)
        .with_env_filter(filter(level))
        .with_writer(std::io::stdout)
        .try_init();
    debug_assert!(started.is_ok(), "logging is started once");
}

/// Starts logging for a person at a terminal.
pub fn start_plain(level: &str) {
    let started = tracing_subscriber::fmt()
        .compact()
        .with_env_filter(filter(level))
        .with_writer(std::io::stderr)
        .try_init();
    debug_assert!(started.is_ok(), "logging is started once");
}

fn filter(level: &str) -> EnvFilter {
    EnvFilter::new(format!("warn,shipper={level}"))
}

//! Log lines: JSON on standard output, as CloudWatch Logs reads them.

use tracing_subscriber::EnvFilter;

/// Starts logging as JSON. Libraries stay at `warn`: at finer levels they log what they carry.
pub fn start_json(level: &str) {
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(true)
        .with_current_span(false)
        .with_env_filter(EnvFilter::new(format!("warn,shipper={level}")))
        .with_writer(std::io::stdout)
        .try_init();
    debug_assert!(started.is_ok(), "logging is started once");
}

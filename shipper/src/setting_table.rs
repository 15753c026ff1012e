//! The settings' names, defaults and meanings: one table, from which defaults are read and `--help` is printed.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Environment variable.
    pub name: &'static str,
    /// Its default as text; empty when absence itself is the default.
    pub default: &'static str,
    /// What absence means, where there is no default to print.
    pub absent: &'static str,
    /// What it does, with its unit.
    pub meaning: &'static str,
}

const fn with_default(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, absent: "", meaning }
}

const fn optional(name: &'static str, absent: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default: "", absent, meaning }
}

/// Every setting, in the order in which `--help` explains them. `README.md` holds the same table.
pub const SETTINGS: &[Setting] = &[
    optional(
        "DATABASE_SECRET_ARN",
        "none",
        "Secrets Manager secret (ARN or name) in RDS' shape: JSON with username, password and, unless set below, host, port, dbname. This or DATABASE_URL is required.",
    ),
    optional(
        "DATABASE_URL",
        "none",
        "postgresql://user:password@host:port/dbname?sslmode=…&sslrootcert=…; for use outside Lambda.",
    ),
    optional(
        "DATABASE_HOST",
        "the secret's",
        "Host, over the secret's or the URL's (a secret managed by RDS holds no host). Endpoints of RDS Proxy and of Aurora DSQL are refused.",
    ),
    optional("DATABASE_PORT", "the secret's, else 5432", "Port."),
    optional("DATABASE_NAME", "the secret's", "Database."),
    optional("DATABASE_USER", "the secret's", "User; required with DATABASE_AUTH=iam and no secret."),
    with_default(
        "DATABASE_AUTH",
        "password",
        "password or iam (a token signed for each connection; needs AWS_REGION and TLS).",
    ),
    with_default(
        "DATABASE_SSLMODE",
        "verify-full",
        "disable, prefer, require, verify-ca or verify-full, with libpq's meaning.",
    ),
    optional(
        "DATABASE_CA_BUNDLE",
        "rds-ca-bundle.pem beside the binary",
        "PEM file of trusted certificate authorities.",
    ),
    with_default(
        "DATABASE_CONNECT_TIMEOUT_MS",
        "5000",
        "Time for one connection attempt, TLS and login included.",
    ),
    with_default(
        "DATABASE_LIVENESS_TIMEOUT_MS",
        "2000",
        "Time in which a kept connection must answer before it is replaced.",
    ),
    with_default(
        "STATEMENT_TIMEOUT_MS",
        "45000",
        "PostgreSQL's statement_timeout, in every transaction; never beyond what is left of the deadline.",
    ),
    with_default("LOCK_TIMEOUT_MS", "10000", "PostgreSQL's lock_timeout."),
    with_default(
        "IDLE_IN_TRANSACTION_TIMEOUT_MS",
        "20000",
        "PostgreSQL's idle_in_transaction_session_timeout: frees the locks of a shipper that was frozen.",
    ),
    optional(
        "ALLOWED_BUCKETS",
        "every bucket",
        "Comma-separated buckets that may be read; a message naming another is kept in ingest.rejected_message.",
    ),
    optional("EXPECTED_BUCKET_OWNER", "not checked", "The 12-digit account that must own the bucket."),
    with_default(
        "S3_PATH_STYLE",
        "auto",
        "true, false or auto: path-style addresses exactly when an endpoint of one's own is set.",
    ),
    with_default(
        "MAX_OBJECT_BYTES",
        "67108864",
        "Larger objects (also after unpacking) become too_large in the ledger and are not fetched. At most 1000000000.",
    ),
    with_default("MAX_INFLIGHT_OBJECTS", "32", "Objects fetched at the same time."),
    with_default("MAX_INFLIGHT_BYTES", "67108864", "Bytes of bodies held in memory at the same time."),
    with_default(
        "STREAM_ABOVE_BYTES",
        "4194304",
        "Larger objects are not held at all: they stream, one at a time, each into a COPY of its own.",
    ),
    with_default(
        "MAX_BATCH_BYTES",
        "268435456",
        "Bytes of bodies, inflated, after which a transaction takes no more; the rest goes into the next.",
    ),
    with_default("OBJECT_TIMEOUT_MS", "20000", "Time for one attempt at an object that is held in memory."),
    with_default(
        "OBJECT_STALL_TIMEOUT_MS",
        "5000",
        "Time within which the next bytes of a body must arrive before the read is resumed elsewhere.",
    ),
    with_default(
        "OBJECT_ATTEMPTS",
        "5",
        "Attempts at one object (first and resumed reads together) before its message is returned.",
    ),
    with_default(
        "DATABASE_ATTEMPTS",
        "4",
        "Attempts at one batch's transaction before its messages are returned.",
    ),
    with_default(
        "DEADLINE_RESERVE_MS",
        "10000",
        "Nothing new is begun in this last part of the invocation: it belongs to processing and COMMIT.",
    ),
    with_default(
        "LOG_LEVEL",
        "info",
        "error, warn, info, debug or trace, for the shipper itself; libraries stay at warn, since at finer levels they log what they carry.",
    ),
    with_default(
        "AFTER_LOAD",
        "none",
        "none, or tag: the version of an object that was loaded gets the tag pg_ingest with its status in the ledger. Needs a bucket that keeps versions, and two rights.",
    ),
    with_default(
        "METRICS_NAMESPACE",
        "pg_ingest",
        "CloudWatch namespace of the metrics; empty turns them off.",
    ),
    with_default(
        "METRICS",
        "faults",
        "faults or all: which numbers CloudWatch makes metrics of. It bills a metric for each hour in which it is sent.",
    ),
];

//! What `pg-ingest infer` is asked for.

use std::path::PathBuf;

/// What was asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files, directories, or one s3://BUCKET/PREFIX; - reads names from standard input
    #[arg(value_name = "SAMPLE", required_unless_present = "quarantine")]
    pub(super) samples: Vec<PathBuf>,
    /// Looks at files that came before their dataset was registered, whose keys begin so; an empty one takes all
    #[arg(long, value_name = "PREFIX", conflicts_with_all = ["samples", "prefix", "key_prefix"])]
    pub(super) quarantine: Option<String>,
    /// Name of the table, such as landing.orders (default: that of the folder)
    #[arg(long, value_name = "TABLE")]
    pub(super) target: Option<String>,
    /// Prefix of the dataset (default: the folder that all samples stand in)
    #[arg(long, value_name = "PREFIX")]
    pub(super) prefix: Option<String>,
    /// Stands before each file's path in its key, such as input/orders/
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    pub(super) key_prefix: String,
    /// Looks at so many samples, the first by their names
    #[arg(long, value_name = "NUMBER", default_value = "1000")]
    pub(super) at_most: usize,
}

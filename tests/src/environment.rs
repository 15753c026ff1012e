//! Numbers that whoever runs a test may give: `SEED=7 cargo test …`.

use std::str::FromStr;

use anyhow::{Context, Result};

/// The number that a variable gives, where it is set.
///
/// # Errors
/// When it is no such number; the text has both.
pub fn given<T: FromStr>(variable: &str) -> Result<Option<T>>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().with_context(|| format!("{variable}={text} is no number")))
        .transpose()
}

/// The same, or another number where it is not set.
///
/// # Errors
/// As for [`given`].
pub fn number<T: FromStr>(variable: &str, otherwise: T) -> Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    Ok(given(variable)?.unwrap_or(otherwise))
}

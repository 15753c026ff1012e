//! What it costs that the contract follows the data: to propose it from samples, to fill a column that came since, and to
//! be ready for new members.

mod fill;
mod infer;

use anyhow::Result;

use crate::arguments::Options;
use crate::content::{self, Evolution};
use crate::server::Server;

pub(crate) use fill::Fill;
pub(crate) use infer::Inference;

/// What was found out of each.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) fill: Fill,
    pub(crate) inferences: Vec<Inference>,
    pub(crate) evolutions: Vec<Evolution>,
}

/// Measures them.
pub(crate) async fn measure(server: &Server, options: &Options) -> Result<Contract> {
    Ok(Contract {
        fill: fill::measure(server, options).await?,
        inferences: infer::measure(server, options).await?,
        evolutions: content::measure_evolution(server, &options.contenders, options.repeat).await?,
    })
}

//! Where objects are named: by the bucket itself, or by an inventory of it.

use anyhow::Result;
use aws_config::SdkConfig;
use shipper::timestamp::Timestamp;

use crate::Session;
use crate::inventory::Inventory;
use crate::listed::Listed;
use crate::listing::Listing;
use crate::location::Location;

/// Pages of objects, from the first on.
pub(crate) enum Source {
    Bucket(Box<Listing>),
    Inventory(Box<Inventory>),
}

impl Source {
    /// The bucket, or the inventory whose manifest is named.
    ///
    /// # Errors
    /// The manifest cannot be read, or is of another bucket or form.
    pub(crate) async fn begin(
        session: &Session,
        aws: &SdkConfig,
        location: &Location,
        manifest: Option<&str>,
    ) -> Result<Self> {
        let settings = &session.settings.objects;
        Ok(match manifest {
            None => Self::Bucket(Box::new(Listing::begin(aws, settings, location))),
            Some(manifest) => {
                Self::Inventory(Box::new(Inventory::open(aws, settings, location, manifest).await?))
            }
        })
    }

    /// The next page; `None` behind the last.
    ///
    /// # Errors
    /// Why it cannot be had, and what to do.
    pub(crate) async fn page(&mut self) -> Result<Option<Vec<Listed>>> {
        match self {
            Self::Bucket(listing) => listing.page().await,
            Self::Inventory(inventory) => inventory.page().await,
        }
    }

    /// From the first page on once more.
    pub(crate) fn again(&mut self) {
        match self {
            Self::Bucket(listing) => listing.again(),
            Self::Inventory(inventory) => inventory.again(),
        }
    }

    /// What came later is not in it; `None` where it shows the bucket as it is.
    pub(crate) fn as_of(&self) -> Option<Timestamp> {
        match self {
            Self::Bucket(_) => None,
            Self::Inventory(inventory) => inventory.as_of(),
        }
    }
}

//! AWS, emulated: its services' real APIs over plain HTTP, deployed to by CloudFormation from the product's template.

mod client;
mod deployment;
mod emulator;
mod queue;
mod storage;

pub use client::{ACCOUNT, Aws, REGION};
pub use deployment::Deployment;
pub use emulator::Emulator;
pub use queue::{Depth, Message};

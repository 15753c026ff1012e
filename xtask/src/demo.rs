//! `cargo xtask demo`: the whole system at work on sample files, and an account of what became of each.

mod account;
mod loading;
mod plan;
mod progress;
mod summary;
mod warehouse;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use local_stack::postgres::{Installation, Sizing};
use local_stack::process::Launch;
use local_stack::repository;
use local_stack::stack::{Stack, StackOptions};

use crate::arguments::{Demo, Engine};
use crate::db::use_engine;
use crate::setup::{self, Need};
use crate::{binaries, extension};
use plan::Plan;
use progress::Step;

/// The sample datasets, registered as a user would.
const DATASETS: &str = r#"
SELECT public.ingest_register_dataset(name => 'orders', prefix => 'input/orders/', target => 'landing.orders',
  version_column => 'updated_at', delete_when => $$record ->> 'op' = 'delete'$$,
  columns => '{"ship_city": "$.shipping.city", "ship_country": "$.shipping.country", "ship_postcode": "$.shipping.postcode"}');
SELECT public.ingest_register_dataset(name => 'order_items', parent => 'orders', records_path => '$.items[*]',
  target => 'landing.order_items', columns => '{"line_no": "position:"}');
SELECT public.ingest_register_dataset(name => 'customers', prefix => 'input/customers/', target => 'landing.customers',
  version_column => 'updated_at');
SELECT public.ingest_register_dataset(name => 'payments', prefix => 'input/payments/', target => 'landing.payments',
  version_column => 'at', record_filter => $$record ->> 'kind' = 'payment'$$, on_unknown => 'ignore');
SELECT public.ingest_register_dataset(name => 'refunds', prefix => 'input/payments/', target => 'landing.refunds', share_prefix => true,
  version_column => 'at', record_filter => $$record ->> 'kind' = 'refund'$$, on_unknown => 'ignore');
"#;

/// Runs the demo; a non-zero exit when something was lost, doubled, or cannot be explained.
pub(crate) async fn run(options: Demo) -> Result<ExitCode> {
    setup::ensure(needs(options.engine)).await?;
    println!(
        "pg_ingest: {} sample files from S3 to the marts, {} engine\n",
        options.files,
        options.engine.name()
    );
    build(options.engine).await?;
    let plan = Arc::new(Plan::of(options.files));
    let mut stack = start(options.engine).await?;

    let step = Step::begin("files loaded: uploaded, notified, batched, shipped, processed");
    let observed = loading::load(&mut stack, &plan).await?;
    step.end();

    let step = Step::begin("dbt build: models and their tests");
    warehouse::build(&stack).await?;
    step.end();

    let account = account::take(&stack, &plan, &observed).await?;
    println!("{}", summary::text(&account));
    let unexplained = account.unexplained();
    for problem in &unexplained {
        eprintln!("error: {problem}");
    }
    if options.keep {
        // It was stopped for the account; whatever is uploaded from here on is loaded as ever.
        stack.start_mapping();
        let window = stack.mapping_settings().window;
        println!("{}", summary::look_around(&stack, window)?);
        // Until Ctrl-C, which drops this future and with it the stack.
        std::future::pending::<()>().await;
    }
    println!("{}", summary::NEXT);
    Ok(if unexplained.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn needs(engine: Engine) -> &'static [Need] {
    match engine {
        Engine::Sql => &[Need::Postgres, Need::Emulator, Need::Dbt],
        Engine::Native => &[Need::Postgres, Need::Emulator, Need::Dbt, Need::Extension],
    }
}

async fn build(engine: Engine) -> Result<()> {
    let step = Step::begin("the shipper, built");
    Launch::new("cargo build", "cargo")
        .args(["build", "--quiet", "--bin", "shipper"])
        .folder(repository())
        .log(repository().join(".work/build.log"))
        .run()
        .await
        .context("the shipper does not build")?;
    step.end();
    if engine == Engine::Native {
        let step = Step::begin("the extension, built and installed");
        extension::install(&Installation::find()?).await?;
        step.end();
    }
    Ok(())
}

async fn start(engine: Engine) -> Result<Stack> {
    let step = Step::begin("PostgreSQL, migrated; S3, SQS and Lambda, deployed from infra/ingest.yaml");
    let mut options = StackOptions::new(binaries::debug("shipper"));
    options.sizing = Sizing::LikeRds;
    options.passing = false;
    // So that the same bytes once more are a duplicate, and not one more version.
    options.parameters.push(("Versioning".to_owned(), "Suspended".to_owned()));
    // More batches at once than that would only wait for each other on a small machine.
    options.parameters.push(("MaximumConcurrency".to_owned(), "2".to_owned()));
    let stack = Stack::start(options).await?;
    use_engine(&stack.url(), engine).await?;
    let client = stack.connect().await?;
    client.batch_execute(DATASETS).await.context("the sample datasets cannot be registered")?;
    step.end();
    Ok(stack)
}

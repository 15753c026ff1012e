//! Pure: the account in words.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;
use local_stack::environment::Environment;
use local_stack::stack::{BUCKET, Stack};

use super::account::Account;

/// The whole summary.
pub(super) fn text(account: &Account) -> String {
    let mut text = String::new();
    files(&mut text, account);
    rows(&mut text, account);
    speed(&mut text, account);
    revenue(&mut text, account);
    text
}

/// What to do where the stack is gone.
pub(super) const NEXT: &str = "\
Next: cargo xtask demo --keep to look around in it and at its page, cargo xtask test to prove it, README.md to load your own table.
";

/// One line of a column of numbers. Writing to a String cannot fail.
fn line(text: &mut String, number: impl std::fmt::Display, meaning: &str) {
    let _ = writeln!(text, "{number:>12}  {meaning}");
}

fn files(text: &mut String, account: &Account) {
    let (ledger, expected) = (&account.ledger, &account.expected);
    text.push_str("\nWhat became of the files\n");
    line(text, account.uploaded, "uploaded");
    line(
        text,
        expected.filtered_out,
        "filtered out by the bucket's notification: no suffix that it takes, or not under input/",
    );
    line(text, ledger.loaded, "loaded");
    line(text, ledger.partially_loaded, "loaded in part: their bad records are in quarantine");
    line(text, ledger.failed, "failed: kept whole in quarantine");
    line(
        text,
        ledger.duplicates,
        "duplicates: what was there already, by an upload repeated or an event overtaken",
    );
    line(text, ledger.missing, "missing: deleted before they could be read");
    let total = expected.filtered_out + ledger.events();
    let verdict = if account.unexplained().is_empty() { "nothing unexplained" } else { "DOES NOT ADD UP" };
    line(text, format!("= {total}"), verdict);
    let _ = writeln!(
        text,
        "              events processed: {}; left in the queue: {}; in the dead-letter queue: {}",
        ledger.events(),
        account.queue.waiting + account.queue.in_flight,
        account.dead_letters.waiting + account.dead_letters.in_flight
    );
}

fn rows(text: &mut String, account: &Account) {
    let ledger = &account.ledger;
    text.push_str("\nWhat became of the records\n");
    line(text, grouped(ledger.records), "read; those of a file with two kinds once for each of its datasets");
    line(text, grouped(ledger.rows_loaded), "loaded");
    line(text, grouped(ledger.rows_rejected), "rejected, each kept with its reason:");
    for (code, column, count) in &account.rejects {
        let _ = writeln!(text, "              {count:>5}  {code}  {column}");
    }
    line(text, grouped(ledger.rows_stale), "stale: older than the row that was there already");
    line(text, grouped(ledger.rows_filtered), "filtered: a payment is no refund, and the other way round");
    line(text, grouped(ledger.rows_deleted), "deletes: the order is gone, and its items with it");
    line(
        text,
        grouped(account.expected.rows_replaced),
        "of those loaded have replaced a former version, and its items",
    );
    for (table, rows) in &account.tables {
        line(text, grouped(u64::try_from(*rows).unwrap_or_default()), &format!("rows in {table}"));
    }
    line(
        text,
        grouped(account.items.rows),
        "rows in landing.order_items: the items that stand in these orders",
    );
}

fn speed(text: &mut String, account: &Account) {
    let (batches, seconds) = (&account.batches, account.took.as_secs_f64());
    let events = f64::from(u32::try_from(account.ledger.events()).unwrap_or(u32::MAX));
    text.push_str("\nHow fast\n");
    line(text, format!("{seconds:.1} s"), "from the first upload to the last file's rows");
    line(
        text,
        format!("{:.0}", events / seconds.max(0.001)),
        "files a second, with the emulator, the shippers and the database on one machine",
    );
    if let Some(lag) = &account.lag {
        let told = format!("{:.1} s", lag.p50.as_secs_f64());
        line(text, told, &format!("from upload to visible rows, median; p99 {:.1} s", lag.p99.as_secs_f64()));
    }
    line(
        text,
        account.invocations,
        &format!(
            "invocations on {} instances, {} database connections, up to {} files each",
            account.instances, account.connections, batches.largest
        ),
    );
    let told = format!("{:.2} ms", batches.milliseconds / events.max(1.0));
    line(
        text,
        told,
        &format!(
            "a file in the database's own part ({} engine, {} batches, {:.1} MB)",
            batches.engine, batches.count, batches.megabytes
        ),
    );
}

fn revenue(text: &mut String, account: &Account) {
    text.push_str("\nThe mart daily_revenue, its last rows\n");
    let _ = writeln!(text, "  {:<12}{:<10}{:>8}{:>18}", "date", "currency", "orders", "net revenue");
    for [date, currency, orders, revenue] in &account.revenue {
        let _ = writeln!(text, "  {date:<12}{currency:<10}{orders:>8}{revenue:>18}");
    }
}

/// How to look around in a stack that was kept.
pub(super) fn look_around(stack: &Stack, window: Duration) -> Result<String> {
    let aws = Environment::stack()?.programs().join("aws").display().to_string();
    let credentials = "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1";
    let endpoint = stack.aws().endpoint();
    Ok(format!(
        "The stack stays up until Ctrl-C. To look around:\n\
         \n  psql '{0}'\
         \n      SELECT * FROM ingest.file WHERE status <> 'loaded';\
         \n      SELECT column_name, error_code, error FROM ingest.rejected_record;\
         \n  DATABASE_URL='{0}?sslmode=disable' cargo run --bin pg-ingest -- dashboard   the page, http://127.0.0.1:8042/\
         \n  {credentials} {aws} --endpoint-url {endpoint} s3 ls --recursive s3://{BUCKET}/\
         \n  {credentials} {aws} --endpoint-url {endpoint} s3 cp FILE.json s3://{BUCKET}/input/…   loaded {1} s later, a batch's window\
         \n  {credentials} {aws} --endpoint-url {endpoint} sqs get-queue-attributes --attribute-names All --queue-url {2}\
         \n  {3}   what the shipper logged\n",
        stack.url(),
        window.as_secs(),
        stack.queue_url()?,
        stack.shipper_log().display()
    ))
}

/// 1234567 as 1,234,567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut result = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}

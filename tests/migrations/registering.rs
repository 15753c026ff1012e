//! The page about `ingest_register_dataset()`: its arguments, sources and conversions, with an example each that is run.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use postgres::Client;

use crate::reference::{Comment, code, marked, table};

/// A table that the examples are registered for.
const TARGET: &str = "CREATE TABLE public.orders (order_id bigint PRIMARY KEY, status text, total numeric(12, 2), city text, tenant text,
  note text, placed_at timestamptz, version bigint, deleted_at timestamptz, _file_id bigint);
  CREATE TABLE public.order_items (order_id bigint, line_no int, PRIMARY KEY (order_id, line_no))";

/// What the examples of a child need besides: its own name and target, and a parent.
const PARENT: &str = "SELECT public.ingest_register_dataset(name => 'orders', prefix => 'input/orders/', target => 'public.orders')";
const CHILD: &str = "name => 'order_items', target => 'public.order_items'";

/// An example of each argument, of which some need another beside it.
const EXAMPLES: [(&str, &str, &str); 29] = [
    ("name", "'orders'", ""),
    ("prefix", "'input/orders/'", ""),
    ("target", "'public.orders'", ""),
    ("bucket", "'my-bucket'", ""),
    (
        "columns",
        "'{\"city\": \"$.shipping.city\", \"placed_at\": {\"path\": \"$.ts\", \"as\": \"epoch_ms\"}, \"note\": null}'",
        "",
    ),
    ("expressions", "'{\"total\": \"(record ->> ''net'')::numeric + (record ->> ''tax'')::numeric\"}'", ""),
    ("records_path", "'$.data.items'", ""),
    ("load_mode", "'append'", ""),
    ("version_column", "'version'", ""),
    ("on_error", "'skip_file_10%'", ""),
    ("on_unknown", "'reject'", ""),
    ("on_absent", "'keep'", ""),
    ("enabled", "false", ""),
    ("on_missing_path", "'skip'", ", records_path => '$.after'"),
    ("expected_every", "interval '1 hour'", ""),
    ("key_pattern", "'{tenant}/dt={dt}/{}'", ", columns => '{\"tenant\": \"key:tenant\"}'"),
    ("null_strings", "'{\"\",N/A}'", ""),
    ("record_filter", "'status <> ''draft'''", ""),
    ("match_names", "'snake_case'", ""),
    ("document_format", "'lines'", ""),
    ("loader", "'shop_loader'", ""),
    ("share_prefix", "true", ""),
    ("delete_when", "'record ->> ''op'' = ''d'''", ""),
    ("soft_delete_column", "'deleted_at'", ", delete_when => 'record ->> ''op'' = ''d'''"),
    ("parent", "'orders'", ", records_path => '$.items[*]'"),
    ("parent_key", "'{order_id}'", ", records_path => '$.items[*]', parent => 'orders'"),
    ("on_child_error", "'child'", ", records_path => '$.items[*]', parent => 'orders'"),
    ("on_replaced", "'delete_missing'", ""),
    ("on_removed", "'delete_rows'", ""),
];

const CONVERSIONS: &str = "SELECT CASE WHEN c.argument IS NULL THEN c.name ELSE c.name || ':' || upper(c.argument) END, c.example, c.came::text,
  ingest.converted(c.came, c.name, coalesce(substring(c.example FROM ':(.*)$'), ''))::text, coalesce(array_to_string(c.types, ', '), 'every type')
FROM ingest.conversions() AS c";

/// The page of a migrated database.
pub(crate) fn page(client: &mut Client) -> Result<String> {
    let mut page = String::from(
        "# Registering a dataset\n\n\
         `ingest_register_dataset()` says which files go to which table, and how. [functions.md](functions.md) has its signature,\n\
         and [semantics.md](../semantics.md) the letter of each rule. This page is made from the catalog, and its examples are run.\n\n\
         ## Arguments\n\nEach is given by name, and one that is left out stays as it is.\n",
    );
    let row = client.query_one(
        "SELECT p.proargnames, obj_description(p.oid, 'pg_proc') FROM pg_proc AS p WHERE p.proname = 'ingest_register_dataset'",
        &[],
    )?;
    let (arguments, comment): (Vec<String>, String) = (row.get(0), row.get(1));
    let comment = Comment::parse(&comment);
    let mut lines = Vec::new();
    for argument in &arguments {
        let (_, value, beside) = EXAMPLES.iter().find(|(name, ..)| name == argument).with_context(|| {
            format!("tests/migrations/registering.rs has no example of argument {argument}")
        })?;
        registers(client, argument, value, beside)?;
        let meaning = comment.meanings.get(argument.as_str()).copied().unwrap_or_default();
        lines.push([code(argument), marked(meaning), code(&format!("{argument} => {value}")), String::new()]);
    }
    ensure!(lines.len() == EXAMPLES.len(), "registering.rs has an example of an argument that there is not");
    table(&mut page, ["argument", "meaning", "example", ""], &lines);
    page.push_str("\n## Sources of a column\n\nIn `columns`, as `{\"city\": source}` or `{\"city\": {\"path\": source}}`.\n");
    let sources = client.query("SELECT s.source, s.reads, s.example FROM ingest.sources() AS s", &[])?;
    let lines: Vec<_> =
        sources.iter().map(|row| [code(row.get(0)), row.get(1), code(row.get(2)), String::new()]).collect();
    table(&mut page, ["source", "reads", "example", ""], &lines);
    page.push_str("\n## Conversions\n\nIn `columns`, as `{\"placed_at\": {\"as\": conversion}}`, beside a `path` or not.\n\n");
    page.push_str("| conversion | example | came | made | for |\n| --- | --- | --- | --- | --- |\n");
    for row in client.query(CONVERSIONS, &[])? {
        let made: Option<String> = row.get(3);
        let made = made.with_context(|| format!("{} refuses its own example", row.get::<_, &str>(0)))?;
        let cells = [code(row.get(0)), code(row.get(1)), code(row.get(2)), code(&made)];
        writeln!(page, "| {} | {} |", cells.join(" | "), row.get::<_, &str>(4))?;
    }
    page.push_str("\n## How names are matched\n\nIn `match_names`, for columns without a path.\n");
    let rules = client.query("SELECT r.name, r.meaning FROM ingest.name_rules() AS r", &[])?;
    let lines: Vec<_> =
        rules.iter().map(|row| [code(row.get(0)), row.get(1), String::new(), String::new()]).collect();
    table(&mut page, ["rule", "meaning", "", ""], &lines);
    Ok(page)
}

/// Runs an example, and takes it back.
fn registers(client: &mut Client, argument: &str, value: &str, beside: &str) -> Result<()> {
    let of_child = argument == "parent" || beside.contains("parent =>");
    let needed: Vec<String> = EXAMPLES[..3]
        .iter()
        .filter(|(name, ..)| *name != argument)
        .map(|(name, value, _)| format!("{name} => {value}"))
        .collect();
    let statement = format!(
        "SELECT public.ingest_register_dataset({}, {argument} => {value}{beside})",
        if of_child { CHILD.to_owned() } else { needed.join(", ") }
    );
    let mut transaction = client.transaction()?;
    transaction.batch_execute(&format!(
        "{TARGET}; CREATE ROLE shop_loader NOLOGIN; SELECT public.ingest_add_loader('shop_loader');
         GRANT SELECT, INSERT, UPDATE ON public.orders TO ingest_loader, shop_loader"
    ))?;
    if of_child {
        transaction.batch_execute(PARENT)?;
    }
    transaction
        .batch_execute(&statement)
        .with_context(|| format!("the example does not run: {statement}"))?;
    transaction.rollback()?;
    Ok(())
}

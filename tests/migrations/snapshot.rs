//! The schema as text that a person reads in a review: tables with their columns, constraints, indexes and privileges;
//! functions by signature, owner and settings. Their bodies stand once, in `migrations/R__*.sql`.

use anyhow::{Context, Result};
use pg_ingest_tests::report;
use postgres::Client;

const SECTIONS: &[(&str, &str)] = &[
    ("roles", "SELECT format('ROLE %s%s%s', rolname, CASE WHEN rolcanlogin THEN ' LOGIN' ELSE ' NOLOGIN' END,
       CASE WHEN rolsuper THEN ' SUPERUSER' ELSE '' END) FROM pg_roles
       WHERE rolname !~ '^pg_' AND rolname <> 'postgres' ORDER BY rolname"),
    ("schemas", "SELECT format('SCHEMA %I OWNER %s ACL %s', nspname, nspowner::regrole, nspacl) FROM pg_namespace
       WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY nspname"),
    ("types", "SELECT format('TYPE %s (%s)', t.oid::regtype, string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum))
       FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
       WHERE t.typnamespace = 'ingest'::regnamespace GROUP BY t.oid ORDER BY t.oid::regtype::text"),
    ("tables", "SELECT line FROM (
       SELECT c.oid::regclass::text AS of, 0 AS part, 0 AS place, format('TABLE %s OWNER %s%s ACL %s', c.oid::regclass, c.relowner::regrole,
           CASE c.relpersistence WHEN 'u' THEN ' UNLOGGED' ELSE '' END, c.relacl) AS line FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v')
       UNION ALL SELECT a.attrelid::regclass::text, 1, a.attnum, format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, CASE WHEN a.attidentity <> '' THEN ' IDENTITY ' || a.attidentity::text ELSE '' END,
           ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
           WHERE a.attnum > 0 AND NOT a.attisdropped
       UNION ALL SELECT k.conrelid::regclass::text, 2, row_number() OVER (PARTITION BY k.conrelid ORDER BY k.conname)::int,
           format('  CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k WHERE k.conrelid <> 0 AND k.contype <> 'n'
       UNION ALL SELECT i.indrelid::regclass::text, 3, row_number() OVER (PARTITION BY i.indrelid ORDER BY i.indexrelid::regclass::text)::int,
           '  ' || pg_get_indexdef(i.indexrelid) FROM pg_index i
     ) AS lines WHERE of ~ '^(ingest|landing)[.]' AND of IN (SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v')) ORDER BY of, part, place"),
    ("functions", "SELECT format('FUNCTION %s RETURNS %s %s OWNER %s%s%s ACL %s', p.oid::regprocedure, pg_get_function_result(p.oid),
         CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END, p.proowner::regrole,
         CASE WHEN p.prosecdef THEN ' SECURITY DEFINER' ELSE '' END, ' SET ' || array_to_string(p.proconfig, '; '),
         p.proacl)
       FROM pg_proc p WHERE p.pronamespace = 'ingest'::regnamespace OR p.pronamespace = 'public'::regnamespace AND p.proname ~ '^ingest_'
       ORDER BY p.oid::regprocedure::text COLLATE \"C\""),
];

/// The snapshot of a migrated database, the same on each major.
pub(crate) fn of(client: &mut Client) -> Result<String> {
    let mut text = String::from(
        "-- What migrations/ make, to be compared by `cargo test -p pg_ingest_tests --test migrations`; never run.\n",
    );
    for (section, query) in SECTIONS {
        text.push_str(&format!("\n-- {section}\n"));
        for line in report::lines(client, query).with_context(|| format!("the snapshot's {section}"))? {
            // From 17 on all rights on a table hold one more, MAINTAIN.
            text.push_str(&line.trim_end().replace("=arwdDxtm/", "=arwdDxt/"));
            text.push('\n');
        }
    }
    Ok(text)
}

/// The snapshot with each function's settings in their names' order: majors keep them in orders of their own.
pub(crate) fn settled(text: &str) -> String {
    text.lines().map(|line| settled_line(line) + "\n").collect()
}

fn settled_line(line: &str) -> String {
    let Some((head, (settings, tail))) =
        line.split_once(" SET ").and_then(|(head, rest)| Some((head, rest.split_once(" ACL ")?)))
    else {
        return line.to_owned();
    };
    let mut settings: Vec<&str> = settings.split("; ").collect();
    settings.sort_unstable();
    format!("{head} SET {} ACL {tail}", settings.join("; "))
}

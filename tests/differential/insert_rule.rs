//! What only the insert can tell, and what shapes a table beyond its columns' types.

use fastrand::Rng;

use crate::contract::Column;
use crate::types::TYPES;

/// Additions to a target `t` whose key is `id`.
#[derive(Default)]
pub(crate) struct InsertRule {
    /// Statements before the table is made.
    pub(crate) before: &'static str,
    /// Lines of the table's definition.
    pub(crate) lines: &'static str,
    /// The primary key's columns, where it has one.
    pub(crate) key: Option<&'static str>,
    /// What follows the table's columns.
    pub(crate) suffix: &'static str,
    /// Statements after the table was made.
    pub(crate) after: &'static str,
    /// The column that `lines` adds, when documents have values for it.
    pub(crate) column: Option<Column>,
}

/// Draws a rule for every second contract.
pub(crate) fn draw(rng: &mut Rng) -> InsertRule {
    let column = |name: &str, kind: usize| {
        Some(Column { name: name.into(), kind: &TYPES[kind], path: vec![], fits: TYPES[kind].fits })
    };
    match rng.u8(..12) {
        0 => InsertRule { lines: "u integer UNIQUE", column: column("u", 1), ..InsertRule::default() },
        1 => InsertRule {
            before: "CREATE TABLE parent (u integer PRIMARY KEY); INSERT INTO parent VALUES (1), (5);\n",
            lines: "u integer REFERENCES parent",
            column: column("u", 1),
            ..InsertRule::default()
        },
        2 => InsertRule {
            lines: "u integer",
            after: "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN IF NEW.u = 1 THEN RAISE EXCEPTION 'no ones'; END IF; RETURN NEW; END $$;
                    CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION refuse();\n",
            column: column("u", 1),
            ..InsertRule::default()
        },
        3 => InsertRule {
            suffix: " PARTITION BY RANGE (id)",
            after: "CREATE TABLE t_low PARTITION OF t FOR VALUES FROM (MINVALUE) TO ('4');\n",
            ..InsertRule::default()
        },
        4 => InsertRule {
            lines: "k text NOT NULL DEFAULT 'k'",
            key: Some("k, id"),
            column: column("k", 8),
            ..InsertRule::default()
        },
        5 => InsertRule {
            lines: "g text GENERATED ALWAYS AS (id::text || '!') STORED",
            ..InsertRule::default()
        },
        _ => InsertRule::default(),
    }
}

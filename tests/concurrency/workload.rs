//! Files of overlapping objects and overlapping rows, with poison among them, whose outcome is known.

use fastrand::Rng;
use pg_ingest_tests::case::File;
use pg_ingest_tests::staging::Staged;

/// The target, what its rows must refer to, and the dataset. PostgreSQL itself is asked about an interval, an enum and an
/// array's elements.
pub(crate) const DDL: &str = "
    CREATE TYPE mood AS ENUM ('calm', 'wild');
    CREATE TABLE parent (id int PRIMARY KEY);
    INSERT INTO parent VALUES (1), (2);
    CREATE TABLE t (
      id int PRIMARY KEY, version int NOT NULL, parent int NOT NULL REFERENCES parent,
      amount numeric(12, 2) CHECK (amount >= 0), note text,
      took interval, mood mood, tags text[],
      _file_id bigint, _record_no int, _loaded_at timestamptz, _source_time timestamptz, _sequencer text, _rescued jsonb);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', version_column => 'version');";

/// Rows that the objects share.
const KEYS: i32 = 120;
/// Rows of one file.
const ROWS: usize = 12;

/// All deliveries of a run, and how many records of them are poison.
pub(crate) struct Workload {
    /// One file each, in the order of their puts.
    pub(crate) files: Vec<Staged>,
    /// Records that must be in quarantine afterwards, and no other.
    pub(crate) poison: usize,
}

/// Makes a workload of `objects` keys of up to three revisions. Each revision of an object holds the same rows with
/// higher versions, so that skipping an older one as stale changes nothing; poison objects have one revision.
pub(crate) fn workload(rng: &mut Rng, objects: usize) -> Workload {
    let mut puts: Vec<(usize, usize)> = Vec::new();
    for object in 0..objects {
        let revisions = if is_poison(object) { 1 } else { rng.usize(1..=3) };
        puts.extend((0..revisions).map(|revision| (object, revision)));
    }
    rng.shuffle(&mut puts);
    order_revisions(&mut puts);
    let ids: Vec<Vec<i32>> = (0..objects).map(|_| (0..ROWS).map(|_| rng.i32(1..=KEYS)).collect()).collect();
    let mut poison = 0;
    let mut files = Vec::new();
    for (put, (object, revision)) in puts.iter().enumerate() {
        let mut records: Vec<String> = ids[*object].iter().map(|id| record(rng, *id, put, 1)).collect();
        if is_poison(*object) {
            let at = rng.usize(0..=records.len());
            // Neither key is another file's, so that the outcome is the same whoever comes first.
            let key = 1_000 + i32::try_from(*object).unwrap_or_default();
            records.insert(at, record(rng, key, put, 99));
            records.push(record(rng, -key, put, 1).replace("\"amount\": ", "\"amount\": -1"));
            poison += 2;
        }
        files.push(Staged::from_bytes(file(*object, *revision, put), records.join("\n").into_bytes()));
    }
    Workload { files, poison }
}

/// Every fifth object holds a row whose parent is missing, which only the insert reveals, and one with a bad amount.
fn is_poison(object: usize) -> bool {
    object.is_multiple_of(5)
}

/// An object's revisions are put one after another, wherever they stand among the others.
fn order_revisions(puts: &mut [(usize, usize)]) {
    let mut seen = std::collections::HashMap::new();
    for (object, revision) in puts.iter_mut() {
        let next: &mut usize = seen.entry(*object).or_default();
        *revision = *next;
        *next += 1;
    }
}

/// Versions of neighbouring puts are equal now and then; then the time of the put decides.
fn record(rng: &mut Rng, id: i32, put: usize, parent: i32) -> String {
    let version = put / 3;
    let amount = rng.u32(0..100_000);
    let (seconds, mood) = (rng.u32(0..100_000), ["calm", "wild"][rng.usize(0..2)]);
    format!(
        "{{\"id\": {id}, \"version\": {version}, \"parent\": {parent}, \"amount\": {amount}, \"note\": \"put {put}\", \
         \"took\": \"{seconds} seconds\", \"mood\": \"{mood}\", \"tags\": [\"{mood}\", null, \"put {put}\"]}}"
    )
}

fn file(object: usize, revision: usize, put: usize) -> File {
    let mut file = File::of_key(&format!("object-{object:03}.json"));
    file.bucket = "lake".into();
    // Half the objects are versioned, half are told apart by sequencer and ETag.
    file.version_id = object.is_multiple_of(2).then(|| format!("v{revision}"));
    file.etag = Some(format!("etag-{object}-{revision}"));
    file.sequencer = Some(format!("{put:06X}"));
    file.event_time = Some(format!("2026-01-01T00:{:02}:{:02}Z", put / 60, put % 60));
    file
}

#!/usr/bin/env bash
# flate2 1.1.11 (Rust), pyarrow 26.0.1, DuckDB 2.0.1, Python's gzip, GNU gzip.
#
# Tools that write in blocks leave zeros behind the last member of a gzip file. GNU gzip and Python skip them. pyarrow, DuckDB
# and flate2's MultiGzDecoder take the first zero for the beginning of another member and fail. flate2's has handed out all of
# the text by then. Its GzDecoder, which reads one member, ends before the zeros.
. "$(dirname "$0")/setup.sh"
with_python duckdb==2.0.1 pyarrow==26.0.1

cd "$folder"
python -c 'import gzip; open("padded.json.gz", "wb").write(gzip.compress(b"{\"id\": 1}\n", mtime=0) + bytes(512))'
cargo init --quiet --vcs none --name padded padded
cargo add --quiet --manifest-path padded/Cargo.toml flate2@=1.1.11
cat > padded/src/main.rs <<'RUST'
use std::io::Read;

fn told(reader: &str, mut from: impl Read) {
    let mut text = String::new();
    let outcome = from.read_to_string(&mut text).map_err(|error| error.to_string());
    println!("flate2 {reader}: {outcome:?} after {} bytes", text.len());
}

fn main() {
    let bytes = std::fs::read("padded.json.gz").unwrap();
    told("GzDecoder", flate2::read::GzDecoder::new(&bytes[..]));
    told("MultiGzDecoder", flate2::read::MultiGzDecoder::new(&bytes[..]));
}
RUST
{
  echo "GNU gzip: $(gzip --decompress --stdout padded.json.gz)"
  python <<'PYTHON'
import gzip
import duckdb, pyarrow

print("Python gzip:", gzip.open("padded.json.gz").read())
try:
    print("pyarrow:", pyarrow.CompressedInputStream(pyarrow.OSFile("padded.json.gz"), "gzip").read())
except OSError as error:
    print("pyarrow:", type(error).__name__)
try:
    print("DuckDB:", duckdb.sql("SELECT id FROM read_json('padded.json.gz')").fetchall())
except duckdb.IOException as error:
    print("DuckDB:", type(error).__name__)
PYTHON
  cargo run --quiet --manifest-path padded/Cargo.toml
} > found 2>&1

as_seen found <<'SEEN'
GNU gzip: {"id": 1}
Python gzip: b'{"id": 1}\n'
pyarrow: OSError
DuckDB: IOException
flate2 GzDecoder: Ok(10) after 10 bytes
flate2 MultiGzDecoder: Err("invalid gzip header") after 10 bytes
SEEN

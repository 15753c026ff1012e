"""What `cargo xtask bench` asks a loader to do, and how the loader tells what it took.

A loader is given the path of a JSON file and prints one JSON object. It loads the files of `warm`, which are not measured,
and then each of `batches` as one transaction.
"""

import json
import sys
import time


def read() -> dict:
    """The job named on the command line."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


def records(path: str) -> list:
    """The records of one file."""
    with open(path, "rb") as file:
        return json.loads(file.read())


def member(record: dict, path: list):
    """What stands at a path; None where nothing does."""
    for name in path:
        if record is None:
            return None
        record = record.get(name)
    return record


def measure(job: dict, load, backend: int | None = None) -> None:
    """Has `load` load the batches and prints the seconds from the first file to the last COMMIT.

    Where the backend's process is known, its seconds on a CPU are printed as well.
    """
    load(job["warm"])
    began, worked = time.perf_counter(), on_cpu(backend)
    for batch in job["batches"]:
        load(batch)
    told = {"seconds": time.perf_counter() - began}
    if backend is not None:
        told["database_cpu_seconds"] = on_cpu(backend) - worked
    print(json.dumps(told))


def on_cpu(process: int | None) -> float:
    """The seconds that a process has run on a CPU, as the kernel counts them."""
    if process is None:
        return 0.0
    with open(f"/proc/{process}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e9

#!/usr/bin/env python3
"""The daily run: freshness of the sources, build with tests, documentation; then one summary that says what failed.

    python dbt/daily_run.py --target prod [--artifacts DIR] [--all-history] [--full-refresh]

A stale source stops the marts: they stay as they were, only load_quality, load_children, load_rejects and load_states are rebuilt, because they
tell what is missing. A source that has never had a row is not stale: the marts have zero rows. Credentials come from the
environment (profiles.yml). DIR holds what the run found afterwards, whatever became of it: sources.json, run_results.json,
manifest.json, catalog.json, docs.html and, in words, summary.txt.

Exit status: 0 all well; 1 a model or a test failed; 2 dbt could not work at all; 3 a source is stale.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from dbt.cli.main import dbtRunner, dbtRunnerResult

PROJECT = Path(__file__).resolve().parent
OK, FAILED, CANNOT_RUN, STALE = 0, 1, 2, 3

# What is kept of dbt's target folder after which command, under names that the next command does not overwrite.
FRESHNESS = {"sources.json": "sources.json", "manifest.json": "manifest.json"}
BUILD = {"run_results.json": "run_results.json", "manifest.json": "manifest.json"}
DOCS = {"catalog.json": "catalog.json", "static_index.html": "docs.html"}
SUMMARY = "summary.txt"

# libpq's options for every session of the run. An increment's statements look many keys up one by one; to compile one takes
# longer than to run it.
SESSION = "-c jit=off"
ALL_HISTORY = "{tested_days: 36500}"

# What to do about messages of dbt and PostgreSQL, by a part of their text.
ADVICE = (
    ("Env var required but not provided",
     "set PGHOST, PGUSER, PGPASSWORD, PGDATABASE and PGSSLROOTCERT, or run with --target local"),
    ("password authentication failed", "check PGUSER and PGPASSWORD against dbt's secret; it may have been rotated"),
    ("could not translate host name", "check PGHOST"),
    ("root certificate file", "point PGSSLROOTCERT at the CA bundle of the database's provider"),
    ("certificate verify failed", "point PGSSLROOTCERT at the CA bundle of the database's provider"),
    ("Connection refused", "check PGHOST and PGPORT, and that the database is running"),
    ("timeout expired", "check PGHOST and that the security group lets this machine reach the database"),
    ('role "ingest_dbt" does not exist', "apply the migrations, and grant ingest_dbt to dbt's login"),
    ("permission denied to set role", "grant ingest_dbt to dbt's login"),
    ("permission denied", "grant ingest_dbt to dbt's login; a target of your own also needs GRANT SELECT to ingest_dbt"),
    ("does not exist", "apply the migrations; a source table that was dropped on purpose has to leave the sources' .yml"),
)


@dataclass(frozen=True)
class Problem:
    """Something that did not go well: which object, what happened, and what to do about it."""

    name: str
    what: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.what}" + (f"\n    -> {self.advice}" if self.advice else "")


def advice_for(message: str) -> str:
    """What to do about an error message; empty where nothing is known."""
    return next((advice for part, advice in ADVICE if part in message), "")


def duration(seconds: float) -> str:
    """Seconds in the unit that a person would choose."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def source_problems(results) -> tuple[list[Problem], list[Problem]]:
    """Stale sources and sources that could not be asked, from the results of `dbt source freshness`.

    A source without a row is neither, since it has no age. Where it once had rows, its test not_emptied fails.
    """
    stale, unreadable = [], []
    for result in results:
        name = f"{result.node.source_name}.{result.node.name}"
        if str(result.status) == "error" and result.max_loaded_at.year > 1:
            limit = result.node.freshness.error_after
            what = f"the newest row is {duration(result.age)} old; expected at most {limit.count} {limit.period.value}s"
            stale.append(Problem(name, what, "look at the queue, the dead-letter queue and the shipper's alarms"))
        elif str(result.status) == "runtime error":
            unreadable.append(Problem(name, first_line(result.message), advice_for(result.message or "")))
    return stale, unreadable


def build_problems(outcome: dbtRunnerResult) -> tuple[list[Problem], int]:
    """Failed models and tests, and the number of nodes skipped because of them, from the outcome of `dbt build`."""
    if outcome.exception is not None or outcome.result is None:
        return [cannot_run(outcome)], 0
    problems, skipped = [], 0
    for result in outcome.result.results:
        status = str(result.status)
        if status == "skipped":
            skipped += 1
        elif status == "fail":
            count = "1 row fails" if result.failures == 1 else f"{result.failures} rows fail"
            where = f"select the rows with {result.node.compiled_path}" if result.node.compiled_path else ""
            problems.append(Problem(f"{result.node.resource_type} {result.node.name}", count, where))
        elif status == "error":
            message = result.message or ""
            problems.append(Problem(f"{result.node.resource_type} {result.node.name}", first_line(message), advice_for(message)))
    return problems, skipped


def first_line(message: str | None) -> str:
    """The line of a dbt message that says what happened: the first after the line that says where."""
    lines = [line.strip() for line in (message or "no message").splitlines() if line.strip()]
    return lines[1] if len(lines) > 1 and " Error" in lines[0] else lines[0]


class Run:
    """One daily run: every dbt command with the same project, target and artifacts."""

    def __init__(self, target: str, artifacts: Path, all_history: bool) -> None:
        self.target = target
        self.variables = ["--vars", ALL_HISTORY] if all_history else []
        self.artifacts = artifacts
        self.target_path = Path(os.environ.get("DBT_TARGET_PATH", PROJECT / "target"))
        artifacts.mkdir(parents=True, exist_ok=True)
        # A run that ends early must not leave yesterday's findings as its own.
        for name in {*FRESHNESS.values(), *BUILD.values(), *DOCS.values(), SUMMARY}:
            (artifacts / name).unlink(missing_ok=True)

    def dbt(self, *arguments: str, keep: dict[str, str]) -> dbtRunnerResult:
        """Runs one dbt command and keeps what it made."""
        print(f"\n== dbt {' '.join(arguments)}", flush=True)
        for made in keep:
            (self.target_path / made).unlink(missing_ok=True)
        outcome = dbtRunner().invoke([
            *arguments, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target", self.target,
            "--target-path", str(self.target_path), "--no-use-colors", *self.variables,
        ])
        for made, kept in keep.items():
            if (self.target_path / made).exists():
                shutil.copyfile(self.target_path / made, self.artifacts / kept)
        return outcome

    def report(self, headline: str, problems: list[Problem], status: int) -> int:
        """Says what became of the run, last of all, where a person looks, and in the summary; returns the status."""
        lines = [f"Daily run: {headline}", *(f"  {problem}" for problem in problems)]
        print("", *lines, sep="\n", file=sys.stderr if problems else sys.stdout)
        (self.artifacts / SUMMARY).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return status


def daily_run(run: Run, full_refresh: bool) -> int:
    """Freshness, build, documentation. Returns the exit status."""
    freshness = run.dbt("source", "freshness", keep=FRESHNESS)
    if freshness.exception is not None or freshness.result is None:
        return run.report("dbt could not start", [cannot_run(freshness)], CANNOT_RUN)
    stale, unreadable = source_problems(freshness.result.results)
    if unreadable:
        return run.report("the sources could not be read; the marts are as they were", unreadable, CANNOT_RUN)
    if stale:
        # Cautious: a test that also reads a relation which is not built now may be without it, on the first day.
        build = run.dbt("build", "--select", "+path:models/marts/load_quality", "--indirect-selection", "cautious",
                        "--exclude-resource-type", "unit_test", keep=BUILD)
        return run.report("stale sources; only load_quality, load_children, load_rejects and load_states were rebuilt, the other marts are as they were",
                          stale + build_problems(build)[0], STALE)

    build = run.dbt("build", "--exclude-resource-type", "unit_test", *(["--full-refresh"] if full_refresh else []), keep=BUILD)
    if build.exception is not None or build.result is None:
        return run.report("dbt could not build", [cannot_run(build)], CANNOT_RUN)
    docs = run.dbt("docs", "generate", "--static", keep=DOCS)
    problems, skipped = build_problems(build)
    if not docs.success:
        problems.append(Problem("dbt docs generate", first_line(str(docs.exception)), advice_for(str(docs.exception))))
    if problems:
        return run.report(f"{len(problems)} failed, {skipped} skipped because of that", problems, FAILED)
    return run.report(f"all well, {len(build.result.results)} nodes; artifacts in {run.artifacts}", [], OK)


def cannot_run(outcome: dbtRunnerResult) -> Problem:
    """Why a dbt command ended without results."""
    message = str(outcome.exception or "no results")
    return Problem("dbt", first_line(message), advice_for(message))


def main() -> int:
    """Reads the command line and runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=("local", "prod"), default="local", help="output of profiles.yml (default: local)")
    parser.add_argument("--artifacts", type=Path, default=PROJECT / "target" / "daily", help="where artifacts are kept")
    parser.add_argument("--all-history", action="store_true", help="test all of history, not only what was loaded lately")
    parser.add_argument("--full-refresh", action="store_true", help="rebuild every incremental model from the sources")
    arguments = parser.parse_args()
    os.environ.setdefault("PGOPTIONS", SESSION)
    return daily_run(Run(arguments.target, arguments.artifacts, arguments.all_history), arguments.full_refresh)


if __name__ == "__main__":
    sys.exit(main())

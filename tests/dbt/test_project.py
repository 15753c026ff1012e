"""The project's own form: documented to the last column, contracts on marts, clean SQL."""

import json
import subprocess
import sys

import pytest

from warehouse import MARTS, PROJECT


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """The parsed project."""
    target = tmp_path_factory.mktemp("manifest")
    subprocess.run([sys.executable, "-m", "dbt.cli.main", "parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
                    "--target-path", str(target), "--log-path", str(target)], check=True, capture_output=True)
    return json.loads((target / "manifest.json").read_text())


def test_every_column_of_every_relation_is_described(warehouse):
    """What the database has is what the documentation describes, comments in the database included."""
    warehouse.increment()
    undescribed = warehouse.sql("""SELECT c.table_schema || '.' || c.table_name || '.' || c.column_name
        FROM information_schema.columns AS c
        WHERE c.table_schema LIKE 'analytics%'
          AND pg_catalog.col_description(format('%I.%I', c.table_schema, c.table_name)::regclass, c.ordinal_position) IS NULL""")
    assert undescribed == []


def test_every_model_and_source_is_described(manifest):
    """Also where a description is not in the database."""
    described = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "snapshot")]
    described += manifest["sources"].values()
    assert [node["unique_id"] for node in described if not node["description"]] == []
    assert [f"{node['unique_id']}.{column}" for node in described for column, about in node["columns"].items()
            if not about["description"]] == []


def test_marts_have_contracts_and_readers(manifest):
    """Every mart's columns and types are enforced, and an exposure says who reads it."""
    marts = {node["name"]: node for node in manifest["nodes"].values() if "marts" in node["fqn"] and node["resource_type"] == "model"}
    # That one is of the moment of its run, so no two builds have the same.
    assert set(marts) == {*MARTS, "load_states"}
    assert all(node["config"]["contract"]["enforced"] for node in marts.values())
    read = {reference for exposure in manifest["exposures"].values() for reference in exposure["depends_on"]["nodes"]}
    assert {node["unique_id"] for node in marts.values()} <= read


def test_every_logical_model_has_a_unit_test(manifest):
    """Views that only rename are exempt."""
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    logical = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "model" and "staging" not in node["fqn"]}
    assert logical - tested == {"orders", "int_touched_dates"}


def test_sql_is_clean():
    """sqlfluff finds nothing."""
    linted = subprocess.run(["sqlfluff", "lint", "."], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout

"""The templates are valid and break no rule of the two linters that is not suppressed with a reason."""

import json
import os
import pathlib
import subprocess

import pytest

from templates import FILES, INFRA, PARTS


def suppressions():
    """Every suppressed finding, as (part, resource, what)."""
    for part, template in PARTS.items():
        for name, resource in template["Resources"].items():
            for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
                yield part, name, skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cfn_lint_has_nothing_to_say(path):
    answer = subprocess.run(
        ["cfn-lint", "--regions", "us-east-1", "eu-central-1", "--", path], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


def test_checkov_has_nothing_to_say():
    answer = subprocess.run(
        [os.environ["CHECKOV"], "--skip-download", "--framework", "cloudformation", "--directory", INFRA,
         "--output", "json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(answer.stdout)
    failed = [f"{check['check_id']} {check['resource']}" for check in report["results"]["failed_checks"]]
    assert failed == []
    assert report["summary"]["parsing_errors"] == 0
    seen = {pathlib.Path(check["file_path"]).stem for check in report["results"]["passed_checks"]}
    # It has no rule for what the other two are made of.
    assert seen >= set(PARTS) - {"observability", "rotation"}, "a template was not looked at"
    used = {
        (pathlib.Path(check["file_path"]).stem, check["resource"].split(".")[-1], check["check_id"])
        for check in report["results"]["skipped_checks"]
    }
    assert {(part, name, skip["id"]) for part, name, skip in suppressions()} == used, "a suppression suppresses nothing"


def test_every_suppression_says_why():
    for part, name, skip in suppressions():
        assert len(skip.get("comment", "")) > 20, f"{part}.{name} skips {skip['id']} without a reason"

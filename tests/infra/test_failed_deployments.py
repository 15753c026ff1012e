"""What deploy.py says where a deployment fails. A stand-in for the AWS CLI answers in AWS' words."""

import json
import os
import subprocess
import sys

import pytest

from templates import ROOT

STAND_IN = """#!{python}
import json, pathlib, sys
answers = json.loads(pathlib.Path({answers!r}).read_text())
command = sys.argv[sys.argv.index("cloudformation") + 1]
stack = sys.argv[sys.argv.index("--stack-name") + 1]
calls = pathlib.Path({calls!r})
status = answers["after"] if "deploy" in calls.read_text().split() else answers["before"]
with calls.open("a") as file:
    print(command, file=file)
if command == "describe-stacks":
    if stack != "pg-ingest-ingest" or not status:
        sys.exit(f"An error occurred (ValidationError): Stack with id {{stack}} does not exist")
    print(json.dumps({{"Stacks": [{{"StackStatus": status}}]}}))
elif command == "describe-stack-events":
    print(answers["events"])
for failure in (command, f"{{command}} {{stack}}"):
    if failure in answers["refused"]:
        sys.exit(answers["refused"][failure])
"""


@pytest.fixture
def deploy(tmp_path):
    """Runs deploy.py, for the ingest part where nothing else is said; returns the process, and the commands that it called."""

    def run(before, after, refused, events="Shipper\tthe package is not there", parts=("ingest",)):
        answers, calls, program, parameters = (tmp_path / name for name in ("answers", "calls", "aws", "parameters.json"))
        answers.write_text(json.dumps({"before": before, "after": after, "refused": refused, "events": events}))
        calls.write_text("")
        program.write_text(STAND_IN.format(python=sys.executable, answers=str(answers), calls=str(calls)))
        program.chmod(0o755)
        parameters.write_text(json.dumps({"BucketName": "b", "CodeBucket": "c", "CodeKey": "k"}))
        command = [sys.executable, ROOT / "infra/deploy.py", *parts, "--parameters", parameters]
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        return answer, calls.read_text().split()

    return run


def test_a_function_that_nothing_has_tried_is_told_of_where_a_later_stack_fails(deploy):
    refused = {"deploy pg-ingest-observability": "Failed to create the stack"}
    answer, calls = deploy("", "CREATE_COMPLETE", refused, events="Topic\tis taken", parts=("observability", "ingest"))
    assert answer.returncode == 1 and calls.count("deploy") == 2, answer.stderr
    said = answer.stderr
    assert said.index("pg-ingest-observability was not deployed") < said.index("Topic\tis taken") < said.index("left as it is")
    assert "left as it is: pg-ingest-ingest." in said
    assert "no smoke test has tried it" in said and "cargo xtask smoke --stack pg-ingest-ingest" in said


def test_where_the_first_stack_fails_nothing_is_said_of_others(deploy):
    answer, calls = deploy("", "ROLLBACK_COMPLETE", {"deploy": "Failed to create the stack"}, parts=("ingest", "observability"))
    assert answer.returncode == 1 and calls.count("deploy") == 1
    assert "left as it is" not in answer.stderr and "smoke test" not in answer.stderr


POLICY = {"set-stack-policy": "An error occurred (ValidationError) when calling the SetStackPolicy operation"}


def test_the_cause_is_told_where_the_policy_cannot_be_set_behind_it(deploy):
    answer, calls = deploy("", "ROLLBACK_COMPLETE", {"deploy": "Failed to create the stack", **POLICY})
    assert answer.returncode == 1 and "set-stack-policy" in calls
    assert "the package is not there" in answer.stderr and "the policy of pg-ingest-ingest cannot be set" in answer.stderr


def test_a_stack_that_stood_is_protected_again_behind_a_failure(deploy):
    answer, calls = deploy("CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", {"deploy": "Failed to execute"})
    assert answer.returncode == 1 and "the package is not there" in answer.stderr, answer.stderr
    assert calls[-1] == "set-stack-policy"


def test_a_change_set_that_was_not_executed_is_no_stack_yet(deploy):
    answer, calls = deploy("REVIEW_IN_PROGRESS", "REVIEW_IN_PROGRESS", {"deploy": "Failed to create the changeset", **POLICY})
    assert answer.returncode == 1 and "the package is not there" in answer.stderr, answer.stderr
    assert "set-stack-policy" not in calls


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"])
def test_a_stack_that_is_of_no_use_any_more_is_to_be_deleted(deploy, status):
    answer, calls = deploy(status, status, {})
    assert answer.returncode == 1 and "delete-stack --stack-name pg-ingest-ingest" in answer.stderr, answer.stderr
    assert "deploy" not in calls


def test_a_stack_in_use_is_never_said_to_be_deleted(deploy):
    answer, calls = deploy("UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", {})
    assert "continue-update-rollback --stack-name pg-ingest-ingest" in answer.stderr, answer.stderr
    assert "delete-stack" not in answer.stderr and "the package is not there" in answer.stderr
    assert "deploy" not in calls

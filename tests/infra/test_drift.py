"""The weekly look at what was changed by hand. No emulator detects drift, so a stand-in for the AWS CLI answers in AWS' words."""

import json
import os
import subprocess
import sys

import pytest

from templates import PARTS, ROOT, branches
from test_stack_role import ARNS, KINDS, ONLY_FOR, SCHEMAS, BY_TYPE

STAND_IN = """#!{python}
import json, pathlib, sys
answers = json.loads(pathlib.Path({answers!r}).read_text())
command = sys.argv[sys.argv.index("cloudformation") + 1]
if command == "detect-stack-drift":
    print(json.dumps({{"StackDriftDetectionId": "one"}}))
elif command == "describe-stack-drift-detection-status":
    print(json.dumps(answers["status"]))
elif command == "describe-stack-resource-drifts":
    print(json.dumps({{"StackResourceDrifts": answers["drifts"]}}))
else:
    sys.exit(f"{{command}} was not expected")
"""
COMPLETE = {"DetectionStatus": "DETECTION_COMPLETE"}
LONGER = {
    "LogicalResourceId": "Queue",
    "ResourceType": "AWS::SQS::Queue",
    "StackResourceDriftStatus": "MODIFIED",
    "PropertyDifferences": [
        {"PropertyPath": "/VisibilityTimeout", "ExpectedValue": "360", "ActualValue": "30", "DifferenceType": "NOT_EQUAL"}
    ],
}
GONE = {"LogicalResourceId": "Alarm", "ResourceType": "AWS::CloudWatch::Alarm", "StackResourceDriftStatus": "DELETED"}


@pytest.fixture
def drift(tmp_path):
    """Runs deploy.py --drift while CloudFormation says what it is told to."""

    def run(status, drifts=()):
        answers = tmp_path / "answers.json"
        answers.write_text(json.dumps({"status": status, "drifts": drifts}))
        program = tmp_path / "aws"
        program.write_text(STAND_IN.format(python=sys.executable, answers=str(answers)))
        program.chmod(0o755)
        command = [sys.executable, ROOT / "infra/deploy.py", "ingest", "--drift"]
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    return run


def test_what_is_as_its_template_says_passes(drift):
    answer = drift(COMPLETE)
    assert (answer.returncode, answer.stdout) == (0, "pg-ingest-ingest is what its template says\n"), answer.stderr


def test_what_was_changed_by_hand_fails_and_is_named(drift):
    answer = drift(COMPLETE, [LONGER, GONE])
    assert answer.returncode == 1
    assert "Queue (AWS::SQS::Queue) /VisibilityTimeout: expected 360, is 30" in answer.stdout
    assert "Alarm (AWS::CloudWatch::Alarm) is gone" in answer.stdout


def test_a_detection_that_fails_is_no_all_clear(drift):
    answer = drift({"DetectionStatus": "DETECTION_FAILED", "DetectionStatusReason": "AccessDenied"})
    assert answer.returncode == 1
    assert "was not detected: AccessDenied" in answer.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_its_role_may_read_each_resource_and_change_none(kind):
    # CloudFormation reads by the rights of who asks.
    schema = json.loads((SCHEMAS / f"resources/{BY_TYPE[kind]}.json").read_text())
    wanted = set(schema["handlers"].get("read", {}).get("permissions", []))
    wanted -= {action for actions in ONLY_FOR.get(kind, {}).values() for action in actions}
    granted = set()
    (policy,) = PARTS["delivery"]["Resources"]["GitHubDriftRole"]["Properties"]["Policies"]
    for entry in policy["PolicyDocument"]["Statement"]:
        for statement in branches(entry):
            places = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            texts = [place if isinstance(place, str) else place["Fn::Sub"] for place in places]
            if any(text == "*" or fragment in text for text in texts for fragment in ARNS[kind]):
                granted |= set(statement["Action"])
    assert sorted(wanted - granted) == []
    verbs = {action.split(":")[1] for action in granted}
    assert all(verb.startswith(("BatchDescribe", "Describe", "Detect", "Get", "List")) for verb in verbs)

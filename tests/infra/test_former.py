"""Which package a delivery goes back to: infra/former.py against an emulated bucket."""

import subprocess
import sys

import pytest

from templates import ROOT

BUCKET = "artifacts"


def former(account, *arguments):
    """Runs infra/former.py; returns the process."""
    command = [sys.executable, ROOT / "infra/former.py", arguments[0], "--bucket", BUCKET, *arguments[1:]]
    return subprocess.run(command, env=account.environment(), capture_output=True, text=True, check=False)


class Stack:
    """What the builds do to the stack's package, and what they keep of it."""

    def __init__(self, account, package):
        self.account, self.package = account, package

    def deploy(self, commit, package):
        """As the deploy build; returns what it says."""
        arguments = ["--commit", commit, "--package", package, "--current", self.package]
        answer = former(self.account, "replace", *arguments)
        assert answer.returncode == 0, answer.stderr
        self.package = package
        return answer.stdout

    def passes(self):
        """As the smoke build, where the file came through."""
        answer = former(self.account, "tried", "--package", self.package)
        assert answer.returncode == 0, answer.stderr

    def goes_back_to(self, commit):
        """What the restore build of a commit would put back."""
        return self.account.client("s3").get_object(Bucket=BUCKET, Key=f"former/{commit}")["Body"].read().decode()


@pytest.fixture
def bucket(account):
    """The artifacts bucket, empty."""
    s3 = account.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    yield s3
    for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
    s3.delete_bucket(Bucket=BUCKET)


def test_a_delivery_goes_back_to_what_passed_before_it(account, bucket):
    stack = Stack(account, "")
    stack.deploy("c1", "shipper/one.zip")
    assert stack.goes_back_to("c1") == ""
    stack.passes()
    assert stack.deploy("c2", "shipper/two.zip") == ""
    assert stack.goes_back_to("c2") == "shipper/one.zip"
    # The job runs again.
    assert stack.deploy("c2", "shipper/two.zip") == ""
    assert stack.goes_back_to("c2") == "shipper/one.zip"
    stack.passes()
    # A commit that changes no package has nothing to go back to but itself.
    assert stack.deploy("c3", "shipper/two.zip") == ""
    assert stack.goes_back_to("c3") == "shipper/two.zip"


def test_a_first_package_that_nothing_has_tried_is_noticed_and_not_put_back(account, bucket):
    stack = Stack(account, "")
    stack.deploy("c1", "shipper/one.zip")
    # Here a later stack failed, and the smoke test did not run. Its mending brings the same package, or another.
    for commit, package in (("c2", "shipper/one.zip"), ("c3", "shipper/two.zip")):
        said = stack.deploy(commit, package)
        assert "shipper/one.zip is in the stack, and no smoke test has passed with it" in said
        assert "nothing is put back, since nothing was tried before" in said
        assert stack.goes_back_to(commit) == ""


def test_an_update_that_nothing_has_tried_is_passed_over_however_often(account, bucket):
    stack = Stack(account, "")
    stack.deploy("c1", "shipper/one.zip")
    stack.passes()
    stack.deploy("c2", "shipper/two.zip")
    for commit, package in (("c3", "shipper/two.zip"), ("c4", "shipper/three.zip"), ("c5", "shipper/four.zip")):
        assert "if this one fails too, shipper/one.zip is put back" in stack.deploy(commit, package)
        assert stack.goes_back_to(commit) == "shipper/one.zip"
    stack.passes()
    assert stack.deploy("c6", "shipper/five.zip") == ""
    assert stack.goes_back_to("c6") == "shipper/four.zip"


def test_a_package_of_before_there_were_marks_counts_as_tried(account, bucket):
    stack = Stack(account, "shipper/old.zip")
    assert stack.deploy("c1", "shipper/new.zip") == ""
    assert stack.goes_back_to("c1") == "shipper/old.zip"


def test_what_cannot_be_asked_is_not_taken_for_untried(account):
    answer = former(account, "replace", "--commit", "c", "--package", "shipper/new.zip", "--current", "shipper/old.zip")
    assert answer.returncode == 1
    assert "cannot be read, and nothing was deployed" in answer.stderr and "infra/deploy.py delivery" in answer.stderr

"""The workflows: valid, safe, and starting the builds that exist."""

import pathlib
import re
import subprocess

import pytest
import yaml
from cfnlint.decode import cfn_yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
# YAML 1.1 reads the key `on` as true.
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text().replace("\non:", '\n"on":', 1)) for path in FILES}
# The jobs that start a build, as (workflow, job): the project.
IN_TURN = ["build", "migrate", "deploy", "smoke", "restore"]
DELIVERIES = {**{("deliver", job): job for job in IN_TURN}, ("dbt-daily-run", "dbt"): "dbt"}


def test_the_workflows_are_there():
    assert set(WORKFLOWS) == {"audit", "ci", "dbt-daily-run", "deliver", "drift", "plan", "release"}


def test_git_reads_the_checkout_in_a_container():
    """The folder belongs to the runner's user and the container's user is root, which git refuses unless it is told otherwise."""
    jobs = [job for workflow in WORKFLOWS.values() for job in workflow["jobs"].values() if "container" in job]
    assert len(jobs) == 3
    for job in jobs:
        said = [step["run"] for step in job["steps"] if "run" in step]
        assert any('git config --global --add safe.directory "$GITHUB_WORKSPACE"' in step for step in said[:-1]), job["name"]


def test_a_delivery_is_tests_then_build_then_schema_then_function_then_smoke_test():
    jobs = WORKFLOWS["deliver"]["jobs"]
    assert list(jobs) == ["ci", *IN_TURN]
    assert jobs["ci"]["uses"] == "./.github/workflows/ci.yml"
    for former, job in zip(["ci", *IN_TURN], IN_TURN[:-1]):
        assert jobs[job]["needs"] == former
        assert "if" not in jobs[job], "a failure ends the delivery"
    assert WORKFLOWS["deliver"]["on"]["push"] == {"branches": ["main"]}
    assert "workflow_call" in WORKFLOWS["ci"]["on"] and "push" not in WORKFLOWS["ci"]["on"]


def test_the_former_package_is_put_back_where_the_smoke_test_fails_and_nowhere_else():
    restore = WORKFLOWS["deliver"]["jobs"]["restore"]
    assert restore["needs"] == ["deploy", "smoke"]
    condition = re.fullmatch(r"\$\{\{ (.*) \}\}", restore["if"]).group(1)
    python = condition.replace("&&", "and").replace("always()", "True")
    for deploy in ("success", "failure", "cancelled", "skipped"):
        for smoke in ("success", "failure", "cancelled", "skipped"):
            said = re.sub(r"needs\.(\w+)\.result", lambda match: repr({"deploy": deploy, "smoke": smoke}[match[1]]), python)
            assert eval(said) is ((deploy, smoke) == ("success", "failure")), (deploy, smoke)


def test_a_pull_request_shows_what_it_would_change_and_changes_nothing():
    workflow = WORKFLOWS["plan"]
    assert set(workflow["on"]) == {"pull_request"}
    (job,) = workflow["jobs"].values()
    assert "environment" not in job
    assert job["steps"][1]["with"]["role-to-assume"] == "${{ vars.AWS_PLAN_ROLE_ARN }}"
    assert "infra/deploy.py ingest observability --plan" in job["steps"][-1]["run"]


def test_drift_is_looked_for_each_week_by_a_role_that_changes_nothing():
    workflow = WORKFLOWS["drift"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", workflow["on"]["schedule"][0]["cron"])
    (job,) = workflow["jobs"].values()
    assert "environment" not in job
    assert job["steps"][1]["with"]["role-to-assume"] == "${{ vars.AWS_DRIFT_ROLE_ARN }}"
    assert "infra/deploy.py ingest observability --drift" in job["steps"][-1]["run"]
    subjects = str(cfn_yaml.load(str(ROOT / "infra/delivery.yaml"))["Resources"]["GitHubDriftRole"])
    assert "ref:refs/heads/${DefaultBranch}" in subjects and "pull_request" not in subjects


def test_crates_are_looked_up_among_known_faults_each_week_and_when_they_change():
    workflow = WORKFLOWS["audit"]
    assert workflow["on"]["schedule"] and "Cargo.lock" in workflow["on"]["pull_request"]["paths"]
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1]["run"] == "cargo audit"
    assert re.search(r"--locked --version [0-9.]+ cargo-audit", job["steps"][-2]["run"])


RELEASE = WORKFLOWS["release"]["jobs"]


def commands_of(job):
    """What a job of the release types."""
    return "".join(step.get("run", "") for step in RELEASE[job]["steps"])


def test_a_release_is_checked_then_tested_then_packaged():
    assert WORKFLOWS["release"]["on"] == {"push": {"tags": ["v*"]}}
    assert list(RELEASE) == ["check", "ci", "packages"]
    assert RELEASE["ci"]["needs"] == "check" and RELEASE["packages"]["needs"] == "ci"
    assert not [name for name, job in RELEASE.items() if "if" in job], "a failure ends the release"
    assert RELEASE["ci"]["uses"] == "./.github/workflows/ci.yml"
    assert 'cargo xtask release --check "$GITHUB_REF_NAME"' in commands_of("check")
    wanted = re.search(r'RUST_VERSION: "([0-9.]+)"', (ROOT / "buildspec.yml").read_text())[1]
    assert f"rustup toolchain install {wanted} " in commands_of("check")
    # What a tag's own code does with the one right is to make its release; it has no role in AWS.
    assert {name: job["permissions"] for name, job in RELEASE.items()} == {
        "check": {"contents": "read"}, "ci": {"contents": "read"}, "packages": {"contents": "write"},
    }  # fmt: skip
    with_token = [step["name"] for step in RELEASE["packages"]["steps"] if "github.token" in str(step)]
    assert with_token == ["Release"], "what builds has no token"


def test_a_release_has_every_package_and_their_digests():
    commands = commands_of("packages")
    assert "x86_64 arm64" in commands
    folder = "target/release-files"
    for package in (
        f'cargo xtask package --arch "$arch" --output "{folder}/shipper-$arch.zip"',
        f'cargo xtask package operator --arch "$arch" --output "{folder}/pg-ingest-$version-$arch.tar.gz"',
        f'cargo xtask package sql --output "{folder}/pg_ingest-$version.sql"',
        f'cargo xtask package pg_tle --output "{folder}/pg_ingest-$version-pg_tle.sql"',
    ):
        assert package in commands, package
    packaged = set(re.findall(r"cargo xtask package (\w+)", commands)) | {"shipper"}
    known = set(re.findall(r"^cargo xtask package (\w+)", (ROOT / "xtask/src/package.rs").read_text(), re.MULTILINE)) | {"shipper"}
    assert packaged == known == {"shipper", "extension", "operator", "sql", "pg_tle"}
    # Digests of all files, among which their own list is none; and both go up.
    assert "sha256sum ./* > ../SHA256SUMS" in commands and "mv ../SHA256SUMS ." in commands
    assert re.search(r"gh release create .* --verify-tag .* --notes-file \S+ \./\*$", commands, re.MULTILINE)


def test_a_release_has_the_extension_for_each_major_that_is_supported():
    commands = commands_of("packages")
    loop = re.search(r"for major in ([0-9 ]+); do\s+cargo xtask package extension --postgres \"\$major\"", commands)[1]
    single = re.findall(r"package extension --postgres (\d+)", commands)
    assert sorted([*loop.split(), *single], key=int) == ["15", *map(str, WORKFLOWS["ci"]["jobs"]["majors"]["strategy"]["matrix"]["postgres"])]
    # Each is installed, used and removed before it goes out.
    assert commands.count("cargo xtask package extension") == commands.count(" --try")
    # PostgreSQL's archive would bring another 15 than Debian's, against which the tests run.
    assert commands.index("for major in") < commands.index("apt.postgresql.org.sh")


def test_they_fit_the_schema():
    for schema in ("vendor.github-workflows", "custom.github-workflows-require-timeout"):
        answer = subprocess.run(
            ["check-jsonschema", "--builtin-schema", schema, *FILES], capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stdout


def test_zizmor_has_nothing_to_say():
    answer = subprocess.run(
        ["zizmor", "--offline", "--pedantic", "--no-progress", ROOT / ".github"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "No findings" in answer.stdout + answer.stderr


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_and_image_is_pinned_by_digest(name):
    for job in WORKFLOWS[name]["jobs"].values():
        assert "uses" not in job or job["uses"].startswith("./"), job
        for step in job.get("steps", []):
            assert "uses" not in step or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]), step
        assert "container" not in job or re.search(r"@sha256:[0-9a-f]{64}$", job["container"])


@pytest.mark.parametrize(("place", "job"), DELIVERIES.items())
def test_a_delivery_becomes_the_role_starts_its_build_and_is_never_cut_off(place, job):
    workflow = WORKFLOWS[place[0]]
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["cancel-in-progress"] is False
    delivery = workflow["jobs"][place[1]]
    assert delivery["permissions"] == {"id-token": "write"}
    assert delivery["environment"] == "prod"
    login, build = delivery["steps"]
    assert login["with"]["role-to-assume"] == "${{ vars.AWS_ROLE_ARN }}"
    # The role may override nothing but the commit (infra/delivery.yaml), so GitHub's variables stay here.
    assert build["with"] == {
        "project-name": "${{ vars.STACK_PREFIX || 'pg-ingest' }}-delivery-" + job,
        "disable-github-env-vars": True,
    }


def projects():
    """The CodeBuild projects of the delivery part, by job."""
    resources = cfn_yaml.load(str(ROOT / "infra/delivery.yaml"))["Resources"].values()
    found = [entry["Properties"] for entry in resources if entry["Type"] == "AWS::CodeBuild::Project"]
    return {project["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}-"): project for project in found}


def test_each_build_that_is_started_exists():
    assert set(projects()) == set(DELIVERIES.values())
    for name, project in projects().items():
        assert project["Source"]["BuildSpec"] == ("buildspec.yml" if name == "build" else f"infra/builds/{name}.yml")
        assert (ROOT / project["Source"]["BuildSpec"]).is_file()


@pytest.mark.parametrize(("place", "job"), DELIVERIES.items())
def test_a_workflow_outlasts_its_build(place, job):
    # A job that is ended stops its build, and with it a delivery halfway.
    project, delivery = projects()[job], WORKFLOWS[place[0]]["jobs"][place[1]]
    longest = project["QueuedTimeoutInMinutes"] + project["TimeoutInMinutes"]
    assert longest < delivery["timeout-minutes"] <= delivery["steps"][0]["with"]["role-duration-seconds"] / 60


def test_every_delivery_can_be_started_by_hand_and_dbt_runs_each_day():
    assert WORKFLOWS["dbt-daily-run"]["on"]["schedule"]
    for name in ("deliver", "dbt-daily-run"):
        assert "workflow_dispatch" in WORKFLOWS[name]["on"]


def test_ci_runs_the_readmes_command():
    job = WORKFLOWS["ci"]["jobs"]["test"]
    assert job["steps"][-1]["run"] == ".ci/run"
    assert "pull_request_target" not in WORKFLOWS["ci"]["on"]

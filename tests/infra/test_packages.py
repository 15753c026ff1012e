"""Python packages are installed by digest: a registry that is broken into cannot put another one into a build."""

import pathlib
import re
import subprocess

import pytest

from templates import ROOT

TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, text=True, capture_output=True).stdout.split()
WANTED = sorted(path for path in TRACKED if re.fullmatch(r"requirements.*\.txt", pathlib.Path(path).name))
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)


def pins(text):
    """Each package with its versions: which one it is can depend on the interpreter."""
    found = {}
    for name, version in PIN.findall(text):
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), set()).add(version)
    return found


def read(path):
    """A file of pins with those that it brings in."""
    text = (ROOT / path).read_text()
    included = re.findall(r"^-r (.+)$", text, re.MULTILINE)
    return text + "".join(read((ROOT / path).parent.joinpath(other).resolve().relative_to(ROOT)) for other in included)


def test_there_are_packages():
    assert len(WANTED) >= 7


@pytest.mark.parametrize("path", WANTED)
def test_every_package_that_is_installed_has_its_digest_and_the_version_that_is_wanted(path):
    lock = (ROOT / path).with_suffix(".lock").read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", lock) if not entry.startswith("#")]
    assert entries
    for entry in entries:
        assert PIN.match(entry) and re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
    locked = pins(lock)
    for name, versions in pins(read(path)).items():
        assert locked.get(name) == versions, f"{name} {versions} is wanted; see CONTRIBUTING.md for how to lock it"


def test_the_tests_of_dbt_run_what_the_daily_run_runs():
    production, tests = (pins((ROOT / path).read_text()) for path in ("dbt/requirements.lock", "tests/dbt/requirements.lock"))
    for name in production.keys() & tests.keys():
        assert tests[name] <= production[name], name


@pytest.mark.parametrize("path", ["infra/builds/migrate.yml", "infra/builds/dbt.yml", "tests/infra/run", "tests/dbt/run", "xtask/src/setup/python.rs"])
def test_nothing_is_installed_in_another_way(path):
    text = (ROOT / path).read_text()
    installs = re.findall(r"""pip"? install .*|"install", "--quiet".*\n.*""", text)
    assert installs
    for install in installs:
        assert "--require-hashes" in install and ":all:" in install, install
    elsewhere = [other for other in TRACKED if other.startswith(".github/") and "pip install" in (ROOT / other).read_text()]
    assert not elsewhere

"""What the checks of delivery share: the emulated account and a private PostgreSQL."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "infra"))

from database import Cluster  # noqa: E402  (found through the line above, as is emulator)
from emulator import Emulator  # noqa: E402


def pytest_addoption(parser):
    """See test_flyway.py."""
    parser.addoption("--flyway", metavar="COMMAND", help="a Flyway to compare cargo xtask migrate with")


def pytest_collection_modifyitems(config, items):
    """Without a Flyway, the tests that run it are not there, instead of there and skipped."""
    if not config.getoption("--flyway"):
        left_out = [item for item in items if "flyway" in item.fixturenames]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def flyway(request):
    """Flyway's command."""
    return request.config.getoption("--flyway")


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    """An empty emulated AWS account."""
    with Emulator(tmp_path_factory.mktemp("aws")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def cluster():
    """A private PostgreSQL with TLS."""
    with Cluster() as running:
        yield running

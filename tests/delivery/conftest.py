"""What the checks of delivery share: the emulated account and a private PostgreSQL."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "infra"))

from database import Cluster  # noqa: E402  (found through the line above, as is emulator)
from emulator import Emulator  # noqa: E402


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

"""What the checks of infra/ share: the templates, read, and an emulated account."""

import pytest

from emulator import Emulator


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    """An empty emulated AWS account."""
    with Emulator(tmp_path_factory.mktemp("aws")) as emulator:
        yield emulator

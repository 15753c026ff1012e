"""What the tests of the dbt project share: servers, one for each engine, and databases in them."""

import pytest

from cluster import Cluster, OwnCluster
from warehouse import Warehouse

ENGINES = ("sql", "native")


def pytest_addoption(parser):
    """--engine and --url; see tests/dbt/run."""
    parser.addoption("--engine", choices=ENGINES, action="append", help="run with this engine only")
    parser.addoption("--url", help="a migrated PostgreSQL that runs already, with whatever engine it has")


def pytest_generate_tests(metafunc):
    """Tests that ask for `each_engine` run once with every engine."""
    if "each_engine" in metafunc.fixturenames:
        engines = ["given"] if metafunc.config.getoption("url") else metafunc.config.getoption("engine") or ENGINES
        metafunc.parametrize("each_engine", engines, scope="session")


@pytest.fixture(scope="session")
def clusters(request):
    """Gives the server of an engine; starts each at most once and stops them all at the end."""
    started = {}

    def cluster(engine: str) -> Cluster:
        if engine not in started:
            url = request.config.getoption("url")
            started[engine] = Cluster(url) if url else OwnCluster(engine)
        return started[engine]

    yield cluster
    for server in started.values():
        if isinstance(server, OwnCluster):
            server.close()


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """A folder for dbt's own files."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture
def engine_warehouse(each_engine, clusters, work):
    """An empty migrated database, with every engine in turn."""
    yield from database(clusters(each_engine), work)


@pytest.fixture
def warehouse(request, clusters, work):
    """An empty migrated database, where the engine makes no difference."""
    yield from database(clusters((request.config.getoption("engine") or ["sql"])[0]), work)


def database(cluster: Cluster, work):
    """A database for one test."""
    url = cluster.create_database()
    opened = Warehouse(url, work)
    yield opened
    opened.close()
    cluster.drop_database(url)

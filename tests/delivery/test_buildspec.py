"""The three builds: buildspec.yml's own commands, run against an emulated account and a private PostgreSQL.

The account is one where a VPC and a database exist already. The emulator runs the packaged shipper itself, so that the
deploy build's smoke test goes the whole way: bucket, queue, function, TLS, table.
"""

import json
import uuid

import psycopg
import pytest
from psycopg import sql

import codebuild
from database import MASTER, MASTER_PASSWORD, with_targets, xtask

PREFIX = "pg-ingest"
DATABASE = "delivered"


@pytest.fixture(scope="module")
def company(account, cluster, tmp_path_factory):
    """The account and database of a company that has done what docs/deploy.md asks an administrator to do."""

    def login(name, **values):
        place = {"host": "localhost", "port": cluster.url.port, "dbname": DATABASE}
        content = json.dumps({**place, **values})
        return account.client("secretsmanager").create_secret(Name=name, SecretString=content)["ARN"]

    parameters = {
        "GitHubRepository": "example/pg_ingest",
        "GitHubProviderArn": "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com",
        "BucketName": "company-landing",
        "ArtifactsBucketName": "company-artifacts",
        "NatGateway": "false",
        "DatabaseHost": "localhost",
        "DatabasePort": str(cluster.url.port),
        "DatabaseName": DATABASE,
        "DatabaseAuth": "password",
        # As in the example file: the delivery makes this login, and the secret names it.
        "DatabaseUser": "shipper",
        "MasterSecretArn": login("master", username=MASTER, password=MASTER_PASSWORD),
        "DatabaseSecretArn": login("shipper", username="shipper", password="the shipper's"),
        "DbtSecretArn": login("dbt", username="dbt", password="dbt's"),
        "Architecture": "x86_64",
        # The emulator knows no alarm over several metrics.
        "WaitingMinutes": "0",
    }
    file = tmp_path_factory.mktemp("company") / "parameters.json"
    file.write_text(json.dumps(parameters))
    account.deploy("network", parameters=parameters)
    account.deploy("stack-role", "delivery", parameters={**parameters, "ParameterFile": str(file)})
    overrides = {"RDS_CA_BUNDLE_URL": cluster.authority.as_uri()}
    with cluster.database(DATABASE), account.numbers_for_mappings():
        yield lambda job, **more: codebuild.build(account, f"{PREFIX}-delivery-{job}", {**overrides, **more})


def test_the_migrate_build_brings_the_schema_and_the_logins(company, cluster):
    build = company("migrate")
    assert build.returncode == 0, build.stdout
    assert cluster.ask(DATABASE, "SELECT to_regclass('ingest.file') IS NOT NULL") == [(True,)]
    logins = "SELECT rolname FROM pg_roles WHERE rolname IN ('shipper', 'dbt') ORDER BY 1"
    assert cluster.ask(DATABASE, logins) == [("dbt",), ("shipper",)]
    assert "the shipper's" not in build.stdout and MASTER_PASSWORD not in build.stdout


def test_the_migrate_build_again_has_nothing_to_do(company):
    build = company("migrate")
    assert build.returncode == 0, build.stdout
    assert "nothing is pending" in build.stdout


def test_the_deploy_build_deploys_and_a_file_goes_through(account, company, cluster):
    build = company("deploy")
    assert build.returncode == 0, build.stdout
    assert "became a row after" in build.stdout
    entries = cluster.ask(DATABASE, "SELECT key LIKE 'input/smoke_test/%%', status, rows_loaded FROM ingest.file")
    assert entries == [(True, "loaded", 1)]
    assert cluster.ask(DATABASE, "SELECT count(*) FROM ingest_smoke.file") == [(0,)]
    left = account.client("s3").list_objects_v2(Bucket="company-landing", Prefix="input/")
    assert left.get("KeyCount", 0) == 0
    (package,) = account.client("s3").list_objects_v2(Bucket="company-artifacts", Prefix="shipper/")["Contents"]
    assert package["Key"].endswith(".zip")


def test_the_deploy_build_again_changes_nothing(account, company):
    build = company("deploy")
    assert build.returncode == 0, build.stdout
    assert build.stdout.count("No changes to deploy") == 2
    listing = account.client("s3").list_objects_v2(Bucket="company-artifacts", Prefix="shipper/")
    assert len(listing["Contents"]) == 1, "the same shipper made another package"


def test_the_deploy_build_refuses_a_commit_that_was_not_migrated(company):
    build = company("deploy", CODEBUILD_RESOLVED_SOURCE_VERSION="f" * 40)
    assert build.returncode != 0
    assert "the migrations of this commit were not applied" in build.stdout
    assert "cargo xtask package" not in build.stdout, "went on after a failure"


def rotate(account, cluster, name):
    """Changes a login as AWS' function for alternating users does (SecretsManagerRDSPostgreSQLRotationMultiUser)."""
    secrets = account.client("secretsmanager")
    login = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])
    current = login["username"]
    login["username"] = current.removesuffix("_clone") if current.endswith("_clone") else f"{current}_clone"
    login["password"] = str(uuid.uuid4())
    with psycopg.connect(**{k.lower().removeprefix("pg"): v for k, v in cluster.variables(DATABASE).items()
                            if k in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")}, dbname=DATABASE) as master:  # fmt: skip
        known = master.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login["username"],)).fetchall()
        names = {"new": sql.Identifier(login["username"]), "old": sql.Identifier(current),
                 "password": sql.Literal(login["password"])}  # fmt: skip
        if known:
            master.execute(sql.SQL("ALTER USER {new} WITH PASSWORD {password}").format(**names))
        else:
            master.execute(sql.SQL("CREATE ROLE {new} WITH LOGIN PASSWORD {password}").format(**names))
            master.execute(sql.SQL("GRANT {old} TO {new}").format(**names))
    secrets.put_secret_value(SecretId=name, SecretString=json.dumps(login))
    return login["username"]


def test_rotation_by_alternating_users_does_not_stop_the_shipper(account, company, cluster):
    for expected in ("shipper_clone", "shipper", "shipper_clone"):
        assert rotate(account, cluster, "shipper") == expected
        # An instance that runs goes on with the login that it has, whose password stays valid until the next rotation.
        answer = smoke(account, cluster, seconds=60)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        # A new one, which Lambda starts after a change of the function, reads the secret.
        (stack,) = account.client("cloudformation").describe_stacks(StackName=f"{PREFIX}-ingest")["Stacks"]
        given = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack["Parameters"]}
        account.client("lambda").update_function_code(
            FunctionName="pg-ingest-shipper", S3Bucket=given["CodeBucket"], S3Key=given["CodeKey"]
        )
        # Whatever the old one left open must not be taken for the new one's.
        cluster.ask(
            DATABASE,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('shipper', 'shipper_clone')",
        )
        answer = smoke(account, cluster, seconds=60)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        used = "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE usename IN ('shipper', 'shipper_clone')"
        assert cluster.ask(DATABASE, used) == [(expected,)]


def smoke(account, cluster, seconds=10):
    environment = {**account.environment(), **cluster.variables(DATABASE)}
    return xtask("smoke", "--stack", f"{PREFIX}-ingest", "--timeout", str(seconds), environment=environment, check=False)


def test_the_smoke_test_says_that_nobody_takes_the_messages(account, company, cluster):
    mapping = account.outputs(f"{PREFIX}-ingest")["EventSourceMappingId"]
    account.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    answer = smoke(account, cluster)
    assert answer.returncode == 1
    assert "messages wait in the queue and nobody takes them" in answer.stderr


def test_the_smoke_test_says_that_no_event_was_sent(account, company, cluster):
    account.client("sqs").purge_queue(QueueUrl=account.outputs(f"{PREFIX}-ingest")["QueueUrl"])
    account.client("s3").put_bucket_notification_configuration(Bucket="company-landing", NotificationConfiguration={})
    answer = smoke(account, cluster)
    assert answer.returncode == 1
    assert "no event reached the queue" in answer.stderr


def test_the_dbt_build_builds_the_marts(company, cluster, tmp_path):
    # The models read the sample targets, which are a user's own migration.
    xtask("migrate", "--migrations", with_targets(tmp_path / "migrations"), environment=cluster.variables(DATABASE))
    with cluster.superuser(DATABASE) as connection:
        for name in ("orders", "customers"):
            connection.execute(
                "SELECT ingest_register_dataset(name => %s, prefix => %s, target => %s::regclass)",
                (name, f"input/{name}/", f"landing.{name}"),
            )
        connection.execute(
            """INSERT INTO ingest.staging (bucket, key, etag, event_time, last_modified, body) VALUES
               ('b', 'input/orders/1.json', 'e', now(), now(), convert_to(json_build_object('order_id',
                 gen_random_uuid(), 'customer_id', 1, 'status', 'placed', 'ordered_at', now(), 'updated_at', now(),
                 'currency', 'EUR', 'total_amount', 12.5, 'items', json_build_array())::text, 'UTF8')),
               ('b', 'input/customers/1.json', 'e', now(), now(), convert_to(json_build_object('customer_id', 1,
                 'email', 'a@example.com', 'signed_up_at', now(), 'updated_at', now())::text, 'UTF8'))"""
        )
        connection.execute("SELECT * FROM ingest_process_staging()")
    build = company("dbt")
    assert build.returncode == 0, build.stdout
    marts = "SELECT count(*) > 0 FROM pg_tables WHERE schemaname = 'analytics'"
    assert cluster.ask(DATABASE, marts) == [(True,)]


def kept_of_daily_runs(account):
    """What each daily run left in the artifacts bucket, file by file; the newest run last."""
    listing = account.client("s3").list_objects_v2(Bucket="company-artifacts", Prefix="dbt/")["Contents"]
    runs = {}
    for entry in sorted(listing, key=lambda entry: entry["LastModified"]):
        _, day, run, name = entry["Key"].split("/")
        body = account.client("s3").get_object(Bucket="company-artifacts", Key=entry["Key"])["Body"]
        runs.setdefault((day, run), {})[name] = body.read().decode()
    return list(runs.values())


def test_what_a_daily_run_found_is_kept(account):
    (run,) = kept_of_daily_runs(account)
    assert set(run) == {"catalog.json", "docs.html", "manifest.json", "run_results.json", "sources.json", "summary.txt"}
    assert run["summary.txt"].startswith("Daily run: all well")


def test_a_failed_test_fails_the_build_which_says_which_and_keeps_what_it_found(account, company, cluster):
    with cluster.superuser(DATABASE) as connection:
        # The ledger speaks of a rejected record that the quarantine does not hold.
        connection.execute(
            """UPDATE ingest.file SET status = 'partially_loaded', records = records + 1, rows_rejected = 1
               WHERE dataset = 'customers'"""
        )
    build = company("dbt")
    assert build.returncode == 1, build.stdout
    # The last thing in the log that the workflow shows, before the artifacts.
    assert "test reconcile_quarantine_with_ledger: 1 row fails" in "\n".join(build.stdout.splitlines()[-6:])
    assert "test reconcile_quarantine_with_ledger: 1 row fails" in kept_of_daily_runs(account)[-1]["summary.txt"]
    results = json.loads(kept_of_daily_runs(account)[-1]["run_results.json"])["results"]
    assert ["test.pg_ingest.reconcile_quarantine_with_ledger"] == [r["unique_id"] for r in results if r["status"] == "fail"]


def test_a_daily_run_that_cannot_start_keeps_why(account, company):
    build = company("dbt", PGPASSWORD="wrong")
    assert build.returncode == 2, build.stdout
    assert "check PGUSER and PGPASSWORD against dbt's secret" in kept_of_daily_runs(account)[-1]["summary.txt"]


def test_a_build_ends_at_the_first_command_that_fails(company):
    build = company("migrate", PGPASSWORD="wrong")
    assert build.returncode != 0
    assert "password authentication failed" in build.stdout
    assert "--logins" not in build.stdout, "went on after a failure"

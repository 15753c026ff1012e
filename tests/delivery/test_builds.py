"""The builds: the commands of buildspec.yml and infra/builds/, run against an emulated account and a private PostgreSQL.

The account is one where a VPC and a database exist already. The emulator runs the packaged shipper itself, so that the
smoke build goes the whole way: bucket, queue, function, TLS, table.
"""

import hashlib
import io
import json
import re
import uuid
import zipfile

import psycopg
import pytest
import yaml
from psycopg import sql

import codebuild
from database import MASTER, MASTER_PASSWORD, with_targets, xtask

PREFIX = "pg-ingest"
DATABASE = "delivered"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
BUILDS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((codebuild.ROOT / "infra/builds").glob("*.yml"))}
BUILDS["build"] = yaml.safe_load((codebuild.ROOT / "buildspec.yml").read_text())
# What compiles, or fetches what nobody has looked at.
COMPILING = re.compile(r"\b(cargo|rustup|rustc|gcc|cc|zig|make|npm|go)\b|pip\"? install(?!.*--require-hashes.*--only-binary :all:)")


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
        "SmokeSecretArn": login("smoke", username="smoke", password="the smoke test's"),
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


def objects(account, prefix):
    """The keys in the artifacts bucket under a prefix."""
    listing = account.client("s3").list_objects_v2(Bucket="company-artifacts", Prefix=prefix)
    return [entry["Key"] for entry in listing.get("Contents", [])]


def built(account, name):
    """The key of what the commit's first build made."""
    record = account.client("s3").get_object(Bucket="company-artifacts", Key=f"built/{COMMIT}/built.json")["Body"]
    return f"built/{COMMIT}/{json.load(record)[name]}/{name}"


def commands(build):
    """Every command of a build."""
    phases = BUILDS[build]["phases"].values()
    return [command for phase in phases for command in phase["commands"] + phase.get("finally", [])]


def test_only_the_build_that_has_no_rights_compiles():
    assert set(BUILDS) == {"build", "migrate", "deploy", "smoke", "restore", "dbt"}
    compiling = {name for name in BUILDS if any(COMPILING.search(command) for command in commands(name))}
    assert compiling == {"build"}
    # Of those that may hand over the stack role, none installs anything either.
    for name in ("deploy", "restore", "smoke"):
        assert "install" not in BUILDS[name]["phases"], name
        assert not [command for command in commands(name) if "pip" in command or "venv" in command], name
    # What one build left in a cache another would run: only the one that compiles keeps any.
    assert {name for name in BUILDS if "cache" in BUILDS[name]} == {"build"}


def test_nothing_is_migrated_or_deployed_of_a_commit_that_was_not_built(company):
    build = company("migrate")
    assert build.returncode != 0
    assert f"{COMMIT} was not built; run its build first" in build.stdout
    assert "xtask migrate --migrations migrations --plan" not in build.stdout, "went on after a failure"


def test_the_build_keeps_what_it_made_under_the_commit(account, company):
    build = company("build")
    assert build.returncode == 0, build.stdout
    kept = {key.rsplit("/", 1)[1]: key for key in objects(account, f"built/{COMMIT}/")}
    assert set(kept) == {"shipper.zip", "xtask", "built.json"}
    for name in ("shipper.zip", "xtask"):
        body = account.client("s3").get_object(Bucket="company-artifacts", Key=kept[name])["Body"].read()
        assert kept[name] == f"built/{COMMIT}/{hashlib.sha256(body).hexdigest()}/{name}"


def test_a_commit_is_built_once(account, company):
    key = f"built/{COMMIT}/built.json"
    before = account.client("s3").get_object(Bucket="company-artifacts", Key=key)["Body"].read()
    build = company("build")
    assert build.returncode == 0, build.stdout
    # The same sources make the same package; another would stay beside the first, and the list is the first's.
    assert "was built before; what that build made stays" in build.stdout
    assert account.client("s3").get_object(Bucket="company-artifacts", Key=key)["Body"].read() == before


def test_the_migrate_build_brings_the_schema_and_the_logins(company, cluster):
    build = company("migrate")
    assert build.returncode == 0, build.stdout
    assert cluster.ask(DATABASE, "SELECT to_regclass('ingest.file') IS NOT NULL") == [(True,)]
    logins = "SELECT rolname FROM pg_roles WHERE rolname IN ('shipper', 'smoke', 'dbt') ORDER BY 1"
    assert cluster.ask(DATABASE, logins) == [("dbt",), ("shipper",), ("smoke",)]
    assert "the shipper's" not in build.stdout and MASTER_PASSWORD not in build.stdout


def test_the_migrate_build_again_has_nothing_to_do(company):
    build = company("migrate")
    assert build.returncode == 0, build.stdout
    assert "nothing is pending" in build.stdout


def test_a_package_that_is_not_what_was_built_is_refused(account, company):
    s3 = account.client("s3")
    key = built(account, "shipper.zip")
    genuine = s3.get_object(Bucket="company-artifacts", Key=key)["Body"].read()
    s3.put_object(Bucket="company-artifacts", Key=key, Body=genuine + b"changed since")
    build = company("deploy")
    assert build.returncode != 0
    assert "is not what was built: expected SHA-256" in build.stdout
    assert "went on" not in build.stdout and "deploying" not in build.stdout and not objects(account, "shipper/")
    s3.put_object(Bucket="company-artifacts", Key=key, Body=genuine)


def test_the_deploy_build_deploys_what_was_built(account, company):
    build = company("deploy")
    assert build.returncode == 0, build.stdout
    (package,) = objects(account, "shipper/")
    assert package == f"shipper/{built(account, 'shipper.zip').split('/')[2]}.zip"
    assert parameter(account, "CodeKey") == package


def test_where_nothing_was_deployed_before_nothing_is_put_back(account, company):
    before = parameter(account, "CodeKey")
    build = company("restore")
    assert build.returncode == 0, build.stdout
    assert "no package was deployed before this commit's" in build.stdout
    assert parameter(account, "CodeKey") == before


def test_the_smoke_build_sends_a_file_through(account, company, cluster):
    build = company("smoke")
    assert build.returncode == 0, build.stdout
    assert "became a row after" in build.stdout
    assert "the smoke test's" not in build.stdout
    entries = cluster.ask(DATABASE, "SELECT key LIKE 'input/smoke_test/%%', status, rows_loaded FROM ingest.file")
    assert entries == [(True, "loaded", 1)]
    assert cluster.ask(DATABASE, "SELECT count(*) FROM ingest_smoke.file") == [(0,)]
    left = account.client("s3").list_objects_v2(Bucket="company-landing", Prefix="input/")
    assert left.get("KeyCount", 0) == 0
    assert objects(account, "tried/") == [f"tried/{parameter(account, 'CodeKey')}"]


def parameter(account, name):
    """A parameter's value in the ingest part's stack."""
    (stack,) = account.client("cloudformation").describe_stacks(StackName=f"{PREFIX}-ingest")["Stacks"]
    return {given["ParameterKey"]: given["ParameterValue"] for given in stack["Parameters"]}[name]


def test_the_deploy_build_again_changes_nothing(account, company):
    build = company("deploy")
    assert build.returncode == 0, build.stdout
    assert build.stdout.count("No changes to deploy") == 2
    assert len(objects(account, "shipper/")) == 1, "the same shipper made another package"


BAD = "bad" * 13


def built_as(account, commit):
    """Puts what a build of a commit would have made there: a package whose program ends at once. Returns its key for Lambda."""
    s3 = account.client("s3")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        # As one for another processor would. The date is the same each time.
        member = zipfile.ZipInfo("bootstrap")
        member.external_attr = 0o755 << 16
        archive.writestr(member, "#!/bin/sh\nexit 1\n")
    made = {"shipper.zip": content.getvalue()}
    made["xtask"] = s3.get_object(Bucket="company-artifacts", Key=built(account, "xtask"))["Body"].read()
    digests = {name: hashlib.sha256(body).hexdigest() for name, body in made.items()}
    for name, body in made.items():
        s3.put_object(Bucket="company-artifacts", Key=f"built/{commit}/{digests[name]}/{name}", Body=body)
    s3.put_object(Bucket="company-artifacts", Key=f"built/{commit}/built.json", Body=json.dumps(digests))
    s3.put_object(Bucket="company-artifacts", Key=f"migrated/{commit}", Body=b"")
    return f"shipper/{digests['shipper.zip']}.zip"


def test_the_former_package_is_put_back_where_the_smoke_test_fails(account, company, cluster):
    bad = BAD + "0"
    package = built_as(account, bad)
    good = parameter(account, "CodeKey")

    # Deployed twice, as after a job that was run again: the former package is the good one all the same.
    for _ in range(2):
        build = company("deploy", CODEBUILD_RESOLVED_SOURCE_VERSION=bad)
        assert build.returncode == 0, build.stdout
    assert parameter(account, "CodeKey") == package != good
    build = company("smoke", CODEBUILD_RESOLVED_SOURCE_VERSION=bad, SMOKE_TIMEOUT="10")
    assert build.returncode != 0, build.stdout
    assert "has no entry in ingest.file" in build.stdout
    build = company("restore", CODEBUILD_RESOLVED_SOURCE_VERSION=bad)
    assert build.returncode == 0, build.stdout
    assert f"putting {good} back" in build.stdout
    assert parameter(account, "CodeKey") == good
    # The failed jobs run again: the former package is no proof of this one.
    build = company("smoke", CODEBUILD_RESOLVED_SOURCE_VERSION=bad, SMOKE_TIMEOUT="10")
    assert build.returncode != 0, build.stdout
    assert f"the stack has {good}, which is not this commit's package" in build.stdout
    # The file that the bad one did not take is hidden for seven minutes, and gone.
    account.client("sqs").purge_queue(QueueUrl=account.outputs(f"{PREFIX}-ingest")["QueueUrl"])
    build = company("smoke")
    assert build.returncode == 0, build.stdout
    build = company("restore", CODEBUILD_RESOLVED_SOURCE_VERSION=bad)
    assert build.returncode == 0 and "is there already" in build.stdout, build.stdout


def test_a_package_that_no_smoke_test_has_passed_is_noticed_and_none_to_go_back_to(account, company):
    good = parameter(account, "CodeKey")
    # Of the first commit a later stack failed, so that no smoke test ran. The second mends that, by the same package.
    for bad, is_noticed in ((BAD + "1", False), (BAD + "2", True)):
        package = built_as(account, bad)
        build = company("deploy", CODEBUILD_RESOLVED_SOURCE_VERSION=bad)
        assert build.returncode == 0, build.stdout
        assert (f"{package} is in the stack, and no smoke test has passed with it" in build.stdout) is is_noticed, build.stdout
        assert parameter(account, "CodeKey") == package
    build = company("restore", CODEBUILD_RESOLVED_SOURCE_VERSION=bad)
    assert build.returncode == 0 and f"putting {good} back" in build.stdout, build.stdout
    assert parameter(account, "CodeKey") == good


def test_the_deploy_build_refuses_a_commit_that_was_not_migrated(company):
    build = company("deploy", CODEBUILD_RESOLVED_SOURCE_VERSION="f" * 40)
    assert build.returncode != 0
    assert "the migrations of this commit were not applied" in build.stdout
    assert "built.py get" not in build.stdout, "went on after a failure"


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

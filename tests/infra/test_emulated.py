"""The templates, deployed into an emulated account by infra/deploy.py: what exists then, and how it behaves.

What the emulator cannot make is left out by parameters (the NAT, alarms over two metrics) or given from outside (GitHub's OIDC provider).
"""

import argparse
import importlib
import io
import json
import os
import time
import zipfile

import pytest

from templates import INFRA

PREFIX = "pg-ingest"
PARAMETERS = {
    "GitHubRepository": "example/pg_ingest",
    "GitHubProviderArn": "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com",
    "BucketName": "landing",
    "ArtifactsBucketName": "artifacts",
    "AlarmEmail": "data-team@example.com",
    "DatabaseAuth": "iam",
    "NatGateway": "false",
    "SecretsManagerEndpoint": "true",
    "WaitingMinutes": "0",
    "FunctionAlarms": "true",
    "StagingAlarm": "true",
    "Dashboard": "true",
    "ExpectedEveryMinutes": "60",
    "DbtSchedule": "cron(0 5 * * ? *)",
    "Tags": {"team": "data"},
    # The emulator would start to poll; what a running mapping does is the end-to-end tests' matter.
    "MappingEnabled": "false",
}
WAIT_S = 300


def package(account, key):
    """Uploads a package, as the deploy job does."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\n")
    account.client("s3").put_object(Bucket="artifacts", Key=key, Body=content.getvalue())
    return f"CodeKey={key}"


@pytest.fixture(scope="module")
def deployed(account):
    """Everything, deployed in the order of docs/deploy.md; the outputs by part."""
    account.deploy("network", "database", parameters=PARAMETERS)
    account.deploy("stack-role", "delivery", parameters=PARAMETERS)
    account.deploy("ingest", "observability", parameters=PARAMETERS, settings=[package(account, "shipper/1.zip")])
    parts = ("network", "database", "stack-role", "delivery", "ingest", "observability")
    return {part: account.outputs(f"{PREFIX}-{part}") for part in parts}


def messages(account, queue_url, at_least=1):
    """The bodies of what is in a queue, which are taken out of it."""
    sqs, bodies, deadline = account.client("sqs"), [], time.monotonic() + WAIT_S
    while len(bodies) < at_least and time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def keys(bodies):
    return [record["s3"]["object"]["key"] for body in bodies for record in body.get("Records", [])]


def test_a_file_under_the_prefix_makes_one_message_and_others_none(account, deployed):
    s3, queue = account.client("s3"), deployed["ingest"]["QueueUrl"]
    wanted = [f"input/orders/a{suffix}" for suffix in (".json", ".json.gz", ".jsonl", ".ndjson")]
    for key in ("elsewhere/a.json", "input/a.txt", "input/a.gz", "input/ajson", *wanted):
        s3.put_object(Bucket="landing", Key=key, Body=b"{}")
    assert sorted(keys(messages(account, queue, at_least=4))) == sorted(wanted)
    assert messages(account, queue, at_least=0) == []


def test_the_queues_are_as_the_template_says(account, deployed):
    sqs = account.client("sqs")

    def attributes(name):
        return sqs.get_queue_attributes(QueueUrl=deployed["ingest"][name], AttributeNames=["All"])["Attributes"]

    queue, dead = attributes("QueueUrl"), attributes("DeadLetterQueueUrl")
    assert queue["VisibilityTimeout"] == "420"
    assert json.loads(queue["RedrivePolicy"]) == {"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": "20"}
    assert json.loads(dead["RedriveAllowPolicy"])["sourceQueueArns"] == [queue["QueueArn"]]
    assert (queue["MessageRetentionPeriod"], dead["MessageRetentionPeriod"]) == ("345600", "1209600")
    assert queue["SqsManagedSseEnabled"] == dead["SqsManagedSseEnabled"] == "true"


def test_the_mapping_hands_over_100_and_takes_back_failures(account, deployed):
    mapping = account.client("lambda").get_event_source_mapping(UUID=deployed["ingest"]["EventSourceMappingId"])
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (100, 55)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert int(mapping["ScalingConfig"]["MaximumConcurrency"]) == 10


def test_with_iam_the_shipper_may_connect_and_reads_no_secret(account, deployed):
    function = account.client("lambda").get_function_configuration(FunctionName="pg-ingest-shipper")
    settings = function["Environment"]["Variables"]
    assert settings["DATABASE_AUTH"] == "iam"
    assert settings["DATABASE_HOST"] == deployed["database"]["DatabaseHost"]
    assert settings["DATABASE_USER"] == "shipper"
    assert "DATABASE_SECRET_ARN" not in settings
    iam = account.client("iam")
    role = deployed["ingest"]["ShipperRoleArn"].rsplit("/", 1)[1]
    assert "database-secret" not in iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName="database-token")["PolicyDocument"]
    resource = deployed["database"]["DatabaseResourceId"]
    assert document["Statement"][0]["Resource"].endswith(f":dbuser:{resource}/shipper")


def test_the_builds_take_their_logins_from_the_secrets_store(account, deployed):
    names = [deployed["delivery"][f"{job}ProjectName"] for job in ("Build", "Migrate", "Deploy", "Smoke", "Restore", "Dbt")]
    projects = account.client("codebuild").batch_get_projects(names=names)["projects"]
    assert {project["name"] for project in projects} == {f"{PREFIX}-delivery-{job}" for job in ("build", "migrate", "deploy", "smoke", "restore", "dbt")}
    for project in projects:
        for variable in project["environment"]["environmentVariables"]:
            if "PASSWORD" in variable["name"]:
                assert variable["type"] == "SECRETS_MANAGER", variable["name"]


def test_the_alarms_exist_and_tell_the_topic(account, deployed):
    alarms = account.client("cloudwatch").describe_alarms()["MetricAlarms"]
    names = {alarm["AlarmName"].removeprefix(f"{PREFIX}-observability-") for alarm in alarms}
    assert names == {
        "dead-letters",
        "batches-failed",
        "files-failed",
        "files-deferred",
        "staging-held",
        "rejected-rows",
        "nothing-loaded",
        "function-errors",
        "throttles",
        "database-connections",
    }
    assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {
        deployed["observability"]["AlarmTopicArn"]
    }
    body = account.client("cloudwatch").get_dashboard(DashboardName=f"{PREFIX}-observability")["DashboardBody"]
    assert "dbdata-dlq" in body and "${" not in body


def test_an_update_changes_what_it_says_and_keeps_the_rest(account, deployed):
    before = account.outputs(f"{PREFIX}-ingest")
    changed = {**PARAMETERS, "BatchWindow": "5", "Suffix": ".ndjson", "Suffix2": ".txt", "Suffix3": "", "Suffix4": ""}
    account.deploy("ingest", parameters=changed, settings=[package(account, "shipper/2.zip")])
    after = account.outputs(f"{PREFIX}-ingest")
    assert after["QueueUrl"] == before["QueueUrl"]
    mapping = account.client("lambda").get_event_source_mapping(UUID=after["EventSourceMappingId"])
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (100, 5)
    for suffix in (".ndjson", ".txt", ".json"):
        account.client("s3").put_object(Bucket="landing", Key=f"input/b{suffix}", Body=b"{}")
    assert sorted(keys(messages(account, after["QueueUrl"], at_least=2))) == ["input/b.ndjson", "input/b.txt"]


def test_nothing_to_change_is_no_failure(account, deployed):
    answer = account.deploy("observability", parameters=PARAMETERS)
    assert "No changes to deploy" in answer.stdout + answer.stderr


def test_a_slip_in_the_parameter_file_is_named(account):
    answer = account.deploy("ingest", parameters={"BatchWindwo": "5"}, check=False)
    assert answer.returncode == 1
    assert "BatchWindwo" in answer.stderr


def test_the_cluster_is_protected_once_it_stands(account, deployed):
    (cluster,) = account.client("rds").describe_db_clusters()["DBClusters"]
    assert cluster["DeletionProtection"] is True
    # Its creation was one change and the protection another, so a creation that fails can be undone.
    events = account.client("cloudformation").describe_stack_events(StackName=f"{PREFIX}-database")["StackEvents"]
    states = [event["ResourceStatus"] for event in events if event["LogicalResourceId"] == "Cluster"]
    assert "UPDATE_COMPLETE" in states and "CREATE_COMPLETE" in states


def test_a_plan_names_what_would_be_replaced_and_changes_nothing(account, deployed):
    renamed = {**PARAMETERS, "QueueName": "another", "MemorySize": "256"}
    answer = account.deploy("ingest", "--plan", parameters=renamed)
    lines = {line.split()[1]: line for line in answer.stdout.splitlines() if line.startswith("  ")}
    assert "Modify" in lines["Shipper"] and "REPLACED" not in lines["Shipper"]
    assert "REPLACED" in lines["Queue"]
    assert account.outputs(f"{PREFIX}-ingest")["QueueName"] == "dbdata"


def test_what_holds_data_is_protected_from_being_replaced(account, deployed):
    for part, name in (("ingest", "Queue"), ("database", "Cluster")):
        answer = account.client("cloudformation").get_stack_policy(StackName=f"{PREFIX}-{part}")
        _, denial = json.loads(answer["StackPolicyBody"])["Statement"]
        assert denial["Effect"] == "Deny" and "Update:Replace" in denial["Action"]
        assert f"LogicalResourceId/{name}" in denial["Resource"]


def test_every_stack_has_the_tags_of_the_parameter_file(account, deployed):
    (stack,) = account.client("cloudformation").describe_stacks(StackName=f"{PREFIX}-ingest")["Stacks"]
    assert {tag["Key"]: tag["Value"] for tag in stack["Tags"]} == {"project": "pg_ingest", "team": "data"}


@pytest.mark.parametrize(("failures", "message", "started", "code"), [
    (2, "(AlreadyExistsException) when calling the CreateChangeSet operation", 3, 0),
    (2, "(ValidationError) when calling the CreateChangeSet operation", 1, 254),
])  # fmt: skip
def test_a_change_set_whose_name_is_taken_is_asked_for_again(
    monkeypatch, tmp_path, failures, message, started, code
):
    monkeypatch.syspath_prepend(str(INFRA))
    deploy = importlib.import_module("deploy")
    command = tmp_path / "aws"
    command.write_text(
        f"#!/bin/sh\necho started >> {tmp_path}/starts\n"
        f'[ $(wc -l < {tmp_path}/starts) -gt {failures} ] || {{ echo "{message}" >&2; exit 254; }}\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    options = argparse.Namespace(tags={}, role_arn=None)
    assert deploy.change("pg-ingest-database", "database", {}, options).returncode == code
    assert (tmp_path / "starts").read_text().count("started") == started


@pytest.mark.parametrize(("status", "told", "command"), [
    ("ROLLBACK_COMPLETE", "its creation failed and was undone, and such a stack can only be deleted", "delete-stack"),
    ("UPDATE_ROLLBACK_FAILED", "Do not delete it", "continue-update-rollback"),
])  # fmt: skip
def test_a_state_that_nothing_can_be_deployed_from_is_explained(monkeypatch, status, told, command):
    monkeypatch.syspath_prepend(str(INFRA))
    deploy = importlib.import_module("deploy")
    monkeypatch.setattr(deploy, "failures", lambda stack: "Bucket: the name is taken")
    with pytest.raises(deploy.Refused) as refusal:
        deploy.refuse_dead_end("pg-ingest-ingest", status)
    for part in (status, told, "Bucket: the name is taken", f"{command} --stack-name pg-ingest-ingest"):
        assert part in str(refusal.value)
    deploy.refuse_dead_end("pg-ingest-ingest", "UPDATE_COMPLETE")


def test_a_bucket_that_exists_sends_through_eventbridge(account, deployed):
    s3 = account.client("s3")
    s3.create_bucket(Bucket="given")
    s3.put_bucket_notification_configuration(
        Bucket="given", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    given = {
        **PARAMETERS,
        "BucketName": "given",
        "CreateBucket": "false",
        "QueueName": "given",
        "DeadLetterQueueName": "given-dlq",
        "FunctionName": "given",
        "CodeBucket": "artifacts",
        "DatabaseHost": "db.example.com",
        "DatabaseName": "orders",
        "DatabaseUser": "shipper",
        "DatabaseResourceId": "cluster-X",
        "Removals": "true",
    }
    account.deploy("ingest", parameters=given, settings=[package(account, "shipper/1.zip")], prefix="given")
    wanted = [f"input/c{suffix}" for suffix in (".json", ".json.gz", ".jsonl", ".ndjson")]
    for key in ("elsewhere/c.json", "input/c.txt", *wanted):
        s3.put_object(Bucket="given", Key=key, Body=b"{}")
    s3.delete_object(Bucket="given", Key=wanted[0])
    events = messages(account, account.outputs("given-ingest")["QueueUrl"], at_least=5)
    told = [(event["detail-type"], event["detail"]["object"]["key"]) for event in events]
    assert sorted(told) == sorted([("Object Deleted", wanted[0]), *(("Object Created", key) for key in wanted)])
    assert [event["detail"]["deletion-type"] for event in events if event["detail-type"] == "Object Deleted"] == ["Permanently Deleted"]


def test_removed_objects_are_told_of_where_a_parameter_says_so(account, deployed):
    s3, queue = account.client("s3"), deployed["ingest"]["QueueUrl"]

    def told():
        configured = s3.get_bucket_notification_configuration(Bucket="landing")["QueueConfigurations"]
        return [event for queue in configured for event in queue["Events"]]

    assert set(told()) == {"s3:ObjectCreated:*"}
    # Whatever a test before has set.
    two = {**PARAMETERS, "Suffix": ".json", "Suffix2": ".ndjson", "Suffix3": "", "Suffix4": ""}
    account.deploy("ingest", parameters={**two, "Removals": "true"})
    kinds = {"s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"}
    assert set(told()) == kinds and len(told()) == 3 * 2
    # What it must not tell of comes first: it would be there with what it has to.
    for key in ("input/removed.txt", "elsewhere/removed.json", "input/removed.json"):
        s3.put_object(Bucket="landing", Key=key, Body=b"{}")
        s3.delete_object(Bucket="landing", Key=key)
    events = []
    # S3's test event comes besides.
    while len(events) < 2:
        events += [record for body in messages(account, queue) for record in body.get("Records", [])]
    assert {event["eventName"] for event in events} == {"ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"}
    assert {event["s3"]["object"]["key"] for event in events} == {"input/removed.json"}
    account.deploy("ingest", parameters={**two, "Removals": "false"})
    assert set(told()) == {"s3:ObjectCreated:*"}


def test_tags_are_asked_for_by_a_parameter_and_need_versions(account, deployed):
    settings = account.client("lambda").get_function_configuration(FunctionName="pg-ingest-shipper")["Environment"]
    assert "AFTER_LOAD" not in settings["Variables"]
    answer = account.deploy("ingest", parameters={**PARAMETERS, "AfterLoad": "tag", "Versioning": "Suspended"}, check=False)
    assert answer.returncode == 1
    assert "Versioning must be Enabled" in answer.stdout + answer.stderr
    account.deploy("ingest", parameters={**PARAMETERS, "AfterLoad": "tag"})
    settings = account.client("lambda").get_function_configuration(FunctionName="pg-ingest-shipper")["Environment"]
    assert settings["Variables"]["AFTER_LOAD"] == "tag"
    role = account.outputs(f"{PREFIX}-ingest")["ShipperRoleArn"].rsplit("/", 1)[1]
    document = account.client("iam").get_role_policy(RoleName=role, PolicyName="files")["PolicyDocument"]
    assert "s3:PutObjectVersionTagging" in str(document)


def test_uninstalling_keeps_the_files(account, deployed):
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=f"{PREFIX}-ingest")
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=f"{PREFIX}-ingest", WaiterConfig={"Delay": 1, "MaxAttempts": 300}
    )
    listing = account.client("s3").list_objects_v2(Bucket="landing")
    assert "input/orders/a.json" in {entry["Key"] for entry in listing["Contents"]}

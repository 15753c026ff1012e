"""The settings on which it depends that no message is lost or taken twice; no linter knows them."""

import json
import re

from templates import INFRA, ROOT, PARTS, branches, default, resources

INGEST = PARTS["ingest"]["Resources"]


def ingest_default(parameter):
    return int(default("ingest", parameter))


def test_a_slow_batch_stays_invisible_while_it_runs():
    # AWS: six times the function's timeout plus the window, counted from the receive.
    needed = 6 * ingest_default("FunctionTimeout") + ingest_default("BatchWindow")
    assert ingest_default("VisibilityTimeout") >= needed


def test_failed_messages_come_back_instead_of_being_deleted():
    assert INGEST["Mapping"]["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_batch_of_more_than_ten_has_a_window():
    # The linter accepts 100 without a window; AWS does not.
    assert ingest_default("BatchSize") == 100
    assert ingest_default("BatchWindow") == 55
    assert PARTS["ingest"]["Parameters"]["BatchWindow"]["MinValue"] >= 1


def test_concurrency_is_bounded_where_the_poller_knows_it():
    assert INGEST["Mapping"]["Properties"]["ScalingConfig"]["MaximumConcurrency"] == {"Ref": "MaximumConcurrency"}
    assert ingest_default("MaximumConcurrency") == 10
    assert "ReservedConcurrentExecutions" not in INGEST["Shipper"]["Properties"]


def test_an_outage_of_two_hours_is_survived():
    assert ingest_default("MaxReceiveCount") * ingest_default("VisibilityTimeout") >= 2 * 3600
    assert PARTS["ingest"]["Parameters"]["MaxReceiveCount"]["MinValue"] >= 5


def test_a_dead_letter_outlives_the_queue_and_its_object_outlives_it():
    assert ingest_default("DeadLetterRetention") == 14 * 86400 > ingest_default("QueueRetention") == 4 * 86400
    assert ingest_default("NoncurrentVersionDays") * 86400 > ingest_default("DeadLetterRetention")


def test_no_event_is_too_large_for_the_queue():
    for _, name, properties in resources("AWS::SQS::Queue"):
        assert properties["MaximumMessageSize"] == {"Ref": "MaximumMessageSize"}, name
    assert PARTS["ingest"]["Parameters"]["MaximumMessageSize"]["MinValue"] >= 65536


def test_only_the_queue_may_use_the_dead_letter_queue():
    allowed = INGEST["DeadLetterQueue"]["Properties"]["RedriveAllowPolicy"]
    assert allowed["redrivePermission"] == "byQueue"


def test_every_bucket_is_private_and_encrypted():
    for part, name, properties in resources("AWS::S3::Bucket"):
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}, (part, name)
        assert properties["BucketEncryption"], (part, name)


def test_the_database_is_encrypted_protected_and_knows_iam():
    cluster = PARTS["database"]["Resources"]["Cluster"]
    properties = cluster["Properties"]
    assert properties["StorageEncrypted"] is True
    assert properties["EnableIAMDatabaseAuthentication"] is True
    assert properties["ManageMasterUserPassword"] is True
    assert default("database", "DeletionProtection") == "true"
    assert cluster["DeletionPolicy"] == "Snapshot"
    assert PARTS["database"]["Resources"]["Parameters"]["Properties"]["Parameters"]["rds.force_ssl"] == "1"
    for _, name, instance in resources("AWS::RDS::DBInstance"):
        assert instance["PubliclyAccessible"] is False, name


def test_the_shippers_data_outlives_its_stack():
    assert INGEST["Bucket"]["DeletionPolicy"] == "Retain"


def test_no_template_holds_a_secret():
    for part, template in PARTS.items():
        for name, parameter in template.get("Parameters", {}).items():
            assert "Password" not in name, f"{part}.{name}: secrets are read from Secrets Manager at run time"


def test_what_a_template_needs_is_in_the_example_or_another_parts_output():
    example = set(json.loads((INFRA / "parameters.example.json").read_text()))
    # The deploy job makes the package and names it.
    example.add("CodeKey")
    outputs = {name for template in PARTS.values() for name in template.get("Outputs", {})}
    for part, template in PARTS.items():
        for name, parameter in template["Parameters"].items():
            assert "Default" in parameter or name in example | outputs, f"{part}.{name} comes from nowhere"


def test_the_example_names_only_parameters_that_exist():
    example = json.loads((INFRA / "parameters.example.json").read_text())
    known = {name for template in PARTS.values() for name in template["Parameters"]}
    assert set(example) <= known


def test_a_parameter_that_several_parts_have_has_one_default():
    defaults = {}
    for part, template in PARTS.items():
        for name, parameter in template["Parameters"].items():
            if name not in {output for other in PARTS.values() for output in other.get("Outputs", {})}:
                defaults.setdefault(name, {})[part] = parameter.get("Default")
    for name, by_part in defaults.items():
        assert len(set(map(str, by_part.values()))) == 1, f"{name}: {by_part}"


def test_every_alarm_tells_somebody():
    for part, name, properties in resources("AWS::CloudWatch::Alarm"):
        assert branches(properties["AlarmActions"][0]) == [{"Ref": "Topic"}], (part, name)
        assert properties["TreatMissingData"] == "notBreaching", (part, name)


def test_every_metric_that_is_watched_is_one_that_the_shipper_sends():
    source = (ROOT / "shipper/src/metrics.rs").read_text()
    sent = set(re.findall(r'"(\w+)"', re.search(r"const CHARGED: .*?\];", source, re.DOTALL).group(0)))
    text = (INFRA / "observability.yaml").read_text()
    shown = re.findall(r'\["\$\{MetricsNamespace\}", "(\w+)", "FunctionName"', text)
    alarmed = re.findall(r"Namespace: !Ref MetricsNamespace\n\s+MetricName: (\w+)", text)
    assert shown and alarmed
    assert set(shown) | set(alarmed) <= sent
    model = (ROOT / "xtask/src/cost/model.rs").read_text()
    assert f"const METRICS: f64 = {len(sent)}.0;" in model, "the cost model counts other metrics"

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


def test_buckets_outlive_their_stacks_but_not_a_first_deployment_that_failed():
    # With Retain, what a failed creation leaves behind would stand in the way of the next one.
    for template in PARTS.values():
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::S3::Bucket":
                assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
                assert resource["UpdateReplacePolicy"] == "Retain", name


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


# The shipper sends no metric of a clean batch, and SQS none of an idle queue; only one alarm is about silence.
ALARM_AT_SILENCE = "NothingLoaded"


def alarms():
    """Every alarm, as (name, properties)."""
    return {name: properties for _, name, properties in resources("AWS::CloudWatch::Alarm")}


def watched(properties):
    """The metrics that an alarm looks at, as (namespace, metric)."""
    if "Metrics" not in properties:
        return [(properties["Namespace"], properties["MetricName"])]
    metrics = [entry["MetricStat"]["Metric"] for entry in properties["Metrics"] if "MetricStat" in entry]
    return [(metric["Namespace"], metric["MetricName"]) for metric in metrics]


def of_the_shipper(properties):
    """The shipper's own metrics among those."""
    return [name for namespace, name in watched(properties) if namespace == {"Ref": "MetricsNamespace"}]


def sent_by_the_shipper(names):
    """The metrics of one of the lists in the shipper's source, `FAULTS` or `TRENDS`."""
    source = (ROOT / "shipper/src/metrics.rs").read_text()
    return re.findall(r'"(\w+)"', re.search(rf"const {names}: .*?\];", source, re.DOTALL).group(0))


def by_default():
    """The alarms that exist where no parameter is given."""
    off = {"HasUndelivered", "ExpectsFiles", "WatchesRejected", "WatchesStale", "WatchesFunction", "WatchesStaging", "HasCluster"}
    made = PARTS["observability"]["Resources"]
    return {name: properties for name, properties in alarms().items() if made[name].get("Condition") not in off}


def test_every_alarm_tells_somebody():
    for name, properties in alarms().items():
        assert branches(properties["AlarmActions"][0]) == [{"Ref": "Topic"}], name
        silence = "breaching" if name == ALARM_AT_SILENCE else "notBreaching"
        assert properties["TreatMissingData"] == silence, name


def test_no_alarm_goes_by_the_age_of_the_oldest_message():
    # After three receives SQS leaves a message out of that metric, so it falls silent while files are stuck.
    for name, properties in alarms().items():
        assert ("AWS/SQS", "ApproximateAgeOfOldestMessage") not in watched(properties), name


def test_what_waits_and_what_is_in_flight_raise_one_alarm():
    queue = {metric for namespace, metric in watched(alarms()["Waiting"]) if namespace == "AWS/SQS"}
    assert {"ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"} <= queue
    assert default("observability", "WaitingMinutes") == 15


def test_each_fault_that_the_shipper_knows_has_an_alarm_by_default():
    alarmed = [name for properties in by_default().values() for name in of_the_shipper(properties)]
    assert sorted(alarmed) == sorted(sent_by_the_shipper("FAULTS"))
    assert {"BatchesFailed", "FilesFailed", "FilesDeferred"} <= set(alarmed)


def test_silence_where_files_are_expected_raises_an_alarm_for_who_asks():
    assert watched(alarms()[ALARM_AT_SILENCE]) == [("AWS/SQS", "NumberOfMessagesDeleted")]
    # How often files come, nobody knows but the user.
    assert default("observability", "ExpectedEveryMinutes") == 0


def test_every_metric_that_is_watched_is_one_that_the_shipper_sends():
    faults, trends = sent_by_the_shipper("FAULTS"), sent_by_the_shipper("TRENDS")
    conditions = {name: made.get("Condition") for name, made in PARTS["observability"]["Resources"].items()}
    for name, properties in alarms().items():
        known = faults + trends if conditions[name] in ("WatchesRejected", "WatchesStale") else faults
        known = known + sent_by_the_shipper("NOTICES") if conditions[name] == "WatchesStaging" else known
        assert set(of_the_shipper(properties)) <= set(known), name
    body = PARTS["observability"]["Resources"]["Overview"]["Properties"]["DashboardBody"]["Fn::Sub"]
    drawn = re.findall(r"(?:sum|max|pct)\((\w+)", body)
    assert drawn and set(drawn) <= set(faults + trends)


def cost_model(constant):
    """A constant of the cost model."""
    source = (ROOT / "xtask/src/cost/model.rs").read_text()
    return float(re.search(rf"const {constant}: f64 = ([\d.]+);", source).group(1).replace("_", ""))


def test_the_cost_model_counts_what_there_is():
    assert cost_model("ALARM_METRICS") == sum(len(watched(properties)) for properties in by_default().values())
    assert cost_model("ALL_METRICS") == len(sent_by_the_shipper("FAULTS")) + len(sent_by_the_shipper("TRENDS"))
    # What costs by the month whatever happens is off until somebody asks for it.
    assert default("ingest", "Metrics") == default("observability", "Metrics") == "faults"
    assert default("ingest", "SystemLogLevel") == "WARN"
    assert default("observability", "Dashboard") == default("observability", "FunctionAlarms") == "false"


def test_only_the_levels_that_the_shipper_knows_can_be_given():
    levels = PARTS["ingest"]["Parameters"]["LogLevel"]["AllowedValues"]
    source = (ROOT / "shipper/src/settings.rs").read_text()
    known = re.search(r'"LOG_LEVEL", \|text\| match text \{\n\s+([^=]*) =>', source).group(1)
    assert levels == re.findall(r'"(\w+)"', known)


def test_with_a_password_the_secret_alone_names_the_login():
    # Rotation by alternating users changes the name in the secret; a name from outside would keep the old one.
    variables = INGEST["Shipper"]["Properties"]["Environment"]["Variables"]
    assert variables["DATABASE_USER"]["Fn::If"][0] == "HasUser"
    assert {"Condition": "UsesIam"} in PARTS["ingest"]["Conditions"]["HasUser"]["Fn::And"]


def test_what_eventbridge_cannot_deliver_is_kept():
    for part, name, rule in resources("AWS::Events::Rule"):
        for target in rule["Targets"]:
            assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["UndeliveredEvents", "Arn"]}, (part, name)
    kept = INGEST["UndeliveredEvents"]["Properties"]
    assert kept["SqsManagedSseEnabled"] is True and "KmsMasterKeyId" not in kept
    assert kept["MessageRetentionPeriod"] == 14 * 86400
    senders = INGEST["UndeliveredEventsPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Principal"]
    assert senders == {"Service": "events.amazonaws.com"}
    assert "events.amazonaws.com" in PARTS["ingest"]["Parameters"]["EncryptionKeyArn"]["Description"]


def test_a_queue_that_a_new_name_replaces_stays_with_its_events():
    for name in ("Queue", "DeadLetterQueue"):
        assert INGEST[name]["UpdateReplacePolicy"] == "Retain", name


def test_no_statement_with_a_password_is_kept_by_the_database():
    # The rotation function sends CREATE ROLE … PASSWORD as text.
    settings = PARTS["database"]["Resources"]["Parameters"]["Properties"]["Parameters"]
    assert settings["log_statement"] == "none"
    assert settings["pg_stat_statements.track_utility"] == "0"


def test_each_log_group_is_made_before_the_service_that_would_make_it_without_an_end():
    database = PARTS["database"]["Resources"]
    assert database["Cluster"]["DependsOn"] == "DatabaseLogs"
    assert database["Cluster"]["Properties"]["DBClusterIdentifier"] == {"Ref": "AWS::StackName"}
    group = database["DatabaseLogs"]["Properties"]["LogGroupName"]
    assert group == {"Fn::Sub": "/aws/rds/cluster/${AWS::StackName}/postgresql"}
    for name, schedule in PARTS["rotation"]["Resources"].items():
        if schedule["Type"] == "AWS::SecretsManager::RotationSchedule":
            function = schedule["Properties"]["HostedRotationLambda"]["RotationLambdaName"]["Fn::Sub"]
            logs = PARTS["rotation"]["Resources"][schedule["DependsOn"]]["Properties"]
            assert logs["LogGroupName"]["Fn::Sub"] == f"/aws/lambda/{function}", name
    for part, name, properties in resources("AWS::Logs::LogGroup"):
        assert properties["RetentionInDays"], (part, name)


def test_rotation_knows_the_key_of_the_secrets_and_the_way_to_rds():
    for _, name, schedule in resources("AWS::SecretsManager::RotationSchedule"):
        function = schedule["HostedRotationLambda"]
        for setting in ("MasterSecretKmsKeyArn", "KmsKeyArn"):
            assert branches(function[setting]) == [{"Ref": "DatabaseKeyArn"}], (name, setting)
    # The master's secret is RDS' own and names no host, so AWS' function asks RDS.
    service = PARTS["network"]["Resources"]["RdsInterface"]["Properties"]["ServiceName"]
    assert service == {"Fn::Sub": "com.amazonaws.${AWS::Region}.rds"}


def test_a_build_image_is_asked_for_the_python_that_dbt_needs():
    # dbt-core 1.11 needs Python 3.10 (its package's metadata).
    assert "Python 3.10" in PARTS["delivery"]["Parameters"]["BuildImage"]["Description"]


def holds(term, values):
    """Whether a condition of a rule is true for these values of parameters."""
    (function, terms), = term.items()
    if function == "Fn::Equals":
        return len({values[t["Ref"]] if isinstance(t, dict) else t for t in terms}) == 1
    if function == "Fn::Not":
        return not holds(terms[0], values)
    assert function == "Fn::And"
    return all(holds(t, values) for t in terms)


def refusals(part, **given):
    """What a template's rules say of these values, its other parameters empty or at their defaults."""
    values = {name: given.get(name, body.get("Default", "")) for name, body in PARTS[part]["Parameters"].items()}
    rules = [rule for rule in PARTS[part]["Rules"].values() if holds(rule["RuleCondition"], values)]
    return [a["AssertDescription"] for rule in rules for a in rule["Assertions"] if not holds(a["Assert"], values)]


def test_a_login_that_lacks_what_it_needs_is_refused_before_anything_is_made():
    address = {"DatabaseHost": "h", "DatabaseName": "n", "DatabaseUser": "u"}
    for part, kind, needed in [
        ("ingest", "password", {"DatabaseSecretArn": "arn"}),
        ("ingest", "iam", {"DatabaseResourceId": "cluster-x", **address}),
        ("delivery", "password", {"DatabaseSecretArn": "arn", "SmokeSecretArn": "arn"}),
        ("delivery", "iam", {"DatabaseResourceId": "cluster-x"}),
    ]:
        assert refusals(part, DatabaseAuth=kind, **needed) == [], (part, kind)
        for name in needed:
            said = refusals(part, DatabaseAuth=kind, **{**needed, name: ""})
            assert len(said) == 1 and name in said[0], (part, kind, name, said)

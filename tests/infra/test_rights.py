"""Least privilege: no wildcard action anywhere, no wildcard resource where an ARN can be named."""

import pathlib
import re

import awscli.customizations.cloudformation.deployer
import pytest

from templates import PARTS, ROOT, branches, resources

# Actions for which IAM knows no resource (AWS' service authorization reference), or whose resource has no name before
# it exists. A statement may say "*" only when all its actions are among these.
WITHOUT_RESOURCE = {
    "cloudformation:BatchDescribeTypeConfigurations",
    "cloudformation:DescribeStackDriftDetectionStatus",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "lambda:CreateEventSourceMapping",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
}


def many(value):
    return value if isinstance(value, list) else [value]


def statements():
    """Every statement that grants something to a role, as (where, statement)."""
    documents = []
    for part, name, properties in resources("AWS::IAM::Role"):
        for entry in properties.get("Policies", []):
            documents += [(f"{part}.{name}.{policy['PolicyName']}", policy["PolicyDocument"]) for policy in branches(entry)]
    for part, name, properties in resources("AWS::IAM::ManagedPolicy"):
        documents.append((f"{part}.{name}", properties["PolicyDocument"]))
    for where, document in documents:
        for entry in document["Statement"]:
            yield from ((where, statement) for statement in branches(entry))


GRANTS = [(where, statement) for where, statement in statements() if statement["Effect"] == "Allow"]


def test_there_is_something_to_check():
    assert len(GRANTS) > 30


@pytest.mark.parametrize(("where", "statement"), GRANTS, ids=[where for where, _ in GRANTS])
def test_a_grant_names_its_actions_and_resources(where, statement):
    actions = many(statement["Action"])
    assert not [action for action in actions if "*" in action]
    assert "NotAction" not in statement and "NotResource" not in statement
    if "*" in many(statement["Resource"]):
        assert set(actions) <= WITHOUT_RESOURCE
        if "lambda:CreateEventSourceMapping" in actions:
            assert statement["Condition"]["ArnLike"]["lambda:FunctionArn"]


def test_no_role_has_a_policy_of_aws_own():
    # Managed policies of AWS name wildcards and change without notice.
    for part, name, properties in resources("AWS::IAM::Role"):
        for policy in properties.get("ManagedPolicyArns", []):
            assert policy in ({"Ref": "BuildPolicy"}, {"Ref": "DatabaseBuildPolicy"}), (part, name)


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"])
def test_every_queue_bucket_and_topic_refuses_plain_text(kind):
    found = list(resources(kind))
    assert found
    for part, name, properties in found:
        denials = [
            statement
            for entry in properties["PolicyDocument"]["Statement"]
            for statement in branches(entry)
            if statement["Effect"] == "Deny"
        ]
        assert [denial["Condition"]["Bool"]["aws:SecureTransport"] for denial in denials] == ["false"], (part, name)


def test_only_this_accounts_bucket_may_send():
    policy = PARTS["ingest"]["Resources"]["QueuePolicy"]["Properties"]["PolicyDocument"]
    sending = [s for entry in policy["Statement"] for s in branches(entry) if s["Effect"] == "Allow"]
    assert {statement["Principal"]["Service"] for statement in sending} == {"s3.amazonaws.com", "events.amazonaws.com"}
    for statement in sending:
        assert statement["Action"] == "sqs:SendMessage"
        assert statement["Condition"]["ArnEquals"]["aws:SourceArn"]
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_the_shipper_may_do_no_more_than_its_boundary():
    boundary = PARTS["stack-role"]["Resources"]["ShipperBoundary"]["Properties"]["PolicyDocument"]
    bounded = {a for entry in boundary["Statement"] for s in branches(entry) for a in many(s["Action"])}
    granted = {a for where, s in GRANTS if where.startswith("ingest.ShipperRole") for a in many(s["Action"])}
    assert granted == bounded


def test_objects_are_tagged_only_by_who_asked_for_it_and_only_by_version():
    for part, name in (("ingest", "ShipperRole"), ("stack-role", "ShipperBoundary")):
        text = str(PARTS[part]["Resources"][name])
        # Each once, behind the condition; without a version the newest object would be tagged, whatever it is by then.
        assert text.count("Tagging") == 2 and "ObjectTagging" not in text
        assert "'Fn::If': ['Tags', {" in text
        assert PARTS[part]["Conditions"]["Tags"] == {"Fn::Equals": [{"Ref": "AfterLoad"}, "tag"]}
        assert PARTS[part]["Parameters"]["AfterLoad"]["Default"] == "none"
    tagging = [s for where, s in GRANTS if any("Tagging" in action for action in many(s["Action"])) and where.startswith(("ingest", "stack-role.ShipperB"))]
    for statement in tagging:
        assert set(many(statement["Action"])) == {"s3:GetObjectVersionTagging", "s3:PutObjectVersionTagging"}
        assert statement["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:s3:::${BucketName}/${Prefix}*"}
    assert len(tagging) == 2


def test_a_delivery_makes_roles_only_inside_the_boundary():
    for where, statement in GRANTS:
        if {"iam:CreateRole", "iam:PutRolePolicy"} & set(many(statement["Action"])):
            assert statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"] == {"Ref": "ShipperBoundary"}
        if "iam:PassRole" in many(statement["Action"]):
            assert statement["Condition"]["StringEquals"]["iam:PassedToService"], where


def trusted_subjects(role, with_ids):
    """What a role's trust says of the token's subject, with or without the parameters of ids."""
    (trust,) = PARTS["delivery"]["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    # StringEquals, not StringLike: no other branch, fork or environment fits.
    assert set(trust["Condition"]) == {"StringEquals"}
    claims = trust["Condition"]["StringEquals"]
    assert claims["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    values = {
        "GitHubRepository": "octocat/my-repo", "Owner": "octocat", "Name": "my-repo", "GitHubEnvironment": "prod",
        "GitHubOwnerId": "123456", "GitHubRepositoryId": "456789",
    }  # fmt: skip
    found = []
    for entry in claims["token.actions.githubusercontent.com:sub"]:
        if "Fn::If" in entry:
            assert entry["Fn::If"][0] == "HasIds"
            entry = entry["Fn::If"][1 if with_ids else 2]
        if "Fn::Sub" in entry:
            text = entry["Fn::Sub"] if isinstance(entry["Fn::Sub"], str) else entry["Fn::Sub"][0]
            found.append(re.sub(r"\$\{(\w+)\}", lambda match: values[match.group(1)], text))
    return found


@pytest.mark.parametrize(("role", "what"), [("GitHubRole", "environment:prod"), ("GitHubPlanRole", "pull_request")])
def test_both_forms_of_githubs_subject_are_trusted(role, what):
    assert trusted_subjects(role, with_ids=False) == [f"repo:octocat/my-repo:{what}"]
    # As GitHub's documentation of immutable subject claims writes it.
    immutable = f"repo:octocat@123456/my-repo@456789:{what}"
    assert trusted_subjects(role, with_ids=True) == [f"repo:octocat/my-repo:{what}", immutable]


def test_github_may_start_the_builds_and_nothing_else():
    granted = {a for where, s in GRANTS if where.startswith("delivery.GitHubRole") for a in many(s["Action"])}
    assert granted == {"codebuild:StartBuild", "codebuild:BatchGetBuilds", "codebuild:StopBuild", "logs:GetLogEvents"}


def test_a_start_of_a_build_can_override_nothing_but_the_commit():
    denied = [s for where, s in statements() if where.startswith("delivery.GitHubRole") and s["Effect"] == "Deny"]
    for statement in denied:
        assert statement["Action"] == "codebuild:StartBuild" and statement["Resource"] == "*"
    given = [key for s in denied for key, is_absent in s["Condition"]["Null"].items() if is_absent == "false"]
    assert {"codebuild:source.buildspec", "codebuild:environment.image", "codebuild:serviceRole",
            "codebuild:environment.environmentVariables.name", "codebuild:environment.privilegedMode"} <= set(given)  # fmt: skip
    (location,) = [s for s in denied if "StringNotEquals" in s["Condition"]]
    repository = {"Fn::Sub": "https://github.com/${GitHubRepository}.git"}
    assert location["Condition"]["StringNotEquals"]["codebuild:source.location"] == repository


def actions_on_stacks(role):
    """What a role may do to stacks, as CloudFormation names it."""
    granted = {a for where, s in GRANTS if where.startswith(f"delivery.{role}") for a in many(s["Action"])}
    return {action.removeprefix("cloudformation:") for action in granted if action.startswith("cloudformation:")}


def test_a_pull_request_changes_nothing():
    granted = {a for where, s in GRANTS if where.startswith("delivery.GitHubPlanRole") for a in many(s["Action"])}
    assert {action for action in granted if not action.startswith("cloudformation:")} == {"iam:PassRole"}
    # Tags alone are no way to change a stack: CloudFormation sets them by a change set that is executed, or by UpdateStack.
    assert actions_on_stacks("GitHubPlanRole") == {
        "CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "DescribeStacks", "GetTemplateSummary",
        "TagResource", "UntagResource",
    }  # fmt: skip


# deploy.py itself calls these by their names.
ASKED_BY_DEPLOY_PY = re.compile(r'aws\("cloudformation", "([a-z-]+)"')


def called_by(function):
    """What a function of deploy.py calls by name, as CloudFormation names it."""
    text = (ROOT / "infra/deploy.py").read_text()
    body = re.search(rf"^def {function}\(.*?(?=^\S)", text, re.MULTILINE | re.DOTALL).group()
    return {"".join(word.title() for word in name.split("-")) for name in ASKED_BY_DEPLOY_PY.findall(body)}


def test_the_deploy_build_and_the_plan_may_do_all_that_the_cli_calls():
    # Its source, since its documentation does not say: `deploy` asks for the template's summary of a stack that exists.
    source = pathlib.Path(awscli.customizations.cloudformation.deployer.__file__).read_text()
    called = set(re.findall(r"self\._client\.(\w+)\(", source)) - {"get_waiter"}
    assert "get_template_summary" in called
    by_cli = {"".join(word.title() for word in name.split("_")) for name in called}
    # Both hand it the tags of the parameter file. A change set that gives a stack tags, or takes some, asks for these besides.
    text = (ROOT / "infra/deploy.py").read_text()
    assert '"--tags"' in re.search(r"^def change\(.*?(?=^def )", text, re.MULTILINE | re.DOTALL).group()
    with_tags = {"TagResource", "UntagResource"}
    assert by_cli | with_tags <= actions_on_stacks("DeployRole")
    executed = {"ExecuteChangeSet"}
    asked = called_by("plan") | called_by("described")
    assert {"DescribeChangeSet", "DeleteChangeSet", "DescribeStacks"} == asked
    assert (by_cli - executed) | with_tags | asked <= actions_on_stacks("GitHubPlanRole")


def of_build(job):
    """All that a build may do: by its role, and by the policies that the role has."""
    role = PARTS["delivery"]["Resources"][f"{job}Role"]["Properties"]
    policies = [policy["Ref"] for policy in role["ManagedPolicyArns"]]
    wheres = (f"delivery.{job}Role", *(f"delivery.{policy}" for policy in policies))
    return [s for where, s in GRANTS if where.startswith(wheres)]


def actions_of(job):
    return {action for statement in of_build(job) for action in many(statement["Action"])}


def projects():
    return {name.removesuffix("Project"): properties for _, name, properties in resources("AWS::CodeBuild::Project")}


def test_only_the_build_that_compiles_has_a_cache_and_no_other_reads_it():
    for job in ("Build", "Deploy", "Migrate", "Smoke", "Dbt"):
        places = [
            place["Fn::Sub"] for s in of_build(job)
            for place in many(s["Resource"]) if isinstance(place, dict) and "/cache/" in str(place.get("Fn::Sub"))
        ]  # fmt: skip
        assert places == (["${Artifacts.Arn}/cache/build/*"] if job == "Build" else []), job
    for name, project in projects().items():
        assert project["Cache"]["Type"] == ("S3" if name == "Build" else "NO_CACHE"), name


def test_the_build_that_compiles_reaches_no_secret_no_network_and_no_stack():
    project = projects()["Build"]
    assert project["ServiceRole"] == {"Fn::GetAtt": ["BuildRole", "Arn"]}
    assert "VpcConfig" not in project
    assert project["Environment"]["EnvironmentVariables"] == [{"Name": "ARTIFACTS_BUCKET", "Value": {"Ref": "Artifacts"}}]
    assert actions_of("Build") == {
        "logs:CreateLogStream", "logs:PutLogEvents", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObject", "s3:PutObject",
        "codeconnections:GetConnection", "codeconnections:GetConnectionToken", "codeconnections:UseConnection",
    }  # fmt: skip
    (kept,) = [s for s in of_build("Build") if s.get("Sid") == "KeepWhatWasBuilt"]
    assert kept["Action"] == "s3:PutObject"
    # A commit that was built stays what it is: S3 lets this role write only where nothing is.
    assert kept["Condition"] == {"Null": {"s3:if-none-match": "false"}}
    objects = [s["Resource"]["Fn::Sub"] for s in of_build("Build") if {"s3:PutObject"} & set(many(s["Action"]))]
    assert objects == ["${Artifacts.Arn}/cache/build/*", "${Artifacts.Arn}/built/*"]


def test_what_may_hand_over_the_stack_role_reads_no_secret_and_writes_nothing_that_was_built():
    for job in ("Deploy", "Restore"):
        project = projects()[job]
        assert project["ServiceRole"] == {"Fn::GetAtt": ["DeployRole", "Arn"]}
        assert "VpcConfig" not in project
        assert not [v for v in project["Environment"]["EnvironmentVariables"] if "Type" in v], job
    granted = actions_of("Deploy")
    assert "iam:PassRole" in granted
    assert not [action for action in granted if action.startswith(("secretsmanager:", "kms:", "rds-db:", "ec2:", "sqs:"))]
    for statement in of_build("Deploy"):
        if "s3:PutObject" in many(statement["Action"]):
            places = {place["Fn::Sub"] for place in many(statement["Resource"])}
            assert places == {"${Artifacts.Arn}/shipper/*", "${Artifacts.Arn}/former/*"}
    others = [job for job in ("Build", "Migrate", "Smoke", "Dbt") if "iam:PassRole" in actions_of(job)]
    assert others == []


def test_the_smoke_tests_role_has_its_own_login_and_its_own_file():
    granted = actions_of("Smoke")
    assert not [action for action in granted if action.startswith("iam:")]
    assert {action for action in granted if action.startswith("cloudformation:")} == {"cloudformation:DescribeStacks"}
    secrets = [s["Resource"] for s in of_build("Smoke") if "secretsmanager:GetSecretValue" in many(s["Action"])]
    assert secrets == [{"Ref": "SmokeSecretArn"}]
    (token,) = [s["Resource"]["Fn::Sub"] for s in of_build("Smoke") if "rds-db:connect" in many(s["Action"])]
    assert token.endswith(":dbuser:${DatabaseResourceId}/${SmokeUser}")
    file, mark = [s["Resource"]["Fn::Sub"] for s in of_build("Smoke") if "s3:PutObject" in many(s["Action"])]
    assert file.endswith("${BucketName}/${Prefix}smoke_test/*")
    # By which a later delivery knows that the package is one to go back to; nothing that is run.
    assert mark == "${Artifacts.Arn}/tried/*"
    # The master's login is read by the build that migrates and by no other.
    readers = [where for where, s in GRANTS if {"Ref": "MasterSecretArn"} in many(s["Resource"])]
    assert readers == ["delivery.MigrateRole.migrate"]


def test_a_mapping_of_another_function_cannot_be_changed():
    for where, statement in GRANTS:
        if {"lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping"} & set(many(statement["Action"])):
            assert statement["Condition"]["ArnLike"]["lambda:FunctionArn"], where


def test_nothing_in_the_network_writes_into_others_buckets():
    policy = PARTS["network"]["Resources"]["S3Endpoint"]["Properties"]["PolicyDocument"]
    for statement in policy["Statement"]:
        if "*" in many(statement["Resource"]):
            assert many(statement["Action"]) == ["s3:GetObject"]


def test_no_role_logs_in_to_every_database_by_default():
    assert PARTS["stack-role"]["Parameters"]["DatabaseResourceId"]["Default"] == ""

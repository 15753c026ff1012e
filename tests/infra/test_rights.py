"""Least privilege: no wildcard action anywhere, no wildcard resource where an ARN can be named."""

import pytest

from templates import PARTS, branches, resources

# Actions for which IAM knows no resource (AWS' service authorization reference), or whose resource has no name before
# it exists. A statement may say "*" only when all its actions are among these.
WITHOUT_RESOURCE = {
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "lambda:CreateEventSourceMapping",
    "logs:DescribeLogGroups",
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
            assert policy == {"Ref": "BuildPolicy"}, (part, name)


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


def test_a_delivery_makes_roles_only_inside_the_boundary():
    for where, statement in GRANTS:
        if {"iam:CreateRole", "iam:PutRolePolicy"} & set(many(statement["Action"])):
            assert statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"] == {"Ref": "ShipperBoundary"}
        if "iam:PassRole" in many(statement["Action"]):
            assert statement["Condition"]["StringEquals"]["iam:PassedToService"], where


def test_github_may_start_the_three_builds_and_nothing_else():
    role = PARTS["delivery"]["Resources"]["GitHubRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    # StringEquals, not StringLike: no other branch, fork, pull request or environment fits.
    assert set(trust["Condition"]) == {"StringEquals"}
    claims = trust["Condition"]["StringEquals"]
    assert claims["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert claims["token.actions.githubusercontent.com:sub"] == {
        "Fn::Sub": "repo:${GitHubRepository}:environment:${GitHubEnvironment}"
    }
    granted = {a for where, s in GRANTS if where.startswith("delivery.GitHubRole") for a in many(s["Action"])}
    assert granted == {"codebuild:StartBuild", "codebuild:BatchGetBuilds", "codebuild:StopBuild", "logs:GetLogEvents"}

"""The stack role may do what CloudFormation's handlers ask for, read from the resources' schemas that cfn-lint carries.

A schema names for each of a resource's handlers the actions that it may call. A missing one shows as a failed first
deployment, so each is granted, unless it belongs to a property that the templates leave alone.
"""

import json
import pathlib

import cfnlint
import pytest

from templates import PARTS, branches

SCHEMAS = pathlib.Path(cfnlint.__file__).parent / "data/schemas"
BY_TYPE = json.loads((SCHEMAS / "providers/us-east-1.json").read_text())
# The parts that a delivery deploys by that role.
DELIVERED = ("ingest", "observability")
# `list` serves people who look for resources; CloudFormation's stacks do not use it.
HANDLERS = ("create", "read", "update", "delete")

# What a grant on a resource of the type looks like in the role; several where several fit.
ARNS = {
    "AWS::CloudWatch::Alarm": [":alarm:"],
    "AWS::CloudWatch::Dashboard": [":dashboard/"],
    "AWS::Events::Rule": [":rule/"],
    "AWS::IAM::Role": [":role/"],
    "AWS::Lambda::EventSourceMapping": [":event-source-mapping:"],
    "AWS::Lambda::Function": [":function:", ":role/", "${ArtifactsBucketName}"],
    "AWS::Logs::LogGroup": [":log-group:"],
    "AWS::S3::Bucket": [":s3:::${BucketName}"],
    "AWS::S3::BucketPolicy": [":s3:::${BucketName}"],
    "AWS::SNS::Subscription": [":sns:"],
    "AWS::SNS::Topic": [":sns:"],
    "AWS::SNS::TopicPolicy": [":sns:"],
    "AWS::SQS::Queue": [":sqs:"],
    "AWS::SQS::QueuePolicy": [":sqs:"],
}

# Actions that a handler calls only for a property, by type and property. No template may set such a property.
ONLY_FOR = {
    "AWS::Events::Rule": {"RoleArn": ["iam:PassRole"]},
    "AWS::IAM::Role": {
        "ManagedPolicyArns": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
        "Description": ["iam:UpdateRole", "iam:UpdateRoleDescription"],
        "MaxSessionDuration": ["iam:UpdateRole"],
    },
    "AWS::Lambda::EventSourceMapping": {"KmsKeyArn": ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]},
    "AWS::Lambda::Function": {
        "KmsKeyArn": ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
        "ReservedConcurrentExecutions": ["lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"],
        "FileSystemConfigs": ["elasticfilesystem:DescribeMountTargets", "s3files:ListMountTargets"],
        "Layers": ["lambda:GetLayerVersion"],
        "CodeSigningConfigArn": [
            "lambda:GetCodeSigningConfig",
            "lambda:PutFunctionCodeSigningConfig",
            "lambda:DeleteFunctionCodeSigningConfig",
        ],
        "RuntimeManagementConfig": ["lambda:PutRuntimeManagementConfig"],
        "RecursiveLoop": ["lambda:PutFunctionRecursionConfig"],
        "FunctionScalingConfig": ["lambda:PutFunctionScalingConfig"],
        "CapacityProviderConfig": ["lambda:PassCapacityProvider"],
        "PublishToLatestPublished": ["lambda:PublishVersion"],
        "RuntimeAlias": ["lambda:AssociateRuntimeAlias"],
    },
    "AWS::Logs::LogGroup": {
        "KmsKeyId": ["logs:AssociateKmsKey", "logs:DisassociateKmsKey"],
        "DataProtectionPolicy": [
            "logs:PutDataProtectionPolicy",
            "logs:DeleteDataProtectionPolicy",
            "logs:CreateLogDelivery",
            "s3:REST.PUT.OBJECT",
            "firehose:TagDeliveryStream",
        ],
        "FieldIndexPolicies": ["logs:PutIndexPolicy", "logs:DeleteIndexPolicy"],
        "ResourcePolicyDocument": ["logs:PutResourcePolicy", "logs:DeleteResourcePolicy"],
        "DeletionProtectionEnabled": ["logs:PutLogGroupDeletionProtection"],
        "BearerTokenAuthenticationEnabled": ["logs:PutBearerTokenAuthentication"],
    },
    "AWS::S3::Bucket": {
        "AbacStatus": ["s3:PutBucketAbac"],
        "AccelerateConfiguration": ["s3:PutAccelerateConfiguration"],
        "AccessControl": ["s3:PutBucketAcl", "s3:PutObjectAcl"],
        "AnalyticsConfigurations": ["s3:PutAnalyticsConfiguration", "s3:DeleteBucketAnalyticsConfiguration"],
        "CorsConfiguration": ["s3:PutBucketCORS", "s3:DeleteBucketCors"],
        "IntelligentTieringConfigurations": ["s3:PutIntelligentTieringConfiguration"],
        "InventoryConfigurations": ["s3:PutInventoryConfiguration"],
        "LoggingConfiguration": ["s3:PutBucketLogging"],
        "MetadataConfiguration": [
            "s3:CreateBucketMetadataTableConfiguration",
            "s3:DeleteBucketMetadataTableConfiguration",
            "s3:UpdateBucketMetadataAnnotationTableConfiguration",
            "s3:UpdateBucketMetadataInventoryTableConfiguration",
            "s3:UpdateBucketMetadataJournalTableConfiguration",
            "s3tables:CreateNamespace",
            "s3tables:CreateTable",
            "s3tables:CreateTableBucket",
            "s3tables:GetTable",
            "s3tables:GetTableMetadataLocation",
            "s3tables:PutTableBucketPolicy",
            "s3tables:PutTableEncryption",
            "s3tables:PutTablePolicy",
            "s3tables:UpdateTableMetadataLocation",
        ],
        "MetricsConfigurations": ["s3:PutMetricsConfiguration", "s3:DeleteBucketMetricsConfiguration"],
        "ObjectLockConfiguration": ["s3:PutBucketObjectLockConfiguration", "s3:PutObjectLockConfiguration"],
        "ReplicationConfiguration": [
            "iam:PassRole",
            "s3:DeleteBucketReplication",
            "s3:PutBucketReplication",
            "s3:PutReplicationConfiguration",
        ],
        "WebsiteConfiguration": ["s3:PutBucketWebsite", "s3:DeleteBucketWebsite"],
    },
    "AWS::SNS::Subscription": {
        "SubscriptionRoleArn": ["iam:GetRole", "iam:PassRole"],
        "FilterPolicy": ["sns:SetSubscriptionAttributes"],
        "RedrivePolicy": ["sns:SetSubscriptionAttributes"],
    },
    "AWS::SNS::Topic": {
        "DataProtectionPolicy": ["sns:PutDataProtectionPolicy"],
        "DeliveryStatusLogging": ["iam:GetRole", "iam:PassRole"],
    },
}

# What is withheld though a handler may call it, and why.
WITHHELD = {
    "iam:DeleteRolePermissionsBoundary": "a delivery must not take a role out of its boundary",
    "logs:DeleteRetentionPolicy": "the templates always give a retention",
    "s3:DeleteBucketEncryption": "the templates always give an encryption",
    "s3:DeleteBucketLifecycle": "the templates always give rules",
    "s3:DeleteObject": "a delivery must not delete files",
}


def resources_of(kind):
    """The properties of the delivered resources of a type."""
    for part in DELIVERED:
        for resource in PARTS[part]["Resources"].values():
            if resource["Type"] == kind:
                yield resource.get("Properties", {})


KINDS = sorted({r["Type"] for part in DELIVERED for r in PARTS[part]["Resources"].values()})


def wanted(kind):
    """What the type's handlers may call."""
    schema = json.loads((SCHEMAS / f"resources/{BY_TYPE[kind]}.json").read_text())
    return {action for name in HANDLERS for action in schema["handlers"].get(name, {}).get("permissions", [])}


def granted(kind):
    """What the role may do to resources of the type."""
    found = set()
    for policy in PARTS["stack-role"]["Resources"]["StackRole"]["Properties"]["Policies"]:
        for entry in policy["PolicyDocument"]["Statement"]:
            for statement in branches(entry):
                places = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
                texts = [place if isinstance(place, str) else place["Fn::Sub"] for place in places]
                if any(text == "*" or fragment in text for text in texts for fragment in ARNS[kind]):
                    actions = statement["Action"]
                    found |= set(actions if isinstance(actions, list) else [actions])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_role_may_do_what_the_handlers_ask_for(kind):
    spared = {action for actions in ONLY_FOR.get(kind, {}).values() for action in actions} | set(WITHHELD)
    assert sorted(wanted(kind) - spared - granted(kind)) == []


@pytest.mark.parametrize("kind", ONLY_FOR)
def test_what_is_spared_belongs_to_a_property_that_no_template_sets(kind):
    for properties in resources_of(kind):
        assert not set(properties) & set(ONLY_FOR[kind])
    for name, actions in ONLY_FOR[kind].items():
        assert set(actions) <= wanted(kind), f"{kind}.{name}: a handler asks for this no more"


def test_what_is_withheld_is_asked_for_and_not_granted():
    asked = set().union(*(wanted(kind) for kind in KINDS))
    assert set(WITHHELD) <= asked
    assert not set(WITHHELD) & set().union(*(granted(kind) for kind in KINDS))

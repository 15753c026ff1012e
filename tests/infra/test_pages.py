"""What the documents tell users of other tools: it names what there is."""

import re

from templates import PARTS, ROOT

PAGE = (ROOT / "docs/bring-your-own.md").read_text()


def block(language):
    """The page's one example in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found


def test_the_examples_give_parameters_that_exist_and_all_that_have_no_default():
    known = PARTS["ingest"]["Parameters"]
    needed = {name for name, parameter in known.items() if "Default" not in parameter}
    terraform = set(re.findall(r"^    (\w+) +=", block("hcl"), re.MULTILINE))
    cdk = set(re.findall(r'^        "(\w+)":', block("python"), re.MULTILINE))
    for given in (terraform, cdk):
        assert needed <= given <= set(known)


def test_the_python_example_is_python():
    compile(block("python"), "bring-your-own.md", "exec")


def test_the_rights_are_those_of_the_template():
    role = str(PARTS["ingest"]["Resources"]["ShipperRole"]["Properties"]["Policies"])
    granted = set(re.findall(r"(?:s3|sqs|secretsmanager|rds-db|kms|logs):\w+", role)) - {"sqs:arn"}
    told = set(re.findall(r"`((?:s3|sqs|secretsmanager|rds-db|kms|logs):\w+)`", PAGE))
    assert {action for action in granted if action[action.index(":") + 1].isupper() or action == "rds-db:connect"} <= told


def test_the_variables_are_the_shippers():
    settings = (ROOT / "shipper/src/setting_table.rs").read_text()
    for name in re.findall(r"`([A-Z]+_[A-Z_]+)`", PAGE):
        # One is CloudFormation's word, one a file of the package.
        assert f'"{name}"' in settings or name in {"CAPABILITY_IAM", "THIRD_PARTY_NOTICES"}, name


def test_every_alarm_is_in_the_operators_table():
    page = (ROOT / "docs/deploy.md").read_text()
    for resource in PARTS["observability"]["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            name = resource["Properties"]["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
            assert f"`{name}`" in page, name

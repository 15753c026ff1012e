#!/usr/bin/env python3
"""Deploys parts of pg_ingest with `aws cloudformation deploy`.

Each part is one template here and one stack, PREFIX-PART. A parameter's value comes, first match wins, from --set, from
the parameter file, from the output of the same name of another part's stack (so that nothing has to be copied by hand),
and else stays what it was: its value in the stack, or the template's default.

Needs Python 3.9 or newer and the AWS CLI, whose usual settings (profile, region, AWS_ENDPOINT_URL) apply.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

TEMPLATES = pathlib.Path(__file__).resolve().parent

# In the order in which they need one another.
PARTS = ("network", "database", "stack-role", "delivery", "ingest", "observability", "rotation")


class Refused(Exception):
    """What the user gave cannot be deployed; the text says what to change."""


def template_names(part, section):
    """The names in a template's section (`Parameters` or `Outputs`): its entries are indented by two spaces."""
    text = (TEMPLATES / f"{part}.yaml").read_text()
    body = re.search(rf"^{section}:\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^  (\w+):", body.group(1), re.MULTILINE) if body else []


def read_parameters(path):
    """The parameter file: one flat JSON object; a key that no template knows is a slip and refused."""
    try:
        values = json.loads(path.read_text())
    except FileNotFoundError:
        raise Refused(f"{path} does not exist: copy infra/parameters.example.json there and fill it in") from None
    except json.JSONDecodeError as error:
        raise Refused(f"{path} is no JSON: {error}") from None
    known = {name for part in PARTS for name in template_names(part, "Parameters")}
    unknown = sorted(set(values) - known)
    if unknown:
        raise Refused(f"{path} names parameters that no template has: {', '.join(unknown)}")
    return {name: str(value) for name, value in values.items()}


def aws(*arguments, capture=False):
    """Runs the AWS CLI. The endpoint is passed on as a flag, since not every command reads the variable."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    command = ["aws", *(["--endpoint-url", endpoint] if endpoint else []), *arguments]
    return subprocess.run(command, check=False, text=True, capture_output=capture)


def stack_outputs(stack):
    """The outputs of a stack, or nothing where there is no such stack."""
    answer = aws("cloudformation", "describe-stacks", "--stack-name", stack, "--output", "json", capture=True)
    if answer.returncode == 0:
        outputs = json.loads(answer.stdout)["Stacks"][0].get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}
    if "does not exist" in answer.stderr:
        return {}
    raise Refused(f"the stack {stack} cannot be read: {answer.stderr.strip()}")


def overrides(part, prefix, given):
    """The values to hand to a part's template."""
    wanted = template_names(part, "Parameters")
    values = {}
    for other in PARTS:
        offered = set(template_names(other, "Outputs"))
        if other != part and (set(wanted) - set(given)) & offered:
            outputs = stack_outputs(f"{prefix}-{other}")
            values.update({name: value for name, value in outputs.items() if name in wanted})
    values.update({name: value for name, value in given.items() if name in wanted})
    return values


def deploy(part, prefix, given, role):
    """Creates or updates one stack and waits for it."""
    stack = f"{prefix}-{part}"
    values = overrides(part, prefix, {**given, "StackPrefix": prefix})
    print(f"deploying {stack}", flush=True)
    arguments = ["--stack-name", stack, "--template-file", str(TEMPLATES / f"{part}.yaml")]
    # AUTO_EXPAND is for the one template with a transform, rotation.
    arguments += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--no-fail-on-empty-changeset"]
    arguments += ["--tags", "project=pg_ingest"]
    arguments += ["--role-arn", role] if role else []
    if values:
        arguments += ["--parameter-overrides", *(f"{name}={value}" for name, value in sorted(values.items()))]
    if aws("cloudformation", "deploy", *arguments).returncode != 0:
        raise Refused(f"{stack} was not deployed:\n{failures(stack)}")


def failures(stack):
    """What CloudFormation said of the resources that failed in a stack's last change, one a line."""
    query = "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]"
    events = ["cloudformation", "describe-stack-events", "--stack-name", stack, "--max-items", "50"]
    answer = aws(*events, "--query", query, "--output", "text", capture=True)
    return answer.stdout.strip() or answer.stderr.strip()


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--parameters", type=pathlib.Path, default=TEMPLATES / "parameters.json", metavar="FILE")
    parser.add_argument("--prefix", default="pg-ingest", help="what the stacks' names begin with")
    parser.add_argument("--role-arn", help="the role that CloudFormation acts as")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    options = parser.parse_args(arguments)
    try:
        given = read_parameters(options.parameters)
        given.update(setting.split("=", 1) for setting in options.settings)
        for part in sorted(options.parts, key=PARTS.index):
            deploy(part, options.prefix, given, options.role_arn)
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

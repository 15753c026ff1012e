#!/usr/bin/env python3
"""Deploys parts of pg_ingest with `aws cloudformation deploy`.

Each part is one template here and one stack, PREFIX-PART. A parameter's value comes, first match wins, from --set, from
the parameter file, from the output of the same name of another part's stack (so that nothing has to be copied by hand),
and else stays what it was: its value in the stack, or the template's default. The key "Tags" of the parameter file is an
object of tags that every stack gets.

Needs Python 3.9 or newer and the AWS CLI, whose usual settings (profile, region, AWS_ENDPOINT_URL) apply.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

TEMPLATES = pathlib.Path(__file__).resolve().parent

# In the order in which they need one another.
PARTS = ("network", "database", "stack-role", "delivery", "ingest", "observability", "rotation")

# The parts that hold data, whose resources infra/stack-policy.json protects from being replaced.
WITH_DATA = ("database", "ingest")

# What a stack is made with, until it stands. A protected cluster cannot be taken away again when a creation fails.
WHILE_CREATED = {"database": {"DeletionProtection": "false"}}

DELETE = (
    "To delete it: aws cloudformation delete-stack --stack-name {stack}\n"
    "Then wait a minute, since SQS gives a queue's name free only after that, and deploy again."
)

# States from which CloudFormation deploys nothing: what they mean, and what to do.
DEAD_ENDS = {
    "ROLLBACK_COMPLETE": ("its creation failed and was undone, and such a stack can only be deleted", DELETE),
    "ROLLBACK_FAILED": ("its creation failed and could not be undone", "Mend what kept it from being undone. " + DELETE),
    "DELETE_FAILED": ("it could not be deleted", "Mend what kept it from being deleted. " + DELETE),
    # What it holds is in use. To delete it would delete the queue with its messages.
    "UPDATE_ROLLBACK_FAILED": (
        "an update failed and could not be undone",
        "Mend what kept it from being undone. Then: aws cloudformation continue-update-rollback --stack-name {stack}\n"
        "Wait until it is UPDATE_ROLLBACK_COMPLETE, and deploy again. Do not delete it.",
    ),
}

# The CLI names a change set after the second, so that two changes of one stack within a second want the same name.
NAME_TAKEN_FOR_S = 5

# How often a detection under way is asked for; one takes some minutes.
DRIFT_POLL_S = 5


class Refused(Exception):
    """What the user gave cannot be deployed; the text says what to change."""


def template_names(part, section):
    """The names in a template's section (`Parameters` or `Outputs`): its entries are indented by two spaces."""
    text = (TEMPLATES / f"{part}.yaml").read_text()
    body = re.search(rf"^{section}:\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^  (\w+):", body.group(1), re.MULTILINE) if body else []


def read_parameters(path):
    """The parameter file, as values and tags: one flat JSON object; a key that no template knows is a slip and refused."""
    try:
        values = json.loads(path.read_text())
    except FileNotFoundError:
        raise Refused(f"{path} does not exist: copy infra/parameters.example.json there and fill it in") from None
    except json.JSONDecodeError as error:
        raise Refused(f"{path} is no JSON: {error}") from None
    tags = values.pop("Tags", {})
    known = {name for part in PARTS for name in template_names(part, "Parameters")}
    unknown = sorted(set(values) - known)
    if unknown:
        raise Refused(f"{path} names parameters that no template has: {', '.join(unknown)}")
    return {name: str(value) for name, value in values.items()}, {**tags, "project": "pg_ingest"}


def aws(*arguments, capture=False):
    """Runs the AWS CLI. The endpoint is passed on as a flag, since not every command reads the variable."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    command = ["aws", *(["--endpoint-url", endpoint] if endpoint else []), *arguments]
    streams = {"stdout": subprocess.PIPE if capture else None, "stderr": subprocess.PIPE}
    answer = subprocess.run(command, check=False, text=True, **streams)
    if not capture:
        print(answer.stderr, end="", file=sys.stderr, flush=True)
    return answer


def described(stack):
    """What CloudFormation says of a stack, or None where there is no such stack."""
    answer = aws("cloudformation", "describe-stacks", "--stack-name", stack, "--output", "json", capture=True)
    if answer.returncode == 0:
        return json.loads(answer.stdout)["Stacks"][0]
    if "does not exist" in answer.stderr:
        return None
    raise Refused(f"the stack {stack} cannot be read: {answer.stderr.strip()}")


def standing(stack):
    """The same, or None where nothing of the stack was ever made: a change set that was not executed leaves such a one."""
    found = described(stack)
    return None if found and found["StackStatus"] == "REVIEW_IN_PROGRESS" else found


def stack_outputs(stack):
    """The outputs of a stack, or nothing where there is no such stack."""
    return {output["OutputKey"]: output["OutputValue"] for output in (described(stack) or {}).get("Outputs", [])}


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


def refuse_dead_end(stack, status):
    """Explains a state that CloudFormation itself only names."""
    if status in DEAD_ENDS:
        meaning, remedy = DEAD_ENDS[status]
        raise Refused(f"{stack} is {status}: {meaning}.\nWhat failed:\n{failures(stack)}\n{remedy.format(stack=stack)}")


def change(stack, part, values, options, *more):
    """Runs `aws cloudformation deploy` for one stack; returns the finished process."""
    arguments = ["--stack-name", stack, "--template-file", str(TEMPLATES / f"{part}.yaml")]
    # AUTO_EXPAND is for the one template with a transform, rotation.
    arguments += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--no-fail-on-empty-changeset"]
    arguments += ["--tags", *(f"{name}={value}" for name, value in sorted(options.tags.items()))]
    arguments += ["--role-arn", options.role_arn] if options.role_arn else []
    if values:
        arguments += ["--parameter-overrides", *(f"{name}={value}" for name, value in sorted(values.items()))]
    deadline = time.monotonic() + NAME_TAKEN_FOR_S
    while True:
        answer = aws("cloudformation", "deploy", *arguments, *more, capture="--no-execute-changeset" in more)
        name_taken = "AlreadyExistsException" in answer.stderr and "CreateChangeSet" in answer.stderr
        if not name_taken or time.monotonic() > deadline:
            return answer


def deploy(part, given, options):
    """Creates or updates one stack and waits for it."""
    stack = f"{options.prefix}-{part}"
    values = overrides(part, options.prefix, given)
    before = standing(stack)
    refuse_dead_end(stack, before and before["StackStatus"])
    print(f"deploying {stack}", flush=True)
    rounds = [values] if before or part not in WHILE_CREATED else [{**values, **WHILE_CREATED[part]}, values]
    if before and part in WITH_DATA:
        protect(stack, options.allow_replacement)
    try:
        for number, round_values in enumerate(rounds):
            # What was made with other values is given the wanted ones, its template's default among them.
            if number:
                round_values = {**dict.fromkeys(WHILE_CREATED[part], "true"), **round_values}
            if change(stack, part, round_values, options).returncode != 0:
                raise Refused(f"{stack} was not deployed:\n{failures(stack)}")
    except BaseException as error:
        try:
            protect_what_stands(stack, part)
        except Refused as also:
            if isinstance(error, Refused):
                raise Refused(f"{error}\nBesides, {also}") from None
            print(f"Besides, {also}", file=sys.stderr)
        raise
    protect_what_stands(stack, part)


def deploy_all(given, options):
    """Deploys the parts in their order. Where one fails, what was deployed before it stays, and that is said too."""
    done = []
    for part in sorted(options.parts, key=PARTS.index):
        try:
            deploy(part, given, options)
        except Refused as error:
            raise Refused("\n".join([str(error), *left_standing(done, options.prefix)])) from None
        done.append(part)


def left_standing(parts, prefix):
    """What stands, and in which state, where a part behind these has failed; one sentence a line."""
    if not parts:
        return []
    lines = [f"Deployed before that, and left as it is: {', '.join(f'{prefix}-{part}' for part in parts)}."]
    if "ingest" in parts:
        lines.append(
            f"The function of {prefix}-ingest takes files by now, and no smoke test has tried it. Mend the cause and deploy again.\n"
            f"A delivery then sends a file through by itself; without one: cargo xtask smoke --stack {prefix}-ingest"
        )
    return lines


def protect_what_stands(stack, part):
    """Behind a change, whatever became of it."""
    if part in WITH_DATA and standing(stack):
        protect(stack, False)


def protect(stack, allow_replacement):
    """Refuses changes that would replace what holds data, or lets them through once."""
    everything = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"}]}'
    policy = everything if allow_replacement else (TEMPLATES / "stack-policy.json").read_text()
    answer = aws("cloudformation", "set-stack-policy", "--stack-name", stack, "--stack-policy-body", policy, capture=True)
    if answer.returncode != 0:
        raise Refused(f"the policy of {stack} cannot be set: {answer.stderr.strip()}")


def plan(part, given, options):
    """Shows what a deployment would change, and changes nothing."""
    stack = f"{options.prefix}-{part}"
    if described(stack) is None:
        print(f"{stack} does not exist; everything in it would be made")
        return
    answer = change(stack, part, overrides(part, options.prefix, given), options, "--no-execute-changeset")
    if answer.returncode != 0:
        raise Refused(f"{stack} cannot be planned: {answer.stderr.strip()}")
    found = re.search(r"arn:\S+:changeSet/\S+", answer.stdout)
    if not found:
        print(f"{stack} stays as it is")
        return
    name = ["--stack-name", stack, "--change-set-name", found.group(0)]
    shown = aws("cloudformation", "describe-change-set", *name, "--output", "json", capture=True)
    aws("cloudformation", "delete-change-set", *name, capture=True)
    if shown.returncode != 0:
        raise Refused(f"the change set of {stack} cannot be read: {shown.stderr.strip()}")
    print(f"{stack} would change:")
    for entry in json.loads(shown.stdout).get("Changes", []):
        print("  " + change_line(entry["ResourceChange"]))


def drift(part, options):
    """Has CloudFormation compare a stack with what there is; returns what somebody changed or took away, one a line."""
    stack = f"{options.prefix}-{part}"
    started = aws("cloudformation", "detect-stack-drift", "--stack-name", stack, "--output", "json", capture=True)
    if started.returncode != 0:
        raise Refused(f"the drift of {stack} cannot be detected: {started.stderr.strip()}")
    detection = ["--stack-drift-detection-id", json.loads(started.stdout)["StackDriftDetectionId"], "--output", "json"]
    while True:
        asked = aws("cloudformation", "describe-stack-drift-detection-status", *detection, capture=True)
        status = json.loads(asked.stdout) if asked.returncode == 0 else {"DetectionStatusReason": asked.stderr.strip()}
        if status.get("DetectionStatus") == "DETECTION_COMPLETE":
            break
        if status.get("DetectionStatus") != "DETECTION_IN_PROGRESS":
            raise Refused(f"the drift of {stack} was not detected: {status.get('DetectionStatusReason')}")
        time.sleep(DRIFT_POLL_S)
    filters = ["--stack-resource-drift-status-filters", "MODIFIED", "DELETED", "--output", "json"]
    found = aws("cloudformation", "describe-stack-resource-drifts", "--stack-name", stack, *filters, capture=True)
    if found.returncode != 0:
        raise Refused(f"the drift of {stack} cannot be read: {found.stderr.strip()}")
    lines = [line for entry in json.loads(found.stdout)["StackResourceDrifts"] for line in drift_lines(entry)]
    print("\n  ".join([f"{stack} is not what its template says:", *lines]) if lines else f"{stack} is what its template says")
    return lines


def drift_lines(entry):
    """One resource's drift, for people: each property that differs, with what is expected and what is there."""
    what = f"{entry['LogicalResourceId']} ({entry['ResourceType']})"
    if entry["StackResourceDriftStatus"] == "DELETED":
        return [f"{what} is gone"]
    return [
        f"{what} {difference['PropertyPath']}: expected {difference['ExpectedValue']}, is {difference['ActualValue']}"
        for difference in entry.get("PropertyDifferences", [])
    ]


def change_line(entry):
    """One resource's change, for people; what would be made anew says so."""
    flag = {"True": "  REPLACED", "Conditional": "  PERHAPS REPLACED"}.get(entry.get("Replacement"), "")
    return f"{entry['Action']:<7} {entry['LogicalResourceId']} ({entry['ResourceType']}){flag}"


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
    parser.add_argument("--plan", action="store_true", help="show what would change, and what would be made anew")
    parser.add_argument("--drift", action="store_true", help="show what was changed by hand; exit code 1 if anything was")
    parser.add_argument("--allow-replacement", action="store_true", help="let a bucket, queue or cluster be made anew")
    parser.add_argument("--show", metavar="NAME", help="print the value of a parameter of the one PART's stack")
    options = parser.parse_args(arguments)
    try:
        if options.drift:
            return 1 if [line for part in options.parts for line in drift(part, options)] else 0
        given, options.tags = read_parameters(options.parameters)
        given.update(setting.split("=", 1) for setting in options.settings)
        given["StackPrefix"] = options.prefix
        if options.show:
            stack = described(f"{options.prefix}-{options.parts[0]}") or {}
            print("".join(p["ParameterValue"] for p in stack.get("Parameters", []) if p["ParameterKey"] == options.show))
            return 0
        if not options.plan:
            deploy_all(given, options)
            return 0
        for part in sorted(options.parts, key=PARTS.index):
            plan(part, given, options)
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

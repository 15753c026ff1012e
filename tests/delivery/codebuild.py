"""A small CodeBuild: runs the commands of buildspec.yml and infra/builds/ as a project of the emulated account would.

As CodeBuild does: the project's variables win over the file's, those of type SECRETS_MANAGER are read when the build
starts, all commands run in one bash, the build ends at the first that fails, and a phase's `finally` runs even then.
"""

import json
import pathlib
import shlex
import subprocess
import uuid

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PHASES = ("install", "pre_build", "build", "post_build")
# The commands are what is checked here, not how quick the shipper is: optimising it whole takes minutes.
QUICKLY_BUILT = {
    "CARGO_PROFILE_LAMBDA_LTO": "off",
    "CARGO_PROFILE_LAMBDA_OPT_LEVEL": "0",
    "CARGO_PROFILE_LAMBDA_CODEGEN_UNITS": "16",
}


def secret(account, reference):
    """The value that `ARN:key` refers to; an ARN has six colons."""
    arn, key = reference.rsplit(":", 1)
    answer = account.client("secretsmanager").get_secret_value(SecretId=arn)
    return json.loads(answer["SecretString"])[key]


def described(account, project):
    """What the account says of a project."""
    (found,) = account.client("codebuild").batch_get_projects(names=[project])["projects"]
    return found


def variables(account, project):
    """The environment of a build of the project."""
    result = {}
    for variable in described(account, project)["environment"]["environmentVariables"]:
        kind, value = variable.get("type", "PLAINTEXT"), variable["value"]
        result[variable["name"]] = secret(account, value) if kind == "SECRETS_MANAGER" else value
    return result


def script(phases):
    """The builds' commands as one bash script. A phase ends at the first command that fails; its `finally` runs all the
    same, and no phase follows."""
    lines = ["failed=0"]
    for name in PHASES:
        phase = phases.get(name)
        if not phase:
            continue
        assert phase["on-failure"] == "ABORT", f"{name}: what CodeBuild does otherwise is not imitated here"
        lines.append("begun=$((failed == 0))")
        for command in phase["commands"]:
            lines.append(step(name, command, "$failed = 0"))
        for command in phase.get("finally", []):
            lines.append(step(name, command, "$begun = 1"))
    return "\n".join([*lines, "exit $failed"])


def step(phase, command, condition):
    """One command, shown as CodeBuild shows it, and run where the condition holds."""
    shown = shlex.quote(f"[{phase}] {command}")
    return f"""if [ {condition} ]; then
echo {shown}
{command}
status=$?; if [ $status != 0 ]; then echo '[failed]' $status; failed=$status; fi
fi"""


def build(account, project, overrides):
    """Runs a build; returns the finished process, with its log in stdout."""
    buildspec = yaml.safe_load((ROOT / described(account, project)["source"]["buildspec"]).read_text())
    environment = {
        **account.environment(),
        **QUICKLY_BUILT,
        **buildspec["env"].get("variables", {}),
        **variables(account, project),
        "CODEBUILD_BUILD_ID": f"{project}:{uuid.uuid4()}",
        "CODEBUILD_RESOLVED_SOURCE_VERSION": "0123456789abcdef0123456789abcdef01234567",
        **overrides,
    }
    return subprocess.run(
        [buildspec["env"]["shell"], "-c", script(buildspec["phases"])],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

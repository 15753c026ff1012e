"""A small CodeBuild: runs buildspec.yml's own commands as a project of the emulated account would.

As CodeBuild does: the project's variables win over the file's, those of type SECRETS_MANAGER are read when the build
starts, all commands run in one bash, and the build ends at the first that fails.
"""

import json
import pathlib
import shlex
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PHASES = ("install", "pre_build", "build", "post_build")


def secret(account, reference):
    """The value that `ARN:key` refers to; an ARN has six colons."""
    arn, key = reference.rsplit(":", 1)
    answer = account.client("secretsmanager").get_secret_value(SecretId=arn)
    return json.loads(answer["SecretString"])[key]


def variables(account, project):
    """The environment of a build of the project."""
    (described,) = account.client("codebuild").batch_get_projects(names=[project])["projects"]
    result = {}
    for variable in described["environment"]["environmentVariables"]:
        kind, value = variable.get("type", "PLAINTEXT"), variable["value"]
        result[variable["name"]] = secret(account, value) if kind == "SECRETS_MANAGER" else value
    return result


def build(account, project, overrides):
    """Runs a build; returns the finished process, with its log in stdout."""
    buildspec = yaml.safe_load((ROOT / "buildspec.yml").read_text())
    script = []
    for phase in PHASES:
        for command in buildspec["phases"].get(phase, {}).get("commands", []):
            script.append(f"echo '[{phase}]' {shlex.quote(command)}")
            script.append(f"{command}\nstatus=$?; if [ $status != 0 ]; then echo '[failed]' $status; exit $status; fi")
    environment = {
        **account.environment(),
        **buildspec["env"]["variables"],
        **variables(account, project),
        **overrides,
    }
    return subprocess.run(
        [buildspec["env"]["shell"], "-c", "\n".join(script)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

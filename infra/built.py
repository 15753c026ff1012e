#!/usr/bin/env python3
"""Keeps what was built of a commit, and takes it again only as it was built.

    built.py put --bucket BUCKET --commit COMMIT FILE…
    built.py get --bucket BUCKET --commit COMMIT NAME --output FILE

`put` writes each file under its digest and then, once, the list of them: a commit has what its first build made of it, and
nothing can put something else in its place. `get` refuses a file whose digest is not the list's.

Needs Python 3.9 or newer and the AWS CLI, whose usual settings (profile, region, AWS_ENDPOINT_URL) apply.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys


class Refused(Exception):
    """Something is not as it was built; the text says what, and what to do."""


def aws(*arguments):
    """Runs the AWS CLI; returns the finished process. The endpoint is passed as a flag, since not every command reads the variable."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    command = ["aws", *(["--endpoint-url", endpoint] if endpoint else []), *map(str, arguments)]
    return subprocess.run(command, check=False, text=True, capture_output=True)


def digest(path):
    """A file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(bucket, key, path, *conditions):
    """Puts an object; returns whether the conditions held."""
    answer = aws("s3api", "put-object", "--bucket", bucket, "--key", key, "--body", path, *conditions)
    if answer.returncode != 0 and "PreconditionFailed" not in answer.stderr:
        raise Refused(f"s3://{bucket}/{key} cannot be written: {answer.stderr.strip()}")
    return answer.returncode == 0


def write_once(bucket, key, path):
    """Puts an object where there is none; returns whether there was none."""
    return write(bucket, key, path, "--if-none-match", "*")


def read(bucket, key, path):
    """Gets an object; returns what the CLI said where that failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    answer = aws("s3api", "get-object", "--bucket", bucket, "--key", key, path)
    return answer.stderr.strip() if answer.returncode != 0 else ""


def put(options):
    folder = f"built/{options.commit}"
    digests = {path.name: digest(path) for path in options.files}
    for path in options.files:
        write_once(options.bucket, f"{folder}/{digests[path.name]}/{path.name}", path)
    record = options.files[0].with_name("built.json")
    record.write_text(json.dumps(digests, sort_keys=True))
    if write_once(options.bucket, f"{folder}/built.json", record):
        print("\n".join(f"{value}  {name}" for name, value in digests.items()))
    else:
        print(f"{options.commit} was built before; what that build made stays")


def get(options):
    folder = f"built/{options.commit}"
    record = options.output.with_name(f"{options.name}.built.json")
    if problem := read(options.bucket, f"{folder}/built.json", record):
        raise Refused(f"{options.commit} was not built; run its build first ({problem})")
    wanted = json.loads(record.read_text()).get(options.name, "")
    if not re.fullmatch("[0-9a-f]{64}", wanted):
        raise Refused(f"the build of {options.commit} made no {options.name}")
    if problem := read(options.bucket, f"{folder}/{wanted}/{options.name}", options.output):
        raise Refused(f"{options.name} of {options.commit} cannot be had: {problem}")
    came = digest(options.output)
    if came != wanted:
        options.output.unlink()
        raise Refused(f"{options.name} of {options.commit} is not what was built: expected SHA-256 {wanted}, came {came}")
    # Each is a program or a package; neither is secret.
    options.output.chmod(0o755)
    print(f"{came}  {options.name}")


def parsers(description, **runs):
    """A parser of commands that name a bucket, and each command's own. runs: what each command does with its options."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, run in runs.items():
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("--bucket", required=True)
    return parser, commands.choices


def carry_out(options):
    """Runs the command; returns the exit code."""
    try:
        options.run(options)
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def main(arguments):
    parser, commands = parsers(__doc__, put=put, get=get)
    for command in commands.values():
        command.add_argument("--commit", required=True)
    commands["put"].add_argument("files", nargs="+", type=pathlib.Path, metavar="FILE")
    commands["get"].add_argument("name", metavar="NAME")
    commands["get"].add_argument("--output", type=pathlib.Path, required=True, metavar="FILE")
    return carry_out(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

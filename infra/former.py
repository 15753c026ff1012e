#!/usr/bin/env python3
"""Keeps which package a delivery goes back to: the last one that passed its smoke test.

    former.py replace --bucket BUCKET --commit COMMIT --package KEY --current KEY
    former.py tried --bucket BUCKET --package KEY

`replace` comes before a package is deployed. It writes under `former/` what the restore build shall put back: the package that
stands there, unless no smoke test has passed with it. Then it is what that one had replaced. `tried` comes behind a smoke test
that passed. A package that was deployed by a release without these marks counts as tried.

Needs Python 3.9 or newer and the AWS CLI, whose usual settings (profile, region, AWS_ENDPOINT_URL) apply.
"""

import pathlib
import sys
import tempfile

from built import Refused, carry_out, parsers, read, write


def kept(bucket, key):
    """The text of an object, or None where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "object"
        problem = read(bucket, key, path)
        if not problem:
            return path.read_text().strip()
    if "NoSuchKey" in problem or "(404)" in problem:
        return None
    raise Refused(
        f"s3://{bucket}/{key} cannot be read, and nothing was deployed: {problem}\n"
        "Where the right is missing, the delivery part is older than this commit: python3 infra/deploy.py delivery"
    )


def keep(bucket, key, text):
    """Writes an object of that text."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "object"
        path.write_text(text)
        write(bucket, key, path)


def last_tried(bucket, package):
    """The package itself, or, where it was deployed and no smoke test has passed with it, the one that it had replaced."""
    replaced = kept(bucket, f"former/{package}")
    if replaced is None or kept(bucket, f"tried/{package}") is not None:
        return package
    print(f"{package} is in the stack, and no smoke test has passed with it: its delivery ended before, or the test failed")
    print(f"if this one fails too, {replaced + ' is put back' if replaced else 'nothing is put back, since nothing was tried before'}")
    return replaced


def replace(options):
    is_there = options.current == options.package
    # A second deployment of the same package must not take itself for the former one.
    if is_there and kept(options.bucket, f"former/{options.commit}") is not None:
        return
    former = last_tried(options.bucket, options.current) if options.current else ""
    if not is_there:
        keep(options.bucket, f"former/{options.package}", former)
    keep(options.bucket, f"former/{options.commit}", former)


def tried(options):
    keep(options.bucket, f"tried/{options.package}", "")


def main(arguments):
    parser, commands = parsers(__doc__, replace=replace, tried=tried)
    for command in commands.values():
        command.add_argument("--package", required=True, metavar="KEY")
    commands["replace"].add_argument("--commit", required=True)
    commands["replace"].add_argument("--current", required=True, metavar="KEY", help="what the stack has; empty: none")
    return carry_out(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Makes the shipper's package for Lambda and prints the key to upload it under.

The key carries the package's digest, so that a new build is a new value for CloudFormation; the same inputs make the same
bytes, so that an unchanged shipper changes nothing. Needs Python 3.9 or newer.
"""

import argparse
import hashlib
import pathlib
import stat
import sys
import zipfile

# The oldest date that a zip archive can hold: the files' own would make every build another.
NO_DATE = (1980, 1, 1, 0, 0, 0)


def entry(name, mode):
    """A member of the archive as Lambda wants it: readable, and executable where it is run."""
    member = zipfile.ZipInfo(name, NO_DATE)
    member.external_attr = (stat.S_IFREG | mode) << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def package(binary, ca_bundle, notices, output):
    """Writes the archive; returns its digest."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(entry("bootstrap", 0o755), binary.read_bytes())
        archive.writestr(entry("rds-ca-bundle.pem", 0o644), ca_bundle.read_bytes())
        archive.writestr(entry("THIRD_PARTY_NOTICES", 0o644), notices.read_bytes())
    return hashlib.sha256(output.read_bytes()).hexdigest()


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True, help="the built shipper")
    parser.add_argument("--ca-bundle", type=pathlib.Path, required=True, help="PEM file; goes beside the binary")
    parser.add_argument("--notices", type=pathlib.Path, required=True, help="licences of what the binary is made of")
    parser.add_argument("--output", type=pathlib.Path, required=True, metavar="ZIP")
    options = parser.parse_args(arguments)
    for path in (options.binary, options.ca_bundle, options.notices):
        if not path.is_file():
            print(f"error: {path} is no file", file=sys.stderr)
            return 1
    print(f"shipper/{package(options.binary, options.ca_bundle, options.notices, options.output)}.zip")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

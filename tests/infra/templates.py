"""The templates of infra/, read."""

import pathlib

from cfnlint.decode import cfn_yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
FILES = sorted(INFRA.glob("*.yaml"))
PARTS = {path.stem: cfn_yaml.load(str(path)) for path in FILES}


def resources(kind, parts=PARTS):
    """Every resource of a type, as (part, name, properties)."""
    for part, template in parts.items():
        for name, resource in template["Resources"].items():
            if resource["Type"] == kind:
                yield part, name, resource.get("Properties", {})


def branches(value):
    """A value that may be chosen by Fn::If, as the values that it may be; what is left out is left out here too."""
    if isinstance(value, dict) and "Fn::If" in value:
        _, yes, no = value["Fn::If"]
        return branches(yes) + branches(no)
    if isinstance(value, dict) and value.get("Ref") == "AWS::NoValue":
        return []
    return [value]


def default(part, parameter):
    """A parameter's default value."""
    return PARTS[part]["Parameters"][parameter]["Default"]

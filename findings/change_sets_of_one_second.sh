#!/usr/bin/env bash
# AWS CLI 1.46.3.
#
# `aws cloudformation deploy` names its change set after the whole second in which it begins, with nothing of the stack or the process in
# the name. Names are unique within a stack, so two deployments of one stack that begin within a second want the same name, and
# CloudFormation refuses the second with AlreadyExistsException. The CLI does not ask again.
. "$(dirname "$0")/setup.sh"
with_python awscli==1.46.3

python > "$folder/found" 2>&1 <<'PYTHON'
import time

from awscli.customizations.cloudformation.deployer import Deployer


class Account:
    """Stands for CloudFormation: the stack exists, and each change set's name is kept."""

    names = []

    def describe_stacks(self, StackName):
        return {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "EnableTerminationProtection": False}]}

    def get_template_summary(self, **_):
        return {"Parameters": []}

    def create_change_set(self, ChangeSetName, **_):
        self.names.append(ChangeSetName)
        return {"Id": "arn", "StackId": "stack"}


account = Account()
clock = iter([1795939823.1, 1795939823.9, 1795939824.0])
now, time.time = time.time, lambda: next(clock)
for _ in range(3):
    Deployer(account).create_changeset("orders", "{}", [], [], None, [], None, [])
time.time = now
print(*account.names, sep="\n")
PYTHON

as_seen "$folder/found" <<'SEEN'
awscli-cloudformation-package-deploy-1795939823
awscli-cloudformation-package-deploy-1795939823
awscli-cloudformation-package-deploy-1795939824
SEEN

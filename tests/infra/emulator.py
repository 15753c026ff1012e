"""A private ministack: emulated AWS on a free port of 127.0.0.1, ended with the test that started it."""

import contextlib
import functools
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import boto3

ROOT = pathlib.Path(__file__).resolve().parents[2]
REGION = "us-east-1"
STARTS_WITHIN_S = 300

# Aurora makes the master secret itself and tells its ARN; the emulator knows no such attribute. Only the copy that the
# emulator deploys says this in its place.
MASTER_SECRET_ATTRIBUTE = "Cluster.MasterUserSecret.SecretArn"


class Emulator:
    """A running emulator, as a context manager."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def environment(self):
        """The variables with which any AWS client reaches it."""
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_PAGER": "",
        }

    def __enter__(self):
        own = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "LOG_LEVEL": "WARNING",
            "TMPDIR": str(self.folder),
            # The functions that it runs find it by the same address as everybody else.
            "AWS_ENDPOINT_URL": self.url,
        }
        with open(self.folder / "emulator.log", "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env={**os.environ, **own},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"the emulator did not start: {(self.folder / 'emulator.log').read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/_localstack/health", timeout=1):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def client(self, service):
        """A boto3 client of one of its services."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    @functools.cached_property
    def infra(self):
        """A copy of infra/ that it can deploy: everything as it is, but for the one attribute that it does not know."""
        copy = self.folder / "infra"
        copy.mkdir()
        login = json.dumps({"username": "master", "password": "m"})
        arn = self.client("secretsmanager").create_secret(Name="rds!cluster-master", SecretString=login)["ARN"]
        for path in filter(pathlib.Path.is_file, (ROOT / "infra").iterdir()):
            text = path.read_text().replace("${" + MASTER_SECRET_ATTRIBUTE + "}", arn)
            (copy / path.name).write_text(text.replace(f"!GetAtt {MASTER_SECRET_ATTRIBUTE}", arn))
        return copy

    def deploy(self, *parts, parameters, settings=(), prefix="pg-ingest", check=True):
        """Runs infra/deploy.py, the product's own way of deploying."""
        file = self.folder / "parameters.json"
        file.write_text(json.dumps(parameters))
        command = [sys.executable, self.infra / "deploy.py", *parts, "--parameters", file, "--prefix", prefix]
        for setting in settings:
            command += ["--set", setting]
        answer = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)
        if check and answer.returncode != 0:
            raise AssertionError(answer.stdout + answer.stderr)
        return answer

    @contextlib.contextmanager
    def numbers_for_mappings(self):
        """Meanwhile, gives each mapping that is deployed its concurrency as a number.

        A template's parameters are text, which AWS converts; this emulator's poller stumbles over it.
        """
        done = threading.Event()

        def watch():
            client, seen = self.client("lambda"), set()
            while not done.wait(0.2):
                for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
                    if mapping["UUID"] not in seen:
                        seen.add(mapping["UUID"])
                        concurrency = int(mapping["ScalingConfig"]["MaximumConcurrency"])
                        client.update_event_source_mapping(
                            UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": concurrency}
                        )

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def outputs(self, stack):
        """A stack's outputs."""
        described = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}

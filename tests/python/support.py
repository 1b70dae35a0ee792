# SPDX-License-Identifier: MIT
"""What the tests of the Python package share: our own vectors, and a simulated service."""
import importlib.util
import json
import os
import re
import subprocess
import unittest
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("TENANTCA_BUILD", ROOT / "build/release")).resolve()
VECTORS = ROOT / "tests/vectors"
TENANT = "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
STRANGER = "2f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
NOW = datetime(2026, 7, 1, 7, tzinfo=timezone.utc)  # when the vectors' devices are valid
DAY = timedelta(days=1)


def vector(name):
    return (VECTORS / name).read_bytes()


class Simulator:
    """A service on this machine, whose clock moves when it is told to."""

    def __init__(self, clock=datetime(2026, 1, 1, tzinfo=timezone.utc)):
        self.now = clock
        self.process = subprocess.Popen(
            [str(BUILD / "tenantca-simulator"), "--port", "0", "--clock", self._text(clock), "--tenant", TENANT,
             "--tenant", STRANGER, "--until-stdin-closes"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().split()[-1]

    @staticmethod
    def _text(moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def control(self, path, *body, **members):
        content = json.dumps(body[0] if body else members).encode()
        request = urllib.request.Request("%s/_simulator/%s" % (self.address, path), content,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def go_to(self, moment):
        self.now = moment
        self.control("clock", now=self._text(moment))

    def device(self, tenant=TENANT):
        """A device's certificate and key, issued now, as PEM."""
        made = self.control("device", tenant=tenant, device="00aa")
        return made["certificate"], made["private_key"]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class SimulatorTest(unittest.TestCase):
    """One simulated service for each test."""

    def setUp(self):
        self.simulator = Simulator()
        self.addCleanup(self.simulator.close)


def needs(test, *modules):
    """Where continuous integration runs, nothing is skipped."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            if os.environ.get("CI") == "true":
                test.fail(module + " is not installed (make deps)")
            test.skipTest(module + " is not installed")


def python_of(guide):
    """The blocks of Python in a guide."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / guide).read_text(), flags=re.S | re.M)


def run_python(code, **environment):
    """In an interpreter of its own: its status, and what it wrote."""
    import sys

    known = dict(os.environ, PYTHONPATH=str(ROOT / "examples/python"), PYTHONDONTWRITEBYTECODE="1")
    known.update(environment)
    return subprocess.run([sys.executable, "-c", code], env={k: v for k, v in known.items() if v is not None},
                          capture_output=True, text=True, timeout=60, cwd=ROOT)

# SPDX-License-Identifier: MIT
"""No block of the library's is lost, and none is touched when it should not be."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from support import ROOT


class Valgrind(unittest.TestCase):
    def test_nothing_is_lost(self):
        if shutil.which("valgrind") is None:
            if os.environ.get("CI") == "true":
                self.fail("valgrind is not installed (make deps)")
            self.skipTest("valgrind is not installed")
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            environment = dict(os.environ, PYTHONMALLOC="malloc", PYTHONPATH="%s:%s" % (
                ROOT / "examples/python", ROOT / "tests/python"))
            said = subprocess.run(
                ["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible",
                 "--num-callers=40", "--log-file=%s" % log, sys.executable, str(ROOT / "tests/python/under_valgrind.py")],
                env=environment, capture_output=True, text=True, timeout=300)
            self.assertEqual((said.returncode, said.stderr), (0, ""))
            ours = [one for one in records_of(log.read_text()) if is_ours(one)]
            self.assertEqual(ours, [])


def is_ours(record):
    """Made or met in the library, or in what it calls; not in Python that the library called back. The error object
    of a thread that is still there goes with the process."""
    frames = re.findall(r"(?:at|by) 0x[0-9A-F]+: (.*)", record)
    python = [number for number, frame in enumerate(frames) if re.match(r"_?Py|ffi_|.*in /\S*(python|_ctypes|libffi)", frame)]
    inner = frames[:python[0]] if python else frames
    return any(frame.startswith("tca") for frame in inner) and not any(frame.startswith("tca_error_new") for frame in inner)


def records_of(text):
    """Records are parted by a line that has nothing behind the process's number."""
    record = []
    for line in text.splitlines():
        if line.rstrip().endswith("=="):
            yield "\n".join(record)
            record = []
        else:
            record.append(line)
    yield "\n".join(record)


if __name__ == "__main__":
    unittest.main()

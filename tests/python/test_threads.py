# SPDX-License-Identifier: MIT
"""Threads, fork, and the end of the interpreter while threads are still at it."""
import os
import threading
import time
import unittest

import tenantca
from support import NOW, TENANT, SimulatorTest, run_python, vector

FIRST_USE = """
import threading, tenantca
start, failed, expected = threading.Barrier(8), [], 'neither DER nor PEM, and read as base64: not valid base64'
def use():
    start.wait()
    for _ in range(20):
        try: tenantca.Certificate.parse(b'garbage')
        except tenantca.MalformedError as error: failed.extend([error] if str(error) != expected else [])
        else: failed.append(None)
threads = [threading.Thread(target=use) for _ in range(8)]
for one in threads: one.start()
for one in threads: one.join()
print(len(failed))
"""

DAEMONS = """
import threading, tenantca
from datetime import datetime, timezone
from pathlib import Path
now = datetime(2026, 7, 1, 7, tzinfo=timezone.utc)
trusted = tenantca.TrustSet(tenantca.Inventory.parse(Path('tests/vectors/integrated-list.json')), now=now)
device = Path('tests/vectors/device-of-a.der').read_bytes()
started = threading.Barrier(5)
def use():
    cache = tenantca.VerdictCache()
    started.wait()
    while True: trusted.verify(device, now, cache=cache)
for _ in range(4): threading.Thread(target=use, daemon=True).start()
started.wait()
"""


class Threads(unittest.TestCase):
    def test_the_first_use_may_be_in_many_at_once(self):
        for _ in range(20):  # of which some met it, when it was unsafe
            said = run_python(FIRST_USE)
            self.assertEqual((said.returncode, said.stdout, said.stderr), (0, "0\n", ""))

    def test_the_end_does_not_wait_for_daemons(self):
        for _ in range(3):
            said = run_python(DAEMONS)
            self.assertEqual((said.returncode, said.stderr), (0, ""))

    def test_closing_what_another_is_using(self):
        """Whoever had begun goes on; a text that was lent is not that of somebody else."""
        expected = tenantca.Certificate.parse(vector("tenant-ca-a.der"))
        wanted = (expected.subject, expected.thumbprint, expected.der)
        current, wrong, stop = [tenantca.Certificate.parse(expected.der)], [], threading.Event()

        def read():
            while not stop.is_set():
                one = current[0]
                try:
                    got = (one.subject, one.thumbprint, one.der)
                except tenantca.ClosedError:
                    continue
                except BaseException as error:
                    got = error
                if got != wanted:
                    wrong.append(got)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        ends = time.monotonic() + 1.5
        while time.monotonic() < ends:
            before, current[0] = current[0], tenantca.Certificate.parse(expected.der)
            before.close()
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_a_compare_and_swap_of_many(self):
        storage = tenantca.MemoryStorage()

        def add():
            done = 0
            while done < 500:
                kept = storage.load("n")
                value, version = kept or (b"0", None)
                try:
                    storage.swap("n", b"%d" % (int(value) + 1), version)
                    done += 1
                except tenantca.ConflictError:
                    pass

        threads = [threading.Thread(target=add) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(storage.load("n")[0], b"2000")


class Clients(SimulatorTest):
    def test_one_client_serves_many(self):
        client, found = tenantca.Client(tenantca.legacy(TENANT, endpoint=self.simulator.address), "t"), []

        def ask():
            for _ in range(10):
                found.append(len(client.list()))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [1] * 40)

    def test_a_child_goes_on_with_a_client_that_is_in_use(self):
        send, entered, leave = tenantca.UrllibTransport(), threading.Event(), threading.Event()

        def slow(request):
            if threading.current_thread() is not threading.main_thread():
                entered.set()
                leave.wait(30)
            return send(request)

        client = tenantca.Client(tenantca.legacy(TENANT, endpoint=self.simulator.address), "t", slow)
        other = threading.Thread(target=client.list)
        other.start()
        entered.wait(30)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = 0 if len(client.list()) == 1 else 2
            finally:
                os._exit(status)
        ended = os.waitpid(child, 0)[1]
        leave.set()
        other.join()
        self.assertEqual(ended, 0)
        self.assertEqual(len(client.list()), 1)

    def test_threads_of_a_child_may_be_the_first_to_use_a_client(self):
        client, failed = tenantca.Client(tenantca.legacy(TENANT, endpoint=self.simulator.address), "t"), []
        child = os.fork()
        if child == 0:
            def ask():
                try:
                    start.wait()
                    client.list()
                except BaseException as error:
                    failed.append(error)

            start = threading.Barrier(8)
            threads = [threading.Thread(target=ask) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            os._exit(len(failed))
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_a_child_goes_on_with_what_it_was_given(self):
        trusted = tenantca.TrustSet(tenantca.Inventory.parse(vector("integrated-list.json")), now=NOW)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = 0 if trusted.verify(vector("device-of-a.der"), NOW).trusted else 2
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertTrue(trusted.verify(vector("device-of-a.der"), NOW).trusted)


if __name__ == "__main__":
    unittest.main()

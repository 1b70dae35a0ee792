# SPDX-License-Identifier: MIT
"""What the package brings for a rollout to remember with and to write to: SQLiteStorage, TrustFile."""
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import tenantca
from support import ROOT


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Storages(InFolder):
    def storages(self):
        yield tenantca.MemoryStorage()
        yield tenantca.SQLiteStorage(self.folder / "store")

    def test_compare_and_swap(self):
        for storage in self.storages():
            with self.subTest(type(storage).__name__):
                self.assertIsNone(storage.load("a/b"))
                first = storage.swap("a/b", b"one", None)
                self.assertTrue(1 <= len(first) <= 64)
                self.assertEqual(storage.load("a/b"), (b"one", first))
                self.assertRaises(tenantca.ConflictError, storage.swap, "a/b", b"two", None)
                self.assertRaises(tenantca.ConflictError, storage.swap, "a/b", b"two", b"other")
                self.assertRaises(tenantca.ConflictError, storage.swap, "a/c", b"two", first)
                second = storage.swap("a/b", b"", first)
                self.assertNotEqual(second, first)
                self.assertEqual(storage.load("a/b"), (b"", second))
                storage.swap("a%", b"x", None)
                storage.swap("b", b"x", None)
                self.assertEqual(sorted(storage.list("a")), ["a%", "a/b"])
                self.assertEqual(list(storage.list("a/")), ["a/b"])
                self.assertEqual(len(list(storage.list(""))), 3)
                self.assertRaises(tenantca.ConflictError, storage.remove, "a/b", first)
                storage.remove("a/b", second)
                self.assertRaises(tenantca.NotFoundError, storage.remove, "a/b", second)
                self.assertIsNone(storage.load("a/b"))
                self.assertNotEqual(storage.swap("a/b", b"one", None), first)

    def test_a_file_is_shared_by_processes(self):
        path = self.folder / "store"
        program = ("import sys, tenantca\ns = tenantca.SQLiteStorage(sys.argv[1], timeout=30)\ndone = 0\n"
                   "while done < 50:\n"
                   "    value, version = s.load('n') or (b'0', None)\n"
                   "    try: s.swap('n', b'%d' % (int(value) + 1), version); done += 1\n"
                   "    except tenantca.ConflictError: pass\n")
        environment = dict(os.environ, PYTHONPATH=str(ROOT / "examples/python"))
        programs = [subprocess.Popen([sys.executable, "-c", program, str(path)], env=environment) for _ in range(3)]
        self.assertEqual([one.wait() for one in programs], [0, 0, 0])
        self.assertEqual(tenantca.SQLiteStorage(path).load("n")[0], b"150")

    def test_what_would_forget_is_refused(self):
        for path in (":memory:", ""):
            self.assertRaises(tenantca.ArgumentError, tenantca.SQLiteStorage, path)

    def test_what_cannot_be_kept_is_said(self):
        (self.folder / "text").write_text("no database, and longer than the header of one would be")
        for path in (self.folder / "nowhere/store", self.folder / "text", self.folder):
            storage = tenantca.SQLiteStorage(path, timeout=0.1)
            with self.assertRaisesRegex(OSError, str(path)):
                storage.load("a")
            self.assertRaises(OSError, storage.swap, "a", b"b", None)


class TrustFiles(InFolder):
    def test_mode_and_links_stay(self):
        real, link = self.folder / "real.pem", self.folder / "link.pem"
        link.symlink_to(real)
        file = tenantca.TrustFile(link)
        self.assertEqual(file.load(), b"")
        before = os.umask(0o077)
        try:
            file.replace(b"one")
            self.assertEqual(real.stat().st_mode & 0o777, 0o644)
            real.chmod(0o640)
            file.replace(b"two")
        finally:
            os.umask(before)
        self.assertEqual((file.load(), real.read_bytes(), real.stat().st_mode & 0o777), (b"two", b"two", 0o640))
        self.assertTrue(link.is_symlink())
        self.assertEqual(sorted(one.name for one in self.folder.iterdir()), ["link.pem", "real.pem"])

    def test_the_group_stays_in_a_folder_that_gives_its_own(self):
        if os.geteuid() != 0:
            self.skipTest("only root gives groups away")
        path = self.folder / "trust.pem"
        path.write_bytes(b"one")
        os.chown(path, 0, 0)
        os.chown(self.folder, 0, 1234)
        self.folder.chmod(0o2775)
        tenantca.TrustFile(os.fsencode(path)).replace(b"two")
        self.assertEqual((path.read_bytes(), path.stat().st_gid), (b"two", 0))

    def test_whoever_reads_sees_one_or_the_other(self):
        path, failed = self.folder / "trust.pem", []
        file = tenantca.TrustFile(path)
        file.replace(b"a" * 100000)

        def write(letter):
            try:
                for _ in range(30):
                    tenantca.TrustFile(path).replace(letter * 100000)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c")]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            seen = file.load()
            self.assertEqual((len(seen), len(set(seen))), (100000, 1))
        self.assertEqual(failed, [])
        self.assertEqual([one.name for one in self.folder.iterdir()], ["trust.pem"])

    def test_on_failure_the_file_before_stays(self):
        path = self.folder / "trust.pem"
        file = tenantca.TrustFile(path)
        file.replace(b"one")
        self.assertRaises(TypeError, file.replace, "text")
        self.assertEqual(file.load(), b"one")
        self.assertEqual([one.name for one in self.folder.iterdir()], ["trust.pem"])
        self.assertRaises(FileNotFoundError, tenantca.TrustFile(self.folder / "nowhere/trust.pem").replace, b"one")


if __name__ == "__main__":
    unittest.main()

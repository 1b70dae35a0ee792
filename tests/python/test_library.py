# SPDX-License-Identifier: MIT
"""Which library is loaded, when, and what is said when it is not the right one."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import BUILD, ROOT, run_python

USE = "import tenantca; print(tenantca.load()._name)"


class Library(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def fake(self, version, size="~0u", more="", soname="fake.so"):
        """A library with every function, that says what it is told to."""
        names = [line.strip(" ;\n") for line in (ROOT / "src/libtenantca.map").read_text().splitlines() if line.startswith("    tca_")]
        known = {"tca_version_number": "return %s;" % version, "tca_abi_struct_size": "return %s;" % size}
        source = self.folder / "fake.c"
        source.write_text("".join("unsigned %s(unsigned n) { (void)n; %s }\n" % (name, known.get(name, "return 0;"))
                                  for name in names if name != more))
        path = self.folder / "fake.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-Wl,-soname," + soname, str(source), "-o", str(path)], check=True)
        return str(path)

    def assert_refused(self, path, *words):
        said = run_python("import tenantca\ntry: tenantca.load()\nexcept tenantca.LibraryError as e: print(e)\n",
                          TENANTCA_LIBRARY=path)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        for word in words:
            self.assertIn(word, said.stdout)

    def test_importing_loads_nothing(self):
        said = run_python("import sys, tenantca; print('ctypes' in sys.modules)", TENANTCA_LIBRARY="/nowhere.so")
        self.assertEqual(said.stdout, "False\n")

    def test_the_explicit_one_comes_first(self):
        path = str(BUILD / "libtenantca.so")
        said = run_python("import tenantca; print(tenantca.load(%r)._name)" % path, TENANTCA_LIBRARY="/nowhere.so")
        self.assertEqual(said.stdout, path + "\n")

    def test_the_first_one_stays(self):
        path = str(BUILD / "libtenantca.so")
        said = run_python("import tenantca; tenantca.load(%r); print(tenantca.load('/nowhere.so')._name)" % path)
        self.assertEqual(said.stdout, path + "\n")

    def test_then_that_of_the_environment(self):
        path = str(BUILD / "libtenantca.so")
        self.assertEqual(run_python(USE, TENANTCA_LIBRARY=path).stdout, path + "\n")

    def test_then_the_one_beside_the_package(self):
        shutil.copytree(ROOT / "examples/python/tenantca", self.folder / "tenantca")
        shutil.copy(BUILD / "libtenantca.so.0", self.folder / "tenantca/libtenantca.so.0")
        said = run_python(USE, TENANTCA_LIBRARY=None, PYTHONPATH=str(self.folder))
        self.assertEqual(said.stdout, str(self.folder / "tenantca/libtenantca.so.0") + "\n")

    def test_then_the_soname(self):
        said = run_python(USE, TENANTCA_LIBRARY=None, LD_LIBRARY_PATH=str(BUILD))
        self.assertEqual(said.stdout, "libtenantca.so.0\n")

    def test_last_the_one_that_find_library_finds(self):
        """Which has another name there, or it would have been found before."""
        os.rename(self.fake("1 << 8", more="", soname="libtenantca.so.9"), self.folder / "libtenantca.so.9")
        os.symlink("libtenantca.so.9", self.folder / "libtenantca.so")
        said = run_python(USE, TENANTCA_LIBRARY=None, LD_LIBRARY_PATH=str(self.folder))
        self.assertEqual((said.stdout, said.stderr), ("libtenantca.so.9\n", ""))

    def test_a_missing_one_is_said(self):
        self.assert_refused("/nowhere/libtenantca.so", "/nowhere/libtenantca.so")
        self.assert_refused(str(ROOT / "Makefile"), "Makefile")

    def test_another_version_is_refused(self):
        for version in ("0", "2 << 8", "1 << 16", "1 << 16 | 1 << 8"):
            with self.subTest(version):
                self.assert_refused(self.fake(version), "version", "wanted is 0.1")

    def test_what_is_no_libtenantca_is_refused(self):
        self.assert_refused("libm.so.6", "no libtenantca", "tca_version_number")
        self.assert_refused(self.fake("1 << 8", more="tca_trust_verify"), "tca_trust_verify")

    def test_smaller_structs_are_refused(self):
        self.assert_refused(self.fake("1 << 8", "8"), "struct", "8 bytes")

    def test_errors_have_natural_bases(self):
        said = run_python("import tenantca\nprint(issubclass(tenantca.LibraryError, (tenantca.Error, OSError)))")
        self.assertEqual(said.stdout, "True\n")


class Shutdown(unittest.TestCase):
    def test_the_end_is_quiet(self):
        """With everything alive, in whatever order Python takes it apart."""
        said = run_python("""
import tenantca, threading
from pathlib import Path
c = tenantca.Certificate.parse(Path('tests/vectors/tenant-ca-a.der'))
i = tenantca.Inventory.parse(Path('tests/vectors/integrated-list.json'))
r, t, u, v = i.rollover(), tenantca.TrustSet(i), tenantca.Usage(), tenantca.VerdictCache()
entry, state = i[0], r.states[0]
s = tenantca.legacy('1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93')
k = tenantca.Client(s, 'token', log=lambda level, text: None)
o = tenantca.Rollout('contoso', s, [tenantca.anchors('own', tenantca.TrustFile('x'))], tenantca.MemoryStorage())
call = o.plan()
class Cycle: pass
cycle = Cycle(); cycle.all = (cycle, c, i, r, t, u, v, k, o, call)
threading.Thread(target=lambda: c.thumbprint).start()
""")
        self.assertEqual((said.returncode, said.stdout, said.stderr), (0, "", ""))


if __name__ == "__main__":
    unittest.main()

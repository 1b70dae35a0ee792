# SPDX-License-Identifier: MIT
"""The package's table is what the headers, a C compiler and the library say."""
import ctypes
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from support import BUILD, ROOT

from tenantca import _abi

HEADERS = [path for path in sorted((ROOT / "include/tenantca").glob("*.h"))
           if path.name not in ("adapters.h", "export.h", "tenantca.h")]


def c_name(struct):
    return "tca_" + re.sub(r"(?<!^)(?=[A-Z])", "_", struct.__name__).lower()


class Abi(unittest.TestCase):
    def test_the_table_is_made_of_the_headers(self):
        made = subprocess.run([sys.executable, str(ROOT / "tests/tools/make_python_abi.py"), *map(str, HEADERS)],
                              capture_output=True, text=True, check=True)
        self.assertEqual(made.stdout, (ROOT / "examples/python/tenantca/_abi.py").read_text(), "make python-abi")

    def test_every_exported_function_is_in_it_and_no_other(self):
        exported = re.findall(r"^    (tca_\w+);", (ROOT / "src/libtenantca.map").read_text(), flags=re.M)
        self.assertEqual(sorted(exported), sorted(name for name, _, _ in _abi.FUNCTIONS))

    def test_a_c_compiler_lays_the_structs_out_alike(self):
        structs = list(_abi.STRUCTS.values())
        self.assertEqual(len(structs), len(re.findall(r"^#define TCA_STRUCT_", (HEADERS[0].parent / "version.h")
                                                      .read_text(), flags=re.M)))
        lines, expected = [], []
        for struct in structs:
            lines.append('printf("%%zu\\n", sizeof(%s));' % c_name(struct))
            expected.append(ctypes.sizeof(struct))
            for field in struct._fields_:
                lines.append('printf("%%zu\\n", offsetof(%s, %s));' % (c_name(struct), field[0]))
                lines.append('printf("%%zu\\n", sizeof(((%s *)0)->%s));' % (c_name(struct), field[0]))
                expected += [getattr(struct, field[0]).offset, getattr(struct, field[0]).size]
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "layout.c"
            source.write_text("#include <stddef.h>\n#include <stdio.h>\n#include <tenantca/tenantca.h>\n"
                              "int main(void) {\n%s\nreturn 0;\n}\n" % "\n".join(lines))
            subprocess.run(["cc", "-I%s" % (ROOT / "include"), str(source), "-o", folder + "/layout"], check=True)
            said = subprocess.run([folder + "/layout"], capture_output=True, text=True, check=True).stdout
        self.assertEqual([int(line) for line in said.split()], expected)

    def test_a_function_takes_what_its_declaration_says(self):
        """By another way than the table was made: what is a pointer, and what a number of which width."""
        text = re.sub(r"/\*.*?\*/", " ", "".join(path.read_text() for path in HEADERS), flags=re.S)
        widths = {"uint32_t": 4, "uint64_t": 8, "int64_t": 8, "tca_unix": 8, "tca_result": 4,
                  "size_t": ctypes.sizeof(ctypes.c_size_t)}
        for name, result, arguments in _abi.FUNCTIONS:
            declared = re.search(r"TCA_API\s+([\w\s*]*?)\b%s\(([^;]*)\);" % name, text)
            self.assertIsNotNone(declared, name)
            returned, taken = declared.groups()
            taken = [] if taken.strip() == "void" else taken.split(",")
            self.assertEqual(len(taken), len(arguments), name)
            for one, kind in zip(taken + [returned + "x"], arguments + [result]):
                if "*" in one:
                    self.assertEqual(ctypes.sizeof(kind), ctypes.sizeof(ctypes.c_void_p), name)
                    self.assertFalse(issubclass(kind, (ctypes.c_size_t, ctypes.c_int64)), name)
                elif one.split()[0] == "void":
                    self.assertIsNone(kind, name)
                else:
                    self.assertEqual(ctypes.sizeof(kind), widths[one.split()[0]], name)

    def test_what_the_package_offers_is_where_it_says(self):
        import importlib

        import tenantca

        self.assertEqual(tenantca.__all__, sorted(tenantca._MODULES))
        for name, module in tenantca._MODULES.items():
            inside = importlib.import_module("tenantca." + module)
            self.assertIs(getattr(tenantca, name), inside if name == module else getattr(inside, name), name)
        self.assertRaises(AttributeError, lambda: tenantca.nonsense)
        said = subprocess.run([sys.executable, "-c", "from tenantca import *; print(Certificate, aio)"],
                              capture_output=True, text=True)
        self.assertEqual(said.stderr, "")

    def test_the_build_says_the_same_version(self):
        import tenantca

        version = (HEADERS[0].parent / "version.h").read_text()
        parts = [re.search(r"TCA_VERSION_%s (\d+)" % part, version)[1] for part in ("MAJOR", "MINOR", "PATCH")]
        self.assertEqual(tenantca.__version__, ".".join(parts))
        self.assertTrue((BUILD / "libtenantca.so").exists())


if __name__ == "__main__":
    unittest.main()

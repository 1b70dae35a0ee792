#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write examples/python/tenantca/_abi.py: what the public headers say, in the terms of ctypes.

    make_python_abi.py HEADER... >_abi.py
"""
import re
import sys

SCALARS = {
    "uint32_t": "c_uint32",
    "uint64_t": "c_uint64",
    "int32_t": "c_int32",
    "size_t": "c_size_t",
    "tca_unix": "c_int64",
    "tca_result": "c_int32",
}


def read(paths):
    text = ""
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text += file.read()
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return text.replace("\\\n", " ")


def class_name(struct):
    return "".join(part.capitalize() for part in struct[len("tca_"):].split("_"))


class Headers:
    def __init__(self, text):
        self.text = text
        structs = dict(re.findall(r"typedef struct (tca_\w+) \{(.*?)\} \1;", text, flags=re.S))
        self.names = set(structs)
        self.structs = []
        while structs:  # what another holds comes first
            ready = [name for name in structs
                     if not any(re.search(r"\b%s \*\w+;" % other, structs[name]) for other in structs)]
            self.structs += [(name, structs.pop(name)) for name in ready]
        self.constants = self.find_constants()

    def find_constants(self):
        found = re.findall(r"^#define (TCA_[A-Z0-9_]+) +(\S+)", self.text, flags=re.M)
        constants = []
        for name, value in found:
            value = re.sub(r"U?INT(32|64)_C\((.*?)\)", r"\2", value).strip("()")
            value = re.sub(r"(?<=[0-9a-fA-F])u$", "", value)
            if re.fullmatch(r"-?(0x[0-9a-fA-F]+|\d+)", value):
                constants.append((name, value))
        return constants

    def kind(self, declaration, place):
        """The ctypes type of a C declaration; place is argument, member, slot or result."""
        words = declaration.replace("*", " * ").split()
        stars = words.count("*")
        base = [word for word in words if word not in ("const", "struct", "*")][0]
        if base == "void":
            return "None" if stars == 0 else "c_void_p"
        if base in ("char", "uint8_t"):
            if stars == 2:
                return "POINTER(c_char_p)" if base == "char" or words.count("const") == 2 else "POINTER(c_void_p)"
            text = base == "char" and place != "slot" or place == "argument"
            return "c_char_p" if text else "c_void_p"
        if base in SCALARS:
            return SCALARS[base] if stars == 0 else "POINTER(%s)" % SCALARS[base]
        if base in self.names and place != "slot":
            return "POINTER(%s)" % class_name(base)
        return "c_void_p" if stars == 1 else "POINTER(c_void_p)"

    def slot(self, arguments):
        return "CFUNCTYPE(%s)" % ", ".join(["None"] + [self.kind(a, "slot") for a in arguments.split(",")])

    def members(self, body):
        for member in body.split(";"):
            member = " ".join(member.split())
            if not member:
                continue
            slot = re.fullmatch(r"void \(\*(\w+)\)\((.*)\)", member)
            array = re.fullmatch(r"char (\w+)\[(\w+)\]", member)
            if slot:
                yield slot[1], self.slot(slot[2])
            elif array:
                yield array[1], "c_char * %s" % array[2]
            else:
                name = re.search(r"(\w+)$", member)[1]
                yield name, self.kind(member[: -len(name)], "member")

    def functions(self):
        for declaration in re.findall(r"TCA_API (.*?);", self.text, flags=re.S):
            declaration = " ".join(declaration.split())
            result, name, arguments = re.fullmatch(r"(.*?)(tca_\w+)\((.*)\)", declaration).groups()
            kinds = []
            for argument in arguments.split(","):
                if argument.strip() != "void":
                    kinds.append(self.kind(re.sub(r"\w+$", "", argument.strip()), "argument"))
            yield name, self.kind(result, "result").replace("c_void_p", "c_char_p"), kinds


def main():
    headers = Headers(read(sys.argv[1:]))
    print('# SPDX-License-Identifier: MIT')
    print('"""The library\'s binary interface, as its headers declare it. Made by')
    print('tests/tools/make_python_abi.py; `make python-abi` makes it again."""')
    print("from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_int32, c_int64, c_size_t,")
    print("                    c_uint32, c_uint64, c_void_p, sizeof)")
    print("from typing import Any, Dict, List, Tuple, Type\n")
    print("from .errors import ArgumentError\n")
    for name, value in headers.constants:
        print("%s = %s" % (name, value))
    print("\n\nclass Struct(Structure):")
    print('    """One of the library\'s structs: it says its own size, and takes no number that it would have to cut."""\n')
    print("    def __init__(self, **members: Any) -> None:")
    print("        super().__init__(struct_size=sizeof(self))")
    print("        for name, value in members.items():")
    print("            if not hasattr(type(self), name):")
    print('                raise TypeError("%s has no %s" % (type(self).__name__, name))')
    print("            setattr(self, name, value)")
    print("            kept = getattr(self, name)")
    print("            if isinstance(kept, int) and kept != value:")
    print('                raise ArgumentError("%s: %s does not fit" % (type(self).__name__, name))')
    for name, body in headers.structs:
        print("\n\nclass %s(Struct):" % class_name(name))
        print("    _fields_ = [")
        for member, kind in headers.members(body):
            print('        ("%s", %s),' % (member, kind))
        print("    ]")
    print("\n\nSTRUCTS: Dict[int, Type[Struct]] = {")
    for name, _ in headers.structs:
        constant = "TCA_STRUCT_" + name[len("tca_"):].upper()
        if any(constant == known for known, _ in headers.constants):
            print("    %s: %s," % (constant, class_name(name)))
    print("}\n")
    print("# name, what it returns, what it takes")
    print("FUNCTIONS: List[Tuple[str, Any, List[Any]]] = [")
    for name, result, arguments in headers.functions():
        print('    ("%s", %s, [%s]),' % (name, result, ", ".join(arguments)))
    print("]")


main()

# SPDX-License-Identifier: MIT
"""Finding libtenantca and making sure that it is the one this package was written for."""
import ctypes
import os
import threading
from typing import Any, Iterator, Optional, Tuple, Union

from . import _abi
from .errors import LibraryError

SONAME = "libtenantca.so.0"
VARIABLE = "TENANTCA_LIBRARY"
VERSION = (_abi.TCA_VERSION_MAJOR, _abi.TCA_VERSION_MINOR)

_lock = threading.Lock()
_loaded: Optional[ctypes.CDLL] = None


def _places() -> Iterator[str]:
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), SONAME)
    if os.path.exists(beside):
        yield beside
    yield SONAME  # before find_library(), which needs tools that slim systems lack
    from ctypes.util import find_library

    found = find_library("tenantca")
    if found is not None:
        yield found


def _open(explicit: Optional[str]) -> Tuple[ctypes.CDLL, str]:
    chosen = explicit or os.environ.get(VARIABLE)
    tried = []
    for place in [chosen] if chosen else _places():
        try:
            return ctypes.CDLL(place), place
        except OSError as error:
            tried.append(str(error))
    raise LibraryError("libtenantca cannot be loaded: " + "; ".join(tried))


def _check(library: ctypes.CDLL, place: str) -> None:
    try:
        library.tca_version_number.restype = ctypes.c_uint32
        number = library.tca_version_number()
        major, minor = number >> 16, number >> 8 & 0xFF
        wanted = VERSION == (major, minor) if major == 0 else VERSION[0] == major and VERSION[1] <= minor
        if not wanted:
            raise LibraryError("%s is version %d.%d, wanted is %d.%d" % ((place, major, minor) + VERSION))
        for name, restype, argtypes in _abi.FUNCTIONS:
            function = getattr(library, name)
            function.restype = restype
            function.argtypes = argtypes
    except AttributeError as error:
        raise LibraryError("%s is no libtenantca %d.%d: %s" % ((place,) + VERSION + (error,))) from None
    for number, struct in _abi.STRUCTS.items():
        size = library.tca_abi_struct_size(number)
        if size < ctypes.sizeof(struct):
            raise LibraryError("%s: struct %s has %d bytes, wanted are %d"
                               % (place, struct.__name__, size, ctypes.sizeof(struct)))


def load(path: Union[None, str, "os.PathLike[str]"] = None) -> Any:
    """Load the library now instead of at the first use. The first one loaded stays.

    Looked for: `path`; the file that the environment variable TENANTCA_LIBRARY names; beside this
    package; by its SONAME; by ctypes.util.find_library(). The first two are not followed by others.
    """
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                library, place = _open(None if path is None else os.fspath(path))
                _check(library, place)
                _loaded = library
    return _loaded

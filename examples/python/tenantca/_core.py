# SPDX-License-Identifier: MIT
"""What every module here needs: errors across the border, owners of handles, times and texts."""
import os
import threading
import weakref
from ctypes import byref, c_char_p, c_size_t, c_void_p, string_at
from datetime import datetime, timedelta, timezone
from operator import index
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional, Type, TypeVar, Union

from . import errors
from ._library import load

if TYPE_CHECKING:
    from array import array
    from mmap import mmap

BytesLike = Union[bytes, bytearray, memoryview, "array[Any]", "mmap"]
Source = Union[BytesLike, str, "os.PathLike[str]"]
INPUT_MAX = 16 << 20  # the library's own default
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND = timedelta(seconds=1)
HandleType = TypeVar("HandleType", bound="Handle")

# ---- times ----


def to_unix(moment: datetime) -> int:
    if not isinstance(moment, datetime):
        raise TypeError("a datetime is wanted, not %s" % type(moment).__name__)
    if moment.utcoffset() is None:
        raise errors.NaiveDatetimeError("a datetime with a time zone is wanted")
    return (moment - _EPOCH) // _SECOND


def from_unix(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def now_or(moment: Optional[datetime]) -> int:
    if moment is not None:
        return to_unix(moment)
    from time import time

    return int(time())


# ---- errors ----


class _PerThread(threading.local):
    """An error object of the library's for each thread, and the trips into C that are under way."""

    def __init__(self) -> None:
        library = load()
        pointer = c_void_p()
        if library.tca_error_new(byref(pointer)) != 0:
            raise errors.NoMemoryError("no memory for an error")
        self.error: int = pointer.value or 0
        self.trips: List["Trip"] = []
        # Of the thread: when it ends its locals go.
        self.end = _End()
        release_with(self.end, library.tca_error_unref, pointer)


class _End:
    __slots__ = ("__weakref__",)


_per_thread: Optional[_PerThread] = None
_making = threading.Lock()


def per_thread() -> _PerThread:
    global _per_thread
    if _per_thread is None:
        with _making:
            if _per_thread is None:
                _per_thread = _PerThread()
    return _per_thread


def error_of_thread() -> int:
    return per_thread().error


def exception_of(result: int, error: int = 0) -> errors.Error:
    library = load()
    message = ""
    if error:
        text, length = c_char_p(), c_size_t()
        library.tca_error_message(error, byref(text), byref(length))
        message = (text.value or b"").decode("utf-8", "replace")
    name = library.tca_result_name(result).decode()
    made = errors.CLASSES.get(result, errors.Error)(message or name)
    status = library.tca_error_http_status(error) if error else 0
    made.http_status = status or None
    return made


def check(result: int, error: int = 0) -> None:
    if result != 0:
        raise exception_of(result, error)


class Trip:
    """A call of the library that may call back: what was raised there is raised again here."""

    __slots__ = ("raised", "must", "call", "_depth")

    def __init__(self, call: Optional["Owner"] = None) -> None:
        self.raised: Optional[BaseException] = None
        self.must = False  # it was raised where the library could not be told
        self.call = call

    def __enter__(self) -> "Trip":
        trips = per_thread().trips
        self._depth = len(trips)
        trips.append(self)
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        del per_thread().trips[self._depth:]

    def end(self, failure: Optional[errors.Error]) -> None:
        """Raise what the trip came to: what was raised on the way, or the failure.

        An OSError is one that the library was told of, and may have got over; where it only passed it on it
        is raised itself.
        """
        raised, pressing = self.raised, self.is_pressing
        self.raised = None
        if raised is not None and (pressing or isinstance(failure, _PASSED_ON)):
            raise raised
        if failure is not None:
            raise failure from (raised if isinstance(failure, _GAVE_UP) else None)

    @property
    def is_pressing(self) -> bool:
        """Something was raised that nothing gets over."""
        return self.raised is not None and (self.must or not isinstance(self.raised, OSError))

    def go_on(self) -> None:
        """The library wants something else: it has got over what was raised before."""
        if not self.is_pressing:
            self.raised = None


_PASSED_ON = (errors.CallbackError, errors.TransportError, errors.TokenError, errors.StorageError)
_GAVE_UP = (errors.RetryLaterError, errors.DeadlineError)


# ---- handles ----


def release_with(thing: Any, release: Callable[[int], None], pointer: c_void_p) -> None:
    """When the thing goes. What is still there when the interpreter ends may be in use by a daemon thread: it
    goes with the process."""
    weakref.finalize(thing, _release, release, pointer).atexit = False


def _release(release: Callable[[int], None], pointer: c_void_p) -> None:
    held, pointer.value = pointer.value, None
    if held:
        release(held)


class Owner:
    """Holds one reference of the library's. Whoever is using it, or what is borrowed from it, holds the owner:
    ctypes takes it in place of the pointer. In a cycle that is collected the reference goes before the owner
    does, and a `__del__` there may come to it later: then it has nothing any more."""

    __slots__ = ("_as_parameter_", "__weakref__")

    def __init__(self, pointer: int, release: Callable[[int], None]) -> None:
        self._as_parameter_ = c_void_p(pointer)
        release_with(self, release, self._as_parameter_)

    @property
    def pointer(self) -> int:
        pointer = self._as_parameter_.value
        if pointer is None:
            raise errors.ClosedError("it has gone with what it was part of")
        return pointer


class Handle:
    """A thing of the library's. Closing it twice is allowed; without, it goes with its last use."""

    __slots__ = ("_owner", "__weakref__")
    _release: str

    def __new__(cls: Type[HandleType], *_: Any, **__: Any) -> HandleType:
        made = super().__new__(cls)
        made._owner = None
        return made

    def __init__(self) -> None:
        raise TypeError("%s is not made by calling it" % type(self).__name__)

    @classmethod
    def _adopt(cls: Type[HandleType], pointer: Optional[int]) -> HandleType:
        made = cls.__new__(cls)
        made._own(pointer)
        return made

    def _own(self, pointer: Optional[int]) -> None:
        assert pointer
        self._owner: Optional[Owner] = Owner(pointer, getattr(load(), self._release))

    def _owned(self) -> Owner:
        owner = self._owner
        if owner is None or owner._as_parameter_.value is None:
            raise errors.ClosedError("this %s is closed" % type(self).__name__)
        return owner

    def close(self) -> None:
        self._owner = None

    def __reduce__(self) -> Any:
        raise TypeError("a %s is of this process, and cannot be copied" % type(self).__name__)

    def __enter__(self: HandleType) -> HandleType:
        self._owned()
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        self.close()


def expect(thing: Any, kind: Type[Any]) -> None:
    if not isinstance(thing, kind):
        raise TypeError("%s is wanted, not %s" % (kind.__name__, type(thing).__name__))


def handle_of(thing: Any, kind: Type[HandleType]) -> Owner:
    expect(thing, kind)
    return thing._owned()  # type: ignore[no-any-return]


# ---- numbers and words ----


def whole(number: int, what: str, most: int = 0xFFFFFFFF) -> int:
    """A number that fits: ctypes would cut it."""
    value = index(number)
    if not 0 <= value <= most:
        raise errors.ArgumentError("%s is to be from 0 to %d" % (what, most))
    return value


def choose(words: Mapping[str, int], word: str, what: str) -> int:
    number = words.get(word) if isinstance(word, str) else None
    if number is None:
        raise errors.ArgumentError("%s is to be one of %s" % (what, ", ".join(sorted(words))))
    return number


# ---- texts and bytes ----


def encode(text: str) -> bytes:
    if not isinstance(text, str):
        raise TypeError("a str is wanted, not %s" % type(text).__name__)
    return text.encode("utf-8")


def bytes_of(data: BytesLike, what: str) -> bytes:
    try:
        return memoryview(data).tobytes()
    except TypeError:
        raise TypeError("%s is to be bytes, not %s" % (what, type(data).__name__)) from None


def read(source: Source) -> bytes:
    """Bytes as they are; a str is content too (PEM, base64, JSON), not a name; of a path its file's content."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, str):
        return source.encode("utf-8")
    if isinstance(source, os.PathLike):
        with open(source, "rb") as file:
            return file.read(INPUT_MAX + 1)  # one too many is the library's to refuse
    return bytes_of(source, "what is not a str or an os.PathLike")


def text_from(function: Callable[..., int], *arguments: Any) -> str:
    text, length = c_char_p(), c_size_t()
    check(function(*arguments, byref(text), byref(length)))
    return (text.value or b"").decode("utf-8")


def text_or_none(function: Callable[..., int], *arguments: Any) -> Optional[str]:
    try:
        return text_from(function, *arguments)
    except errors.NotFoundError:
        return None


def bytes_from(function: Callable[..., int], *arguments: Any) -> bytes:
    data, length = c_void_p(), c_size_t()
    check(function(*arguments, byref(data), byref(length)))
    return string_at(data.value or 0, length.value) if length.value else b""


def take_bytes(pointer: Optional[int]) -> bytes:
    """The content of a tca_bytes, which is released."""
    library = load()
    data, length = c_void_p(), c_size_t()
    library.tca_bytes_view(pointer, byref(data), byref(length))
    content = string_at(data.value or 0, length.value) if length.value else b""
    library.tca_bytes_unref(pointer)
    return content


def name_from(function: Callable[[int], bytes], value: int) -> str:
    return function(value).decode("ascii")

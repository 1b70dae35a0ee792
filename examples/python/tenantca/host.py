# SPDX-License-Identifier: MIT
"""What Python supplies to the library: HTTP, tokens, time, a log, storage, a place of anchors.

The library calls a few functions that live as long as this module; which Python object is meant it is
told by number. What an object raises becomes an error there and is raised again when the library has
returned (Trip). A failure that may pass (OSError) lets the library go on as it does after one, with
another try, say; anything else ends the call at once. Who is only told of something (a log, a sink of
notices) ends nothing.
"""
import os
from ctypes import string_at
from itertools import count
from time import sleep, time
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Union

from . import _abi
from ._core import bytes_from, check, per_thread, text_from
from ._library import load
from .errors import ConflictError, Error, NotFoundError, TransportError

# ---- what is supplied ----


class Request(NamedTuple):
    """An HTTP exchange that the library wants. Follow no redirect."""

    method: str
    url: str
    headers: Dict[str, str]  #: with Authorization: never to be logged
    body: Optional[bytes]
    max_reply_bytes: int  #: a larger body of an answer is refused
    timeout: Optional[float]  #: seconds that are left to the call; None: no end


class Response(NamedTuple):
    """Its answer."""

    status: int
    headers: Union[Mapping[str, str], Iterable[Tuple[str, str]]]
    body: bytes


Transport = Callable[[Request], Response]
TokenSource = Callable[[str, bool], str]
"""Given the audience, and whether the token before was refused: a token."""


class UrllibTransport:
    """HTTP by the standard library: the system's proxies and CA certificates, no redirects."""

    def __init__(self, timeout: float = 60.0, context: Any = None) -> None:
        self.timeout = timeout
        self._context = context
        self._opener: Any = None

    def _make_opener(self) -> Any:
        import urllib.request

        class NoRedirect(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: Any, **__: Any) -> None:
                return None

        handlers: List[Any] = [NoRedirect]
        if self._context is not None:
            handlers.append(urllib.request.HTTPSHandler(context=self._context))
        return urllib.request.build_opener(*handlers)

    def __call__(self, request: Request) -> Response:
        import http.client
        import urllib.error
        import urllib.request

        if self._opener is None:
            self._opener = self._make_opener()
        asked = urllib.request.Request(request.url, request.body, request.headers, method=request.method)
        if request.method == "POST" and request.body is None:
            asked.data = b""
        timeout = self.timeout if request.timeout is None else min(self.timeout, max(request.timeout, 0.001))
        try:
            try:
                answer = self._opener.open(asked, timeout=timeout)
            except urllib.error.HTTPError as refused:
                answer = refused
            with answer:
                body = answer.read(request.max_reply_bytes + 1)
                return Response(answer.status, answer.headers.items(), body)
        except (OSError, http.client.HTTPException) as error:
            raise TransportError("%s: %s" % (type(error).__name__, error)) from error


def token_from(source: Union[str, TokenSource]) -> TokenSource:
    """A token as it is, or who gives them."""
    if isinstance(source, str):
        token = source
        return lambda audience, refresh: token
    if not callable(source):
        raise TypeError("a token or a function that gives one is wanted")
    return source


class Storage:
    """What keeps values: derive from it, or bring an object with the same four methods.

    A version is bytes (1 to 64), and differs whenever the value was replaced.
    """

    def load(self, key: str) -> Optional[Tuple[bytes, bytes]]:
        """The value and its version; None where there is nothing."""
        raise NotImplementedError

    def swap(self, key: str, value: bytes, expected: Optional[bytes]) -> bytes:
        """Keep the value if the version is the expected one (None: if nothing is there) and return the new
        one; else raise ConflictError."""
        raise NotImplementedError

    def remove(self, key: str, expected: bytes) -> None:
        """Raise ConflictError for another version, NotFoundError where there is nothing."""
        raise NotImplementedError

    def list(self, prefix: str) -> Iterable[str]:
        raise NotImplementedError


class MemoryStorage(Storage):
    """For tests, and for who keeps nothing."""

    def __init__(self) -> None:
        self._values: Dict[str, Tuple[bytes, bytes]] = {}
        self._versions = count(1)

    def load(self, key: str) -> Optional[Tuple[bytes, bytes]]:
        return self._values.get(key)

    def _expect(self, key: str, expected: Optional[bytes]) -> None:
        kept = self._values.get(key)
        if (None if kept is None else kept[1]) != expected:
            raise ConflictError("%s has another version" % key)

    def swap(self, key: str, value: bytes, expected: Optional[bytes]) -> bytes:
        self._expect(key, expected)
        version = b"%d" % next(self._versions)
        self._values[key] = (value, version)
        return version

    def remove(self, key: str, expected: bytes) -> None:
        if key not in self._values:
            raise NotFoundError(key)
        self._expect(key, expected)
        del self._values[key]

    def list(self, prefix: str) -> Iterable[str]:
        return [key for key in self._values if key.startswith(prefix)]


class AnchorHolder:
    """A place of one's own that trusts CA certificates: derive from it, or bring the same two methods."""

    def load(self) -> bytes:
        """What is trusted now, PEM or nothing."""
        raise NotImplementedError

    def replace(self, pem: bytes) -> None:
        """Trust these and no others, as a whole or not at all."""
        raise NotImplementedError


class TrustFile(AnchorHolder):
    """A PEM file that is replaced whole, for what reads one; the file before is not kept."""

    def __init__(self, path: Union[str, "os.PathLike[str]"]) -> None:
        self.path = os.fspath(path)

    def load(self) -> bytes:
        try:
            with open(self.path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return b""

    def replace(self, pem: bytes) -> None:
        beside = "%s.%d.new" % (self.path, os.getpid())
        try:
            with open(beside, "xb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self.path)
        except BaseException:
            if os.path.exists(beside):
                os.unlink(beside)
            raise


# ---- across the border ----

_objects: Dict[int, Any] = {}
_numbers = count(1)


def lend(thing: Any) -> int:
    """The number by which the library knows an object, until it says that it is done with it."""
    number = next(_numbers)
    _objects[number] = thing
    return number


def take_back(number: Optional[int]) -> None:
    _objects.pop(number or 0, None)


def _tell(raised: BaseException, told: bool) -> None:
    trips = per_thread().trips
    if not trips:
        return
    trip = trips[-1]
    if trip.raised is None or isinstance(trip.raised, Exception):
        trip.raised = raised
        trip.must = not told
    ends = not isinstance(raised, OSError) if told else not isinstance(raised, Exception)
    if trip.call and ends:
        load().tca_call_cancel(trip.call)


def failure_text(raised: BaseException) -> bytes:
    """Our own errors hold no secret; what others say may."""
    said = str(raised) if isinstance(raised, Error) else type(raised).__name__
    return said.encode("utf-8", "replace")


def _answer(user: int, reply: Optional[int], work: Callable[[Any, Any], None]) -> None:
    try:
        work(_objects[user], reply)
    except BaseException as raised:  # nothing may pass through C
        if reply is not None:
            said = failure_text(raised)
            load().tca_reply_fail(reply, said, len(said))
        _tell(raised, reply is not None)


def _bytes(what: Any, name: str) -> bytes:
    if not isinstance(what, (bytes, bytearray, memoryview)):
        raise TypeError("%s is to be bytes, not %s" % (name, type(what).__name__))
    return bytes(what)


def _append(reply: Any, data: bytes) -> None:
    check(load().tca_reply_append(reply, data, len(data)))


def _done(reply: Any) -> None:
    check(load().tca_reply_done(reply))


def request_of(pointer: Any, now: Optional[float] = None) -> Request:
    from ctypes import byref, c_char_p, c_int64, c_size_t

    library = load()
    headers = {}
    name, value, lengths = c_char_p(), c_char_p(), (c_size_t(), c_size_t())
    for index in range(library.tca_request_header_count(pointer)):
        check(library.tca_request_header(pointer, index, byref(name), byref(lengths[0]), byref(value),
                                         byref(lengths[1])))
        headers[(name.value or b"").decode("ascii")] = (value.value or b"").decode("latin-1")
    try:
        body: Optional[bytes] = bytes_from(library.tca_request_body, pointer)
    except NotFoundError:
        body = None
    deadline = c_int64()
    ends = library.tca_request_deadline(pointer, byref(deadline)) == 0
    return Request(text_from(library.tca_request_method, pointer), text_from(library.tca_request_url, pointer), headers,
                   body, library.tca_request_max_reply_bytes(pointer),
                   deadline.value - (time() if now is None else now) if ends else None)


def fill_response(reply: Any, response: Response) -> None:
    library = load()
    if not isinstance(response, tuple) or len(response) != 3:
        raise TypeError("a transport is to return a Response, not %s" % type(response).__name__)
    status, headers, body = response
    check(library.tca_reply_set_status(reply, status))
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    for name, value in pairs:
        raw_name, raw_value = name.encode("latin-1"), value.encode("latin-1")
        check(library.tca_reply_add_header(reply, raw_name, len(raw_name), raw_value, len(raw_value)))
    body = _bytes(body, "the body")
    if library.tca_reply_append(reply, body, len(body)) == 0:  # else it is too large, which the call will say
        _done(reply)


def fill_token(reply: Any, token: str) -> None:
    if not isinstance(token, str):
        raise TypeError("a token is to be a str, not %s" % type(token).__name__)
    _append(reply, token.encode("utf-8"))
    _done(reply)


def _perform(user: int, request: int, reply: int) -> None:
    def work(transport: Any, to: Any) -> None:
        fill_response(to, transport(request_of(request)))

    _answer(user, reply, work)


def _token(user: int, audience: int, length: int, refresh: int, reply: int) -> None:
    def work(source: Any, to: Any) -> None:
        fill_token(to, source(string_at(audience, length).decode("ascii"), bool(refresh)))

    _answer(user, reply, work)


def _now(user: int, reply: int) -> None:
    def work(_: Any, to: Any) -> None:
        check(load().tca_reply_set_time(to, int(time())))
        _done(to)

    _answer(user, reply, work)


def _wait(user: int, until: int, reply: int) -> None:
    def work(_: Any, to: Any) -> None:
        sleep(max(0.0, until - time()))
        _done(to)

    _answer(user, reply, work)


def _write(user: int, level: int, category: int, text: int, length: int) -> None:
    def work(log: Any, _: Any) -> None:
        log(level, string_at(text, length).decode("utf-8", "replace"))

    _answer(user, None, work)


def _notice(user: int, notice: int) -> None:
    def work(sink: Any, _: Any) -> None:
        sink(_abi.Notice.from_address(notice))

    _answer(user, None, work)


def _key(key: int, length: int) -> str:
    return string_at(key, length).decode("ascii")


def _outcome(reply: Any, outcome: int) -> None:
    check(load().tca_reply_set_outcome(reply, outcome))
    _done(reply)


def _set_version(reply: Any, version: Any) -> None:
    raw = _bytes(version, "a version")
    check(load().tca_reply_set_version(reply, raw, len(raw)))


def _load(user: int, key: int, key_length: int, reply: int) -> None:
    def work(storage: Any, to: Any) -> None:
        kept = storage.load(_key(key, key_length))
        if kept is None:
            _outcome(to, _abi.TCA_OUTCOME_ABSENT)
            return
        value, version = kept
        _append(to, _bytes(value, "a value"))
        _set_version(to, version)
        _done(to)

    _answer(user, reply, work)


def _swap(user: int, key: int, key_length: int, value: int, length: int, expected: int, expected_length: int,
          reply: int) -> None:
    def work(storage: Any, to: Any) -> None:
        content = string_at(value, length) if length else b""
        version = string_at(expected, expected_length) if expected_length else None
        try:
            made = storage.swap(_key(key, key_length), content, version)
        except ConflictError:
            _outcome(to, _abi.TCA_OUTCOME_CONFLICT)
            return
        _set_version(to, made)
        _done(to)

    _answer(user, reply, work)


def _remove(user: int, key: int, key_length: int, expected: int, expected_length: int, reply: int) -> None:
    def work(storage: Any, to: Any) -> None:
        try:
            storage.remove(_key(key, key_length), string_at(expected, expected_length))
        except ConflictError:
            _outcome(to, _abi.TCA_OUTCOME_CONFLICT)
        except NotFoundError:
            _outcome(to, _abi.TCA_OUTCOME_ABSENT)
        else:
            _done(to)

    _answer(user, reply, work)


def _list(user: int, prefix: int, length: int, reply: int) -> None:
    def work(storage: Any, to: Any) -> None:
        for key in storage.list(_key(prefix, length) if length else ""):
            raw = key.encode("ascii")
            check(load().tca_reply_add_key(to, raw, len(raw)))
        _done(to)

    _answer(user, reply, work)


def _load_anchors(user: int, reply: int) -> None:
    def work(holder: Any, to: Any) -> None:
        _append(to, _bytes(holder.load(), "what is trusted"))
        _done(to)

    _answer(user, reply, work)


def _replace_anchors(user: int, pem: int, length: int, reply: int) -> None:
    def work(holder: Any, to: Any) -> None:
        holder.replace(string_at(pem, length) if length else b"")
        _done(to)

    _answer(user, reply, work)


def _slot(struct: Any, name: str) -> Any:
    return dict((field[0], field[1]) for field in struct._fields_)[name]


def _table(struct: Any, **slots: Any) -> Callable[..., Any]:
    """Makes tables of one kind; their functions are made once and stay."""
    made = {name: _slot(struct, name)(function) for name, function in slots.items()}
    made["destroy"] = _slot(struct, "destroy")(take_back)
    return lambda thing, **members: struct(user=lend(thing), **made, **members)


transport_table = _table(_abi.Transport, perform=_perform)
token_table = _table(_abi.TokenSource, token=_token)
clock_table = _table(_abi.Clock, now=_now, wait=_wait)
log_table = _table(_abi.Log, write=_write)
notice_table = _table(_abi.NoticeSink, notice=_notice)
storage_table = _table(_abi.Storage, load=_load, swap=_swap, remove=_remove, list=_list)
anchor_table = _table(_abi.AnchorHolder, load=_load_anchors, replace=_replace_anchors)

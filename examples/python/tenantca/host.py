# SPDX-License-Identifier: MIT
"""Python objects behind the library's tables: HTTP, tokens, time, a log, storages, places of anchors.

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
from typing import Any, Callable, Mapping, Optional, Union
from weakref import WeakValueDictionary

from . import _abi
from ._core import bytes_from, bytes_of, check, per_thread, text_from, whole
from ._library import load
from .errors import ArgumentError, ClosedError, ConflictError, Error, NotFoundError
from .transport import Request, Response

TokenSource = Callable[[str, bool], str]
"""Given the audience, and whether the token before was refused: a token."""

WAIT_SLICE = 0.2  # seconds after which one that waits sees that it was cancelled
LEAST_TIMEOUT = 0.001  # 0 would mean none to some


def token_from(source: Union[str, TokenSource]) -> TokenSource:
    """A token as it is, or who gives them."""
    if isinstance(source, str):
        token = source
        return lambda audience, refresh: token
    if not callable(source):
        raise TypeError("a token or a function that gives one is wanted")
    return source


# ---- loans ----


class Loan:
    """Something that the library knows by number. Who lends it (a Client, a Target, a Rollout) holds the loan and
    nobody else does, so that a cycle through what is lent can be collected."""

    __slots__ = ("thing", "__weakref__")

    def __init__(self, thing: Any) -> None:
        self.thing = thing


_loans: "WeakValueDictionary[int, Loan]" = WeakValueDictionary()
_numbers = count(1)


def _take_back(number: Optional[int]) -> None:
    _loans.pop(number or 0, None)


def hand_over(function: Callable[..., int], table: Any, *arguments: Any) -> Loan:
    """Give the library a table; the loan is to be held for as long as what was given it."""
    loan: Loan = table.loan
    result = function(*arguments)
    if result != 0:
        _take_back(table.user)
    check(result, arguments[-1])
    return loan


# ---- across the border ----


def _tell(raised: BaseException, told: bool) -> None:
    trips = per_thread().trips
    if not trips:
        return
    trip = trips[-1]
    if not trip.is_pressing or isinstance(trip.raised, Exception) and not isinstance(raised, Exception):
        trip.raised = raised
        trip.must = not told
    ends = not isinstance(raised, OSError) if told else not isinstance(raised, Exception)
    if trip.call is not None and ends:
        load().tca_call_cancel(trip.call)


def failure_text(raised: BaseException) -> bytes:
    """Our own errors hold no secret; what others say may."""
    said = type(raised).__name__
    if isinstance(raised, Error):
        try:
            said = str(raised)
        except Exception:  # of a class derived from ours
            pass
    return said.encode("utf-8", "replace")


def _answer(user: int, reply: Optional[int], work: Callable[[Any, Any], None]) -> None:
    try:
        loan = _loans.get(user)
        if loan is None:
            raise ClosedError("what was lent has gone")
        work(loan.thing, reply)
    except BaseException as raised:  # nothing may pass through C
        if reply is not None:
            said = failure_text(raised)
            load().tca_reply_fail(reply, said, len(said))
        _tell(raised, reply is not None)


def _append(reply: Any, data: bytes) -> None:
    check(load().tca_reply_append(reply, data, len(data)))


def _done(reply: Any) -> None:
    check(load().tca_reply_done(reply))


def request_of(pointer: Any) -> Request:
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
                   max(LEAST_TIMEOUT, deadline.value - time()) if ends else None)


def _header(text: Any) -> Optional[bytes]:
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise TypeError("a header is to be a str, not %s" % type(text).__name__)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def fill_response(reply: Any, response: Response) -> None:
    library = load()
    if not isinstance(response, tuple) or len(response) != 3:
        raise TypeError("a transport is to return a Response, not %s" % type(response).__name__)
    status, headers, body = response
    check(library.tca_reply_set_status(reply, whole(status, "the status")))
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    for name, value in pairs:
        raw_name, raw_value = _header(name), _header(value)
        if raw_name is not None and raw_value is not None:
            check(library.tca_reply_add_header(reply, raw_name, len(raw_name), raw_value, len(raw_value)))
    body = bytes_of(body, "the body")
    if library.tca_reply_append(reply, body, len(body)) == 0:  # else it is too large, which the call will say
        _done(reply)


def fill_token(reply: Any, token: str) -> None:
    if not isinstance(token, str):
        raise TypeError("a token is to be a str, not %s" % type(token).__name__)
    _append(reply, token.encode("utf-8"))
    _done(reply)


def _go_on() -> None:
    for trip in per_thread().trips[-1:]:
        trip.go_on()


def _perform(user: int, request: int, reply: int) -> None:
    def work(transport: Any, to: Any) -> None:
        _go_on()
        fill_response(to, transport(request_of(request)))

    _answer(user, reply, work)


def _token(user: int, audience: int, length: int, refresh: int, reply: int) -> None:
    def work(source: Any, to: Any) -> None:
        _go_on()
        fill_token(to, source(string_at(audience, length).decode("ascii"), bool(refresh)))

    _answer(user, reply, work)


def _now(user: int, reply: int) -> None:
    def work(_: Any, to: Any) -> None:
        check(load().tca_reply_set_time(to, int(time())))
        _done(to)

    _answer(user, reply, work)


def _wait(user: int, until: int, reply: int) -> None:
    def work(_: Any, to: Any) -> None:
        sleep(min(WAIT_SLICE, max(0.0, until - time())))
        _done(to)

    _answer(user, reply, work)


def _random(user: int, wanted: int, reply: int) -> None:
    def work(_: Any, to: Any) -> None:
        _append(to, os.urandom(wanted))
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
    raw = bytes_of(version, "a version")
    if not 1 <= len(raw) <= 64:
        raise ArgumentError("a storage's version is to have 1 to 64 bytes, not %d" % len(raw))
    check(load().tca_reply_set_version(reply, raw, len(raw)))


def _load(user: int, key: int, key_length: int, reply: int) -> None:
    def work(storage: Any, to: Any) -> None:
        kept = storage.load(_key(key, key_length))
        if kept is None:
            _outcome(to, _abi.TCA_OUTCOME_ABSENT)
            return
        value, version = kept
        _append(to, bytes_of(value, "a value"))
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
        _append(to, bytes_of(holder.load(), "what is trusted"))
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
    """Makes tables of one kind, each with its loan; their functions are made once and stay."""
    made = {name: _slot(struct, name)(function) for name, function in slots.items()}
    made["destroy"] = _slot(struct, "destroy")(_take_back)

    def table(thing: Any, **members: Any) -> Any:
        filled = struct(user=next(_numbers), **made, **members)
        filled.loan = _loans[filled.user] = Loan(thing)
        return filled

    return table


transport_table = _table(_abi.Transport, perform=_perform)
token_table = _table(_abi.TokenSource, token=_token)
clock_table = _table(_abi.Clock, now=_now, wait=_wait)
random_table = _table(_abi.Random, bytes=_random)
log_table = _table(_abi.Log, write=_write)
notice_table = _table(_abi.NoticeSink, notice=_notice)
storage_table = _table(_abi.Storage, load=_load, swap=_swap, remove=_remove, list=_list)
anchor_table = _table(_abi.AnchorHolder, load=_load_anchors, replace=_replace_anchors)

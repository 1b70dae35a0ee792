# SPDX-License-Identifier: MIT
"""The Azure Sphere Security Service: lists, certificates, chains, proofs. sphere.h and call.h."""
import os
import threading
from ctypes import byref, c_int64, c_void_p
from datetime import datetime
from typing import Any, Callable, Generic, List, NamedTuple, Optional, TypeVar, Union

from . import _abi, host
from ._core import (Handle, Owner, Trip, check, encode, error_of_thread, exception_of, expect, from_unix, handle_of,
                    take_bytes, to_unix)
from ._library import load
from .certificate import Certificate, take_list
from .errors import BusyError, ClosedError, Error
from .inventory import Inventory
from .transport import Transport, UrllibTransport

Result = TypeVar("Result")


class Limits(NamedTuple):
    """What a call may cost; 0 and None mean the defaults. `judge_at`: when certificates are judged."""

    deadline: Optional[datetime] = None
    judge_at: Optional[datetime] = None
    max_attempts: int = 0
    max_wait_seconds: int = 0
    max_reply_bytes: int = 0
    max_pages: int = 0
    max_entries: int = 0

    def _struct(self) -> _abi.CallOptions:
        members = self._asdict()
        for name in ("deadline", "judge_at"):
            members[name] = 0 if members[name] is None else to_unix(members[name])
        return _abi.CallOptions(**members)


def options_of(limits: Optional[Limits]) -> Any:
    if limits is None:
        return None
    expect(limits, Limits)
    return byref(limits._struct())


class Chain(NamedTuple):
    certificates: List[Certificate]
    p7b: bytes  #: as the service sent it


class Call(Handle, Generic[Result]):
    """An operation on its way: run by a Client, or stepped by tenantca.aio. Good for one run."""

    __slots__ = ("_take", "_keep", "_begun")
    _release = "tca_call_unref"
    _take: Callable[[Owner], Result]
    _keep: Any
    _begun: bool

    @classmethod
    def _make(cls, take: Callable[[Owner], Result], keep: Any, function: Callable[..., int],
              *arguments: Any) -> "Call[Result]":
        pointer, error = c_void_p(), error_of_thread()
        check(function(*arguments, byref(pointer), error), error)
        made = cls._adopt(pointer.value)
        made._take = take
        made._keep = keep  # what must not be closed before
        made._begun = False
        return made

    def _begin(self) -> Owner:
        owner = self._owned()
        with _beginning:
            if self._begun:
                raise BusyError("a call is good for one run, and this one had begun")
            self._begun = True
        return owner

    def cancel(self) -> None:
        """Have it end with CancelledError; from any thread."""
        owner = self._owned()
        load().tca_call_cancel(owner)


_beginning = threading.Lock()


def _renew_lock() -> None:
    global _beginning
    _beginning = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def failure_of(call: Owner, result: int, error: int) -> Optional[Error]:
    if result == 0:
        return None
    made, at = exception_of(result, error), c_int64()
    if load().tca_call_retry_at(call, byref(at)) == 0:
        made.retry_at = from_unix(at.value)
    return made


def taken(function: Callable[..., int], call: Owner) -> Optional[int]:
    pointer = c_void_p()
    check(function(call, byref(pointer)))
    return pointer.value


def take_inventory(call: Owner) -> Inventory:
    return Inventory._adopt(taken(load().tca_call_take_inventory, call))


def take_certificate(call: Owner) -> Certificate:
    return Certificate._adopt(taken(load().tca_call_take_certificate, call))


def take_chain(call: Owner) -> Chain:
    certificates, p7b = c_void_p(), c_void_p()
    check(load().tca_call_take_chain(call, byref(certificates), byref(p7b)))
    return Chain(take_list(certificates.value), take_bytes(p7b.value))


class Service(Handle):
    """Where a tenant's certificates are listed: made by legacy() or integrated(); immutable."""

    __slots__ = ()
    _release = "tca_sphere_unref"

    @classmethod
    def _make(cls, kind: int, **texts: Optional[str]) -> "Service":
        options, pointer, error = _abi.SphereOptions(kind=kind), c_void_p(), error_of_thread()
        set_texts(options, texts)
        check(load().tca_sphere_new(byref(options), byref(pointer), error), error)
        return cls._adopt(pointer.value)

    def list(self, limits: Optional[Limits] = None) -> Call[Inventory]:
        owner = self._owned()
        return Call._make(take_inventory, None, load().tca_sphere_list, owner, options_of(limits))

    def certificate(self, name: Optional[str] = None, limits: Optional[Limits] = None) -> Call[Certificate]:
        return Call._make(take_certificate, None, load().tca_sphere_certificate, *self._named(name),
                          options_of(limits))

    def chain(self, name: Optional[str] = None, limits: Optional[Limits] = None) -> Call[Chain]:
        return Call._make(take_chain, None, load().tca_sphere_chain, *self._named(name), options_of(limits))

    def proof(self, code: str, name: Optional[str] = None, limits: Optional[Limits] = None) -> Call[Certificate]:
        text = encode(code)
        return Call._make(take_certificate, None, load().tca_sphere_proof, *self._named(name), text, len(text),
                          options_of(limits))

    def _named(self, name: Optional[str]) -> Any:
        text = None if name is None else encode(name)
        return self._owned(), text, 0 if text is None else len(text)


def set_texts(options: Any, texts: Any) -> None:
    """Set the members of these names, and their lengths."""
    for name, text in texts.items():
        if text is not None:
            raw = encode(text)
            setattr(options, name, raw)
            setattr(options, name + "_length", len(raw))


def legacy(tenant: str, endpoint: Optional[str] = None) -> Service:
    """The Azure Sphere Public API, which retires on 2027-09-27."""
    return Service._make(_abi.TCA_SPHERE_LEGACY, tenant=tenant, endpoint=endpoint)


def integrated(subscription: str, resource_group: str, catalog: str, tenant: Optional[str] = None,
               endpoint: Optional[str] = None) -> Service:
    """Microsoft.AzureSphere in Azure Resource Manager."""
    return Service._make(_abi.TCA_SPHERE_INTEGRATED, subscription=subscription, resource_group=resource_group,
                         catalog=catalog, tenant=tenant, endpoint=endpoint)


class _Host:
    """A tca_host of this process, whole: what it was lent lives for as long as anybody is using it."""

    __slots__ = ("owner", "lock", "inside", "process", "_loans")

    def __init__(self, transport: Transport, token: host.TokenSource, log: Optional[Callable[[int, str], None]]) -> None:
        library, error, pointer = load(), error_of_thread(), c_void_p()
        check(library.tca_host_new(byref(pointer), error), error)
        self.owner = Owner(pointer.value or 0, library.tca_host_unref)
        self.lock = threading.Lock()
        self.inside: Optional[int] = None
        self.process = os.getpid()
        self._loans: List[host.Loan] = []
        self._give(library.tca_host_set_transport, host.transport_table(transport))
        self._give(library.tca_host_set_token_source, host.token_table(token))
        self._give(library.tca_host_set_clock, host.clock_table(None))
        self._give(library.tca_host_set_random, host.random_table(None))
        if log is not None:
            self._give(library.tca_host_set_log, host.log_table(log, level=_abi.TCA_LOG_DEBUG))

    def _give(self, function: Callable[..., int], table: Any) -> None:
        self._loans.append(host.hand_over(function, table, self.owner, byref(table), error_of_thread()))

    def run(self, call: Owner) -> None:
        error = error_of_thread()
        with Trip(call) as trip:
            result = load().tca_call_run(call, self.owner, error)
        trip.end(failure_of(call, result, error))


class Client(Handle):
    """Runs calls over a transport (default: urllib), with tokens from a str or a function.

    Any number of threads may use one; they wait for each other. Used again from within its own transport
    or token source it raises BusyError (and waits for ever when that asks another thread to use it).
    """

    __slots__ = ("service", "_supplied", "_running")
    _release = "tca_host_unref"

    def __init__(self, service: Service, token: Union[str, host.TokenSource],
                 transport: Optional[Transport] = None,
                 log: Optional[Callable[[int, str], None]] = None) -> None:
        handle_of(service, Service)
        if transport is not None and not callable(transport):
            raise TypeError("a transport is called with a Request")
        if log is not None and not callable(log):
            raise TypeError("a log is called with a level and a text")
        self.service = service
        self._supplied = transport or UrllibTransport(), host.token_from(token), log
        self._running: Optional[_Host] = _Host(*self._supplied)
        self._owner = self._running.owner

    def close(self) -> None:
        super().close()
        self._running = None

    def _host(self) -> "_Host":
        self._owned()
        running = self._running
        if running is not None and running.process != os.getpid():
            with _beginning:  # after a fork: the thread that was using it is not in this process
                running = self._running
                if running is not None and running.process != os.getpid():
                    self._running = running = _Host(*self._supplied)
                    self._owner = running.owner
        if running is None:
            raise ClosedError("this Client is closed")
        return running

    def run(self, call: Call[Result]) -> Result:
        """Run a call to its end."""
        expect(call, Call)
        running, here = self._host(), threading.get_ident()
        if running.inside == here:
            raise BusyError("the client is used from within its own transport or token source")
        with running.lock:
            running.inside = here
            try:
                owner = call._begin()
                running.run(owner)
            finally:
                running.inside = None
        return call._take(owner)

    def list(self, limits: Optional[Limits] = None) -> Inventory:
        """Every certificate of the tenant."""
        return self.run(self.service.list(limits))

    def certificate(self, name: Optional[str] = None, limits: Optional[Limits] = None) -> Certificate:
        """One, by whatever Inventory.find() takes; default: the active one."""
        return self.run(self.service.certificate(name, limits))

    def chain(self, name: Optional[str] = None, limits: Optional[Limits] = None) -> Chain:
        """With the upper certificates, which all tenants share: never trust devices because of them."""
        return self.run(self.service.chain(name, limits))

    def proof(self, code: str, name: Optional[str] = None, limits: Optional[Limits] = None) -> Certificate:
        """A proof of possession for the verification code of the service that wants it."""
        return self.run(self.service.proof(code, name, limits))

    def __repr__(self) -> str:
        return "<Client>" if self._owner is not None else "<Client, closed>"

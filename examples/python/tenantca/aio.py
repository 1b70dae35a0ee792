# SPDX-License-Identifier: MIT
"""Calls in an event loop, without a thread: each is stepped, and what it wants is awaited."""
import asyncio
import random
from ctypes import byref, c_char_p, c_int64, c_size_t, c_uint32, c_void_p
from time import time
from typing import Awaitable, Callable, Optional, TypeVar, Union

from . import _abi, host
from ._core import Owner, Trip, check, error_of_thread, expect, handle_of
from ._library import load
from .certificate import Certificate
from .client import Call, Chain, Limits, Service, failure_of
from .errors import TransportError
from .inventory import Inventory
from .transport import Request, Response, Transport, UrllibTransport

Result = TypeVar("Result")
AsyncTransport = Callable[[Request], Awaitable[Response]]
AsyncTokenSource = Callable[[str, bool], Awaitable[str]]


class Client:
    """As tenantca.Client, with an awaitable transport; the default one is urllib's, in a thread of its own."""

    def __init__(self, service: Service, token: Union[str, AsyncTokenSource],
                 transport: Optional[AsyncTransport] = None) -> None:
        handle_of(service, Service)
        if not isinstance(token, str) and not callable(token):
            raise TypeError("a token or a function that gives one is wanted")
        if transport is not None and not callable(transport):
            raise TypeError("a transport is called with a Request")
        self.service = service
        self._token = token
        self._transport = transport or _in_a_thread(UrllibTransport())

    async def run(self, call: Call[Result]) -> Result:
        """Step a call to its end. Cancelling the task ends the call."""
        expect(call, Call)
        owner = call._begin()
        load().tca_call_set_random(owner, random.getrandbits(32))
        try:
            await self._run(owner)
        except asyncio.CancelledError:
            load().tca_call_cancel(owner)
            raise
        return call._take(owner)

    async def _run(self, owner: Owner) -> None:
        wants, now, trip = c_uint32(), time(), Trip(owner)
        while True:
            error = error_of_thread()
            with trip:
                result = load().tca_call_step(owner, int(now), byref(wants), error)
            if result != 0 or wants.value == _abi.TCA_CALL_DONE or trip.is_pressing:
                trip.end(failure_of(owner, result, error))
                return
            try:
                await self._give(owner, wants.value, trip)
            except OSError as failed:  # one that may pass: the call may try again
                trip.raised = failed
                _fail(owner, failed)
            now = time()

    async def _give(self, call: Owner, wants: int, trip: Trip) -> None:
        if wants == _abi.TCA_CALL_TOKEN:
            trip.go_on()
            await self._give_token(call)
        elif wants == _abi.TCA_CALL_EXCHANGE:
            trip.go_on()
            await self._give_response(call)
        else:
            until = c_int64()
            check(load().tca_call_wait_until(call, byref(until)))
            await asyncio.sleep(min(host.WAIT_SLICE, max(0.0, until.value - time())))

    async def _give_response(self, call: Owner) -> None:
        pointer = c_void_p()
        check(load().tca_call_request(call, byref(pointer)))
        request = host.request_of(pointer)
        task = asyncio.ensure_future(self._transport(request))
        try:
            done, _ = await asyncio.wait({task}, timeout=request.timeout)
        finally:
            task.cancel()  # which is nothing to one that is done
        if not done:
            raise TransportError("no answer in time")
        try:
            response = task.result()
        except asyncio.TimeoutError as error:
            if isinstance(error, OSError):  # it is none before Python 3.11
                raise
            raise TransportError("no answer in time") from error
        host.fill_response(_reply(call), response)

    async def _give_token(self, call: Owner) -> None:
        audience, length, refresh = c_char_p(), c_size_t(), c_uint32()
        check(load().tca_call_audience(call, byref(audience), byref(length), byref(refresh)))
        name = (audience.value or b"").decode("ascii")
        token = self._token if isinstance(self._token, str) else await self._token(name, bool(refresh.value))
        host.fill_token(_reply(call), token)

    async def list(self, limits: Optional[Limits] = None) -> Inventory:
        return await self.run(self.service.list(limits))

    async def certificate(self, name: Optional[str] = None, limits: Optional[Limits] = None) -> Certificate:
        return await self.run(self.service.certificate(name, limits))

    async def chain(self, name: Optional[str] = None, limits: Optional[Limits] = None) -> Chain:
        return await self.run(self.service.chain(name, limits))

    async def proof(self, code: str, name: Optional[str] = None, limits: Optional[Limits] = None) -> Certificate:
        return await self.run(self.service.proof(code, name, limits))


def _reply(call: Owner) -> c_void_p:
    reply = c_void_p()
    check(load().tca_call_reply(call, byref(reply)))
    return reply


def _fail(call: Owner, failed: BaseException) -> None:
    said = host.failure_text(failed)
    load().tca_reply_fail(_reply(call), said, len(said))


def _in_a_thread(transport: Transport) -> AsyncTransport:
    async def perform(request: Request) -> Response:
        return await asyncio.get_running_loop().run_in_executor(None, transport, request)

    return perform

# SPDX-License-Identifier: MIT
"""Calls in an event loop, without a thread: each is stepped, and what it wants is awaited."""
import asyncio
import random
from ctypes import byref, c_char_p, c_int64, c_size_t, c_uint32, c_void_p
from time import time
from typing import Awaitable, Callable, Optional, TypeVar, Union

from . import _abi, host
from ._core import Trip, check, error_of_thread, handle_of
from ._library import load
from .certificate import Certificate
from .client import Call, Chain, Limits, Service
from .inventory import Inventory

Result = TypeVar("Result")
AsyncTransport = Callable[[host.Request], Awaitable[host.Response]]
AsyncTokenSource = Callable[[str, bool], Awaitable[str]]


class Client:
    """As tenantca.Client, with an awaitable transport; the default one is urllib's, in a thread of its own."""

    def __init__(self, service: Service, token: Union[str, AsyncTokenSource],
                 transport: Optional[AsyncTransport] = None) -> None:
        handle_of(service, Service)
        if not isinstance(token, str) and not callable(token):
            raise TypeError("a token or a function that gives one is wanted")
        self.service = service
        self._token = token
        self._transport = transport or _in_a_thread(host.UrllibTransport())

    async def run(self, call: Call[Result]) -> Result:
        """Step a call to its end. Cancelling the task ends the call."""
        owner, wants, now = handle_of(call, Call), c_uint32(), time()
        load().tca_call_set_random(owner.pointer, random.getrandbits(32))
        raised: Optional[OSError] = None
        while True:
            error = error_of_thread()
            with Trip(owner.pointer) as trip:
                result = load().tca_call_step(owner.pointer, int(now), byref(wants), error)
            trip.raised = trip.raised or raised
            trip.end(None if result == 0 else call._failure(result, error))
            if wants.value == _abi.TCA_CALL_DONE:
                return call._result()
            try:
                await self._give(owner.pointer, wants.value)
            except OSError as failed:  # one that may pass: the call may try again
                raised = failed
                _fail(owner.pointer, failed)
            now = time()

    async def _give(self, call: int, wants: int) -> None:
        if wants == _abi.TCA_CALL_TOKEN:
            await self._give_token(call)
        elif wants == _abi.TCA_CALL_EXCHANGE:
            request = c_void_p()
            check(load().tca_call_request(call, byref(request)))
            response = await self._transport(host.request_of(request))
            host.fill_response(_reply(call), response)
        else:
            until = c_int64()
            check(load().tca_call_wait_until(call, byref(until)))
            await asyncio.sleep(max(0.0, until.value - time()))

    async def _give_token(self, call: int) -> None:
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


def _reply(call: int) -> c_void_p:
    reply = c_void_p()
    check(load().tca_call_reply(call, byref(reply)))
    return reply


def _fail(call: int, failed: BaseException) -> None:
    said = host.failure_text(failed)
    load().tca_reply_fail(_reply(call), said, len(said))


def _in_a_thread(transport: host.Transport) -> AsyncTransport:
    async def perform(request: host.Request) -> host.Response:
        return await asyncio.get_running_loop().run_in_executor(None, transport, request)

    return perform

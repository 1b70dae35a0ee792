#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Devices for uvicorn, its trust replaced while it runs.

    uvicorn_server.py CERTIFICATE KEY ENDPOINT TENANT PORT
"""
import asyncio
import logging
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

import tenantca
from tenantca import aio

EVERY = 3600  # seconds


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        verdict: tenantca.Verdict = scope["extensions"]["tenantca"]["verdict"]
        body = "welcome %s, signed by %s\n" % (verdict.device_id, verdict.ca_thumbprint)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": body.encode()})


class Judged(AutoHTTPProtocol):  # type: ignore
    """A connection, of a device that belongs. TLS does not look again where a session is resumed."""

    devices: tenantca.ServerContext
    admitted = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        try:
            verdict = self.devices.verdict(transport.get_extra_info("ssl_object"))
        except tenantca.NotTrustedError as refused:
            logging.warning("refused: %s", refused.reason)
            transport.abort()
            return
        loaded = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            extensions = dict(scope.get("extensions") or {}, tenantca={"verdict": verdict})
            await loaded(dict(scope, extensions=extensions), receive, send)

        self.app = app
        self.admitted = True

    def data_received(self, data: bytes) -> None:
        if self.admitted:  # what came along with the handshake is given to who has been aborted, too
            super().data_received(data)


async def keep_fresh(client: aio.Client, devices: tenantca.ServerContext) -> None:
    while True:
        await asyncio.sleep(EVERY)
        try:
            devices.swap(tenantca.TrustSet(await client.list(), previous=devices.trust_set))
        except Exception:
            logging.exception("the set stays as it was")


async def main() -> None:
    certificate, key, endpoint, tenant, port = sys.argv[1:]
    client = aio.Client(tenantca.legacy(tenant, endpoint=endpoint), "a-token")
    Judged.devices = tenantca.TrustSet(await client.list()).server_context(certificate, key)
    config = uvicorn.Config(application, port=int(port), http=Judged, ssl_certfile=certificate, ssl_keyfile=key,
                            lifespan="off")
    config.load()
    config.ssl = Judged.devices.context
    refreshing = asyncio.ensure_future(keep_fresh(client, Judged.devices))
    await uvicorn.Server(config).serve()
    refreshing.cancel()


if __name__ == "__main__":
    asyncio.run(main())

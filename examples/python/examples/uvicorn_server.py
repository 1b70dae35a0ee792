#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Devices for uvicorn, its trust replaced while it runs.

    uvicorn_server.py CERTIFICATE KEY ENDPOINT TENANT PORT
"""
import asyncio
import logging
import sys

import uvicorn

import tenantca
from tenantca import aio

EVERY = 3600  # seconds


async def application(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"welcome\n"})


async def keep_fresh(client, devices):
    while True:
        await asyncio.sleep(EVERY)
        try:
            devices.swap(tenantca.TrustSet(await client.list(), previous=devices.trust_set))
        except tenantca.Error as error:
            logging.error("the set stays as it was: %s", error)


async def main():
    certificate, key, endpoint, tenant, port = sys.argv[1:]
    client = aio.Client(tenantca.legacy(tenant, endpoint=endpoint), "a-token")
    devices = tenantca.TrustSet(await client.list()).server_context(certificate, key)
    config = uvicorn.Config(application, port=int(port), ssl_certfile=certificate, ssl_keyfile=key, lifespan="off")
    config.load()
    config.ssl = devices.context
    refreshing = asyncio.ensure_future(keep_fresh(client, devices))
    await uvicorn.Server(config).serve()
    refreshing.cancel()


if __name__ == "__main__":
    asyncio.run(main())

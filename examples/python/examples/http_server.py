#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Python's http.server for devices, through a rollover without a restart.

    http_server.py CERTIFICATE KEY ENDPOINT TENANT

Python's ssl lets in the devices of one of two CA certificates only, so on the day of an activation some are
refused (and the log says so); pyopenssl_server.py refuses none.
"""
import http.server
import logging
import sys
import threading
import time
from typing import Any

import tenantca

EVERY = 3600  # seconds


class Greeting(http.server.BaseHTTPRequestHandler):
    devices: tenantca.ServerContext
    timeout = 10

    def do_GET(self) -> None:
        try:
            verdict = self.devices.verdict(self.connection)
        except tenantca.NotTrustedError as refused:
            self.send_error(403, refused.reason)
            return
        body = ("welcome %s, signed by %s\n" % (verdict.device_id, verdict.ca_thumbprint)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    """Shakes hands in the connection's own thread, where a slow device holds up nobody else."""

    daemon_threads = True

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(10)
        try:
            with Greeting.devices.wrap_socket(request) as connection:
                super().finish_request(connection, client_address)
        except OSError as error:
            logging.warning("refused: %s", error)


def keep_fresh(client: tenantca.Client) -> None:
    while True:
        time.sleep(EVERY)
        try:
            Greeting.devices.swap(tenantca.TrustSet(client.list(), previous=Greeting.devices.trust_set))
        except Exception:
            logging.exception("the set stays as it was")


def main() -> None:
    certificate, key, endpoint, tenant = sys.argv[1:]
    client = tenantca.Client(tenantca.legacy(tenant, endpoint=endpoint), "a-token")
    Greeting.devices = tenantca.TrustSet(client.list()).server_context(certificate, key)
    threading.Thread(target=keep_fresh, args=(client,), daemon=True).start()
    server = Server(("127.0.0.1", 0), Greeting)
    print("listening on 127.0.0.1:%d" % server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

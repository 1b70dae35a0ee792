#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A TLS server on pyOpenSSL whose verification is the trust set's: the devices of both CA certificates
of a rollover are let in side by side.

    pyopenssl_server.py CERTIFICATE KEY ENDPOINT TENANT
"""
import logging
import socket
import struct
import sys
import threading
import time
from datetime import datetime
from typing import Any, Callable, Optional

from OpenSSL import SSL, crypto  # type: ignore

import tenantca

EVERY = 3600  # seconds
PATIENCE = struct.pack("ll", 10, 0)  # seconds for which a device may be silent


class Devices:
    """The set in use, and a context that asks it."""

    def __init__(self, certificate: str, key: str, trust_set: tenantca.TrustSet,
                 now: Callable[[], Optional[datetime]] = lambda: None) -> None:
        self.trust_set = trust_set
        self.now = now
        self.context = SSL.Context(SSL.TLS_SERVER_METHOD)
        self.context.set_min_proto_version(SSL.TLS1_2_VERSION)
        self.context.use_certificate_chain_file(certificate)
        self.context.use_privatekey_file(key)
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, self.decide)
        # A resumed session is not verified again: nothing is resumed.
        self.context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        self.context.set_options(SSL.OP_NO_TICKET)

    def decide(self, connection: Any, certificate: Any, error: int, depth: int, so_far: int) -> bool:
        """Called for each certificate, and for each thing that OpenSSL has against it. What OpenSSL thinks of
        the chain does not count; what the trust set thinks of the device's own certificate does."""
        if depth > 0:
            return True
        if connection.get_app_data() is None:
            der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
            connection.set_app_data(self.trust_set.judge(der, self.now()))
        return bool(connection.get_app_data().trusted)

    def serve(self, accepted: socket.socket) -> None:
        """One connection, from its acceptance on."""
        with accepted:
            accepted.settimeout(None)
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, PATIENCE)
            connection = SSL.Connection(self.context, accepted)
            connection.set_accept_state()
            try:
                connection.do_handshake()
                self.greet(connection)
                connection.shutdown()
            except SSL.Error:
                verdict = connection.get_app_data()
                logging.warning("refused: %s", "no certificate" if verdict is None else verdict.reason)
            drain(accepted)

    @staticmethod
    def greet(connection: SSL.Connection) -> None:
        verdict = connection.get_app_data()
        if verdict is not None and verdict.trusted:
            connection.sendall(b"welcome %s, signed by %s\n" % (verdict.device_id.encode(),
                                                                verdict.ca_thumbprint.encode()))


def drain(accepted: socket.socket) -> None:
    """Closed with something unread, a connection would lose the alert on its way."""
    try:
        accepted.shutdown(socket.SHUT_WR)
        accepted.settimeout(1)
        while accepted.recv(4096):
            pass
    except OSError:
        pass


def keep_fresh(client: tenantca.Client, devices: Devices) -> None:
    while True:
        time.sleep(EVERY)
        try:
            devices.trust_set = tenantca.TrustSet(client.list(), previous=devices.trust_set)
        except Exception:
            logging.exception("the set stays as it was")


def main() -> None:
    certificate, key, endpoint, tenant = sys.argv[1:]
    client = tenantca.Client(tenantca.legacy(tenant, endpoint=endpoint), "a-token")
    devices = Devices(certificate, key, tenantca.TrustSet(client.list()))
    threading.Thread(target=keep_fresh, args=(client, devices), daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print("listening on 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
        while True:
            accepted, _ = listener.accept()
            threading.Thread(target=devices.serve, args=(accepted,), daemon=True).start()


if __name__ == "__main__":
    main()

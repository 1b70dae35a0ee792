# SPDX-License-Identifier: MIT
"""Devices for gunicorn: gunicorn --config gunicorn_conf.py application:app

`tenantca apply` writes the trust file; each worker reads it anew when it was replaced. Up to gunicorn 20 the file
itself is TLS's trust for each connection; from 21 on gunicorn asks ssl_context() for the context, for each
connection or once, whatever the kind of worker. In either case the application sees no request of a device that
the set in use does not trust: its verdict is environ["tenantca.verdict"].
"""
import logging
import os
import ssl
import threading
import time
from typing import Any, Callable, Iterable, Optional, Tuple

import tenantca

FOLDER = os.environ.get("TENANTCA_FOLDER", "/var/lib/tenantca")
bind = os.environ.get("BIND", "127.0.0.1:8443")
certfile = FOLDER + "/server.pem"
keyfile = FOLDER + "/server.key"
ca_certs = FOLDER + "/trust.pem"
cert_reqs = ssl.CERT_REQUIRED
do_handshake_on_connect = True
worker_class = "gthread"
PATIENCE = 60  # seconds after a failure


class Devices:
    """The trust file as a set in use: one for each worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: Optional[tenantca.ServerContext] = None
        self._read: Optional[Tuple[int, int]] = None
        self._again = 0.0

    def current(self) -> tenantca.ServerContext:
        with self._lock:
            if self._context is None or time.monotonic() >= self._again:
                try:
                    self._context = self._renewed(self._context)
                except (tenantca.Error, OSError, ValueError):
                    if self._context is None:
                        raise
                    self._again = time.monotonic() + PATIENCE
                    logging.getLogger("gunicorn.error").exception("the set stays as it was")
            return self._context

    def _renewed(self, context: Optional[tenantca.ServerContext]) -> tenantca.ServerContext:
        about = os.stat(ca_certs)
        if context is not None and self._read == (about.st_ino, about.st_mtime_ns):
            return context
        anchors = tenantca.TrustFile(ca_certs).load().decode("ascii")
        trust_set = tenantca.TrustSet(tenantca.Inventory.parse(anchors))
        if context is None:
            context = trust_set.server_context(certfile, keyfile, anchors=anchors)
        else:
            context.swap(trust_set, anchors)
        self._read = about.st_ino, about.st_mtime_ns
        return context


devices = Devices()


class Judged:
    """The application, for devices that belong. TLS does not look again where a session is resumed."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        try:
            environ["tenantca.verdict"] = devices.current().verdict(environ["gunicorn.socket"])
        except tenantca.NotTrustedError as refused:
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [refused.reason.encode() + b"\n"]
        return self.application(environ, start_response)


def post_worker_init(worker: Any) -> None:
    worker.wsgi = Judged(worker.wsgi)


def ssl_context(config: Any, default_ssl_context_factory: Any) -> ssl.SSLContext:
    return devices.current().context

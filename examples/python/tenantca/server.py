# SPDX-License-Identifier: MIT
"""A TLS server on Python's ssl whose trust is replaced while it runs.

Python's ssl, as OpenSSL, looks at one CA certificate of a name only, and old and new tenant CA have one
name. So the active one comes first, the context of the next handshakes is replaced when another becomes
active, and for a day after that devices that still come with certificates of the one before are refused:
that is logged, and `mixed_until` says until when. Where no device may be refused, ask the trust set from
pyOpenSSL's callback instead: examples/pyopenssl_server.py.
"""
import logging
import socket
import ssl
from datetime import datetime, timedelta
from typing import Any, List, Optional, Tuple

from ._core import from_unix, handle_of, now_or
from .errors import LastAnchorError, NotTrustedError
from .trust import TrustSet, Verdict

_PARTIAL_CHAIN = 0x80000  # ssl.VERIFY_X509_PARTIAL_CHAIN, from Python 3.10 on
_DEVICE_DAY = timedelta(days=1)  # how long a device's certificate lives


class ServerContext:
    """Give `context` to whatever serves (http.server, asyncio, gunicorn); call swap() with each new set.

    Ask verdict() in the handler: it judges the certificate that was presented by the set in use now, also
    where a session was resumed, which TLS does not verify again. Tickets are off; Python has no switch for
    OpenSSL's cache of TLS 1.2 sessions. Any number of threads may use one at once.
    """

    def __init__(self, trust_set: TrustSet, certfile: Any, keyfile: Any = None, password: Any = None) -> None:
        self._own = (certfile, keyfile, password)
        self.mixed_until: Optional[datetime] = None
        self._used = self._make(trust_set)
        self.context = self._make_context()
        self.context.sni_callback = self._take_current

    # ---- contexts ----

    def _make_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*self._own)
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= _PARTIAL_CHAIN  # tenant CAs are not self-signed
        context.options |= ssl.OP_NO_TICKET
        if hasattr(context, "num_tickets"):
            context.num_tickets = 0
        return context

    def _make(self, trust_set: TrustSet) -> Tuple[TrustSet, ssl.SSLContext, List[str]]:
        handle_of(trust_set, TrustSet)
        pem = trust_set.anchor_pem()
        if not pem:
            raise LastAnchorError("the set has nothing to trust")
        context = self._make_context()
        context.load_verify_locations(cadata=pem)
        return trust_set, context, trust_set.active_thumbprints()

    def _take_current(self, connection: Any, name: Optional[str], context: ssl.SSLContext) -> None:
        # Called in each handshake, also of clients that name no server.
        connection.context = self._used[1]

    # ---- trust ----

    @property
    def trust_set(self) -> TrustSet:
        return self._used[0]

    def swap(self, trust_set: TrustSet) -> None:
        """Trust another set from the next handshake on. On failure the one before stays."""
        before, after = self._used, self._make(trust_set)
        self._used = after
        if before[2] != after[2]:
            self.mixed_until = trust_set.now + _DEVICE_DAY
            logging.getLogger("tenantca").warning(
                "another tenant CA certificate is active: until %s devices that still come with certificates of "
                "%s are refused", self.mixed_until.isoformat(), ", ".join(set(before[2]) - set(after[2])) or "none")

    # ---- connections ----

    def verdict(self, connection: Any, now: Optional[datetime] = None, **expected: Any) -> Verdict:
        """Of the device at the other end; raises NotTrustedError. `expected` is as for TrustSet.verify()."""
        presented = connection.getpeercert(binary_form=True)
        if presented is None:
            raise NotTrustedError("no certificate was presented")
        return self.trust_set.verify(presented, from_unix(now_or(now)), **expected)

    def wrap_socket(self, connection: socket.socket) -> ssl.SSLSocket:
        """Shake hands with a device that has connected."""
        return self.context.wrap_socket(connection, server_side=True)

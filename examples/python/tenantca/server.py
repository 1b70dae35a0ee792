# SPDX-License-Identifier: MIT
"""A TLS server on Python's ssl whose trust is replaced while it runs.

Python's ssl, as OpenSSL, looks at one CA certificate of a name only, the first, and old and new tenant CA have
one name. So the active one comes first, the context of the next handshakes is replaced when another becomes
active, and for a day after that devices that still come with certificates of the one before are refused:
that is logged, and `mixed_until` says until when. Where no device may be refused, ask the trust set from
pyOpenSSL's callback instead: examples/pyopenssl_server.py.
"""
import logging
import socket
import ssl
import threading
from datetime import datetime, timedelta
from typing import Any, Dict, NamedTuple, Optional

from ._core import handle_of
from .certificate import Certificate
from .errors import LastAnchorError, NotTrustedError
from .rollover import Policy, Rollover
from .trust import TrustSet, Verdict

_PARTIAL_CHAIN = 0x80000  # ssl.VERIFY_X509_PARTIAL_CHAIN, from Python 3.10 on
_DEVICE_DAY = timedelta(days=1)  # how long a device's certificate lives


class _Used(NamedTuple):
    trust_set: TrustSet
    context: ssl.SSLContext
    first: Dict[str, str]  # by tenant, the thumbprint of the only one whose devices TLS lets in


class ServerContext:
    """Give `context` to whatever serves (http.server, asyncio, gunicorn); call swap() with each new set.

    Ask verdict() in the handler: it judges the certificate that was presented by the set in use now, also
    where a session was resumed, which TLS does not verify again. Any number of threads may use one at once.

    `anchors` is PEM in an order that is known to be right, that of a trust file say; by default each tenant's
    active certificate comes first, which is a prediction where the set was not made of what a service said.
    """

    def __init__(self, trust_set: TrustSet, certfile: Any, keyfile: Any = None, password: Any = None,
                 anchors: Optional[str] = None) -> None:
        self._own = (certfile, keyfile, password)
        self._swapping = threading.Lock()
        self.mixed_until: Optional[datetime] = None
        self._used = self._make(trust_set, anchors)
        self.context = self._make_context()
        self.context.sni_callback = self._take_current
        self._tell_mixed({})

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

    def _make(self, trust_set: TrustSet, anchors: Optional[str]) -> _Used:
        handle_of(trust_set, TrustSet)
        pem = trust_set.anchor_pem() if anchors is None else anchors
        if not pem:
            raise LastAnchorError("there is nothing to trust")
        first: Dict[str, str] = {}
        for one in Certificate.parse_all(pem):
            if one.tenant_id is not None:
                first.setdefault(one.tenant_id, one.thumbprint)
        context = self._make_context()
        context.load_verify_locations(cadata=pem)
        return _Used(trust_set, context, first)

    def _take_current(self, connection: Any, name: Optional[str], context: ssl.SSLContext) -> None:
        # Called in each handshake, also of clients that name no server.
        connection.context = self._used.context

    # ---- trust ----

    @property
    def trust_set(self) -> TrustSet:
        return self._used.trust_set

    def swap(self, trust_set: TrustSet, anchors: Optional[str] = None) -> None:
        """Trust another set from the next handshake on. On failure the one before stays."""
        with self._swapping:
            before, self._used = self._used, self._make(trust_set, anchors)
            self._tell_mixed(before.first)

    def _tell_mixed(self, before: Dict[str, str]) -> None:
        for tenant, rollover in self.trust_set.rollovers().items():
            first = self._used.first.get(tenant)
            if first is None or first == before.get(tenant):
                continue
            until = rollover.now + _DEVICE_DAY if tenant in before else _latest_mixed(rollover)
            if until is not None:
                self.mixed_until = until if self.mixed_until is None else max(until, self.mixed_until)
                logging.getLogger("tenantca").warning(
                    "tenant %s: only devices with certificates of %s are let in; until %s some may come with "
                    "another's, and are refused", tenant, first, until.isoformat())

    # ---- connections ----

    def verdict(self, connection: Any, now: Optional[datetime] = None, **expected: Any) -> Verdict:
        """Of the device at the other end; raises NotTrustedError. `expected` is as for TrustSet.verify()."""
        presented = connection.getpeercert(binary_form=True)
        if presented is None:
            raise NotTrustedError("no certificate was presented")
        return self.trust_set.verify(presented, now, **expected)

    def wrap_socket(self, connection: socket.socket) -> ssl.SSLSocket:
        """Shake hands with a device that has connected."""
        return self.context.wrap_socket(connection, server_side=True)


def _latest_mixed(rollover: Rollover) -> Optional[datetime]:
    """The switch was before there was anything to compare with, and may have been today."""
    active = rollover.active
    if rollover.stage != "switched" or active is None or active.not_before is None:
        return None
    latest = active.not_before + timedelta(days=Policy.defaults().activation_latest_days) + _DEVICE_DAY
    return min(rollover.now + _DEVICE_DAY, latest) if rollover.now < latest else None

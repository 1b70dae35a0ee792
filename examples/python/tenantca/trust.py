# SPDX-License-Identifier: MIT
"""Which devices belong to a tenant: trust.h."""
import os
from ctypes import byref, c_char_p, c_size_t, c_uint32, c_uint64, c_void_p, string_at
from datetime import datetime
from time import time
from typing import TYPE_CHECKING, Any, Callable, Dict, List, NamedTuple, Optional, Tuple, TypeVar

from . import _abi
from ._core import (BytesLike, Handle, Owner, bytes_of, check, encode, error_of_thread, exception_of, from_unix,
                    handle_of, name_from, now_or, to_unix, whole)
from ._library import load
from .errors import NotTrustedError
from .inventory import Inventory
from .rollover import Rollover

if TYPE_CHECKING:
    from .server import ServerContext

Result = TypeVar("Result")
_NOT_TRUSTED = NotTrustedError.code


class Verdict:
    """What was decided of a device. It is of this process, and cannot be copied."""

    __slots__ = ("_struct", "_set")

    def __init__(self, struct: _abi.Verdict, trust_set: Owner) -> None:
        self._struct = struct
        self._set = trust_set  # whose texts they are

    def _borrowed(self, name: str) -> Optional[bytes]:
        self._set.pointer  # is it still there?
        text: Optional[bytes] = getattr(self._struct, name)
        return text

    @property
    def trusted(self) -> bool:
        return bool(self._struct.trusted)

    @property
    def reason(self) -> str:
        """Why not: "unknown-issuer", "expired", ...; "trusted"."""
        return name_from(load().tca_refusal_name, self._struct.refusal)

    @property
    def text(self) -> str:
        """The reason in words."""
        return str(load().tca_refusal_text(self._struct.refusal).decode("utf-8"))

    @property
    def device_id(self) -> Optional[str]:
        return self._struct.device_id.decode("utf-8") or None

    @property
    def tenant(self) -> Optional[str]:
        tenant = self._borrowed("tenant")
        return None if tenant is None else str(tenant.decode("ascii"))

    @property
    def ca_thumbprint(self) -> Optional[str]:
        thumbprint = self._borrowed("ca_thumbprint")
        return None if thumbprint is None else str(thumbprint.decode("ascii"))

    @property
    def ca_status(self) -> str:
        return name_from(load().tca_status_name, self._struct.ca_status)

    @property
    def ca_phase(self) -> str:
        return name_from(load().tca_phase_name, self._struct.ca_phase)

    @property
    def ca_not_after(self) -> Optional[datetime]:
        """When the CA certificate ends that signed it, where that is known."""
        return None if self._borrowed("ca_thumbprint") is None else from_unix(self._struct.ca_not_after)

    @property
    def valid_until(self) -> Optional[datetime]:
        """The last second at which it holds."""
        return from_unix(self._struct.valid_until) if self.trusted else None

    @property
    def from_cache(self) -> bool:
        return bool(self._struct.flags & _abi.TCA_VERDICT_FROM_CACHE)

    def __repr__(self) -> str:
        return "<Verdict: %s, %s>" % (self.reason, self.device_id)


class UsageRecord(NamedTuple):
    """How one CA certificate was used."""

    thumbprint: str
    accepted: int
    first_time: int
    last_accepted: datetime


class Usage(Handle):
    """Counts which CA certificates devices come with; any number of threads may use it at once."""

    __slots__ = ()
    _release = "tca_usage_unref"

    def __init__(self, max_certificates: int = 0) -> None:
        options = _abi.UsageOptions(max_certificates=max_certificates)
        pointer, error = c_void_p(), error_of_thread()
        check(load().tca_usage_new(byref(options), byref(pointer), error), error)
        self._own(pointer.value)

    def _of_snapshot(self, take: Callable[[c_void_p], Result]) -> Result:
        library, owner, snapshot, error = load(), self._owned(), c_void_p(), error_of_thread()
        check(library.tca_usage_read(owner, byref(snapshot), error), error)
        try:
            return take(snapshot)
        finally:
            library.tca_usage_snapshot_unref(snapshot)

    @property
    def missed(self) -> int:
        """How often there was no place left to count in: see max_certificates."""
        def take(snapshot: c_void_p) -> int:
            missed = c_uint64()
            check(load().tca_usage_snapshot_missed(snapshot, byref(missed)))
            return missed.value

        return self._of_snapshot(take)

    def read(self) -> List[UsageRecord]:
        def take(snapshot: c_void_p) -> List[UsageRecord]:
            found = []
            for index in range(load().tca_usage_snapshot_count(snapshot)):
                one = _abi.UsageRecord()
                check(load().tca_usage_snapshot_get(snapshot, c_uint32(index), byref(one)))
                found.append(UsageRecord(one.thumbprint.decode("ascii"), one.accepted, one.first_time,
                                         from_unix(one.last_accepted)))
            return found

        return self._of_snapshot(take)


class CacheStatistics(NamedTuple):
    hits: int
    misses: int
    kept: int
    replaced: int


class VerdictCache(Handle):
    """Remembers devices that were found trusted; any number of threads may use it at once."""

    __slots__ = ()
    _release = "tca_verdict_cache_unref"

    def __init__(self, max_entries: int = 0, max_certificate_bytes: int = 0) -> None:
        options = _abi.CacheOptions(max_entries=max_entries, max_certificate_bytes=max_certificate_bytes)
        secret = os.urandom(_abi.TCA_TRUST_SECRET_SIZE)
        options.secret = _address(secret)
        options.secret_length = len(secret)
        pointer, error = c_void_p(), error_of_thread()
        check(load().tca_verdict_cache_new(byref(options), byref(pointer), error), error)
        self._own(pointer.value)

    @property
    def statistics(self) -> CacheStatistics:
        owner, one = self._owned(), _abi.CacheStatistics()
        check(load().tca_verdict_cache_get_statistics(owner, byref(one)))
        return CacheStatistics(one.hits, one.misses, one.kept, one.replaced)


def _address(data: bytes) -> Optional[int]:
    """Of bytes that the caller goes on holding."""
    from ctypes import cast

    return cast(c_char_p(data), c_void_p).value


class TrustSet(Handle):
    """Immutable: any number of threads verify with it at once.

    A server keeps the set in use in a variable and replaces it with another: in Python that is one step.
    """

    __slots__ = ("_inventories", "_known")
    _release = "tca_trust_set_unref"
    _known: _abi.TrustSummary

    def __init__(self, *inventories: Inventory, now: Optional[datetime] = None, generation: int = 0,
                 previous: Optional["TrustSet"] = None, max_tenants: int = 0, max_anchors: int = 0) -> None:
        """Of the tenant CA certificates of each inventory, as they stand at `now`; default: now.

        `previous` is the set that this one replaces; it lends its generation. More than `max_tenants` or
        `max_anchors` are refused; 0 means the library's default.
        """
        library, error, at = load(), error_of_thread(), now_or(now)
        number = whole(generation, "generation", 0xFFFFFFFFFFFFFFFF)
        secret = os.urandom(_abi.TCA_TRUST_SECRET_SIZE)
        options = _abi.TrustOptions(secret=_address(secret), secret_length=len(secret), max_tenants=max_tenants,
                                    max_anchors=max_anchors)
        before = None if previous is None else handle_of(previous, TrustSet)
        if before is not None:
            options.previous = before.pointer
        builder, pointer = c_void_p(), c_void_p()
        check(library.tca_trust_builder_new(byref(options), byref(builder), error), error)
        owners = [handle_of(inventory, Inventory) for inventory in inventories]
        try:
            for owner in owners:
                check(library.tca_trust_builder_add(builder, owner, error), error)
            check(library.tca_trust_builder_finish(builder, at, c_uint64(number), byref(pointer), error), error)
        finally:
            library.tca_trust_builder_unref(builder)
        self._own(pointer.value)
        self._inventories = [Inventory._borrow(owner) for owner in owners]
        self._known = _abi.TrustSummary()
        check(library.tca_trust_set_get_summary(self._owned(), byref(self._known)))

    @property
    def _summary(self) -> _abi.TrustSummary:
        self._owned()
        return self._known

    @property
    def generation(self) -> int:
        return int(self._summary.generation)

    @property
    def now(self) -> datetime:
        """The time of its certificates' status and phase."""
        return from_unix(self._summary.now)

    @property
    def tenants(self) -> int:
        return int(self._summary.tenants)

    @property
    def anchors(self) -> int:
        return int(self._summary.anchors)

    @property
    def trusted(self) -> int:
        """How many of the anchors are neither revoked nor, at `now`, outside their dates."""
        return int(self._summary.trusted)

    @property
    def content(self) -> bytes:
        """The same when and only when tenants, certificates and what is revoked are."""
        owner = self._owned()
        content = string_at(self._known.content, self._known.content_length)
        del owner  # whose memory it was
        return content

    # ---- deciding ----

    def judge(self, certificate: BytesLike, now: Optional[datetime] = None, *, tenant: Optional[str] = None,
              usage: Optional[Usage] = None, cache: Optional[VerdictCache] = None) -> Verdict:
        """As verify(), but a refusal is a verdict too, and not raised."""
        return self._decide(certificate, now, tenant, usage, cache)[0]

    def verify(self, certificate: BytesLike, now: Optional[datetime] = None, *, tenant: Optional[str] = None,
               usage: Optional[Usage] = None, cache: Optional[VerdictCache] = None) -> Verdict:
        """Does the device with this certificate (DER) belong? Raises NotTrustedError when it does not.

        Judged at `now` (default: now), for `tenant` (default: any of the set). `usage` counts, `cache`
        remembers what is accepted.
        """
        verdict, result, error = self._decide(certificate, now, tenant, usage, cache)
        if result != 0:
            refused = exception_of(result, error)
            assert isinstance(refused, NotTrustedError)
            refused.reason = verdict.reason
            refused.verdict = verdict
            raise refused
        return verdict

    def _decide(self, certificate: BytesLike, now: Optional[datetime], tenant: Optional[str],
                usage: Optional[Usage], cache: Optional[VerdictCache]) -> Tuple[Verdict, int, int]:
        owner = self._owned()
        if type(certificate) is not bytes:
            certificate = bytes_of(certificate, "the certificate's DER")
        options = None
        if tenant is not None or usage is not None or cache is not None:
            expected = _abi.VerifyOptions()
            if tenant is not None:
                text = encode(tenant)
                expected.tenant, expected.tenant_length = text, len(text)
            if usage is not None:
                counter = handle_of(usage, Usage)
                expected.usage = counter.pointer
            if cache is not None:
                memory = handle_of(cache, VerdictCache)
                expected.cache = memory.pointer
            options = byref(expected)
        struct, error = _abi.Verdict(), error_of_thread()
        result = load().tca_trust_verify(owner, byref(c_char_p(certificate)), byref(c_size_t(len(certificate))),
                                         1, int(time()) if now is None else to_unix(now), options, byref(struct), error)
        if result != 0 and result != _NOT_TRUSTED:
            raise exception_of(result, error)
        return Verdict(struct, owner), result, error

    # ---- TLS ----

    def server_context(self, certfile: Any, keyfile: Any = None, password: Any = None,
                       anchors: Optional[str] = None) -> "ServerContext":
        """For Python's ssl: see ServerContext."""
        from .server import ServerContext

        return ServerContext(self, certfile, keyfile, password, anchors)

    def rollovers(self) -> Dict[str, Rollover]:
        """Where each tenant was in its rollover at `now`."""
        self._owned()
        return {each.tenant: each.rollover(self.now) for each in self._inventories if each.tenant is not None}

    def anchor_pem(self) -> str:
        """What a TLS stack that reads files is told to trust, each tenant's active one first."""
        return "".join(one.anchor_pem() for one in self.rollovers().values())

    def active_thumbprints(self) -> Dict[str, str]:
        """By tenant, of the certificate that signs its devices' certificates."""
        active = {tenant: one.active for tenant, one in self.rollovers().items()}
        return {tenant: one.thumbprint for tenant, one in active.items() if one is not None and one.thumbprint}

    def __repr__(self) -> str:
        return "<TrustSet, closed>" if self._owner is None else "<TrustSet %d, %d trusted>" % (
            self.generation, self.trusted)

# SPDX-License-Identifier: MIT
"""Azure Sphere tenant CA certificates: which one is what, when the next takes over, which devices belong.

The library is loaded, and most of this package imported, when something of it is first used.
"""
from typing import TYPE_CHECKING, Any, List

__version__ = "0.1.0"

__all__ = [
    "Action", "AmbiguousError", "AnchorHolder", "AnswerError", "ArgumentError", "BusyError", "CacheStatistics",
    "Call", "CallbackError", "CancelledError", "CapacityError", "Certificate", "Chain", "Client", "ClosedError",
    "ConflictError", "CriticalExtensionError", "DeadlineError", "Entry", "Error", "Finding", "Forecast", "HTTPError",
    "Inventory", "IssuerError", "LastAnchorError", "LibraryError", "LimitError", "Limits", "MalformedError",
    "MemoryStorage", "NaiveDatetimeError", "NoMemoryError", "NotFoundError", "NotProvidedError", "NotTrustedError",
    "Notice", "Plan", "Policy", "ProofError", "PublicKeyError", "Request", "Response", "RetryLaterError", "Rollout",
    "Rollover", "SQLiteStorage", "ServerContext", "Service", "SignatureError", "State", "Step", "Storage",
    "StorageError", "StructTooNewError", "StructTooOldError", "StructTooSmallError", "Target", "TargetInfo",
    "TargetState", "Thresholds", "TimeRangeError", "TokenError", "TransportError", "TrustFile", "TrustSet",
    "UnsupportedError", "UrllibTransport", "Usage", "UsageRecord", "Verdict", "VerdictCache", "Window", "aio",
    "anchors", "dps", "integrated", "iot_central", "iot_hub", "legacy", "load",
]

_WHERE = {
    "_library": "load",
    "aio": "aio",
    "certificate": "Certificate",
    "client": "Call Chain Client Limits Service integrated legacy",
    "errors": "AmbiguousError AnswerError ArgumentError BusyError CallbackError CancelledError CapacityError "
              "ClosedError ConflictError CriticalExtensionError DeadlineError Error HTTPError IssuerError "
              "LastAnchorError LibraryError LimitError MalformedError NaiveDatetimeError NoMemoryError "
              "NotFoundError NotProvidedError NotTrustedError ProofError PublicKeyError RetryLaterError "
              "SignatureError StorageError StructTooNewError StructTooOldError StructTooSmallError TimeRangeError "
              "TokenError TransportError UnsupportedError",
    "holders": "AnchorHolder TrustFile",
    "inventory": "Entry Inventory",
    "rollout": "Finding Notice Plan Rollout Step Target TargetInfo TargetState Thresholds anchors dps iot_central "
               "iot_hub",
    "rollover": "Action Forecast Policy Rollover State Window",
    "server": "ServerContext",
    "storage": "MemoryStorage SQLiteStorage Storage",
    "transport": "Request Response UrllibTransport",
    "trust": "CacheStatistics TrustSet Usage UsageRecord Verdict VerdictCache",
}
_MODULES = {name: module for module, names in _WHERE.items() for name in names.split()}

if TYPE_CHECKING:
    from . import aio
    from ._library import load
    from .certificate import Certificate
    from .client import Call, Chain, Client, Limits, Service, integrated, legacy
    from .errors import (AmbiguousError, AnswerError, ArgumentError, BusyError, CallbackError, CancelledError,
                         CapacityError, ClosedError, ConflictError, CriticalExtensionError, DeadlineError, Error,
                         HTTPError, IssuerError, LastAnchorError, LibraryError, LimitError, MalformedError,
                         NaiveDatetimeError, NoMemoryError, NotFoundError, NotProvidedError, NotTrustedError,
                         ProofError, PublicKeyError, RetryLaterError, SignatureError, StorageError, StructTooNewError,
                         StructTooOldError, StructTooSmallError, TimeRangeError, TokenError, TransportError,
                         UnsupportedError)
    from .holders import AnchorHolder, TrustFile
    from .inventory import Entry, Inventory
    from .rollout import (Finding, Notice, Plan, Rollout, Step, Target, TargetInfo, TargetState, Thresholds, anchors,
                          dps, iot_central, iot_hub)
    from .rollover import Action, Forecast, Policy, Rollover, State, Window
    from .server import ServerContext
    from .storage import MemoryStorage, SQLiteStorage, Storage
    from .transport import Request, Response, UrllibTransport
    from .trust import CacheStatistics, TrustSet, Usage, UsageRecord, Verdict, VerdictCache
else:
    def __getattr__(name: str) -> Any:
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError("module 'tenantca' has no attribute %r" % name)
        from importlib import import_module

        imported = import_module("." + module, __name__)
        found = imported if name == module else getattr(imported, name)
        globals()[name] = found
        return found


def __dir__() -> List[str]:
    return sorted(set(globals()) | set(__all__))

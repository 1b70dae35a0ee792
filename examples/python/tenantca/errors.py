# SPDX-License-Identifier: MIT
"""What goes wrong: one class for each code of the library, each also the natural built-in."""
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Type

if TYPE_CHECKING:
    from .trust import Verdict


class Error(Exception):
    """The base of everything that this package raises by itself."""

    code: ClassVar[int] = 0
    name: ClassVar[str] = ""
    http_status: Optional[int] = None
    retry_at: Optional[datetime] = None


class LibraryError(Error, OSError):
    """There is no libtenantca, or not the one that is needed."""


class ClosedError(Error, ValueError):
    """It was closed before."""


class NaiveDatetimeError(Error, ValueError):
    """A datetime without a time zone names no moment."""


class ArgumentError(Error, ValueError):
    code, name = -1, "TCA_E_ARGUMENT"


class NoMemoryError(Error, MemoryError):
    code, name = -2, "TCA_E_NO_MEMORY"


class UnsupportedError(Error, NotImplementedError):
    code, name = -3, "TCA_E_UNSUPPORTED"


class StructTooSmallError(Error, RuntimeError):
    code, name = -4, "TCA_E_STRUCT_TOO_SMALL"


class StructTooOldError(Error, RuntimeError):
    code, name = -5, "TCA_E_STRUCT_TOO_OLD"


class StructTooNewError(Error, RuntimeError):
    code, name = -6, "TCA_E_STRUCT_TOO_NEW"


class LimitError(Error, ValueError):
    code, name = -7, "TCA_E_LIMIT"


class MalformedError(Error, ValueError):
    code, name = -8, "TCA_E_MALFORMED"


class CriticalExtensionError(Error, ValueError):
    code, name = -9, "TCA_E_CRITICAL_EXTENSION"


class NotFoundError(Error, LookupError):
    code, name = -10, "TCA_E_NOT_FOUND"


class AmbiguousError(Error, LookupError):
    code, name = -11, "TCA_E_AMBIGUOUS"


class IssuerError(Error, ValueError):
    code, name = -12, "TCA_E_ISSUER"


class SignatureError(Error, ValueError):
    code, name = -13, "TCA_E_SIGNATURE"


class PublicKeyError(Error, ValueError):
    code, name = -14, "TCA_E_KEY"


class TimeRangeError(Error, OverflowError):
    code, name = -15, "TCA_E_RANGE"


class NotProvidedError(Error, RuntimeError):
    code, name = -16, "TCA_E_NOT_PROVIDED"


class CallbackError(Error, RuntimeError):
    code, name = -17, "TCA_E_CALLBACK"


class BusyError(Error, RuntimeError):
    code, name = -18, "TCA_E_BUSY"


class CancelledError(Error):
    code, name = -19, "TCA_E_CANCELLED"


class DeadlineError(Error, TimeoutError):
    code, name = -20, "TCA_E_DEADLINE"


class RetryLaterError(Error, TimeoutError):
    """The service wants to be asked later: not before `retry_at`, where that is known."""

    code, name = -21, "TCA_E_RETRY_LATER"


class HTTPError(Error, OSError):
    """The service answered with an error: `http_status`."""

    code, name = -22, "TCA_E_HTTP"


class TransportError(Error, ConnectionError):
    code, name = -23, "TCA_E_TRANSPORT"


class TokenError(Error, PermissionError):
    code, name = -24, "TCA_E_TOKEN"


class AnswerError(Error, ValueError):
    code, name = -25, "TCA_E_ANSWER"


class ConflictError(Error, RuntimeError):
    code, name = -26, "TCA_E_CONFLICT"


class StorageError(Error, OSError):
    code, name = -27, "TCA_E_STORAGE"


class CapacityError(Error, RuntimeError):
    code, name = -28, "TCA_E_CAPACITY"


class ProofError(Error, RuntimeError):
    code, name = -29, "TCA_E_PROOF"


class LastAnchorError(Error, RuntimeError):
    code, name = -30, "TCA_E_LAST_ANCHOR"


class NotTrustedError(Error, PermissionError):
    """A device that does not belong: `reason` is a word for programs, `verdict` all that is known."""

    code, name = -31, "TCA_E_NOT_TRUSTED"
    reason: str = ""
    verdict: Optional["Verdict"] = None

    def __reduce__(self) -> Any:
        """Without the verdict, which stays in its process."""
        return type(self), self.args, {"reason": self.reason}


CLASSES: Dict[int, Type[Error]] = {
    each.code: each for each in list(globals().values())
    if isinstance(each, type) and issubclass(each, Error) and each.code != 0
}

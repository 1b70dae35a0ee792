# SPDX-License-Identifier: MIT
"""Certificates, strictly read: certificate.h."""
from ctypes import byref, c_uint32, c_void_p
from datetime import datetime
from typing import Any, Callable, FrozenSet, List, Optional, Tuple

from . import _abi
from ._core import (Handle, Owner, Source, bytes_from, check, encode, error_of_thread, from_unix, handle_of, name_from,
                    now_or, read, take_bytes, text_from, text_or_none)
from ._library import load
from .errors import NotFoundError


class Certificate(Handle):
    """One certificate: immutable, and usable by any number of threads at once. It can be pickled and copied."""

    __slots__ = ("_numbers",)
    _release = "tca_certificate_unref"
    _numbers: _abi.CertificateInfo

    @classmethod
    def parse(cls, source: Source) -> "Certificate":
        """Exactly one, as DER, PEM, base64 or PKCS#7. A str is content; a file is named by a pathlib.Path."""
        data = read(source)
        pointer, error = c_void_p(), error_of_thread()
        check(load().tca_certificate_parse(data, len(data), None, byref(pointer), error), error)
        return cls._adopt(pointer.value)

    @classmethod
    def parse_all(cls, source: Source) -> List["Certificate"]:
        """Every one that the source holds, in its order."""
        data, library = read(source), load()
        pointer, error = c_void_p(), error_of_thread()
        check(library.tca_certificate_list_parse(data, len(data), None, byref(pointer), error), error)
        return take_list(pointer.value)

    @classmethod
    def _borrow(cls, pointer: Optional[int]) -> "Certificate":
        """Of one that somebody else holds meanwhile, a reference of our own."""
        own = c_void_p()
        load().tca_certificate_ref(pointer, byref(own))
        return cls._adopt(own.value)

    # ---- numbers ----

    @property
    def _info(self) -> _abi.CertificateInfo:
        owner = self._owned()
        try:
            return self._numbers
        except AttributeError:
            numbers = _abi.CertificateInfo()
            check(load().tca_certificate_get_info(owner, byref(numbers)))
            self._numbers = numbers
            return numbers

    @property
    def not_before(self) -> datetime:
        return from_unix(self._info.not_before)

    @property
    def not_after(self) -> datetime:
        """The last second of its validity, which still counts."""
        return from_unix(self._info.not_after)

    @property
    def version(self) -> int:
        return int(self._info.version)

    @property
    def key_type(self) -> str:
        return name_from(load().tca_key_type_name, self._info.key_type)

    @property
    def key_bits(self) -> int:
        return int(self._info.key_bits)

    @property
    def signature_algorithm(self) -> str:
        return name_from(load().tca_signature_algorithm_name, self._info.signature_algorithm)

    def _has(self, flag: int) -> bool:
        return bool(self._info.flags & flag)

    @property
    def is_ca(self) -> bool:
        return self._has(_abi.TCA_CERTIFICATE_IS_CA)

    @property
    def is_proof(self) -> bool:
        """Is it a proof of possession?"""
        return self._has(_abi.TCA_CERTIFICATE_IS_PROOF)

    @property
    def path_length(self) -> Optional[int]:
        return int(self._info.path_length) if self._has(_abi.TCA_CERTIFICATE_HAS_PATH_LENGTH) else None

    @property
    def key_usage(self) -> Optional[FrozenSet[str]]:
        """The names of RFC 5280; None where it says nothing."""
        if not self._has(_abi.TCA_CERTIFICATE_HAS_KEY_USAGE):
            return None
        return bit_names(self._info.key_usage, load().tca_key_usage_name)

    @property
    def extended_key_usage(self) -> Optional[FrozenSet[str]]:
        if not self._has(_abi.TCA_CERTIFICATE_HAS_EXTENDED_KEY_USAGE):
            return None
        return bit_names(self._info.extended_key_usage, load().tca_extended_key_usage_name)

    def valid_at(self, at: Optional[datetime] = None) -> bool:
        owner = self._owned()
        return bool(load().tca_certificate_valid_at(owner, now_or(at)))

    # ---- texts ----

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the DER, upper case: the services' name for it, not a proof of anything."""
        return text_from(load().tca_certificate_thumbprint, self._owned())

    @property
    def thumbprint_sha256(self) -> str:
        return text_from(load().tca_certificate_thumbprint_sha256, self._owned())

    @property
    def serial(self) -> str:
        """In hexadecimal, upper case, a leading 00 kept."""
        return text_from(load().tca_certificate_serial_text, self._owned())

    @property
    def subject(self) -> str:
        return text_from(load().tca_certificate_subject, self._owned())

    @property
    def issuer(self) -> str:
        return text_from(load().tca_certificate_issuer, self._owned())

    @property
    def common_name(self) -> Optional[str]:
        return text_or_none(load().tca_certificate_common_name, self._owned())

    @property
    def tenant_id(self) -> Optional[str]:
        return text_or_none(load().tca_certificate_tenant_id, self._owned())

    # ---- bytes ----

    @property
    def der(self) -> bytes:
        return bytes_from(load().tca_certificate_der, self._owned())

    @property
    def public_key_der(self) -> bytes:
        return bytes_from(load().tca_certificate_public_key_der, self._owned())

    @property
    def pem(self) -> str:
        owner, pointer, error = self._owned(), c_void_p(), error_of_thread()
        check(load().tca_certificate_pem(owner, byref(pointer), error), error)
        return take_bytes(pointer.value).decode("ascii")

    @property
    def subject_der(self) -> bytes:
        return bytes_from(load().tca_certificate_subject_der, self._owned())

    @property
    def issuer_der(self) -> bytes:
        return bytes_from(load().tca_certificate_issuer_der, self._owned())

    @property
    def subject_key_id(self) -> Optional[bytes]:
        return _bytes_or_none(load().tca_certificate_subject_key_id, self._owned())

    @property
    def authority_key_id(self) -> Optional[bytes]:
        return _bytes_or_none(load().tca_certificate_authority_key_id, self._owned())

    def extension(self, oid: str) -> bytes:
        """The whole value of an extension, by its OID ("2.5.29.31")."""
        name = encode(oid)
        return bytes_from(load().tca_certificate_extension, self._owned(), name, len(name))

    # ---- others ----

    def check_issued_by(self, issuer: "Certificate") -> None:
        """Raise IssuerError or SignatureError when it was not."""
        own, other, error = self._owned(), handle_of(issuer, Certificate), error_of_thread()
        check(load().tca_certificate_check_issued_by(own, other, error), error)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Certificate):
            return NotImplemented
        one, two = self._owned(), other._owned()
        return bool(load().tca_certificate_equal(one, two))

    def __hash__(self) -> int:
        return hash(self.thumbprint_sha256)

    def __reduce__(self) -> Tuple[Any, ...]:
        return Certificate.parse, (self.der,)

    def __repr__(self) -> str:
        if self._owner is None:
            return "<Certificate, closed>"
        return "<Certificate %s, until %s>" % (self.thumbprint, self.not_after.isoformat())


def _bytes_or_none(function: Callable[..., int], owner: Owner) -> Optional[bytes]:
    try:
        return bytes_from(function, owner)
    except NotFoundError:
        return None


def bit_names(bits: int, name: Callable[[int], bytes]) -> FrozenSet[str]:
    return frozenset(name(1 << shift).decode("ascii") for shift in range(32) if bits >> shift & 1)


def take_list(pointer: Optional[int]) -> List[Certificate]:
    """The certificates of a tca_certificate_list, which is released."""
    library, found = load(), []
    borrowed = c_void_p()
    try:
        for index in range(library.tca_certificate_list_count(pointer)):
            check(library.tca_certificate_list_get(pointer, c_uint32(index), byref(borrowed)))
            found.append(Certificate._borrow(borrowed.value))
    finally:
        library.tca_certificate_list_unref(pointer)
    return found

# SPDX-License-Identifier: MIT
"""The certificates of one tenant, with what a service said of each: inventory.h."""
from ctypes import byref, c_size_t, c_uint32, c_void_p
from datetime import datetime
from operator import index as whole_index
from typing import Any, FrozenSet, Iterator, Optional, Union

from . import _abi
from ._core import (Handle, Owner, Source, check, encode, error_of_thread, from_unix, handle_of, name_from, now_or,
                    read, text_or_none, whole)
from ._library import load
from .certificate import Certificate, bit_names
from .errors import NotFoundError
from .rollover import Policy, Rollover

_SERVICE_WORDS = {
    _abi.TCA_SERVICE_ACTIVE: "Active",
    _abi.TCA_SERVICE_INACTIVE: "Inactive",
    _abi.TCA_SERVICE_EXPIRED: "Expired",
    _abi.TCA_SERVICE_REVOKED: "Revoked",
    _abi.TCA_SERVICE_OTHER: "other",
}


class Entry:
    """One certificate of an inventory; `number` is its printed index, from 1."""

    __slots__ = ("_inventory", "_pointer", "index", "_info")

    def __init__(self, inventory: Owner, index: int) -> None:
        pointer, info = c_void_p(), _abi.EntryInfo()
        check(load().tca_inventory_get(inventory, c_uint32(index), byref(pointer)))
        check(load().tca_entry_get_info(pointer, byref(info)))
        self._inventory = inventory  # whose memory it is
        self._pointer = pointer
        self._info = info
        self.index = index

    def _held(self) -> c_void_p:
        self._inventory.pointer  # is it still there?
        return self._pointer

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def certificate(self) -> Optional[Certificate]:
        """None where a service listed it without its body."""
        borrowed = c_void_p()
        try:
            check(load().tca_entry_certificate(self._held(), byref(borrowed)))
        except NotFoundError:
            return None
        return Certificate._borrow(borrowed.value)

    @property
    def thumbprint(self) -> Optional[str]:
        return text_or_none(load().tca_entry_thumbprint, self._held())

    @property
    def serial(self) -> Optional[str]:
        return text_or_none(load().tca_entry_serial, self._held())

    @property
    def not_before(self) -> Optional[datetime]:
        return from_unix(self._info.not_before) if self._info.flags & _abi.TCA_ENTRY_HAS_NOT_BEFORE else None

    @property
    def not_after(self) -> Optional[datetime]:
        return from_unix(self._info.not_after) if self._info.flags & _abi.TCA_ENTRY_HAS_NOT_AFTER else None

    @property
    def role(self) -> str:
        """"tenant-ca", "upper-ca" or "other"."""
        return name_from(load().tca_role_name, self._info.role)

    @property
    def service_status(self) -> Optional[str]:
        """What the service said: "Active", "Inactive", "Expired", "Revoked", "other"; None: nothing."""
        return _SERVICE_WORDS.get(self._info.service_status)

    @property
    def listed(self) -> bool:
        """Did a service list it?"""
        return bool(self._info.flags & _abi.TCA_ENTRY_LISTED)

    @property
    def anomalies(self) -> FrozenSet[str]:
        return bit_names(self._info.anomalies, load().tca_anomaly_name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return self._pointer.value == other._pointer.value  # of the same place in the same inventory

    def __hash__(self) -> int:
        return hash(self._pointer.value)

    def __repr__(self) -> str:
        return "<Entry %d, %s, %s>" % (self.number, self.thumbprint, self.role)


class Inventory(Handle):
    """Immutable, and usable by any number of threads at once."""

    __slots__ = ()
    _release = "tca_inventory_unref"

    @classmethod
    def parse(cls, *sources: Union[Source, Certificate], tenant: Optional[str] = None,
              previous: Optional["Inventory"] = None, now: Optional[datetime] = None,
              max_entries: int = 0) -> "Inventory":
        """From certificates in any encoding and list documents of either service, in any number.

        `tenant` is the id that is wanted where there may be several; `previous` the last good inventory, of
        which what is still valid at `now` stays when nothing lists it any more. More than `max_entries` are
        refused; 0 means the library's default.
        """
        library, error = load(), error_of_thread()
        options = _abi.InventoryOptions(max_entries=whole(max_entries, "max_entries"))
        if tenant is not None:
            options.tenant = encode(tenant)
            options.tenant_length = len(options.tenant)
        builder = c_void_p()
        check(library.tca_inventory_builder_new(byref(options), byref(builder), error), error)
        try:
            for source in sources:
                _add(builder, source, error)
            if previous is not None:
                before = handle_of(previous, Inventory)
                check(library.tca_inventory_builder_set_previous(builder, before, now_or(now), error), error)
            pointer = c_void_p()
            check(library.tca_inventory_builder_finish(builder, byref(pointer), error), error)
        finally:
            library.tca_inventory_builder_unref(builder)
        return cls._adopt(pointer.value)

    @classmethod
    def _borrow(cls, pointer: Any) -> "Inventory":
        """Of one that somebody else holds meanwhile, a reference of our own."""
        own = c_void_p()
        load().tca_inventory_ref(pointer, byref(own))
        return cls._adopt(own.value)

    @property
    def tenant(self) -> Optional[str]:
        return text_or_none(load().tca_inventory_tenant, self._owned())

    def __len__(self) -> int:
        owner = self._owned()
        return int(load().tca_inventory_count(owner))

    def __getitem__(self, index: int) -> Entry:
        owner, wanted, count = self._owned(), whole_index(index), len(self)
        if not -count <= wanted < count:
            raise IndexError("there are %d certificates" % count)
        return Entry(owner, wanted % count)

    def __iter__(self) -> Iterator[Entry]:
        owner = self._owned()
        return (Entry(owner, index) for index in range(len(self)))

    def find(self, name: str) -> Entry:
        """By thumbprint, serial number, the beginning of either, or printed index."""
        owner, text = self._owned(), encode(name)
        index, error = c_uint32(), error_of_thread()
        check(load().tca_inventory_find(owner, text, c_size_t(len(text)), byref(index), error), error)
        return Entry(owner, index.value)

    def rollover(self, now: Optional[datetime] = None, policy: Optional[Policy] = None) -> Rollover:
        """Where the tenant is in its rollover at that time; default: now."""
        return Rollover._compute(self, now_or(now), policy)

    def __repr__(self) -> str:
        return "<Inventory, closed>" if self._owner is None else "<Inventory of %s, %d>" % (self.tenant, len(self))


def _add(builder: c_void_p, source: Any, error: int) -> None:
    library = load()
    if isinstance(source, Certificate):
        owner = source._owned()
        check(library.tca_inventory_builder_add(builder, owner, None, error), error)
        return
    data = read(source)
    check(library.tca_inventory_builder_add_input(builder, data, len(data), error), error)

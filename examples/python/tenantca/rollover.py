# SPDX-License-Identifier: MIT
"""Where a tenant is in its rollover, what comes next, and what to do by when: rollover.h."""
from ctypes import byref, c_uint32, c_void_p
from datetime import datetime
from typing import TYPE_CHECKING, Any, FrozenSet, Iterator, List, NamedTuple, Optional

from . import _abi
from ._core import Handle, Owner, check, choose, error_of_thread, expect, from_unix, name_from, take_bytes, whole
from ._library import load
from .certificate import bit_names
from .errors import NotFoundError

if TYPE_CHECKING:
    from .inventory import Entry, Inventory

ORDERS = {"active-first": _abi.TCA_ORDER_ACTIVE_FIRST, "active-last": _abi.TCA_ORDER_ACTIVE_LAST,
          "any": _abi.TCA_ORDER_ANY}


class Policy(NamedTuple):
    """The service's habits, in days of 24 hours; 0 means the documented ones."""

    lead_days: int = 0
    activation_earliest_days: int = 0
    activation_expected_days: int = 0
    activation_latest_days: int = 0
    removal_days: int = 0

    def _struct(self) -> _abi.Policy:
        return _abi.Policy(**self._asdict())

    @classmethod
    def defaults(cls) -> "Policy":
        """The documented ones."""
        known = _abi.Policy()
        check(load().tca_policy_defaults(byref(known)))
        return cls(*(getattr(known, name) for name in cls._fields))


def policy_struct(policy: Policy) -> _abi.Policy:
    expect(policy, Policy)
    return policy._struct()


class State(NamedTuple):
    """A tenant CA certificate at the moment of the rollover."""

    entry: "Entry"
    status: str  #: "Active", "Inactive", "Revoked"; "none": not a tenant CA certificate
    phase: str  #: "new", "retired", "expired", "none"
    source: str  #: "service", "predicted", "none"
    anomalies: FrozenSet[str]


class Window(NamedTuple):
    """A span of time: from `opens`, up to but without `closes`."""

    kind: str
    entry: "Entry"
    opens: datetime
    closes: Optional[datetime]
    opens_certainty: str
    closes_certainty: str


class Action(NamedTuple):
    """Something to do, not earlier than `not_before` and before `deadline`."""

    kind: str
    entry: Optional["Entry"]
    not_before: Optional[datetime]
    deadline: Optional[datetime]
    reason: str


class Forecast(NamedTuple):
    """The dates of one rollover."""

    issued: datetime
    issued_certainty: str
    activation_earliest: datetime
    activation_expected: datetime
    activation_latest: datetime
    predecessor_ends: datetime
    ends_certainty: str


class Rollover(Handle):
    """Immutable, and usable by any number of threads at once."""

    __slots__ = ("_known",)
    _release = "tca_rollover_unref"
    _known: _abi.RolloverSummary

    @classmethod
    def _compute(cls, inventory: "Inventory", now: int, policy: Optional[Policy]) -> "Rollover":
        owner, pointer, error = inventory._owned(), c_void_p(), error_of_thread()
        days = None if policy is None else byref(policy_struct(policy))
        check(load().tca_rollover_compute(owner, now, days, byref(pointer), error), error)
        return cls._of(pointer.value)

    @classmethod
    def _borrow(cls, pointer: Optional[int]) -> "Rollover":
        own = c_void_p()
        load().tca_rollover_ref(pointer, byref(own))
        return cls._of(own.value)

    @classmethod
    def _of(cls, pointer: Optional[int]) -> "Rollover":
        made = cls._adopt(pointer)
        made._known = _abi.RolloverSummary()
        check(load().tca_rollover_get_summary(made._owned(), byref(made._known)))
        return made

    @property
    def _summary(self) -> _abi.RolloverSummary:
        self._owned()
        return self._known

    # ---- the tenant ----

    @property
    def now(self) -> datetime:
        return from_unix(self._summary.now)

    @property
    def stage(self) -> str:
        """"none", "steady", "successor-due", "act", "switched", "removable", "ambiguous"."""
        return name_from(load().tca_stage_name, self._summary.stage)

    @property
    def callout(self) -> int:
        """The stage's number in the service's documentation, from 1; 0 where it has none."""
        return int(load().tca_stage_callout(self._summary.stage))

    @property
    def active(self) -> Optional["Entry"]:
        return self._entry(self._summary.active)

    @property
    def next(self) -> Optional["Entry"]:
        """The certificate that becomes active next."""
        return self._entry(self._summary.next)

    @property
    def next_event(self) -> Optional[str]:
        """"issue", "activation", "expiry", "start"."""
        event = self._summary.next_event
        return name_from(load().tca_event_name, event) if event else None

    @property
    def next_event_at(self) -> Optional[datetime]:
        return from_unix(self._summary.next_event_at) if self._summary.next_event else None

    @property
    def next_event_entry(self) -> Optional["Entry"]:
        return self._entry(self._summary.next_event_certificate) if self._summary.next_event else None

    @property
    def next_event_certainty(self) -> str:
        return name_from(load().tca_certainty_name, self._summary.next_event_certainty)

    @property
    def anomalies(self) -> FrozenSet[str]:
        return bit_names(self._summary.anomalies, load().tca_anomaly_name)

    # ---- its certificates ----

    def _inventory(self) -> Owner:
        owner, borrowed, own = self._owned(), c_void_p(), c_void_p()
        check(load().tca_rollover_inventory(owner, byref(borrowed)))
        load().tca_inventory_ref(borrowed, byref(own))
        return Owner(own.value or 0, load().tca_inventory_unref)

    def _entry(self, index: int) -> Optional["Entry"]:
        from .inventory import Entry

        return None if index == _abi.TCA_NO_INDEX else Entry(self._inventory(), index)

    @property
    def states(self) -> List[State]:
        """Every entry of the inventory, in its order."""
        from .inventory import Entry

        library, owner, inventory = load(), self._owned(), self._inventory()
        found = []
        for index in range(library.tca_inventory_count(inventory)):
            state = _abi.EntryState()
            check(library.tca_rollover_state(owner, c_uint32(index), byref(state)))
            found.append(State(Entry(inventory, index), name_from(library.tca_status_name, state.status),
                               name_from(library.tca_phase_name, state.phase),
                               name_from(library.tca_source_name, state.status_source),
                               bit_names(state.anomalies, library.tca_anomaly_name)))
        return found

    # ---- what is ahead ----

    def _each(self, count: int, kind: Any, function: Any) -> Iterator[Any]:
        owner = self._owned()
        for index in range(count):
            struct = kind()
            check(function(owner, c_uint32(index), byref(struct)))
            yield struct

    @property
    def windows(self) -> List[Window]:
        library, found = load(), []
        for one in self._each(self._summary.window_count, _abi.Window, library.tca_rollover_window):
            entry = self._entry(one.certificate)
            assert entry is not None
            ends = one.closes_certainty != _abi.TCA_CERTAINTY_NONE
            found.append(Window(name_from(library.tca_window_name, one.kind), entry, from_unix(one.opens),
                                from_unix(one.closes) if ends else None,
                                name_from(library.tca_certainty_name, one.opens_certainty),
                                name_from(library.tca_certainty_name, one.closes_certainty)))
        return found

    @property
    def actions(self) -> List[Action]:
        """The most urgent first."""
        library, found = load(), []
        for one in self._each(self._summary.action_count, _abi.Action, library.tca_rollover_action):
            found.append(Action(
                name_from(library.tca_action_name, one.kind), self._entry(one.certificate),
                from_unix(one.not_before) if one.flags & _abi.TCA_ACTION_HAS_NOT_BEFORE else None,
                from_unix(one.deadline) if one.flags & _abi.TCA_ACTION_HAS_DEADLINE else None,
                library.tca_reason_text(one.reason).decode("utf-8")))
        return found

    def forecast(self, number: int = 0) -> Optional[Forecast]:
        """The rollover under way or else the next one is 0; None where there is nothing to reckon from."""
        library, owner, one = load(), self._owned(), _abi.Forecast()
        try:
            check(library.tca_rollover_forecast(owner, c_uint32(whole(number, "number")), byref(one)))
        except NotFoundError:
            return None
        return Forecast(from_unix(one.issued), name_from(library.tca_certainty_name, one.issued_certainty),
                        from_unix(one.activation_earliest), from_unix(one.activation_expected),
                        from_unix(one.activation_latest), from_unix(one.predecessor_ends),
                        name_from(library.tca_certainty_name, one.ends_certainty))

    def anchor_pem(self, order: str = "active-first") -> str:
        """What must be trusted now, as PEM; never an upper CA, which all tenants share."""
        owner, pointer, error = self._owned(), c_void_p(), error_of_thread()
        check(load().tca_anchor_pem(owner, choose(ORDERS, order, "order"), byref(pointer), error), error)
        return take_bytes(pointer.value).decode("utf-8")

    def __repr__(self) -> str:
        return "<Rollover, closed>" if self._owner is None else "<Rollover, %s>" % self.stage

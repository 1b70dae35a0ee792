# SPDX-License-Identifier: MIT
"""Carrying a rollover out: targets, plans, steps, notices, checks. registry.h, rollout.h, check.h."""
from ctypes import byref, c_uint32, c_void_p
from datetime import datetime
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, NamedTuple, Optional

from . import _abi, host
from ._core import (Handle, Owner, check, choose, encode, error_of_thread, expect, from_unix, handle_of, name_from,
                    text_from, text_or_none, to_unix)
from ._library import load
from .client import Call, Limits, Service, options_of, set_texts, taken
from .errors import NotFoundError
from .rollover import ORDERS, Policy, Rollover, policy_struct

_VERIFICATIONS = {"proof": _abi.TCA_VERIFICATION_PROOF, "on-upload": _abi.TCA_VERIFICATION_ON_UPLOAD}


class Target(Handle):
    """Where a tenant's CA certificates must be known: made by iot_hub(), dps(), iot_central() or anchors()."""

    __slots__ = ("_loan",)
    _release = "tca_target_unref"
    _loan: Optional[host.Loan]

    @classmethod
    def _make(cls, kind: int, name: str, texts: Any, holder: Any = None, **numbers: int) -> "Target":
        options, pointer, error = _abi.TargetOptions(kind=kind, **numbers), c_void_p(), error_of_thread()
        set_texts(options, dict(texts, name=name))
        arguments = byref(options), byref(pointer), error
        loan = None
        if holder is None:
            check(load().tca_target_new(*arguments), error)
        else:
            from ctypes import pointer as pointer_to

            table = host.anchor_table(holder)
            options.anchors = pointer_to(table)
            loan = host.hand_over(load().tca_target_new, table, *arguments)
        made = cls._adopt(pointer.value)
        made._loan = loan
        return made

    @property
    def name(self) -> str:
        return text_from(load().tca_target_name, self._owned())

    @property
    def kind(self) -> str:
        """"iot-hub", "dps", "iot-central", "trust-file" (anchors of one's own)."""
        owner = self._owned()
        return name_from(load().tca_target_kind_name, load().tca_target_kind(owner))


def _verification(word: str) -> int:
    return choose(_VERIFICATIONS, word, "verification")


def iot_hub(name: str, subscription: str, resource_group: str, resource: str, *, through_dps: bool = False,
            verification: str = "proof", capacity: int = 0, endpoint: Optional[str] = None) -> Target:
    """The certificates of an IoT hub. `through_dps`: DPS registers every device, and the hub needs no CA."""
    texts = dict(subscription=subscription, resource_group=resource_group, resource=resource, endpoint=endpoint)
    return Target._make(_abi.TCA_TARGET_IOT_HUB, name, texts, verification=_verification(verification),
                        capacity=capacity, flags=_abi.TCA_TARGET_THROUGH_DPS if through_dps else 0)


def dps(name: str, subscription: str, resource_group: str, resource: str, *, enrollment_group: Optional[str] = None,
        verification: str = "proof", capacity: int = 0, endpoint: Optional[str] = None,
        service_endpoint: Optional[str] = None) -> Target:
    """The certificates of a DPS and, where named, of an enrollment group."""
    texts = dict(subscription=subscription, resource_group=resource_group, resource=resource, endpoint=endpoint,
                 enrollment_group=enrollment_group, service_endpoint=service_endpoint)
    return Target._make(_abi.TCA_TARGET_DPS, name, texts, verification=_verification(verification),
                        capacity=capacity)


def iot_central(name: str, application: str, enrollment_group: str, *, verification: str = "proof",
                endpoint: Optional[str] = None) -> Target:
    """The two slots of an IoT Central enrollment group."""
    texts = dict(application=application, enrollment_group=enrollment_group, endpoint=endpoint)
    return Target._make(_abi.TCA_TARGET_IOT_CENTRAL, name, texts, verification=_verification(verification))


def anchors(name: str, holder: Any, *, order: str = "active-first") -> Target:
    """A place of one's own: an AnchorHolder, such as TrustFile."""
    for method in ("load", "replace"):
        if not callable(getattr(holder, method, None)):
            raise TypeError("a place of anchors has a method %s" % method)
    return Target._make(_abi.TCA_TARGET_ANCHORS, name, {}, holder, order=choose(ORDERS, order, "order"))


# ---- the plan ----


class Step(NamedTuple):
    """One step of a plan; `needs` are the ids of steps that come before it."""

    id: int
    kind: str
    thumbprint: Optional[str]
    target: Optional[str]
    due: bool
    done: bool
    failed: bool
    needs_word: bool  #: is only done by the caller's word: apply(remove=...)
    not_before: Optional[datetime]
    deadline: Optional[datetime]
    reason: str
    error: Optional[str]
    needs: FrozenSet[int]


class TargetInfo(NamedTuple):
    """What was found at a target; the three about anchors are said in rollout.h."""

    kind: str
    read: bool  #: it could be read; else `error` says why not
    behind: bool  #: anchors: what is there is not what is wanted
    wrong_first: bool  #: anchors: most TLS stacks would look at another than the active certificate
    mixed_day: bool  #: anchors: devices of both come these days, and a file serves one
    shared_ca: bool  #: anchors: an upper CA is trusted, and with it every tenant's devices
    used: int  #: how many certificates it holds
    capacity: int  #: how many it takes; 0: that is no matter
    error: Optional[str]


class TargetState(NamedTuple):
    """How far a certificate has come at a target."""

    thumbprint: Optional[str]
    target: str
    state: str
    since: Optional[datetime]
    reason: str


class Thresholds(NamedTuple):
    """When a check warns, and when it is critical: tca_check_options; 0 means its defaults."""

    missing_warning_days: int = 0
    missing_critical_days: int = 0
    registered_warning_days: int = 0
    activation_critical_days: int = 0
    proof_warning_days: int = 0
    expires_warning_days: int = 0
    expires_critical_days: int = 0
    removal_warning_days: int = 0
    stale_warning_seconds: int = 0
    stale_critical_seconds: int = 0


class Finding(NamedTuple):
    """What a check found: `status` is "OK", "WARNING", "CRITICAL" or "UNKNOWN"."""

    check: str
    status: str
    message: str
    remedy: str
    thumbprint: Optional[str]
    target: Optional[str]


class Notice(NamedTuple):
    """One change, told once."""

    kind: str
    at: datetime
    tenant: str
    thumbprint: Optional[str]
    target: Optional[str]
    text: str


_TARGET_FLAGS = (_abi.TCA_PLAN_TARGET_READ, _abi.TCA_PLAN_TARGET_BEHIND, _abi.TCA_PLAN_TARGET_WRONG_FIRST,
                 _abi.TCA_PLAN_TARGET_MIXED_DAY, _abi.TCA_PLAN_TARGET_SHARED_CA)


class Plan(Handle):
    """What was found, and what is to be done or was: immutable."""

    __slots__ = ("_known",)
    _release = "tca_plan_unref"
    _known: _abi.PlanSummary

    @classmethod
    def _take(cls, call: Owner) -> "Plan":
        made = cls._adopt(taken(load().tca_call_take_plan, call))
        made._known = _abi.PlanSummary()
        check(load().tca_plan_get_summary(made._owned(), byref(made._known)))
        return made

    @property
    def _summary(self) -> _abi.PlanSummary:
        self._owned()
        return self._known

    @property
    def now(self) -> datetime:
        return from_unix(self._summary.now)

    @property
    def stale(self) -> bool:
        """The service could not be read: made of its last answer, of `listed_at`."""
        return bool(self._summary.flags & _abi.TCA_PLAN_STALE)

    @property
    def applied(self) -> bool:
        """It was carried out, and says what came of each step."""
        return bool(self._summary.flags & _abi.TCA_PLAN_APPLIED)

    @property
    def listed_at(self) -> datetime:
        return from_unix(self._summary.listed_at)

    @property
    def stage(self) -> str:
        return name_from(load().tca_stage_name, self._summary.stage)

    @property
    def due_count(self) -> int:
        """Steps that can be done now and are not."""
        return int(self._summary.due_count)

    @property
    def failed_count(self) -> int:
        return int(self._summary.failed_count)

    @property
    def problem(self) -> Optional[str]:
        """Why the service, or else the storage, could not be used."""
        return text_or_none(load().tca_plan_problem, self._owned())

    @property
    def rollover(self) -> Rollover:
        owner, borrowed = self._owned(), c_void_p()
        check(load().tca_plan_rollover(owner, byref(borrowed)))
        return Rollover._borrow(borrowed.value)

    def _target_name(self, target: int) -> Optional[str]:
        if target == _abi.TCA_NO_INDEX:
            return None
        return text_from(load().tca_plan_target_name, self._owned(), c_uint32(target))

    @property
    def targets(self) -> List[str]:
        names = (self._target_name(index) for index in range(self._summary.target_count))
        return [name for name in names if name is not None]

    def target(self, name: str) -> TargetInfo:
        """What was found there."""
        owner, names, one = self._owned(), self.targets, _abi.PlanTargetInfo()
        if name not in names:
            raise NotFoundError("there is no target of that name, only %s" % (", ".join(names) or "none"))
        index = c_uint32(names.index(name))
        check(load().tca_plan_target(owner, index, byref(one)))
        read, behind, wrong_first, mixed_day, shared_ca = (bool(one.flags & flag) for flag in _TARGET_FLAGS)
        return TargetInfo(name_from(load().tca_target_kind_name, one.kind), read, behind, wrong_first, mixed_day,
                          shared_ca, one.used, one.capacity, text_or_none(load().tca_plan_target_error, owner, index))

    @property
    def states(self) -> List[TargetState]:
        library, owner, found = load(), self._owned(), []
        for state in self.rollover.states:
            for target, name in enumerate(self.targets):
                one = _abi.TargetState()
                index = c_uint32(state.entry.index)
                if library.tca_plan_state(owner, index, c_uint32(target), byref(one)) == 0:
                    found.append(TargetState(state.entry.thumbprint, name,
                                             name_from(library.tca_target_state_name, one.state),
                                             from_unix(one.since) if one.since else None,
                                             _reason(one.reason)))
        return found

    def _thumbprints(self) -> Dict[int, Optional[str]]:
        return {state.entry.index: state.entry.thumbprint for state in self.rollover.states}

    @property
    def steps(self) -> List[Step]:
        thumbprints = self._thumbprints()
        return [self._step(index, thumbprints) for index in range(self._summary.step_count)]

    def _step(self, index: int, thumbprints: Dict[int, Optional[str]]) -> Step:
        library, owner, one, need = load(), self._owned(), _abi.Step(), c_uint32()
        check(library.tca_plan_step(owner, c_uint32(index), byref(one)))
        needs = []
        for number in range(one.need_count):
            check(library.tca_plan_step_need(owner, c_uint32(index), c_uint32(number), byref(need)))
            needs.append(need.value)
        return Step(one.id, name_from(library.tca_step_name, one.kind),
                    thumbprints.get(one.certificate),
                    self._target_name(one.target), bool(one.flags & _abi.TCA_STEP_DUE),
                    bool(one.flags & _abi.TCA_STEP_DONE), bool(one.flags & _abi.TCA_STEP_FAILED),
                    bool(one.flags & _abi.TCA_STEP_NEEDS_WORD),
                    from_unix(one.not_before) if one.flags & _abi.TCA_STEP_HAS_NOT_BEFORE else None,
                    from_unix(one.deadline) if one.flags & _abi.TCA_STEP_HAS_DEADLINE else None, _reason(one.reason),
                    text_or_none(library.tca_plan_step_error, owner, c_uint32(index)), frozenset(needs))

    def check(self, thresholds: Optional[Thresholds] = None) -> List[Finding]:
        """The named checks of check.h, the worst first."""
        library, owner, checks, error = load(), self._owned(), c_void_p(), error_of_thread()
        thumbprints, found = self._thumbprints(), []
        known = Thresholds() if thresholds is None else thresholds
        expect(known, Thresholds)
        options = _abi.CheckOptions(**known._asdict())
        check(library.tca_check(owner, byref(options), byref(checks), error), error)
        try:
            for index in range(library.tca_checks_count(checks)):
                one = _abi.CheckFinding()
                check(library.tca_checks_get(checks, c_uint32(index), byref(one)))
                found.append(Finding(name_from(library.tca_check_name, one.kind),
                                     name_from(library.tca_check_status_name, one.status),
                                     text_from(library.tca_checks_message, checks, c_uint32(index)),
                                     text_from(library.tca_checks_remedy, checks, c_uint32(index)),
                                     thumbprints.get(one.certificate), self._target_name(one.target)))
        finally:
            library.tca_checks_unref(checks)
        return found

    def __repr__(self) -> str:
        if self._owner is None:
            return "<Plan, closed>"
        return "<Plan, %s, %d due, %d failed>" % (self.stage, self.due_count, self.failed_count)


def _reason(number: int) -> str:
    return str(load().tca_reason_text(number).decode("utf-8")) if number else ""


# ---- the rollout ----


class Rollout(Handle):
    """One tenant: its service, its targets and a storage. Used by one thread at a time, as its calls are.

    `name` is for people and for the storage's keys: 1 to 64 letters, digits and . _ - ; `storage` is what
    is remembered between runs; `notices` is called with each Notice. A CA certificate that was set_seen() within
    `unseen_days` is not removed yet; a deadline is told of `near_days` before. 0: the library's defaults.
    """

    __slots__ = ("_loans",)
    _release = "tca_rollout_unref"

    def __init__(self, name: str, service: Service, targets: Iterable[Target], storage: Any = None,
                 notices: Optional[Callable[[Notice], None]] = None, policy: Optional[Policy] = None,
                 unseen_days: int = 0, near_days: int = 0) -> None:
        library, error, pointer = load(), error_of_thread(), c_void_p()
        if notices is not None and not callable(notices):
            raise TypeError("a sink of notices is called with each")
        sphere = handle_of(service, Service)
        options = _abi.RolloutOptions(sphere=sphere.pointer, unseen_days=unseen_days, near_days=near_days)
        set_texts(options, {"name": name})
        if policy is not None:
            from ctypes import pointer as pointer_to

            options.policy = pointer_to(policy_struct(policy))
        self._loans: List[Optional[host.Loan]] = []
        store = self._make_store(storage) if storage is not None else None
        try:
            options.store = store
            check(library.tca_rollout_new(byref(options), byref(pointer), error), error)
        finally:
            library.tca_store_unref(store)
        self._own(pointer.value)
        for target in targets:
            check(library.tca_rollout_add_target(pointer, handle_of(target, Target), error), error)
            self._loans.append(target._loan)
        if notices is not None:
            self._tell(notices)

    def _tell(self, notices: Callable[[Notice], None]) -> None:
        def told(one: _abi.Notice) -> None:
            notices(Notice(name_from(load().tca_notice_name, one.kind), from_unix(one.at), one.tenant.decode("utf-8"),
                           _text(one.thumbprint), _text(one.target), one.text.decode("utf-8")))

        table = host.notice_table(told)
        self._loans.append(host.hand_over(load().tca_rollout_set_notices, table, self._owned(), byref(table),
                                          error_of_thread()))

    def _make_store(self, storage: Any) -> Optional[int]:
        for method in ("load", "swap", "remove", "list"):
            if not callable(getattr(storage, method, None)):
                raise TypeError("a storage has a method %s" % method)
        table, pointer = host.storage_table(storage), c_void_p()
        self._loans.append(host.hand_over(load().tca_store_new, table, byref(table), byref(pointer),
                                          error_of_thread()))
        return pointer.value

    def set_seen(self, thumbprint: str, at: datetime) -> None:
        """A device last used a certificate of that CA then: one used lately is not removed yet."""
        owner, raw, error = self._owned(), encode(thumbprint), error_of_thread()
        check(load().tca_rollout_set_seen(owner, raw, len(raw), to_unix(at), error), error)

    def plan(self, limits: Optional[Limits] = None) -> Call[Plan]:
        """Read the service and the targets, and change nothing."""
        owner = self._owned()
        return Call._make(Plan._take, self, load().tca_rollout_plan, owner, options_of(limits))

    def apply(self, *, remove: Optional[str] = None, remove_revoked: bool = False,
              limits: Optional[Limits] = None) -> Call[Plan]:
        """Plan, and do the steps that are due; the plan says what came of each."""
        owner = self._owned()
        options = _abi.ApplyOptions(flags=_abi.TCA_APPLY_REMOVE_REVOKED if remove_revoked else 0)
        set_texts(options, {"remove": remove})
        return Call._make(Plan._take, self, load().tca_rollout_apply, owner, byref(options),
                          options_of(limits))


def _text(raw: Optional[bytes]) -> Optional[str]:
    return None if raw is None else raw.decode("utf-8")

# SPDX-License-Identifier: MIT
"""The library's binary interface, as its headers declare it. Made by
tests/tools/make_python_abi.py; `make python-abi` makes it again."""
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_int32, c_int64, c_size_t,
                    c_uint32, c_uint64, c_void_p, sizeof)
from typing import Any, Dict, List, Tuple, Type

from .errors import ArgumentError

TCA_CALL_TOKEN = 1
TCA_CALL_EXCHANGE = 2
TCA_CALL_WAIT = 3
TCA_CALL_DONE = 4
TCA_CERTIFICATE_IS_CA = 0x1
TCA_CERTIFICATE_HAS_PATH_LENGTH = 0x2
TCA_CERTIFICATE_HAS_KEY_USAGE = 0x4
TCA_CERTIFICATE_HAS_EXTENDED_KEY_USAGE = 0x8
TCA_CERTIFICATE_IS_PROOF = 0x10
TCA_KEY_USAGE_DIGITAL_SIGNATURE = 0x1
TCA_KEY_USAGE_CONTENT_COMMITMENT = 0x2
TCA_KEY_USAGE_KEY_ENCIPHERMENT = 0x4
TCA_KEY_USAGE_DATA_ENCIPHERMENT = 0x8
TCA_KEY_USAGE_KEY_AGREEMENT = 0x10
TCA_KEY_USAGE_KEY_CERT_SIGN = 0x20
TCA_KEY_USAGE_CRL_SIGN = 0x40
TCA_KEY_USAGE_ENCIPHER_ONLY = 0x80
TCA_KEY_USAGE_DECIPHER_ONLY = 0x100
TCA_EXTENDED_KEY_USAGE_SERVER_AUTH = 0x1
TCA_EXTENDED_KEY_USAGE_CLIENT_AUTH = 0x2
TCA_EXTENDED_KEY_USAGE_CODE_SIGNING = 0x4
TCA_EXTENDED_KEY_USAGE_EMAIL_PROTECTION = 0x8
TCA_EXTENDED_KEY_USAGE_TIME_STAMPING = 0x10
TCA_EXTENDED_KEY_USAGE_OCSP_SIGNING = 0x20
TCA_EXTENDED_KEY_USAGE_ANY = 0x40
TCA_EXTENDED_KEY_USAGE_OTHER = 0x80
TCA_KEY_OTHER = 0
TCA_KEY_EC = 1
TCA_KEY_RSA = 2
TCA_SIGNATURE_OTHER = 0
TCA_SIGNATURE_ECDSA_SHA1 = 1
TCA_SIGNATURE_ECDSA_SHA256 = 2
TCA_SIGNATURE_ECDSA_SHA384 = 3
TCA_SIGNATURE_ECDSA_SHA512 = 4
TCA_SIGNATURE_RSA_SHA1 = 5
TCA_SIGNATURE_RSA_SHA256 = 6
TCA_SIGNATURE_RSA_SHA384 = 7
TCA_SIGNATURE_RSA_SHA512 = 8
TCA_CHECK_OK = 0
TCA_CHECK_WARNING = 1
TCA_CHECK_CRITICAL = 2
TCA_CHECK_UNKNOWN = 3
TCA_CHECK_SUCCESSOR_MISSING = 1
TCA_CHECK_SUCCESSOR_NOT_REGISTERED = 2
TCA_CHECK_NOT_TRUSTED_HERE = 3
TCA_CHECK_PROOF_NOT_VERIFIED = 4
TCA_CHECK_ACTIVE_EXPIRES = 5
TCA_CHECK_EXPIRED_STILL_REGISTERED = 6
TCA_CHECK_REVOKED_STILL_TRUSTED = 7
TCA_CHECK_STALE_VIEW = 8
TCA_CHECK_CAPACITY = 9
TCA_CHECK_TARGET_UNREADABLE = 10
TCA_CHECK_SHARED_CA_TRUSTED = 11
TCA_CHECK_AMBIGUOUS = 12
TCA_CHECK_KINDS = 12
TCA_OK = 0
TCA_E_ARGUMENT = -1
TCA_E_NO_MEMORY = -2
TCA_E_NOT_TRUSTED = -31
TCA_E_UNSUPPORTED = -3
TCA_E_STRUCT_TOO_SMALL = -4
TCA_E_STRUCT_TOO_OLD = -5
TCA_E_STRUCT_TOO_NEW = -6
TCA_E_LIMIT = -7
TCA_E_MALFORMED = -8
TCA_E_CRITICAL_EXTENSION = -9
TCA_E_NOT_FOUND = -10
TCA_E_AMBIGUOUS = -11
TCA_E_ISSUER = -12
TCA_E_SIGNATURE = -13
TCA_E_KEY = -14
TCA_E_RANGE = -15
TCA_E_NOT_PROVIDED = -16
TCA_E_CALLBACK = -17
TCA_E_BUSY = -18
TCA_E_CANCELLED = -19
TCA_E_DEADLINE = -20
TCA_E_RETRY_LATER = -21
TCA_E_HTTP = -22
TCA_E_TRANSPORT = -23
TCA_E_TOKEN = -24
TCA_E_ANSWER = -25
TCA_E_CONFLICT = -26
TCA_E_STORAGE = -27
TCA_E_CAPACITY = -28
TCA_E_PROOF = -29
TCA_E_LAST_ANCHOR = -30
TCA_LOG_ERROR = 1
TCA_LOG_WARNING = 2
TCA_LOG_INFO = 3
TCA_LOG_DEBUG = 4
TCA_LOG_HTTP = 1
TCA_LOG_RETRY = 2
TCA_SERVICE_NONE = 0
TCA_SERVICE_ACTIVE = 1
TCA_SERVICE_INACTIVE = 2
TCA_SERVICE_EXPIRED = 3
TCA_SERVICE_REVOKED = 4
TCA_SERVICE_OTHER = 5
TCA_SERVICE_HAS_NOT_BEFORE = 0x1
TCA_SERVICE_HAS_NOT_AFTER = 0x2
TCA_ROLE_OTHER = 0
TCA_ROLE_UPPER_CA = 1
TCA_ROLE_TENANT_CA = 2
TCA_ANOMALY_THUMBPRINT_MISMATCH = 0x1
TCA_ANOMALY_SERIAL_MISMATCH = 0x2
TCA_ANOMALY_DATE_MISMATCH = 0x4
TCA_ANOMALY_FOREIGN_TENANT = 0x8
TCA_ANOMALY_NO_DATES = 0x10
TCA_ANOMALY_WITHHELD = 0x20
TCA_ANOMALY_UNKNOWN_STATUS = 0x40
TCA_ANOMALY_LISTED_TWICE = 0x80
TCA_ANOMALY_NOT_A_CA = 0x100
TCA_ANOMALY_NO_ACTIVE = 0x10000
TCA_ANOMALY_SEVERAL_ACTIVE = 0x20000
TCA_ANOMALY_ACTIVE_EXPIRED = 0x40000
TCA_ANOMALY_ACTIVE_NOT_YET_VALID = 0x80000
TCA_ANOMALY_ACTIVE_WITHOUT_DATES = 0x100000
TCA_ANOMALY_EXPIRED_TOO_EARLY = 0x200000
TCA_ENTRY_HAS_BODY = 0x1
TCA_ENTRY_HAS_NOT_BEFORE = 0x2
TCA_ENTRY_HAS_NOT_AFTER = 0x4
TCA_ENTRY_LISTED = 0x8
TCA_TARGET_IOT_HUB = 1
TCA_TARGET_DPS = 2
TCA_TARGET_IOT_CENTRAL = 3
TCA_TARGET_ANCHORS = 4
TCA_VERIFICATION_PROOF = 0
TCA_VERIFICATION_ON_UPLOAD = 1
TCA_ORDER_ACTIVE_FIRST = 0
TCA_ORDER_ACTIVE_LAST = 1
TCA_ORDER_ANY = 2
TCA_TARGET_THROUGH_DPS = 0x1
TCA_REGISTRATION_VERIFIED = 0x1
TCA_REGISTRATION_TRUSTED = 0x2
TCA_REGISTRATION_PRIMARY = 0x4
TCA_REGISTRATION_SECONDARY = 0x8
TCA_REGISTRATION_HAS_NOT_AFTER = 0x10
TCA_REGISTRATION_SHARED_CA = 0x20
TCA_NOTICE_NEW = 1
TCA_NOTICE_ACTIVATED = 2
TCA_NOTICE_RETIRED = 3
TCA_NOTICE_EXPIRED = 4
TCA_NOTICE_REVOKED = 5
TCA_NOTICE_UPLOADED = 6
TCA_NOTICE_VERIFIED = 7
TCA_NOTICE_TRUST_CHANGED = 8
TCA_NOTICE_DEADLINE_NEAR = 9
TCA_NOTICE_ACTION_FAILED = 10
TCA_NOTICE_REMOVED_EARLY = 11
TCA_APPLY_REMOVE_REVOKED = 0x1
TCA_PLAN_STALE = 0x1
TCA_PLAN_APPLIED = 0x2
TCA_PLAN_TARGET_READ = 0x1
TCA_PLAN_TARGET_BEHIND = 0x2
TCA_PLAN_TARGET_WRONG_FIRST = 0x4
TCA_PLAN_TARGET_SHARED_CA = 0x8
TCA_PLAN_TARGET_MIXED_DAY = 0x10
TCA_TARGET_STATE_UNKNOWN = 0
TCA_TARGET_STATE_ABSENT = 1
TCA_TARGET_STATE_UPLOADED = 2
TCA_TARGET_STATE_VERIFIED = 3
TCA_TARGET_STATE_TRUSTED = 4
TCA_TARGET_STATE_REMOVABLE = 5
TCA_TARGET_STATE_REMOVED = 6
TCA_TARGET_STATE_NOT_NEEDED = 7
TCA_STEP_DOWNLOAD = 1
TCA_STEP_TRUST = 2
TCA_STEP_UPLOAD = 3
TCA_STEP_GENERATE_CODE = 4
TCA_STEP_PROVE = 5
TCA_STEP_VERIFY = 6
TCA_STEP_KEEP = 7
TCA_STEP_REMOVE = 8
TCA_STEP_HAS_NOT_BEFORE = 0x1
TCA_STEP_HAS_DEADLINE = 0x2
TCA_STEP_DUE = 0x4
TCA_STEP_DONE = 0x8
TCA_STEP_FAILED = 0x10
TCA_STEP_NEEDS_WORD = 0x20
TCA_STATUS_NONE = 0
TCA_STATUS_ACTIVE = 1
TCA_STATUS_INACTIVE = 2
TCA_STATUS_REVOKED = 3
TCA_PHASE_NONE = 0
TCA_PHASE_NEW = 1
TCA_PHASE_RETIRED = 2
TCA_PHASE_EXPIRED = 3
TCA_SOURCE_NONE = 0
TCA_SOURCE_SERVICE = 1
TCA_SOURCE_PREDICTED = 2
TCA_STAGE_NONE = 0
TCA_STAGE_STEADY = 1
TCA_STAGE_SUCCESSOR_DUE = 2
TCA_STAGE_ACT = 3
TCA_STAGE_SWITCHED = 4
TCA_STAGE_REMOVABLE = 5
TCA_STAGE_AMBIGUOUS = 6
TCA_EVENT_NONE = 0
TCA_EVENT_ISSUE = 1
TCA_EVENT_ACTIVATION = 2
TCA_EVENT_EXPIRY = 3
TCA_EVENT_START = 4
TCA_CERTAINTY_NONE = 0
TCA_CERTAINTY_OBSERVED = 1
TCA_CERTAINTY_PREDICTED = 2
TCA_WINDOW_VALIDITY = 1
TCA_WINDOW_SUCCESSOR_DUE = 2
TCA_WINDOW_ACT = 3
TCA_WINDOW_ACTIVATION = 4
TCA_WINDOW_OVERLAP = 5
TCA_WINDOW_REMOVAL = 6
TCA_ACTION_DOWNLOAD = 1
TCA_ACTION_TRUST = 2
TCA_ACTION_REGISTER = 3
TCA_ACTION_PROVE = 4
TCA_ACTION_KEEP = 5
TCA_ACTION_REMOVE = 6
TCA_ACTION_INVESTIGATE = 7
TCA_REASON_BECOMES_ACTIVE = 1
TCA_REASON_IS_ACTIVE = 2
TCA_REASON_STILL_VALID = 3
TCA_REASON_EXPIRED = 4
TCA_REASON_REVOKED = 5
TCA_REASON_SUCCESSOR_MISSING = 6
TCA_REASON_ACTIVATION_LATE = 7
TCA_REASON_NOT_ONE_ACTIVE = 8
TCA_REASON_ACTIVE_NOT_VALID = 9
TCA_REASON_ANOMALY = 10
TCA_REASON_THROUGH_DPS = 11
TCA_REASON_ORDER_BEHIND = 12
TCA_REASON_FIRST_WHEN_ACTIVE = 13
TCA_REASON_STILL_SEEN = 14
TCA_REASON_BY_WORD = 15
TCA_REASON_UNREADABLE = 16
TCA_ACTION_HAS_NOT_BEFORE = 0x1
TCA_ACTION_HAS_DEADLINE = 0x2
TCA_SPHERE_LEGACY = 1
TCA_SPHERE_INTEGRATED = 2
TCA_STORAGE_KEY_MAX = 200
TCA_STORAGE_VALUE_MAX = 1048576
TCA_STORAGE_VERSION_MAX = 64
TCA_STORAGE_KEYS_MAX = 100000
TCA_OUTCOME_ABSENT = 1
TCA_OUTCOME_CONFLICT = 2
TCA_TIME_TEXT_SIZE = 21
TCA_TIME_MIN = -62135596800
TCA_TIME_MAX = 253402300799
TCA_TRUST_SECRET_SIZE = 16
TCA_TRUST_CONTENT_SIZE = 32
TCA_REFUSED_NOT = 0
TCA_REFUSED_UNDECIDED = 1
TCA_REFUSED_MALFORMED = 2
TCA_REFUSED_TOO_LARGE = 3
TCA_REFUSED_CRITICAL_EXTENSION = 4
TCA_REFUSED_UNKNOWN_ISSUER = 5
TCA_REFUSED_WRONG_TENANT = 6
TCA_REFUSED_IS_CA = 7
TCA_REFUSED_USAGE = 8
TCA_REFUSED_WEAK_ALGORITHM = 9
TCA_REFUSED_WEAK_KEY = 10
TCA_REFUSED_NO_IDENTITY = 11
TCA_REFUSED_NOT_YET_VALID = 12
TCA_REFUSED_EXPIRED = 13
TCA_REFUSED_SIGNATURE = 14
TCA_REFUSED_CA_REVOKED = 15
TCA_REFUSED_CA_NOT_PERMITTED = 16
TCA_REFUSED_CA_KEY = 17
TCA_REFUSED_CA_NOT_YET_VALID = 18
TCA_REFUSED_CA_EXPIRED = 19
TCA_DEVICE_ID_SIZE = 256
TCA_VERDICT_FROM_CACHE = 0x1
TCA_NO_INDEX = 0xFFFFFFFF
TCA_VERSION_MAJOR = 0
TCA_VERSION_MINOR = 1
TCA_VERSION_PATCH = 0
TCA_STRUCT_PARSE_OPTIONS = 1
TCA_STRUCT_CERTIFICATE_INFO = 2
TCA_STRUCT_INVENTORY_OPTIONS = 3
TCA_STRUCT_SERVICE_RECORD = 4
TCA_STRUCT_ENTRY_INFO = 5
TCA_STRUCT_POLICY = 6
TCA_STRUCT_ENTRY_STATE = 7
TCA_STRUCT_ROLLOVER_SUMMARY = 8
TCA_STRUCT_WINDOW = 9
TCA_STRUCT_ACTION = 10
TCA_STRUCT_FORECAST = 11
TCA_STRUCT_TRANSPORT = 12
TCA_STRUCT_TOKEN_SOURCE = 13
TCA_STRUCT_CLOCK = 14
TCA_STRUCT_RANDOM = 15
TCA_STRUCT_LOG = 16
TCA_STRUCT_CALL_OPTIONS = 17
TCA_STRUCT_SPHERE_OPTIONS = 18
TCA_STRUCT_ANCHOR_HOLDER = 19
TCA_STRUCT_STORAGE = 20
TCA_STRUCT_TARGET_OPTIONS = 21
TCA_STRUCT_REGISTRATION = 22
TCA_STRUCT_ROLLOUT_OPTIONS = 23
TCA_STRUCT_NOTICE = 24
TCA_STRUCT_NOTICE_SINK = 25
TCA_STRUCT_APPLY_OPTIONS = 26
TCA_STRUCT_PLAN_SUMMARY = 27
TCA_STRUCT_PLAN_TARGET_INFO = 28
TCA_STRUCT_TARGET_STATE = 29
TCA_STRUCT_STEP = 30
TCA_STRUCT_CHECK_OPTIONS = 31
TCA_STRUCT_CHECK_FINDING = 32
TCA_STRUCT_TRUST_OPTIONS = 33
TCA_STRUCT_TRUST_SUMMARY = 34
TCA_STRUCT_VERIFIER = 35
TCA_STRUCT_VERIFY_OPTIONS = 36
TCA_STRUCT_VERDICT = 37
TCA_STRUCT_USAGE_OPTIONS = 38
TCA_STRUCT_USAGE_RECORD = 39
TCA_STRUCT_CACHE_OPTIONS = 40
TCA_STRUCT_CACHE_STATISTICS = 41


class Struct(Structure):
    """One of the library's structs: it says its own size, and takes no number that it would have to cut."""

    def __init__(self, **members: Any) -> None:
        super().__init__(struct_size=sizeof(self))
        for name, value in members.items():
            if not hasattr(type(self), name):
                raise TypeError("%s has no %s" % (type(self).__name__, name))
            setattr(self, name, value)
            kept = getattr(self, name)
            if isinstance(kept, int) and kept != value:
                raise ArgumentError("%s: %s does not fit" % (type(self).__name__, name))


class CallOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("deadline", c_int64),
        ("judge_at", c_int64),
        ("max_attempts", c_uint32),
        ("max_wait_seconds", c_uint32),
        ("max_reply_bytes", c_uint32),
        ("max_pages", c_uint32),
        ("max_entries", c_uint32),
        ("reserved", c_uint32),
    ]


class ParseOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("max_input_bytes", c_uint64),
        ("max_certificate_bytes", c_uint32),
        ("max_certificates", c_uint32),
    ]


class CertificateInfo(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("not_before", c_int64),
        ("not_after", c_int64),
        ("version", c_uint32),
        ("key_type", c_uint32),
        ("key_bits", c_uint32),
        ("signature_algorithm", c_uint32),
        ("path_length", c_uint32),
        ("key_usage", c_uint32),
        ("extended_key_usage", c_uint32),
        ("reserved", c_uint32),
    ]


class CheckOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("missing_warning_days", c_uint32),
        ("missing_critical_days", c_uint32),
        ("registered_warning_days", c_uint32),
        ("activation_critical_days", c_uint32),
        ("proof_warning_days", c_uint32),
        ("expires_warning_days", c_uint32),
        ("expires_critical_days", c_uint32),
        ("removal_warning_days", c_uint32),
        ("stale_warning_seconds", c_uint32),
        ("stale_critical_seconds", c_uint32),
    ]


class CheckFinding(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("status", c_uint32),
        ("certificate", c_uint32),
        ("target", c_uint32),
        ("reserved", c_uint32),
    ]


class TokenSource(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("token", CFUNCTYPE(None, c_void_p, c_void_p, c_size_t, c_uint32, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class Clock(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("now", CFUNCTYPE(None, c_void_p, c_void_p)),
        ("wait", CFUNCTYPE(None, c_void_p, c_int64, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class Random(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("bytes", CFUNCTYPE(None, c_void_p, c_uint32, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class Log(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("level", c_uint32),
        ("reserved", c_uint32),
        ("write", CFUNCTYPE(None, c_void_p, c_uint32, c_uint32, c_void_p, c_size_t)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class AnchorHolder(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("load", CFUNCTYPE(None, c_void_p, c_void_p)),
        ("replace", CFUNCTYPE(None, c_void_p, c_void_p, c_size_t, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class InventoryOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("max_input_bytes", c_uint64),
        ("max_certificate_bytes", c_uint32),
        ("max_entries", c_uint32),
        ("max_json_depth", c_uint32),
        ("reserved", c_uint32),
        ("tenant", c_char_p),
        ("tenant_length", c_size_t),
    ]


class ServiceRecord(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("not_before", c_int64),
        ("not_after", c_int64),
        ("thumbprint", c_char_p),
        ("thumbprint_length", c_size_t),
        ("serial", c_char_p),
        ("serial_length", c_size_t),
        ("status", c_uint32),
        ("reserved", c_uint32),
    ]


class EntryInfo(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("not_before", c_int64),
        ("not_after", c_int64),
        ("role", c_uint32),
        ("service_status", c_uint32),
        ("anomalies", c_uint32),
        ("reserved", c_uint32),
    ]


class Registration(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("not_after", c_int64),
        ("name", c_char_p),
        ("name_length", c_size_t),
        ("thumbprint", c_char_p),
        ("thumbprint_length", c_size_t),
    ]


class Notice(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("at", c_int64),
        ("tenant", c_char_p),
        ("tenant_length", c_size_t),
        ("thumbprint", c_char_p),
        ("thumbprint_length", c_size_t),
        ("target", c_char_p),
        ("target_length", c_size_t),
        ("text", c_char_p),
        ("text_length", c_size_t),
    ]


class NoticeSink(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("notice", CFUNCTYPE(None, c_void_p, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class ApplyOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("remove", c_char_p),
        ("remove_length", c_size_t),
    ]


class PlanSummary(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("now", c_int64),
        ("listed_at", c_int64),
        ("target_count", c_uint32),
        ("step_count", c_uint32),
        ("due_count", c_uint32),
        ("failed_count", c_uint32),
        ("stage", c_uint32),
        ("reserved", c_uint32),
    ]


class PlanTargetInfo(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("kind", c_uint32),
        ("result", c_int32),
        ("used", c_uint32),
        ("capacity", c_uint32),
    ]


class TargetState(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("state", c_uint32),
        ("since", c_int64),
        ("reason", c_uint32),
        ("reserved", c_uint32),
    ]


class Step(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("not_before", c_int64),
        ("deadline", c_int64),
        ("id", c_uint32),
        ("kind", c_uint32),
        ("certificate", c_uint32),
        ("target", c_uint32),
        ("reason", c_uint32),
        ("result", c_int32),
        ("need_count", c_uint32),
        ("reserved", c_uint32),
    ]


class Policy(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("lead_days", c_uint32),
        ("activation_earliest_days", c_uint32),
        ("activation_expected_days", c_uint32),
        ("activation_latest_days", c_uint32),
        ("removal_days", c_uint32),
        ("reserved", c_uint32),
    ]


class EntryState(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("status", c_uint32),
        ("phase", c_uint32),
        ("status_source", c_uint32),
        ("anomalies", c_uint32),
        ("reserved", c_uint32),
    ]


class RolloverSummary(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("stage", c_uint32),
        ("now", c_int64),
        ("next_event_at", c_int64),
        ("active", c_uint32),
        ("next", c_uint32),
        ("next_event", c_uint32),
        ("next_event_certificate", c_uint32),
        ("next_event_certainty", c_uint32),
        ("window_count", c_uint32),
        ("action_count", c_uint32),
        ("anomalies", c_uint32),
    ]


class Window(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("opens", c_int64),
        ("closes", c_int64),
        ("certificate", c_uint32),
        ("opens_certainty", c_uint32),
        ("closes_certainty", c_uint32),
        ("reserved", c_uint32),
    ]


class Action(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("not_before", c_int64),
        ("deadline", c_int64),
        ("kind", c_uint32),
        ("certificate", c_uint32),
        ("reason", c_uint32),
        ("reserved", c_uint32),
    ]


class Forecast(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("issued_certainty", c_uint32),
        ("issued", c_int64),
        ("activation_earliest", c_int64),
        ("activation_expected", c_int64),
        ("activation_latest", c_int64),
        ("predecessor_ends", c_int64),
        ("ends_certainty", c_uint32),
        ("reserved", c_uint32),
    ]


class SphereOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("endpoint", c_char_p),
        ("endpoint_length", c_size_t),
        ("tenant", c_char_p),
        ("tenant_length", c_size_t),
        ("subscription", c_char_p),
        ("subscription_length", c_size_t),
        ("resource_group", c_char_p),
        ("resource_group_length", c_size_t),
        ("catalog", c_char_p),
        ("catalog_length", c_size_t),
    ]


class Storage(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("load", CFUNCTYPE(None, c_void_p, c_void_p, c_size_t, c_void_p)),
        ("swap", CFUNCTYPE(None, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, c_void_p, c_size_t, c_void_p)),
        ("remove", CFUNCTYPE(None, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, c_void_p)),
        ("list", CFUNCTYPE(None, c_void_p, c_void_p, c_size_t, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class Transport(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("perform", CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class Verifier(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("user", c_void_p),
        ("key", CFUNCTYPE(None, c_void_p, c_void_p, c_size_t, c_void_p)),
        ("check", CFUNCTYPE(None, c_void_p, c_void_p, c_uint32, c_void_p, c_size_t, c_void_p, c_size_t, c_void_p)),
        ("release", CFUNCTYPE(None, c_void_p, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class TrustOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("max_tenants", c_uint32),
        ("max_anchors", c_uint32),
        ("max_certificate_bytes", c_uint32),
        ("reserved", c_uint32),
        ("secret", c_void_p),
        ("secret_length", c_size_t),
        ("previous", c_void_p),
    ]


class TrustSummary(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("tenants", c_uint32),
        ("generation", c_uint64),
        ("now", c_int64),
        ("anchors", c_uint32),
        ("trusted", c_uint32),
        ("content", c_void_p),
        ("content_length", c_size_t),
    ]


class UsageOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("max_certificates", c_uint32),
        ("reserved", c_uint32),
    ]


class UsageRecord(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("accepted", c_uint64),
        ("first_time", c_uint64),
        ("last_accepted", c_int64),
        ("thumbprint", c_char_p),
        ("thumbprint_length", c_size_t),
    ]


class CacheOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("max_entries", c_uint32),
        ("max_certificate_bytes", c_uint32),
        ("secret", c_void_p),
        ("secret_length", c_size_t),
    ]


class CacheStatistics(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("hits", c_uint64),
        ("misses", c_uint64),
        ("kept", c_uint64),
        ("replaced", c_uint64),
    ]


class VerifyOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("tenant", c_char_p),
        ("tenant_length", c_size_t),
        ("usage", c_void_p),
        ("cache", c_void_p),
    ]


class Verdict(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("trusted", c_uint32),
        ("refusal", c_uint32),
        ("flags", c_uint32),
        ("valid_until", c_int64),
        ("tenant", c_char_p),
        ("tenant_length", c_size_t),
        ("ca_thumbprint", c_char_p),
        ("ca_thumbprint_length", c_size_t),
        ("ca_not_before", c_int64),
        ("ca_not_after", c_int64),
        ("ca_status", c_uint32),
        ("ca_phase", c_uint32),
        ("signature_checks", c_uint32),
        ("device_id_length", c_uint32),
        ("device_id", c_char * TCA_DEVICE_ID_SIZE),
    ]


class TargetOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("name", c_char_p),
        ("name_length", c_size_t),
        ("endpoint", c_char_p),
        ("endpoint_length", c_size_t),
        ("subscription", c_char_p),
        ("subscription_length", c_size_t),
        ("resource_group", c_char_p),
        ("resource_group_length", c_size_t),
        ("resource", c_char_p),
        ("resource_length", c_size_t),
        ("enrollment_group", c_char_p),
        ("enrollment_group_length", c_size_t),
        ("service_endpoint", c_char_p),
        ("service_endpoint_length", c_size_t),
        ("application", c_char_p),
        ("application_length", c_size_t),
        ("anchors", POINTER(AnchorHolder)),
        ("flags", c_uint32),
        ("verification", c_uint32),
        ("order", c_uint32),
        ("capacity", c_uint32),
    ]


class RolloutOptions(Struct):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("sphere", c_void_p),
        ("store", c_void_p),
        ("name", c_char_p),
        ("name_length", c_size_t),
        ("policy", POINTER(Policy)),
        ("unseen_days", c_uint32),
        ("near_days", c_uint32),
    ]


STRUCTS: Dict[int, Type[Struct]] = {
    TCA_STRUCT_CALL_OPTIONS: CallOptions,
    TCA_STRUCT_PARSE_OPTIONS: ParseOptions,
    TCA_STRUCT_CERTIFICATE_INFO: CertificateInfo,
    TCA_STRUCT_CHECK_OPTIONS: CheckOptions,
    TCA_STRUCT_CHECK_FINDING: CheckFinding,
    TCA_STRUCT_TOKEN_SOURCE: TokenSource,
    TCA_STRUCT_CLOCK: Clock,
    TCA_STRUCT_RANDOM: Random,
    TCA_STRUCT_LOG: Log,
    TCA_STRUCT_ANCHOR_HOLDER: AnchorHolder,
    TCA_STRUCT_INVENTORY_OPTIONS: InventoryOptions,
    TCA_STRUCT_SERVICE_RECORD: ServiceRecord,
    TCA_STRUCT_ENTRY_INFO: EntryInfo,
    TCA_STRUCT_REGISTRATION: Registration,
    TCA_STRUCT_NOTICE: Notice,
    TCA_STRUCT_NOTICE_SINK: NoticeSink,
    TCA_STRUCT_APPLY_OPTIONS: ApplyOptions,
    TCA_STRUCT_PLAN_SUMMARY: PlanSummary,
    TCA_STRUCT_PLAN_TARGET_INFO: PlanTargetInfo,
    TCA_STRUCT_TARGET_STATE: TargetState,
    TCA_STRUCT_STEP: Step,
    TCA_STRUCT_POLICY: Policy,
    TCA_STRUCT_ENTRY_STATE: EntryState,
    TCA_STRUCT_ROLLOVER_SUMMARY: RolloverSummary,
    TCA_STRUCT_WINDOW: Window,
    TCA_STRUCT_ACTION: Action,
    TCA_STRUCT_FORECAST: Forecast,
    TCA_STRUCT_SPHERE_OPTIONS: SphereOptions,
    TCA_STRUCT_STORAGE: Storage,
    TCA_STRUCT_TRANSPORT: Transport,
    TCA_STRUCT_VERIFIER: Verifier,
    TCA_STRUCT_TRUST_OPTIONS: TrustOptions,
    TCA_STRUCT_TRUST_SUMMARY: TrustSummary,
    TCA_STRUCT_USAGE_OPTIONS: UsageOptions,
    TCA_STRUCT_USAGE_RECORD: UsageRecord,
    TCA_STRUCT_CACHE_OPTIONS: CacheOptions,
    TCA_STRUCT_CACHE_STATISTICS: CacheStatistics,
    TCA_STRUCT_VERIFY_OPTIONS: VerifyOptions,
    TCA_STRUCT_VERDICT: Verdict,
    TCA_STRUCT_TARGET_OPTIONS: TargetOptions,
    TCA_STRUCT_ROLLOUT_OPTIONS: RolloutOptions,
}

# name, what it returns, what it takes
FUNCTIONS: List[Tuple[str, Any, List[Any]]] = [
    ("tca_call_step", c_int32, [c_void_p, c_int64, POINTER(c_uint32), c_void_p]),
    ("tca_call_request", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_call_reply", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_call_audience", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t), POINTER(c_uint32)]),
    ("tca_call_wait_until", c_int32, [c_void_p, POINTER(c_int64)]),
    ("tca_call_retry_at", c_int32, [c_void_p, POINTER(c_int64)]),
    ("tca_call_set_random", c_int32, [c_void_p, c_uint32]),
    ("tca_call_cancel", None, [c_void_p]),
    ("tca_call_run", c_int32, [c_void_p, c_void_p, c_void_p]),
    ("tca_call_take_inventory", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_call_take_certificate", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_call_take_chain", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    ("tca_call_unref", None, [c_void_p]),
    ("tca_certificate_list_parse", c_int32, [c_char_p, c_size_t, POINTER(ParseOptions), POINTER(c_void_p), c_void_p]),
    ("tca_certificate_list_count", c_uint32, [c_void_p]),
    ("tca_certificate_list_get", c_int32, [c_void_p, c_uint32, POINTER(c_void_p)]),
    ("tca_certificate_list_unref", None, [c_void_p]),
    ("tca_certificate_parse", c_int32, [c_char_p, c_size_t, POINTER(ParseOptions), POINTER(c_void_p), c_void_p]),
    ("tca_certificate_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_certificate_unref", None, [c_void_p]),
    ("tca_certificate_equal", c_uint32, [c_void_p, c_void_p]),
    ("tca_certificate_get_info", c_int32, [c_void_p, POINTER(CertificateInfo)]),
    ("tca_key_type_name", c_char_p, [c_uint32]),
    ("tca_signature_algorithm_name", c_char_p, [c_uint32]),
    ("tca_key_usage_name", c_char_p, [c_uint32]),
    ("tca_extended_key_usage_name", c_char_p, [c_uint32]),
    ("tca_certificate_valid_at", c_uint32, [c_void_p, c_int64]),
    ("tca_certificate_der", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_certificate_subject_der", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_certificate_issuer_der", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_certificate_serial", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_certificate_public_key_der", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_certificate_subject_key_id", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_certificate_authority_key_id", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_certificate_extension", c_int32, [c_void_p, c_char_p, c_size_t, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_certificate_thumbprint", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_certificate_thumbprint_sha256", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_certificate_serial_text", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_certificate_subject", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_certificate_issuer", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_certificate_common_name", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_certificate_tenant_id", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_certificate_pem", c_int32, [c_void_p, POINTER(c_void_p), c_void_p]),
    ("tca_certificate_check_issued_by", c_int32, [c_void_p, c_void_p, c_void_p]),
    ("tca_check_status_name", c_char_p, [c_uint32]),
    ("tca_check_name", c_char_p, [c_uint32]),
    ("tca_check", c_int32, [c_void_p, POINTER(CheckOptions), POINTER(c_void_p), c_void_p]),
    ("tca_checks_status", c_uint32, [c_void_p]),
    ("tca_checks_count", c_uint32, [c_void_p]),
    ("tca_checks_get", c_int32, [c_void_p, c_uint32, POINTER(CheckFinding)]),
    ("tca_checks_message", c_int32, [c_void_p, c_uint32, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_checks_remedy", c_int32, [c_void_p, c_uint32, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_checks_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_checks_unref", None, [c_void_p]),
    ("tca_result_name", c_char_p, [c_int32]),
    ("tca_error_new", c_int32, [POINTER(c_void_p)]),
    ("tca_error_code", c_int32, [c_void_p]),
    ("tca_error_message", None, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_error_http_status", c_uint32, [c_void_p]),
    ("tca_error_unref", None, [c_void_p]),
    ("tca_host_new", c_int32, [POINTER(c_void_p), c_void_p]),
    ("tca_host_set_transport", c_int32, [c_void_p, POINTER(Transport), c_void_p]),
    ("tca_host_set_token_source", c_int32, [c_void_p, POINTER(TokenSource), c_void_p]),
    ("tca_host_set_clock", c_int32, [c_void_p, POINTER(Clock), c_void_p]),
    ("tca_host_set_random", c_int32, [c_void_p, POINTER(Random), c_void_p]),
    ("tca_host_set_log", c_int32, [c_void_p, POINTER(Log), c_void_p]),
    ("tca_host_unref", None, [c_void_p]),
    ("tca_inventory_builder_new", c_int32, [POINTER(InventoryOptions), POINTER(c_void_p), c_void_p]),
    ("tca_inventory_builder_add", c_int32, [c_void_p, c_void_p, POINTER(ServiceRecord), c_void_p]),
    ("tca_inventory_builder_add_input", c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    ("tca_inventory_builder_add_list", c_int32, [c_void_p, c_char_p, c_size_t, c_void_p]),
    ("tca_inventory_builder_next_link", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_inventory_builder_set_previous", c_int32, [c_void_p, c_void_p, c_int64, c_void_p]),
    ("tca_inventory_builder_finish", c_int32, [c_void_p, POINTER(c_void_p), c_void_p]),
    ("tca_inventory_builder_unref", None, [c_void_p]),
    ("tca_inventory_parse", c_int32, [c_char_p, c_size_t, POINTER(InventoryOptions), POINTER(c_void_p), c_void_p]),
    ("tca_inventory_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_inventory_unref", None, [c_void_p]),
    ("tca_inventory_tenant", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_inventory_count", c_uint32, [c_void_p]),
    ("tca_inventory_get", c_int32, [c_void_p, c_uint32, POINTER(c_void_p)]),
    ("tca_inventory_find", c_int32, [c_void_p, c_char_p, c_size_t, POINTER(c_uint32), c_void_p]),
    ("tca_role_name", c_char_p, [c_uint32]),
    ("tca_anomaly_name", c_char_p, [c_uint32]),
    ("tca_entry_get_info", c_int32, [c_void_p, POINTER(EntryInfo)]),
    ("tca_entry_certificate", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_entry_thumbprint", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_entry_serial", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_target_kind_name", c_char_p, [c_uint32]),
    ("tca_target_new", c_int32, [POINTER(TargetOptions), POINTER(c_void_p), c_void_p]),
    ("tca_target_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_target_unref", None, [c_void_p]),
    ("tca_target_kind", c_uint32, [c_void_p]),
    ("tca_target_name", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_registration_list_count", c_uint32, [c_void_p]),
    ("tca_registration_list_get", c_int32, [c_void_p, c_uint32, POINTER(Registration)]),
    ("tca_registration_list_find", c_int32, [c_void_p, c_void_p, POINTER(c_uint32)]),
    ("tca_registration_list_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_registration_list_unref", None, [c_void_p]),
    ("tca_target_list", c_int32, [c_void_p, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_target_upload", c_int32, [c_void_p, c_void_p, c_void_p, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_target_generate_code", c_int32, [c_void_p, c_void_p, c_uint32, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_target_verify", c_int32, [c_void_p, c_void_p, c_uint32, c_void_p, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_target_refer", c_int32, [c_void_p, c_void_p, c_uint32, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_target_remove", c_int32, [c_void_p, c_void_p, c_uint32, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_target_anchor", c_int32, [c_void_p, c_void_p, c_void_p, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_call_take_registrations", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_call_take_code", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_anchor_pem", c_int32, [c_void_p, c_uint32, POINTER(c_void_p), c_void_p]),
    ("tca_rollout_new", c_int32, [POINTER(RolloutOptions), POINTER(c_void_p), c_void_p]),
    ("tca_rollout_add_target", c_int32, [c_void_p, c_void_p, c_void_p]),
    ("tca_rollout_set_seen", c_int32, [c_void_p, c_char_p, c_size_t, c_int64, c_void_p]),
    ("tca_notice_name", c_char_p, [c_uint32]),
    ("tca_rollout_set_notices", c_int32, [c_void_p, POINTER(NoticeSink), c_void_p]),
    ("tca_rollout_unref", None, [c_void_p]),
    ("tca_rollout_plan", c_int32, [c_void_p, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_rollout_apply", c_int32, [c_void_p, POINTER(ApplyOptions), POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_call_take_plan", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_plan_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_plan_unref", None, [c_void_p]),
    ("tca_plan_rollover", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_plan_get_summary", c_int32, [c_void_p, POINTER(PlanSummary)]),
    ("tca_plan_problem", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_plan_target", c_int32, [c_void_p, c_uint32, POINTER(PlanTargetInfo)]),
    ("tca_plan_target_name", c_int32, [c_void_p, c_uint32, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_plan_target_error", c_int32, [c_void_p, c_uint32, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_target_state_name", c_char_p, [c_uint32]),
    ("tca_plan_state", c_int32, [c_void_p, c_uint32, c_uint32, POINTER(TargetState)]),
    ("tca_step_name", c_char_p, [c_uint32]),
    ("tca_plan_step", c_int32, [c_void_p, c_uint32, POINTER(Step)]),
    ("tca_plan_step_need", c_int32, [c_void_p, c_uint32, c_uint32, POINTER(c_uint32)]),
    ("tca_plan_step_error", c_int32, [c_void_p, c_uint32, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_policy_defaults", c_int32, [POINTER(Policy)]),
    ("tca_rollover_compute", c_int32, [c_void_p, c_int64, POINTER(Policy), POINTER(c_void_p), c_void_p]),
    ("tca_rollover_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_rollover_unref", None, [c_void_p]),
    ("tca_rollover_inventory", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_status_name", c_char_p, [c_uint32]),
    ("tca_phase_name", c_char_p, [c_uint32]),
    ("tca_source_name", c_char_p, [c_uint32]),
    ("tca_rollover_state", c_int32, [c_void_p, c_uint32, POINTER(EntryState)]),
    ("tca_stage_name", c_char_p, [c_uint32]),
    ("tca_stage_callout", c_uint32, [c_uint32]),
    ("tca_event_name", c_char_p, [c_uint32]),
    ("tca_certainty_name", c_char_p, [c_uint32]),
    ("tca_rollover_get_summary", c_int32, [c_void_p, POINTER(RolloverSummary)]),
    ("tca_window_name", c_char_p, [c_uint32]),
    ("tca_rollover_window", c_int32, [c_void_p, c_uint32, POINTER(Window)]),
    ("tca_action_name", c_char_p, [c_uint32]),
    ("tca_reason_text", c_char_p, [c_uint32]),
    ("tca_rollover_action", c_int32, [c_void_p, c_uint32, POINTER(Action)]),
    ("tca_rollover_forecast", c_int32, [c_void_p, c_uint32, POINTER(Forecast)]),
    ("tca_sphere_new", c_int32, [POINTER(SphereOptions), POINTER(c_void_p), c_void_p]),
    ("tca_sphere_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_sphere_unref", None, [c_void_p]),
    ("tca_sphere_list", c_int32, [c_void_p, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_sphere_certificate", c_int32, [c_void_p, c_char_p, c_size_t, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_sphere_chain", c_int32, [c_void_p, c_char_p, c_size_t, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_sphere_proof", c_int32, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, POINTER(CallOptions), POINTER(c_void_p), c_void_p]),
    ("tca_reply_set_version", c_int32, [c_void_p, c_char_p, c_size_t]),
    ("tca_reply_set_outcome", c_int32, [c_void_p, c_uint32]),
    ("tca_reply_add_key", c_int32, [c_void_p, c_char_p, c_size_t]),
    ("tca_memory_storage", c_int32, [POINTER(Storage)]),
    ("tca_store_new", c_int32, [POINTER(Storage), POINTER(c_void_p), c_void_p]),
    ("tca_store_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_store_unref", None, [c_void_p]),
    ("tca_store_load", c_int32, [c_void_p, c_char_p, c_size_t, POINTER(c_void_p), POINTER(c_void_p), c_void_p]),
    ("tca_store_swap", c_int32, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, c_void_p, POINTER(c_void_p), c_void_p]),
    ("tca_store_remove", c_int32, [c_void_p, c_char_p, c_size_t, c_void_p, c_void_p]),
    ("tca_store_list", c_int32, [c_void_p, c_char_p, c_size_t, POINTER(c_void_p), c_void_p]),
    ("tca_key_list_count", c_uint32, [c_void_p]),
    ("tca_key_list_get", c_int32, [c_void_p, c_uint32, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_key_list_unref", None, [c_void_p]),
    ("tca_time_parse", c_int32, [c_char_p, c_size_t, POINTER(c_int64), c_void_p]),
    ("tca_time_format", c_int32, [c_int64, c_char_p, c_size_t, c_void_p]),
    ("tca_request_method", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_request_url", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_request_header_count", c_uint32, [c_void_p]),
    ("tca_request_header", c_int32, [c_void_p, c_uint32, POINTER(c_char_p), POINTER(c_size_t), POINTER(c_char_p), POINTER(c_size_t)]),
    ("tca_request_body", c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_request_max_reply_bytes", c_uint32, [c_void_p]),
    ("tca_request_deadline", c_int32, [c_void_p, POINTER(c_int64)]),
    ("tca_reply_set_status", c_int32, [c_void_p, c_uint32]),
    ("tca_reply_add_header", c_int32, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
    ("tca_reply_append", c_int32, [c_void_p, c_char_p, c_size_t]),
    ("tca_reply_set_time", c_int32, [c_void_p, c_int64]),
    ("tca_reply_set_handle", c_int32, [c_void_p, c_void_p]),
    ("tca_reply_done", c_int32, [c_void_p]),
    ("tca_reply_fail", c_int32, [c_void_p, c_char_p, c_size_t]),
    ("tca_trust_builder_new", c_int32, [POINTER(TrustOptions), POINTER(c_void_p), c_void_p]),
    ("tca_trust_builder_add", c_int32, [c_void_p, c_void_p, c_void_p]),
    ("tca_trust_builder_set_verifier", c_int32, [c_void_p, POINTER(Verifier), c_void_p]),
    ("tca_trust_builder_finish", c_int32, [c_void_p, c_int64, c_uint64, POINTER(c_void_p), c_void_p]),
    ("tca_trust_builder_unref", None, [c_void_p]),
    ("tca_trust_set_ref", None, [c_void_p, POINTER(c_void_p)]),
    ("tca_trust_set_unref", None, [c_void_p]),
    ("tca_trust_set_get_summary", c_int32, [c_void_p, POINTER(TrustSummary)]),
    ("tca_usage_new", c_int32, [POINTER(UsageOptions), POINTER(c_void_p), c_void_p]),
    ("tca_usage_unref", None, [c_void_p]),
    ("tca_usage_read", c_int32, [c_void_p, POINTER(c_void_p), c_void_p]),
    ("tca_usage_snapshot_unref", None, [c_void_p]),
    ("tca_usage_snapshot_count", c_uint32, [c_void_p]),
    ("tca_usage_snapshot_get", c_int32, [c_void_p, c_uint32, POINTER(UsageRecord)]),
    ("tca_usage_snapshot_find", c_int32, [c_void_p, c_char_p, c_size_t, POINTER(UsageRecord)]),
    ("tca_usage_snapshot_missed", c_int32, [c_void_p, POINTER(c_uint64)]),
    ("tca_verdict_cache_new", c_int32, [POINTER(CacheOptions), POINTER(c_void_p), c_void_p]),
    ("tca_verdict_cache_unref", None, [c_void_p]),
    ("tca_verdict_cache_get_statistics", c_int32, [c_void_p, POINTER(CacheStatistics)]),
    ("tca_refusal_name", c_char_p, [c_uint32]),
    ("tca_refusal_text", c_char_p, [c_uint32]),
    ("tca_trust_verify", c_int32, [c_void_p, POINTER(c_char_p), POINTER(c_size_t), c_uint32, c_int64, POINTER(VerifyOptions), POINTER(Verdict), c_void_p]),
    ("tca_trust_holder_new", c_int32, [c_void_p, POINTER(c_void_p), c_void_p]),
    ("tca_trust_holder_acquire", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("tca_trust_holder_swap", c_int32, [c_void_p, c_void_p, c_void_p]),
    ("tca_trust_holder_unref", None, [c_void_p]),
    ("tca_bytes_view", None, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    ("tca_bytes_unref", None, [c_void_p]),
    ("tca_version_number", c_uint32, []),
    ("tca_version_string", c_char_p, []),
    ("tca_abi_struct_size", c_uint32, [c_uint32]),
]
